"""Shapes against golden files: good/*.ttl finds nothing, bad/*.ttl finds exactly the rules that its first line names."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH, Literal, URIRef

GOLDEN = Path(__file__).parent / "golden"
BAD = sorted((GOLDEN / "bad").glob("*.ttl"))
SHAPE = "https://w3id.org/hrdgraph/shapes#"
BASE = "https://example.org/bad/"

COMPONENTS = {
    SH["class"]: "Class", SH.datatype: "Datatype", SH.nodeKind: "NodeKind", SH.minCount: "MinCount", SH.maxCount: "MaxCount",
    SH.minInclusive: "MinInclusive", SH.minLength: "MinLength", SH.pattern: "Pattern", SH.uniqueLang: "UniqueLang",
    SH.lessThan: "LessThan", SH.lessThanOrEquals: "LessThanOrEquals", SH["not"]: "Not", SH["or"]: "Or", SH.node: "Node",
    SH.hasValue: "HasValue", SH.languageIn: "LanguageIn", SH.qualifiedMinCount: "QualifiedMinCount", SH.sparql: "SPARQL",
}  # fmt: skip
OTHER = {
    RDF.type, SH.path, SH.severity, SH.message, SH.property, SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.qualifiedValueShape,
}  # fmt: skip


class Found(NamedTuple):
    """One result: the golden file it belongs to, its rule, its component and its severity."""

    case: str
    rule: str
    component: str


def rule_name(shape: object) -> str:
    return str(shape).removeprefix(SHAPE)


@pytest.fixture(scope="session")
def found(shapes: rdflib.Graph, background: list[Path], good_files: list[Path]) -> list[Found]:
    """All golden files in one graph, validated once: each bad file has a base IRI of its own."""
    data = rdflib.Graph()
    for path in [*background, *good_files]:
        data.parse(path)
    for path in BAD:
        data.parse(path, publicID=f"{BASE}{path.stem}/")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert isinstance(report, rdflib.Graph)
    return [result(report, node) for node in report.objects(None, SH.result)]


def result(report: rdflib.Graph, node: rdflib.graph._ObjectType) -> Found:
    """The case is read from the focus node, or from the value where a rule runs once for the whole graph."""
    places = [str(report.value(node, predicate)) for predicate in (SH.focusNode, SH.value)]
    case = next(
        (place.removeprefix(BASE).split("/")[0] for place in places if place.startswith(BASE)), ""
    )
    component = (
        str(report.value(node, SH.sourceConstraintComponent))
        .removeprefix(str(SH))
        .removesuffix("ConstraintComponent")
    )
    return Found(case, rule_name(report.value(node, SH.sourceShape)), component)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_finds_the_rules_it_names(path: Path, found: list[Found]) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# rule: "), "the first line names the expected rules"
    assert {item.rule for item in found if item.case == path.stem} == set(
        first.removeprefix("# rule: ").split()
    )


def test_the_good_files_and_the_vocabularies_find_nothing(found: list[Found]) -> None:
    assert [item for item in found if not item.case] == []


def constraints(shapes: rdflib.Graph) -> set[tuple[str, str]]:
    """Every constraint that can be reported and is written by hand: those of shapes with a target, and of the property shapes under them."""
    made = rdflib.Graph().parse(GOLDEN.parents[2] / "ontology/shapes/attributes.ttl")
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf)
    targeted = {shape for target in targets for shape in shapes.subjects(target)}
    reported = targeted | {
        part for shape in targeted for part in shapes.objects(shape, SH.property)
    }
    return {
        (rule_name(shape), COMPONENTS[p])
        for shape in reported - set(made.subjects())
        for p in shapes.predicates(shape)
        if p in COMPONENTS
    }


def test_every_constraint_has_a_bad_case(shapes: rdflib.Graph, found: list[Found]) -> None:
    assert constraints(shapes) - {(item.rule, item.component) for item in found} == set()


def test_a_class_of_the_core_without_a_good_instance_is_a_gap(good_files: list[Path]) -> None:
    graph = rdflib.Graph()
    for path in good_files:
        graph.parse(path)
    core = rdflib.Graph().parse(Path(__file__).parents[2] / "ontology/core.ttl")
    ours = {name for name in core.subjects(RDF.type, rdflib.OWL.Class) if "hrdgraph" in str(name)}
    below = {parent for name in ours for parent in core.objects(name, rdflib.RDFS.subClassOf)}
    assert ours - below - set(graph.objects(None, RDF.type)) == set()


def judged(shapes: rdflib.Graph) -> set[rdflib.term.Node]:
    """Shapes with a constraint of their own, and SPARQL constraints: what can put a message into a report."""
    with_constraint = {shape for predicate in COMPONENTS for shape in shapes.subjects(predicate)}
    return (with_constraint | set(shapes.subjects(RDF.type, SH.SPARQLConstraint))) - {
        shape
        for shape in with_constraint
        if set(COMPONENTS) & set(shapes.predicates(shape)) == {SH.sparql}
    }


def test_every_constraint_says_what_to_do_in_three_languages(shapes: rdflib.Graph) -> None:
    spoken: dict[str, list[str]] = defaultdict(list)
    for shape in judged(shapes):
        for message in shapes.objects(shape, SH.message):
            assert isinstance(message, Literal)
            spoken[rule_name(shape)].append(str(message.language))
    assert {
        name: sorted(spoken[name])
        for name in map(rule_name, judged(shapes))
        if sorted(spoken[name]) != ["en", "es", "fr"]
    } == {}


def test_every_rule_has_a_name_and_a_severity(shapes: rdflib.Graph) -> None:
    named = {
        shape
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in shapes.subjects(RDF.type, kind)
    }
    assert {shape for shape in named if not str(shape).startswith(SHAPE)} == set()
    assert set(shapes.subjects(SH.path)) | set(shapes.objects(None, SH.property)) <= named
    assert {
        rule
        for rule, _ in constraints(shapes)
        if not shapes.value(URIRef(SHAPE + rule), SH.severity)
    } == set()


def test_no_parameter_is_unknown_here(shapes: rdflib.Graph) -> None:
    """A constraint that `COMPONENTS` does not list would escape the tests above."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    used = {
        p
        for kind in kinds
        for shape in shapes.subjects(RDF.type, kind)
        for p in shapes.predicates(shape)
    }
    assert used - set(COMPONENTS) - OTHER == set()


