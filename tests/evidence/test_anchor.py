"""Three ways of citing become one published form: place, version, digest and status; and no word of it stays, unless it may."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import EvidenceError, raise_all
from hrdgraph.evidence.anchoring import AnchorNames, anchor
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.evidence.word_search import UnclearWords
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import HRD, HRDV, OA, RDF, RDFS, XSD

TEXT = "Ana founded “the group” in 2009. Bo spoke about Ana in 2009."
PAGE, GRAPH = IRI("http://x/page"), IRI("http://x/graph")
TERMS = AnchorNames("http://x/id/")
PUBLISHED = AnchorNames("http://x/id/", frozenset([GRAPH.n3()]))
NUMBER = XSD.nonNegativeInteger.value


class Held(Snapshots):
    def text(self, sha256: str) -> str | None:
        return TEXT if sha256 == digest_of(TEXT) else None


def evidence(name: str = "e", **said: str) -> list[Quad]:
    """One evidence node as a mapping makes it; `said` is start, end, digest, exact, prefix, suffix."""
    node, selector = IRI(f"http://x/{name}"), IRI(f"http://x/{name}/selector")
    quads = [
        Quad(node, RDF.type, OA.SpecificResource),
        Quad(node, OA.hasSource, PAGE),
        Quad(node, OA.hasSelector, selector),
    ]
    quads += [
        Quad(PAGE, RDF.type, HRD.SourceDocument),
        Quad(PAGE, HRD.sha256, Literal(digest_of(TEXT))),
    ]
    quads += [Quad(node, HRD.quoteDigest, Literal(said.pop("digest")))] if "digest" in said else []
    quads += [
        Quad(selector, OA[name], Literal(value, NUMBER if value.isdigit() else ""))
        for name, value in said.items()
        if name in ("start", "end")
    ]
    quads += [
        Quad(selector, OA[name], Literal(value))
        for name, value in said.items()
        if name not in ("start", "end")
    ]
    return [quad._replace(graph=GRAPH) for quad in quads]


def anchored(
    quads: list[Quad], terms: AnchorNames = TERMS, snapshots: Snapshots | None = None
) -> ColumnGraph:
    made = anchor(ColumnGraph.from_quads(quads), snapshots or Held(), terms)
    raise_all(made.report.broken)
    return made.graph


def values(graph: ColumnGraph, subject: str | Term, predicate: IRI) -> list[str]:
    found = [
        quad.object
        for quad in graph
        if quad.predicate == predicate and quad.subject in (subject, IRI(f"http://x/{subject}"))
    ]
    return sorted(term.value if isinstance(term, IRI | Literal) else str(term) for term in found)


def status(graph: ColumnGraph, name: str = "e") -> list[str]:
    return [value.rpartition("/")[2] for value in values(graph, name, HRD.evidenceStatus)]


WAYS = [
    {"exact": '"the  group"'},
    {"exact": "“the group”", "prefix": "Ana founded"},
    {"start": "12", "end": "23", "digest": digest_of("“the group”")},
    {"exact": '"the group"', "start": "12", "end": "23"},
    {"exact": '"the group"', "start": "12", "end": "23", "digest": digest_of("“the group”")},
]


@pytest.mark.parametrize("said", WAYS)
def test_every_way_gives_the_same(said: dict[str, str]) -> None:
    graph = anchored(evidence(**said))
    [place] = values(graph, "e", OA.hasSelector)
    assert values(graph, IRI(place), RDF.type) == [OA.TextPositionSelector.value]
    assert (values(graph, IRI(place), OA.start), values(graph, IRI(place), OA.end)) == (
        ["12"],
        ["23"],
    )
    assert values(graph, "e", HRD.quoteDigest) == [digest_of("“the group”")]
    assert status(graph) == ["verified"]
    assert not [
        term for term in graph.terms if "the group" in term or "Ana" in term or "exact" in term
    ]


def test_the_version_names_the_text_by_its_hash() -> None:
    graph = anchored(evidence(**WAYS[0]))
    [state] = values(graph, "e", OA.hasState)
    [copy] = values(graph, IRI(state), OA.cachedSource)
    assert copy.startswith("ni:///sha-256;")
    assert (
        urlsafe_b64decode(copy.rpartition(";")[2] + "=") == hashlib.sha256(TEXT.encode()).digest()
    )


def test_a_whole_document_has_a_status_and_no_selector() -> None:
    graph = anchored(evidence())
    assert (status(graph), values(graph, "e", OA.hasSelector)) == (["whole-document"], [])


@pytest.mark.parametrize("said", WAYS)
def test_without_the_snapshot_the_digest_is_recorded_all_the_same(said: dict[str, str]) -> None:
    graph = anchored(evidence(**said), snapshots=Snapshots())
    assert status(graph) == ["unverifiable"]
    assert values(graph, "e", HRD.quoteDigest) == [said.get("digest") or digest_of(said["exact"])]
    assert bool(values(graph, "e", OA.hasSelector)) == ("start" in said)
    assert not [term for term in graph.terms if "the group" in term]


def test_words_are_published_where_they_may_be_and_nowhere_else() -> None:
    other = [
        quad._replace(graph=IRI("http://x/other")) for quad in evidence("o", exact="in 2009. Bo")
    ]
    graph = anchored([*evidence(**WAYS[0]), *evidence("p", **WAYS[2]), *other], PUBLISHED)
    for name in "ep":
        quotes = [
            IRI(iri)
            for iri in values(graph, name, OA.hasSelector)
            if values(graph, IRI(iri), OA.exact)
        ]
        assert [values(graph, quote, OA.exact) for quote in quotes] == [["“the group”"]]
        assert [values(graph, quote, RDF.type) for quote in quotes] == [
            [OA.TextQuoteSelector.value]
        ]
    assert not [term for term in graph.terms if "Bo" in term]


def error(**said: str) -> EvidenceError:
    report = anchor(ColumnGraph.from_quads(evidence(**said)), Held(), TERMS).report
    assert (report.verified, report.unverifiable, report.whole, len(report.broken)) == (0, 0, 0, 1)
    return report.broken[0]


@pytest.mark.parametrize(
    ("said", "fact", "hint"),
    [
        (
            {"exact": "in 2009"},
            "the words are in 2 places",
            "they are at 24–31, 52–59: which are meant?",
        ),
        ({"exact": "Cy spoke"}, "the words are not in the page", "of 2 words, 1 is at"),
        (
            {"exact": "in 2009", "prefix": "Cy"},
            "the words are not in the page",
            "not between the words before and after",
        ),
        (
            {"exact": "Ana", "start": "1", "end": "4"},
            "the words at 1–4 are not those that the row cites",
            "the cited words are at 0–3",
        ),
        (
            {"exact": "founded", "digest": "0" * 64},
            "the digest (sha256) belongs to other words",
            digest_of("founded"),
        ),
        ({"exact": " "}, "the cell is empty", "leave the cell empty"),
        (
            {"exact": "founded", "start": "x", "end": "4"},
            "'x–4' is not written as expected",
            "whole numbers",
        ),
        ({"digest": "0" * 64}, "'?–?' is not written as expected", "whole numbers"),
    ],
)
def test_what_is_broken_says_so(said: dict[str, str], fact: str, hint: str) -> None:
    found = error(**said)
    assert found.fact == fact
    assert hint in found.hint
    assert found.origin.node == "<http://x/e>"


def test_two_places_are_shown_to_eyes_only() -> None:
    found = error(exact="in 2009")
    assert isinstance(found, UnclearWords)
    assert "[in 2009]" in found.contexts[0]
    assert "2009" not in str(found) + str(found.as_dict())


def test_prefix_and_suffix_tell_which() -> None:
    for said, place in (
        ({"exact": "in 2009", "prefix": "group”"}, "24"),
        ({"exact": "in 2009", "suffix": ". Bo"}, "24"),
        ({"exact": "in 2009", "prefix": "Ana"}, "52"),
    ):
        graph = anchored(evidence(**said))
        [selector] = values(graph, "e", OA.hasSelector)
        assert values(graph, IRI(selector), OA.start) == [place]


def test_a_source_cannot_say_that_it_is_verified() -> None:
    quads = [
        *evidence(),
        Quad(IRI("http://x/e"), HRD.evidenceStatus, HRDV["evidence-status/verified"], GRAPH),
    ]
    assert status(anchored(quads)) == ["whole-document"]


def test_each_graph_that_speaks_of_a_node_has_its_status() -> None:
    quads = evidence(**WAYS[2]) + [
        quad._replace(graph=IRI("http://x/two")) for quad in evidence(**WAYS[2])
    ]
    made = anchor(ColumnGraph.from_quads(quads), Held(), TERMS)
    assert made.report.verified == 1
    assert {quad.graph for quad in made.graph if quad.predicate == HRD.evidenceStatus} == {
        GRAPH,
        IRI("http://x/two"),
    }


def test_selectors_of_other_kinds_and_of_other_nodes_stay() -> None:
    fragment, shared = IRI("http://x/fragment"), IRI("http://x/e/selector")
    more = [
        Quad(IRI("http://x/e"), OA.hasSelector, fragment, GRAPH), Quad(fragment, RDF.value, Literal("page=3"), GRAPH),
        Quad(IRI("http://x/f"), OA.hasSource, PAGE, GRAPH), Quad(IRI("http://x/f"), OA.hasSelector, shared, GRAPH),
    ]  # fmt: skip
    graph = anchored([*evidence(exact="founded"), *more])
    assert values(graph, "e", OA.hasSelector) == ["http://x/e/place", "http://x/fragment"]
    assert values(graph, fragment, RDF.value) == ["page=3"]


def test_nodes_without_a_name_are_anchored_too() -> None:
    quads = [
        quad._replace(subject=BlankNode("e")) if quad.subject == IRI("http://x/e") else quad
        for quad in evidence(exact="founded")
    ]
    graph = anchored(quads)
    assert [quad.object for quad in graph if quad.predicate == OA.start] == [Literal("4", NUMBER)]


def test_a_graph_without_evidence_stays_as_it_is() -> None:
    graph = ColumnGraph.from_quads([Quad(PAGE, RDFS.label, Literal("a page"), GRAPH)])
    assert anchor(graph, Held(), TERMS).graph == graph


@settings(max_examples=examples(40))
@given(st.lists(st.sampled_from([*WAYS, {}]), max_size=4))
def test_anchoring_what_is_anchored_changes_nothing(ways: list[dict[str, str]]) -> None:
    quads = [quad for number, said in enumerate(ways) for quad in evidence(f"e{number}", **said)]
    once = anchored(quads)
    assert anchored(list(once)) == once
    kept = {
        quad
        for quad in quads
        if quad.predicate in (OA.hasSource, HRD.sha256)
        or quad.object in (OA.SpecificResource, HRD.SourceDocument)
    }
    assert kept <= set(once)
    assert {quad.object for quad in once if quad.predicate == HRD.evidenceStatus} <= {
        HRDV[f"evidence-status/{name}"] for name in ("verified", "whole-document")
    }
