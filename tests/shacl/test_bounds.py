"""Queries of shapes that would never end, or fill the memory: stopped, with the shape and a way out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.shacl.written import graph_of, shapes_of

from hrdgraph.errors import OntologyError
from hrdgraph.rdf import ColumnGraph
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.store import worker_process
from hrdgraph.store.worker_process import WorkerLimits

CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?value"
TARGET = "ex:S a sh:NodeShape ; sh:targetNode ex:n0 ; "


def some(count: int) -> ColumnGraph:
    return graph_of(" ".join(f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(count)))


def test_a_query_with_too_many_solutions_is_stopped() -> None:
    shapes = shapes_of(TARGET + f"sh:sparql [ sh:select 'SELECT $this ?value {{ {CROSS} }}' ] .")
    with pytest.raises(OntologyError, match="it has more than 1,000 rows") as caught:
        ColumnSHACL(WorkerLimits(solutions=1000)).run(some(20), shapes)
    assert (caught.value.origin.node, caught.value.origin.line) == ("<http://ex.example/S>", 7)
    assert "share a variable" in caught.value.hint
    assert (
        len(ColumnSHACL(WorkerLimits(solutions=8000)).run(some(20), shapes)) > 0
    )  # as many as there are


SLOW = {
    "a constraint": TARGET + "sh:sparql [ sh:select 'SELECT $this (COUNT(*) AS ?n) {{ {} }} GROUP BY $this' ] .",
    "a target": "ex:S a sh:NodeShape ; sh:nodeKind sh:IRI ; sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this {{ {} . ?this ?i ?j }} ORDER BY ?c' ] .",
    "a rule": TARGET + "sh:rule [ a sh:SPARQLRule ; sh:construct 'CONSTRUCT {{ $this ?b ?n }} {{ SELECT $this ?b (COUNT(*) AS ?n) {{ {} }} GROUP BY $this ?b }}' ] .",
}  # fmt: skip


DATA = "@prefix ex: <http://ex.example/> .\n" + " ".join(
    f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(400)
)
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://ex.example/> .\n"
SORTED = (
    TARGET + f"sh:sparql [ sh:select 'SELECT $this ?value {{ {CROSS} }} ORDER BY ?c ?f ?value' ] ."
)


def validate(folder: Path, shapes: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own, which a limit that fails cannot outlive."""
    (folder / "data.ttl").write_text(DATA, "utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + shapes, "utf-8")
    run = "import sys; from hrdgraph.cli.app import run; sys.exit(run(sys.argv[1:]))"
    command = [
        sys.executable,
        "-c",
        run,
        "validate",
        "data.ttl",
        "--shapes",
        "shapes.ttl",
        *options,
    ]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.heavy
@pytest.mark.parametrize("name", SLOW)
def test_a_query_that_never_yields_is_stopped(name: str, tmp_path: Path) -> None:
    options = ["--timeout", "0.3", *(["--infer"] if name == "a rule" else [])]
    done = validate(tmp_path, SLOW[name].format(CROSS), *options)
    assert (done.returncode, "this takes more than 0.3 seconds" in done.stderr) == (
        1,
        True,
    ), done.stderr
    assert "shapes.ttl, line 3, <http://ex.example/S>" in done.stderr
    assert "--timeout" in done.stderr


@pytest.mark.heavy
@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says at once how much memory a process holds"
)
def test_a_query_that_fills_the_memory_is_stopped(tmp_path: Path) -> None:
    done = validate(tmp_path, SORTED, "--memory", "100M")
    assert (done.returncode, "needs more than 100 MB of memory" in done.stderr) == (1, True), (
        done.stderr
    )
    assert "hint: does each pattern" in done.stderr


PYTHON = """
import resource, sys
from pathlib import Path
from hrdgraph.errors import OntologyError
from hrdgraph.rdfio.ntriples import read_columns
from hrdgraph.shacl.shapes import read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.store.worker_process import WorkerLimits

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
graph, shapes = read_columns(Path("data.ttl")), read_shapes_at(Path("shapes.ttl"))
for _ in range(3):
    try:
        ColumnSHACL(WorkerLimits(0.5, 200 << 20)).run(graph, shapes)
    except OntologyError as error:
        print(error.fact)
own = resource.getrusage(resource.RUSAGE_SELF).ru_utime
print("still running:", Path(f"/proc/self/task/{__import__('os').getpid()}/children").read_text().split(), own > 3)
"""


@pytest.mark.heavy
@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux says which processes a process has started"
)
def test_nothing_of_a_query_that_was_given_up_goes_on(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    (tmp_path / "shapes.ttl").write_text(PREFIXES + SLOW["a constraint"].format(CROSS), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PYTHON],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = done.stdout.splitlines()
    assert (len(told), told[-1]) == (4, "still running: [] False"), done.stdout + done.stderr
    assert "more than 0.5 seconds" in told[0]


@pytest.mark.heavy
def test_a_query_is_read_without_being_worked_out(tmp_path: Path) -> None:
    doubled = "{{} UNION {}} " * 60  # 2^60 solutions, whatever the data
    done = validate(
        tmp_path,
        TARGET + f"sh:sparql [ sh:select 'SELECT $this {{ {doubled} }} ORDER BY $this' ] .",
        "--timeout",
        "0.3",
    )
    assert (done.returncode, "this takes more than 0.3 seconds" in done.stderr) == (
        1,
        True,
    ), done.stderr


@pytest.mark.heavy
@pytest.mark.parametrize(
    "deep",
    [
        "{" * 3000 + "}" * 3000,
        "FILTER(" + "!" * 30_000 + "true)",
        "FILTER(" + "(" * 30_000 + "1" + ")" * 30_000 + ")",
    ],
)
def test_a_query_that_is_nested_too_deep_is_refused(deep: str, tmp_path: Path) -> None:
    done = validate(
        tmp_path, TARGET + f"sh:sparql [ sh:select 'SELECT $this {{ $this ?p ?o {deep} }}' ] ."
    )
    assert (done.returncode, "use less nesting" in done.stderr) == (1, True), done.stderr


def test_a_process_is_started_only_for_a_query(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        worker_process, "ChildProcess", lambda _: pytest.fail("a process was started")
    )
    assert len(ColumnSHACL().run(some(3), shapes_of(TARGET + "sh:nodeKind sh:Literal ."))) == 1
