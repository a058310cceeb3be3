"""Write N-Quads, N-Triples, Turtle, TriG and RDF/XML, with what JSON-LD shares with them: quads in
order, options, short IRIs, and texts that are made once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hrdgraph.errors import OutputError
from hrdgraph.fact_kinds import Kind
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import DEFAULT_GRAPH, in_order
from hrdgraph.rdf.lexical import unescape_column
from hrdgraph.vocab import HRDV, PREFIXES, RDF, XSD

# the part of PN_LOCAL that needs no escape
TURTLE_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
ANY_LOCAL = r"[A-Za-z0-9_][^\s:]*"

# No scheme, no query, no dot segment, no empty segment: nothing that resolving a reference (RFC
# 3986 §5.2) could change.
# At least one slash, so that no keyword or term of a JSON-LD context has the same spelling.
_RELATIVE = r"^(?:[\w~-][\w.~%!$'()*,@=+-]*/)+[\w~-][\w.~%!$'()*,@=+-]*$"


@dataclass(frozen=True)
class IriShortener:
    """Prefixes and a base. A short name means the IRI it was made from, in Turtle and in JSON-LD
    alike."""

    prefixes: tuple[tuple[str, str], ...]
    base: str = ""

    @classmethod
    def of(cls, prefixes: Mapping[str, str], base: str) -> IriShortener:
        """Make a shortener, longer namespaces first. A base without `/` at its end is not used:
        references would not join on to it."""
        return cls(
            tuple(sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))),
            base if base.endswith("/") else "",
        )

    def add_prefixes(self, iris: pl.Series, local: str = TURTLE_LOCAL) -> pl.Series:
        """Return `prefix:local` for each IRI, null if no namespace fits or the rest does not match
        `local`."""
        if not self.prefixes:
            return pl.repeat(None, len(iris), dtype=pl.String, eager=True)
        spaces = "|".join(re.escape(space) for _, space in self.prefixes)
        names = dict(
            zip(
                (space for _, space in reversed(self.prefixes)),
                (prefix for prefix, _ in reversed(self.prefixes)),
                strict=True,
            )
        )
        matches = (
            iris.rename("iri")
            .to_frame()
            .select(pl.col("iri").str.extract_groups(f"^(?<space>{spaces})(?<local>{local})$"))
            .unnest("iri")
        )
        return matches.select(
            (pl.col("space").replace(names) + ":" + pl.col("local")).alias("name")
        )["name"]

    def relative(self, iris: pl.Series) -> pl.Series:
        """Return the reference that, resolved against the base, is the IRI; null if there is
        none."""
        rest = pl.col("iri").str.slice(len(self.base))
        fits = pl.col("iri").str.starts_with(self.base) & rest.str.contains(_RELATIVE)
        return (
            iris.rename("iri")
            .to_frame()
            .select(pl.when(fits & bool(self.base)).then(rest).alias("name"))["name"]
        )


def scheme_counts(iris: pl.Series) -> Counter[str]:
    """Count the IRIs of each concept scheme."""
    schemes = iris.str.extract(f"^{HRDV}([a-z][a-z0-9-]*[a-z0-9])/[^/]").drop_nulls()
    return Counter(dict(schemes.value_counts().iter_rows()))


def with_schemes(schemes: Iterable[str], prefixes: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Return `prefixes`, and one for each concept scheme: `outcome:laureate` reads better than an
    escaped slash."""
    return {scheme: f"{HRDV}{scheme}/" for scheme in schemes} | dict(prefixes)


_LITERAL = r'(?s)^(?<lexical>".*")(?:@(?<language>[A-Za-z0-9-]+)|\^\^<(?<datatype>[^>]*)>)?$'


def merge_graphs(graph: ColumnGraph) -> pl.DataFrame:
    """Return columns s, p, o without graph names: each triple once, in the order of the
    dictionary."""
    return in_order(graph.quads.select("s", "p", "o"))


