"""Each YARRRML file gives the model of the RML beside it. A new case is a new pair of files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.language.yarrrml import read_yarrrml
from hrdgraph.rdf import Quad
from hrdgraph.rdfio.read import read_quads

HERE = Path(__file__).parent
MODELS = sorted((HERE / "models").glob("*.yml"))
TRIPLES = sorted((HERE / "triples").glob("*.yml"))


def models_of(path: Path) -> dict[str, str]:
    """The triples maps of a file by name, blank nodes that each row has of its own all called the same."""
    maps = read_mapping(path).triples_maps
    return {
        item.node.n3(): re.sub(r"FreshBlankNode\(scope='[^']*'\)", "FreshBlankNode()", repr(item))
        for item in maps
    }


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model(path: Path) -> None:
    made, wanted = models_of(path), models_of(path.with_suffix(".ttl"))
    assert made.keys() == wanted.keys()
    for name in wanted:
        assert made[name] == wanted[name]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_node_knows_its_line(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    for item in read_mapping(path).triples_maps:
        origins = [
            item.origin,
            item.source.origin,
            item.subject.origin,
            *(pair.origin for pair in item.predicate_objects),
        ]
        origins += [
            term.origin
            for pair in item.predicate_objects
            for term in (*pair.predicates, *pair.objects, *pair.graphs)
        ]
        assert all(
            origin.file == str(path) and origin.line and 1 <= origin.line <= lines and origin.node
            for origin in origins
        )


def canonical(quads: Iterable[Quad]) -> ox.Dataset:
    text = "".join(f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} .\n" for q in quads)
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize("path", TRIPLES, ids=lambda path: path.stem)
def test_triples(path: Path) -> None:
    made, _ = read_yarrrml(path)
    assert canonical(made) == canonical(read_quads(path.with_suffix(".ttl")))
