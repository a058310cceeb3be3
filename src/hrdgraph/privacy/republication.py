"""The publication of a graph, and how the graph has changed since, into that of the graph as it is
now, of which only what has changed is named again.

Who may see what is decided anew, by the whole graph: nothing is taken from the last publication
but names. And these only where no name appears that was not there, and none goes: what a thing is
called, which names lead to it and which of its labels is preferred then follow from the ledger and
from the statements about the thing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from hrdgraph.identity import Ledger, canonicalise
from hrdgraph.identity.minting import NamingScheme
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.publication import Publication, naming_scheme
from hrdgraph.privacy.risk import people_at_risk
from hrdgraph.privacy.visibility import published
from hrdgraph.project import Project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.change import difference, difference_among, minus, patched
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.rdf.marks import Columns

_NAMES = 200  # of things that a change speaks of; of more, all is named


def show_again(
    project: Project,
    last: Publication,
    graph: ColumnGraph,
    change: QuadChange,
    policy: Policy,
    ledger: Ledger,
) -> Publication | None:
    """What `show` makes of a graph that differs by `change` from that of the last publication,
    which was made by the same ledger, withdrawals and project; None where more may be called
    otherwise than what has changed. Equal to what `show` makes, and a patch of the last graph."""
    parts, is_minted = last.parts, last.ledger.persistent is not ledger.persistent
    if parts is None or is_minted or policy.shown is not Level.PUBLIC or policy != parts.policy:
        return None
    if people_at_risk(graph) != parts.unlinked:
        return None
    now = published(graph, policy)
    # what is shown was said outside of every shadow: it goes where that goes, or is taken out
    hidden = difference(parts.taken, now.taken)
    moved = difference_among(parts.shown, now.graph, [change.quads, hidden.quads])
    names = set(_names_of([change.quads, moved.quads], last.ledger, naming_scheme(project)))
    pairs = ((parts.whole, graph), (parts.shown, now.graph))
    if len(names) > _NAMES or any(_is_moved(name, *pair) for name in names for pair in pairs):
        return None
    named = _named(last, moved.quads, now.graph)
    told = (now.withheld, now.touched, now.missing, policy.withdrawn)
    parts = replace(parts, whole=graph, shown=now.graph, taken=now.taken)
    return Publication(named, *told, last.ledger, parts)


def _names_of(graphs: Iterable[ColumnGraph], ledger: Ledger, scheme: NamingScheme) -> Iterator[str]:
    """The terms of graphs that a ledger names, and those that it would give an IRI to."""
    for text in (text for graph in graphs for text in graph.terms if text.startswith("<")):
        if text[1:-1] in ledger.rank or scheme.parted(text[1:-1]):
            yield text


def _is_moved(name: str, before: ColumnGraph, now: ColumnGraph) -> bool:
    return _is_node(name, before) is not _is_node(name, now)


def _is_node(name: str, graph: ColumnGraph) -> bool:
    place = graph.position(name)
    columns = (graph.quads[each] for each in ("s", "o") if place is not None)
    return any((column == place).any() for column in columns)


def _named(last: Publication, moved: ColumnGraph, shown: ColumnGraph) -> ColumnGraph:
    """The last graph, in which the statements about the things that `moved` speaks of are those
    that are made of what is shown now."""
    assert last.parts is not None
    names: set[str] = set()
    for text in moved.terms.gather(moved.quads["s"].unique()):
        members = last.ledger.members.get(text[1:-1], ()) if text.startswith("<") else ()
        names |= {text, *(f"<{name}>" for name in members)}
    before = canonicalise(_about(last.parts.shown, names), last.ledger)
    now = canonicalise(_about(shown, names), last.ledger)
    return patched(last.graph, minus(minus(before, now), last.parts.said), minus(now, before))


def _about(graph: ColumnGraph, names: Iterable[str]) -> ColumnGraph:
    columns, texts = Columns.of(graph), pl.Series(list(names), dtype=pl.String)
    mark = columns.having("s", columns.mark(graph.positions(texts).drop_nulls()))
    return ColumnGraph(graph.terms, graph.quads.filter(mark)).trimmed()
