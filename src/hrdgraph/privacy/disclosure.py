"""Withheld statements into marks on the words in which they were read."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.marks import Columns, find
from hrdgraph.vocab import HRD, OA

_WORDS: Final = (OA.hasSelector, HRD.quoteDigest, OA.exact, OA["prefix"], OA.suffix)


def words_of_evidence(
    graph: ColumnGraph,
    columns: Columns,
    private: pl.Series,
    told: pl.Series,
    more: frozenset[str],
    rooms: pl.Series,
) -> pl.Series:
    """A mark on what tells the words behind a thing of which a statement of the same source is
    private: its evidence cites the row whole. So for `more` evidence nodes. The document is
    still named; a digest of few words is as good as the words, since all that they may be can be
    tried.
    """
    proofs = told & columns.having("p", find(graph, (HRD.evidence,)))
    if not ((private.any() and proofs.any()) or more):
        return private & False
    quads = graph.quads.select("s", "o", g=rooms.gather(graph.quads["g"]))
    spoken = quads.filter(private).select("s", "g").unique()
    cited = quads.filter(proofs).join(spoken, on=["s", "g"], how="semi")["o"]
    evidence, selecting = columns.mark(cited), columns.having("p", find(graph, (OA.hasSelector,)))
    evidence = evidence | graph.terms.is_in(list(more)) if more else evidence
    of_these = columns.having("s", evidence)
    selectors = columns.objects(selecting & of_these) & ~columns.objects(selecting & ~of_these)
    return (of_these & columns.having("p", find(graph, _WORDS))) | columns.having("s", selectors)
