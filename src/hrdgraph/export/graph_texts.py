"""A graph → what several writers ask of it, made once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hrdgraph.export.columns import parts
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.reading_order import Rows, by_graph
from hrdgraph.export.turtle_terms import TurtleTerms
from hrdgraph.rdf import ColumnGraph


@dataclass(frozen=True, eq=False)
class GraphTexts:
    """A graph whose dictionary has no term that no quad uses, to be written with some options."""

    graph: ColumnGraph
    options: ExportOptions

    @classmethod
    def of(cls, graph: ColumnGraph, options: ExportOptions) -> GraphTexts:
        """Those of any graph."""
        return cls(graph.trimmed(), options)

    @cached_property
    def pieces(self) -> pl.DataFrame:
        """Its terms in pieces, see `parts`."""
        return parts(self.graph.terms)

    @cached_property
    def turtle(self) -> TurtleTerms:
        """Its terms as Turtle spells them."""
        return TurtleTerms.of(self.pieces, self.options.base)

    @cached_property
    def by_graph(self) -> list[tuple[str, Rows]]:
        """The triples of each graph."""
        return by_graph(self.graph)
