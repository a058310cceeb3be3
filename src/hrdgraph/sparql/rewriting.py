"""Literals → as Oxigraph writes them, which takes in the value of a number or a date and not its
text. Equal values are one term there, and so they must be here."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.store import as_stored
from hrdgraph.vocab import XSD

# typed literals that are written as they are: plain days, years, numbers and truth values
_SAME: Final = "|".join(
    rf'^"(?:{pattern})"\^\^<{XSD.prefix}(?:{types})>$'
    for pattern, types in (
        (r"0|-?[1-9][0-9]{0,17}", "integer"),
        (r"[0-9]{4}", "gYear"),
        (r"[0-9]{4}-[0-9]{2}", "gYearMonth"),
        (r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])", "date"),
        (r"true|false", "boolean"),
        (r"[^\"]*", "anyURI"),
    )
)
_TYPED: Final = rf'"\^\^<{XSD.prefix}[A-Za-z]+>$'
_TAGGED: Final = r'"@[a-z0-9-]*[A-Z][A-Za-z0-9-]*$'


def rewritten(texts: pl.Series) -> pl.Series:
    """The texts of terms as the store would give them back."""
    doubtful = _doubtful(texts)
    if not len(doubtful):
        return texts
    changed = as_stored(texts.gather(doubtful).to_list())
    return texts.clone().scatter(doubtful, pl.Series(changed, dtype=pl.String))


def as_stored_graph(graph: ColumnGraph) -> ColumnGraph:
    """The graph with its terms as the store would give them back."""
    graph = graph.trimmed()
    doubtful = _doubtful(graph.terms)
    old = graph.terms.gather(doubtful)
    new = pl.Series(as_stored(old.to_list()), dtype=pl.String) if len(doubtful) else old
    changed = old != new
    return graph.rename(old.filter(changed), new.filter(changed)) if changed.any() else graph


def _doubtful(texts: pl.Series) -> pl.Series:
    literal = texts.str.starts_with('"')
    typed = texts.str.contains(_TYPED) & ~texts.str.contains(_SAME)
    return (literal & (typed | texts.str.contains(_TAGGED))).fill_null(value=False).arg_true()
