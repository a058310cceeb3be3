"""Both sinks take the same quads: the lines of one are the lines of the graph of the other."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.facts.document import read_source
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.project import open_project
from hrdgraph.sources import ROW

SOURCES = Path(__file__).parents[2] / "data" / "sources"


@pytest.mark.sampled(1)
@pytest.mark.parametrize("source", ["award-lists", "kalyapin-page", "nobel-peace", "countries"])
@pytest.mark.parametrize("graph", ["", "<http://example.com/g>"])
def test_lines_are_those_of_the_graph(source: str, graph: str) -> None:
    project = open_project(SOURCES.parents[1])
    plan = bind(read_source(project, project.source(source)))
    out = io.BytesIO()
    columns, lines = GraphSink(graph), LineSink(plan, out, graphs=True, graph=graph)
    run(plan, columns)
    run(plan, lines)
    lines.finish()
    written = out.getvalue().decode().splitlines()
    assert len(written) == len(set(written))
    assert sorted(written) == columns.graph().lines().to_list()


def test_nothing_made_is_nothing_written() -> None:
    out = io.BytesIO()
    LineSink(Plan(()), out, graphs=False).finish()
    assert out.getvalue() == b""


def test_a_key_that_is_a_list_in_some_batch_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches of one source, in which the same identifier stands once as a text and once in a list."""
    batches = [pl.DataFrame({ROW: [1], "id": ["a"]}), pl.DataFrame({ROW: [2], "id": [["a", "b"]]})]
    mapping = tmp_path / "m.ttl"
    mapping.write_text(
        '@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://e.org/> . ex:m rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation '
        'rml:CSV ] ; rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class ex:C ] .',
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("id\na\n", encoding="utf-8")
    plan, out = bind(read_mapping(mapping)), io.BytesIO()
    monkeypatch.setattr("hrdgraph.mapping.execution.scan.read", lambda *_: iter(batches))
    sink = LineSink(plan, out, graphs=False)
    run(plan, sink, memory=0)
    sink.finish()
    assert len(out.getvalue().splitlines()) == 2
