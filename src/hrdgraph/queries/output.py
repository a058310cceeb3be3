"""Write an answer: a table for people, the result formats of SPARQL, RDF, or Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final
from unicodedata import category, east_asian_width

from hrdgraph.catalogue import Message, phrase
from hrdgraph.errors import QueryError
from hrdgraph.invisible_characters import TURNING
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.oxi import serialize_boolean, serialize_solutions
from hrdgraph.rdfio.read import serialize
from hrdgraph.rdfio.xmltext import FORMATS as XML
from hrdgraph.rdfio.xmltext import as_xml
from hrdgraph.store.contract import Answer, Boolean, GraphAnswer, Solutions
from hrdgraph.vocab import PREFIXES, XSD, own_namespace, short_iri


def name_column(column: str, language: str) -> str:
    """Name a column in a language, else in English; an unknown one by the words of its name.

    >>> name_column("edition_year", "fr"), name_column("my_own", "fr")
    ('Année de l’édition', 'my own')"""
    texts = _load_column_names().get(column)
    return (texts.get(language) or texts["en"]) if texts else column.replace("_", " ")


def heading(column: str, language: str) -> str:
    """Return a column's heading on a terminal: its name in French or Spanish, else as it is."""
    has_name = language in ("fr", "es") and column in _load_column_names()
    text = name_column(column, language) if has_name else column
    return f"{text[:1].lower()}{text[1:]}" if has_name else column


@cache
def _load_column_names() -> Mapping[str, Mapping[str, str]]:
    text = files("hrdgraph.queries").joinpath("columns.csv").read_text("utf-8")
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


_GAP = "  "
_NUMBERS = {XSD[name].value for name in ("integer", "decimal", "double", "float")}
# bidirectional overrides, which can make one value look like another
_MOVES_TEXT = re.compile(f"[{TURNING}]")


def table(
    variables: Sequence[str], rows: Sequence[Sequence[Term | None]], base: str = "",
    language: str = "en",
) -> str:  # fmt: skip
    """Return header, rule and rows, then the number of rows. Numbers are aligned right, everything
    else left."""
    cells = [[cell(term, base) for term in row] for row in rows]
    widths = [
        max([width(name), *(width(row[place]) for row in cells)])
        for place, name in enumerate(variables)
    ]
    right = [
        bool(rows) and all(_is_number(row[place]) for row in rows)
        for place in range(len(variables))
    ]
    lines = [_line(list(variables), widths, right), _GAP.join("─" * size for size in widths)]
    lines += [_line(row, widths, right) for row in cells]
    count = phrase("word-rows-n", language, count=len(rows))
    return "\n".join([*lines, f"({count})", ""])


def cell(term: Term | None, base: str = "") -> str:
    """Return a term as people read it, on one line: IRIs short, literals bare, control characters
    shown and not obeyed."""
    if term is None:
        return ""
    text = (
        short(term.value, base)
        if isinstance(term, IRI)
        else term.value
        if isinstance(term, Literal)
        else term.n3()
    )
    text = _MOVES_TEXT.sub("", " ".join(text.split()))
    return "".join(repr(char)[1:-1] if category(char) == "Cc" else char for char in text)


def short(iri: str, base: str = "") -> str:
    """Shorten an IRI: its key below `base`, with a prefix in a known vocabulary, else as it is."""
    if base and iri.startswith(base) and len(iri) > len(base):
        return iri[len(base) :]
    own = {"local": f"{own_namespace(base)}ontology#"} if base else {}
    return short_iri(iri, PREFIXES | own)


def width(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for wide characters, none for
    combining and invisible ones."""
    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, size, to_right in zip(cells, widths, right, strict=True):
        blank = " " * (size - width(text))
        padded.append(blank + text if to_right else text + blank)
    return _GAP.join(padded).rstrip()


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype in _NUMBERS)


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
        raise QueryError("not-known-here", name=format, known=", ".join(FORMATS), hint="there-is")
    if format == "table":
        return _table(answer, base, language, empty)
    data = _WRITERS[format](answer, format)
    return as_xml(data) if format in XML else data


def _table(answer: Answer, base: str, language: str, empty: str) -> bytes:
    if isinstance(answer, Boolean):
        return f"{phrase('word-yes' if answer else 'word-no', language)}\n".encode()
    solutions = _solutions(answer)
    names = [heading(name, language) for name in solutions.variables]
    note = f"{empty}\n" if empty and not solutions.rows else ""
    return (table(names, solutions.rows, base, language) + note).encode()


def _results(answer: Answer, format: str) -> bytes:
    if isinstance(answer, Boolean):
        return serialize_boolean(answer.value, format)
    solutions = _solutions(answer)
    return serialize_solutions(solutions.variables, solutions.rows, format)


def _rdf(answer: Answer, format: str) -> bytes:
    if not isinstance(answer, GraphAnswer):
        hint = Message("choose-format", formats="table, csv, tsv, json, xml, parquet")
        raise QueryError("query-of-other-form", format="CONSTRUCT", hint=hint)
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
