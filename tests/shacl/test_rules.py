"""`sh:rule`: what is derived, in golden files (NAME.shapes.ttl, NAME.data.ttl, NAME.derived.ttl) and against pySHACL; and when it ends."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.parts import examples

from hrdgraph.errors import OntologyError
from hrdgraph.rdf import BlankNode, ColumnGraph, Literal, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.ntriples import read_columns
from hrdgraph.rdfio.oxi import ox_quad
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.rules import infer_triples
from hrdgraph.shacl.shapes import Shapes, ShapesFile, read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import RDF, SH, XSD

sys.path.insert(0, str(Path(__file__).parent))
from made import CLASSES, EX, LITERALS, NODES, PREDICATES, Maker, graphs

CASES = sorted(
    path.name.removesuffix(".shapes.ttl")
    for path in (Path(__file__).parent / "derived").glob("*.shapes.ttl")
)
PREFIXES = """@prefix ex: <http://ex.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
"""


def shapes_of(turtle: str) -> Shapes:
    quads = tuple(parse(PREFIXES + turtle, format_named("ttl"), scope="shape"))
    return Shapes((ShapesFile("shapes.ttl", PREFIXES + turtle, quads),), ColumnGraph.from_quads([]))


def graph_of(turtle: str) -> ColumnGraph:
    return ColumnGraph.from_quads(
        parse("@prefix ex: <http://ex.example/> . " + turtle, format_named("ttl"), scope="data")
    )


def canonical(graph: ColumnGraph) -> ox.Dataset:
    dataset = ox.Dataset(map(ox_quad, graph))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_there_are_cases() -> None:
    assert len(CASES) >= 9


@pytest.mark.sampled(5)
@pytest.mark.parametrize("case", CASES)
def test_golden(case: str) -> None:
    folder = Path(__file__).parent / "derived"
    shapes = read_shapes_at(folder / f"{case}.shapes.ttl")
    graph, wanted = (read_columns(folder / f"{case}.{name}.ttl") for name in ("data", "derived"))
    derived = infer_triples(graph, shapes)
    assert canonical(derived.triples) == canonical(wanted)
    assert derived.graph == ColumnGraph.union([graph, derived.triples])
    assert sum(one.count for one in derived.counts) == len(derived)
    again = infer_triples(derived.graph, shapes)
    assert len(again) == 0
    assert (
        infer_triples(graph, shapes).graph.document() == derived.graph.document()
    )  # the same bytes, new nodes too


Triple = tuple[Term, ...]


def theirs(graph: ColumnGraph, shapes: Shapes) -> set[Triple]:
    """The graph with what pySHACL derives, iterating."""
    import pyshacl
    import rdflib

    from hrdgraph.rdfio.rdflib_terms import from_rdflib, to_rdflib

    data, rules = rdflib.Graph(), rdflib.Graph()
    for made, quads in ((data, graph), (rules, shapes.quads)):
        for quad in quads:
            made.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    found = pyshacl.shacl_rules(data, shacl_graph=rules, iterate_rules=True, advanced=True)
    return {tuple(from_rdflib(term) for term in triple[:3]) for triple in found}


def ours(graph: ColumnGraph, shapes: Shapes) -> set[Triple]:
    return {quad[:3] for quad in infer_triples(graph, shapes).graph}


@pytest.mark.parametrize("case", ["condition", "construct-where", "target-type"])
def test_golden_is_what_pyshacl_derives(case: str) -> None:
    folder = Path(__file__).parent / "derived"
    shapes, graph = (
        read_shapes_at(folder / f"{case}.shapes.ttl"),
        read_columns(folder / f"{case}.data.ttl"),
    )
    assert ours(graph, shapes) == theirs(graph, shapes)


CONSTRUCTS = [
    "CONSTRUCT { $this ex:r ?o } WHERE { $this ex:p ?o }",
    "CONSTRUCT { ?o ex:q $this } WHERE { $this ex:p/ex:q ?o }",
    "CONSTRUCT { ?s ex:p ?o , ex:d } WHERE { ?s ex:q $this . $this ex:p ?o FILTER (?o != ex:a) }",
    "CONSTRUCT { $this a ex:C ; ex:r ?n } WHERE { $this ex:p ?o OPTIONAL { $this ex:q ?q FILTER (!isBlank(?q)) } BIND(STR(?q) AS ?n) }",  # no STR of blank nodes: rdflib has one (SPARQL §17.4.2.5)
    "CONSTRUCT { $this ?x ex:b } WHERE { $this ?x ex:a FILTER NOT EXISTS { ex:nobody ex:p ex:a } }",
    "CONSTRUCT { ex:a ex:knows $this } WHERE { $this a ex:A }",
]


class RuleMaker(Maker):
    """Rules of one shape; conditions only grow, so that what holds does not depend on the order of running."""

    def expression(self, depth: int) -> Term:
        kind = self.draw(
            st.sampled_from(
                ["this", "constant", "path", "path"] + (["union", "intersection"] if depth else [])
            )
        )
        if kind == "this":
            return SH.this
        if kind == "constant":
            return self.one([EX.a, EX.b, *CLASSES, LITERALS[0], LITERALS[10]])
        node = self.node()
        if kind == "path":
            self.say(node, SH.path, self.path())
        else:
            self.say(
                node,
                SH[kind],
                self.items(
                    [self.expression(depth - 1) for _ in range(self.draw(st.integers(1, 3)))]
                ),
            )
        return node

    def condition(self, node: BlankNode) -> None:
        shape = self.node()
        self.say(node, SH.condition, shape)
        self.say(shape, RDF.type, SH.PropertyShape)
        self.say(shape, SH.path, self.one([*PREDICATES]))
        self.say(shape, SH.minCount, Literal(str(self.draw(st.integers(0, 2))), XSD.integer.value))

    def rule(self, shape: Term) -> None:
        node = self.node()
        self.say(shape, SH.rule, node)  # type: ignore[arg-type]
        if self.draw(st.booleans()):
            self.say(node, RDF.type, SH.TripleRule)
            self.say(node, SH.subject, self.expression(1))
            self.say(node, SH.predicate, self.one([*PREDICATES, RDF.type]))
            self.say(node, SH.object, self.expression(2))
        else:
            self.say(node, RDF.type, SH.SPARQLRule)
            self.say(node, SH.prefixes, EX[""])
            self.say(node, SH.construct, Literal(self.draw(st.sampled_from(CONSTRUCTS))))
        for _ in range(self.draw(st.integers(0, 2))):
            self.condition(node)
        if self.draw(st.booleans()):
            self.say(node, SH.order, Literal(str(self.draw(st.integers(0, 2))), XSD.integer.value))


@st.composite
def rule_cases(draw: st.DrawFn) -> tuple[Shapes, ColumnGraph]:
    maker = RuleMaker(draw, "all")
    maker.say(EX.S, RDF.type, SH.NodeShape)
    maker.target(EX.S)
    for _ in range(draw(st.integers(1, 4))):
        maker.rule(EX.S)
    quads = (*maker.quads, *parse(PREFIXES, format_named("ttl"), scope="p"))
    shapes = Shapes((ShapesFile("made.ttl", "", quads),), ColumnGraph.from_quads([]))
    return shapes, draw(
        graphs(
            [
                *(node for node in NODES if not isinstance(node, BlankNode)),
                *LITERALS[6:8],
                LITERALS[0],
            ]
        )
    )


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(rule_cases())
def test_made_rules_derive_what_pyshacl_derives(case: tuple[Shapes, ColumnGraph]) -> None:
    """All but triples with literals as subjects, which are no RDF, and what pySHACL derives from those in turn."""
    shapes, graph = case
    made, found = ours(graph, shapes), theirs(graph, shapes)
    legal = {triple for triple in found if not isinstance(triple[0], Literal)}
    assert made == legal if legal == found else made <= legal


def differences(data: str, shapes: str) -> tuple[set[str], set[str]]:
    """What only ours and what only pySHACL derives, without the name space."""
    found = [derive(graph_of(data), shapes_of(shapes)) for derive in (ours, theirs)]
    mine, other = (
        {" ".join(term.n3().replace(str(EX), "") for term in triple) for triple in triples}
        for triples in found
    )
    return mine - other, other - mine


RULE = "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:q ; sh:object %s ] "
SHAPE = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; "
ARGUED = {
    "a rule of another shape may give the first something to do again: iterating ends when nothing new comes of any rule":
        ("ex:a a ex:A .",
         "ex:S sh:targetClass ex:B ; a sh:NodeShape ; sh:order 1 ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:q ; "
         "sh:object ex:c ] . ex:T a sh:NodeShape ; sh:order 2 ; sh:targetClass ex:A ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ; "
         "sh:predicate rdf:type ; sh:object ex:B ] .", {"<a> <q> <c>"}, set()),
    "the path of an expression starts at its sh:nodes (SHACL-AF §6.4)":
        ("ex:a ex:p ex:b . ex:b ex:r ex:c .", SHAPE + RULE % "[ sh:path ex:r ; sh:nodes [ sh:path ex:p ] ]" + ".", {"<a> <q> <c>"}, set()),
    "a shape that is deactivated has no rules to run (SHACL §2.1.1)":
        ("ex:a ex:p ex:b .", SHAPE + "sh:deactivated true ; " + RULE % "1" + ".", set(),
         {'<a> <q> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}),
    "a literal has no properties (RDF 1.1 §3.1)":
        ("ex:a ex:p 1 .", SHAPE + "sh:rule [ a sh:TripleRule ; sh:subject [ sh:path ex:p ] ; sh:predicate ex:q ; sh:object 1 ] .", set(),
         {'"1"^^<http://www.w3.org/2001/XMLSchema#integer> <q> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'}),
}  # fmt: skip


@pytest.mark.parametrize("reason", ARGUED)
def test_what_differs_is_argued(reason: str) -> None:
    data, shapes, mine, other = ARGUED[reason]
    assert differences(data, shapes) == (mine, other)


@pytest.mark.parametrize(
    "expression",
    ["[ sh:filterShape ex:S ; sh:nodes [ sh:path ex:p ] ]", "[ sh:count [ sh:path ex:p ] ]"],
)
def test_what_pyshacl_cannot_evaluate(expression: str) -> None:
    """Its filter shapes and counts raise whatever they stumble over: the golden files say what is right."""
    with pytest.raises(Exception, match=r".*") as caught:
        theirs(graph_of("ex:a ex:p ex:b ."), shapes_of(SHAPE + RULE % expression + "."))
    assert type(caught.value).__name__ in ("TypeError", "StopIteration", "AttributeError")
    assert ours(graph_of("ex:a ex:p ex:b ."), shapes_of(SHAPE + RULE % expression + "."))


COUNTS = """ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:rule ex:counting .
ex:counting a sh:SPARQLRule ; sh:prefixes ex: ; sh:construct "CONSTRUCT { $this ex:p ?n } WHERE { $this ex:p ?m BIND(?m + 1 AS ?n) }" ."""


def test_rules_that_do_not_end_are_an_error_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrdgraph.shacl.rules.MOST_ROUNDS", 20)
    with pytest.raises(OntologyError, match="do not end: after 20 rounds and 20 triples") as caught:
        infer_triples(graph_of("ex:a ex:p 1 ."), shapes_of(COUNTS))
    assert "never ends" in caught.value.hint
    assert caught.value.origin.line == 5
    monkeypatch.setattr("hrdgraph.shacl.rules.MOST_DERIVED", 3)
    with pytest.raises(OntologyError, match="after 4 rounds"):
        infer_triples(graph_of("ex:a ex:p 1 ."), shapes_of(COUNTS))


@pytest.mark.heavy
def test_a_chain_that_is_longer_than_the_bound_of_pyshacl_is_walked_to_its_end() -> None:
    chain = " ".join(f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(150))
    rule = SHAPE + RULE % "[ sh:union ( [ sh:path ex:p ] [ sh:path ( ex:p ex:q ) ] ) ]" + "."
    derived = infer_triples(graph_of(chain), shapes_of(rule))
    assert len(derived) == 150 * 151 // 2
    assert derived.rounds == 151


BAD = {
    "neither kind": ("sh:rule [ sh:order 1 ]", "must be one of"),
    "script": ("sh:rule [ a sh:JSRule ]", "must be one of"),
    "both kinds": ("sh:rule [ a sh:TripleRule ; sh:construct 'CONSTRUCT {} WHERE {}' ]", "must be one of"),
    "no object": ("sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:p ]", "0 sh:object, but exactly one is expected"),
    "two objects": (RULE % "1 , 2", "2 sh:object, but exactly one is expected"),
    "order": ("sh:rule [ a sh:TripleRule ; sh:order 'first' ; sh:subject sh:this ; sh:predicate ex:p ; sh:object 1 ]", "sh:order is"),
    "a function": (RULE % "[ ex:double ( sh:this ) ]", "not evaluated here: http://ex.example/double"),
    "an empty expression": (RULE % "[]", "not evaluated here: \\[\\]"),
    "two kinds of expression": (RULE % "[ sh:path ex:p ; sh:count sh:this ]", "not sh:path and sh:count"),
    "a filter of counts": (RULE % "[ sh:filterShape ex:S ; sh:nodes [ sh:count sh:this ] ]", "cannot follow sh:count"),
    "no path": (RULE % "[ sh:path [ ex:p 1 ] ]", "is not written as expected"),
    "no query": ("sh:rule [ a sh:SPARQLRule ; sh:construct 1 ]", None),
    "a SELECT": ("sh:rule [ a sh:SPARQLRule ; sh:construct 'SELECT * WHERE { ?s ?p ?o }' ]", "must be a CONSTRUCT query"),
    "no SPARQL": ("sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT {' ]", "cannot be used"),
    "MINUS": ("sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT { $this ?p 1 } WHERE { $this ?p ?o MINUS { ?o ?p 1 } }' ]", "MINUS"),
    "a condition": ("sh:rule [ a sh:TripleRule ; sh:condition 1 ; sh:subject sh:this ; sh:predicate ex:p ; sh:object 1 ]", "sh:condition is"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_rule_that_cannot_be_used_is_an_error_at_its_shape(name: str) -> None:
    rule, fact = BAD[name]
    with pytest.raises(OntologyError, match=fact or "cannot be used") as caught:
        infer_triples(graph_of("ex:a ex:p ex:b ."), shapes_of(SHAPE + rule + "."))
    assert caught.value.origin.line == 4


def test_a_filter_that_asks_its_own_expression_is_a_circle() -> None:
    shape = SHAPE + "sh:expression [ sh:exists [ sh:filterShape ex:S ; sh:nodes sh:this ] ] ."
    with pytest.raises(OntologyError, match="contains itself"):
        ColumnSHACL().run(graph_of("ex:a ex:p ex:b ."), shapes_of(shape))
    own = (
        SHAPE
        + "sh:rule [ a sh:TripleRule ; sh:condition ex:S ; sh:subject sh:this ; sh:predicate ex:q ; sh:object 1 ] ."
    )
    assert (
        len(infer_triples(graph_of("ex:a ex:p ex:b ."), shapes_of(own))) == 1
    )  # a condition is asked once a round: no circle


def test_a_focus_node_may_be_blank() -> None:
    rule = 'sh:rule [ a sh:SPARQLRule ; sh:prefixes ex: ; sh:construct "CONSTRUCT { $this ex:q ?o . ?o ex:of $this } WHERE { $this ex:p ?o }" ] .'
    told = (
        infer_triples(graph_of("[] ex:p [] ."), shapes_of(SHAPE + rule))
        .triples.document()
        .decode()
        .splitlines()
    )
    assert sorted(told) == [
        "_:data0 <http://ex.example/q> _:data1 .",
        "_:data1 <http://ex.example/of> _:data0 .",
    ]


EXPRESSIONS = {
    "true": ("ex:a ex:p true .", "[ sh:path ex:p ]", 0),
    "true and another": ("ex:a ex:p true , false .", "[ sh:path ex:p ]", 1),
    "nothing": ("ex:a ex:q true .", "[ sh:path ex:p ]", 1),
    "another spelling of true": ('ex:a ex:p "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .', "[ sh:path ex:p ]", 1),
    "a constant": ("ex:a ex:q 1 .", "true", 0),
    "exists": ("ex:a ex:p 1 .", "[ sh:exists [ sh:path ex:p ] ]", 0),
    "exists not": ("ex:a ex:q 1 .", "[ sh:exists [ sh:path ex:p ] ]", 1),
    "a choice": ("ex:a ex:p true .", "[ sh:if [ sh:path ex:p ] ; sh:then false ]", 1),
    "a choice without that branch": ("ex:a ex:p 1 .", "[ sh:if [ sh:path ex:p ] ; sh:then true ]", 1),
    "deactivated": ("ex:a ex:q 1 .", "[ sh:deactivated true ; sh:exists [ sh:path ex:p ] ]", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_expression_must_give_true_and_nothing_else(name: str) -> None:
    data, expression, wanted = EXPRESSIONS[name]
    shapes = shapes_of(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:expression {expression} .")
    outcome = ColumnSHACL().run(graph_of(data), shapes)
    assert [(one.component, one.focus, one.value) for one in outcome.findings()] == [
        ("Expression", str(EX) + "a", f"<{EX}a>")
    ] * wanted


def test_the_message_of_an_expression_goes_before_that_of_its_shape() -> None:
    text = 'ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:message "shape" ; sh:expression [ sh:exists [ sh:path ex:p ] ; sh:message "own"@en ] .'
    outcome = ColumnSHACL().run(graph_of("ex:a ex:q 1 ."), shapes_of(text))
    assert [one.messages for one in outcome.findings()] == [(("en", "own"),)]
    assert {
        quad.object for quad in outcome.report() if quad.predicate == SH.sourceConstraintComponent
    } == {SH.ExpressionConstraintComponent}


def test_rules_that_are_not_run_are_told_of() -> None:
    shapes = shapes_of(SHAPE + RULE % "1" + ".")
    (note,) = ColumnSHACL().validate(graph_of("ex:a ex:p 1 ."), shapes)
    assert (note.severity.value, note.component) == ("info", "rule")
    assert "--infer" in note.message("en")


def test_a_target_type_wants_its_parameters() -> None:
    kind = 'ex:T a sh:SPARQLTargetType ; sh:parameter [ sh:path ex:country ] ; sh:select "SELECT ?this WHERE { ?this ?p $country }" . '
    with pytest.raises(OntologyError, match=r"sh:target lacks http://ex\.example/country"):
        ColumnSHACL().run(
            graph_of("ex:a ex:p 1 ."),
            shapes_of(kind + "ex:S a sh:NodeShape ; sh:target [ a ex:T ] ."),
        )
    with pytest.raises(OntologyError, match="lacks sh:select"):
        ColumnSHACL().run(
            graph_of("ex:a ex:p 1 ."),
            shapes_of("ex:S a sh:NodeShape ; sh:target [ a sh:JSTarget ] ."),
        )
