"""`check`, `plan`, `map` and `explain --mapping` read a document in the same way, and reach as far as the caller lets them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from hrdgraph.cli.app import run

OUTSIDE = """
@prefix rml: <http://w3id.org/rml/> .
<#m> rml:logicalSource [ rml:source "../t.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "{id}" ] ;
  rml:predicateObjectMap [ rml:predicate <http://e.org/p> ; rml:objectMap [ rml:reference "name" ] ] .
"""
R2RML = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
<#m> rr:logicalTable [ rr:tableName "people" ] ; rr:subjectMap [ rr:template "http://e.org/{id}" ] ;
  rr:predicateObjectMap [ rr:predicate <http://e.org/p> ; rr:objectMap [ rr:column "name" ] ] .
"""
COMMANDS = (["mappings", "check"], ["mappings", "plan"], ["map"], ["explain", "--mapping"])


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A mapping of a table that lies above it."""
    (tmp_path / "own").mkdir()
    (tmp_path / "t.csv").write_text(
        'id,name\n1,Ada\n2,Bé "x"\n'.replace('Bé "x"', '"Bé ""x"""'), encoding="utf-8"
    )
    (tmp_path / "own" / "m.ttl").write_text(OUTSIDE, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "own")
    return "m.ttl"


def asking(command: list[str], mapping: str, subject: str) -> list[str]:
    return [*command, mapping, *([subject] if command[0] == "explain" else [])]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_table_outside_is_read_only_if_the_caller_says_so(
    command: list[str], outside: str, capfd: pytest.CaptureFixture[str]
) -> None:
    words = asking(command, outside, "http://base.org/1")
    assert run(words) == 1
    assert "--outside" in capfd.readouterr().err
    assert run([*words, "--outside", "--base", "http://base.org/"]) == 0


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_the_database_that_r2rml_leaves_open_is_named(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "m.ttl").write_text(R2RML, encoding="utf-8")
    with sqlite3.connect(tmp_path / "people.db") as database:
        database.execute("CREATE TABLE people (id INTEGER, name TEXT)")
        database.execute("INSERT INTO people VALUES (1, 'Ada')")
    database.close()
    monkeypatch.chdir(tmp_path)
    words = asking(command, "m.ttl", "http://e.org/1")
    assert run([*words, "--database", "sqlite:people.db"]) == 0
    capfd.readouterr()
    assert run(words) == 1  # without it, tables are CSV files
    assert "people" in capfd.readouterr().err


def test_each_statement_of_a_file_is_explained(
    outside: str, capfd: pytest.CaptureFixture[str]
) -> None:
    reading = ["--outside", "--base", "http://base.org/"]
    assert run(["map", outside, *reading, "--format", "nt", "--output", "out.nt"]) == 0
    lines = Path("out.nt").read_text("utf-8") + '<http://base.org/3> <http://e.org/p> "no" .\n'
    Path("asked.nq").write_text(lines, encoding="utf-8")
    assert (
        run(["explain", "--mapping", outside, *reading, "--statements", "asked.nq", "--json"]) == 0
    )
    first, second, third = json.loads(capfd.readouterr().out)
    assert first["statement"] == ["<http://base.org/1>", "<http://e.org/p>", '"Ada"']
    assert [row["row"] for trace in first["traces"] for row in trace["rows"]] == [2]
    assert second["traces"][0]["cells"][0]["value"] == 'Bé "x"'
    assert third["untraceable"]
    assert run(["explain", "--mapping", outside, *reading, "--statements", "asked.nq"]) == 0
    said = capfd.readouterr().out
    assert said.startswith('<http://base.org/1> <http://e.org/p> "Ada" .\n')
    assert said.count("row 2") == 1
    assert third["untraceable"] in said
    assert (
        run(["explain", "--mapping", outside, *reading, "--statements", "asked.nq", "--lang", "es"])
        == 0
    )
    said = capfd.readouterr().out
    assert said.count("fila 2") == 1
    assert "ninguna regla de este mapeo lo produce" in said


@pytest.mark.parametrize("words", [
    ["explain", "--statements", "asked.nq"],
    ["explain", "x", "--outside"],
    ["explain", "--mapping", "m.ttl"],
    ["explain", "--mapping", "m.ttl", "x", "--statements", "asked.nq"],
])  # fmt: skip
@pytest.mark.usefixtures("outside")
def test_what_does_not_go_together_is_said(
    words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    Path("asked.nq").touch()
    assert run(words) == 2
    assert "--mapping" in capfd.readouterr().err


def test_a_file_that_holds_no_statements_is_an_error_with_its_line(
    outside: str, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("asked.nq").write_text("<http://e.org/s> no statement\n", encoding="utf-8")
    assert run(["explain", "--mapping", outside, "--outside", "--statements", "asked.nq"]) == 1
    assert "asked.nq, line 1" in capfd.readouterr().err


def test_blank_nodes_of_a_file_keep_their_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,name\n7,Ada\n", encoding="utf-8")
    blank = OUTSIDE.replace("../", "").replace(
        'rml:template "{id}"', 'rml:template "{id}" ; rml:termType rml:BlankNode'
    )
    Path("m.ttl").write_text(blank, encoding="utf-8")
    assert run(["map", "m.ttl", "--output", "out.nq"]) == 0
    assert run(["explain", "--mapping", "m.ttl", "--statements", "out.nq", "--json"]) == 0
    assert [row["row"] for row in json.loads(capfd.readouterr().out)[0]["traces"][0]["rows"]] == [2]


@pytest.mark.parametrize(
    "command", [["mappings", "check"], ["mappings", "plan"]], ids=lambda command: command[0]
)
def test_a_file_that_is_missing_hides_nothing_else(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,name\n", encoding="utf-8")
    one = OUTSIDE.replace("../", "")
    other = (
        one.replace("@prefix rml: <http://w3id.org/rml/> .\n", "")
        .replace("<#m>", "<#other>")
        .replace("t.csv", "nofile.csv")
    )
    Path("m.ttl").write_text(one.replace('"name"', '"nmae"') + other, encoding="utf-8")
    assert run([*command, "m.ttl", "--json"]) == 1
    errors = json.loads(capfd.readouterr().out)["error"]["errors"]
    assert [(error["file"], error["node"]) for error in errors] == [
        ("m.ttl", "<#other>/logicalSource"),
        ("m.ttl", "<#m>/predicateObjectMap/objectMap"),
    ]
    assert "nofile.csv: cannot be read" in errors[0]["fact"]
    assert errors[1]["hint"] == "did you mean 'name'?"


def test_statements_about_statements_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    said = '<#n> rml:logicalSource [ rml:source "t.csv" ; rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:quotedTriplesMap <#m> ] ;'
    more = f'{said} rml:predicateObjectMap [ rml:predicate <http://e.org/by> ; rml:objectMap [ rml:reference "id" ] ] .'
    Path("m.ttl").write_text(OUTSIDE.replace("../", "") + more, encoding="utf-8")
    assert run(["map", "m.ttl", "--output", "out.nq"]) == 0
    assert run(["explain", "--mapping", "m.ttl", "--statements", "out.nq", "--json"]) == 0
    explained = json.loads(capfd.readouterr().out)
    assert any(item["statement"][2].startswith("<<( ") for item in explained)
    assert all(
        [row["row"] for trace in item["traces"] for row in trace["rows"]] == [2]
        for item in explained
    )
    one = next(item["statement"] for item in explained if item["statement"][2].startswith("<<( "))
    assert run(["explain", "--mapping", "m.ttl", *one]) == 0
    assert "row 2" in capfd.readouterr().out
