"""Tables of facts of several kinds, with what source.toml can say of them, make exactly the quads of facts/expected.nq; cells that cannot
be read are told at its top."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
from tests.small_projects import create_small_project

from hrdgraph.errors import HrdgraphError
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.facts.document import read_source
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.project import open_project

FACTS = Path(__file__).with_name("facts")


def test_tables_of_facts_make_what_is_kept_of_them(tmp_path: Path) -> None:
    create_small_project(tmp_path / "p", "Registre", "fr")
    folder = shutil.copytree(FACTS, tmp_path / "p/data/sources/registre")
    (folder / "expected.nq").unlink()
    project, sink = open_project(tmp_path / "p"), GraphSink("")
    left_out: list[HrdgraphError] = []
    run(bind(read_source(project, project.source("registre"))), sink, reject=left_out.append)
    told = sorted(f"# {error.origin.row} {error.origin.column}: {error.fact}" for error in left_out)
    kept = set(sink.graph().lines().to_list())
    lines = [*told, *sorted(kept)]
    now = tmp_path / "expected.nq"
    now.write_text("\n".join(lines) + "\n", "utf-8")
    expected = (FACTS / now.name).read_text("utf-8").splitlines()
    assert lines == expected, f"if it is better, copy {now}"
    some = GraphSink("")  # without these rows, what the others make stays as it is
    rows = {
        (folder / name).resolve(): pl.Series([2, 3], dtype=pl.UInt32)
        for name in ("acts.csv", "prizes.csv")
    }
    run(
        bind(read_source(project, project.source("registre"))),
        some,
        reject=left_out.append,
        skip=rows,
    )
    gone = kept - (without := set(some.graph().lines().to_list()))
    assert without < kept
    acts = {line.split()[0] for line in gone if "/act/registre/" in line.split()[0]}
    assert {act.rpartition("/")[2] for act in acts} == {"1>", "2>"}
