"""What `hrdgraph map` loads: the start of the program is most of the cost of a small mapping, so what a run needs not stays out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hrdgraph.library.calls import SMALL, limit_threads
from hrdgraph.processes import processors

MAPPING = """
@prefix rml: <http://w3id.org/rml/> .
<#m> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://e.org/p> ; rml:objectMap [ rml:reference "name" ] ] .
"""
READ = "import sys; from pathlib import Path; from hrdgraph.mapping.language.reader import read_mapping; read_mapping(Path(sys.argv[1])); print(*sys.modules)"
RUN = "import sys; from hrdgraph.cli.app import run; code = run(sys.argv[1:]); print(*sys.modules); raise SystemExit(code)"
OTHERS = ("lxml", "html.parser", "sqlite3", "duckdb", "pg8000", "pymysql", "python_calamine", "tarfile", "gzip", "tomllib", "yaml", "numpy",
          "rdflib", "pyshacl", "rich", "jsonpath_rfc9535", "xml.etree.ElementTree", "hrdgraph.project", "hrdgraph.sources.json.documents",
          "hrdgraph.sources.unpacking", "hrdgraph.exports", "hrdgraph.store")  # fmt: skip
MOST = 132  # modules of our own
DECAY = "dirty_decay_ms:500,muzzy_decay_ms:0"  # what is freed goes back to the system soon


def test_mapping_a_csv_file_loads_nothing_of_other_formats(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        RUN,
        "map",
        str(tmp_path / "m.ttl"),
        "-o",
        str(tmp_path / "out.nq"),
    ]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert (tmp_path / "out.nq").read_text() == '<http://e.org/1> <http://e.org/p> "a" .\n'
    assert [name for name in OTHERS if name in loaded] == []
    assert sum(name.split(".")[0] == "hrdgraph" for name in loaded) <= MOST


def test_a_mapping_is_read_without_the_column_library(tmp_path: Path) -> None:
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    command = [sys.executable, "-c", READ, str(tmp_path / "m.ttl")]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert "hrdgraph.mapping.model" in loaded
    assert [
        name
        for name in ("polars", "hrdgraph.mapping.planning.bind", "hrdgraph.mapping.tracing")
        if name in loaded
    ] == []


def test_the_program_ends_with_what_it_wrote_and_its_code(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    (tmp_path / "m.ttl").write_text(MAPPING, encoding="utf-8")
    main = "from hrdgraph.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", main, "map", str(tmp_path / "m.ttl")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, '<http://e.org/1> <http://e.org/p> "a" .\n')
    (tmp_path / "t.csv").write_text("id\n1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", main, "map", str(tmp_path / "m.ttl")], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "no column 'name'" in done.stderr


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment says nothing of threads and memory, and is again what it was afterwards."""
    for name in ("POLARS_MAX_THREADS", "_RJEM_MALLOC_CONF"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.parametrize(("sizes", "jobs", "set_before", "chosen", "told"), [
    ([10, 20], None, None, 1, "1"),  # small files: handing work over costs more than it saves
    ([SMALL], None, None, processors(), None if processors() > 1 else "1"),
    ([10], 3, None, 3, "3"),
    ([10], None, "7", 1, "7"),  # who sets it knows better
    ([], None, None, 1, "1"),
])  # fmt: skip
def test_the_column_engine_gets_as_many_threads_as_the_files_are_worth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    sizes: list[int], jobs: int | None, set_before: str | None, chosen: int | None, told: str | None,
) -> None:  # fmt: skip
    if set_before:
        monkeypatch.setenv("POLARS_MAX_THREADS", set_before)
    files = [tmp_path / f"{number}.csv" for number in range(len(sizes))]
    for file, size in zip(files, sizes, strict=True):
        with file.open("wb") as out:
            out.truncate(size)
    assert limit_threads(files, jobs) == chosen
    assert os.environ.get("POLARS_MAX_THREADS") == told
    assert os.environ.get("_RJEM_MALLOC_CONF") == f"narenas:{chosen},{DECAY}"


@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"),
    reason="this system does not keep processes to some processors",
)
def test_no_more_processors_than_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3})
    assert processors() == 1


def test_what_is_said_of_memory_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "narenas:9")
    limit_threads([tmp_path / "not there"])
    assert os.environ["_RJEM_MALLOC_CONF"] == "narenas:9"


def test_a_database_on_a_server_may_be_large(tmp_path: Path) -> None:
    assert limit_threads([tmp_path / "not there"]) == processors()
