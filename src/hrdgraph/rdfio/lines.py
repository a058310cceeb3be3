"""Files of RDF into columns: N-Triples and N-Quads line by line without a Python value for each term, the others through quads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH
from hrdgraph.rdfio.formats import format_of
from hrdgraph.rdfio.read import read_quads

# the canonical form of N-Quads (RDF 1.1 N-Quads §4); a line in any other form is no error, but is left to the parser
# IRIs without brackets, ports and user names, and of usual letters; the parser knows the whole grammar of RFC 3987
_IRI: Final = (
    r"<[A-Za-z][A-Za-z0-9+.\-]*:(?://[\pL\pN.\-]*)?(?:/(?:[\pL\pN\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)*/?"
    r"(?:[\pL\pN][\pL\pN\-._~:]*)?(?:\?[\pL\pN\-._~!$&'()*+,;=:@/?]*)?(?:#[\pL\pN\-._~!$&'()*+,;=:@/?]*)?>"
)
_BLANK: Final = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"
_LITERAL: Final = rf'"(?:[^"\\\x00-\x1f\x7f]|\\[tbnrf"\\])*"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^{_IRI})?'
_LINE: Final = rf"^(?P<s>{_IRI}|{_BLANK}) (?P<p>{_IRI}) (?P<o>{_IRI}|{_BLANK}|{_LITERAL})(?: (?P<g>{_IRI}|{_BLANK}))? \.$"
_STRING: Final = "^^<http://www.w3.org/2001/XMLSchema#string>"  # not canonical: a plain literal says the same
_LINEAR: Final = ("nt", "nq")
_BLOCK: Final = 4 << 20  # bytes


def read_columns(path: Path, *, base: str | None = None) -> ColumnGraph:
    """Read a file. Blank nodes are named after the file, so that those of two files are never the same.

    Raises SourceError with file and line where the text does not parse or cannot be read.
    """
    if format_of(path).name in _LINEAR:
        columns = _canonical(path)
        if columns is not None:
            return _scoped(columns, re.sub(r"\W", "", path.stem) or "b")
    return ColumnGraph.from_quads(read_quads(path, base=base))


def _canonical(path: Path) -> ColumnGraph | None:
    """The quads of a file of which every line is in canonical form, else None. Only distinct terms are held as text."""
    terms = pl.Categorical(pl.Categories.random())
    frames: list[pl.DataFrame] = []
    try:
        for block in _blocks(path):
            made = _parts(block, triples_only=path.suffix == ".nt")
            if made is None:
                return None
            frames.append(made.select(pl.col(name).fill_null(DEFAULT_GRAPH).cast(terms) for name in COLUMNS))
    except (OSError, PolarsError):  # the other way says what is wrong with it
        return None
    return ColumnGraph.from_categorical(pl.concat(frames)) if frames else None


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
    """The terms of each line, g null in the default graph; None where a line is not in canonical form."""
    schema = {"line": pl.String}
    lines = pl.read_csv(block, has_header=False, schema=schema, separator="\x01", quote_char=None, empty_string_is_null=False)
    if lines["line"].str.contains(_STRING, literal=True).any():
        return None
    made = lines.select(pl.col("line").str.extract_groups(_LINE)).unnest("line")
    if made["s"].null_count() or (triples_only and made["g"].null_count() < made.height):
        return None
    return made


def _scoped(graph: ColumnGraph, scope: str) -> ColumnGraph:
    blank = graph.terms.filter(graph.terms.str.starts_with("_:"))
    return graph.rename(blank, f"_:{scope}" + blank.str.slice(2)) if len(blank) else graph
