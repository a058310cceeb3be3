"""Ours against pySHACL: equal findings on every shape and data set of the tests, and on shapes and graphs made by Hypothesis."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.parts import examples

from hrdgraph.errors import OntologyError
from hrdgraph.findings.model import Finding
from hrdgraph.findings.tally import tally_findings
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.oxi import ox_quad
from hrdgraph.rdfio.read import parse, read_quads
from hrdgraph.shacl import evaluation as checks
from hrdgraph.shacl import graph_data as data
from hrdgraph.shacl import outcome as in_columns
from hrdgraph.shacl.results import findings_of
from hrdgraph.shacl.shapes import Shapes, ShapesFile, read_shapes, read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL, PySHACL, compare_engines

sys.path.insert(0, str(Path(__file__).parent))
from made import cases

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "ontology" / "golden"
PREFIXES = """@prefix ex: <http://ex.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""


def both(graph: ColumnGraph, shapes: Shapes) -> tuple[set[Finding], set[Finding]]:
    ours, theirs = (engine.validate(graph, shapes) for engine in (ColumnSHACL(), PySHACL()))
    return set(ours), set(theirs)


def golden() -> ColumnGraph:
    """All golden data of the ontology in one graph: each bad file has a base IRI of its own."""
    good = [
        quad
        for path in sorted((GOLDEN / "good").glob("*.ttl"))
        for quad in read_quads(path, base="https://example.org/good/")
    ]
    bad = [
        quad
        for path in sorted((GOLDEN / "bad").glob("*.ttl"))
        for quad in read_quads(path, base=f"https://example.org/bad/{path.stem}/")
    ]
    return ColumnGraph.from_quads([*good, *bad])


@pytest.mark.heavy  # the small data set is judged by both engines, too
def test_every_shipped_shape_on_the_golden_data() -> None:
    """All shapes of the ontology find the same with both engines, but for differences that are argued."""
    shapes, judged = read_shapes(open_shipped_model()), set[tuple[int, int]]()
    differences = compare_engines(golden(), shapes, lambda done, total: judged.add((done, total)))
    assert len(judged) == len(ColumnSHACL().run(golden(), shapes).rules) > 40
    assert [one for one in differences if not one.reason] == []
    assert {one.finding.value for one in differences} >= {
        '"2023-02-30"^^<http://id.loc.gov/datatypes/edtf>',
        '"0093-05"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        '"Léa\\n"',
    }


def test_the_small_data_set() -> None:
    """A decimal that is none has no order, so it is not at most 1 (§4.5.4); pySHACL lets it pass."""
    here = ROOT / "tests" / "shacl"
    ours, theirs = both(
        ColumnGraph.from_quads(read_quads(here / "data.ttl")),
        read_shapes_at(here / "ontology", root=here),
    )
    differing = {
        (finding.component, finding.value)
        for finding in ours ^ theirs
        if finding.component != "MaxCount"
    }  # it has no sh:message
    assert differing == {("MaxInclusive", '"half"^^<http://www.w3.org/2001/XMLSchema#decimal>')}


@pytest.mark.heavy
def test_the_shipped_build(built: Path) -> None:
    graph = load_columns(built / "build" / "columns")
    ours, theirs = both(graph, read_shapes(open_shipped_model()))
    assert ours == theirs


