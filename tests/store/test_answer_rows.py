"""The rows of an answer are counted exactly, in each format and however it comes in pieces; one more than may be is an error."""

from __future__ import annotations

import io
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.rdfio.oxi import RESULT_FORMATS
from hrdgraph.store.answer_stream import (
    SOLUTIONS,
    TRIPLES,
    RowCounter,
    StreamedAnswer,
    TooManyRows,
    limit_rows,
)

NASTY = "\"\\{}[]:,\n\r\t <result>&;'a\x85"
CELLS = st.none() | st.text(NASTY, max_size=12) | st.sampled_from(['},{"', ':{', '\\', '\\"', '"\n"', "<result>"])  # fmt: skip


def answer(rows: list[tuple[str | None, str | None]]) -> Any:
    """The solutions of these cells."""
    store = ox.Store()
    data = " ".join(f"({_said(a)} {_said(b)})" for a, b in rows)
    return store.query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {data} }} }}")


def _said(cell: str | None) -> str:
    return "UNDEF" if cell is None else str(ox.Literal(cell))


class Pieces:
    """What an answer wrote, in pieces of a size."""

    def __init__(self, out: Any, size: int) -> None:
        self._out, self._size = out, size

    def write(self, data: bytes) -> int:
        for place in range(0, len(data), self._size):
            self._out.write(bytes(data)[place : place + self._size])
        return len(data)

    def flush(self) -> None:
        pass


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.integers(1, 40))
def test_rows_are_counted_exactly(rows: list[tuple[str | None, str | None]], size: int) -> None:
    for format, known in RESULT_FORMATS.items():
        out = io.BytesIO()
        counter = RowCounter(out, format, len(rows) or 1)
        answer(rows).serialize(output=Pieces(counter, size), format=known)
        expected = io.BytesIO()
        answer(rows).serialize(output=expected, format=known)
        assert (counter.found, out.getvalue()) == (len(rows), expected.getvalue()), format


@pytest.mark.parametrize("format", RESULT_FORMATS)
def test_one_more_row_is_an_error(format: str) -> None:
    rows: list[tuple[str | None, str | None]] = [("a", None)] * 5
    StreamedAnswer(SOLUTIONS, answer(rows), {}).write(io.BytesIO(), format, 5)
    StreamedAnswer(SOLUTIONS, answer(rows), {}).write(io.BytesIO(), format, 0)
    with pytest.raises(TooManyRows):
        StreamedAnswer(SOLUTIONS, answer(rows), {}).write(io.BytesIO(), format, 4)


@pytest.mark.parametrize("format", ["ttl", "nt", "jsonld", "rdfxml"])
def test_one_more_triple_is_an_error(format: str) -> None:
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal(str(number)))
        for number in range(5)
    )
    every = "CONSTRUCT WHERE { ?s ?p ?o }"
    whole, free = io.BytesIO(), io.BytesIO()
    StreamedAnswer(TRIPLES, store.query(every), {}).write(whole, format, 5)
    StreamedAnswer(TRIPLES, store.query(every), {}).write(free, format)
    assert len(whole.getvalue()) == len(free.getvalue()) > 50
    with pytest.raises(TooManyRows):
        StreamedAnswer(TRIPLES, store.query(every), {}).write(io.BytesIO(), format, 4)
    assert list(limit_rows([1, 2], 0)) == [1, 2]