def parts(terms: pl.Series) -> pl.DataFrame:
    """Split each term into pieces, a row a term: `text`; `iri` or `blank` (the label); or
    `lexical` (still quoted and escaped), `language` and `datatype` (null for a plain string).
    What does not apply is null."""
    text = pl.col("text")
    return terms.rename("text").to_frame().select(
        text,
        pl.when(text.str.starts_with("<")).then(text.str.slice(1).str.head(-1)).alias("iri"),
        pl.when(text.str.starts_with("_:")).then(text.str.slice(2)).alias("blank"),
        text.str.extract_groups(_LITERAL).alias("literal"),
    ).unnest("literal")  # fmt: skip


@dataclass(frozen=True)
class ExportOptions:
    """`context` is the JSON-LD context file (none: IRIs are written out), `base` the IRI that
    short references are relative to, `rows_at_once` how many statements are put into words at
    once, whose texts the cache of a processor should hold. `prefixes` are those of Turtle.
    """

    context: Path | str | None
    base: str = ""
    languages: tuple[str, ...] = ("en",)  # of the names in a network, and the kinds of its facts
    kinds: Mapping[str, Kind] | None = None
    rows_at_once: int = 8_000
    prefixes: Mapping[str, str] = field(default_factory=lambda: PREFIXES)


_BARE: Final = {
    XSD.integer.value: r'^"(?:0|-?[1-9][0-9]*)"$',
    XSD.boolean.value: r'^"(?:true|false)"$',
}


@dataclass(frozen=True)
class NameUse:
    """How many terms of a dictionary need each prefix (the empty one is the base), and the
    prefixes that may stand in them: each concept scheme has one of its own."""

    prefixes: Counter[str]
    declared: dict[str, str]

    def header(self, base: str) -> bytes:
        """Return the base and the used prefixes, by name."""
        lines = [f"@base <{base}> .\n"] if self.prefixes.get("") else []
        lines += [
            f"@prefix {prefix}: <{space}> .\n"
            for prefix, space in sorted(self.declared.items())
            if self.prefixes.get(prefix)
        ]
        return ("".join(lines) + ("\n" if lines else "")).encode()


@dataclass(frozen=True, eq=False)
class TurtleTerms:
    """The Turtle text of each term of a dictionary, and the prefixes that they use."""

    spelled: pl.Series
    use: NameUse

    @classmethod
    def of(cls, pieces: pl.DataFrame, base: str, prefixes: Mapping[str, str] = PREFIXES) -> Self:
        """Return the texts of terms in pieces."""
        schemes = scheme_counts(pl.concat([pieces["iri"], pieces["datatype"]]))
        declared = with_schemes(schemes, prefixes)
        names = IriShortener.of(declared, base)
        datatypes = pieces["datatype"].unique().drop_nulls()
        short = names.add_prefixes(datatypes).fill_null("<" + datatypes + ">")
        typed = pl.col("lexical") + "^^" + pl.col("datatype").replace(datatypes, short)
        bare = pl.any_horizontal(
            *(
                (pl.col("datatype") == datatype) & pl.col("lexical").str.contains(form)
                for datatype, form in _BARE.items()
            )
        )
        spelled = pieces.select(
            pl.coalesce(
                "<" + names.relative(pieces["iri"]) + ">",
                names.add_prefixes(pieces["iri"]),
                pl.when(bare)
                .then(pl.col("lexical").str.strip_chars('"'))
                .when(pl.col("datatype").is_not_null())
                .then(typed),
                "text",
            ).alias("spelled")
        )["spelled"]
        total: Counter[str] = Counter()
        for form in (r"^([a-z][a-z0-9-]*):", r'"\^\^([a-z][a-z0-9-]*):[^">]*$'):
            counts = spelled.str.extract(form).drop_nulls().value_counts()
            total.update(dict(counts.iter_rows()))
        relative = int(spelled.str.contains("^<[^:]*>$").sum())
        return cls(spelled, NameUse((total + Counter({"": relative})), declared))


Numbers = NDArray[np.uint32]
Flags = NDArray[np.bool_]
_SMALL: Final = 1 << 16  # numbers below are sorted by their two bytes, in linear time


