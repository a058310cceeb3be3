"""Attacks on visibility: whatever is withheld, its words and its names are in no term of what is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import safety_examples

from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, ORG, PROV, RDF, RDFS, SCHEMA

NODES = [IRI(f"http://x/node-{number}-") for number in range(9)]
ONE, TWO, SECRET_SOURCE = (
    IRI(f"https://w3id.org/hrdgraph/graph/{name}") for name in ("one", "two", "secret")
)
LINKS = [
    HRD.recipient, HRD.evidence, HRD.act, HRD.alternativeTo, OA.hasSource, OA.hasSelector, PROV.used, RDF.subject, RDF.object,
    IRI("http://x/p"),
]  # fmt: skip
CLAIMS = {HRD.AwardConferral, HRD.Founding, HRD.HumanRightsEvent, HRD.AttributeClaim}
CLASSES = [*sorted(CLAIMS, key=str), HRD.Act, FOAF.Person, ORG.Organization, OA.SpecificResource]
WITHHELD = HRDV["visibility/withheld"]

nodes, places = st.sampled_from(NODES), st.sampled_from([ONE, TWO])
links = st.builds(Quad, nodes, st.sampled_from(LINKS), nodes, places)
types = st.builds(Quad, nodes, st.just(RDF.type), st.sampled_from(CLASSES), places)
words = st.builds(
    lambda node, place: Quad(node, RDFS.label, Literal(f"words of {node.value}"), place),
    nodes,
    places,
)
births = st.builds(
    lambda node, place: Quad(node, HRD.birthDate, Literal(f"birth of {node.value}"), place),
    nodes,
    places,
)
texts = st.text(max_size=4).map(Literal)
graphs = st.lists(st.one_of(links, links, links, types, words, births), max_size=40)


BIRTHS = Policy({HRD.birthDate: "withheld"}, {SECRET_SOURCE: "restricted"})


def marks(hidden: Iterable[IRI]) -> list[Quad]:
    return [Quad(node, HRD.visibility, WITHHELD, ONE) for node in hidden]


def publish(quads: Iterable[Quad]) -> ColumnGraph:
    return publish_graph(ColumnGraph.from_quads(quads), BIRTHS).graph


def reach(quads: Iterable[Quad], start: Iterable[IRI]) -> set[object]:
    """All that can be reached from the start, subject to object."""
    quads, found = list(quads), set(start)
    while grown := {quad.object for quad in quads if quad.subject in found} - found:
        found |= grown
    return found


@settings(max_examples=safety_examples(200))
@given(graphs, st.sets(nodes, max_size=3))
def test_no_term_tells_of_a_withheld_node_or_property(quads: list[Quad], hidden: set[IRI]) -> None:
    text = "\n".join(publish([*quads, *marks(hidden)]).terms)
    assert "birth of" not in text
    assert not [node.value for node in hidden if node.value in text]


@settings(max_examples=safety_examples(200))
@given(graphs, st.sets(nodes, min_size=1, max_size=3))
def test_what_only_withheld_nodes_lead_to_is_gone(quads: list[Quad], hidden: set[IRI]) -> None:
    result = list(publish([*quads, *marks(hidden)]))
    touched = reach([*quads], hidden)
    classes = {
        node: {q.object for q in result if q.subject == node and q.predicate == RDF.type}
        for node in NODES
    }
    dirty = {q.graph for q in {*quads, *marks(hidden)} - set(result)}
    roots = {
        q.subject
        for q in result
        if q.subject not in touched
        or q.graph not in dirty
        or (classes[q.subject] & CLAIMS and HRD.Act not in classes[q.subject])  # type: ignore[index]
    }
    alive = reach(result, roots)  # type: ignore[arg-type]
    assert [q for q in result if q.subject in touched and q.subject not in alive] == []


@settings(max_examples=safety_examples())
@given(graphs, st.sets(nodes, min_size=1, max_size=3), st.data())
def test_what_is_said_of_a_withheld_node_does_not_matter(
    quads: list[Quad], hidden: set[IRI], data: st.DataObject
) -> None:
    secrets = st.builds(
        Quad,
        st.sampled_from(sorted(hidden, key=str)),
        st.sampled_from([RDFS.label, HRD.note]),
        texts,
        st.just(ONE),
    )
    more = data.draw(st.lists(secrets, max_size=5))
    assert publish([*quads, *marks(hidden)]) == publish([*quads, *marks(hidden), *more])


@settings(max_examples=safety_examples(200))
@given(graphs, st.sets(nodes, max_size=2))
def test_a_public_name_brings_out_nothing_of_a_withheld_one(
    quads: list[Quad], hidden: set[IRI]
) -> None:
    """What is withheld under the name that its source gives it stays so when people judge that somebody public is the same."""
    public = IRI("http://x/public")
    rows = [*quads, Quad(public, RDF.type, FOAF.Person, IRI(f"{ONE.value}/other")), *marks(hidden)]
    apart = publish_graph(ColumnGraph.from_quads(rows), BIRTHS).graph
    joined = replace(BIRTHS, joined=((public.value, NODES[0].value),))
    assert set(publish_graph(ColumnGraph.from_quads(rows), joined).graph) <= set(apart)


secret_quads = st.builds(
    Quad,
    nodes,
    st.sampled_from([*LINKS, RDFS.label]),
    st.one_of(nodes, texts),
    st.just(SECRET_SOURCE),
)


@settings(max_examples=safety_examples())
@given(graphs, st.lists(secret_quads, min_size=1))
def test_a_withheld_source_changes_nothing(quads: list[Quad], secret: list[Quad]) -> None:
    assert publish([*quads, *secret]) == publish(quads)


@settings(max_examples=safety_examples())
@given(graphs, st.sets(nodes, max_size=3))
def test_the_rest_is_a_part_and_stays_as_it_is(quads: list[Quad], hidden: set[IRI]) -> None:
    whole = [*quads, *marks(hidden)]
    once = publish(whole)
    again = ColumnGraph.from_text(once.text())
    assert set(once) <= set(whole)
    assert once.terms.equals(again.terms)
    assert once.quads.equals(again.quads)
    assert publish(once) == once


@settings(max_examples=safety_examples())
@given(graphs)
def test_without_a_secret_only_the_property_goes(quads: list[Quad]) -> None:
    """And, with a property that is withheld, the places in documents that are cited for the same thing, as docs/explanation/trust.md says."""
    result, rest = set(publish(quads)), {quad for quad in quads if quad.predicate != HRD.birthDate}
    cited = {quad.predicate for quad in quads} >= {HRD.birthDate, HRD.evidence, OA.hasSelector}
    assert result <= rest if cited else result == rest


people, pages = (
    [IRI(f"http://x/{kind}-{number}-") for number in range(4)] for kind in ("person", "page")
)
claim_rows = st.lists(
    st.tuples(st.sampled_from(people), st.sampled_from(pages), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=safety_examples())
@given(claim_rows, st.sets(st.sampled_from(people), max_size=2), st.permutations([ONE, TWO]))
def test_claims_as_sources_make_them(
    rows: list[tuple[IRI, IRI, bool]], flagged: set[IRI], places: list[IRI]
) -> None:
    """Withheld claims and people vanish to the last letter; public ones stay to the last quad."""
    quads = marks(flagged)
    for who in people:
        quads += [
            Quad(who, RDF.type, FOAF.Person, places[0]),
            Quad(who, RDFS.label, Literal(f"name of {who.value}"), places[0]),
        ]
    for page in pages:
        quads.append(Quad(page, RDFS.label, Literal(f"title of {page.value}"), places[0]))
    made: list[tuple[IRI, IRI, IRI, list[Quad]]] = []
    for number, (who, page, secret) in enumerate(rows):
        claim, proof = IRI(f"http://x/claim-{number}-"), IRI(f"http://x/proof-{number}-")
        parts = [
            Quad(claim, RDF.type, HRD.AwardConferral, places[0]), Quad(claim, HRD.recipient, who, places[0]),
            Quad(claim, HRD.evidence, proof, places[0]), Quad(proof, OA.hasSource, page, places[0]),
            Quad(proof, HRD.quoteDigest, Literal(f"digest {claim.value}"), places[0]), Quad(claim, SCHEMA.about, page, places[0]),
        ]  # fmt: skip
        quads += parts + (marks([claim]) if secret else [])
        made.append((claim, who, page, [] if secret or who in flagged else parts))
    result = publish(quads)
    text, kept = "\n".join(result.terms), set(result)
    public = [entry for entry in made if entry[3]]
    for claim, _, _, parts in made:
        assert set(parts) <= kept
        assert parts or claim.value not in text
    for who in people:
        mentioned, claimed = (
            any(who == entry[1] for entry in made),
            any(who == entry[1] for entry in public),
        )
        assert (who.value in text) == (who not in flagged and (claimed or not mentioned))
    for page in pages:
        assert (page.value in text) == (
            any(page == entry[2] for entry in public) or all(page != entry[2] for entry in made)
        )
