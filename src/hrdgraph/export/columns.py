"""A graph into columns that the writers share: terms taken apart, rows in reading order,
dictionary cut to what is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import in_order
from hrdgraph.rdf.terms import unescape
from hrdgraph.vocab import RDF

_LITERAL = r'(?s)^(?<lexical>".*")(?:@(?<language>[A-Za-z0-9-]+)|\^\^<(?<datatype>[^>]*)>)?$'


def merged(graph: ColumnGraph) -> pl.DataFrame:
    """Columns s, p, o without graph names: each triple once, in the order of the dictionary."""
    return in_order(graph.quads.select("s", "p", "o"))


def parts(terms: pl.Series) -> pl.DataFrame:
    """Each term in pieces, a row a term: `text`; `iri` or `blank` (the label); or `lexical`
    (still quoted and escaped), `language` and `datatype` (null for a plain string). What does
    not apply is null.
    """
    text = pl.col("text")
    return terms.rename("text").to_frame().select(
        text,
        pl.when(text.str.starts_with("<")).then(text.str.slice(1).str.head(-1)).alias("iri"),
        pl.when(text.str.starts_with("_:")).then(text.str.slice(2)).alias("blank"),
        text.str.extract_groups(_LITERAL).alias("literal"),
    ).unnest("literal")  # fmt: skip


class GraphPart(NamedTuple):
    """Rows of one graph (`name` null for the default graph), whole subjects of it; whether they
    are the first of that graph."""

    name: int | None
    rows: pl.DataFrame
    is_first: bool


def graph_parts(rows: pl.DataFrame, size: int) -> Iterator[GraphPart]:
    """Rows that are sorted by their subjects, one graph after the other, the default graph first,
    in pieces of some `size` rows which end between two subjects: what is worked out of a piece is
    let go of before the next."""
    ordered = rows.sort("g", maintain_order=True)
    runs = ordered["g"].rle().struct.unnest()
    start = 0
    for length, name in runs.iter_rows():
        block, is_first = ordered.slice(start, length), True
        for part in _whole_subjects(block, size):
            yield GraphPart(name, part, is_first)
            is_first = False
        start += length


def _whole_subjects(rows: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    starts = rows.select((pl.col("s") != pl.col("s").shift()).arg_true())["s"]
    begin = 0
    while begin < rows.height:
        place = int(starts.search_sorted(begin + size))
        end = starts[place] if place < len(starts) else rows.height
        yield rows.slice(begin, end - begin)
        begin = end


def type_first(graph: ColumnGraph) -> pl.Expr:
    """A sort key for column `p` that puts `rdf:type` before every other predicate."""
    position = graph.position(RDF.type)
    return pl.col("p") != (len(graph.terms) if position is None else position)


def unescaped(texts: pl.Series) -> pl.Series:
    """Undo the N-Triples escapes. Only the few distinct texts that have a backslash are touched."""
    escaped = texts.filter(texts.str.contains("\\", literal=True).fill_null(False)).unique()
    return (
        texts.replace(escaped, pl.Series([unescape(text) for text in escaped], dtype=pl.String))
        if len(escaped)
        else texts
    )


def together(texts: pl.Series) -> bytes:
    """Pieces of text as one, in UTF-8, without a Python text for each."""
    joined: bytes | None = texts.str.join("").cast(pl.Binary).item()
    return joined or b""
