"""Texts that are nearly the same are copies; texts with something in common are not; and copies corroborate nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.conflicts.agreement import state_agreement
from hrdgraph.conflicts.rules import ClaimColumns
from hrdgraph.evidence.documents import copies, copy_quads, with_digests
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.ontology import load
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import DCTERMS, HRD, OA, PROV, RDF, XSD

PLACE = IRI("https://w3id.org/hrdgraph/graph/derived")
WORDS = [f"word{number}" for number in range(60)]
NEWS = " ".join(WORDS)
OTHER = " ".join(reversed(WORDS))


@pytest.mark.parametrize(
    ("one", "other", "is_copy"),
    [
        (NEWS, NEWS, True),
        (NEWS, f"The Daily Example. {NEWS.upper()} Read more on our site.", True),
        (NEWS, " ".join(WORDS[:50]), True),
        (NEWS, NEWS.replace("word30", "another"), True),
        (NEWS, OTHER, False),
        (NEWS, " ".join(WORDS[:30] + list(reversed(WORDS[:30]))), False),
        (" ".join(WORDS[:14]), NEWS, False),  # a quotation
        ("a short text of few words", "a short text of few words", False),
        ("", "", False),
    ],
)
def test_two_texts(one: str, other: str, is_copy: bool) -> None:
    assert copies({"a": one, "b": other}) == ([("a", "b")] if is_copy else [])


def test_copies_of_copies_are_one_group() -> None:
    texts = {"a": " ".join(WORDS[:50]), "b": NEWS, "c": " ".join(WORDS[10:]), "d": OTHER}
    assert copies(texts) == [("a", "b", "c")]


@given(st.lists(st.text(st.sampled_from("ab "), max_size=60), max_size=8), st.data())
def test_groups_do_not_depend_on_the_order(texts: list[str], data: st.DataObject) -> None:
    named = {f"n{number}": text for number, text in enumerate(texts)}
    groups = copies(named)
    assert copies(dict(data.draw(st.permutations(list(named.items()))))) == groups
    names = [name for group in groups for name in group]
    assert len(names) == len(set(names))


def test_what_stands_in_very_many_texts_tells_nothing() -> None:
    menu = " ".join(f"menu{number}" for number in range(40))
    texts = {
        f"page{number}": f"{menu} own{number} " + " ".join(f"w{number}x{n}" for n in range(12))
        for number in range(120)
    }
    assert copies(texts) == []


def document(name: str, publisher: str, text: str) -> list[Quad]:
    page = IRI(f"http://x/{name}")
    return [
        Quad(page, RDF.type, HRD.SourceDocument, IRI("http://x/graph")),
        Quad(page, DCTERMS.publisher, Literal(publisher), IRI("http://x/graph")),
        Quad(page, HRD.sha256, Literal(digest_of(text)), IRI("http://x/graph")),
    ]


class Held(Snapshots):
    def text(self, sha256: str) -> str | None:
        return {digest_of(text): text for text in (NEWS, NEWS + " more", OTHER)}.get(sha256)


def test_documents_are_joined_both_ways_to_the_first() -> None:
    graph = ColumnGraph.from_quads(
        [
            *document("c", "C", NEWS),
            *document("b", "B", NEWS + " more"),
            *document("a", "A", NEWS),
            *document("d", "D", OTHER),
        ]
    )
    a, b, c = (IRI(f"http://x/{name}") for name in "abc")
    made = {(quad.subject, quad.object) for quad in copy_quads(graph, Held(), PLACE)}
    assert made == {(a, b), (b, a), (a, c), (c, a)}
    assert {quad.predicate for quad in copy_quads(graph, Held(), PLACE)} == {PROV.alternateOf}
    assert {(quad.subject, quad.object) for quad in copy_quads(graph, Snapshots(), PLACE)} == {
        (a, c),
        (c, a),
    }  # one digest, whoever has the text


def test_documents_without_a_digest_get_that_of_their_address() -> None:
    page = IRI("http://x/page")
    graph = ColumnGraph.from_quads(
        [Quad(page, RDF.type, HRD.SourceDocument, PLACE), *document("a", "A", NEWS)]
    )
    made = with_digests(
        graph, {"http://x/page": "d" * 64, "http://x/a": "e" * 64, "http://x/other": "f" * 64}
    )
    assert set(made) - set(graph) == {Quad(page, HRD.sha256, Literal("d" * 64), PLACE)}
    assert with_digests(graph, {}) is graph


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([("a", "A", NEWS)], 1),
        ([("a", "A", NEWS), ("b", "B", OTHER)], 2),
        ([("a", "A", NEWS), ("b", "A", OTHER)], 1),  # one publisher
        ([("a", "A", NEWS), ("b", "B", NEWS + " more")], 1),  # one text
        ([("a", "A", NEWS), ("b", "B", NEWS), ("c", "C", NEWS + " more")], 1),
        ([("a", "A", NEWS), ("b", "B", NEWS), ("c", "C", OTHER)], 2),
        ([("a", "A", NEWS), ("b", "B", NEWS), ("c", "B", OTHER)], 2),
        (
            [("c", "A", NEWS), ("b", "B", NEWS), ("a", "B", OTHER)],
            2,
        ),  # the order of names does not matter
    ],
)
def test_copies_count_once(pages: list[tuple[str, str, str]], count: int) -> None:
    quads = [quad for page in pages for quad in document(*page)]
    for number, (name, _, _) in enumerate(pages):
        claim, proof = IRI(f"http://x/claim{number}"), IRI(f"http://x/proof{number}")
        quads += [
            Quad(claim, term, IRI(f"http://x/{term.value[-4:]}"))
            for term in (HRD.edition, HRD.recipient, HRD.outcome)
        ]
        quads += [
            Quad(claim, RDF.type, HRD.AwardConferral),
            Quad(claim, HRD.evidence, proof),
            Quad(proof, OA.hasSource, IRI(f"http://x/{name}")),
        ]
    quads += copy_quads(ColumnGraph.from_quads(quads), Held(), PLACE)
    graph = ColumnGraph.from_quads([quad._replace(graph=PLACE) for quad in quads])
    none = ColumnGraph.union([])
    made = state_agreement(load(open_shipped_model()), ClaimColumns(graph, none), none, PLACE)
    counts = {quad.object for quad in made.where(p=HRD.independentPublishers)}
    assert counts == {Literal(str(count), XSD.integer.value)}
