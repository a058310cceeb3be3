"""Framed documents hold just what the subset of their entity holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.exports.context import read_context
from hrdgraph.exports.documents import DocumentKeys, Framer
from hrdgraph.exports.subset import LinkIndex, subset
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdf.graph import Adjacency, Link
from hrdgraph.vocab import HRD, RDF, SKOS

BASE = "https://w3id.org/hrdgraph/id/"
THINGS = [
    "person/one/ada",
    "organisation/one/lantern",
    "award/lamp",
    "edition/lamp/2011",
    "country/XA",
    "conferral/one/1",
    "event/one/1",
]


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("reader", ["oxigraph", "rdflib", "pyld"])
def test_a_document_says_what_the_subset_says(
    thing: str, reader: str, small: ColumnGraph, written: Callable[..., bytes], meant, readers
) -> None:
    part = subset(small, BASE + thing)
    document = written(small, "jsonld-framed", root=BASE + thing)
    assert readers[reader](document, "jsonld-framed") == meant(part, "jsonld-framed")
    assert document == written(part, "jsonld-framed", root=BASE + thing)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def test_each_node_is_described_once(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    (entity,) = json.loads(written(small, "jsonld-framed", root=BASE + "person/one/ada"))["@graph"]
    described = [
        node["id"]
        for node in _nodes(entity)
        if "id" in node and not node.keys() <= {"id", "type", "label"}
    ]
    assert len(described) == len(set(described))


def test_claims_stand_below_the_entity(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    (entity,) = json.loads(written(small, "jsonld-framed", root=BASE + "organisation/one/lantern"))[
        "@graph"
    ]
    (claim,) = entity["awards"]
    assert claim["id"] == BASE + "conferral/one/1"
    assert "recipient" not in claim
    assert claim["evidence"][0]["oa:hasSource"][0]["titleFr"] == "Un prix"
    assert claim["hrd:acceptedBy"][0]["label"] == "Ada Example"


def test_all_entities_without_a_root(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    document = json.loads(written(small, "jsonld-framed"))
    assert [node["id"] for node in document["@graph"]] == [
        BASE + "award/lamp",
        BASE + "organisation/one/lantern",
        BASE + "person/one/ada",
        BASE + "person/one/bo",
    ]


def test_an_unknown_root(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    with pytest.raises(QueryError, match="says nothing"):
        written(small, "jsonld-framed", root=BASE + "person/one/nobody")


class _CountedLinks(Adjacency):
    """Links, with how many of them were handed out."""

    handed = 0

    def get(self, node: int, default: Sequence[Link] = ()) -> Sequence[Link]:
        found = super().get(node, default)
        type(self).handed += len(found)
        return found

    def along(self, node: int, predicate: int) -> list[int]:
        found = super().along(node, predicate)
        type(self).handed += len(found)
        return found


def test_an_award_with_many_links_costs_a_recipient_nothing(context: Path) -> None:
    claim, award, country = (
        IRI(BASE + "conferral/1"),
        IRI(BASE + "award/a"),
        IRI(BASE + "country/c"),
    )
    quads = [
        Quad(claim, RDF.type, HRD.AwardConferral),
        Quad(claim, HRD.recipient, IRI(BASE + "person/p")),
        Quad(award, RDF.type, HRD.Award),
    ]
    quads += [
        Quad(claim, HRD.award, award),
        Quad(award, SKOS.prefLabel, Literal("A")),
        Quad(country, SKOS.prefLabel, Literal("C")),
    ]
    quads += [Quad(award, HRD.evidence, IRI(f"{BASE}evidence/{number}")) for number in range(5_000)]
    graph = ColumnGraph.from_quads(quads)
    index = LinkIndex.of(graph)
    counted = replace(
        index,
        outgoing=_CountedLinks(
            index.outgoing.starts, index.outgoing.predicates, index.outgoing.ends
        ),
    )
    framer = Framer(counted, DocumentKeys(read_context(context)))
    person = graph.position(f"<{BASE}person/p>")
    assert person is not None
    assert "A" in json.dumps(framer.entity(person))
    assert counted.outgoing.handed < 100  # type: ignore[attr-defined]
