"""Files of RDF into columns: N-Triples and N-Quads line by line without a Python value for each
term, the others through quads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, TEXT_SCHEMA
from hrdgraph.rdfio.formats import format_named, format_of
from hrdgraph.rdfio.lines import are_terms, cut, lines_of, terms_of
from hrdgraph.rdfio.read import parse, read_quads

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
    terms = _TermCodes(triples_only=path.suffix == ".nt")
    frames: list[pl.DataFrame] = []
    try:
        for block in _blocks(path):
            made = terms.of(block)
            if made is None:
                return None
            frames.append(made)
    except (OSError, PolarsError):  # the other way says what is wrong with it
        return None
    return terms.graph(pl.concat(frames)) if frames else None


class _TermCodes:
    """The terms of a file as codes of one dictionary. Each distinct term is looked at when it
    first comes, since most stand in several lines: that takes a fifth of what it takes to look
    at every line."""

    def __init__(self, *, triples_only: bool) -> None:
        self._triples_only, self._known = triples_only, 0
        self._kind = pl.Categorical(pl.Categories.random())

    def of(self, block: bytes) -> pl.DataFrame | None:
        """The terms of a piece; None where a line is not in canonical form."""
        parts = cut(lines_of(block), triples_only=self._triples_only)
        if parts is not None:
            coded = self._coded(parts)
            if are_terms(self._new(coded)):
                return coded
        made = terms_of(block, triples_only=self._triples_only)
        return None if made is None else self._coded(made.select(COLUMNS[: 4 - self._triples_only]))

    def graph(self, coded: pl.DataFrame) -> ColumnGraph | None:
        """The graph of all pieces; None where a term stands where it must not."""
        if self._triples_only:
            coded = coded.with_columns(pl.lit(DEFAULT_GRAPH).cast(self._kind).alias("g"))
        graph = ColumnGraph.from_categorical(coded)
        return graph if _are_in_place(graph) else None

    def _coded(self, parts: pl.DataFrame) -> pl.DataFrame:
        return parts.select(pl.all().fill_null(DEFAULT_GRAPH).cast(self._kind))

    def _new(self, coded: pl.DataFrame) -> pl.Series:
        """The terms that no piece before has had: codes are given one after the other."""
        last = coded.select(pl.max_horizontal(pl.all().to_physical().max())).item()
        new = pl.int_range(self._known, last + 1, dtype=pl.UInt32, eager=True)
        self._known = max(self._known, last + 1)
        return new.cat.to(self._kind).cast(pl.String)


def _are_in_place(graph: ColumnGraph) -> bool:
    """Whether subjects are no literals, predicates IRIs, and only graphs have no name. The
    dictionary is sorted, so each kind of term is one run."""
    if not len(graph):
        return True
    literals, iris, blanks = graph.terms.search_sorted(pl.Series(['"', "<", "_"])).to_list()
    places = graph.quads
    return bool(
        places.select(
            (pl.col("s").min() >= iris)
            & pl.col("p").is_between(iris, blanks - 1).all()
            & (pl.col("o").min() >= literals)
            & ((pl.col("g") < literals) | (pl.col("g") >= iris)).all()
        ).item()
    )


def parse_lines(lines: Sequence[str], file: str = "") -> ColumnGraph:
    """The quads of lines of N-Quads, with blank nodes as they are named; language tags as they
    are written, if all lines are canonical. SourceError where they do not parse."""
    text = "".join(f"{line}\n" for line in lines).encode()
    made = terms_of(text, triples_only=False) if lines else None
    if made is not None:
        return ColumnGraph.from_text(made.select(COLUMNS))
    return ColumnGraph.from_quads(parse(text, format_named("nq"), file=file, scope=None))


def text_columns(blocks: Iterable[bytes], file: str = "") -> Iterator[pl.DataFrame]:
    """The quads of pieces of N-Quads that end with a line, as texts s, p, o, g of their terms
    (g is empty in the default graph), with blank nodes as they are named. SourceError where a
    piece does not parse."""
    for block in blocks:
        try:
            made = terms_of(block, triples_only=False)
        except PolarsError:  # the parser says what is wrong with it
            made = None
        if made is None:
            quads = parse(block, format_named("nq"), file=file, scope=None)
            yield ColumnGraph.from_quads(quads).text()
        else:
            yield made.select(pl.col(name).fill_null(DEFAULT_GRAPH) for name in COLUMNS)


def triples_in(text: bytes | None, graph: IRI | None = None) -> ColumnGraph:
    """The triples of a document of N-Triples, in the default graph or in one with a name, with
    blank nodes as they are named. SourceError where it does not parse."""
    found = pl.concat([pl.DataFrame(schema=TEXT_SCHEMA), *text_columns([text] if text else [])])
    name = graph.n3() if graph else DEFAULT_GRAPH
    return ColumnGraph.from_text(found.with_columns(g=pl.lit(name)))


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


def _scoped(graph: ColumnGraph, scope: str) -> ColumnGraph:
    blank = graph.terms.filter(graph.terms.str.starts_with("_:"))
    return graph.rename(blank, f"_:{scope}" + blank.str.slice(2)) if len(blank) else graph
