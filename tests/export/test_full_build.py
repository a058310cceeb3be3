"""The shipped graph in every format, read back by three independent readers into the same graph."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from hrdgraph.exports.formats import export
from hrdgraph.ontology import context_of
from hrdgraph.project import open_project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import load_columns
from hrdgraph.rdfio.formats import format_named

Triples = set[tuple[str, ...]]


@pytest.fixture(scope="module")
def graph(built: Path) -> ColumnGraph:
    return load_columns(built / "build" / "columns")


def exported(built: Path, graph: ColumnGraph, format: str) -> bytes:
    project = open_project(built)
    out = io.BytesIO()
    export(graph, format, out, context=context_of(project), base=project.base)
    return out.getvalue()


def expected(graph: ColumnGraph, *, quads: bool) -> Triples:
    columns = ("s", "p", "o", "g") if quads else ("s", "p", "o")
    return set(graph.text().select(columns).iter_rows())


@pytest.mark.sampled(1)
@pytest.mark.parametrize("format", ["nq", "nt", "trig", "ttl", "jsonld"])
def test_pyoxigraph_reads_the_same_graph(built: Path, graph: ColumnGraph, format: str) -> None:
    syntax = format_named(format)
    found = list(ox.parse(exported(built, graph, format), format=syntax.oxigraph))
    read = {
        (
            str(q.subject),
            str(q.predicate),
            str(q.object),
            *([str(q.graph_name)] if syntax.quads else []),
        )
        for q in found
    }
    assert read == expected(graph, quads=syntax.quads)


def term_text(term: object) -> str:
    return term.n3() if not isinstance(term, rdflib.Literal) else ox_literal(term)


def ox_literal(term: rdflib.Literal) -> str:
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    return str(
        ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
        if term.datatype
        else ox.Literal(str(term))
    )


@pytest.mark.heavy
@pytest.mark.parametrize("format", ["nq", "trig"])
def test_rdflib_reads_the_same_graph(
    built: Path, graph: ColumnGraph, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib's own parser
        dataset.parse(
            data=exported(built, graph, format), format={"nq": "nquads"}.get(format, format)
        )
    read = {
        (*map(term_text, (s, p, o)), f"<{getattr(g, 'identifier', g)}>")
        for s, p, o, g in dataset.quads()
    }
    assert read == expected(graph, quads=True)


@pytest.mark.heavy
def test_a_json_ld_processor_reads_the_same_graph(built: Path, graph: ColumnGraph) -> None:
    from pyld import jsonld

    document = json.loads(exported(built, graph, "jsonld"))
    read = jsonld.to_rdf(document, {"format": "application/n-quads"})
    found = {
        tuple(map(str, (q.subject, q.predicate, q.object, q.graph_name)))
        for q in ox.parse(read, format=ox.RdfFormat.N_QUADS)
    }
    assert found == expected(graph, quads=True)
