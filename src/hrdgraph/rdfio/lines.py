"""Files of RDF into columns: N-Triples and N-Quads line by line without a Python value for each term, the others through quads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
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
    """The quads of a file of which every line is in canonical form, else None."""
    try:
        lines = pl.read_csv(
            path, has_header=False, schema={"line": pl.String}, separator="\x01", quote_char=None, empty_string_is_null=False
        )
    except (OSError, PolarsError):  # the other way says what is wrong with it
        return None
    made = lines.select(pl.col("line").str.extract_groups(_LINE)).unnest("line")
    plain = not lines["line"].str.contains(_STRING, literal=True).any()
    triples_only = path.suffix != ".nt" or made["g"].null_count() == made.height
    return ColumnGraph.from_text(made.select(COLUMNS)) if plain and triples_only and not made["s"].null_count() else None


def _scoped(graph: ColumnGraph, scope: str) -> ColumnGraph:
    blank = graph.terms.filter(graph.terms.str.starts_with("_:"))
    return graph.rename(blank, f"_:{scope}" + blank.str.slice(2)) if len(blank) else graph