class QuadOrder(Enum):
    """The order of quads in a document: all by their terms, or as triples without graph, or graph
    by graph."""

    LINES = "lines"
    MERGED = "merged"
    BY_GRAPH = "by graph"


class Rows(NamedTuple):
    """Quads that belong together, sorted by subject: the positions of their terms, a column
    each."""

    s: Numbers
    p: Numbers
    o: Numbers
    g: Numbers

    @classmethod
    def of(cls, quads: pl.DataFrame) -> Rows:
        """Return the rows of a frame."""
        return cls(*(quads[name].to_numpy() for name in cls._fields))

    def take(self, order: NDArray[np.intp] | slice) -> Rows:
        """Return some of the rows, or all in another order."""
        return Rows(*(column[order] for column in self))

    def once(self) -> Rows:
        """Return each triple once, of any graph."""
        s, p, o, _ = self
        return self.take(np.flatnonzero(starts(s) | starts(p) | starts(o)))

    def whole_subjects(self, size: int) -> Iterator[slice]:
        """Yield slices of about `size` rows that end between two subjects."""
        firsts, begin, count = np.flatnonzero(starts(self.s)), 0, len(self.s)
        while begin < count:
            place = int(np.searchsorted(firsts, begin + size))
            end = int(firsts[place]) if place < len(firsts) else count
            yield slice(begin, end)
            begin = end


Part = tuple[str, Rows]  # the name of a graph, empty where it has none, and rows of it


def in_reading_order(graph: ColumnGraph, order: QuadOrder) -> list[Part]:
    """Return the quads of a graph in an order: those of each graph after its name (an N-Triples
    text, "" for the default graph, which comes first), or all together."""
    rows = Rows.of(graph.quads)
    if not len(graph):
        return []
    if order is QuadOrder.BY_GRAPH:
        return _by_graph(graph, rows)
    return [(DEFAULT_GRAPH, rows if order is QuadOrder.LINES else rows.once())]


def _by_graph(graph: ColumnGraph, rows: Rows) -> list[Part]:
    names = used(rows.g, len(graph.terms))
    places = np.zeros(len(graph.terms), np.uint32)
    places[names] = np.arange(len(names))
    number = places[rows.g]
    if len(names) > 1:
        rows = rows.take(np.argsort(_narrow(number, len(names)), kind="stable"))
    ends = [0, *np.cumsum(np.bincount(number, minlength=len(names))).tolist()]
    parts = (rows.take(slice(*cut)) for cut in pairwise(ends))
    return list(zip(graph.terms.gather(names), parts, strict=True))


def type_first(rows: Rows, type_: int | None) -> Rows:
    """Move the rows with predicate `rdf:type` to the front of each subject."""
    if type_ is None:
        return rows
    place = np.cumsum(starts(rows.s)) * 2 + (rows.p != type_)
    return rows.take(np.argsort(_narrow(place, int(place[-1]) + 1), kind="stable"))


def _narrow(numbers: NDArray[Any], size: int) -> NDArray[Any]:
    return numbers.astype(np.uint16) if size <= _SMALL else numbers


@dataclass(frozen=True, eq=False)
class GraphTexts:
    """A graph without unused terms in its dictionary, to be written with some options."""

    graph: ColumnGraph
    options: ExportOptions

    @classmethod
    def of(cls, graph: ColumnGraph, options: ExportOptions) -> GraphTexts:
        """Prepare a graph: drop the terms that it does not use."""
        return cls(graph.trim(), options)

    @cached_property
    def pieces(self) -> pl.DataFrame:
        """Return its terms in pieces, see `parts`."""
        return parts(self.graph.terms)

    @cached_property
    def turtle(self) -> TurtleTerms:
        """Return its terms in Turtle."""
        return TurtleTerms.of(self.pieces, self.options.base, self.options.prefixes)

    def parts(self, order: QuadOrder) -> list[Part]:
        """Return its quads in an order."""
        return (
            self._by_graph if order is QuadOrder.BY_GRAPH else in_reading_order(self.graph, order)
        )

    @cached_property
    def _by_graph(self) -> list[Part]:
        return in_reading_order(self.graph, QuadOrder.BY_GRAPH)


