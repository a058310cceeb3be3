"""Hold the triples for validation as sorted arrays of term numbers (the graph, the background of
the shapes, and the terms that shapes name), with joins, unions and transitive closure of such
arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
import polars as pl

from hrdgraph.rdf import ColumnGraph, Term
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.rdfio.canonical import CAPITALS, lower_language_tags
from hrdgraph.vocab import RDF, RDFS

if TYPE_CHECKING:
    from numpy.typing import NDArray


Ids: TypeAlias = "NDArray[np.uint32]"
Mask: TypeAlias = "NDArray[np.bool_]"
Keys: TypeAlias = "NDArray[np.uint64]"

Array = TypeVar("Array", Ids, Keys)
NONE = np.empty(0, np.uint32)
_SPARSE = 16  # below this share of the dictionary, sorting is cheaper than a mask over all of it
_HIGH = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A binary relation, sorted by `left`, then `right`, distinct."""

    left: Ids
    right: Ids

    def __len__(self) -> int:
        return len(self.left)


def pack(left: Ids, right: Ids) -> Keys:
    """Return one key for each pair, in the order of the pairs."""
    return (left.astype(np.uint64) << _HIGH) | right


def unpack(keys: Keys) -> Pairs:
    """Return the pairs of sorted keys."""
    return Pairs((keys >> _HIGH).astype(np.uint32), keys.astype(np.uint32))


def pairs_of(left: Ids, right: Ids) -> Pairs:
    """Return the set of these pairs."""
    return unpack(distinct_sorted(np.sort(pack(left, right))))


def distinct(ids: Array) -> Array:
    """Return the set of these numbers, like numpy.unique, which needs 10 ms to import masked
    arrays."""
    return distinct_sorted(np.sort(ids))


def distinct_sorted(keys: Array) -> Array:
    """Drop repetitions from sorted numbers."""
    if len(keys) < 2:
        return keys
    keep = np.empty(len(keys), np.bool_)
    keep[0] = True
    np.not_equal(keys[1:], keys[:-1], out=keep[1:])
    return keys if keep.all() else keys[keep]


def nodes_of(ids: Ids, size: int) -> Ids:
    """Return the set of these terms of a dictionary of `size`."""
    if len(ids) * _SPARSE < size:
        return distinct(ids)
    return np.flatnonzero(mask_of(ids, size)).astype(np.uint32)


def mask_of(ids: Ids, size: int) -> Mask:
    """Return a mask over the dictionary that is true for these terms."""
    mask = np.zeros(size, np.bool_)
    mask[ids] = True
    return mask


def member(ids: Ids, nodes: Ids, size: int) -> Mask:
    """Say for each of `ids` whether it is in the set `nodes`."""
    if not len(nodes):
        return np.zeros(len(ids), np.bool_)
    if len(ids) * _SPARSE > size:
        return mask_of(nodes, size)[ids]
    places = np.searchsorted(nodes, ids)
    places[places == len(nodes)] = 0
    return np.asarray(nodes[places] == ids)


def member_pairs(keys: Keys, members: Keys) -> Mask:
    """Say for each of `keys` whether it is in the sorted `others`."""
    if not len(members):
        return np.zeros(len(keys), np.bool_)
    places = np.searchsorted(members, keys)
    places[places == len(members)] = 0
    return np.asarray(members[places] == keys)


def spans(ids: Ids, column: Ids) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return, for each of `ids`, where its run in the sorted `column` starts, and its length."""
    starts = np.searchsorted(column, ids, side="left")
    return starts, np.searchsorted(column, ids, side="right") - starts


def expand(
    starts: NDArray[np.intp], counts: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the run and the place of every element of the runs."""
    total = int(counts.sum())
    run = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return run, np.arange(total) - np.repeat(before, counts) + np.repeat(starts, counts)


def count_of(pairs: Pairs, nodes: Ids) -> NDArray[np.intp]:
    """Count the pairs of each of the sorted `nodes`."""
    return spans(nodes, pairs.left)[1]


class TooManyPairs(Exception):
    """More pairs than may be held at once: use fewer focus nodes."""


def once(columns: list[Ids]) -> list[Ids]:
    """Drop repetitions from sorted rows."""
    keep = np.ones(len(columns[0]), np.bool_)
    if len(keep):
        keep[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return columns if keep.all() else [column[keep] for column in columns]


def places_among(columns: list[Ids], rows: list[Ids]) -> NDArray[np.intp]:
    """Return before which of the sorted rows each of others belongs, by a common binary search."""
    low, high = np.zeros(len(rows[0]), np.intp), np.full(len(rows[0]), len(columns[0]))
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low[open_] + high[open_]) // 2
        is_below = np.zeros(len(open_), np.bool_)
        for column, row in zip(columns[::-1], rows[::-1], strict=True):
            there, own = column[middle], row[open_]
            is_below = (there < own) | ((there == own) & is_below)
        low[open_] = np.where(is_below, middle + 1, low[open_])
        high[open_] = np.where(is_below, high[open_], middle)
    return low


