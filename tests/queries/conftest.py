"""The project's queries, and a small graph that has an answer to each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.evidence import FUNCTIONS
from hrdgraph.queries import DERIVE, Catalogue, derive, find
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Term
from hrdgraph.rdfio import format_named, parse, read_quads
from hrdgraph.store import OxigraphStore

HERE = Path(__file__).parent
QUERIES = HERE.parents[1] / "queries"
BASE = "https://w3id.org/hrdgraph/id/"
DERIVED = IRI("https://w3id.org/hrdgraph/graph/derived")
SHORT = {
    BASE: "",
    "https://w3id.org/hrdgraph/vocabulary/": "v:",
    "https://w3id.org/hrdgraph/graph/": "g:",
    "https://w3id.org/hrdgraph/ontology#": "hrd:",
    "http://doc.example/": "doc:",
    "https://schema.org/": "schema:",
    "http://www.w3.org/ns/org#": "org:",
    "http://xmlns.com/foaf/0.1/": "foaf:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
}


def plain_text(term: Term | None) -> str:
    """A term as the golden files write it."""
    if term is None:
        return ""
    if isinstance(term, BlankNode):
        return term.n3()
    space = next((space for space in SHORT if isinstance(term, IRI) and term.value.startswith(space)), None)
    return term.value if space is None else SHORT[space] + term.value[len(space) :]


def graph_of(turtle: str = "") -> ColumnGraph:
    quads = read_quads(HERE / "sample.trig")
    head = "".join(line + "\n" for line in (HERE / "sample.trig").read_text("utf-8").splitlines() if line.startswith("PREFIX"))
    return ColumnGraph.from_quads([*quads, *parse(head + turtle, format_named("trig"))])


def store_of(catalogue: Catalogue, turtle: str = "") -> OxigraphStore:
    store = OxigraphStore.create()
    store.add(graph_of(turtle))
    derive(store, catalogue.topic(DERIVE), graph=DERIVED, functions=FUNCTIONS)
    return store


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return find(QUERIES)


@pytest.fixture(scope="session")
def sample(catalogue: Catalogue) -> OxigraphStore:
    """The sample with what is derived from it."""
    return store_of(catalogue)


@pytest.fixture(scope="session")
def sample_with(catalogue: Catalogue) -> Callable[[str], OxigraphStore]:
    """A function: TriG that uses the prefixes of the sample → the sample and this, with what is derived."""
    return lambda turtle: store_of(catalogue, turtle)


@pytest.fixture(scope="session")
def plain() -> Callable[[Term | None], str]:
    return plain_text
