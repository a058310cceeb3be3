"""A graph → its files in several formats, of which all that has not changed since they were
written last is taken from those."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.export.columns import parts
from hrdgraph.export.formats import PARTED
from hrdgraph.export.parts.graph_texts import GraphTexts
from hrdgraph.export.parts.splicing import spliced
from hrdgraph.export.parts.written_files import FileChanged, WrittenFile, write_document
from hrdgraph.export.turtle_terms import NameUse, TurtleTerms
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.change import difference
from hrdgraph.rdf.graph import QuadChange

_MOST: Final = 20_000  # changed statements that are looked at one by one


@dataclass(frozen=True, eq=False)
class WrittenGraph:
    """A graph, on a dictionary without terms that no quad uses; what its terms use in Turtle; and
    the files that it was written into, by format. It tells who writes the next graph what need
    not be written again."""

    graph: ColumnGraph
    base: str
    use: NameUse
    files: dict[str, WrittenFile]


@dataclass(frozen=True, eq=False)
class GraphFiles:
    """Writes a graph into files: with what is known of the files of a graph before it, from those
    where they are still what they were. The bytes are the same as without."""

    texts: GraphTexts
    last: WrittenGraph | None = None
    files: dict[str, WrittenFile] = field(default_factory=dict)

    def write(self, format: str, path: Path, before: Path) -> WrittenFile:
        """Write the graph in one of the formats of `PARTED`; `before` is where the file of the
        graph before stands. OutputError on what the format cannot say, and where the system does
        not take it."""
        known = self._spliced(format, path, before)
        if known is None:
            known = write_document(PARTED[format].write(self.texts), path)
        self.files[format] = known
        return known

    @property
    def written(self) -> WrittenGraph:
        """What is known of the files."""
        use = self._use or self.texts.use
        return WrittenGraph(self.texts.graph, self.texts.options.base, use, self.files)

    def _spliced(self, format: str, path: Path, before: Path) -> WrittenFile | None:
        """The file, made from the one before; None where that cannot be."""
        last = self.last.files.get(format) if self.last else None
        if last is None or self._change is None or (PARTED[format].is_turtle and not self._use):
            return None
        # what is not Turtle does not ask for the names
        use = self._use or NameUse(Counter(), Counter())
        graph, options = self.texts.graph, self.texts.options
        try:
            with last.opened(before) as source:
                made = spliced(last, PARTED[format], graph, self._change, options, use)
                return made and write_document(made, path, source)
        except FileChanged:
            return None

    @cached_property
    def _change(self) -> QuadChange | None:
        """What has changed, if it is little enough, and all is still named from the same base."""
        if self.last is None or self.last.base != self.texts.options.base:
            return None
        change = difference(self.last.graph, self.texts.graph)
        return change if len(change) <= _MOST else None

    @cached_property
    def _use(self) -> NameUse | None:
        """What the terms use now; None where other prefixes may be used than before."""
        if self.last is None or self._change is None:
            return None
        old, base = self.last, self.texts.options.base
        gone, came = (
            TurtleTerms.of(parts(_missing(terms, graph)), base, old.use.declared).use
            for terms, graph in (
                (self._change.gone.terms, self.texts.graph),
                (self._change.came.terms, old.graph),
            )
        )
        use = old.use.changed(gone, came)
        return use if use.schemes.keys() == old.use.schemes.keys() else None


def _missing(terms: pl.Series, graph: ColumnGraph) -> pl.Series:
    """The terms that a graph does not have."""
    return terms.filter(graph.positions(terms).is_null())
