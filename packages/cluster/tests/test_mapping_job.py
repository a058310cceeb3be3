"""A mapping on an engine: equal to the local run, in lines, errors and rows left out; whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hrdgraph_cluster.mapping_job import JobOptions, map_on
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import LIMITS, lines_in
from tests.parts import examples

from hrdgraph.errors import HrdgraphError, MappingError, OutputError
from hrdgraph.mapping.execution.execute import run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.plan import Plan
from hrdgraph.mapping.planning.bind import bind

MAPPING = """
prefixes: {ex: "http://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#"}
mappings:
  award:
    sources: [awards.csv~csv]
    s: "ex:award/$(key)"
    po:
      - [a, ex:Award]
      - [ex:name, $(name)]
      - [ex:label, "$(name) ($(key))"]
      - [ex:same, $(place), en~lang]
      - [ex:year, $(year), xsd:gYear]
      - p: ex:of
        o:
          mapping: prize
          condition: {function: equal, parameters: [[str1, $(prize)], [str2, $(id)]]}
  place:
    sources: [awards.csv~csv]
    s: "ex:place/$(place)"
    po: [[a, ex:Place], [ex:name, $(place)]]
  prize:
    sources: [prizes.csv~csv]
    s: "ex:prize/$(id)"
    po: [[ex:name, $(name)], [ex:of, $(id)]]
"""
HEADERS = {"awards.csv": ("key", "name", "place", "year", "prize"), "prizes.csv": ("id", "name")}
ODD = [
    "",
    "a",
    "A",
    "ß",
    "ss",
    " a",
    'q"q',
    "l\ni",
    "b\\n",
    "é",
    "e\u0301",
    "%41",
    "NULL",
    "{x}",
    "0",
    "00",
    "𝒳",
    "a,b",
    "'",
]


def plan_at(folder: Path, text: str, tables: dict[str, list[tuple[str, ...]]]) -> Plan:
    """A mapping and its tables in a folder, as a plan."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADERS[name], *rows])
    (folder / "mapping.yml").write_text(text)
    return bind(read_mapping(folder / "mapping.yml"))


def local_lines(plan: Plan, reject: Any = None) -> list[str]:
    out = io.BytesIO()
    sink = LineSink(plan, out, graphs=True)
    run(plan, sink, reject=reject)
    sink.finish()
    return sorted(out.getvalue().decode().split("\n")[:-1])


AWARDS = [
    ("1", "Lamp", "Rue", "2001", "p"),
    ("2", "", "Rue", "2002", "q"),
    ("2", "", "Rue", "2002", "q"),
    ("3", 'A "b" \\ c', "", "2003", "nobody"),
    ("4", "two\nlines", "Rue", "2004", ""),
]
PRIZES = [("p", "P"), ("q", "Q"), ("q", "Q again"), ("", "none")]
TABLES = {"awards.csv": AWARDS, "prizes.csv": PRIZES}


def test_the_lines_are_those_of_the_local_run(tmp_path: Path, mapped: Callable[..., Any]) -> None:
    plan = plan_at(tmp_path / "p", MAPPING, TABLES)
    local = local_lines(plan)
    assert mapped(plan) == local
    assert sorted(set(mapped(plan, distinct="source"))) == local
    once, twice = mapped(plan, distinct="source"), mapped(plan, distinct="none")
    assert len(local) < len(once) <= len(twice)
    assert set(twice) == set(local)


cell = st.sampled_from(ODD) | st.text(max_size=4).filter(
    lambda text: "\0" not in text and "\r" not in text
)
few = st.sampled_from(["1", "2", "x", "a b", "é", ""])
year = st.sampled_from(["2001", "1999", "2002", "-0001"])


