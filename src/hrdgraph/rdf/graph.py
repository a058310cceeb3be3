"""Quads as dictionary-encoded columns: one sorted dictionary of terms, four columns of dense
integers; and the neighbours of a term among them."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from io import BufferedReader, BytesIO, RawIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

import polars as pl

from hrdgraph.rdf.terms import IRI, Quad, Term, parse_term

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PartsReader(RawIOBase):
    """Read pieces of a document, once, as one file."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        while not len(self._rest):
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class ExtendedDictionary(NamedTuple):
    """Sorted, distinct texts, with the positions of the old dictionary's texts in them (`own`) and
    those of the texts that were added (`more`)."""

    terms: pl.Series
    own: pl.Series
    more: pl.Series


def extend_dictionary(terms: pl.Series, more: pl.Series) -> ExtendedDictionary:
    """Add texts to a sorted dictionary, each once. Only the new texts are compared, each with log
    n of the old ones."""
    at = terms.search_sorted(more)
    inside = at < len(terms)
    there = terms.gather(at.filter(inside)) == more.filter(inside)
    mark = pl.Series([False]).new_from_index(0, len(more))
    is_new = ~(mark.scatter(inside.arg_true().filter(there), True) if there.any() else mark)
    new, before = more.filter(is_new), is_new.cast(pl.UInt32).cum_sum() - is_new
    places = (at + before).cast(pl.UInt32)
    if not len(new):
        return ExtendedDictionary(terms, _count(len(terms)), places)
    size, fresh = len(terms) + len(new), places.filter(is_new)
    own = pl.Series([True]).new_from_index(0, size).scatter(fresh, False).arg_true()
    own, order = own.cast(pl.UInt32), pl.zeros(size, dtype=pl.UInt32, eager=True)
    order = order.scatter(own, _count(len(terms))).scatter(fresh, _count(size, len(terms)))
    texts = pl.concat([terms, new.rename(terms.name)], rechunk=True)
    return ExtendedDictionary(texts.gather(order), own, places)


def _count(end: int, start: int = 0) -> pl.Series:
    return pl.int_range(start, end, dtype=pl.UInt32, eager=True)


COLUMNS = ("s", "p", "o", "g")
TEXT_SCHEMA = dict.fromkeys(COLUMNS, pl.String)
_CODED = dict.fromkeys(COLUMNS, pl.UInt32)
_NO_TERMS = pl.Series("term", dtype=pl.String)
_FEW = 200_000  # quads
_OFTEN = 8  # times that each text of a column stands in it
_ASKED = 1 << 16  # terms whose positions are kept
DEFAULT_GRAPH = ""  # the text of "no graph name"; it sorts before every term


