"""The links of a graph in both directions: what a walk through all quads finds, at a few bytes a quad."""

from __future__ import annotations

import tracemalloc

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.rdf.graph import Adjacency

_NODES = st.sampled_from([IRI(f"https://example.org/{number}") for number in range(6)])
_GRAPHS = st.sampled_from([None, IRI("https://example.org/a"), IRI("https://example.org/0")])
_QUADS = st.lists(st.builds(Quad, _NODES, _NODES, _NODES, _GRAPHS), max_size=30)


@given(_QUADS)
def test_each_link_is_found_from_both_ends_once(quads: list[Quad]) -> None:
    graph = ColumnGraph.from_quads(quads)
    outgoing, incoming = Adjacency.both(graph)
    triples = sorted({(s, p, o) for s, p, o, _ in graph.quads.iter_rows()})
    for node in range(len(graph.terms)):
        said = [(p, o) for s, p, o in triples if s == node]
        told = sorted((p, s) for s, p, o in triples if o == node)
        assert list(outgoing.get(node)) == said
        assert list(incoming.get(node)) == told
        assert (node in outgoing, node in incoming) == (bool(said), bool(told))
        for predicate in range(len(graph.terms)):
            ends = [o for p, o in said if p == predicate]
            assert outgoing.along(node, predicate) == ends


@given(_QUADS)
def test_a_node_that_is_not_there_has_no_links(quads: list[Quad]) -> None:
    for links in Adjacency.both(ColumnGraph.from_quads(quads)):
        assert -1 not in links
        assert list(links.get(-1)) == links.along(-1, 0) == []


def test_links_are_columns_and_not_objects() -> None:
    size = 50_000
    terms = pl.Series("term", [f"<https://example.org/{number:06}>" for number in range(size)])
    nodes = pl.int_range(size, dtype=pl.UInt32, eager=True)
    quads = pl.DataFrame({"s": nodes, "p": nodes * 0, "o": nodes.reverse(), "g": nodes * 0})
    tracemalloc.start()
    try:
        held = Adjacency.both(ColumnGraph(terms, quads))
        bytes_held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held[0].get(1) == [(0, size - 2)]
    assert bytes_held / size < 50  # a list and a tuple for each link take more than a hundred
