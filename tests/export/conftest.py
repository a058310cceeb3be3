"""What the tests of the writers share: a small graph, a context, and ways to read what was written."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from hrdgraph.exports.formats import FORMATS, export
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads

HERE = Path(__file__).parent
BASE = "https://w3id.org/hrdgraph/id/"
_OX = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_RDFLIB = {
    "nq": "nquads",
    "nt": "nt11",
    "ttl": "turtle",
    "trig": "trig",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}

Canonical = frozenset[str]


@pytest.fixture(scope="session")
def context() -> Path:
    return HERE / "context.jsonld"


@pytest.fixture(scope="session")
def base() -> str:
    return BASE


@pytest.fixture(scope="session")
def small() -> ColumnGraph:
    return ColumnGraph.from_quads(read_quads(HERE / "small.trig"))


@pytest.fixture(scope="session")
def written(context: Path) -> Callable[..., bytes]:
    """Export to bytes."""

    def write(graph: ColumnGraph, format: str, base: str = BASE) -> bytes:
        out = io.BytesIO()
        export(graph, format, out, context=context, base=base)
        return out.getvalue()

    return write


def _canonical(quads: Iterable[ox.Quad]) -> Canonical:
    """Equal for isomorphic data sets (RDF 1.1 §4, datasets §4.1), and for no others. Language tags compare without case."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(ox.serialize([quad], format=ox.RdfFormat.N_QUADS).decode() for quad in dataset)


@pytest.fixture(scope="session")
def meant() -> Callable[[ColumnGraph, str], Canonical]:
    """What a format should hold: the graph, or its triples without graph names."""

    def canonical(graph: ColumnGraph, format: str) -> Canonical:
        quads = list(ox.parse("\n".join(graph.lines()), ox.RdfFormat.N_QUADS))
        return _canonical(
            quads if FORMATS[format].graphs else {ox.Quad(*quad.triple) for quad in quads}
        )

    return canonical


def _by_oxigraph(data: bytes, format: str) -> Canonical:
    return _canonical(
        ox.Quad(*item) if isinstance(item, ox.Triple) else item
        for item in ox.parse(data, _OX[format])
    )


def _by_rdflib(data: bytes, format: str) -> Canonical:
    dataset = rdflib.Dataset()
    target = dataset if FORMATS[format].graphs else dataset.default_graph
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # rdflib's parsers use what rdflib has deprecated
        target.parse(data=data, format=_RDFLIB[format])
    return _canonical(_from_rdflib(quad) for quad in dataset.quads())


def _from_rdflib(quad: tuple[rdflib.term.Node, ...]) -> ox.Quad:
    def term(node: rdflib.term.Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(node, rdflib.URIRef):
            return ox.NamedNode(str(node))
        if isinstance(node, rdflib.BNode):
            return ox.BlankNode(str(node))
        if node.language:
            return ox.Literal(str(node), language=node.language.lower())
        return ox.Literal(
            str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None
        )

    s, p, o, g = quad
    name = None if g is None or g == rdflib.graph.DATASET_DEFAULT_GRAPH_ID else term(g)
    return ox.Quad(term(s), term(p), term(o), name or ox.DefaultGraph())


def _by_pyld(data: bytes, format: str) -> Canonical:
    assert format == "jsonld"
    return _canonical(
        ox.parse(
            jsonld.to_rdf(json.loads(data), {"format": "application/n-quads"}), ox.RdfFormat.N_QUADS
        )
    )


READERS = {"oxigraph": _by_oxigraph, "rdflib": _by_rdflib, "pyld": _by_pyld}


@pytest.fixture(scope="session")
def readers() -> dict[str, Callable[[bytes, str], Canonical]]:
    return READERS


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib would rewrite `0017` as `17` when it reads."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
