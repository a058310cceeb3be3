"""What SPARQL engines get wrong, one small case each; expected answers are written by hand."""

from __future__ import annotations

import pytest

from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.sparql import ColumnAnswers, Untranslated
from hrdgraph.store.contract import Boolean, GraphAnswer, Solutions
from hrdgraph.store.oxigraph import OxigraphStore

DATA = """
PREFIX : <http://x/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH :g1 { :a :p :b . :b :q 1 . :c :p :d . :a :name "A"@en , "a" . :d :q "01"^^xsd:integer }
GRAPH :g2 { :a :p :b . :e :date "2020-01-02"^^xsd:date . :f :date "2020" . :a :label "x"@EN-gb }
"""
HEAD = "PREFIX : <http://x/> "
CASES = {
    "what is unbound agrees with everything": (
        "SELECT ?x ?n { VALUES ?x { :a :c } OPTIONAL { ?x :name ?n FILTER(LANG(?n) = 'en') } OPTIONAL { ?x :name ?n } }",
        [":a 'A'@en", ":c"],
    ),
    "MINUS without a shared variable takes nothing away": ("SELECT ?x { ?x :p ?y MINUS { ?z :q ?w } }", [":a", ":c"]),
    "MINUS looks only at what both bind": (
        "SELECT ?x { ?x :p ?y OPTIONAL { ?x :name ?n FILTER(LANG(?n) = 'en') } MINUS { ?y :q ?v OPTIONAL { ?z :none ?n } } }",
        [],
    ),
    "a triple of two graphs is one in the default graph": ("SELECT ?x { ?x :p :b }", [":a"]),
    "GRAPH ?g gives it once for each": ("SELECT ?g { GRAPH ?g { :a :p :b } }", [":g1", ":g2"]),
    "rows are kept as often as they come": ("SELECT ?z { { ?x :p ?y } UNION { ?x :p ?y } }", ["", "", "", ""]),
    "numbers are equal by their value": ("SELECT ?x { ?x :q ?v FILTER(?v = 1.0) }", [":b", ":d"]),
    "a number of another text is the same term in the store": ("SELECT ?x { ?x :q 1 }", [":b", ":d"]),
    "language tags are equal in any letters": ("SELECT ?x { ?x :label 'x'@en-GB }", [":a"]),
    "a date is not compared with a string": ("SELECT ?x { ?x :date ?d FILTER(?d > '2019-01-01'^^xsd:date) }", [":e"]),
    "an error in OR is no matter where the other side is true": ("SELECT ?x { ?x :date ?d FILTER(?d < 5 || ISLITERAL(?d)) }", [":e", ":f"]),
    "an error in AND hides what is true": ("SELECT ?x { ?x :date ?d FILTER(?d < 5 && ISLITERAL(?d)) }", []),
    "NOT of an error is an error": ("SELECT ?x { ?x :date ?d FILTER(!(?d < 5)) }", []),
    "an IRI has no truth value": ("SELECT ?x { ?x :p ?y FILTER(?y) }", []),
    "a condition of NOT EXISTS sees the row": (
        "SELECT ?x { ?x :q ?v FILTER NOT EXISTS { ?y :q ?w FILTER(?w > ?v) } }",
        [":b", ":d"],
    ),
    "COUNT of nothing is 0": ("SELECT (COUNT(?x) AS ?n) { ?x :none ?y }", ["1-1"]),
    "no groups of nothing": ("SELECT ?x (COUNT(?x) AS ?n) { ?x :none ?y } GROUP BY ?x", []),
}  # fmt: skip


def shown(answer: object) -> list[str]:
    assert isinstance(answer, Solutions)
    return sorted(" ".join(term.n3() if term else "_" for term in row) for row in answer.rows)


@pytest.fixture(scope="module")
def graph() -> ColumnGraph:
    return ColumnGraph.from_quads(parse(DATA.encode(), format_named("trig")))


@pytest.mark.parametrize("name", CASES)
def test_traps(name: str, graph: ColumnGraph) -> None:
    text, expected = CASES[name]
    store = OxigraphStore.create()
    store.add(graph)
    found = ColumnAnswers.of(graph).query(HEAD + text)
    assert shown(found) == shown(store.query(HEAD + text))
    assert isinstance(found, Solutions)
    assert len(found) == len(expected)


def test_orders_unbound_then_iris_then_literals(graph: ColumnGraph) -> None:
    found = ColumnAnswers.of(graph).query(
        f"{HEAD} SELECT ?v {{ VALUES ?v {{ 'b' :z UNDEF 'a' :y }} }} ORDER BY ?v"
    )
    assert isinstance(found, Solutions)
    assert [term.n3() if term else "" for term in found.column("v")] == [
        "",
        "<http://x/y>",
        "<http://x/z>",
        '"a"',
        '"b"',
    ]


def test_leaves_out_triples_that_are_none(graph: ColumnGraph) -> None:
    text = f"{HEAD} CONSTRUCT {{ ?v :of ?x . ?x :has ?v . ?x :no ?none }} WHERE {{ ?x :q ?v }}"
    found = ColumnAnswers.of(graph).query(text)
    assert isinstance(found, GraphAnswer)
    assert len(found) == 2
    assert ColumnAnswers.of(graph).construct(text) == ColumnGraph.from_quads(found)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "ASK { ?s :p* ?o }",
        "DESCRIBE :a",
        "CONSTRUCT { _:b :of ?x } WHERE { ?x :q ?v }",
        "SELECT ?x FROM :g1 { ?x :p ?y }",
        "SELECT (GROUP_CONCAT(?x) AS ?n) { ?x :p ?y }",
        "SELECT (RAND() AS ?n) {}",
        "SELECT ?s { SERVICE :a { ?s ?p ?o } }",
        "no query",
    ],
)
def test_leaves_to_the_store(text: str, graph: ColumnGraph) -> None:
    with pytest.raises(Untranslated):
        ColumnAnswers.of(graph).query(HEAD + text)


def test_sees_what_is_added(graph: ColumnGraph) -> None:
    columns = ColumnAnswers.of(graph)
    text = f"{HEAD} ASK {{ :new :p ?y }}"
    assert columns.query(text) == Boolean(value=False)
    columns.add(
        ColumnGraph.from_quads(
            parse(b"<http://x/new> <http://x/p> <http://x/b> .", format_named("nt"))
        )
    )
    assert columns.query(text) == Boolean(value=True)
    assert columns.query(f"{HEAD} ASK {{ :a :p ?y }}") == Boolean(value=True)
