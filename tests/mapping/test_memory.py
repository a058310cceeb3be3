"""What a run holds of its files: no columns of a parent that the join does not need, and no copies of rows that nobody compares."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from hrdgraph.mapping.execution.uniqueness import once

pytestmark = pytest.mark.heavy

PREFIXES = "@prefix rml: <http://w3id.org/rml/> .\n@prefix e: <http://e.org/> .\n"
SOURCE = 'rml:logicalSource [ rml:source [ rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ]'
OBJECTS = "".join(
    f'; rml:predicateObjectMap [ rml:predicate e:{name} ; rml:objectMap [ rml:reference "{name}" ] ]'
    for name in ("name", "long")
)
THINGS = f'{PREFIXES}<#C> {SOURCE} ; rml:subjectMap [ rml:template "http://e.org/c/{{id}}" ] {OBJECTS} .\n'
JOINED = f"""{THINGS}<#D> {SOURCE} ; rml:subjectMap [ rml:template "http://e.org/d/{{name}}" ] ; rml:predicateObjectMap [ rml:predicate e:of ;
  rml:objectMap [ rml:parentTriplesMap <#C> ; rml:joinCondition [ rml:child "id" ; rml:parent "id" ] ] ] ."""
LISTS = f"""{PREFIXES}<#L> {SOURCE} ; rml:subjectMap [ rml:template "http://e.org/l/{{name}}" ] ; rml:predicateObjectMap [ rml:predicate e:both ;
  rml:objectMap [ rml:gather ( [ rml:reference "name" ] [ rml:reference "long" ] ) ; rml:gatherAs <http://www.w3.org/1999/02/22-rdf-syntax-ns#List> ] ] ."""
RUN = """
import sys
from hrdgraph.cli.app import run
code = run(["map", "m.ttl", "-o", "out.nq", "--jobs", "2", "--memory", sys.argv[1]])
print(code, int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) >> 10)
"""


def outlines(row: int) -> str:
    return f"{row},name {row},{row:06} " + "4.123456 " * 7000


def people(row: int) -> str:
    return (
        f"{row if row % 10 else row // 2},name {row},a note that is somewhat longer about row {row}"
    )


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took"
)
@pytest.mark.parametrize(
    ("mapping", "line", "rows", "memory", "statements", "most"),
    [
        (JOINED, outlines, 5000, "64M", 15_000, 340),  # it was 600
        (JOINED, people, 500_000, "64M", 1_500_000, 390),  # 450
        (THINGS, people, 500_000, "256M", 1_000_000, 320),  # it was 390
        (LISTS, people, 500_000, "256M", 2_500_000, 510),  # 590
    ],
    ids=["a parent of long cells", "a parent of many rows", "some ids repeat", "lists"],
)
def test_a_run_holds_what_it_needs(
    mapping: str,
    line: Callable[[int], str],
    rows: int,
    memory: str,
    statements: int,
    most: int,
    tmp_path: Path,
) -> None:
    (tmp_path / "t.csv").write_text(
        "id,name,long\n" + "".join(f"{line(row)}\n" for row in range(rows)), "utf-8"
    )
    (tmp_path / "m.ttl").write_text(mapping, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, memory],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    code, peak = map(int, done.stdout.split())
    with (tmp_path / "out.nq").open(encoding="utf-8") as lines:
        assert (code, sum(1 for _ in lines)) == (0, statements)
    assert peak < most


def test_rows_are_there_once() -> None:
    rows = pl.DataFrame(
        {
            "a": ["x", None, "x", None, "y"],
            "^b$": [["1"], None, ["1"], None, ["1"]],
            "c": [1, 2, 3, 4, 5],
        }
    )
    assert once(rows, ["a", "^b$"])["c"].to_list() == [1, 2, 5]
    assert once(rows, ["c"]) is rows


def test_rows_that_only_share_a_hash_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pl.DataFrame, "hash_rows", lambda frame: pl.repeat(7, frame.height, eager=True)
    )
    assert once(pl.DataFrame({"a": ["x", "y", "x"]}), ["a"])["a"].to_list() == ["x", "y"]