class Pieces:
    """Texts with a number each. All are added before the first are joined."""

    def __init__(self) -> None:
        self._texts: list[pl.Series] = []
        self._size = 0

    def add(self, texts: pl.Series | Sequence[str]) -> int:
        """Take up texts, none of which is null. The number of the first one; the others
        follow."""
        column = texts if isinstance(texts, pl.Series) else pl.Series(texts, dtype=pl.String)
        first = self._size
        self._texts.append(column.rename("text"))
        self._size += len(column)
        return first

    def add_for(self, places: Numbers, texts: pl.Series | Sequence[str], size: int) -> Numbers:
        """Take up a text for each of some places among `size`; the number of each place. That of
        any other says nothing."""
        numbers = np.zeros(size, np.uint32)
        first = self.add(texts)
        numbers[places] = np.arange(first, first + len(places), dtype=np.uint32)
        return numbers

    def join_rows(self, *columns: Numbers) -> bytes:
        """Join the texts with the numbers in a row, row after row, in UTF-8. No text of a row is
        made: only references are joined."""
        numbers = pl.Series(np.stack(columns, axis=1).ravel())
        text: bytes | None = self._all.gather(numbers).str.join("").cast(pl.Binary).item()
        return text or b""

    @cached_property
    def _all(self) -> pl.Series:
        return pl.concat(self._texts, rechunk=True)


def starts(column: NDArray[np.generic]) -> Flags:
    """Say whether a row differs from the one before it; the first does."""
    flags = np.ones(len(column), np.bool_)
    np.not_equal(column[1:], column[:-1], out=flags[1:])
    return flags


def used(column: Numbers, size: int) -> Numbers:
    """Return the distinct numbers of a column, which are below `size`, in order."""
    marks = np.zeros(size, np.bool_)
    marks[column] = True
    return np.flatnonzero(marks).astype(np.uint32)


def separate(chunks: Iterable[bytes], between: bytes) -> Iterator[bytes]:
    """Yield the chunks with bytes between each two of them."""
    for number, chunk in enumerate(chunks):
        if number:
            yield between
        yield chunk


