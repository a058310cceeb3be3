"""A graph that is patched is the graph that would be made anew, and knows how it differs."""

from __future__ import annotations

import gc
import weakref

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.change import difference, minus, patched, renamed, reunited, within

NAMES = [IRI(f"http://e.org/{rest}") for rest in ("", "a", "a/b", "b", "é", "z")]
THINGS = st.sampled_from(NAMES)
OBJECTS = THINGS | st.sampled_from([Literal("a"), Literal("b"), Literal("\U0001f600")])
QUADS = st.lists(st.builds(Quad, THINGS, THINGS, OBJECTS, st.none() | THINGS), max_size=30)
FEW = st.lists(st.builds(Quad, THINGS, THINGS, OBJECTS, st.none() | THINGS), max_size=3)
MANY = [Quad(IRI(f"http://e.org/m{n}"), NAMES[1], Literal(f"x{n}")) for n in range(60)]


def graph_of(quads: list[Quad] | set[Quad]) -> ColumnGraph:
    return ColumnGraph.from_quads(quads)


def assert_same(made: ColumnGraph, wanted: ColumnGraph) -> None:
    assert made.terms.to_list() == wanted.terms.to_list()
    assert made.quads.equals(wanted.quads)


@given(QUADS, FEW, FEW, st.booleans())
def test_a_patch_is_what_would_be_made_anew(
    known: list[Quad], gone: list[Quad], came: list[Quad], large: bool
) -> None:
    quads = [*known, *(MANY if large else [])]
    gone = [*gone, *quads[:2]]
    before = graph_of(quads)
    now = patched(before, graph_of(gone), graph_of(came))
    assert_same(now, graph_of((set(quads) - set(gone)) | set(came)))


@given(QUADS, FEW, FEW)
def test_a_patch_tells_how_it_differs(
    known: list[Quad], gone: list[Quad], came: list[Quad]
) -> None:
    quads = [*known, *MANY]
    before = graph_of(quads)
    now = patched(before, graph_of([*gone, *quads[-2:]]), graph_of(came))
    told, found = difference(before, now), difference(before, graph_of(list(now)))
    assert_same(told.gone, found.gone)
    assert_same(told.came, found.came)
    assert set(told.gone) == set(before) - set(now)
    assert set(told.came) == set(now) - set(before)


@given(QUADS, st.dictionaries(OBJECTS, OBJECTS, min_size=1, max_size=4))
def test_few_terms_are_renamed_as_all_are(
    known: list[Quad], names: dict[IRI | Literal, IRI | Literal]
) -> None:
    graph = graph_of([*known, *MANY])
    pairs = [(old.n3(), new.n3()) for old, new in names.items() if graph.position(old) is not None]
    old, new = (pl.Series([pair[n] for pair in pairs], dtype=pl.String) for n in (0, 1))
    assert_same(renamed(graph, old, new), graph.rename(old, new))


def test_where_nothing_changes_it_is_the_graph_itself() -> None:
    graph = graph_of(MANY)
    assert (
        patched(graph, graph_of([Quad(NAMES[0], NAMES[0], NAMES[0])]), graph_of(MANY[:3])) is graph
    )
    assert not difference(graph, graph)
    assert len(difference(graph, graph_of(MANY))) == 0


@given(QUADS, QUADS)
def test_sets(one: list[Quad], other: list[Quad]) -> None:
    assert_same(within(graph_of(one), graph_of(other)), graph_of(set(one) & set(other)))
    assert_same(minus(graph_of(one), graph_of(other)), graph_of(set(one) - set(other)))


@given(QUADS, QUADS, FEW, FEW, FEW)
def test_a_union_of_patches_is_patched(
    one: list[Quad], other: list[Quad], gone: list[Quad], came: list[Quad], more: list[Quad]
) -> None:
    before = [graph_of([*one, *MANY]), graph_of([*other, *MANY[:3]])]
    now = [patched(before[0], graph_of([*gone, *MANY[:5]]), graph_of(came)), before[1]]
    again = [now[0], graph_of([*other, *more])]
    last = ColumnGraph.union(before)
    for parts in (now, again):
        made = reunited(last, before, parts)
        assert_same(made, ColumnGraph.union(parts))
        assert_same(difference(last, made).came, minus(ColumnGraph.union(parts), last))
    assert reunited(last, before, before) is last


def test_a_patch_does_not_hold_what_it_was_made_from() -> None:
    before = graph_of(MANY)
    now, known = patched(before, graph_of(MANY[:1]), graph_of([])), weakref.ref(before)
    del before
    gc.collect()
    assert known() is None
    assert len(now) == len(MANY) - 1


def test_a_patch_of_unused_terms_keeps_an_order_that_is_right() -> None:
    graph = graph_of(MANY).where(s=MANY[3].subject)  # on the dictionary of all
    now = patched(graph, graph_of([]), graph_of([MANY[50]]))
    assert set(now) == {MANY[3], MANY[50]}
    assert now.quads.equals(now.quads.sort(pl.all()))
