"""Read RDF files into columns: N-Triples and N-Quads line by line without a Python value for each
term, other formats through quads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from hrdgraph.errors import SourceError
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import COLUMNS, DEFAULT_GRAPH, TEXT_SCHEMA
from hrdgraph.rdfio.canonical import lower_language_tags
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
_TERM: Final = rf"^(?:{_IRI}|{_BLANK}|{_LITERAL})?$"
# no object ends so: a literal ends with a quote, a language or `^^<…>`
_GRAPH: Final = r' (<[^ <>]*>|_:[^ "]+)$'
# not canonical: a plain literal says the same
_STRING: Final = "^^<http://www.w3.org/2001/XMLSchema#string>"


def lines_of(block: bytes) -> pl.Series:
    """Split a piece of a file into lines, whatever their line ends are."""
    return pl.read_csv(
        block, has_header=False, schema={"line": pl.String}, separator="\x01", quote_char=None,
        empty_string_is_null=False,
    )["line"]  # fmt: skip


def split_lines(lines: pl.Series, *, triples_only: bool) -> pl.DataFrame | None:
    """Split each line at its spaces into s, p, o and, unless `triples_only`, g (null in the
    default graph); None if a line does not end as a statement. The parts are not checked: if
    all are terms in allowed places, the lines are canonical."""
    ends = pl.col("rest").str.ends_with(" .").fill_null(False).all()
    parts = _split_at_spaces(lines)
    if not parts.select(ends).item():
        return None
    rest = pl.col("rest").str.head(-2)
    if triples_only:
        return parts.select("s", "p", rest.alias("o"))
    return _with_graph(parts.with_columns(rest)).select("s", "p", "o", "g")


def are_terms(texts: pl.Series) -> bool:
    """Say whether each text is a canonical term, or empty (the name of the default graph)."""
    return bool(texts.str.contains(_TERM).all()) and not bool(
        texts.str.contains(_STRING, literal=True).any()
    )


def terms_of(block: bytes, *, triples_only: bool) -> pl.DataFrame | None:
    """Return the terms of each line as columns s, p, o, g (g null in the default graph); None if a
    line is not canonical."""
    lines = lines_of(block)
    if lines.str.contains(_STRING, literal=True).any():
        return None
    terms = _terms(lines, _LINE)
    unusual = terms["s"].is_null()
    if unusual.any():
        proven = _proven(lines.filter(unusual))
        if proven is None:
            return None
        terms = pl.concat([terms.filter(~unusual), proven])
    return None if triples_only and terms["g"].null_count() < terms.height else terms


def _split_at_spaces(lines: pl.Series) -> pl.DataFrame:
    """Split each line at its first two spaces."""
    parts = pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "rest"])
    return lines.to_frame("line").select("line", parts.alias("cut")).unnest("cut")


def _with_graph(parts: pl.DataFrame) -> pl.DataFrame:
    """Split the rest of lines, without its end, into object and graph."""
    return parts.with_columns(pl.col("rest").str.extract(_GRAPH).alias("g")).with_columns(
        pl.when(pl.col("g").is_null())
        .then("rest")
        .otherwise(pl.col("rest").str.strip_suffix(" " + pl.col("g")))
        .alias("o")
    )


def _terms(lines: pl.Series, form: str) -> pl.DataFrame:
    """Return the terms of each line that matches `form`; the subject is null for other lines.
    Lines are split at spaces, ten times faster than with groups of a pattern."""
    terms = _with_graph(_split_at_spaces(lines).with_columns(pl.col("rest").str.head(-2)))
    is_of = pl.col("line").str.contains(form)
    return terms.select(pl.when(is_of).then("s").alias("s"), "p", "o", "g")


def _proven(lines: pl.Series) -> pl.DataFrame | None:
    """Return the terms of lines with valid but unusual IRIs, checked by the parser; None if it
    reads them differently."""
    terms = _terms(lines, _LINE.replace(_IRI, _ANY_IRI))
    if terms["s"].null_count():
        return None
    try:
        quads = parse("\n".join(lines), format_named("nq"), scope=None)
    except SourceError:
        return None
    rows = [
        (q.subject.n3(), q.predicate.n3(), q.object.n3(), q.graph and q.graph.n3()) for q in quads
    ]
    parsed = pl.DataFrame(rows, terms.schema, orient="row")
    return terms if parsed.equals(terms.with_columns(lower_language_tags(terms["o"]))) else None


_LINEAR: Final = ("nt", "nq")
_BLOCK: Final = 4 << 20  # bytes


def read_columns(path: Path, *, base: str | None = None) -> ColumnGraph:
    """Read a file. Blank nodes are named after the file, so that those of two files are never
    the same.

    Raises SourceError with file and line where the text does not parse or cannot be read.
    """
    columns = read_canonical(path)
    if columns is not None:
        scope = re.sub(r"\W", "", path.stem) or "b"
        blank = columns.terms.filter(columns.terms.str.starts_with("_:"))
        return columns.rename(blank, f"_:{scope}" + blank.str.slice(2)) if len(blank) else columns
    return ColumnGraph.from_quads(read_quads(path, base=base))


def read_canonical(path: Path) -> ColumnGraph | None:
    """Read a file of canonical N-Triples or N-Quads, as we write them, with blank nodes and
    language tags as written; None if a line is not canonical. SourceError for an unknown
    ending."""
    if format_of(path).name not in _LINEAR:
        return None
    terms = _TermCodes(triples_only=path.suffix == ".nt")
    frames: list[pl.DataFrame] = []
    try:
        for block in _blocks(path):
            frame = terms.of(block)
            if frame is None:
                return None
            frames.append(frame)
    except (OSError, PolarsError):  # the other way says what is wrong with it
        return None
    return terms.graph(pl.concat(frames)) if frames else None


class _TermCodes:
    """Encode the terms of a file with one dictionary. Each distinct term is checked when it first
    comes, five times faster than checking every line."""

    def __init__(self, *, triples_only: bool) -> None:
        self._triples_only, self._known = triples_only, 0
        self._kind = pl.Categorical(pl.Categories.random())

    def of(self, block: bytes) -> pl.DataFrame | None:
        """Encode the terms of a piece; None if a line is not canonical."""
        parts = split_lines(lines_of(block), triples_only=self._triples_only)
        if parts is not None:
            coded = self._encode(parts)
            last = coded.select(pl.max_horizontal(pl.all().to_physical().max())).item()
            new = pl.int_range(self._known, last + 1, dtype=pl.UInt32, eager=True)
            self._known = max(self._known, last + 1)
            if are_terms(new.cat.to(self._kind).cast(pl.String)):
                return coded
        frame = terms_of(block, triples_only=self._triples_only)
        return (
            None if frame is None else self._encode(frame.select(COLUMNS[: 4 - self._triples_only]))
        )

    def graph(self, coded: pl.DataFrame) -> ColumnGraph | None:
        """Return the graph of all pieces; None if a term stands where it must not."""
        if self._triples_only:
            coded = coded.with_columns(pl.lit(DEFAULT_GRAPH).cast(self._kind).alias("g"))
        graph = ColumnGraph.from_categorical(coded)
        return graph if _are_in_place(graph) else None

    def _encode(self, parts: pl.DataFrame) -> pl.DataFrame:
        return parts.select(pl.all().fill_null(DEFAULT_GRAPH).cast(self._kind))


def _are_in_place(graph: ColumnGraph) -> bool:
    """Check that subjects are no literals, predicates are IRIs, and only graphs have no name. The
    dictionary is sorted, so each kind of term is one run."""
    if not len(graph):
        return True
    literals, iris, blanks = graph.terms.search_sorted(pl.Series(['"', "<", "_"])).to_list()
    return bool(
        graph.quads.select(
            (pl.col("s").min() >= iris)
            & pl.col("p").is_between(iris, blanks - 1).all()
            & (pl.col("o").min() >= literals)
            & ((pl.col("g") < literals) | (pl.col("g") >= iris)).all()
        ).item()
    )


def parse_lines(lines: Sequence[str], file: str = "") -> ColumnGraph:
    """Read lines of N-Quads, with blank nodes as labelled and, if all lines are canonical,
    language tags as written. SourceError where they do not parse."""
    text = "".join(f"{line}\n" for line in lines).encode()
    terms = terms_of(text, triples_only=False) if lines else None
    if terms is not None:
        return ColumnGraph.from_text(terms.select(COLUMNS))
    return ColumnGraph.from_quads(parse(text, format_named("nq"), file=file, scope=None))


def text_columns(blocks: Iterable[bytes], file: str = "") -> Iterator[pl.DataFrame]:
    """Yield the quads of pieces of N-Quads that end with a line, as texts s, p, o, g (g empty in
    the default graph), with blank nodes as labelled. SourceError where a piece does not parse."""
    for block in blocks:
        try:
            terms = terms_of(block, triples_only=False)
        except PolarsError:  # the parser says what is wrong with it
            terms = None
        if terms is None:
            quads = parse(block, format_named("nq"), file=file, scope=None)
            yield ColumnGraph.from_quads(quads).text()
        else:
            yield terms.select(pl.col(name).fill_null(DEFAULT_GRAPH) for name in COLUMNS)


def triples_in(text: bytes | None, graph: IRI | None = None) -> ColumnGraph:
    """Read N-Triples into the default graph or a named one, with blank nodes as labelled.
    SourceError where they do not parse."""
    columns = pl.concat([pl.DataFrame(schema=TEXT_SCHEMA), *text_columns([text] if text else [])])
    name = graph.n3() if graph else DEFAULT_GRAPH
    return ColumnGraph.from_text(columns.with_columns(g=pl.lit(name)))


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces that end with a line."""
    rest = b""
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            end = data.rfind(b"\n") + 1
            if end:
                yield rest + data[:end]
            rest = data[end:] if end else rest + data
    if rest:
        yield rest
