"""The repository's ontology, shapes and golden files, as the tests of this folder use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from hrdgraph.ontology import Ontology, load
from hrdgraph.project import open_shipped_model

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _rdflib_as_it_was() -> Iterator[None]:
    """owlrl gives rdflib other readings of datatypes, and leaves them behind for every test of the process."""
    yield
    rdflib.term._reset_bindings()


def graph_of(paths: list[Path], base: str | None = None) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in paths:
        graph.parse(path, publicID=base)
    return graph


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load(open_shipped_model())


@pytest.fixture(scope="session")
def shapes() -> rdflib.Graph:
    return graph_of(sorted((ROOT / "ontology/shapes").glob("*.ttl")))


@pytest.fixture(scope="session")
def background() -> list[Path]:
    """The files that data are judged against: classes and concepts."""
    return [
        *sorted((ROOT / "ontology").glob("*.ttl")),
        *sorted((ROOT / "ontology/vocabularies").glob("*.ttl")),
    ]


@pytest.fixture(scope="session")
def good_files() -> list[Path]:
    return sorted((GOLDEN / "good").glob("*.ttl"))
