"""Mark the nodes of a graph: claims, persons, people at risk, living people, and what may be said
of persons.

Whoever is not surely something else counts as a person: what has no class, or none that is known,
as well. So do claims, which speak of persons: what is said of a claim is said of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from hrdgraph.mapping.facts.layout import claim_classes
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning, find, key_of, keys_of, mark_terms
from hrdgraph.vocab import FOAF, HRD, HRDV, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SKOS

_PARTS: Final = (HRD.Act, HRD.CeremonyEvent, HRD.Announcement)
_VOCABULARY: Final = (
    OWL.Class, OWL.Ontology, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty,
    RDFS.Class, RDF.Property, SKOS.ConceptScheme,
)  # fmt: skip


def mark_claims(graph: ColumnGraph, columns: Columns) -> pl.Series:
    """Mark the nodes of a claim class: of the kinds of this version, even without the ontology in
    the graph, and of what it declares below them."""
    return mark_instances(graph, columns, (*claim_classes(), HRD.Testimony, RDF.Statement))


def mark_independent(graph: ColumnGraph, columns: Columns) -> pl.Series:
    """Mark what stays published although withheld statements speak of it: claims, each with a
    visibility of its own, and the vocabulary. Parts do not: acts (of an event), ceremonies and
    announcements (of a conferral). Nor do persons, places and documents."""
    independent = mark_claims(graph, columns) & ~mark_instances(graph, columns, _PARTS)
    return independent | mark_instances(graph, columns, _VOCABULARY) | beginning(graph, f"<{HRDV}")


def mark_instances(graph: ColumnGraph, columns: Columns, classes: tuple[IRI, ...]) -> pl.Series:
    """Mark the nodes of these classes and of those declared below them."""
    declared = columns.only(columns.having("p", find(graph, (RDFS.subClassOf,))))
    wanted = replace(declared, s=declared.o, o=declared.s).reach(find(graph, classes))
    return columns.subjects(
        columns.having("p", find(graph, (RDF.type,))) & columns.having("o", wanted)
    )


NAMES: Final = (SKOS.prefLabel, SKOS.altLabel, RDFS.label, FOAF.name, SCHEMA.name)
_DEATHS: Final = tuple(
    HRDV[f"act-type/{name}"] for name in ("killing", "death", "death-in-custody")
)
_DEAD: Final = tuple(HRDV[f"fate/{name}"] for name in ("dead", "remains-identified"))
_DEATH_DATES: Final = (
    HRD.deathDate, SCHEMA.deathDate, IRI("http://www.wikidata.org/prop/direct/P570"),
)  # fmt: skip
_DEAD_ENDS: Final = (
    FOAF.Agent, FOAF.Person, ORG.Organization, ORG.FormalOrganization,
    ORG.OrganizationalCollaboration, HRD.Award, HRD.AwardEdition, HRD.SourceDocument, SKOS.Concept,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Risk:
    """Nodes that go whole, and statements that go one by one."""

    nodes: pl.Series
    quads: pl.Series


def find_at_risk(
    graph: ColumnGraph, columns: Columns, told: pl.Series, marked: pl.Series, is_claim: pl.Series,
    lists: Collection[IRI],
) -> Risk | None:  # fmt: skip
    """Find all about flagged people (hrd:atRisk, anything but false) outside the conferrals of a
    public award list; there, their names and types stay too. A flagged person in no such
    conferral goes whole. None where nobody is flagged."""
    people = _mark_flagged(graph, columns)
    if not people.any():
        return None
    listed = told & columns.having("g", find(graph, lists))
    conferrals = mark_instances(graph, columns, (HRD.AwardConferral,)) & ~marked
    named = columns.having("o", people)
    in_lists = listed & named & columns.having("s", conferrals)
    kept, known = columns.subjects(in_lists), columns.objects(in_lists)
    claims = columns.subjects(told & named & columns.having("s", is_claim)) & ~kept
    identity = listed & columns.having("p", find(graph, (RDF.type, *NAMES, HRD.evidence)))
    about = columns.having("s", people) & ~identity
    return Risk(claims | (people & ~known), told & (about | (named & ~columns.having("s", kept))))


def list_people_at_risk(graph: ColumnGraph) -> frozenset[IRI]:
    """List the people who are flagged (hrd:atRisk, anything but false)."""
    texts = graph.terms.filter(_mark_flagged(graph, Columns.of(graph)))
    return frozenset(IRI(text[1:-1]) for text in texts if text.startswith("<"))


def _mark_flagged(graph: ColumnGraph, columns: Columns) -> pl.Series:
    flags = columns.only(columns.having("p", find(graph, (HRD.atRisk,))))
    no = graph.terms.gather(flags.o).str.contains(r'(?i)^"(?:false|0|no)"')
    return flags.subjects(~no)


def mark_exact_places(
    graph: ColumnGraph, columns: Columns, seen: pl.Series, is_claim: pl.Series,
    properties: pl.Series, persons: pl.Series,
) -> pl.Series:  # fmt: skip
    """Mark the statements of `properties` that say exactly where a living person is or was: of the
    person, of a claim or event that names one, or of a place that either points at. Whoever is
    not said to be dead in what is `seen` is living. `persons` count as persons though they are
    not said to be any."""
    exact = columns.having("p", properties)
    if not exact.any():
        return exact
    facts = columns.only(seen)
    living = (mark_instances(graph, columns, (FOAF.Person,)) | persons) & ~_dead(graph, facts)
    naming = facts.subjects(facts.having("o", living) & facts.having("s", is_claim))
    events = facts.subjects(facts.having("p", find(graph, (HRD.act,))) & facts.having("o", naming))
    ends = mark_instances(graph, columns, _DEAD_ENDS) | is_claim | beginning(graph, f"<{HRDV}")
    links = facts.only(~facts.having("o", ends))
    return exact & columns.having("s", links.reach(living | naming | events))


def _dead(graph: ColumnGraph, columns: Columns) -> pl.Series:
    dated = columns.subjects(columns.having("p", find(graph, _DEATH_DATES)))
    kinds = columns.having("p", find(graph, (HRD.actType, HRD.fate)))
    told = columns.subjects(kinds & columns.having("o", find(graph, (*_DEATHS, *_DEAD))))
    whose = columns.having("p", find(graph, (HRD.victim, HRD.fateOf))) & columns.having("s", told)
    return dated | columns.objects(whose)


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
    FOAF.Agent, HRD.HumanRightsDefender, PROV.Agent, SCHEMA.Thing, OWL.Thing, OWL.NamedIndividual,
    RDFS.Resource,
)  # fmt: skip
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
        cls, properties: Iterable[IRI], classes: Mapping[IRI, Iterable[IRI]],
        other_groups: Iterable[IRI], ends: Iterable[tuple[IRI, str, IRI]],
    ) -> AllowList:  # fmt: skip
        """From the public properties, the known classes with all classes above each, the classes
        that are said to be no persons, and the domains and ranges of properties: (property,
        "domain" or "range", class)."""
        groups, persons = keys_of((*GROUPS, *other_groups)), keys_of(PERSONS)
        above = {
            key_of(iri.value): {key_of(iri.value), *keys_of(parents)}
            for iri, parents in classes.items()
        }
        maybe = persons | keys_of(_MAYBE)
        of_people = {key for key, line in above.items() if line & maybe and not line & groups}
        is_person, known = of_people | maybe, frozenset(above) | groups | keys_of(_OTHERS)
        told = [(key_of(iri.value), end, key_of(class_iri.value)) for iri, end, class_iri in ends]
        return cls(
            properties=keys_of((*properties, *_ALWAYS)),
            classes=known | is_person,
            others=known - is_person,
            of_persons=frozenset(p for p, end, key in told if end == "domain" and key in persons),
            to_persons=frozenset(p for p, end, key in told if end == "range" and key in is_person),
        )


@dataclass(frozen=True, eq=False)
class Unlisted:
    """Marks: on statements of what is not named as public, on reified statements of it, and on
    nodes of which it must be thought that they are living persons, though nothing says so."""

    quads: pl.Series
    reified: pl.Series
    persons: pl.Series


def find_unlisted(
    graph: ColumnGraph, columns: Columns, is_claim: pl.Series, allowed: AllowList,
    trusted: pl.Series,
) -> Unlisted:  # fmt: skip
    """Find what is said of persons, of claims, and of what may be a person, and is not on the
    list; not in the `trusted` graphs."""
    people = _People.of(graph, columns, is_claim, allowed)
    unknown = mark_terms(graph, columns.p, allowed.properties, absent=True)
    is_type = columns.having("p", find(graph, (RDF.type,)))
    nowhere = mark_terms(graph, columns.o.filter(is_type), allowed.classes, absent=True)
    about = columns.having("s", people.maybe)
    unlisted = columns.having("p", unknown) & (about | columns.having("o", people.sure))
    unlisted = (unlisted | (is_type & about & columns.having("o", nowhere))) & ~columns.having(
        "g", trusted
    )
    return Unlisted(unlisted, _mark_reified(graph, columns, people, allowed), people.alone)


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
            _mark_typed(graph, types, keys_of(PERSONS)) | inferred,
            _mark_typed(graph, types, allowed.others),
        )
        agents = (
            _mark_typed(graph, types, keys_of(_MAYBE))
            | (columns.objects(led_to) & ~beginning(graph, '"'))
        ) & ~other
        maybe = ~other | typed | is_claim
        there = columns.mark(columns.s) | columns.objects(led_to)
        alone = there & maybe & ~is_claim & ~(columns.objects(~led_to) & ~typed)
        return cls(typed | agents, maybe, alone)


def _mark_typed(graph: ColumnGraph, types: Columns, keys: frozenset[str]) -> pl.Series:
    """Mark the nodes of some classes; `types` are the statements that give the classes."""
    return types.subjects(types.having("o", mark_terms(graph, types.o, keys)))


def _mark_reified(
    graph: ColumnGraph, columns: Columns, people: _People, allowed: AllowList
) -> pl.Series:
    """Mark the reified statements of persons whose property is not on the list."""
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
    """Count the properties and classes of the marked statements, sorted."""
    marked = graph.quads.filter(quads)
    is_type = find(graph, (RDF.type,)).gather(marked["p"])
    term = pl.when(is_type).then(marked["o"]).otherwise(marked["p"])
    counts = (
        marked.select("g", term.alias("term"), is_class=is_type)
        .group_by("is_class", "term", "g")
        .len()
    )
    rows = [
        Missing(
            "class" if is_class else "property",
            IRI(graph.terms[term][1:-1]),
            graph.terms[place],
            count,
        )
        for is_class, term, place, count in counts.iter_rows()
        if graph.terms[term].startswith("<")
    ]
    return tuple(sorted(rows, key=lambda each: (each.kind, each.term.value, each.graph)))
