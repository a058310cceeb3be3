"""A dictionary with more texts is the sorted set of both, and tells where each of them stands."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.graph import extend_dictionary
from hrdgraph.rdf.marks import Columns, as_one, beginning

TEXTS = st.sets(st.sampled_from(["", "a", "a/b", "é", "漢", "\uffff", "\U0001f600", "b" * 20, "z"]))


def in_order(texts: set[str]) -> pl.Series:
    return pl.Series("term", sorted(texts, key=str.encode), dtype=pl.String)


@given(TEXTS, TEXTS)
def test_both_are_there_each_at_its_place(own: set[str], more: set[str]) -> None:
    found = extend_dictionary(in_order(own), in_order(more))
    assert found.terms.to_list() == in_order(own | more).to_list()
    assert found.terms.gather(found.own).to_list() == in_order(own).to_list()
    assert found.terms.gather(found.more).to_list() == in_order(more).to_list()


NAMES = [IRI(f"http://e.org/{rest}") for rest in ("", "a", "a/", "a/b", "a0", "b", "é")]
QUADS = st.lists(
    st.builds(Quad, *[st.sampled_from(NAMES)] * 2, st.sampled_from([*NAMES, Literal("a")]))
)


@given(QUADS, st.sampled_from(["<http://e.org/a/", "<http://e.org/", '"', "_:"]))
def test_terms_that_begin_with_a_text_stand_together(quads: list[Quad], text: str) -> None:
    graph = ColumnGraph.from_quads(quads)
    wanted = [term for term in graph.terms if term.startswith(text)]
    assert graph.terms.filter(beginning(graph, text)).to_list() == wanted


@given(QUADS, st.sets(st.sampled_from(NAMES)), st.integers(0, 3))
def test_quads_are_marked_by_few_terms_and_by_many(
    quads: list[Quad], marked: set[IRI], copies: int
) -> None:
    others = [Quad(NAMES[0], NAMES[0], Literal(f"{n}")) for n in range(5 * copies)]
    graph = ColumnGraph.from_quads([*quads, *others])
    texts = {name.n3() for name in marked} | {quad.object.n3() for quad in others}
    columns = Columns.of(graph)
    found = columns.having("o", graph.terms.is_in(list(texts)))
    assert found.to_list() == [quad.object.n3() in texts for quad in graph]


@given(QUADS, st.lists(st.sampled_from(NAMES), unique=True), st.integers(0, 7))
def test_names_of_one_thing_have_the_first_of_their_places(
    quads: list[Quad], names: list[IRI], parted: int
) -> None:
    graph = ColumnGraph.from_quads(quads)
    parts = (names[:parted], names[parted:])
    joined = tuple(tuple(name.value for name in part) for part in parts)
    first = {
        f"<{name}>": min(f"<{other}>" for other in part if f"<{other}>" in set(graph.terms))
        for part in joined
        for name in part
        if f"<{name}>" in set(graph.terms)
    }
    places = as_one(graph, joined)
    assert graph.terms.gather(places).to_list() == [first.get(text, text) for text in graph.terms]
