"""SPARQL constraints, targets and components: one query for all focus nodes means the same as one for each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import HrdgraphError
from hrdgraph.findings.model import Finding
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl import sparql_constraints as sparql_evaluator
from hrdgraph.shacl.queries import QueryStructure, scan
from hrdgraph.shacl.shapes import Shapes, ShapesFile
from hrdgraph.shacl.sparql_constraints import TripleColumns
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import XSD

sys.path.insert(0, str(Path(__file__).parent))
from made import EX, NODES, graphs

PREFIXES = """@prefix ex: <http://ex.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
"""


def shapes_of(turtle: str) -> Shapes:
    text = PREFIXES + turtle
    return Shapes(
        (ShapesFile("s.ttl", text, tuple(parse(text, format_named("ttl"), scope="s"))),),
        ColumnGraph.from_quads([]),
    )


def graph_of(turtle: str) -> ColumnGraph:
    return ColumnGraph.from_quads(parse(PREFIXES + turtle, format_named("ttl"), scope="d"))


def constraint(query: str, targets: str = "sh:targetSubjectsOf ex:p , ex:q") -> Shapes:
    return shapes_of(
        f'ex:S a sh:NodeShape ; {targets} ; sh:sparql [ sh:prefixes ex: ; sh:message "no {{?value}}" ; sh:select """{query}""" ] .'
    )


def found(data: ColumnGraph, shapes: Shapes) -> list[Finding]:
    return ColumnSHACL().validate(data, shapes)


QUERIES = {
    "a pattern": "SELECT $this ?value { $this ex:p ?value }",
    "a filter": "SELECT $this ?value { $this ex:p ?value FILTER ( ?value != ex:a ) }",
    "a chain": "SELECT $this ?value { $this ex:p ?x . ?x ex:q ?value }",
    "a path": "SELECT $this ?value { $this ex:p/^ex:q ?value }",
    "a closure": "SELECT $this ?value { $this (ex:p|ex:q)* ?value }",
    "a negated set": "SELECT $this ?value { $this !(ex:p|rdf:type) ?value }",
    "any predicate": "SELECT $this ?path ?value { $this ?path ?value FILTER isIRI(?value) }",
    "a predicate found elsewhere": "SELECT $this ?value { $this ex:p ?x . ?x ?by ?value . ?y ex:q ?by }",
    "not there": "SELECT $this { $this ex:p ?x FILTER NOT EXISTS { ?x ex:q ?y } }",
    "not there, the focus node": "SELECT $this { $this ex:p ?x FILTER NOT EXISTS { $this ex:q ?x } }",
    "not there, with a filter": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { ?value ex:q ?y FILTER ( ?y != ?value ) } }",
    "not there, a filter on what is outside": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { ?z ex:q ?y FILTER ( ?y = ?value ) } }",
    "not there, nested": "SELECT $this { $this ex:p ?x FILTER NOT EXISTS { ?x ex:q ?y FILTER NOT EXISTS { ?y ex:r ?x } } }",
    "not there, only said with a filter": "SELECT $this { FILTER NOT EXISTS { $this ex:r ?x } }",
    "there": "SELECT $this ?value { $this ex:p ?value FILTER EXISTS { ?value ex:q ?z . ?z ex:p $this } }",
    "an option": "SELECT $this ?value { $this ex:p ?x OPTIONAL { ?x ex:q ?value } FILTER ( ! bound(?value) ) }",
    "an option that looks back": "SELECT $this ?value { $this ex:p ?x OPTIONAL { ?y ex:q ?value FILTER ( ?y = ?x ) } }",
    "not there, of an option": "SELECT $this { $this ex:p ?x OPTIONAL { ?x ex:q ?y } FILTER NOT EXISTS { ?x ex:r ?y } }",
    "either": "SELECT $this ?value { { $this ex:p ?value } UNION { ?value ex:q $this } }",
    "either, only said with a filter": "SELECT $this ?value { ?value ex:q ?o { FILTER ( $this = ex:a ) } UNION { FILTER ( $this = ?o ) } }",
    "a group of its own": "SELECT $this ?value { $this ex:p ?value { ?value ex:q ?z FILTER NOT EXISTS { ?z ex:r ?value } } }",
    "an assignment": "SELECT $this ?value { $this ex:p ?x BIND ( str($this) AS ?value ) }",
    "a subquery": "SELECT $this ?value { { SELECT $this (count(?x) AS ?value) { $this ex:p ?x } GROUP BY $this } }",
    "a count": "SELECT $this (count(?x) AS ?value) { $this ex:p ?x } GROUP BY $this HAVING ( count(?x) > 1 )",
    "a limit": "SELECT $this { $this ex:p ?x } LIMIT 1",
    "blank nodes": "SELECT $this { $this ex:p ?value FILTER ( isBlank($this) || isBlank(?value) ) }",
    "blank nodes in brackets": "SELECT $this { $this ex:p [ ex:q ?x ] }",
    "a name": "SELECT $this ?value { $this a ex:A ; ex:p ?value . }",
    "the focus node as an object": "SELECT $this ?value { ?value ex:p $this }",
    "nothing that binds it": 'SELECT $this { FILTER ( str($this) = "http://ex.example/a" ) }',
}  # fmt: skip


@settings(max_examples=examples(160))
@given(name=st.sampled_from(sorted(QUERIES)), data=graphs())
def test_one_query_for_all_is_one_for_each(name: str, data: ColumnGraph) -> None:
    """With all triples in the store and every value in every group: what pre-binding says, word by word."""
    shapes = constraint(QUERIES[name])
    together = found(data, shapes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryStructure, "is_joinable", lambda *_: False)
        patch.setattr(
            sparql_evaluator,
            "triples_for",
            lambda data, *_: TripleColumns(data.subjects, data.predicates, data.objects),
        )
        assert found(data, shapes) == together
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sparql_evaluator, "FEW", 0)
        assert found(data, shapes) == together


@given(data=graphs(), chosen=st.lists(st.sampled_from(NODES), max_size=4, unique=True))
def test_a_validator_that_asks(data: ColumnGraph, chosen: list[Term]) -> None:
    """Asked once for all values it says of each what an equal constraint of Core says."""
    component = """ex:Few a sh:ConstraintComponent ; sh:parameter [ sh:path ex:few ] ; sh:validator [ sh:ask "ASK { $value ex:q ?x }" ; sh:prefixes ex: ] ."""
    quads = [
        Quad(IRI("http://ex.example/S"), IRI("http://www.w3.org/ns/shacl#targetNode"), term)
        for term in chosen
    ]
    asked = shapes_of(
        component + 'ex:S a sh:PropertyShape ; sh:path ex:p ; sh:message "no" ; ex:few true .'
    )
    core = shapes_of(
        'ex:S a sh:PropertyShape ; sh:path ex:p ; sh:message "no" ; sh:property [ sh:path ex:q ; sh:minCount 1 ; sh:message "no" ] .'
    )
    ours = found(data, Shapes((ShapesFile("s.ttl", "", (*asked.quads, *quads)),), asked.background))
    other = found(data, Shapes((ShapesFile("s.ttl", "", (*core.quads, *quads)),), core.background))
    assert {one.value for one in ours} == {name(one.focus) for one in other}


def name(bare: str) -> str:
    return bare if bare.startswith(("_:", '"')) else f"<{bare}>"


def test_values_are_the_texts_of_the_columns() -> None:
    literals = [
        Literal("1.50", XSD.decimal.value),
        Literal("x", RDF_LANG_STRING, "EN-gb"),
        Literal("01", XSD.byte.value),
    ]
    data = ColumnGraph.from_quads(Quad(EX.a, EX.p, literal) for literal in literals)
    told = found(data, constraint(QUERIES["a pattern"]))
    assert {one.value for one in told} == {literal.n3() for literal in literals}
    assert {one.message("") for one in told} == {"no 1.50", "no x", "no 01"}


def test_equal_values_that_are_written_differently_stay_apart() -> None:
    data = graph_of("ex:a ex:p 01 . ex:b ex:p 1 . ex:c ex:p 1.0 , 1.00 .")
    told = found(
        data, constraint("SELECT $this ?value { $this ex:p ?value FILTER ( ?value = 1 ) }")
    )
    assert [(one.focus[-1], (one.value or "").split("^")[0]) for one in told][:2] == [
        ("a", '"01"'),
        ("b", '"1"'),
    ]
    assert {one.value for one in told if one.focus.endswith("c")} <= {
        term.n3()
        for term in (Literal("1.0", XSD.decimal.value), Literal("1.00", XSD.decimal.value))
    }


def test_what_a_query_makes_can_be_a_value() -> None:
    (one,) = found(
        graph_of("ex:a ex:p 1 ."),
        constraint('SELECT $this ?value { $this ex:p ?x BIND ( concat("v", str(?x)) AS ?value ) }'),
    )
    assert (one.value, one.messages) == ('"v1"', (("", "no v1"),))


def test_blank_nodes_keep_their_labels() -> None:
    data = ColumnGraph.from_quads([Quad(BlankNode("x"), EX.p, BlankNode("y"))])
    (one,) = found(
        data,
        constraint(
            "SELECT $this ?value { $this ex:p ?value FILTER ( isBlank(?value) && ! isIRI($this) ) }"
        ),
    )
    assert (one.focus, one.value) == ("_:x", "_:y")


def test_a_target_may_be_a_query() -> None:
    shapes = 'ex:S a sh:NodeShape ; sh:nodeKind sh:Literal ; sh:target [ a sh:SPARQLTarget ; sh:prefixes ex: ; sh:select "SELECT ?this { ?this ex:p 1 }" ] .'
    assert [
        one.focus for one in found(graph_of("ex:a ex:p 1 . ex:b ex:p 2 ."), shapes_of(shapes))
    ] == ["http://ex.example/a"]


def test_the_path_and_the_shape_can_be_asked_for() -> None:
    shapes = """ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ( ex:p [ sh:inversePath ex:q ] ) ; ex:level 3 ; sh:message "no" ;
      sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value { $this $PATH ?value . GRAPH $shapesGraph { $currentShape ex:level 3 } }" ] ."""
    (one,) = found(graph_of("ex:a ex:p ex:b . ex:c ex:q ex:b ."), shapes_of(shapes))
    assert one.value == "<http://ex.example/c>"


