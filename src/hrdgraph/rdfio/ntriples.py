"""Files of RDF into columns: N-Triples and N-Quads line by line without a Python value for each
term, the others through quads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.errors import SourceError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH
from hrdgraph.rdfio.canonical import lowered
from hrdgraph.rdfio.formats import format_named, format_of
from hrdgraph.rdfio.read import parse, read_quads

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
# no object ends so: a literal ends with a quote, a language or `^^<…>`
_GRAPH: Final = r' (<[^ <>]*>|_:[^ "]+)$'
# not canonical: a plain literal says the same
_STRING: Final = "^^<http://www.w3.org/2001/XMLSchema#string>"
_LINEAR: Final = ("nt", "nq")
_BLOCK: Final = 4 << 20  # bytes


def read_columns(path: Path, *, base: str | None = None) -> ColumnGraph:
    """Read a file. Blank nodes are named after the file, so that those of two files are never
    the same.

    Raises SourceError with file and line where the text does not parse or cannot be read.
    """
    columns = read_canonical(path)
    if columns is not None:
        return _scoped(columns, re.sub(r"\W", "", path.stem) or "b")
    return ColumnGraph.from_quads(read_quads(path, base=base))


def read_canonical(path: Path) -> ColumnGraph | None:
    """The quads of a file, blank nodes and language tags as they are written, if every line is
    in canonical form of N-Triples or N-Quads, as all that we write is; else None. SourceError
    for a name that says no format."""
    if format_of(path).name not in _LINEAR:
        return None
    terms = pl.Categorical(pl.Categories.random())
    frames: list[pl.DataFrame] = []
    try:
        for block in _blocks(path):
            made = _parts(block, triples_only=path.suffix == ".nt")
            if made is None:
                return None
            frames.append(
                made.select(pl.col(name).fill_null(DEFAULT_GRAPH).cast(terms) for name in COLUMNS)
            )
    except (OSError, PolarsError):  # the other way says what is wrong with it
        return None
    return ColumnGraph.from_categorical(pl.concat(frames)) if frames else None


def parse_lines(lines: Sequence[str], file: str = "") -> ColumnGraph:
    """The quads of lines of N-Quads, with blank nodes as they are named; language tags as they
    are written, if all lines are canonical. SourceError where they do not parse."""
    text = "".join(f"{line}\n" for line in lines).encode()
    made = _parts(text, triples_only=False) if lines else None
    if made is not None:
        return ColumnGraph.from_text(made.select(COLUMNS))
    return ColumnGraph.from_quads(parse(text, format_named("nq"), file=file, scope=None))


def text_columns(blocks: Iterable[bytes], file: str = "") -> Iterator[pl.DataFrame]:
    """The quads of pieces of N-Quads that end with a line, as texts s, p, o, g of their terms
    (g is empty in the default graph), with blank nodes as they are named. SourceError where a
    piece does not parse."""
    for block in blocks:
        try:
            made = _parts(block, triples_only=False)
        except PolarsError:  # the parser says what is wrong with it
            made = None
        if made is None:
            quads = parse(block, format_named("nq"), file=file, scope=None)
            yield ColumnGraph.from_quads(quads).text()
        else:
            yield made.select(pl.col(name).fill_null(DEFAULT_GRAPH) for name in COLUMNS)


def _blocks(path: Path) -> Iterator[bytes]:
    """A file in pieces that end with a line."""
    rest = b""
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            end = data.rfind(b"\n") + 1
            if end:
                yield rest + data[:end]
            rest = data[end:] if end else rest + data
    if rest:
        yield rest


def _parts(block: bytes, *, triples_only: bool) -> pl.DataFrame | None:
    """The terms of each line, g null in the default graph; None where a line is not in canonical
    form."""
    schema = {"line": pl.String}
    lines = pl.read_csv(
        block,
        has_header=False,
        schema=schema,
        separator="\x01",
        quote_char=None,
        empty_string_is_null=False,
    )
    if lines["line"].str.contains(_STRING, literal=True).any():
        return None
    made = _terms(lines["line"], _LINE)
    unusual = made["s"].is_null()
    if unusual.any():
        known = _proven(lines["line"].filter(unusual))
        if known is None:
            return None
        made = pl.concat([made.filter(~unusual), known])
    return None if triples_only and made["g"].null_count() < made.height else made


def _terms(lines: pl.Series, form: str) -> pl.DataFrame:
    """The terms of each line of a form, null for the subject of any other line. A line that has
    the form as a whole is cut at its spaces: as groups of the form its terms would take ten
    times as long."""
    cut = lines.to_frame("line").select(
        "line",
        pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "rest"]).alias("cut"),
    )
    rest = cut.unnest("cut").with_columns(pl.col("rest").str.strip_suffix(" ."))
    told = rest.with_columns(pl.col("rest").str.extract(_GRAPH).alias("g"))
    return told.select(
        pl.when(pl.col("line").str.contains(form)).then("s").alias("s"),
        "p",
        pl.when(pl.col("g").is_null())
        .then("rest")
        .otherwise(pl.col("rest").str.strip_suffix(" " + pl.col("g")))
        .alias("o"),
        "g",
    )


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


def _scoped(graph: ColumnGraph, scope: str) -> ColumnGraph:
    blank = graph.terms.filter(graph.terms.str.starts_with("_:"))
    return graph.rename(blank, f"_:{scope}" + blank.str.slice(2)) if len(blank) else graph
