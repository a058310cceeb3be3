"""The public kernel: pure, the same in another process, null and empty apart."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hrdgraph_cluster.term_kernel import ROW, TermKernel, term_kernels

from hrdgraph.errors import MappingError
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

MAPPING = """
prefixes: {ex: "http://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#"}
mappings:
  award:
    sources: [awards.csv~csv]
    s: "ex:$(key)"
    po: [[a, ex:Award], [ex:name, $(name)], [ex:year, $(year), xsd:gYear]]
"""
LOAD = "import pickle, sys; kernel, batch = pickle.load(sys.stdin.buffer); sys.stdout.buffer.write(pickle.dumps(kernel(batch)['line'].to_list()))"


@pytest.fixture
def kernel(tmp_path: Path) -> TermKernel:
    (tmp_path / "awards.csv").write_text("key,name,year\n1,Lamp,2001\n2,,2002\n")
    (tmp_path / "mapping.yml").write_text(MAPPING)
    (made,) = term_kernels(bind(read_mapping(tmp_path / "mapping.yml")))
    return made


def batch_of(kernel: TermKernel, rows: list[tuple[str | None, ...]]) -> pa.RecordBatch:
    """By their places: an engine gives columns names of its own."""
    assert kernel.columns == ("key", "name", "year", ROW)
    cells = {f"c{i}": pa.array([row[i] for row in rows], pa.string()) for i in range(3)}
    return pa.RecordBatch.from_pydict(
        cells | {"row": pa.array(range(2, len(rows) + 2), pa.int64())}
    )


def test_null_makes_no_term_and_an_empty_text_does(kernel: TermKernel) -> None:
    lines = kernel(batch_of(kernel, [("1", None, None), ("2", "", "2001")]))["line"].to_list()
    assert [line for line in lines if "/name>" in line] == [
        '<http://example.org/2> <http://example.org/name> "" .'
    ]
    assert len(lines) == 4
    assert kernel(batch_of(kernel, [])).equals(pl.DataFrame(schema={"line": pl.String}))


def test_it_makes_what_the_local_engine_makes(kernel: TermKernel) -> None:
    from hrdgraph.mapping.plan import Plan

    out = io.BytesIO()
    plan = Plan(kernel.rules)
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink)
    sink.finish()
    made = kernel(batch_of(kernel, [("1", "Lamp", "2001"), ("2", "", "2002")]))["line"]
    assert sorted(made) == sorted(out.getvalue().decode().splitlines())


def test_it_is_the_same_in_another_process(kernel: TermKernel) -> None:
    batch = batch_of(kernel, [("1", 'q"', "2001"), ("é", "x", None)])
    here = kernel(batch)["line"].to_list()  # caches hashes of texts, which differ there
    data = pickle.dumps((kernel, batch))
    assert len(data) < 10_000
    made = subprocess.run(
        [sys.executable, "-c", LOAD], input=data, capture_output=True, check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert pickle.loads(made.stdout) == here


def test_an_error_names_the_cell_and_skipping_leaves_the_row_out(kernel: TermKernel) -> None:
    batch = batch_of(kernel, [("1", "a", "2001"), ("2", "b", "soon"), ("3", "c", "late")])
    with pytest.raises(MappingError) as caught:
        kernel(batch)
    assert (caught.value.origin.row, caught.value.origin.column) == (3, "year")
    lines, rejected = kernel.skipping(batch)
    assert [error.origin.row for error in rejected] == [3, 4]
    assert lines.height == 3