def nquads(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield one line for each quad."""
    return write_nquads(GraphTexts(graph, options))


def ntriples(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield one line for each triple; a triple of several graphs once."""
    return nquads(graph.triples(), options)


def write_nquads(texts: GraphTexts) -> Iterator[bytes]:
    """Write the lines of all quads."""
    write = NQuadsRows(texts.graph, texts.options.rows_at_once)
    for _, rows in texts.parts(QuadOrder.LINES):
        yield from write.chunks(rows)


class NQuadsRows:
    """Writes rows as lines, so many at once."""

    def __init__(self, graph: ColumnGraph, rows_at_once: int) -> None:
        self._pieces, size = Pieces(), len(graph.terms)
        self._size = rows_at_once
        self._pieces.add(graph.terms + " ")
        names = used(graph.quads["g"].to_numpy(), size)
        ends = [f"{name} .\n" if name else ".\n" for name in graph.terms.gather(names)]
        self._end = self._pieces.add_for(names, ends, size)

    def chunks(self, rows: Rows) -> Iterator[bytes]:
        """Yield the text of all rows."""
        for part in rows.whole_subjects(self._size):
            s, p, o, g = rows.take(part)
            yield self._pieces.join_rows(s, p, o, self._end[g])


_END: Final = b" .\n"
_BETWEEN: Final = b" .\n\n"  # two subjects
_INDENT: Final = "    "


def turtle(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield the triples of all graphs, each once."""
    return write_turtle(GraphTexts.of(graph, options))


def trig(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:
    """Yield the default graph, then one block for each named graph, in order of names."""
    return write_trig(GraphTexts.of(graph, options))


def write_turtle(texts: GraphTexts) -> Iterator[bytes]:
    """Write the triples of all graphs, each once."""
    return _write(texts, QuadOrder.MERGED)


def write_trig(texts: GraphTexts) -> Iterator[bytes]:
    """Write the triples of each graph."""
    return _write(texts, QuadOrder.BY_GRAPH)


def _write(texts: GraphTexts, order: QuadOrder) -> Iterator[bytes]:
    rows_in = cache(partial(TurtleRows, texts))
    yield texts.turtle.use.header(texts.options.base)
    for number, (name, rows) in enumerate(texts.parts(order)):
        if number:
            yield b"\n"
        if name != DEFAULT_GRAPH:
            spelled = texts.turtle.spelled[texts.graph.position(name) or 0]
            yield f"{spelled} {{\n".encode()
        yield from separate(rows_in(_INDENT if name else "").chunks(rows), b"\n")
        if name != DEFAULT_GRAPH:
            yield b"}\n"


class TurtleRows:
    """Writes rows of one graph, with `indent` before each subject."""

    def __init__(self, texts: GraphTexts, indent: str) -> None:
        self._size = texts.options.rows_at_once
        self._type = texts.graph.position(RDF.type)
        self._pieces = Pieces()
        spelled = texts.turtle.spelled
        self._pieces.add(spelled)
        self._subject = self._pieces.add(f" .\n\n{indent}" + spelled + " ")
        self._nothing, self._comma = (self._pieces.add([text]) for text in ("", ", "))
        self._first, self._next = self._predicates(texts, indent)

    def _predicates(self, texts: GraphTexts, indent: str) -> tuple[Numbers, Numbers]:
        """Return the numbers of predicates after a subject, and of those that begin a line."""
        size = len(texts.graph.terms)
        places = used(texts.graph.quads["p"].to_numpy(), size)
        words = [
            "a" if text in (RDF.type.n3(), "rdf:type") else text
            for text in texts.turtle.spelled.gather(places)
        ]
        first = self._pieces.add_for(places, [f"{word} " for word in words], size)
        lines = [f" ;\n    {indent}{word} " for word in words]
        return first, self._pieces.add_for(places, lines, size)

    def chunks(self, rows: Rows) -> Iterator[bytes]:
        """Yield the text of all rows."""
        for part in rows.whole_subjects(self._size):
            cut = type_first(rows.take(part), self._type)
            # what ends the subject before each, there is not before the first
            text = self._text(cut).removeprefix(_BETWEEN)
            yield text + _END

    def _text(self, rows: Rows) -> bytes:
        s, p, o, _ = rows
        is_subject = starts(s)
        is_line = starts(p)
        subject = np.where(is_subject, s + np.uint32(self._subject), np.uint32(self._nothing))
        line = np.where(is_line, self._next[p], np.uint32(self._comma))
        return self._pieces.join_rows(subject, np.where(is_subject, self._first[p], line), o)


_START = "A-Z_a-zÀ-ÖØ-öø-˿Ͱ-ͽͿ-῿⁰-↏Ⰰ-⿯、-퟿"  # NameStartChar without ':', within the first plane
_LOCAL = re.compile(f"[{_START}][{_START}0-9.\\-·]*$")
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
# names that mean something else than a predicate (RDF/XML §5.1)
_RESERVED = """
    RDF Description ID about parseType resource nodeID datatype li aboutEach aboutEachPrefix bagID
"""
_SYNTAX = frozenset(RDF[name].value for name in _RESERVED.split())


def _no_xml(text: str) -> OutputError:
    return OutputError("format-cannot-hold", format="RDF/XML", text=text)


def rdfxml(graph: ColumnGraph, options: ExportOptions) -> Iterator[bytes]:  # noqa: ARG001 - every writer has this signature
    """Yield the triples of all graphs, each once. Raises OutputError, before anything is written,
    for what RDF/XML cannot express: a predicate without an XML name at its end, a control
    character in a literal."""
    graph = graph.trim()
    rows = merge_graphs(graph)
    pieces = parts(graph.terms)
    elements, spaces = _elements(pieces["iri"].gather(rows["p"].unique().sort()).to_list())
    value = unescape_column(pieces["lexical"].str.slice(1).str.head(-1))
    bad = value.filter(value.str.contains(_FORBIDDEN).fill_null(False))
    if len(bad):
        raise _no_xml(repr(bad[0][:60]))
    reference = _subjects(pieces).str.replace("^about", "resource")
    language = ' xml:lang="' + pl.col("language") + '"'
    datatype = ' rdf:datatype="' + _escape_xml("datatype") + '"'
    objects = pieces.with_columns(value, reference.alias("reference")).select(
        pl.coalesce(" rdf:" + pl.col("reference"), language, datatype, pl.lit("")).alias(
            "attribute"
        ),
        _escape_xml("lexical").str.replace_all("\r", "&#xD;", literal=True).alias("inner"),
    )
    names = pl.DataFrame(
        {"iri": list(elements), "element": list(elements.values())},
        schema={"iri": pl.String, "element": pl.String},
    )
    element = pieces.select("iri").join(names, on="iri", how="left", maintain_order="left")[
        "element"
    ]
    position = graph.position(RDF.type)
    is_no_type = pl.col("p") != (len(graph.terms) if position is None else position)
    rows = rows.sort("s", is_no_type, "p", "o")
    return _document(rows, _subjects(pieces), element, objects, spaces)


def _document(
    rows: pl.DataFrame, subjects: pl.Series, element: pl.Series, objects: pl.DataFrame,
    spaces: dict[str, str],
) -> Iterator[bytes]:  # fmt: skip
    named = (f'\n    xmlns:{prefix}="{_attribute(iri)}"' for prefix, iri in sorted(spaces.items()))
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(named)}>\n'.encode()
    name = pl.lit(element.gather(rows["p"]))
    opening = "  <rdf:Description rdf:" + pl.lit(subjects.gather(rows["s"])) + ">\n"
    inner = pl.lit(objects["inner"].gather(rows["o"]))
    content = ">" + inner + "</" + name + ">\n"
    fact = "    <" + name + pl.lit(objects["attribute"].gather(rows["o"]))
    fact += pl.when(inner.is_null()).then(pl.lit("/>\n")).otherwise(content)
    s, blank = pl.col("s"), pl.lit("")
    before = pl.when(s.ne_missing(s.shift())).then(opening).otherwise(blank)
    closing = pl.lit("  </rdf:Description>\n")
    after = pl.when(s.ne_missing(s.shift(-1))).then(closing).otherwise(blank)
    yield "".join(rows.select((before + fact + after).alias("line"))["line"]).encode()
    yield b"</rdf:RDF>\n"


def _subjects(pieces: pl.DataFrame) -> pl.Series:
    """Return `about="…"` or `nodeID="…"` for each term. Blank nodes are numbered: their labels
    need not be XML names."""
    about = 'about="' + _escape_xml("iri") + '"'
    return pieces.select(
        pl.coalesce(about, 'nodeID="b' + pl.col("blank").rank("dense").cast(pl.String) + '"').alias(
            "subject"
        )
    )["subject"]


def _escape_xml(column: str) -> pl.Expr:
    """Return column `column` with the characters that XML reserves as entities."""
    return pl.col(column).str.replace_many(
        ["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"]
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _elements(predicates: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the element name of each predicate, and the namespaces by prefix: ours where they
    fit, `ns1`, `ns2` … otherwise."""
    prefixes = {space: prefix for prefix, space in PREFIXES.items()}
    used = {RDF.prefix: "rdf"}
    elements = {}
    for predicate in predicates:
        match = _LOCAL.search(predicate)
        if match is None or match.start() == 0 or predicate in _SYNTAX:
            raise _no_xml(f"<{predicate}>")
        space, local = predicate[: match.start()], match[0]
        if space not in used:
            used[space] = (
                prefixes.get(space)
                or f"ns{1 + sum(prefix.startswith('ns') for prefix in used.values())}"
            )
        elements[predicate] = f"{used[space]}:{local}"
    return elements, {prefix: space for space, prefix in used.items()}
