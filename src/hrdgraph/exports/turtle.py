"""Columns into Turtle and TriG: grouped by subject, `rdf:type` first, prefixed and relative
names.

Written by columns of our own and not by pyoxigraph, which has to parse the N-Quads first (it
takes objects only), puts its prefixes in another order at every run, writes
`hrdv:outcome\\/laureate` and knows no base; this module needs less than half of its time, and
gives the same bytes each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Final

import numpy as np

from hrdgraph.exports.graph_texts import (
    GraphTexts,
    Numbers,
    Pieces,
    QuadOrder,
    Rows,
    separate,
    starts,
    type_first,
    used,
)
from hrdgraph.exports.names import ExportOptions
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH
from hrdgraph.vocab import RDF

_END: Final = b" .\n"
_BETWEEN: Final = b" .\n\n"  # two subjects
_INDENT: Final = "    "


def turtle(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """The triples of all graphs, each once."""
    return write_turtle(GraphTexts.of(graph, options))


def trig(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """The default graph first, then one block a named graph, in the order of their names."""
    return write_trig(GraphTexts.of(graph, options))


def write_turtle(texts: GraphTexts) -> Iterator[bytes]:
    """Write the triples of all graphs, each once."""
    return _write(texts, QuadOrder.MERGED)


def write_trig(texts: GraphTexts) -> Iterator[bytes]:
    """Write the triples of each graph."""
    return _write(texts, QuadOrder.BY_GRAPH)


def _write(texts: GraphTexts, order: QuadOrder) -> Iterator[bytes]:
    rows_in = cache(partial(TurtleRows, texts))
    yield texts.turtle.use.header(texts.options.base)
    for number, (name, rows) in enumerate(texts.parts(order)):
        if number:
            yield b"\n"
        if name != DEFAULT_GRAPH:
            spelled = texts.turtle.spelled[texts.graph.position(name) or 0]
            yield f"{spelled} {{\n".encode()
        yield from separate(rows_in(_INDENT if name else "").chunks(rows), b"\n")
        if name != DEFAULT_GRAPH:
            yield b"}\n"


class TurtleRows:
    """Puts rows of one graph into words, `indent` before each subject."""

    def __init__(self, texts: GraphTexts, indent: str) -> None:
        self._size = texts.options.rows_at_once
        self._type = texts.graph.position(RDF.type)
        self._pieces = Pieces()
        spelled = texts.turtle.spelled
        self._pieces.add(spelled)
        self._subject = self._pieces.add(f" .\n\n{indent}" + spelled + " ")
        self._nothing, self._comma = (self._pieces.add([text]) for text in ("", ", "))
        self._first, self._next = self._predicates(texts, indent)

    def _predicates(self, texts: GraphTexts, indent: str) -> tuple[Numbers, Numbers]:
        """The numbers of predicates behind a subject, and of those that begin a line."""
        size = len(texts.graph.terms)
        places = used(texts.graph.quads["p"].to_numpy(), size)
        words = [
            "a" if text in (RDF.type.n3(), "rdf:type") else text
            for text in texts.turtle.spelled.gather(places)
        ]
        first = self._pieces.add_for(places, [f"{word} " for word in words], size)
        lines = [f" ;\n    {indent}{word} " for word in words]
        return first, self._pieces.add_for(places, lines, size)

    def chunks(self, rows: Rows) -> Iterator[bytes]:
        """The text of all rows."""
        for part in rows.whole_subjects(self._size):
            cut = type_first(rows.take(part), self._type)
            # what ends the subject before each, there is not before the first
            text = self._text(cut).removeprefix(_BETWEEN)
            yield text + _END

    def _text(self, rows: Rows) -> bytes:
        s, p, o, _ = rows
        is_subject = starts(s)
        is_line = starts(p)
        subject = np.where(is_subject, s + np.uint32(self._subject), np.uint32(self._nothing))
        line = np.where(is_line, self._next[p], np.uint32(self._comma))
        return self._pieces.joined(subject, np.where(is_subject, self._first[p], line), o)
