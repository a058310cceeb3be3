"""Findings about rows that are not public: no cell data reaches what is published, whatever the catalogue says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, product, repeat
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.privacy.test_redaction import CANARY, PLACE, SECRETS, SENTENCES, cells_of, random_words

from hrdgraph.catalogue import LANGUAGES, Label, Message
from hrdgraph.errors import Origin
from hrdgraph.privacy.redaction import public_findings, words_among
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.term_texts import texts_of
from hrdgraph.validate import Finding, Kind, Severity
from hrdgraph.validate.findings.model import SourceRow

__all__ = ["random_words"]
OPEN: Final = Origin("data/x.csv", 7, "open")  # of the same row
ELSEWHERE: Final = Origin("data/y.csv", 7, "open")


class Typed:
    """One table, whose hidden column holds the canary."""

    def row(self, origin: Origin) -> SourceRow | None:
        return SourceRow(origin, (("open", "words"), ("secret", CANARY)))

    def table(self, _: str) -> Any:
        return None


def published(finding: Finding) -> str:
    """All that can be published of a finding."""
    found = public_findings(
        [finding],
        SECRETS,
        Typed(),  # type: ignore[arg-type]
        ColumnGraph(pl.Series(["<urn:x>"]), pl.DataFrame()),
    )
    out = [json.dumps(one.as_dict(), ensure_ascii=False) + repr(one) for one in found]
    return "\n".join(out + [one.message(language) for one in found for language in LANGUAGES])


def finding(code: str, origin: Origin, kind: Kind = Kind.EXPECTATION) -> Finding:
    fields: dict[str, Any] = dict(cells_of(code))
    inner = Message(code, **fields)
    fact = Message(
        code, **{"fact": inner} | fields, further=(Label((("fr", f"<{CANARY}>"),)), CANARY)
    )
    return Finding(
        severity=Severity.WARNING, kind=kind, rule="r", fact=fact, value=CANARY, origins=(origin,)
    )


WAYS: Final = tuple(
    product((Kind.EXPECTATION, Kind.SOURCE, Kind.REJECTED), (PLACE, OPEN))
)  # what is done with a field depends on these, and on what the field is


def check_all(ways: Iterator[tuple[tuple[Kind, Origin], ...]]) -> None:
    """Each code, in the ways that come with it."""
    for code, some in zip(SENTENCES, ways, strict=False):
        for kind, origin in some:
            assert CANARY not in published(finding(code, origin, kind)), (code, kind, origin)


def in_turn() -> Iterator[tuple[tuple[Kind, Origin], ...]]:
    """Two of the ways for each code, one of a closed place and one of an open one; each way comes for a third of the codes."""
    return cycle((WAYS[n], WAYS[(n + 3) % len(WAYS)]) for n in range(len(WAYS)))


def test_the_ways_come_in_turn() -> None:
    some = [next(ways) for ways in [in_turn()] for _ in WAYS]
    assert {way for pair in some for way in pair} == set(WAYS)
    assert all({origin for _, origin in pair} == {PLACE, OPEN} for pair in some)


def test_a_canary_in_any_field_of_a_finding_is_not_published() -> None:
    check_all(in_turn())


@pytest.mark.heavy
@pytest.mark.usefixtures("random_words")
def test_it_is_not_published_whatever_the_catalogue_says() -> None:
    check_all(in_turn())


@pytest.mark.heavy
@pytest.mark.parametrize("words", ["its own", "random"])
def test_it_is_not_published_in_any_way(words: str, request: pytest.FixtureRequest) -> None:
    if words == "random":
        request.getfixturevalue("random_words")
    check_all(repeat(WAYS))


def test_the_search_would_find_it() -> None:
    told = published(replace(finding("letters-broken", ELSEWHERE), origins=()))
    assert CANARY in told


def test_other_words_of_an_open_place_stay() -> None:
    one = replace(finding("letter-lost", OPEN), fact=Message("letter-lost", text="open words"))
    assert "open words" in published(one)
    assert "open words" not in published(replace(one, origins=(PLACE,)))


_LETTERS = st.text('aé"\\\\/%2 ', max_size=4)
_WORDS: st.SearchStrategy[Term] = st.builds(Literal, _LETTERS) | st.sampled_from(
    [
        IRI("http://e.org/a"),
        IRI("http://e.org/a/"),
        IRI("http://e.org/%C3%A9/a%20a#2"),
        IRI("urn:a"),
    ]
)


@given(st.lists(_WORDS, max_size=5), st.lists(_WORDS | st.just(Literal("urn:a")), max_size=4))
def test_words_are_told_only_if_some_term_says_them(said: list[Term], asked: list[Term]) -> None:
    """Only some terms are read for that: those give what all give."""
    subject = IRI("http://e.org/s")
    graph = ColumnGraph.from_quads(Quad(subject, subject, term) for term in said)
    wanted = {word for term in asked for word in texts_of(term.n3())}
    whole = {word for text in graph.terms if text for word in texts_of(text)}
    assert words_among(graph, wanted) == wanted & whole
