"""What RDF/XML cannot say is refused, with the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hrdgraph.errors import OutputError
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


@pytest.mark.parametrize(
    "predicate", ["http://e.org/", "http://e.org/1", "http://e.org/p%20", RDF + "li", RDF + "about"]
)
def test_a_predicate_without_a_name(predicate: str, written: Callable[..., bytes]) -> None:
    graph = ColumnGraph.from_quads([Quad(IRI("http://e.org/s"), IRI(predicate), Literal("x"))])
    with pytest.raises(OutputError) as caught:
        written(graph, "rdfxml")
    assert f"<{predicate}>" in caught.value.fact
    assert "nq" in caught.value.hint


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe"])
def test_a_character_that_xml_forbids(character: str, written: Callable[..., bytes]) -> None:
    graph = ColumnGraph.from_quads(
        [Quad(IRI("http://e.org/s"), IRI("http://e.org/p"), Literal(f"a{character}b"))]
    )
    with pytest.raises(OutputError, match="RDF/XML cannot hold"):
        written(graph, "rdfxml")


def test_names_of_a_predicate(written: Callable[..., bytes]) -> None:
    predicates = ["http://e.org/a-1.b", "http://e.org/été", "urn:x", "http://e.org/2nd"]
    text = written(
        ColumnGraph.from_quads(
            Quad(IRI("http://e.org/s"), IRI(p), Literal("x")) for p in predicates
        ),
        "rdfxml",
    ).decode()
    for name in (":a-1.b>", ":été>", ":x>", ":nd>"):
        assert name in text
    assert 'xmlns:ns1="http://e.org/2"' in text
