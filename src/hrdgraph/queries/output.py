"""An answer into bytes: a table for people, the SPARQL result formats, RDF, or Parquet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hrdgraph.catalogue import phrase
from hrdgraph.errors import QueryError
from hrdgraph.queries.columns import heading
from hrdgraph.queries.table import table
from hrdgraph.rdfio import format_named, serialize
from hrdgraph.rdfio.oxi import serialize_boolean, serialize_solutions
from hrdgraph.rdfio.xmltext import FORMATS as XML
from hrdgraph.rdfio.xmltext import as_xml
from hrdgraph.store import Answer, Boolean, GraphAnswer, Solutions
from hrdgraph.vocab import PREFIXES

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
    from hrdgraph.queries.typed_columns import parquet  # no other format needs columns

    return parquet(answer if isinstance(answer, Boolean) else _solutions(answer))


def _solutions(answer: Solutions | GraphAnswer) -> Solutions:
    if isinstance(answer, Solutions):
        return answer
    return Solutions(
        ("subject", "predicate", "object"),
        tuple((quad.subject, quad.predicate, quad.object) for quad in answer),
    )


_WRITERS: Final[Mapping[str, Callable[[Answer, str], bytes]]] = {
    **dict.fromkeys(("csv", "tsv", "json", "xml"), _results),
    **dict.fromkeys(_RDF, _rdf),
    "parquet": _parquet,
}
FORMATS: Final = ("table", *_WRITERS)
