"""A graph and a policy into marks on the quads that may not be shown, one for each reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from hrdgraph.evidence.namespaces import key_of, mark_terms
from hrdgraph.privacy.allow_list import Unlisted, find_unlisted
from hrdgraph.privacy.disclosure import words_of_evidence
from hrdgraph.privacy.kept_back import KeptBack, Surroundings, find_kept_back
from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.node_kinds import claims
from hrdgraph.privacy.risk import at_risk, exact_places
from hrdgraph.privacy.shadow_graphs import in_each_name
from hrdgraph.privacy.withdrawn_names import in_words
from hrdgraph.privacy.withheld_nodes import orphans, torn, with_their_claims
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdf.marks import Columns, as_one, find
from hrdgraph.vocab import HRD, OWL, RDF, RDFS

REASONS: Final = (
    "withdrawn",
    "property",
    "source",
    "column",
    "kept",
    "risk",
    "unlisted",
    "place",
    "claim",
    "mention",
    "orphan",
    "words",
    "name",
    "derived",
)
ALWAYS: Final = {HRD.atRisk: "withheld"}  # that somebody is at risk is never told
_PARTS: Final = (("s", RDF.subject), ("p", RDF.predicate), ("o", RDF.object))


@dataclass(frozen=True, eq=False)
class VisibilityBasis:
    """What reasons are found on: the graph in which each thing has one name, its columns, the
    same columns in the names of the sources and where each of these names stands for; for each
    graph the first of those that the same source writes into (`rooms`); and marks on what is
    told (in a public source, not derived), on what is private by itself whoever it is about, on
    the claims, and on the nodes that are marked.
    """

    graph: ColumnGraph
    columns: Columns
    own: Columns
    place: pl.Series
    rooms: pl.Series
    told: pl.Series
    private: pl.Series
    is_claim: pl.Series
    marked: pl.Series
    unlisted: Unlisted


def reasons_of(
    graph: ColumnGraph, by_column: pl.Series, policy: Policy
) -> tuple[dict[str, pl.Series], KeptBack | None]:
    """Mark the quads that each reason hides; `by_column` are those that a hidden table or column
    made. With it, who is kept back, if anybody is."""
    own, place = Columns.of(graph), as_one(graph, policy.joined)
    # in the order of the statements, which the marks follow, and no longer sorted: so nothing here
    # may look by subject (`where`)
    renamed = (place.gather(graph.quads[name]).alias(name) for name in COLUMNS)
    graph = ColumnGraph(graph.terms, graph.quads.select(renamed))
    rooms = as_one(graph, policy.rooms)
    columns, by_column = Columns.of(graph), in_each_name(graph, by_column, rooms)
    is_claim = claims(graph, columns)
    gone, sources = find(graph, policy.withdrawn), find(graph, policy.hidden(policy.graphs))
    properties = _properties(graph, columns, policy)
    by_property, by_source = columns.having("p", properties), columns.having("g", sources)
    found = {"property": by_property, "source": by_source, "column": by_column}
    names = columns.g.unique()
    is_derived = graph.terms.gather(names).str.ends_with("/derived>")
    derived = columns.having("g", columns.mark(names.filter(is_derived)))
    told = ~(found["source"] | derived)
    marked = _marked(graph, columns, policy) | sources | gone
    around = Surroundings(graph, columns, own, place, rooms, told, is_claim, marked)
    kept = find_kept_back(around, policy)
    found["kept"] = columns.having("s", columns.none) if kept is None else kept.quads
    marked = marked if kept is None else marked | kept.nodes
    risk = at_risk(graph, columns, told, marked, is_claim, policy.award_lists)
    found["risk"] = columns.having("s", columns.none) if risk is None else risk.quads
    marked = marked if risk is None else marked | risk.nodes
    unlisted = _unlisted(graph, columns, is_claim, policy)
    found["unlisted"] = unlisted.quads
    private = found["property"] | by_column | found["kept"] | found["risk"] | unlisted.quads
    places = (graph, columns, own, place, rooms)
    ground = VisibilityBasis(*places, told, private, is_claim, marked, unlisted)
    found |= _of_nodes(ground, properties, policy)
    found["withdrawn"] = reduce(or_, (columns.having(name, gone) for name in ("s", "p", "o", "g")))
    found["name"] = (
        in_words(graph, columns, gone, policy.withdrawn_names) & told
        if policy.withdrawn
        else found["withdrawn"]
    )
    hidden = reduce(or_, found.values())
    found["derived"] = derived if hidden.any() else derived & False
    return found, kept


def _of_nodes(
    ground: VisibilityBasis, properties: pl.Series, policy: Policy
) -> dict[str, pl.Series]:
    """What goes with nodes that go, and with statements that are private by themselves."""
    graph, columns, told = ground.graph, ground.columns, ground.told
    is_claim, public = ground.is_claim, told & ~ground.private
    attributes = _reified(graph, columns, properties) | ground.unlisted.reified
    attributes = attributes | torn(graph, columns, told & ground.private, public, is_claim)
    said, marked = columns.only(public), ground.marked | attributes
    nodes = with_their_claims(graph, said, columns.only(told), marked, is_claim)
    by_claim = reduce(or_, (columns.having(name, nodes) for name in ("s", "p", "g")))
    by_mention = columns.having("o", nodes) | _beside(graph, columns, nodes)
    seen, living = public & ~(by_claim | by_mention), _of_the_living(graph, columns, policy)
    by_place = told & exact_places(graph, columns, seen, is_claim, living, ground.unlisted.persons)
    private = ground.private | by_place
    gone = private | by_claim | by_mention
    orphaned = _orphans(ground, _Hidden(gone, private, nodes, attributes & ~ground.marked))
    return {
        "place": by_place,
        "claim": by_claim,
        "mention": by_mention,
        "orphan": ground.own.having("s", orphaned) | ground.own.having("o", orphaned),
        "words": words_of_evidence(
            graph, columns, told & private, told, policy.wordless, ground.rooms
        ),
    }


@dataclass(frozen=True, eq=False)
class _Hidden:
    """What is withheld before orphans are looked for: marks on quads and on terms."""

    quads: pl.Series
    private: pl.Series
    nodes: pl.Series
    attributes: pl.Series


def _properties(graph: ColumnGraph, columns: Columns, policy: Policy) -> pl.Series:
    """The properties that are not shown, with their sub-properties, equivalents and inverses."""
    given = find(graph, policy.hidden({**policy.properties, **ALWAYS}))
    return _narrower(
        graph,
        columns,
        _in_all_spellings(
            graph, columns, given | _annotated(graph, columns, HRD.defaultVisibility, policy)
        ),
    )


def _of_the_living(graph: ColumnGraph, columns: Columns, policy: Policy) -> pl.Series:
    return _narrower(
        graph,
        columns,
        _in_all_spellings(graph, columns, _annotated(graph, columns, HRD.livingVisibility, policy)),
    )


def _unlisted(
    graph: ColumnGraph, columns: Columns, is_claim: pl.Series, policy: Policy
) -> Unlisted:
    if policy.allowed_of_persons is None:
        return Unlisted(columns.having("s", columns.none), columns.none, columns.none)
    return find_unlisted(
        graph, columns, is_claim, policy.allowed_of_persons, find(graph, policy.trusted)
    )


def _in_all_spellings(graph: ColumnGraph, columns: Columns, properties: pl.Series) -> pl.Series:
    """The properties with those that differ from one of them only in how their namespace is
    written."""
    tied = columns.having(
        "p", find(graph, (RDF.predicate, RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf))
    )
    candidates = pl.concat([columns.p.unique(), columns.o.filter(tied), columns.s.filter(tied)])
    keys = {key_of(text[1:-1]) for text in graph.terms.filter(properties)}
    return properties | mark_terms(graph, candidates, keys)


def _annotated(graph: ColumnGraph, columns: Columns, annotation: IRI, policy: Policy) -> pl.Series:
    """The properties of which the graph itself says, with this annotation, that they are not
    shown."""
    said = columns.having("p", find(graph, (annotation,)))
    return columns.subjects(said & ~columns.having("o", find(graph, policy.allowed())))


def _narrower(graph: ColumnGraph, columns: Columns, properties: pl.Series) -> pl.Series:
    below = columns.only(columns.having("p", find(graph, (RDFS.subPropertyOf,))))
    twins = columns.only(columns.having("p", find(graph, (OWL.equivalentProperty, OWL.inverseOf))))
    tied = replace(
        columns, s=pl.concat([below.o, twins.s, twins.o]), o=pl.concat([below.s, twins.o, twins.s])
    )
    return tied.reach(properties)


def _marked(graph: ColumnGraph, columns: Columns, policy: Policy) -> pl.Series:
    """The nodes that say of themselves that they are not to be shown; it does not matter in
    which graph."""
    said = columns.having("p", find(graph, (HRD.visibility,)))
    return columns.subjects(said & ~columns.having("o", find(graph, policy.allowed())))


def _reified(graph: ColumnGraph, columns: Columns, properties: pl.Series) -> pl.Series:
    """Reified statements of a withheld property."""
    return columns.subjects(
        columns.having("p", find(graph, (RDF.predicate,))) & columns.having("o", properties)
    )


def _beside(graph: ColumnGraph, columns: Columns, nodes: pl.Series) -> pl.Series:
    """The plain statements that withheld reified statements state, unless a public one states
    them too."""
    subjects, predicates, objects = (
        columns.only(columns.having("p", find(graph, (term,)))) for _, term in _PARTS
    )
    stated = pl.DataFrame({"claim": subjects.s, "s": subjects.o})
    for name, part in (("p", predicates), ("o", objects)):
        stated = stated.join(pl.DataFrame({"claim": part.s, name: part.o}), on="claim")
    secret = nodes.gather(stated["claim"])
    only_secret = stated.filter(secret).join(stated.filter(~secret), on=["s", "p", "o"], how="anti")
    quads = graph.quads.with_row_index("quad").join(only_secret, on=["s", "p", "o"], how="semi")[
        "quad"
    ]
    mark = pl.repeat(False, len(graph), dtype=pl.Boolean, eager=True)
    return mark.scatter(quads, True) if len(quads) else mark


def _orphans(ground: VisibilityBasis, hidden: _Hidden) -> pl.Series:
    """The nodes that only withheld statements speak of, the unsaid values of withheld properties
    among them, in the names of the sources: that the thing has a public name too does not make
    this one public. A withheld attribute does not make an orphan of the thing that it is of."""
    graph, columns, told = ground.graph, ground.own, ground.told
    nodes, attributes = hidden.nodes.gather(ground.place), hidden.attributes.gather(ground.place)
    attribute_of = columns.having("s", attributes) & columns.having(
        "p", find(graph, (RDF.subject,))
    )
    evidence = columns.having("p", find(graph, (HRD.evidence,))) & told
    lost = columns.having("o", nodes)
    unproved = columns.subjects(evidence & lost) & ~columns.subjects(evidence & ~lost)
    seeds = nodes | columns.objects(hidden.private & told) | unproved
    return orphans(
        graph, columns.only(told), hidden.quads.filter(told), seeds, attribute_of.filter(told)
    )
