"""A built graph into what may go on being shown of it once more is withdrawn: less than the next
build will show, and nothing that it will not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.visibility import published
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import DCTERMS

Clusters = tuple[tuple[str, ...], ...]
_PLACE: Final = ("node", "g")


def without(graph: ColumnGraph, names: Iterable[str], clusters: Clusters) -> ColumnGraph:
    """The graph without the things of these names, without all that was derived but the former
    names of what is left, and without all that only told of them. `clusters` are the sets of
    names that are one thing.

    What a build takes out with a thing is taken out by the same rules. They ask how each source
    calls a thing; a built graph has one name for it, so more goes here: where nothing that a
    source says leads to a thing any more, all that this source says of it goes too, and if
    several sources say something of that thing, so that this one may have given it its name, all
    that any says.
    """
    gone = frozenset(names)
    while True:
        shown, lonely = _shown(graph, gone, clusters)
        more = {name for names in clusters if lonely & set(names) for name in names}
        if more <= gone:
            return _with_former_names(shown, graph, gone | lonely)
        gone |= more


def _shown(
    graph: ColumnGraph, names: frozenset[str], clusters: Clusters
) -> tuple[ColumnGraph, frozenset[str]]:
    """What is left, and the names of what some source leads to no more."""
    policy = Policy(withdrawn=frozenset(map(IRI, names)), joined=clusters)
    whole = graph.text().filter(~_is_derived())
    shown = published(graph, policy).graph.text().filter(~_is_derived())
    lost, lonely = whole.join(shown, on=whole.columns, how="anti", nulls_equal=True), set[str]()
    while not lost.is_empty():
        dead = _led_to(lost).join(_led_to(shown), on=_PLACE, how="anti", nulls_equal=True)
        lonely |= {text[1:-1] for text in dead["node"] if text.startswith("<")}
        lost = shown.join(dead, left_on=("s", "g"), right_on=_PLACE, how="semi", nulls_equal=True)
        shown = shown.join(lost, on=whole.columns, how="anti", nulls_equal=True)
    return ColumnGraph.from_text(shown), frozenset(lonely)


def _with_former_names(shown: ColumnGraph, graph: ColumnGraph, gone: frozenset[str]) -> ColumnGraph:
    """The graph with the former names of the things in it: who comes with an old address is led
    on meanwhile too."""
    left = shown.text()
    named = graph.text().filter(
        (pl.col("p") == DCTERMS.isReplacedBy.n3())
        & pl.col("o").is_in(left["s"].unique().implode())
        & ~pl.any_horizontal(
            pl.col(column).is_in([f"<{name}>" for name in gone]) for column in ("s", "o")
        )
    )
    return shown if named.is_empty() else ColumnGraph.from_text(pl.concat([left, named]))


def _is_derived() -> pl.Expr:
    return pl.col("g").str.ends_with("/derived>").fill_null(False)


def _led_to(rows: pl.DataFrame) -> pl.DataFrame:
    """The things that something else leads to, each with the named graph in which it does."""
    return rows.filter(pl.col("s") != pl.col("o")).select(pl.col("o").alias("node"), "g").unique()
