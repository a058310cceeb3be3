"""Graphs whose blank nodes have no names of their own are compared by what is said of them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Quad
from hrdgraph.rdfio.canonical import comparable
from hrdgraph.rdfio.read import read_quads

ADDRESSES = "".join(
    f"<urn:s{n}> <urn:at> _:b{n} . _:b{n} <urn:street> {n} . _:b{n} <urn:geo> [ <urn:lat> {n % 7} ] . "
    for n in range(50)
)
ALIKE = "<urn:s> <urn:at> [ <urn:street> 1 ] , [ <urn:street> 1 ] , [ <urn:geo> [] ] , [ <urn:geo> [] ] ."
RING = "_:a <urn:p> _:b . _:b <urn:p> _:c . _:c <urn:p> _:a . "
RINGS = RING + RING.replace(":a", ":x").replace(":b", ":y").replace(":c", ":z")
HEXAGON = "_:a <urn:p> _:b . _:b <urn:p> _:c . _:c <urn:p> _:d . _:d <urn:p> _:e . _:e <urn:p> _:f . _:f <urn:p> _:a ."
KNOT = "_:a <urn:p> _:a , _:b . _:b <urn:q> _:a . _:c <urn:p> _:b , _:c ."
CHAIN = "".join(
    f"_:b{n} <urn:next> _:b{n + 1} . " for n in range(500)
)  # RDFC-1.0 by itself takes minutes
LONG_RING = "".join(f"_:b{n} <urn:p> _:b{(n + 1) % 5_000} . " for n in range(5_000))
TWIN_PARENTS = "".join(f"_:h{n % 2} <urn:p> _:b{n} . _:b{n} <urn:q> 1 . " for n in range(100))
LONG_LIST = "".join(f"_:b{n} <urn:first> 1 . _:b{n} <urn:rest> _:b{n + 1} . " for n in range(5_000))
ARCS = "_:a <urn:p> _:b . _:c <urn:p> _:d . "
ALL = (ARCS, ADDRESSES, ALIKE, RING, RINGS, HEXAGON, KNOT)


def named(text: str, folder: Path) -> ColumnGraph:
    path = folder / "graph.ttl"
    path.write_text(text, encoding="utf-8")
    return comparable(ColumnGraph.from_quads(read_quads(path)))


def turned(text: str) -> str:
    """The same statements in another order, with other labels."""
    return (
        " . ".join(reversed(text.replace("_:", "_:other").strip().removesuffix(".").split(" . ")))
        + " ."
    )


@pytest.mark.parametrize("text", [*ALL, CHAIN])
def test_labels_and_order_make_no_difference(text: str, tmp_path: Path) -> None:
    assert named(text, tmp_path).document() == named(turned(text), tmp_path).document()


@pytest.mark.heavy
@pytest.mark.parametrize("text", ALL)
def test_what_rdflib_tells_apart_is_told_apart(text: str, tmp_path: Path) -> None:
    for other in ALL:
        same = isomorphic(Graph().parse(data=text), Graph().parse(data=other))
        assert (named(text, tmp_path).document() == named(other, tmp_path).document()) == same


@pytest.mark.heavy
@pytest.mark.parametrize("text", [LONG_RING, TWIN_PARENTS, LONG_LIST])
def test_many_that_are_alike_end_soon(text: str, tmp_path: Path) -> None:
    """By RDFC-1.0 the parents take ten factorial steps, and the ring more than the stack of a process holds."""
    first = named(text, tmp_path).document()
    assert first == named(turned(text), tmp_path).document()
    assert len(set(first.splitlines())) == text.count(" .")


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from("pq"), st.integers(0, 6)),
        max_size=8,
        unique=True,
    ),
    st.permutations(range(7)),
)
def test_labels_make_no_difference_in_any_small_graph(
    links: list[tuple[int, str, int]], order: list[int]
) -> None:
    first, second = (
        graph_of([(place[s], p, place[o]) for s, p, o in links]) for place in (range(7), order)
    )
    assert first.document() == second.document()
    assert len(first) == len(links)


def graph_of(links: list[tuple[int, str, int]]) -> ColumnGraph:
    return comparable(
        ColumnGraph.from_quads(
            Quad(BlankNode(f"b{s}"), IRI(f"urn:{p}"), BlankNode(f"b{o}")) for s, p, o in links
        )
    )


def test_a_change_to_one_blank_node_leaves_the_names_of_the_others(tmp_path: Path) -> None:
    old, new = (
        set(named(text, tmp_path).lines())
        for text in (ADDRESSES, ADDRESSES.replace("_:b7 <urn:street> 7", "_:b7 <urn:street> 77"))
    )
    assert len(old) == len(new) == 200
    assert (
        len(old - new) == len(new - old) == 4
    )  # what points at it, what it says, and what its part says, which lies where others do


def test_a_graph_without_blank_nodes_stays(tmp_path: Path) -> None:
    assert named("<urn:s> <urn:p> <urn:o> .", tmp_path).document() == b"<urn:s> <urn:p> <urn:o> .\n"
    assert named("", tmp_path).document() == b""
