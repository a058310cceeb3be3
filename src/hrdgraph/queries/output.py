"""An answer into bytes: a table for people, the SPARQL result formats, RDF, or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import polars as pl

from hrdgraph.catalogue import phrase
from hrdgraph.errors import QueryError
from hrdgraph.queries.columns import heading
from hrdgraph.queries.table import table
from hrdgraph.rdf import BlankNode, Literal, Term
from hrdgraph.rdfio import format_named, serialize
from hrdgraph.rdfio.oxi import serialize_boolean, serialize_solutions
from hrdgraph.rdfio.xmltext import FORMATS as XML
from hrdgraph.rdfio.xmltext import as_xml
from hrdgraph.store import Answer, Boolean, GraphAnswer, Solutions
from hrdgraph.vocab import PREFIXES, XSD

_RDF = ("ttl", "nt", "jsonld", "rdfxml")


def write(
    answer: Answer, format: str, *, base: str = "", language: str = "en", empty: str = ""
) -> bytes:
    """Write an answer in one of `FORMATS`.

    `table` is for people: IRIs are shortened (those under `base` to their key), nothing in it
    can move the cursor, and the names of columns and the line below the rows are in `language`;
    where there are none, `empty` says what that means.
    `csv` is SPARQL 1.1 CSV, unaltered: a value that begins with `=` stays as it is, so open it
    in a spreadsheet as text. The RDF formats take the answers of CONSTRUCT and DESCRIBE only;
    every other format takes those as three columns.
    """
    if format not in FORMATS:
        raise QueryError(
            "result-format-unknown", format=format, known=", ".join(FORMATS), hint="one-of"
        )
    if format == "table":
        return _table(answer, base, language, empty)
    data = _WRITERS[format](answer, format)
    return as_xml(data) if format in XML else data


def _table(answer: Answer, base: str, language: str, empty: str) -> bytes:
    if isinstance(answer, Boolean):
        return f"{phrase('answer-yes' if answer else 'answer-no', language)}\n".encode()
    solutions = _solutions(answer)
    names = [heading(name, language) for name in solutions.variables]
    told = f"{empty}\n" if empty and not solutions.rows else ""
    return (table(names, solutions.rows, base, language) + told).encode()


def _results(answer: Answer, format: str) -> bytes:
    if isinstance(answer, Boolean):
        return serialize_boolean(answer.value, format)
    solutions = _solutions(answer)
    return serialize_solutions(solutions.variables, solutions.rows, format)


def _rdf(answer: Answer, format: str) -> bytes:
    if not isinstance(answer, GraphAnswer):
        raise QueryError(
            "format-without-rows",
            format=format,
        )
    return serialize(answer.quads, format_named(format), PREFIXES)


def _parquet(answer: Answer, _: str) -> bytes:
    if isinstance(answer, Boolean):
        frame = pl.DataFrame({"answer": [answer.value]})
    else:
        solutions = _solutions(answer)
        frame = pl.DataFrame(
            [typed_column(name, solutions.column(name)) for name in solutions.variables]
        )
    out = BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def typed_column(name: str, terms: tuple[Term | None, ...]) -> pl.Series:
    """Texts, or numbers, days or truth values where every value has that datatype and fits it."""
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
        return texts == "true"
    typed = _days(texts) if dtype == pl.Date else texts.cast(dtype, strict=False)
    return texts if typed.null_count() > texts.null_count() else typed


def _days(texts: pl.Series) -> pl.Series:
    """Days of four-digit years, which every reader of Parquet has; null for any other."""
    return texts.set(~texts.str.contains(r"^\d{4}-"), None).str.to_date("%Y-%m-%d", strict=False)


def _text(term: Term) -> str:
    return term.n3() if isinstance(term, BlankNode) else term.value


def _solutions(answer: Solutions | GraphAnswer) -> Solutions:
    if isinstance(answer, Solutions):
        return answer
    return Solutions(
        ("subject", "predicate", "object"),
        tuple((quad.subject, quad.predicate, quad.object) for quad in answer),
    )


_DTYPES: Final[Mapping[str, type[pl.DataType]]] = {
    XSD.integer.value: pl.Int64,
    XSD.decimal.value: pl.Float64,
    XSD.double.value: pl.Float64,
    XSD.date.value: pl.Date,
    XSD.boolean.value: pl.Boolean,
}
_WRITERS: Final[Mapping[str, Callable[[Answer, str], bytes]]] = {
    **dict.fromkeys(("csv", "tsv", "json", "xml"), _results),
    **dict.fromkeys(_RDF, _rdf),
    "parquet": _parquet,
}
FORMATS: Final = ("table", *_WRITERS)
