"""A graph's columns as marks: one boolean per term or per quad, so that privacy rules are
whole-column operations."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import or_
from typing import Final
from urllib.parse import unquote

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.graph import COLUMNS

_FEW: Final = 12  # terms
_LOOKED_FOR: Final = 6  # terms
_FALSE: Final = pl.Series([False])
_WEB: Final = re.compile(r"https?://(?:[^/?#@]*@)?([^/?#:]*)(?::\d*)?(.*)", re.I | re.S)
_SLASHES: Final = re.compile(r"[/#]+")


@dataclass(frozen=True, eq=False)
class Columns:
    """The four columns of a set of quads over a dictionary of `size` terms. Marks of terms have
    that length, marks of quads the length of the columns.
    """

    size: int
    s: pl.Series
    p: pl.Series
    o: pl.Series
    g: pl.Series

    @classmethod
    def of(cls, graph: ColumnGraph) -> Columns:
        return cls(len(graph.terms), *(graph.quads[name] for name in COLUMNS))

    def only(self, quads: pl.Series) -> Columns:
        """Return the marked quads."""
        return replace(self, **{name: getattr(self, name).filter(quads) for name in COLUMNS})

    @cached_property
    def none(self) -> pl.Series:
        """Return a mark on no term."""
        return _FALSE.new_from_index(0, self.size)

    @cached_property
    def _places(self) -> pl.Series:
        """Return the position of each term."""
        return pl.int_range(self.size, dtype=pl.UInt32, eager=True)

    def mark(self, positions: pl.Series) -> pl.Series:
        """Mark the terms at these positions."""
        return _at(self.size, positions)

    def subjects(self, quads: pl.Series) -> pl.Series:
        """Mark the subjects of the marked quads."""
        return self.mark(self.s.filter(quads))

    def objects(self, quads: pl.Series) -> pl.Series:
        """Mark the objects of the marked quads."""
        return self.mark(self.o.filter(quads))

    def having(self, name: str, terms: pl.Series) -> pl.Series:
        """Mark the quads whose term in column `name` is marked."""
        column: pl.Series = getattr(self, name)
        places = self._places.filter(terms)
        if len(places) > _LOOKED_FOR:
            return terms[column]
        # to compare all of a column with one number is many times as quick as to look each up
        each = (column == place for place in places)
        return reduce(or_, each) if len(places) else _FALSE.new_from_index(0, len(column))

    def reach(self, start: pl.Series) -> pl.Series:
        """Mark these terms and all terms that can be reached from them, from subject to object."""
        reached, frontier = start, start
        while frontier.any():
            frontier = self.objects(self.having("s", frontier)) & ~reached
            reached = reached | frontier
        return reached


def find(graph: ColumnGraph, terms: Iterable[IRI]) -> pl.Series:
    """Mark those terms that are in the graph's dictionary. It is sorted, so each term is compared
    with log n texts."""
    texts = [term.n3() for term in terms]
    if len(texts) <= _FEW:
        numbers = [place for text in texts if (place := graph.position(text)) is not None]
        return _at(len(graph.terms), pl.Series(numbers, dtype=pl.UInt32))
    return _at(len(graph.terms), graph.positions(pl.Series(texts, dtype=pl.String)).drop_nulls())


def beginning(graph: ColumnGraph, text: str) -> pl.Series:
    """Mark the terms that begin with a text; they are neighbours in the dictionary."""
    after = text[:-1] + chr(ord(text[-1]) + 1)
    first, last = (bisect_left(graph.terms, end) for end in (text, after))
    return _at(len(graph.terms), pl.int_range(first, last, dtype=pl.UInt32, eager=True))


def _at(size: int, places: pl.Series) -> pl.Series:
    mark = _FALSE.new_from_index(0, size)
    return mark.scatter(places, True) if len(places) else mark


def as_one(graph: ColumnGraph, joined: tuple[tuple[str, ...], ...]) -> pl.Series:
    """Return for each term its position or, for a name of a thing with several, the first
    name's."""
    own = pl.int_range(len(graph.terms), dtype=pl.UInt32, eager=True)
    names = _names(joined)
    rows = names.select("thing", place=graph.positions(names["name"])).drop_nulls("place")
    rows = rows.filter(rows["thing"].is_duplicated())
    return (
        own.scatter(rows["place"], rows.select(pl.col("place").min().over("thing"))["place"])
        if len(rows)
        else own
    )


@lru_cache(maxsize=2)  # a build asks of its things, and of its rooms, several times
def _names(joined: tuple[tuple[str, ...], ...]) -> pl.DataFrame:
    """Return the names of things as N-Triples texts, each with the number of its thing."""
    things = pl.int_range(len(joined), dtype=pl.UInt32, eager=True)
    numbers = things.repeat_by(pl.Series(map(len, joined), dtype=pl.UInt32)).explode()
    texts = pl.Series("name", chain.from_iterable(joined), dtype=pl.String)
    return pl.DataFrame([("<" + texts + ">").alias("name"), numbers.alias("thing")])


@lru_cache(maxsize=1 << 14)
def key_of(iri: str) -> str:
    """Return the key of an IRI.

    >>> key_of("http://schema.org/birthDate") == key_of("https://www.schema.org#birthDate/")
    True
    >>> key_of("urn:x:birthDate")
    'urn:x:birthDate'"""
    match = _WEB.fullmatch(iri)
    if match is None:
        return iri
    host, path = match.groups()
    return host.lower().rstrip(".").removeprefix("www.") + _SLASHES.sub("/", unquote(path)).rstrip(
        "/"
    )


def keys_of(iris: Iterable[IRI]) -> frozenset[str]:
    """Return the keys of IRIs."""
    return frozenset(key_of(iri.value) for iri in iris)


def mark_terms(
    graph: ColumnGraph, candidates: pl.Series, keys: Collection[str], *, absent: bool = False
) -> pl.Series:
    """Mark the candidate terms (positions in the dictionary) whose key is one of some keys, or, if
    `absent`, none."""
    places = candidates.unique()
    is_wanted = [(key_of(text[1:-1]) in keys) != absent for text in graph.terms.gather(places)]
    return _at(len(graph.terms), places.filter(pl.Series(is_wanted, dtype=pl.Boolean)))
