"""docs/how-to/validation.md, done as it says: the rule finds the row, is explained as shown, and lets the corrected table pass."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT

from hrdgraph.cli.app import run
from hrdgraph.pipeline import Result, build
from hrdgraph.project import create_project, open_project
from hrdgraph.shacl.rule_help import rule_help
from hrdgraph.shacl.shapes import read_shapes
from hrdgraph.shacl.validator import ColumnSHACL

PAGE = (ROOT / "docs" / "how-to" / "validation.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```$", PAGE, re.S | re.M))
PEOPLE = "data/sources/example/people.csv"
ADDED = ("data/sources/example/mapping.ttl",)  # at the end of what is there


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worked") / "my-project"
    create_project(folder, "My project")
    (folder / "local" / "shapes").mkdir(parents=True)
    for name in (PEOPLE, "local/terms.ttl", "local/shapes/active.ttl"):
        (folder / name).write_text(BLOCKS[name], encoding="utf-8", newline="")
    for name in ADDED:
        with (folder / name).open("a", encoding="utf-8", newline="") as file:
            file.write("\n" + BLOCKS[name])
    return folder


@pytest.fixture(scope="module")
def result(example: Path) -> Result:
    return build(open_project(example))


@pytest.mark.heavy
def test_the_rule_finds_the_row(result: Result) -> None:
    assert result.failed
    [found] = [finding for finding in result.findings if finding.severity.value == "violation"]
    told = f"{found.severity.value} 1 {found.rule} {found.message('en')} {found.origins[0]}\n"
    assert told == BLOCKS["told"]
    assert dict(found.rows[0].cells)["active_since"] == "20005"


def test_the_rule_is_explained_as_shown(example: Path) -> None:
    shapes = read_shapes(open_project(example))
    assert rule_help("active-since", shapes, ColumnSHACL()).text("en") + "\n" == BLOCKS["explained"]


@pytest.mark.heavy
def test_the_corrected_table_passes(
    result: Result, example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert result.findings
    people = (example / PEOPLE).read_text("utf-8")
    (example / PEOPLE).write_text(people.replace("20005", "2005"), encoding="utf-8", newline="")
    assert run(["build", str(example)]) == 0
    assert "since the last build: 0 new, 1 gone, 0 unchanged" in capsys.readouterr().out
    assert run(["export", "-p", str(example), "-f", "nt", "-o", str(example / "out.nt")]) == 0
    assert "activeSince" in (example / "out.nt").read_text("utf-8")


def test_the_command_line_explains_rules_and_checks(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", "-p", str(example), "--explain", "active-since", "--lang", "en"]) == 0
    assert capsys.readouterr().out == BLOCKS["explained"]
    assert (
        run(["validate", "-p", str(example), "--explain", "active-since", "--lang", "es", "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["purpose"] == [
        "Escriba el año con cuatro cifras, uno como máximo."
    ]
    assert (
        run(
            [
                "validate",
                "--shapes",
                str(example / "local/shapes/active.ttl"),
                "--explain",
                "active-since",
            ]
        )
        == 0
    )
    assert "active-since" in capsys.readouterr().out
    assert run(["validate", "-p", str(example), "--explain", "checks/agent-without-name"]) == 0
    assert "SELECT" in capsys.readouterr().out
    assert run(["validate", "-p", str(example), "--explain", "activ-since"]) == 1
    assert "did you mean" in capsys.readouterr().err


def test_the_rules_derive_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("data.ttl", "rules.ttl"):
        (tmp_path / name).write_text(BLOCKS[f"derive/{name}"], encoding="utf-8", newline="")
    monkeypatch.chdir(tmp_path)
    [command] = [line for line in PAGE.splitlines() if "--inferred derived.ttl" in line]
    assert run(command.split()[1:]) == 0
    told = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [
        line
        for line in told
        if line.split()[1:2] in (["http://ex.example/within"], ["http://ex.example/label"])
    ] == [" ".join(line.split()) for line in BLOCKS["derived"].splitlines()]
    assert (tmp_path / "derived.ttl").is_file()
