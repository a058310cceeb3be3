"""Columns into JSON-LD compacted with the project's context: one document, its nodes below
`@graph`, named graphs kept."""

from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl

from hrdgraph.export.columns import graph_parts, together
from hrdgraph.export.compact import CompactColumns, compacted
from hrdgraph.export.context import JsonLdContext, read_context
from hrdgraph.export.options import ExportOptions
from hrdgraph.rdf import ColumnGraph

_ROWS_AT_ONCE = 100_000


def jsonld(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Nodes of the default graph, then a node a named graph with its nodes inside; all sorted.
    Raises before giving anything."""
    context = read_context(options.context)
    return _document(compacted(graph, context, options.base), options.base)


def opening(context: JsonLdContext, base: str) -> str:
    """The start of a document up to its list of nodes. The context is written out, so that
    reading needs no network."""
    written = dict(context.document) | ({"@base": base} if base else {})
    text = json.dumps(written, ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return f'{{\n  "@context": {text},\n  "{context.keywords["@graph"]}": ['


def _document(compact: CompactColumns, base: str) -> Iterator[bytes]:
    ids, context, closing = compact.ids, compact.context, None
    yield opening(context, base).encode()
    for part in graph_parts(compact.rows, _ROWS_AT_ONCE):
        is_named = part.name is not None
        if part.is_first:
            yield b"\n" if closing is None else f"{closing},\n".encode()
            closing = "\n      ]\n    }" if is_named else ""
            yield (_named(ids[part.name], context) if part.name is not None else "").encode()
        else:
            yield b",\n"
        facts = _flagged(compact.facts(part.rows))
        yield together(_texts(facts, ids, context, "        " if is_named else "    "))
    yield f"{closing or ''}\n  ]\n}}\n".encode()


def _named(name: str, context: JsonLdContext) -> str:
    """What begins a named graph."""
    word = context.keywords
    return f'    {{\n      "{word["@id"]}": {name},\n      "{word["@graph"]}": [\n'


def _flagged(facts: pl.DataFrame) -> pl.DataFrame:
    """Add where a node, a key and an entry (a list, or one value of a language map) begin and
    end, and which entries are lists; of rows of one graph, the subjects of which are whole."""

    def changed(by: int, *names: str) -> pl.Expr:
        return pl.any_horizontal(
            *(pl.col(name).ne_missing(pl.col(name).shift(by)) for name in names)
        ) | (pl.int_range(pl.len()) == (0 if by > 0 else pl.len() - 1))

    node, key, entry = ("s",), ("s", "slot"), ("s", "slot", "map_key")
    flags = {
        f"{edge}_{name}": changed(by, *columns)
        for name, columns in (("node", node), ("key", key), ("entry", entry))
        for edge, by in (("first", 1), ("last", -1))
    }
    flagged = facts.with_columns(**flags, first=pl.int_range(pl.len()) == 0)
    return flagged.with_columns(
        listed=pl.col("array") | ~(pl.col("first_entry") & pl.col("last_entry")),
        mapped=pl.col("map_key").is_not_null(),
    )


def _texts(rows: pl.DataFrame, ids: pl.Series, context: JsonLdContext, indent: str) -> pl.Series:
    """One piece of text a row: what it opens, its value, what it closes."""
    start = f'{indent}{{\n{indent}  "{context.keywords["@id"]}": ' + pl.lit(ids.gather(rows["s"]))
    return rows.select(
        pl.concat_str(
            _where(pl.col("first_node") & ~pl.col("first"), ",\n"),
            _where("first_node", start),
            _where("first_key", f',\n{indent}  "' + pl.col("key") + '": ', ", "),
            _where(pl.col("first_key") & pl.col("mapped"), "{"),
            _where(pl.col("first_entry") & pl.col("mapped"), '"' + pl.col("map_key") + '": '),
            _where(pl.col("first_entry") & pl.col("listed"), "["),
            "value",
            _where(pl.col("last_entry") & pl.col("listed"), "]"),
            _where(pl.col("last_key") & pl.col("mapped"), "}"),
            _where("last_node", f"\n{indent}}}"),
        ).alias("text")
    )["text"]


def _where(condition: str | pl.Expr, text: str | pl.Expr, otherwise: str = "") -> pl.Expr:
    flag = pl.col(condition) if isinstance(condition, str) else condition
    return (
        pl.when(flag)
        .then(pl.lit(text) if isinstance(text, str) else text)
        .otherwise(pl.lit(otherwise))
    )