@settings(
    max_examples=examples(150),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_made_shapes_and_graphs(case: tuple[Shapes, ColumnGraph]) -> None:
    shapes, graph = case
    ours = ColumnSHACL().validate(graph, shapes)
    # `<` of SPARQL has no answer for IRIs; pySHACL compares them as texts, and refuses shapes that meet a blank node here
    assume(
        not any(
            quad.predicate.value.endswith(("lessThan", "lessThanOrEquals")) for quad in shapes.quads
        )
        or _only_literals(ours)
    )
    assert ours == _theirs(graph, shapes)


@settings(
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_few_values_in_a_loop_are_judged_as_many_in_columns(
    case: tuple[Shapes, ColumnGraph],
) -> None:
    shapes, graph = case
    in_loops = ColumnSHACL().validate(graph, shapes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "_FEW", 0)
        patch.setattr(data, "_FEW", 0)
        assert ColumnSHACL().validate(graph, shapes) == in_loops


def _theirs(graph: ColumnGraph, shapes: Shapes) -> list[Finding]:
    try:
        return PySHACL().validate(graph, shapes)
    except OntologyError as error:
        assume("Cannot use sh:lessThan" not in error.fact)
        raise


def _only_literals(findings: list[Finding]) -> bool:
    return all(
        (finding.value or '"').startswith('"')
        for finding in findings
        if finding.component.startswith("LessThan")
    )


ARGUED = {
    "a date is not less than a number: SPARQL's < has no answer for them (§4.4.3)":
        ("sh:path ex:p ; sh:lessThan ex:q", 'ex:a ex:p "2011-04-07"^^xsd:date ; ex:q 4 .', {"LessThan"}),
    "a date is not at most a number":
        ("sh:path ex:p ; sh:maxInclusive 5", 'ex:a ex:p "2011-04-07"^^xsd:date .', {"MaxInclusive"}),
    "a text with a language is not at least a plain text: < is for xsd:string":
        ('sh:path ex:p ; sh:minInclusive "a"', 'ex:a ex:p "b"@en .', {"MinInclusive"}),
    "an ill-typed literal has no value that could be compared":
        ("sh:path ex:p ; sh:maxExclusive 2.0", 'ex:a ex:p "2011-02-30"^^xsd:date .', {"MaxExclusive"}),
    "an IRI is less than nothing":
        ("sh:path ex:p ; sh:lessThanOrEquals ex:q", "ex:a ex:p ex:b ; ex:q ex:c .", {"LessThanOrEquals"}),
    "a blank node has no length, not even 0 (§4.6.1)":
        ("sh:path ex:p ; sh:minLength 0", "ex:a ex:p [] .", {"MinLength"}),
}  # fmt: skip


@pytest.mark.parametrize("reason", ARGUED)
def test_what_differs_is_argued(reason: str) -> None:
    """What ours finds by the specification and pySHACL does not."""
    shape, turtle, components = ARGUED[reason]
    ours, theirs = both(
        graph_of(turtle),
        shapes_of(f'ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:message "no" ; {shape} .'),
    )
    assert {finding.component for finding in ours - theirs} == components
    assert theirs == set()
    differences = compare_engines(
        graph_of(turtle), shapes_of(f"ex:S a sh:PropertyShape ; sh:targetNode ex:a ; {shape} .")
    )
    assert len(differences) == 1
    assert differences[0].found_by == "columns"
    assert differences[0].reason


CALLING = """
ex:isFlown a sh:SPARQLFunction ; sh:parameter [ sh:path ex:who ] ; sh:returnType xsd:boolean ;
    sh:ask "ASK { $who <http://ex.example/flag> ?flag }" .
ex:S a sh:NodeShape ; sh:targetClass ex:Ship ; sh:expression [ ex:isFlown ( sh:this ) ] .
ex:T a sh:NodeShape ; sh:targetClass ex:Ship ; sh:property [ sh:path ex:name ; sh:minCount 1 ] .
"""


def test_pyshacl_judges_what_columns_do_not_compile() -> None:
    """A function that the shapes declare: its shape is judged by pySHACL, the others by columns, and a note says so."""
    graph = graph_of('ex:Aïda a ex:Ship ; ex:flag "ØY" ; ex:name "Aïda" . ex:Рассвет a ex:Ship .')
    findings = ColumnSHACL().validate(graph, shapes_of(CALLING))
    assert [(one.component, one.severity.value, one.focus[-7:]) for one in findings] == [
        ("Expression", "violation", "Рассвет"),
        ("MinCount", "violation", "Рассвет"),
        ("parameter", "info", ""),
    ]
    assert "pySHACL" in findings[-1].message("en")


def graph_of(turtle: str) -> ColumnGraph:
    return ColumnGraph.from_quads(parse(PREFIXES + turtle, format_named("ttl"), scope="data"))


def shapes_of(turtle: str) -> Shapes:
    quads = tuple(parse(PREFIXES + turtle, format_named("ttl"), scope="shape"))
    return Shapes((ShapesFile("shapes.ttl", PREFIXES + turtle, quads),), graph_of(""))


@settings(
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_counted_in_columns_is_counted_one_by_one(case: tuple[Shapes, ColumnGraph]) -> None:
    shapes, graph = case
    outcome = ColumnSHACL().run(graph, shapes)
    wanted = tally_findings({*outcome.findings()})
    assert outcome.tallies() == wanted
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(in_columns, "_FEW", 0)
        assert outcome.tallies() == wanted


def test_of_many_results_at_one_node_the_first_few_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Finding] = []
    monkeypatch.setattr(
        in_columns, "findings_of", lambda *of: made.extend(findings_of(*of)) or made
    )
    graph = graph_of(f"ex:a ex:p {' , '.join(f'ex:v{n}' for n in range(5_000))} .")
    outcome = ColumnSHACL().run(
        graph,
        shapes_of(
            "ex:S a sh:PropertyShape ; sh:targetNode ex:a ; sh:path ex:p ; sh:nodeKind sh:Literal ."
        ),
    )
    assert [tally.count for tally in outcome.tallies()] == [5_000]
    assert [finding.value for finding in made] == [
        f"<http://ex.example/v{n}>" for n in (0, 1000, 1001, 1002, 1003)
    ]


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(cases())
def test_a_report_as_turtle_says_what_its_triples_say(case: tuple[Shapes, ColumnGraph]) -> None:
    shapes, graph = case
    outcome = ColumnSHACL().run(graph, shapes)
    written = ox.Dataset(map(ox_quad, parse(b"".join(outcome.turtle()), format_named("ttl"))))
    wanted = ox.Dataset(map(ox_quad, outcome.report()))
    for dataset in (written, wanted):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert written == wanted