IRI_KIND, BLANK_KIND, LITERAL_KIND = 0, 1, 2
_FEW = 50_000
_LOOKED_UP = 64
_TAGGED = '"@[A-Za-z0-9-]+$'


class TripleArrays:
    """Triples as arrays of term numbers. Numbers below `len(graph.terms)` are those of the graph's
    own dictionary; terms of the background or the shapes follow. Graph names are dropped: SHACL
    has no named graphs."""

    def __init__(self, graph: ColumnGraph, background: ColumnGraph, named: Iterable[str]) -> None:
        self._own, self._position = graph.terms, graph.position
        texts = (
            pl.concat(
                [
                    background.terms,
                    pl.Series(
                        "term", [RDF.type.n3(), RDFS.subClassOf.n3(), *named], dtype=pl.String
                    ),
                ]
            )
            .unique()
            .sort()
        )
        places = _find_places(self._own, texts)
        self._more = texts[column_of(np.flatnonzero(places < 0))]
        places[places < 0] = np.arange(len(self._more)) + len(self._own)
        self.size = len(self._own) + len(self._more)
        self._numbers = dict(zip(texts.to_list(), places.tolist(), strict=True))
        codes = np.array([self._numbers[text] for text in background.terms.to_list()], np.uint32)
        self._made: dict[str, int] = {}
        self._load(graph, [codes[background.quads[name].to_numpy()] for name in COLUMNS[:3]])

    def _load(self, graph: ColumnGraph, background: list[Ids]) -> None:
        """Sort all triples by subject, predicate and object, each once. Those of a graph are
        sorted, so the background is inserted: sorting all would take most of the time of a
        large validation."""
        columns = once([graph.quads[name].to_numpy() for name in COLUMNS[:3]])
        if len(background[0]):
            order = np.lexsort(background[::-1])
            more = [column[order] for column in background]
            places = places_among(columns, more)
            columns = [
                np.insert(column, places, own) for column, own in zip(columns, more, strict=True)
            ]
            columns = once(columns)
        self.subjects, self.predicates, self.objects = columns

    @cached_property
    def _runs(self) -> dict[int, Pairs]:
        """Return the pairs of each predicate, in order thanks to one stable sort."""
        names = nodes_of(self.predicates, self.size)
        # Dense numbers of the predicates; in 16 bits, which sort by radix, unless there
        # are more.
        kind = np.uint16 if len(names) <= np.iinfo(np.uint16).max else np.uint32
        table = np.zeros(self.size, kind)
        table[names] = np.arange(len(names), dtype=kind)
        order = np.argsort(np.asarray(table[self.predicates]), kind="stable")
        s, o = self.subjects[order], self.objects[order]
        ends = np.cumsum(
            np.bincount(np.searchsorted(names, self.predicates), minlength=len(names))
        ).tolist()
        return {
            int(name): Pairs(s[start:end], o[start:end])
            for name, start, end in zip(names.tolist(), [0, *ends], ends, strict=False)
        }

    def __len__(self) -> int:
        return len(self.subjects)

    def number(self, term: Term | str) -> int | None:
        """Return the number of a term of the background or the shapes."""
        return self._numbers.get(term if isinstance(term, str) else term.n3())

    def place_of(self, text: str) -> int:
        """Return the number of any term by its N-Triples text, -1 if no triple and no shape has
        it."""
        place = self._position(text)
        if place is not None:
            return place
        place = self._numbers.get(text, -1)  # it may be that of another spelling
        return place if place >= len(self._own) else -1

    def numbers(self, terms: Iterable[Term | str]) -> Ids:
        """Return the numbers of several such terms, as a set."""
        places = (self.number(term) for term in terms)
        return distinct(np.array([place for place in places if place is not None], np.uint32))

    def pairs(self, predicate: Term | str | int) -> Pairs:
        """Return subjects and objects of a predicate."""
        place = predicate if isinstance(predicate, int) else self.number(predicate)
        return self._runs.get(-1 if place is None else place, _NO_PAIRS)

    def texts(self, ids: Ids) -> pl.Series:
        """Return the N-Triples texts of terms, in this order."""
        ends = np.cumsum([len(part) for part in self._parts])
        if not len(ids) or ids.max() < ends[0]:
            return self._own[column_of(ids)]
        part_of = np.searchsorted(ends, ids, side="right")
        order = np.argsort(part_of, kind="stable")
        parts = [
            part[column_of(ids[part_of == n] - np.uint32(end - len(part)))]
            for n, (part, end) in enumerate(zip(self._parts, ends, strict=True))
        ]
        back = np.empty(len(ids), np.uint32)
        back[order] = np.arange(len(ids))
        return pl.concat(parts)[column_of(back)]

    @property
    def _parts(self) -> tuple[pl.Series, ...]:
        return self._own, self._more, pl.Series("term", list(self._made), dtype=pl.String)

    def number_new(self, texts: list[str]) -> NDArray[np.int64]:
        """Return the numbers of terms that a query made, new ones for unknown terms; those are for
        results only."""
        places = self.find(pl.Series(texts, dtype=pl.String))
        for n in np.flatnonzero(places < 0).tolist():
            places[n] = self._made.setdefault(texts[n], self.size + len(self._made))
        return places

    def find(self, texts: pl.Series) -> NDArray[np.int64]:
        """Return the number of each text, -1 for unknown ones. Few are looked up one by one,
        without waiting for Polars."""
        if len(texts) <= _LOOKED_UP:
            return np.array([self.place_of(text) for text in texts.to_list()], np.int64)
        own = _places(self._own, texts)
        more = _places(self._more, texts)
        return np.where(own >= 0, own, np.where(more >= 0, more + len(self._own), -1))

    @cached_property
    def kinds(self) -> NDArray[np.uint8]:
        """Return whether each term is an IRI, a blank node or a literal. Dictionaries are sorted,
        so each kind is one run."""
        return np.concatenate([_kinds(self._own), _kinds(self._more)])

    @cached_property
    def _classes(self) -> dict[int, Ids]:
        return {}

    def instances(self, kind: Term | int) -> Ids:
        """Return SHACL instances: nodes whose type is the class or a class below it, in data and
        background (§1.3)."""
        place = kind if isinstance(kind, int) else self.number(kind)
        if place is None:
            return NONE
        if place not in self._classes:
            classes = self._below(place)
            types = self.by_object(RDF.type)
            starts = np.searchsorted(types.left, classes, "left")
            ends = np.searchsorted(types.left, classes, "right")
            parts = (types.right[start:end] for start, end in zip(starts, ends, strict=True))
            self._classes[place] = nodes_of(np.concatenate([NONE, *parts]), self.size)
        return self._classes[place]

    def _below(self, top: int) -> Ids:
        """Return the class and all below it, each visited once."""
        under, is_below = self.by_object(RDFS.subClassOf), np.zeros(self.size, np.bool_)
        fresh = np.array([top], np.uint32)
        while len(fresh):
            is_below[fresh] = True
            more = distinct(under.right[expand(*spans(fresh, under.left))[1]])
            fresh = more[~is_below[more]]
        return np.flatnonzero(is_below).astype(np.uint32)

    @cached_property
    def _turned(self) -> dict[int, Pairs]:
        return {}

    def by_object(self, predicate: Term | str | int) -> Pairs:
        """Return objects and subjects of a predicate: the inverse relation, cached."""
        place = predicate if isinstance(predicate, int) else self.number(predicate)
        if place is None or place not in self._runs:
            return _NO_PAIRS
        if place not in self._turned:
            straight = self._runs[place]
            self._turned[place] = unpack(np.sort(pack(straight.right, straight.left)))
        return self._turned[place]

    def mask(self, nodes: Ids) -> Mask:
        """Return a mask over the dictionary."""
        return mask_of(nodes, self.size)


