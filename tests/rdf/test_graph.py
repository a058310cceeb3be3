"""Columns of quads are a set, in the byte order of its lines, however it was made."""

from __future__ import annotations

import pickle
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term, parse_term
from hrdgraph.rdf.graph import COLUMNS, TEXT_SCHEMA

IRIS = st.sampled_from(
    [IRI(f"http://e.org/{rest}") for rest in ("", "a", "a/b", "a!", "a-", "é", "漢", "~")]
)
LITERALS = st.sampled_from(
    [
        Literal("a"),
        Literal("a b"),
        Literal("a", "http://e.org/d"),
        Literal("a", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en"),
        Literal("a!"),
        Literal('a"'),
        Literal("a\n"),
        Literal(""),
        Literal("\U0001f600"),
        Literal("\uffff"),
    ]
)
BLANKS = st.sampled_from([BlankNode("b"), BlankNode("b0"), BlankNode("B")])
QUADS = st.lists(
    st.builds(Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | LITERALS, st.none() | IRIS | BLANKS),
    max_size=12,
)
LANG = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def line(quad: Quad) -> str:
    graph = f" {quad.graph.n3()}" if quad.graph else ""
    return f"{quad.subject.n3()} {quad.predicate.n3()} {quad.object.n3()}{graph} ."


def text_frame(quads: list[Quad]) -> pl.DataFrame:
    rows = [
        (q.subject.n3(), q.predicate.n3(), q.object.n3(), q.graph.n3() if q.graph else "")
        for q in quads
    ]
    return pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row")


@given(QUADS)
def test_lines_are_the_set_in_byte_order(quads: list[Quad]) -> None:
    lines = ColumnGraph.from_quads(quads).lines().to_list()
    assert set(lines) == {line(quad) for quad in quads}
    assert len(lines) == len(set(lines))
    keys = [
        (q.subject.n3(), q.predicate.n3(), q.object.n3(), q.graph.n3() if q.graph else "")
        for q in set(quads)
    ]
    assert ColumnGraph.from_quads(quads).text().rows() == sorted(
        keys, key=lambda row: [part.encode() for part in row]
    )


@given(QUADS)
@example(
    [
        Quad(IRI("http://e.org/"), IRI("http://e.org/"), Literal("a")),
        Quad(IRI("http://e.org/"), IRI("http://e.org/"), Literal("a", LANG, "en")),
        Quad(IRI("http://e.org/"), IRI("http://e.org/"), Literal("a"), IRI("http://e.org/")),
    ]
)
def test_order_of_quads_is_the_byte_order_of_the_lines(quads: list[Quad]) -> None:
    lines = [text.encode() for text in ColumnGraph.from_quads(quads).lines()]
    assert lines == sorted(lines)


@given(QUADS)
def test_every_way_to_make_a_graph_gives_the_same_columns(quads: list[Quad]) -> None:
    frame = text_frame(quads)
    category = pl.Categorical(pl.Categories.random())
    graphs = [
        ColumnGraph.from_quads(quads),
        ColumnGraph.from_text(frame),
        ColumnGraph.from_categorical(frame.select(pl.col(name).cast(category) for name in COLUMNS)),
        ColumnGraph.from_text(frame.with_columns(pl.when(pl.col("g") != "").then("g").alias("g"))),
        ColumnGraph.from_text(pl.concat([frame, frame.reverse()])),
    ]
    for graph in graphs[1:]:
        assert graph == graphs[0]
        assert graph.terms.to_list() == graphs[0].terms.to_list()
        assert graph.quads.equals(graphs[0].quads)


@given(QUADS)
def test_iteration_gives_the_quads_back(quads: list[Quad]) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert set(graph) == set(quads)
    assert len(list(graph)) == len(graph) == len(set(quads))


@given(QUADS, QUADS)
def test_union_is_that_of_sets(left: list[Quad], right: list[Quad]) -> None:
    union = ColumnGraph.union([ColumnGraph.from_quads(left), ColumnGraph.from_quads(right)])
    assert set(union) == set(left) | set(right)
    assert union == ColumnGraph.from_quads([*right, *left])


@given(QUADS, IRIS, LITERALS)
def test_where_keeps_what_matches(quads: list[Quad], iri: IRI, literal: Literal) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert set(graph.where(s=iri)) == {q for q in quads if q.subject == iri}
    assert set(graph.where(o=literal.n3(), p=iri)) == {
        q for q in quads if q.object == literal and q.predicate == iri
    }
    assert set(graph.where(g="")) == {q for q in quads if q.graph is None}
    assert graph.where() == graph


@given(QUADS, IRIS, IRIS)
def test_what_is_looked_up_of_one_subject_is_what_is_found(
    quads: list[Quad], subject: IRI, predicate: IRI
) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert graph.about(subject) == list(graph.where(s=subject))
    said = graph.where(s=subject, p=predicate)
    assert graph.objects(subject, predicate) == list(dict.fromkeys(quad.object for quad in said))
    assert [graph.row_of(quad) for quad in graph] == list(range(len(graph)))
    assert graph.row_of(Quad(subject, predicate, Literal("nobody says it"))) is None
    other = Quad(subject, predicate, subject, predicate)
    assert (graph.row_of(other) is None) == (other not in quads)


@given(QUADS, IRIS)
def test_rename_is_a_substitution(quads: list[Quad], iri: IRI) -> None:
    old, new = (
        pl.Series([iri.n3(), "<http://nowhere/>"]),
        pl.Series(["<http://e.org/a>", "<http://e.org/z>"]),
    )
    renamed = ColumnGraph.from_quads(quads).rename(old, new)

    def put(term):  # type: ignore[no-untyped-def]
        return IRI("http://e.org/a") if term == iri else term

    assert set(renamed) == {
        Quad(put(q.subject), put(q.predicate), put(q.object), put(q.graph)) for q in quads
    }
    assert renamed == ColumnGraph.from_quads(list(renamed))


def test_empty_graphs() -> None:
    graphs = [
        ColumnGraph.union([]),
        ColumnGraph.from_quads([]),
        ColumnGraph.from_text(pl.DataFrame(schema=TEXT_SCHEMA)),
        ColumnGraph.from_categorical(
            pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Categorical(pl.Categories.random())))
        ),
    ]
    for graph in graphs:
        assert len(graph) == 0
        assert graph.lines().to_list() == []
        assert list(graph) == []
        assert graph == graphs[0]
        assert len(graph.rename(pl.Series(["<a>"]), pl.Series(["<b>"]))) == 0
        assert len(graph.where(s="<a>")) == 0
        assert graph.about("<a>") == graph.objects("<a>", "<a>") == []
    assert graphs[0] != ColumnGraph.from_quads([Quad(IRI("a"), IRI("a"), IRI("a"))])


