"""What a project names as public of persons into marks on all else that is said of them.

Whoever is not surely something else counts as a person: what has no class, or none that is
known, as well. So do claims, which speak of persons: what is said of a claim is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.evidence.namespaces import key_of, keys_of, mark_terms
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning, find
from hrdgraph.vocab import FOAF, HRD, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SKOS

PERSONS: Final = (
    FOAF.Person,
    SCHEMA.Person,
    SCHEMA.Patient,
    IRI("http://www.w3.org/2006/vcard/ns#Individual"),
    PROV.Person,
    IRI("http://www.w3.org/ns/person#Person"),
    IRI("http://www.wikidata.org/entity/Q5"),
    IRI("http://dbpedia.org/ontology/Person"),
    IRI("https://schema.followthemoney.tech/#Person"),
    IRI("http://www.cidoc-crm.org/cidoc-crm/E21_Person"),
    IRI("https://www.w3.org/ns/activitystreams#Person"),
    IRI("http://rdf.data-vocabulary.org/#Person"),
)
_MAYBE: Final = (
    FOAF.Agent,
    HRD.HumanRightsDefender,
    PROV.Agent,
    SCHEMA.Thing,
    OWL.Thing,
    OWL.NamedIndividual,
    RDFS.Resource,
)
GROUPS: Final = (
    ORG.Organization,
    FOAF.Organization,
    FOAF.Group,
    SCHEMA.Organization,
    IRI("http://www.w3.org/2006/vcard/ns#Organization"),
)
_OTHERS: Final = (
    *GROUPS,
    FOAF.Document,
    SCHEMA.CreativeWork,
    SCHEMA.WebPage,
    SCHEMA.WebSite,
    SCHEMA.Article,
    SCHEMA.NewsArticle,
    SCHEMA.Book,
    SCHEMA.Dataset,
    SCHEMA.Event,
    SCHEMA.Country,
    SCHEMA.NGO,
    PROV.Entity,
    PROV.Activity,
    PROV.Plan,
    PROV.SoftwareAgent,
    IRI("http://rdfs.org/ns/void#Dataset"),
    IRI("http://www.w3.org/ns/dcat#Dataset"),
    SKOS.Concept,
    SKOS.ConceptScheme,
    OWL.Class,
    OWL.Ontology,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.SymmetricProperty,
    RDFS.Class,
    RDFS.Datatype,
    RDF.Property,
)
_ALWAYS: Final = (RDF.type, RDF.first, RDF.rest)


@dataclass(frozen=True)
class AllowList:
    """What may be said of persons: properties, and classes that they may be said to be of, all
    by their keys. `others` are the classes of what is no person, `of_persons` the properties
    that only persons have, `to_persons` those that lead to one."""

    properties: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    of_persons: frozenset[str] = frozenset()
    to_persons: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        properties: Iterable[IRI],
        classes: Mapping[IRI, Iterable[IRI]],
        others: Iterable[IRI],
        ends: Iterable[tuple[IRI, str, IRI]],
    ) -> AllowList:
        """From the public properties, the known classes with all classes above each, the classes
        that are said to be no persons, and the domains and ranges of properties: (property,
        "domain" or "range", class)."""
        groups, persons = keys_of((*GROUPS, *others)), keys_of(PERSONS)
        above = {
            key_of(iri.value): {key_of(iri.value), *keys_of(parents)}
            for iri, parents in classes.items()
        }
        maybe = persons | keys_of(_MAYBE)
        of_people = {key for key, line in above.items() if line & maybe and not line & groups}
        is_person, known = of_people | maybe, frozenset(above) | groups | keys_of(_OTHERS)
        told = [(key_of(iri.value), end, key_of(one.value)) for iri, end, one in ends]
        return cls(
            properties=keys_of((*properties, *_ALWAYS)),
            classes=known | is_person,
            others=known - is_person,
            of_persons=frozenset(p for p, end, one in told if end == "domain" and one in persons),
            to_persons=frozenset(p for p, end, one in told if end == "range" and one in is_person),
        )


@dataclass(frozen=True, eq=False)
class Unlisted:
    """Marks: on statements of what is not named as public, on reified statements of it, and on
    nodes of which it must be thought that they are living persons, though nothing says so."""

    quads: pl.Series
    reified: pl.Series
    persons: pl.Series


def find_unlisted(
    graph: ColumnGraph,
    columns: Columns,
    is_claim: pl.Series,
    allowed: AllowList,
    trusted: pl.Series,
) -> Unlisted:
    """What is said of persons, of claims, and of what may be a person, and is not on the list;
    not in the graphs that are `trusted`."""
    people = _People.of(graph, columns, is_claim, allowed)
    unknown = mark_terms(graph, columns.p, allowed.properties, absent=True)
    is_type = columns.having("p", find(graph, (RDF.type,)))
    nowhere = mark_terms(graph, columns.o.filter(is_type), allowed.classes, absent=True)
    about = columns.having("s", people.maybe)
    found = columns.having("p", unknown) & (about | columns.having("o", people.sure))
    found = (found | (is_type & about & columns.having("o", nowhere))) & ~columns.having(
        "g", trusted
    )
    return Unlisted(found, _reified(graph, columns, people, allowed), people.alone)


@dataclass(frozen=True, eq=False)
class _People:
    """Marks on nodes: surely persons; what is not surely something else; of these, what no
    statement but a claim leads to."""

    sure: pl.Series
    maybe: pl.Series
    alone: pl.Series

    @classmethod
    def of(
        cls, graph: ColumnGraph, columns: Columns, is_claim: pl.Series, allowed: AllowList
    ) -> _People:
        types = columns.only(columns.having("p", find(graph, (RDF.type,))))
        led_to = columns.having("p", mark_terms(graph, columns.p, allowed.to_persons))
        inferred = columns.subjects(
            columns.having("p", mark_terms(graph, columns.p, allowed.of_persons))
        )
        typed, other = (
            _of(graph, types, keys_of(PERSONS)) | inferred,
            _of(graph, types, allowed.others),
        )
        agents = (
            _of(graph, types, keys_of(_MAYBE)) | (columns.objects(led_to) & ~beginning(graph, '"'))
        ) & ~other
        maybe = ~other | typed | is_claim
        there = columns.mark(columns.s) | columns.objects(led_to)
        alone = there & maybe & ~is_claim & ~(columns.objects(~led_to) & ~typed)
        return cls(typed | agents, maybe, alone)


def _of(graph: ColumnGraph, types: Columns, keys: frozenset[str]) -> pl.Series:
    """A mark on the nodes of some classes; `types` are the statements that say what they are."""
    return types.subjects(types.having("o", mark_terms(graph, types.o, keys)))


def _reified(
    graph: ColumnGraph, columns: Columns, people: _People, allowed: AllowList
) -> pl.Series:
    """Reified statements of persons whose property is not on the list."""
    is_predicate = columns.having("p", find(graph, (RDF.predicate,)))
    unknown = mark_terms(graph, columns.o.filter(is_predicate), allowed.properties, absent=True)
    about = columns.having("p", find(graph, (RDF.subject,))) & columns.having("o", people.maybe)
    about = about | (
        columns.having("p", find(graph, (RDF.object,))) & columns.having("o", people.sure)
    )
    return columns.subjects(is_predicate & columns.having("o", unknown)) & columns.subjects(about)


@dataclass(frozen=True)
class Missing:
    """A property (or a class) that is said of persons and is not on the list: in which graph,
    and how often."""

    kind: str
    term: IRI
    graph: str
    count: int


def count_missing(graph: ColumnGraph, quads: pl.Series) -> tuple[Missing, ...]:
    """The properties and classes of the marked statements, sorted."""
    marked = graph.quads.filter(quads)
    is_type = find(graph, (RDF.type,)).gather(marked["p"])
    term = pl.when(is_type).then(marked["o"]).otherwise(marked["p"])
    found = (
        marked.select("g", term.alias("term"), is_class=is_type)
        .group_by("is_class", "term", "g")
        .len()
    )
    rows = [
        Missing(
            "class" if is_class else "property",
            IRI(graph.terms[one][1:-1]),
            graph.terms[place],
            count,
        )
        for is_class, one, place, count in found.iter_rows()
        if graph.terms[one].startswith("<")
    ]
    return tuple(sorted(rows, key=lambda each: (each.kind, each.term.value, each.graph)))
