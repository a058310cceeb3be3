"""Two graphs into what was added and what was taken out, as statements and as things of each
class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.graph import COLUMNS
from hrdgraph.vocab import RDF

MEASURES: Final = ("new", "gone", "changed", "added", "removed")


@dataclass(frozen=True, eq=False)
class Differences:
    """What differs. `old`, `new`, `added` and `removed` share one dictionary, so that their
    numbers can be compared.

    Blank nodes are compared by their labels: a build gives the same ones to the same rows.
    """

    old: ColumnGraph
    new: ColumnGraph
    added: ColumnGraph
    removed: ColumnGraph

    def __bool__(self) -> bool:
        return bool(len(self.added) or len(self.removed))

    @cached_property
    def by_class(self) -> pl.DataFrame:
        """One row for each class that changed: `class` (IRI), `before` (things in the old
        graph), and the MEASURES: things that are new, gone, or changed (there before and after),
        statements about them that were added or removed."""
        old, new = _things(self.old), _things(self.new)
        counts = [
            _counted(old, "before"),
            _counted(new.join(old, on=["class", "s"], how="anti"), "new"),
            _counted(old.join(new, on=["class", "s"], how="anti"), "gone"),
            _counted(self._changed(old, new), "changed"),
            _counted(_about(self.added, new), "added"),
            _counted(_about(self.removed, old), "removed"),
        ]
        found = pl.concat(counts, how="align").fill_null(0)
        named = found.with_columns(
            self.old.terms.gather(found["class"]).str.strip_chars("<>").alias("class")
        )
        return named.filter(pl.any_horizontal(pl.col(MEASURES) > 0)).sort("class")

    @cached_property
    def totals(self) -> dict[str, int]:
        """The MEASURES over all things, each counted once whatever its classes, and `before`:
        the statements of the old graph."""
        old, new = (_things(graph).select("s").unique() for graph in (self.old, self.new))
        return {
            "before": len(self.old),
            "new": new.join(old, on="s", how="anti").height,
            "gone": old.join(new, on="s", how="anti").height,
            "changed": self._changed(old, new).height,
            "added": len(self.added),
            "removed": len(self.removed),
        }

    def _changed(self, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
        touched = pl.concat([self.added.quads.select("s"), self.removed.quads.select("s")]).unique()
        keys = list(new.columns)
        return new.join(old, on=keys, how="semi").join(touched, on="s", how="semi")


def compare(old: ColumnGraph, new: ColumnGraph) -> Differences:
    """Compare two graphs, statement by statement, graph names included."""
    terms = pl.concat([old.terms.rename("term"), new.terms.rename("term")]).unique().sort()
    before, after = _recoded(old, terms), _recoded(new, terms)
    added = after.quads.join(before.quads, on=COLUMNS, how="anti").sort(COLUMNS)
    removed = before.quads.join(after.quads, on=COLUMNS, how="anti").sort(COLUMNS)
    return Differences(before, after, ColumnGraph(terms, added), ColumnGraph(terms, removed))


def _recoded(graph: ColumnGraph, terms: pl.Series) -> ColumnGraph:
    """The same quads over a larger sorted dictionary; their order stays, since both dictionaries
    are sorted."""
    places = terms.search_sorted(graph.terms).cast(pl.UInt32)
    return ColumnGraph(
        terms, graph.quads.select(places.gather(graph.quads[name]).alias(name) for name in COLUMNS)
    )


def _things(graph: ColumnGraph) -> pl.DataFrame:
    """What has which class: columns `class` and `s`, distinct."""
    return graph.where(p=RDF.type).quads.select(pl.col("o").alias("class"), "s").unique()


def _about(statements: ColumnGraph, things: pl.DataFrame) -> pl.DataFrame:
    return statements.quads.join(things, on="s")


def _counted(things: pl.DataFrame, name: str) -> pl.DataFrame:
    return things.group_by("class").agg(pl.len().cast(pl.Int64).alias(name))