_NO_PAIRS = Pairs(NONE, NONE)


def column_of(places: NDArray[np.integer[Any]]) -> pl.Series:
    """Return the numbers as a column; few go through a list, because the first array takes Polars
    40 ms."""
    return pl.Series(places.tolist(), dtype=pl.UInt32) if len(places) < _FEW else pl.Series(places)


def _find_places(own: pl.Series, texts: pl.Series) -> NDArray[np.int64]:
    """Return the place of each text in the graph's dictionary, or -1. A literal may have its
    language tag in other letters there: `@en-GB` and `@en-gb` are one language (RDF 1.1 §3.3),
    and parsers return the latter."""
    places = _places(own, texts)
    missing = places < 0
    if not texts.filter(pl.Series(missing.tolist(), dtype=pl.Boolean)).str.contains(_TAGGED).any():
        return places
    cased = own.filter(own.str.contains(CAPITALS))
    lower = (
        pl.DataFrame({"text": lower_language_tags(cased), "place": column_of(_places(own, cased))})
        .unique("text", keep="first", maintain_order=True)
        .sort("text")
    )
    places_found = _places(lower["text"], texts)
    return np.where(
        missing & (places_found >= 0),
        lower["place"].to_numpy()[places_found.clip(0)] if len(lower) else -1,
        places,
    )


def _places(dictionary: pl.Series, texts: pl.Series) -> NDArray[np.int64]:
    """Return the place of each text in a sorted dictionary, or -1."""
    if not len(dictionary) or not len(texts):
        return np.full(len(texts), -1, np.int64)
    near = dictionary.search_sorted(texts, side="left").clip(0, len(dictionary) - 1)
    same = dictionary[near] == texts
    return np.where(same.to_numpy(), near.to_numpy().astype(np.int64), -1)


def _kinds(dictionary: pl.Series) -> NDArray[np.uint8]:
    marks = pl.Series(['"', "<", "_"])
    iris, blanks = (
        dictionary.search_sorted(marks, side="left").to_list()[1:] if len(dictionary) else (0, 0)
    )
    kinds = np.full(len(dictionary), LITERAL_KIND, np.uint8)
    kinds[iris:blanks] = IRI_KIND
    kinds[blanks:] = BLANK_KIND
    return kinds


def unite(parts: list[Pairs]) -> Pairs:
    """Return the union of relations."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return _NO_PAIRS
    return unpack(
        distinct_sorted(np.sort(np.concatenate([pack(part.left, part.right) for part in parts])))
    )
