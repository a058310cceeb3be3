"""A graph into columns that writers of tables and XML share: terms taken apart, rows in reading
order."""

from __future__ import annotations

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
