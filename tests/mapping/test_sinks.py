"""Both sinks take the same quads: the lines of one are the lines of the graph of the other."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hrdgraph.mapping import GraphSink, LineSink, Plan, bind, read_mapping, run

SOURCES = Path(__file__).parents[2] / "data" / "sources"


@pytest.mark.parametrize("source", ["award-lists", "kalyapin-page", "nobel-peace", "countries"])
@pytest.mark.parametrize("graph", ["", "<http://example.com/g>"])
def test_lines_are_those_of_the_graph(source: str, graph: str) -> None:
    plan = bind(read_mapping(SOURCES / source / "mapping.ttl"))
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