def test_the_shapes_graph_is_no_part_of_the_data() -> None:
    """What `GRAPH $shapesGraph` can see is not found outside of it."""
    query = "SELECT $this ?value { $this ex:p ?x . GRAPH $shapesGraph { $currentShape ex:level ?value } %s }"
    data, level = graph_of("ex:a ex:p 1 ."), "sh:targetSubjectsOf ex:p ; ex:level 3"
    assert len(found(data, constraint(query % "", level))) == 1
    assert found(data, constraint(query % "?any ex:level ?value", level)) == []
    assert (
        found(
            data,
            constraint(
                query % "FILTER EXISTS { ?any <http://www.w3.org/ns/shacl#sparql> ?query }", level
            ),
        )
        == []
    )


def test_a_message_of_the_query_goes_first() -> None:
    (one,) = found(
        graph_of("ex:a ex:p 1 ."),
        constraint('SELECT $this ?message { $this ex:p 1 BIND ( "said"@en AS ?message ) }'),
    )
    assert one.messages == (("en", "said"),)


@pytest.mark.parametrize("query", ["SELECT $this { $this ex:p ?x MINUS { $this ex:q ?x } }", "SELECT $this { $this ex:p ?x BIND ( 1 AS $this ) }",
                                   "SELECT $this { $this ex:p ?x { SELECT ?x { ?x ex:q ?y } } }", "SELECT $this { $this ex:p ?x VALUES ?x { 1 } }"])  # fmt: skip
