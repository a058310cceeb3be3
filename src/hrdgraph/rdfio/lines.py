"""Pieces of N-Triples and N-Quads into the terms of their lines, as far as these are in canonical
form."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.errors import SourceError
from hrdgraph.rdfio.canonical import lowered
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse

# the canonical form of N-Quads (RDF 1.1 N-Quads §4); a line in any other form is no error, but is
# left to the parser
# IRIs without brackets, ports and user names, and of usual letters; the parser knows the whole
# grammar of RFC 3987
_IRI: Final = (
    r"<[A-Za-z][A-Za-z0-9+.\-]*:(?://[\pL\pN.\-]*)?(?:/(?:[\pL\pN\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)*/?"
    r"(?:[\pL\pN][\pL\pN\-._~:]*)?(?:\?[\pL\pN\-._~!$&'()*+,;=:@/?]*)?(?:#[\pL\pN\-._~!$&'()*+,;=:@/?]*)?>"
)
_ANY_IRI: Final = r"<[^<>\x00-\x20]*>"
_BLANK: Final = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"
_LITERAL: Final = rf'"(?:[^"\\\x00-\x1f\x7f]|\\(?:[tbnrf"\\]|u00(?:[01][0-9A-F]|7F)))*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_IRI})?'
_LINE: Final = (
    rf"^(?:{_IRI}|{_BLANK}) {_IRI} (?:{_IRI}|{_BLANK}|{_LITERAL})(?: (?:{_IRI}|{_BLANK}))? \.$"
)
_TERM: Final = rf"^(?:{_IRI}|{_BLANK}|{_LITERAL})?$"
# no object ends so: a literal ends with a quote, a language or `^^<…>`
_GRAPH: Final = r' (<[^ <>]*>|_:[^ "]+)$'
# not canonical: a plain literal says the same
_STRING: Final = "^^<http://www.w3.org/2001/XMLSchema#string>"


def lines_of(block: bytes) -> pl.Series:
    """The lines of a piece, however they end."""
    return pl.read_csv(
        block,
        has_header=False,
        schema={"line": pl.String},
        separator="\x01",
        quote_char=None,
        empty_string_is_null=False,
    )["line"]


def cut(lines: pl.Series, *, triples_only: bool) -> pl.DataFrame | None:
    """Each line cut at its spaces into s, p, o and, unless there are triples only, g, null in the
    default graph; None where a line does not end as a statement. What the parts are is not looked
    at: if all are terms, each where it may stand, the lines are in canonical form."""
    ends = pl.col("rest").str.ends_with(" .").fill_null(False).all()
    parts = _cut(lines)
    if not parts.select(ends).item():
        return None
    rest = pl.col("rest").str.head(-2)
    if triples_only:
        return parts.select("s", "p", rest.alias("o"))
    return _with_graph(parts.with_columns(rest)).select("s", "p", "o", "g")


def are_terms(texts: pl.Series) -> bool:
    """Whether each is a term in canonical form, or empty, as the name of the default graph is."""
    return bool(texts.str.contains(_TERM).all()) and not bool(
        texts.str.contains(_STRING, literal=True).any()
    )


def terms_of(block: bytes, *, triples_only: bool) -> pl.DataFrame | None:
    """The terms of each line of a piece as columns s, p, o, g, g null in the default graph; None
    where a line is not in canonical form."""
    lines = lines_of(block)
    if lines.str.contains(_STRING, literal=True).any():
        return None
    made = _terms(lines, _LINE)
    unusual = made["s"].is_null()
    if unusual.any():
        known = _proven(lines.filter(unusual))
        if known is None:
            return None
        made = pl.concat([made.filter(~unusual), known])
    return None if triples_only and made["g"].null_count() < made.height else made


def _cut(lines: pl.Series) -> pl.DataFrame:
    """Each line with what stands before its first space, before its second, and behind it."""
    parts = pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "rest"])
    return lines.to_frame("line").select("line", parts.alias("cut")).unnest("cut")


def _with_graph(parts: pl.DataFrame) -> pl.DataFrame:
    """The rest of lines, without its end, as object and graph."""
    return parts.with_columns(pl.col("rest").str.extract(_GRAPH).alias("g")).with_columns(
        pl.when(pl.col("g").is_null())
        .then("rest")
        .otherwise(pl.col("rest").str.strip_suffix(" " + pl.col("g")))
        .alias("o")
    )


def _terms(lines: pl.Series, form: str) -> pl.DataFrame:
    """The terms of each line of a form, null for the subject of any other line. A line that has
    the form as a whole is cut at its spaces: as groups of the form its terms would take ten
    times as long."""
    told = _with_graph(_cut(lines).with_columns(pl.col("rest").str.head(-2)))
    is_of = pl.col("line").str.contains(form)
    return told.select(pl.when(is_of).then("s").alias("s"), "p", "o", "g")


def _proven(lines: pl.Series) -> pl.DataFrame | None:
    """The terms of lines whose IRIs are valid though not of the usual form, as the parser finds;
    None where it finds anything else."""
    made = _terms(lines, _LINE.replace(_IRI, _ANY_IRI))
    if made["s"].null_count():
        return None
    try:
        quads = parse("\n".join(lines), format_named("nq"), scope=None)
    except SourceError:
        return None
    rows = [
        (q.subject.n3(), q.predicate.n3(), q.object.n3(), q.graph and q.graph.n3()) for q in quads
    ]
    told = pl.DataFrame(rows, made.schema, orient="row")
    return made if told.equals(made.with_columns(lowered(made["o"]))) else None
