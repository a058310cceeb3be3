"""Framed documents hold just what the subset of their entity holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.export import subset
from hrdgraph.rdf import ColumnGraph

BASE = "https://w3id.org/hrdgraph/id/"
THINGS = ["person/one/ada", "organisation/one/lantern", "award/lamp", "edition/lamp/2011", "country/XA", "conferral/one/1", "event/one/1"]


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
    described = [node["id"] for node in _nodes(entity) if "id" in node and len(node) > 1]
    assert len(described) == len(set(described))


def test_claims_stand_below_the_entity(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    (entity,) = json.loads(written(small, "jsonld-framed", root=BASE + "organisation/one/lantern"))["@graph"]
    (claim,) = entity["@reverse"]["recipient"]
    assert claim["id"] == "conferral/one/1"
    assert "recipient" not in claim
    assert claim["evidence"][0]["oa:hasSource"]["titleFr"] == "Un prix"
    assert claim["hrd:acceptedBy"]["prefLabel"] == {"@none": "Ada Example"}


def test_all_entities_without_a_root(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    document = json.loads(written(small, "jsonld-framed"))
    assert [node["id"] for node in document["@graph"]] == ["award/lamp", "organisation/one/lantern", "person/one/ada", "person/one/bo"]


def test_an_unknown_root(small: ColumnGraph, written: Callable[..., bytes]) -> None:
    with pytest.raises(QueryError, match="says nothing"):
        written(small, "jsonld-framed", root=BASE + "person/one/nobody")
