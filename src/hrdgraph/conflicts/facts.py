"""A graph and what was derived from it into columns of positions, one frame for each property."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hrdgraph.rdf import IRI, ColumnGraph, Term
from hrdgraph.vocab import HRD, OA, RDF

PAIR = {"s": pl.UInt32, "o": pl.UInt32}


@dataclass(frozen=True)
class ClaimColumns:
    """What two graphs say, in the positions of the first one's dictionary; terms that only the
    second has are left out."""

    graph: ColumnGraph
    derived: ColumnGraph

    def position(self, term: Term | str) -> int | None:
        """Where a term stands in the dictionary."""
        return self.graph.position(term)

    def positions(self, texts: pl.Series) -> pl.Series:
        """Where each of many N-Triples texts does; null for those that it does not have."""
        return self.graph.positions(texts)

    def text(self, places: pl.Series) -> pl.Series:
        """The N-Triples texts of positions."""
        return self.graph.terms.gather(places)

    def pairs(self, predicate: IRI, *, derived: bool = True) -> pl.DataFrame:
        """Subjects and objects of a property, each pair once; with `derived` false what the
        sources say alone."""
        key = (predicate, derived)
        if key not in self._kept:
            here = self._own(predicate)
            there = self._translated(predicate) if derived and len(self.derived) else None
            self._kept[key] = (
                here
                if there is None or not there.height
                else pl.concat([here, there]).unique(maintain_order=True)
            )
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[IRI, bool], pl.DataFrame]:
        """What was asked before: several rules compare the same claims."""
        return {}

    def instances(self, kind: IRI) -> pl.DataFrame:
        """The things of a class, as a column `s`."""
        place = self.position(kind)
        found = self.pairs(RDF.type, derived=False)
        things = found["s"].clear() if place is None else found["s"].filter(found["o"] == place)
        return things.to_frame()

    def with_any(self, values: Iterable[IRI]) -> pl.Series:
        """The subjects that have one of the values, in whatever property."""
        places = [place for value in values if (place := self.position(value)) is not None]
        return self.graph.quads.filter(pl.col("o").is_in(places))["s"].unique()

    def documents(self, claims: pl.Series) -> pl.DataFrame:
        """Claims (`s`) and the documents (`document`) that say them."""
        evidence = self.pairs(HRD.evidence).filter(pl.col("s").is_in(claims.implode()))
        sources = self.pairs(OA.hasSource).rename({"s": "o", "o": "document"})
        return evidence.join(sources, on="o").select("s", "document").unique(maintain_order=True)

    def _own(self, predicate: IRI) -> pl.DataFrame:
        place = self.position(predicate)
        if place is None:
            return pl.DataFrame(schema=PAIR)
        quads = self.graph.quads
        said = quads["p"] == place
        return pl.DataFrame([quads[name].filter(said) for name in PAIR]).unique(maintain_order=True)

    def _translated(self, predicate: IRI) -> pl.DataFrame:
        found = self.derived.where(p=predicate)
        if not len(found):
            return pl.DataFrame(schema=PAIR)
        columns = [self._places.gather(found.quads[name]).alias(name) for name in PAIR]
        return pl.DataFrame(columns).drop_nulls().unique(maintain_order=True)

    @cached_property
    def _places(self) -> pl.Series:
        """Where the terms of what was derived stand in the dictionary."""
        return self.graph.positions(self.derived.terms)