def test_what_pre_binding_forbids_is_refused(query: str) -> None:
    with pytest.raises(HrdgraphError, match=r"not allowed here|SELECT lacks|is not understood"):
        found(graph_of(""), constraint(query))


COMPONENT = """ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:%s ] ; sh:validator [ sh:prefixes ex: ; sh:ask "%s" ] .
ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; ex:%s 4 ."""


@pytest.mark.parametrize(("parameter", "ask", "fact"), [
    ("max", "ASK { BIND ( 1 AS ?value ) }", r"AS \$value"), ("value", "ASK { }", r"'value' is not written"),
    ("max", "ASK { { SELECT $this { $this ex:p ?value } } }", r"SELECT lacks \$(max|value)"), ("max-1", "ASK { }", "'max-1' is not written"),
])  # fmt: skip
def test_validators_that_cannot_be_asked_are_refused_before_the_data_is_looked_at(
    parameter: str, ask: str, fact: str
) -> None:
    with pytest.raises(HrdgraphError, match=fact):
        found(graph_of(""), shapes_of(COMPONENT % (parameter, ask, parameter)))


def test_what_a_parameter_and_an_expression_say_is_known() -> None:
    expression = "ex:S sh:expression [ sh:path ex:q ; sh:nodes [ sh:path ex:p ] ] ."
    shapes = shapes_of(
        COMPONENT.replace("ex:%s ]", "ex:%s ; sh:optional false ]") % ("max", "ASK { }", "max")
        + expression
    )
    assert [one.component for one in found(graph_of("ex:a ex:p 1 ."), shapes)] == ["Expression"]


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        ("SELECT ?this { ?this a ex:A ; ex:p [ ex:q 1, 2 ] . }", {"type", "p", "q"}),
        ("SELECT ?this { ?this ex:p/^ex:q|!ex:r ?x }", {None}),
        ("SELECT ?this { ?this ex:p+ ?x . # ?x ex:no ?y \n FILTER ( ?x != \"?x ex:no ?y .\" ) }", {"p"}),
        ("SELECT ?this { ?this ex:p \"a\"@en, \"b\"^^ex:t ; ex:q ?x FILTER regex(?x, \"{\") FILTER EXISTS { ?x ex:r ( 1 ?y ) } }", {"p", "q", "r", None}),
        ("PREFIX other: <http://ex.example/> SELECT ?this { GRAPH ?g { ?this other:p ?x } OPTIONAL { ?x <http://ex.example/q> ?y } }", {"p", "q"}),
    ],
)  # fmt: skip
def test_predicates_are_found_where_they_stand(text: str, predicates: set[str | None]) -> None:
    scanned = scan(f"PREFIX ex: <http://ex.example/> {text}")
    found = {
        iri
        for item in scanned.patterns
        for iri in (item.predicates if item.predicates is not None else [None])
    }
    assert {
        iri and iri.rstrip(">").rpartition("/")[2].rpartition("#")[2] for iri in found
    } == predicates


