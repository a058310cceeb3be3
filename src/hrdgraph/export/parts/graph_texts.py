"""A graph → what several writers ask of it, made once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hrdgraph.export.columns import parts
from hrdgraph.export.options import ExportOptions
from hrdgraph.export.parts.reading_order import Part, QuadOrder, Rows, in_reading_order
from hrdgraph.export.turtle_terms import NameUse, TurtleTerms
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

    @property
    def use(self) -> NameUse:
        """What the terms of the document use in Turtle."""
        return self.turtle.use

    def parts(self, order: QuadOrder) -> list[Part]:
        """Its quads in an order."""
        return (
            self._by_graph if order is QuadOrder.BY_GRAPH else in_reading_order(self.graph, order)
        )

    @cached_property
    def _by_graph(self) -> list[Part]:
        return in_reading_order(self.graph, QuadOrder.BY_GRAPH)


@dataclass(frozen=True, eq=False)
class PartTexts(GraphTexts):
    """Parts of a graph, that are written as they are in a document of the whole, of which `known`
    is what its terms use. `cuts` are rows of one graph each."""

    known: NameUse
    cuts: tuple[tuple[str, slice], ...]

    @cached_property
    def turtle(self) -> TurtleTerms:
        """The terms as Turtle spells them in the whole."""
        return TurtleTerms.of(self.pieces, self.options.base, self.known.declared)

    @property
    def use(self) -> NameUse:
        """What the terms of the whole use in Turtle."""
        return self.known

    def parts(self, order: QuadOrder) -> list[Part]:
        """The rows of each cut, a part each."""
        rows = Rows.of(self.graph.quads)
        cuts = [(name, rows.take(cut)) for name, cut in self.cuts]
        return [(name, cut.once()) for name, cut in cuts] if order is QuadOrder.MERGED else cuts