@dataclass(frozen=True, eq=False)
class ColumnGraph:
    """A set of quads. `terms` is the sorted dictionary of N-Triples texts; `quads` has columns
    s, p, o, g (UInt32, positions in `terms`), sorted and distinct. The default graph is the
    empty text. Since the dictionary is sorted by bytes, the order of `quads` is the byte order
    of the N-Quads lines, and equal sets have equal columns.
    """

    terms: pl.Series
    quads: pl.DataFrame

    @classmethod
    def from_text(cls, frame: pl.DataFrame) -> ColumnGraph:
        """Encode columns s, p, o, g of N-Triples texts (g may be null or empty for the default
        graph)."""
        frame = frame.select(pl.col(name).fill_null(DEFAULT_GRAPH) for name in COLUMNS)
        each = [frame[name].unique().rename("term") for name in COLUMNS]
        terms = pl.concat(each).unique().sort()
        coded = (
            _look_up(frame[name], texts, terms) for name, texts in zip(COLUMNS, each, strict=True)
        )
        return cls(terms, in_order(pl.DataFrame(list(coded))))

    @classmethod
    def from_categorical(cls, frame: pl.DataFrame) -> ColumnGraph:
        """Encode columns s, p, o, g that share one categorical dictionary: only distinct terms
        are turned into text."""
        codes = [frame[name].to_physical() for name in COLUMNS]
        size = 1 + max((int(column.max() or 0) for column in codes), default=0)  # type: ignore[arg-type]
        used = _mark_used(codes, size).arg_true().cast(pl.UInt32)
        texts = used.cat.to(frame["s"].dtype).cast(pl.String).rename("term")
        order = texts.arg_sort()
        places = pl.zeros(size, dtype=pl.UInt32, eager=True)
        if len(used):
            places = places.scatter(
                used[order], pl.int_range(len(used), dtype=pl.UInt32, eager=True)
            )
        coded = [places[column].alias(name) for name, column in zip(COLUMNS, codes, strict=True)]
        return cls(texts[order], in_order(pl.DataFrame(coded)))

    @classmethod
    def from_quads(cls, quads: Iterable[Quad]) -> ColumnGraph:
        """Encode Python quads; meant for small graphs such as an ontology."""
        rows = [
            (
                q.subject.n3(),
                q.predicate.n3(),
                q.object.n3(),
                q.graph.n3() if q.graph else DEFAULT_GRAPH,
            )
            for q in quads
        ]
        return cls.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))

    @classmethod
    def union(cls, graphs: Iterable[ColumnGraph]) -> ColumnGraph:
        """Return the union of several sets of quads, without unused terms. Only the dictionaries
        are compared as texts, the smaller ones with the largest."""
        parts = [graph.trim() for graph in graphs if len(graph)]
        if len(parts) < 2:
            return parts[0] if parts else cls(_NO_TERMS, pl.DataFrame(schema=_CODED))

        largest = max(parts, key=lambda graph: len(graph.terms))
        smaller = [graph for graph in parts if graph is not largest]
        texts = pl.concat([_NO_TERMS, *(graph.terms.rename("term") for graph in smaller)])
        whole = extend_dictionary(largest.terms, texts.unique().sort())
        coded = [graph._encode(graph.terms, whole.terms) for graph in smaller]
        return cls(whole.terms, in_order(pl.concat([largest._by_position(whole.own), *coded])))

    def __len__(self) -> int:
        return self.quads.height

    def __iter__(self) -> Iterator[Quad]:
        """Yield the quads as Python values, in order. Slow: for small graphs and parts of large
        ones."""
        parsed: dict[int, Any] = {
            code: parse_term(text) if text else None
            for code, text in zip(self._used, self.terms[self._used], strict=True)
        }
        for s, p, o, g in self.quads.iter_rows():
            yield Quad(parsed[s], parsed[p], parsed[o], parsed[g])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnGraph) and self.text().equals(other.text())

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> dict[str, object]:
        """Return the columns only; everything else is derived again after loading."""
        return {"terms": self.terms, "quads": self.quads}

    def position(self, term: Term | str) -> int | None:
        """Return the position of a term (or of its N-Triples text) in the dictionary, or None."""
        return self._place(term if isinstance(term, str) else term.n3())

    def positions(self, texts: pl.Series) -> pl.Series:
        """Return the position of each text in the dictionary; null where it is missing."""
        places = self.terms.search_sorted(texts)
        texts_there = pl.concat(
            [self.terms.rename("term"), pl.Series("term", [None], dtype=pl.String)]
        ).gather(places)
        return (
            pl.DataFrame([places.alias("place"), (texts_there == texts).alias("there")])
            .select(pl.when("there").then("place"))
            .to_series()
        )

    @cached_property
    def _place(self) -> Callable[[str], int | None]:
        """Return a cached binary search for texts: a dictionary of all terms as Python texts would
        take more memory than everything else."""
        # not of the graph itself, which a circle of references would keep from being let go of
        return lru_cache(maxsize=_ASKED)(partial(_find_text, self.terms))

    def text(self) -> pl.DataFrame:
        """Return the quads as columns s, p, o, g of N-Triples texts, in the same order."""
        return self._by_position(self.terms)

    def lines(self) -> pl.Series:
        """Return canonical N-Quads lines without line ends, sorted."""
        end = (
            pl.when(pl.col("g") == DEFAULT_GRAPH)
            .then(pl.lit("."))
            .otherwise(pl.format("{} .", "g"))
        )
        return self.text().select(pl.format("{} {} {} {}", "s", "p", "o", end).alias("line"))[
            "line"
        ]

    def document(self) -> bytes:
        """Return the graph as canonical, sorted N-Quads."""
        return encode_lines(self.lines())

    def stream(self, rows: int = 200_000) -> BinaryIO:
        """Return the N-Quads document as a file to read once; at most `rows` lines are in memory
        at a time."""

        parts = (part.document() for part in self.parts(rows))
        return cast("BinaryIO", BufferedReader(PartsReader(parts)))

    def parts(self, rows: int) -> Iterator[ColumnGraph]:
        """Yield the graph in pieces of at most `rows` quads, which share one dictionary."""
        for start in range(0, len(self), rows):
            yield ColumnGraph(self.terms, self.quads.slice(start, rows))

    def triples(self) -> ColumnGraph:
        """Return the triples without graph names, each once, in the default graph."""
        terms = (
            self.terms
            if self.position(DEFAULT_GRAPH) == 0
            else pl.concat([pl.Series([DEFAULT_GRAPH]), self.terms.rename("")])
        )
        shift = len(terms) - len(self.terms)
        triples = self.quads.select(
            pl.col("s", "p", "o") + pl.lit(shift, pl.UInt32), pl.lit(0, pl.UInt32).alias("g")
        )
        return ColumnGraph(terms, in_order(triples))

    def within(self, graph: IRI) -> ColumnGraph:
        """Return the triples, each once, in one named graph."""
        return ColumnGraph.from_text(self.text().with_columns(pl.lit(graph.n3()).alias("g")))

    def drop_default_graph(self) -> ColumnGraph:
        """Return the quads that have a graph name."""
        default = self.position(DEFAULT_GRAPH)
        return (
            self
            if default is None
            else ColumnGraph(self.terms, self.quads.filter(self.quads["g"] != default))
        )

    def minus(self, other: ColumnGraph) -> ColumnGraph:
        """Return the quads that another graph does not have."""
        places = other.positions(self.terms)
        quads = pl.DataFrame([places.gather(self.quads[name]).alias(name) for name in COLUMNS])
        # a term that the other graph has not is null, which equals nothing
        kept = quads.with_row_index("row").join(
            other.quads, on=COLUMNS, how="anti", maintain_order="left"
        )
        return ColumnGraph(self.terms, self.quads[kept["row"]]).trim()

    def where(
        self, *, s: Term | str | None = None, p: Term | str | None = None,
        o: Term | str | None = None, g: Term | str | None = None,
    ) -> ColumnGraph:  # fmt: skip
        """Return the quads that match every given term; the dictionary is kept whole."""
        places = {
            name: self.position(term)
            for name, term in zip(COLUMNS, (s, p, o, g), strict=True)
            if term is not None
        }
        if None in places.values():
            return ColumnGraph(self.terms, self.quads.clear())
        if places.get("s") is None:
            return ColumnGraph(self.terms, self.quads.filter(**places))
        rows = self.quads[self.rows_of(places.pop("s"))]  # type: ignore[arg-type]
        return ColumnGraph(self.terms, rows.filter(**places) if places else rows)

    def about(self, subject: Term | str) -> list[Quad]:
        """Return the quads of one subject, in order, like `where`. Faster than that for many small
        look-ups, because no data frame is made."""
        rows = self._rows(subject)
        columns = (
            [self._term(place) for place in column[rows].tolist()] for column in self._columns
        )
        return [Quad(*terms) for terms in zip(*columns, strict=True)]

    def objects(self, subject: Term | str, predicate: Term | str) -> list[Term]:
        """Return the distinct objects of a subject and predicate, in order; as fast as `about`."""
        places = self._columns[2][self._rows(subject, predicate)].tolist()
        return [self._term(place) for place in dict.fromkeys(places)]

    def row_of(self, quad: Quad) -> int | None:
        """Return the row of a quad, or None if it is not in the graph; as fast as `about`."""
        rows = self._rows(quad.subject, quad.predicate, quad.object, quad.graph or DEFAULT_GRAPH)
        return rows.start if rows.start < rows.stop else None

    def _rows(self, *terms: Term | str) -> slice:
        places = [place for term in terms if (place := self.position(term)) is not None]
        return self.rows_of(*places) if len(places) == len(terms) else slice(0, 0)

    def _term(self, place: int) -> Any:
        """Return the term at a position, None for "no graph name"; each is parsed once."""
        if place not in self._parsed:
            text = self.terms[place]
            self._parsed[place] = parse_term(text) if text else None
        return self._parsed[place]

    @cached_property
    def _parsed(self) -> dict[int, Term | None]:
        return {}

    def rows_of(self, *places: int) -> slice:
        """Return the range of rows of a subject (and a predicate, an object, a graph), by binary
        search."""
        low, high = 0, len(self)
        for column, place in zip(self._columns, places, strict=False):
            low, high = (
                bisect_left(column, place, low, high),
                bisect_right(column, place, low, high),
            )
        return slice(low, high)

    @cached_property
    def _columns(self) -> list[NDArray[Any] | array[int]]:
        if len(self) < _FEW:  # not worth the loading of NumPy, which takes longer than the rest
            return [array("I", self.quads[name].to_list()) for name in COLUMNS]
        return [self.quads[name].to_numpy() for name in COLUMNS]

    def rename(self, old: pl.Series, new: pl.Series) -> ColumnGraph:
        """Replace each text of `old` by the text beside it in `new`, in every place. Only the
        dictionary is rewritten, without unused terms; the quads are renumbered."""

        places = self.positions(old)
        there = places.is_not_null()
        new, places = new.filter(there), places.filter(there)
        texts = new.unique().sort()
        whole = extend_dictionary(self.terms, texts)
        own = whole.own.scatter(places, whole.more.gather(texts.search_sorted(new)))
        return ColumnGraph(whole.terms, in_order(self._by_position(own))).trim()

    def trim(self) -> ColumnGraph:
        """Drop terms that no quad uses from the dictionary. Order is kept, so only positions are
        sorted."""
        used = self._used
        if len(used) == len(self.terms):
            return self
        places = pl.zeros(len(self.terms), dtype=pl.UInt32, eager=True)
        places = (
            places.scatter(used, pl.int_range(len(used), dtype=pl.UInt32, eager=True))
            if len(used)
            else places
        )
        return ColumnGraph(self.terms[used], self._by_position(places))

    @property
    def _used(self) -> pl.Series:
        """Return the positions of the terms that quads use, in order: marking all terms is much
        faster than comparing positions."""
        columns = [self.quads[name] for name in COLUMNS]
        return _mark_used(columns, len(self.terms)).arg_true().cast(pl.UInt32)

    def _by_position(self, values: pl.Series) -> pl.DataFrame:
        """Return the quads with each position replaced by the value at it. Indexing with brackets
        is faster for few quads, because it avoids the query engine."""
        return pl.DataFrame([values[self.quads[name]].alias(name) for name in COLUMNS])

    def _encode(self, terms: pl.Series, dictionary: pl.Series) -> pl.DataFrame:
        """Encode the quads with another dictionary, which has all terms that they use; `terms` are
        the texts of their own."""
        return self._by_position(dictionary.search_sorted(terms).cast(pl.UInt32))