@pytest.mark.heavy
def test_shapes_are_valid_shacl(shapes: rdflib.Graph) -> None:
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


EDTF = [
    "2011",
    "2011-04",
    "2011-04-07",
    "2017-05~",
    "2011?",
    "2011%",
    "2001/2008",
    "1996/",
    "/2008",
    "2011/..",
    "../2008",
    "2011-04~/2012",
]
EDTF += ["201X", "1987-XX", "2011-21", "-0044", "2004-06-~11", "156X-12-25"]
NOT_EDTF = [
    "2011-13",
    "2011-4",
    "11-04-2011",
    "1873-00-00",
    "2011-04-32",
    "/",
    "..",
    "../..",
    "2001-2008",
    "2011/2012/2013",
    "20111",
]
NOT_EDTF += ["", "April 2011", "2011 ", " 2011"]


@pytest.mark.parametrize(
    "rule", ["claim-date-form", "claim-attested-form", "person-birth", "person-death"]
)
def test_the_date_pattern_knows_edtf(shapes: rdflib.Graph, rule: str) -> None:
    pattern = re.compile(str(shapes.value(URIRef(SHAPE + rule), SH.pattern)))
    assert [date for date in EDTF if not pattern.search(date)] == []
    assert [date for date in NOT_EDTF if pattern.search(date)] == []


WORDS_OF_PROGRAMMERS = re.compile(
    r"\b(hrd|org|schema|dcterms|foaf|skos|rdf|oa):[a-zA-Z]|\bIRI\b"
    r"|a concept of|un concept du sch|un concepto del esq"
)


def test_messages_speak_in_the_words_of_tables(shapes: rdflib.Graph) -> None:
    """A documentation officer reads them beside the row and the column that they are about."""
    checks = (Path(__file__).parents[2] / "queries" / "checks").glob("*.rq")
    lines = (line for path in checks for line in path.read_text("utf-8").splitlines())
    told = [line.partition(": ")[2] for line in lines if line.startswith("# message@")]
    told += map(str, shapes.objects(None, SH.message))
    assert len(told) > 400
    assert [text for text in told if WORDS_OF_PROGRAMMERS.search(text)] == []
