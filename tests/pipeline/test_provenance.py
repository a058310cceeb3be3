"""What a source says of itself, in its own named graph, without a clock."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from hrdgraph.pipeline.stages.mapping import describe_source
from hrdgraph.project import Source
from hrdgraph.rdf import IRI, BlankNode, Literal, Quad
from hrdgraph.vocab import DCTERMS, HRD, PROV, RDF, RDFS, XSD

GRAPH = IRI("https://w3id.org/hrdgraph/graph/lists")
BUILD = IRI(f"{GRAPH.value}/build")
EVERYTHING: dict[str, Any] = {
    "publisher": "A press", "licence": "https://x.org/cc0", "address": "https://x.org/lists",
    "language": "fr", "retrieved": date(2024, 5, 1),
}  # fmt: skip
NOTHING: dict[str, Any] = {"publisher": "", "licence": "", "address": "", "language": ""}


def describe(
    said: dict[str, Any] = EVERYTHING,
    version: str = "0.1.0",
    mappings: tuple[str, ...] = ("mapping.ttl",),
    tables: tuple[str, ...] = ("a b.csv", "c.csv"),
) -> list[Quad]:
    source = Source(
        "lists", Path("lists"), "Lists", visibility="public", mapping_file=Path(), **said
    )
    return describe_source(source, GRAPH, version, mappings, tables)


def facts(version: str = "0.1.0", **changes: Any) -> set[tuple[IRI, IRI, object]]:
    quads = describe({**EVERYTHING, **changes}, version)
    return {(q.subject, q.predicate, q.object) for q in quads}  # type: ignore[misc]


def test_everything_that_is_known_is_said_in_the_graph_itself() -> None:
    quads = describe()
    assert {quad.graph for quad in quads} == {GRAPH}
    assert not [term for quad in quads for term in quad if isinstance(term, BlankNode)]
    assert {
        (GRAPH, RDF.type, PROV.Entity),
        (GRAPH, DCTERMS.title, Literal("Lists")),
        (GRAPH, DCTERMS.publisher, Literal("A press")),
        (GRAPH, DCTERMS.license, IRI("https://x.org/cc0")),
        (GRAPH, DCTERMS.language, Literal("fr")),
        (GRAPH, DCTERMS.source, IRI("https://x.org/lists")),
        (GRAPH, HRD.retrievedAt, Literal("2024-05-01", XSD.date.value)),
        (GRAPH, PROV.wasGeneratedBy, BUILD),
        (BUILD, RDF.type, PROV.Activity),
    } <= facts()


def test_every_input_is_named_without_a_digest() -> None:
    found = facts()
    assert not [predicate for _, predicate, _ in found if predicate == HRD.sha256]
    for path, title in (
        ("mapping.ttl", "mapping.ttl"),
        ("a%20b.csv", "a b.csv"),
        ("c.csv", "c.csv"),
    ):
        entity = IRI(f"{GRAPH.value}/input/{path}")
        assert {
            (entity, DCTERMS.title, Literal(title)), (BUILD, PROV.used, entity),
            (GRAPH, PROV.wasDerivedFrom, entity),
        } <= found  # fmt: skip
    assert {s for s, p, o in found if (p, o) == (RDF.type, PROV.Plan)} == {
        IRI(f"{GRAPH.value}/input/mapping.ttl")
    }


def test_the_software_is_named_with_its_version() -> None:
    [software] = [o for s, p, o in facts() if p == PROV.wasAssociatedWith]
    assert (software, RDFS.label, Literal("hrdgraph 0.1.0")) in facts()
    assert software not in {o for _, _, o in facts(version="0.2.0")}


def test_what_is_not_known_is_not_said() -> None:
    quads = describe(NOTHING, mappings=(), tables=())
    assert {q.predicate for q in quads if q.subject == GRAPH} == {
        RDF.type,
        DCTERMS.identifier,
        DCTERMS.title,
        PROV.wasGeneratedBy,
    }
    assert not [q for q in quads if isinstance(q, Quad) and q.object == Literal("")]


def test_a_licence_in_words_is_a_literal() -> None:
    assert (GRAPH, DCTERMS.license, Literal("facts only, https://x.org")) in facts(
        licence="facts only, https://x.org"
    )