def _mark_used(columns: Iterable[pl.Series], size: int) -> pl.Series:
    """Return one boolean for each of `size` numbers: whether it occurs in the columns."""
    marks = pl.Series([False]).new_from_index(0, size)
    for column in columns:
        marks = marks.scatter(column, True) if len(column) else marks
    return marks


def _look_up(column: pl.Series, texts: pl.Series, terms: pl.Series) -> pl.Series:
    """Return the positions of a column's texts in a dictionary. `texts` are its distinct texts; if
    they are few, each is looked up once."""
    places = terms.search_sorted(column if len(texts) * _OFTEN > len(column) else texts)
    if len(places) == len(column):
        return places.cast(pl.UInt32).alias(column.name)
    return column.replace_strict(texts, places, return_dtype=pl.UInt32)


def _find_text(terms: pl.Series, text: str) -> int | None:
    place = bisect_left(terms, text)
    return place if place < len(terms) and terms[place] == text else None


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows of numbers by their columns, each once. Equal rows are found fast once sorted, and
    a stable sort is fast if most rows are in order already, as those of several graphs are."""
    ordered = rows.sort(rows.columns, maintain_order=True)
    return ordered.filter(pl.any_horizontal(pl.all() != pl.all().shift()).fill_null(True))


def encode_lines(lines: pl.Series) -> bytes:
    """Encode lines as UTF-8, each with a line end. No line may contain a line end."""
    out = BytesIO()
    lines.to_frame("line").write_csv(out, include_header=False, quote_style="never")
    return out.getvalue()


Link = tuple[int, int]  # a predicate, and what is at the other end


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The links of every node in one direction, as columns that are sorted by node, predicate
    and other end; a link counts once, in however many graphs it stands. Nodes are positions in
    the dictionary of the graph. A look-up costs what it finds; the whole takes a few bytes a
    link, where a list for each node takes a hundred.
    """

    starts: memoryview  # where the links of each node begin; one more than there are nodes
    predicates: memoryview
    ends: memoryview

    @classmethod
    def both(cls, graph: ColumnGraph) -> tuple[Adjacency, Adjacency]:
        """Return the links from subjects to objects, and those from objects to subjects."""
        columns = ("s", "p", "o")
        # quads are sorted: equal triples are neighbours
        same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in columns)
        triples = graph.quads.select(columns).filter(~same.fill_null(False))
        return cls._of(triples, len(graph.terms)), cls._of(
            triples.select("o", "p", "s").sort("o", "p", "s"), len(graph.terms)
        )

    @classmethod
    def _of(cls, links: pl.DataFrame, nodes: int) -> Adjacency:
        return cls(
            starts_of(links.to_series(0), nodes),
            *(view_numbers(links.to_series(place)) for place in (1, 2)),
        )

    def __contains__(self, node: int) -> bool:
        return self.starts[node] < self.starts[node + 1]

    def get(self, node: int) -> list[Link]:
        """Return the links of a node: predicate and other end."""
        low, high = self.starts[node], self.starts[node + 1]
        return [*zip(self.predicates[low:high].tolist(), self.ends[low:high].tolist(), strict=True)]

    def along(self, node: int, predicate: int) -> list[int]:
        """Return the other ends of a node's links with one predicate, in order."""
        low, high = self.starts[node], self.starts[node + 1]
        if low >= high:  # also for -1, which stands for a node that is not there
            return []
        low = bisect_left(self.predicates, predicate, low, high)
        return self.ends[low : bisect_right(self.predicates, predicate, low, high)].tolist()


def starts_of(column: pl.Series, nodes: int) -> memoryview:
    """Return where the rows of each node begin in a sorted column of nodes, and, last, the number
    of rows."""
    return view_numbers(column.search_sorted(pl.int_range(nodes + 1, dtype=pl.UInt32, eager=True)))


def view_numbers(column: pl.Series) -> memoryview:
    """Return a column of integers in the form that Python reads fastest."""
    values: Any = column.rechunk().to_numpy()
    return memoryview(values)
