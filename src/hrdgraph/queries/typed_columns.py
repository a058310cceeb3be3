"""Turn an answer into typed columns, and these into Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

import polars as pl

from hrdgraph.rdf import BlankNode, Literal, Term
from hrdgraph.store.contract import Boolean, Solutions
from hrdgraph.vocab import XSD


def parquet(answer: Solutions | Boolean) -> bytes:
    """Return the rows of an answer, or one row with the column `answer`, as a Parquet file."""
    if isinstance(answer, Boolean):
        frame = pl.DataFrame({"answer": [answer.value]})
    else:
        frame = pl.DataFrame([make_column(name, answer.column(name)) for name in answer.variables])
    out = BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def make_column(name: str, terms: tuple[Term | None, ...]) -> pl.Series:
    """Return a column of texts, or of numbers, days or truth values if every value fits."""
    texts = pl.Series(
        name, [None if term is None else _text(term) for term in terms], dtype=pl.String
    )
    datatypes = {
        term.datatype if isinstance(term, Literal) else "" for term in terms if term is not None
    }
    dtype = _DTYPES.get(datatypes.pop()) if len(datatypes) == 1 else None
    if dtype is None:
        return texts
    if dtype == pl.Boolean:
        return texts.is_in(["true", "1"])
    typed = _days(texts) if dtype == pl.Date else texts.cast(dtype, strict=False)
    return texts if typed.null_count() > texts.null_count() else typed


def _days(texts: pl.Series) -> pl.Series:
    """Return days of four-digit years, which every reader of Parquet has; null for others."""
    return texts.set(~texts.str.contains(r"^\d{4}-"), None).str.to_date("%Y-%m-%d", strict=False)


def _text(term: Term) -> str:
    return term.n3() if isinstance(term, BlankNode) else term.value


_DTYPES: Final[Mapping[str, type[pl.DataType]]] = {
    XSD.integer.value: pl.Int64, XSD.decimal.value: pl.Float64, XSD.double.value: pl.Float64,
    XSD.date.value: pl.Date, XSD.boolean.value: pl.Boolean,
}  # fmt: skip
