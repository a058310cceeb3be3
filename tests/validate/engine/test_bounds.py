"""Queries of shapes that would never end, or fill the memory: stopped, with the shape and a way out."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.validate.engine.written import graph_of, shapes_of

from hrdgraph.errors import OntologyError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.validate import ColumnSHACL, Limits

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?value"
TARGET = "ex:S a sh:NodeShape ; sh:targetNode ex:n0 ; "


def some(count: int) -> ColumnGraph:
    return graph_of(" ".join(f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(count)))


def test_a_query_with_too_many_solutions_is_stopped() -> None:
    shapes = shapes_of(TARGET + f"sh:sparql [ sh:select 'SELECT $this ?value {{ {CROSS} }}' ] .")
    with pytest.raises(OntologyError, match="its query has more than 1,000 solutions") as caught:
        ColumnSHACL(Limits(solutions=1000)).run(some(20), shapes)
    assert (caught.value.origin.node, caught.value.origin.line) == ("<http://ex.example/S>", 7)
    assert "share a variable" in caught.value.hint
    assert len(ColumnSHACL(Limits(solutions=8000)).run(some(20), shapes)) > 0  # as many as there are


SLOW = {
    "a constraint": TARGET + "sh:sparql [ sh:select 'SELECT $this (COUNT(*) AS ?n) {{ {} }} GROUP BY $this' ] .",
    "a target": "ex:S a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {{ {} . ?this ?i ?j }} ORDER BY ?c' ] .",
    "a rule": TARGET + "sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT {{ $this ?b ?n }} {{ SELECT $this ?b (COUNT(*) AS ?n) {{ {} }} GROUP BY $this ?b }}' ] .",
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_a_query_that_never_yields_is_stopped(name: str) -> None:
    engine, data, shapes = ColumnSHACL(Limits(seconds=0.2)), some(150), shapes_of(SLOW[name].format(CROSS))
    start = time.monotonic()
    with pytest.raises(OntologyError, match=r"its query takes longer than 0.2 seconds") as caught:
        engine.infer(data, shapes) if name == "a rule" else engine.run(data, shapes)
    assert time.monotonic() - start < 5
    assert caught.value.origin.node == "<http://ex.example/S>"
    assert "--timeout" in caught.value.hint


DATA = "@prefix ex: <http://ex.example/> .\n"
SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n" + DATA + TARGET
SORTED = f"sh:sparql [ sh:select 'SELECT $this ?value {{ {CROSS} }} ORDER BY ?c ?f ?value' ] ."


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says at once how much memory a process holds")
@pytest.mark.parametrize(("options", "told"), [(["--memory", "100M"], "takes more than 100 MB of memory"),
                                               (["--timeout", "0.5"], "takes longer than 0.5 seconds")])  # fmt: skip
def test_the_command_ends_with_an_error_while_its_query_goes_on(options: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA + " ".join(f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(400)), "utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES + SORTED, "utf-8")
    run = "import sys; from hrdgraph.cli.app import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", run, "validate", "--data", "data.ttl", "--shapes", "shapes.ttl", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert "shapes.ttl, line 3, <http://ex.example/S>" in done.stderr
    assert "hint: does each pattern" in done.stderr