@settings(
    max_examples=examples(40), phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(
    awards=st.lists(st.tuples(few, cell, cell, year, few), max_size=12),
    prizes=st.lists(st.tuples(few, cell), max_size=6),
    repeat=st.sampled_from([1, 3]),
)
def test_generated_tables_give_equal_lines(
    tmp_path: Path, mapped: Callable[..., Any], awards: Any, prizes: Any, repeat: int
) -> None:
    tables = {"awards.csv": awards * repeat, "prizes.csv": prizes}
    plan = plan_at(tmp_path / "p", MAPPING, tables)
    try:
        local = local_lines(plan)
    except HrdgraphError as error:
        with pytest.raises(type(error)):
            mapped(plan)
    else:
        assert mapped(plan) == local


def test_an_error_names_file_row_and_column(tmp_path: Path, mapped: Callable[..., Any]) -> None:
    rows = [*AWARDS, ("9", "N", "R", "soon", "p"), ("8", "N", "R", "later", "p")]
    plan = plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    with pytest.raises(MappingError) as local:
        local_lines(plan)
    with pytest.raises(MappingError) as caught:
        mapped(plan)
    assert str(caught.value) == str(local.value)
    assert (caught.value.origin.row, caught.value.origin.column) == (7, "year")
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_rows_left_out_are_those_of_the_local_run(
    tmp_path: Path, mapped: Callable[..., Any]
) -> None:
    rows = [
        *AWARDS,
        ("9", "N", "R", "soon", "p"),
        ("8", "N", "R", "2001", "p"),
        ("7", "", "", "x", ""),
    ]
    plan = plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    with (tmp_path / "p/awards.csv").open("a") as file:
        file.write("torn,row\n")
    local, here = list[HrdgraphError](), list[HrdgraphError]()
    assert mapped(plan, reject=here.append) == local_lines(plan, local.append)
    assert sorted(map(str, here)) == sorted(map(str, local))
    assert len(here) == 3


def test_null_is_no_value_and_an_empty_string_is_one(
    tmp_path: Path, mapped: Callable[..., Any]
) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps(
            [
                {"k": 1, "v": None},
                {"k": 2, "v": ""},
                {"k": 3},
                {"k": 4, "v": ["", None, 5, True, 1.5]},
            ]
        )
    )
    (tmp_path / "mapping.yml").write_text(
        """
prefixes: {ex: "http://example.org/"}
mappings:
  a: {sources: [["a.json~jsonpath", "$[*]"]], s: "ex:$(k)", po: [[ex:v, $(v)], [ex:w, "$(v[*])"]]}
""".replace("$(v[*])", "$(v.*)")
    )
    plan = bind(read_mapping(tmp_path / "mapping.yml"))
    local = list[HrdgraphError]()
    lines = mapped(plan, reject=lambda _: None)
    assert lines == local_lines(plan, local.append)
    assert any('<http://example.org/2> <http://example.org/v> "" .' in line for line in lines)
    assert not any("example.org/1> <http://example.org/v>" in line for line in lines)


