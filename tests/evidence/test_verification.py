"""Citations held against their snapshots: verified, unverifiable, broken; and no message gives words away."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import EvidenceError, Origin
from hrdgraph.evidence.citations import (
    Citation,
    EvidenceReport,
    citations_of,
    citations_of_frame,
    evidence_of,
    verify,
)
from hrdgraph.evidence.snapshots import Snapshots, digest_of
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.vocab import HRD, OA, XSD

TEXT = "Ana founded the group in 2009. Bo spoke about Ana."
ORIGIN = Origin("roles.csv", 3)


def read_citations(graph: ColumnGraph) -> list[Citation]:
    return citations_of(graph, evidence_of(graph).drop("graph").unique(maintain_order=True))


class Held(Snapshots):
    """One text, always at hand."""

    def text(self, sha256: str) -> str | None:
        return TEXT if sha256 == digest_of(TEXT) else None


def cite(
    start: object = 0,
    end: object = 11,
    words: str | None = TEXT[0:11],
    sha256: str = digest_of(TEXT),
) -> Citation:
    return Citation(sha256, str(start), str(end), digest_of(words) if words else "", ORIGIN)


def broken(citation: Citation) -> EvidenceError:
    report = verify([citation], Held())
    assert (report.verified, report.unverifiable, len(report.broken)) == (0, 0, 1)
    return report.broken[0]


def test_words_that_are_there_are_verified() -> None:
    assert verify([cite(), cite(31, 50, TEXT[31:50])], Held()) == EvidenceReport(verified=2)


@given(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT)))
def test_every_stretch_of_the_text_can_be_cited(start: int, end: int) -> None:
    if start < end:
        assert verify([cite(start, end, TEXT[start:end])], Held()).verified == 1


def test_without_a_snapshot_nothing_is_verified() -> None:
    assert verify([cite(sha256="0" * 64), cite(sha256="")], Held()) == EvidenceReport(
        unverifiable=2
    )


def test_a_whole_document_has_no_words_to_verify() -> None:
    assert verify([Citation(digest_of(TEXT), "", "", "", ORIGIN)], Held()) == EvidenceReport(
        whole=1
    )


@pytest.mark.parametrize(
    ("citation", "fact", "hint"),
    [
        (
            cite(0, 100),
            "the text has 50 characters, and no words at 0–100",
            "copy it again",
        ),
        (cite(0, 12), "the words at 0–12 are not those that the row cites", "copy it again"),
        (
            cite(2, 13),
            "the words at 2–13 are not those that the row cites",
            "the cited words are at 0–11",
        ),
        (
            cite(words=None),
            "the words at 0–11 are cited without the sha256 that proves them",
            digest_of(TEXT[0:11]),
        ),
    ],
)
def test_what_is_broken_says_so(citation: Citation, fact: str, hint: str) -> None:
    error = broken(citation)
    assert (error.fact, error.origin) == (fact, ORIGIN)
    assert hint in error.hint


@pytest.mark.parametrize(
    ("start", "end", "fact"),
    [
        (5, 5, "'5–5' is not written as expected"),
        (9, 5, "'9–5' is not written as expected"),
        ("", 5, "'?–5' is not written as expected"),
        (0, "", "'0–?' is not written as expected"),
        (-1, 5, "'-1–5' is not written as expected"),
        ("1.0", 5, "'1.0–5' is not written as expected"),
        ("²", 5, "'²–5' is not written as expected"),
        (0, "9" * 12, f"'0–{'9' * 12}' is not written as expected"),
    ],
)
@pytest.mark.parametrize("sha256", [digest_of(TEXT), "0" * 64])
def test_impossible_positions_are_broken_with_or_without_a_snapshot(
    start: object, end: object, fact: str, sha256: str
) -> None:
    assert broken(cite(start, end, sha256=sha256)).fact == fact


def test_messages_hold_no_word_of_the_text() -> None:
    shown = "".join(str(broken(cite(*place))) for place in ((0, 12), (0, 99), (2, 13)))
    assert not {word for word in TEXT.split() if len(word) > 3 and word in shown}


def test_broken_evidence_is_told_all_at_once() -> None:
    assert not verify([cite()], Held()).broken
    assert "0–12" in str(verify([cite(0, 12)], Held()).broken[0])
    assert len(verify([cite(0, 12), cite(), cite(0, 99)], Held()).broken) == 2


def test_a_frame_gives_citations_with_their_places() -> None:
    cells = {"sha256": ["a", None], "start": [0, None], "end": [11, None], "digest": ["d", None]}
    frame = pl.DataFrame({**cells, "file": "t.csv", "row": [2, 3]})
    assert citations_of_frame(frame) == [
        Citation("a", "0", "11", "d", Origin("t.csv", 2)),
        Citation("", "", "", "", Origin("t.csv", 3)),
    ]


def evidence(name: str, start: int, end: int, words: str, document: IRI) -> list[Quad]:
    node, selector = IRI(f"http://x/{name}"), IRI(f"http://x/{name}-selector")
    number = XSD.nonNegativeInteger.value
    return [
        Quad(node, OA.hasSource, document),
        Quad(node, OA.hasSelector, selector),
        Quad(selector, OA.start, Literal(str(start), number)),
        Quad(selector, OA.end, Literal(str(end), number)),
        Quad(node, HRD.quoteDigest, Literal(digest_of(words))),
    ]


def test_a_graph_gives_citations_of_its_evidence(tmp_path: Path) -> None:
    page, other = IRI("http://x/page"), IRI("http://x/other")
    graph = ColumnGraph.from_quads([
        Quad(page, HRD.sha256, Literal(digest_of(TEXT))),
        *evidence("a", 0, 11, TEXT[0:11], page),
        *(quad._replace(graph=page) for quad in evidence("a", 0, 11, TEXT[0:11], page)),
        *evidence("b", 0, 11, "other words", page),
        *evidence("c", 0, 11, TEXT[0:11], other),
        Quad(IRI("http://x/d"), OA.hasSource, page),
    ])  # fmt: skip
    citations = read_citations(graph)
    assert [citation.origin.node for citation in citations] == [
        f"<http://x/{name}>" for name in "abcd"
    ]
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    report = verify(citations, Snapshots((tmp_path,)))
    assert (report.verified, report.unverifiable, report.whole) == (1, 1, 1)
    assert [error.origin.node for error in report.broken] == ["<http://x/b>"]


def test_a_selector_without_an_end_is_broken() -> None:
    page = IRI("http://x/page")
    graph = ColumnGraph.from_quads(
        [quad for quad in evidence("a", 0, 11, "words", page) if quad.predicate != OA.end]
    )
    report = verify(read_citations(graph), Held())
    assert [error.fact for error in report.broken] == ["'0–?' is not written as expected"]


def test_an_empty_graph_cites_nothing() -> None:
    assert read_citations(ColumnGraph.from_quads([])) == []
