"""A graph, and what is taken from it and added to it → another graph that knows what it was made
from, so that whoever has both need not compare them."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

import polars as pl

from hrdgraph.rdf.graph import COLUMNS, ColumnGraph, QuadChange, in_order

_SHARE = 8  # a change of more than this part of a graph is dearer to patch than to make anew
_ALL = list(COLUMNS)


NOTHING = ColumnGraph.union([])
UNCHANGED = QuadChange(NOTHING, NOTHING)


def patched(graph: ColumnGraph, gone: ColumnGraph, came: ColumnGraph) -> ColumnGraph:
    """A graph without the quads of `gone`, and with those of `came` (a quad in both is there).

    Equal to what would be made of the quads anew, in a time that grows with the numbers of quads
    and terms, of which none is compared as text but those of the change. Where nothing changes, it
    is the graph itself.
    """
    change = QuadChange(within(minus(gone, came), graph), minus(came, graph), weakref.ref(graph))
    if not change:
        return graph
    if len(change) * _SHARE > len(graph):
        made = ColumnGraph.union([minus(graph, change.gone), change.came])
    else:
        made = _patched(graph, change)
    return replace(made, change=change)


def difference(before: ColumnGraph, now: ColumnGraph) -> QuadChange:
    """How two graphs differ: at once where the one was patched to become the other. Otherwise
    only the dictionaries are compared as texts."""
    if before is now:
        return UNCHANGED
    if now.change is not None and now.change.before is not None and now.change.before() is before:
        return now.change
    return QuadChange(minus(before, now), minus(now, before), weakref.ref(before))


def difference_among(
    before: ColumnGraph, now: ColumnGraph, asked: Sequence[ColumnGraph]
) -> QuadChange:
    """How two graphs differ that differ in no quads but some of those that are asked for: in a
    time that grows with these."""
    each = ColumnGraph.union(asked)
    gone, came = minus(within(each, before), now), minus(within(each, now), before)
    return QuadChange(gone, came, weakref.ref(before))


def reunited(
    last: ColumnGraph, before: Sequence[ColumnGraph], now: Sequence[ColumnGraph]
) -> ColumnGraph:
    """The union of graphs, from that (`last`) of the graphs that stood in their places before:
    a patch of it, and itself where nothing has changed."""
    if len(before) != len(now):
        return ColumnGraph.union(now)
    changes = [difference(one, other) for one, other in zip(before, now, strict=True)]
    gone = ColumnGraph.union(change.gone for change in changes)
    came = ColumnGraph.union(change.came for change in changes)
    return patched(last, reduce(minus, now, gone) if len(gone) else gone, came)


def within(graph: ColumnGraph, other: ColumnGraph) -> ColumnGraph:
    """The quads of a graph that another has too, on a dictionary of their own."""
    return _those(graph, other, "semi")


def minus(graph: ColumnGraph, other: ColumnGraph) -> ColumnGraph:
    """The quads of a graph that another does not have, on a dictionary of their own."""
    return _those(graph, other, "anti")


def _those(graph: ColumnGraph, other: ColumnGraph, how: str) -> ColumnGraph:
    if not len(graph) or graph is other:
        return graph if how == "semi" or not len(graph) else NOTHING
    quads = _in_terms_of(graph, other)
    rows = quads.with_row_index("row")
    near = _of_subjects(other.quads, quads["s"]) if len(graph) < len(other) else other.quads
    # a term that the other graph has not is null, which equals nothing
    kept = rows.join(near, on=_ALL, how=how, maintain_order="left")  # type: ignore[arg-type]
    return ColumnGraph(graph.terms, graph.quads[kept["row"]]).trimmed()


def _in_terms_of(graph: ColumnGraph, other: ColumnGraph) -> pl.DataFrame:
    """The quads of a graph with positions in the dictionary of another; null for a term that is
    not there."""
    if graph.terms is other.terms:
        return graph.quads
    places = other.positions(graph.terms)
    return pl.DataFrame([places.gather(graph.quads[name]).alias(name) for name in COLUMNS])


def _of_subjects(quads: pl.DataFrame, subjects: pl.Series) -> pl.DataFrame:
    wanted = subjects.drop_nulls().unique()
    return quads.filter(pl.col("s").is_in(wanted.implode()))


def _patched(graph: ColumnGraph, change: QuadChange) -> ColumnGraph:
    """The quads of the subjects that change, made anew and merged into the others."""
    gone = _in_terms_of(change.gone, graph)
    came = _in_terms_of(change.came, graph)["s"].drop_nulls()
    is_near = graph.quads["s"].is_in(pl.concat([gone["s"], came]).unique().implode())
    near = graph.quads.filter(is_near).join(gone, on=_ALL, how="anti")
    far = graph.quads.filter(~is_near)
    asked = pl.concat([gone[name].rename("place") for name in COLUMNS]).unique()
    terms, places = _dictionary(graph, change.came.terms, _unused(asked, [near, far]))
    own = pl.concat([_moved(near, places), _in_dictionary(change.came, terms)]).sort(_ALL)
    return ColumnGraph(terms, _moved(far, places).merge_sorted(own, key="s"))


def renamed(graph: ColumnGraph, old: pl.Series, new: pl.Series) -> ColumnGraph:
    """What `ColumnGraph.rename` makes, of few texts that are all in the dictionary of a graph, of
    which quads use every term: the others are not compared."""
    came = new.unique().sort()
    places = graph.positions(old)
    terms, moves = _dictionary(graph, came, places)
    moves = pl.int_range(len(terms), dtype=pl.UInt32, eager=True) if moves is None else moves
    moves = moves.scatter(places, terms.search_sorted(new).cast(pl.UInt32))
    return ColumnGraph(terms, in_order(_moved(graph.quads, moves)))


def _unused(asked: pl.Series, frames: Sequence[pl.DataFrame]) -> pl.Series:
    """Those of some positions that stand in no column."""
    wanted = asked.implode()
    columns = [frame[name] for frame in frames for name in COLUMNS]
    used = [column.filter(column.is_in(wanted)).unique().rename("place") for column in columns]
    return asked.filter(~asked.is_in(pl.concat(used).implode()))


def _dictionary(
    graph: ColumnGraph, came: pl.Series, unused: pl.Series
) -> tuple[pl.Series, pl.Series | None]:
    """The dictionary with the terms that come, without those that nothing uses any more; and
    where in it each term of the old one stands (of one that is left out, that says nothing), or
    None where they are the same."""
    stays = pl.Series([True]).new_from_index(0, len(graph.terms)).scatter(unused, False)
    stays = stays.scatter(graph.positions(came).drop_nulls(), True)
    new = came.filter(graph.positions(came).is_null())
    if not len(new) and stays.all():
        return graph.terms, None
    kept = graph.terms.filter(stays).to_frame("term")
    terms = kept.merge_sorted(new.to_frame("term"), key="term")["term"].rechunk()
    return terms, _places(graph.terms, stays, new)


def _places(terms: pl.Series, stays: pl.Series, new: pl.Series) -> pl.Series:
    """Before a term stand those that stay, and the new ones that sort before it."""
    at = terms.search_sorted(new).value_counts()
    more = pl.zeros(len(terms) + 1, dtype=pl.UInt32, eager=True).scatter(*at.get_columns())
    return (stays.cast(pl.UInt32).cum_sum() + more.cum_sum()[:-1] - 1).cast(pl.UInt32)


def _moved(quads: pl.DataFrame, places: pl.Series | None) -> pl.DataFrame:
    if places is None:
        return quads
    return pl.DataFrame([places.gather(quads[name]).alias(name) for name in COLUMNS])


def _in_dictionary(graph: ColumnGraph, terms: pl.Series) -> pl.DataFrame:
    """The quads with the positions of their terms in a dictionary that has them all."""
    places = terms.search_sorted(graph.terms).cast(pl.UInt32)
    return _moved(graph.quads, places)
