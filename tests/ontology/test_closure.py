"""The OWL 2 RL closure of the ontology and the good golden files: no contradiction, no absurd inference."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
import rdflib
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, URIRef

from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI

GOLDEN = Path(__file__).parent / "golden"
PREFIXES = """@prefix good: <https://example.org/good#> .
@prefix hrd: <https://w3id.org/hrdgraph/ontology#> .
@prefix org: <http://www.w3.org/ns/org#> .
"""


def closure(paths: list[Path], more: str = "") -> tuple[rdflib.Graph, rdflib.Graph]:
    """The asserted graph and its closure."""
    asserted = rdflib.Graph()
    for path in paths:
        asserted.parse(path)
    asserted.parse(data=PREFIXES + more, format="turtle")
    closed = rdflib.Graph()
    for triple in asserted:
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    return asserted, closed


def contradictions(closed: rdflib.Graph) -> list[str]:
    """owlrl adds a node of type err:ErrorMessage for each inconsistency it meets."""
    said = [
        str(text)
        for node in closed.subjects(RDF.type, ERRNS.ErrorMessage)
        for text in closed.objects(node, ERRNS.error)
    ]
    return said + [f"{node} is nothing" for node in closed.subjects(RDF.type, OWL.Nothing)]


@pytest.fixture(scope="module")
def graphs(background: list[Path], good_files: list[Path]) -> tuple[rdflib.Graph, rdflib.Graph]:
    return closure([*background, *good_files])


@pytest.mark.heavy
def test_no_contradiction(graphs: tuple[rdflib.Graph, rdflib.Graph]) -> None:
    assert contradictions(graphs[1]) == []


@pytest.mark.heavy
def test_no_contradiction_with_the_axioms_of_the_reused_vocabularies(
    background: list[Path], good_files: list[Path]
) -> None:
    _, closed = closure([*background, *good_files, GOLDEN / "axioms.ttl"])
    assert contradictions(closed) == []


@pytest.mark.heavy
def test_nothing_becomes_what_no_one_said(
    graphs: tuple[rdflib.Graph, rdflib.Graph], ontology: Ontology
) -> None:
    """An inferred type is a class above an asserted one: domains and ranges add nothing of their own."""
    asserted, closed = graphs
    for thing in {
        node for node in asserted.subjects() if str(node).startswith("https://example.org/")
    }:
        said = set(asserted.objects(thing, RDF.type))
        above = {URIRef(iri.value) for kind in said for iri in ontology.ancestors(IRI(str(kind)))}
        assert set(closed.objects(thing, RDF.type)) - said - above - {OWL.Thing} == set(), thing


@pytest.mark.heavy
def test_no_two_things_become_one(graphs: tuple[rdflib.Graph, rdflib.Graph]) -> None:
    assert [
        (s, o)
        for s, o in graphs[1].subject_objects(OWL.sameAs)
        if s != o and isinstance(s, URIRef) and isinstance(o, URIRef)
    ] == []


@pytest.mark.heavy
@pytest.mark.parametrize(
    "absurd",
    [
        "good:person a org:Organization .",
        "good:award a org:Organization .",
        "good:conferral-group hrd:recipient good:award .",
        "good:event a hrd:Act .",
        "good:situation hrd:victim good:person .",
        "good:quotation a hrd:AttributeClaim .",
        "good:founding hrd:founder good:conferral-group .",
        "<https://example.org/page> a org:Organization .",
    ],
)
def test_an_absurd_statement_contradicts(
    background: list[Path], good_files: list[Path], absurd: str
) -> None:
    core = next(path for path in background if path.name == "core.ttl")
    _, closed = closure([core, *good_files], absurd)
    assert contradictions(closed)
