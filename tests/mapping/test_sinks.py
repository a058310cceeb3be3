"""Both sinks take the same quads: the lines of one are the lines of the graph of the other."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from hrdgraph.mapping import GraphSink, LineSink, bind, read_mapping, run

SOURCES = Path(__file__).parents[2] / "data" / "sources"


@pytest.mark.parametrize("source", ["award-lists", "kalyapin-page", "nobel-peace", "countries"])
@pytest.mark.parametrize("graph", ["", "<http://example.com/g>"])
def test_lines_are_those_of_the_graph(source: str, graph: str) -> None:
    plan = bind(read_mapping(SOURCES / source / "mapping.ttl"))
    columns, lines, out = GraphSink(graph), LineSink(graphs=True, graph=graph), io.BytesIO()
    run(plan, columns)
    run(plan, lines)
    lines.write(out)
    written = out.getvalue().decode().splitlines()
    assert len(written) == len(set(written))
    assert sorted(written) == columns.graph().lines().to_list()


def test_nothing_made_is_nothing_written() -> None:
    out = io.BytesIO()
    LineSink(graphs=False).write(out)
    assert out.getvalue() == b""
