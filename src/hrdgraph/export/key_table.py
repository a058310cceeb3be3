"""The quads of a graph → the key, the form and the place of each in a JSON-LD document.

They depend on the property and on the sort of value only, so they are chosen once for each such
pair that occurs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hrdgraph.export.compact import FORMS, CompactTerms
from hrdgraph.export.graph_texts import used
from hrdgraph.export.key_choice import Choice, Sort, choice
from hrdgraph.rdf import ColumnGraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hrdgraph.export.graph_texts import Flags, Numbers


class KeyTable:
    """What was chosen for each kind of quad: a pair of a property and a sort of value, which has
    a number. `slots` are the places of keys (`type` before all, then by name), `maps` those in a
    language map (0 in none), `forms` those of `FORMS`."""

    def __init__(self, graph: ColumnGraph, terms: CompactTerms) -> None:
        p, o = (graph.quads[name].to_numpy() for name in ("p", "o"))
        size = len(graph.terms)
        self._properties = used(p, size)
        self._property = np.zeros(size, np.uint32)
        self._property[self._properties] = np.arange(len(self._properties))
        self._sorts, self._sort = _sorts(terms.pieces)
        count = len(self._properties) * len(self._sorts)
        pair = self._pairs(p, o)
        present = used(pair, count)
        self._kind = np.zeros(count, np.uint32)
        self._kind[present] = np.arange(len(present))
        self.choices = self._chosen(present, terms)
        word = terms.context.keywords["@type"]
        self.slots = _ranks([item.key if item.key != word else "" for item in self.choices])
        self.maps = _ranks([item.map_key or "" for item in self.choices], "")
        self.forms = np.array([FORMS.index(item.form) for item in self.choices], np.uint32)
        self.are_lists: Flags = np.array([item.array for item in self.choices], np.bool_)
        self.are_mapped: Flags = self.maps > 0

    def kinds(self, p: Numbers, o: Numbers) -> Numbers:
        """The kind of each quad."""
        return self._kind[self._pairs(p, o)]

    def _pairs(self, p: Numbers, o: Numbers) -> Numbers:
        return self._property[p] * np.uint32(len(self._sorts)) + self._sort[o]

    def _chosen(self, pairs: Numbers, terms: CompactTerms) -> list[Choice]:
        iris = terms.pieces["iri"].gather(self._properties)
        names = terms.prefixed.gather(self._properties).fill_null(iris).to_list()
        known = iris.to_list()
        each = (divmod(pair, len(self._sorts)) for pair in pairs.tolist())
        return [choice(terms.context, known[p], names[p], self._sorts[sort]) for p, sort in each]


def _sorts(pieces: pl.DataFrame) -> tuple[list[Sort], Numbers]:
    """The sorts of value, and that of each term."""
    told = pieces.select(pl.col("lexical").is_null().alias("is_node"), "language", "datatype")
    kinds = told.unique(maintain_order=True)
    numbered = kinds.with_row_index("number")
    found = told.join(
        numbered, on=told.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return [Sort(*row) for row in kinds.iter_rows()], found["number"].to_numpy()


def _ranks(names: Sequence[str], first: str | None = None) -> NDArray[np.int64]:
    """The place of each name among all, or behind one that need not be there."""
    known = sorted({*names, *([] if first is None else [first])})
    places = {name: place for place, name in enumerate(known)}
    return np.array([places[name] for name in names], np.int64)