def test_position_is_the_place_in_the_dictionary() -> None:
    graph = ColumnGraph.from_quads([Quad(IRI("http://b"), IRI("http://a"), Literal("c"))])
    assert [graph.position(text) for text in graph.terms] == list(range(len(graph.terms)))
    assert graph.position(IRI("http://b")) == graph.terms.to_list().index("<http://b>")
    assert graph.position("<http://nowhere>") is None


@given(
    QUADS,
    st.lists(
        st.sampled_from(
            ["", "<http://e.org/a>", "<http://e.org/é>", '"a"', "\U0001f600", " ", "~"]
        ),
        max_size=5,
    ),
)
def test_positions_of_many_texts_are_those_of_each(quads: list[Quad], texts: list[str]) -> None:
    graph = ColumnGraph.from_quads(quads)
    assert graph.positions(pl.Series(texts, dtype=pl.String)).to_list() == [
        graph.position(text) for text in texts
    ]
    assert {graph.position(text) for text in graph.terms} == set(range(len(graph.terms)))


@given(QUADS, QUADS)
def test_a_union_has_no_term_that_no_quad_uses(left: list[Quad], right: list[Quad]) -> None:
    part = ColumnGraph.from_quads(left).where(
        p=IRI("http://e.org/a")
    )  # whose dictionary is that of all
    union = ColumnGraph.union([part, ColumnGraph.from_quads(right)])
    assert union.terms.equals(ColumnGraph.from_quads(list(union)).terms)


@given(QUADS, IRIS)
def test_trimming_keeps_the_quads_and_the_terms_that_they_use(quads: list[Quad], iri: IRI) -> None:
    part = ColumnGraph.from_quads(quads).where(p=iri)  # whose dictionary is that of all
    trimmed = part.trim()
    assert trimmed == part
    assert trimmed.terms.equals(ColumnGraph.from_quads(list(part)).terms)
    assert trimmed.lines().to_list() == part.lines().to_list()


def test_a_graph_has_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(ColumnGraph.union([]))


def test_a_part_is_read_without_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = ColumnGraph.from_quads(
        Quad(IRI(f"http://e.org/{n}"), IRI("http://e.org/p"), Literal(f"{n}"), None)
        for n in range(100)
    )
    read, parse = list[str](), parse_term

    def counted(text: str) -> Term:
        read.append(text)
        return parse(text)

    monkeypatch.setattr("hrdgraph.rdf.graph.parse_term", counted)
    (quad,) = graph.where(s=IRI("http://e.org/7"))
    assert (quad.object, len(read)) == (Literal("7"), 3)
    assert list(graph.where(s=IRI("http://e.org/none"))) == []


def test_the_quads_of_a_subject_are_found_without_looking_at_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = ColumnGraph.from_quads(
        Quad(IRI(f"http://e.org/{n % 5}"), IRI("http://e.org/p"), Literal(f"{n}"), None)
        for n in range(50)
    )
    filtered, usual = list[int](), pl.DataFrame.filter

    def counted(frame: pl.DataFrame, *args: Any, **named: Any) -> pl.DataFrame:
        filtered.append(frame.height)
        return usual(frame, *args, **named)

    monkeypatch.setattr(pl.DataFrame, "filter", counted)
    for n in range(50):
        assert len(graph.where(s=IRI(f"http://e.org/{n % 5}"), o=Literal(f"{n}"))) == 1
    assert set(filtered) == {10}
    assert [len(graph.where(s=IRI(f"http://e.org/{n}"))) for n in (0, 4, 5)] == [10, 10, 0]
    assert len(graph.where(s=IRI("http://e.org/p"))) == 0


def test_a_graph_that_was_asked_travels_between_processes() -> None:
    graph = ColumnGraph.from_quads(
        [Quad(IRI("http://e.org/a"), IRI("http://e.org/p"), Literal("a"), None)]
    )
    assert graph.position("<http://e.org/a>") is not None
    sent = pickle.loads(pickle.dumps(graph))
    assert sent == graph
    assert sent.position("<http://e.org/p>") == graph.position("<http://e.org/p>")


@given(QUADS, QUADS)
def test_what_another_graph_does_not_have(one: list[Quad], other: list[Quad]) -> None:
    left, right = ColumnGraph.from_quads(one), ColumnGraph.from_quads(other)
    assert left.minus(right) == ColumnGraph.from_quads(set(one) - set(other))