NUMBERS = '01 , 1 , 2.50 , 1.0e0 , "+3"^^xsd:integer , "a"@en-GB'


@pytest.mark.parametrize("shape", ["sh:targetObjectsOf ex:p", "sh:targetNode ex:a ; sh:path ex:p"])
def test_an_ask_tells_apart_what_the_store_writes_alike(shape: str) -> None:
    """Values that a store does not keep as they were written, beside one that it writes the same way."""
    component = 'ex:K a sh:ConstraintComponent ; sh:parameter [ sh:path ex:yes ] ; sh:validator [ sh:ask "ASK { {FILTER} }" ] . '
    data = graph_of(f"ex:a ex:p {NUMBERS} .")
    for condition, count in (("true", 0), ("false", 6), ('str($value) != \\"a\\"', 1)):
        shapes = shapes_of(
            component.replace("{FILTER}", f"FILTER ( {condition} )")
            + f"ex:S {shape} ; ex:yes true ."
        )
        assert len(found(data, shapes)) == count


@pytest.mark.parametrize("number", ["01", "2.50", "1.0e0", '"a"@en-GB'])
def test_a_focus_node_is_found_as_it_was_written(number: str) -> None:
    """In no triple that the query meets: only the query itself names it."""
    query = "SELECT $this { FILTER ( isLiteral($this) ) }"
    assert len(found(graph_of(""), constraint(query, f"sh:targetNode {number}"))) == 1