def test_what_no_engine_runs_is_refused_by_name(tmp_path: Path, mapped: Callable[..., Any]) -> None:
    text = (
        MAPPING.replace("  prize:\n", '  prize:\n    targets: [["out.nq~void", nquads]]\n')
        .replace(
            '    s: "ex:prize/$(id)"',
            '    s: {value: "ex:prize/$(id)", targets: [["out.nq~void", nquads]]}',
        )
        .replace('    targets: [["out.nq~void", nquads]]\n', "", 1)
    )
    plan = plan_at(tmp_path / "p", text, TABLES)
    with pytest.raises(HrdgraphError) as caught:
        mapped(plan)
    assert "the engine does not know rml:logicalTarget" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_equal_sources_give_equal_bytes_and_the_manifest_their_digests(
    tmp_path: Path, sail: Any
) -> None:
    plan = plan_at(tmp_path / "p", MAPPING, TABLES)
    one, two = tmp_path / "one", tmp_path / "two"
    options = JobOptions("sail", LIMITS)
    assert (
        map_on(plan, one, options, sail) == map_on(plan, two, options, sail) == len(lines_in(one))
    )
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {
        p.name: p.read_bytes() for p in two.iterdir()
    }
    for part in json.loads((one / "manifest.json").read_text())["parts"]:
        data = (one / part["name"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (part["bytes"], part["sha256"])
    with pytest.raises(OutputError):
        map_on(plan, one, options, sail)


def test_a_url_gets_its_manifest_last_and_is_cleared_where_the_run_fails(
    tmp_path: Path, sail: Any
) -> None:
    options = JobOptions("sail", LIMITS)
    plan = plan_at(tmp_path / "p", MAPPING, TABLES)
    map_on(plan, f"file://{tmp_path}/good", options, sail)
    assert lines_in(tmp_path / "good") == local_lines(plan)
    bad = plan_at(tmp_path / "p", MAPPING, TABLES | {"awards.csv": [("9", "N", "R", "soon", "p")]})
    with pytest.raises(MappingError):
        map_on(bad, f"file://{tmp_path}/bad", options, sail)
    assert not (tmp_path / "bad").exists()
    with pytest.raises(OutputError) as caught:
        map_on(plan, "nowhere://bucket/folder", options, sail)
    assert caught.value.code == "not-known-here"


@pytest.mark.heavy  # it starts an engine of its own, and kills it
def test_an_engine_that_dies_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    pytest.importorskip("pysail")
    import os
    import signal
    import threading
    import time

    from hrdgraph_cluster import session

    rows = [(str(n), "name " * 20, f"r{n}", "2001", "p") for n in range(400_000)]
    plan = plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    server: list[int] = []
    started = session.subprocess.Popen

    class Watched(started):  # type: ignore[valid-type, misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            server.append(self.pid)

    def kill() -> None:
        while not list(tmp_path.glob(".out.*/attempt-*")):
            time.sleep(0.02)
        os.kill(server[0], signal.SIGKILL)

    session.subprocess.Popen = Watched  # type: ignore[misc]
    try:
        threading.Thread(target=kill, daemon=True).start()
        with pytest.raises(MappingError) as caught:
            map_on(plan, tmp_path / "out", JobOptions("sail", LIMITS))
    finally:
        session.subprocess.Popen = started  # type: ignore[misc]
    assert caught.value.code == "engine-failed"
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


@pytest.mark.heavy  # each starts an engine of its own
def test_the_command_and_the_library_run_on_an_engine(tmp_path: Path) -> None:
    pytest.importorskip("pysail")
    from click.testing import CliRunner

    import hrdgraph
    from hrdgraph.cli.app import app

    rows = [*AWARDS, ("9", "N", "R", "soon", "p")]
    plan_at(tmp_path / "p", MAPPING, {"awards.csv": rows, "prizes.csv": PRIZES})
    mapping, folder = tmp_path / "p/mapping.yml", tmp_path / "out"
    left_out = tmp_path / "left.csv"
    told = ["--on-error", "skip", "--rejected", str(left_out)]
    done = CliRunner().invoke(app, ["map", str(mapping), "--on", "sail", "-o", str(folder), *told])
    assert done.exit_code == 0, done.output
    assert "row 7" in done.stderr
    assert left_out.read_text().splitlines()[1].split(",")[2:4] == ["7", "year"]
    local = hrdgraph.map(mapping, on_error="skip")
    made = hrdgraph.map(mapping, on="sail", output=tmp_path / "again", on_error="skip")
    assert sorted(made.serialize("nt").splitlines()) == sorted(local.serialize("nt").splitlines())
    assert lines_in(folder) == lines_in(tmp_path / "again")
    assert [e.fact for e in made.left_out] == [e.fact for e in local.left_out]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"on": "sail"}, "goes-with"),
        ({"on": "sail", "output": "out", "format": "ttl"}, "not-together"),
        ({"on": "sail", "output": "out", "distinct": "some"}, "not-known-here"),
        ({"on": "hadoop", "output": "out"}, "not-known-here"),
        ({"on": "sc://", "output": "out"}, "not-known-here"),
    ],
)
def test_what_is_asked_for_wrongly_is_told(tmp_path: Path, options: Any, code: str) -> None:
    import hrdgraph

    plan_at(tmp_path / "p", MAPPING, TABLES)
    if "output" in options:
        options = options | {"output": tmp_path / "out"}
    with pytest.raises(HrdgraphError) as caught:
        hrdgraph.map(tmp_path / "p/mapping.yml", **options)
    assert caught.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from hrdgraph_cluster import session

    monkeypatch.setattr(session, "find_spec", lambda _: None)
    with pytest.raises(MappingError) as caught:
        session.check_engine("sail")
    assert "hrdgraph-cluster[sail]" in caught.value.hint


def test_a_process_can_be_started_beside_an_engine() -> None:
    """The main module keeps no name of a file that is not there: `spawn` would run it."""
    pytest.importorskip("pyspark", reason="needs the extra spark: pip install 'hrdgraph-cluster'")
    script = """
import sys
from hrdgraph_cluster import session
from hrdgraph_cluster.session import EngineLimits, session_on
session._TRIES = 0
try:
    with session_on("sc://127.0.0.1:1", EngineLimits(1 << 20, 1)):
        pass
except Exception as error:
    print(type(error).__name__, "pyspark.sql.connect" in sys.modules)
print(hasattr(sys.modules["__main__"], "__file__"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["MappingError", "True", "False"], done.stderr
