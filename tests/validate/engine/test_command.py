"""`hrdgraph validate` on any RDF file, outside a project; and what comes of an outcome."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hrdgraph.cli.app import run
from hrdgraph.rdf import BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdfio import format_named, parse, read_quads
from hrdgraph.validate import ColumnSHACL, Severity, Shapes, read_shapes_at
from hrdgraph.vocab import RDF, SH, XSD

HERE = Path(__file__).parents[1]
ID = "https://w3id.org/hrdgraph/id/"
SHAPE = "https://w3id.org/hrdgraph/shapes#"


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no project, with data and shapes."""
    for path in (HERE / "data.ttl", HERE / "ontology" / "shapes" / "claims.ttl"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "data.ttl").open("a", encoding="utf-8") as file:
        file.write("\n:bad a hrd:Claim .\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMAND = ["validate", "--data", "data.ttl", "--shapes", "claims.ttl"]


@pytest.mark.usefixtures("alone")
def test_it_works_outside_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMAND) == 3
    told = capsys.readouterr().out
    assert "shape:claim-evidence" in told
    assert "14 statements, 9 findings" in told


def test_a_folder_of_shapes_will_do(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (alone / "shapes.d").mkdir()
    (alone / "claims.ttl").rename(alone / "shapes.d" / "claims.ttl")
    assert run(["validate", "--data", "data.ttl", "--shapes", "shapes.d"]) == 3
    assert run(["validate", "--data", "data.ttl", "--shapes", str(alone)]) == 0  # data.ttl holds no shape
    (alone / "nothing").mkdir()
    assert run(["validate", "--data", "data.ttl", "--shapes", "nothing"]) == 1
    assert "no shapes in this folder" in capsys.readouterr().err


@pytest.mark.usefixtures("alone")
def test_nothing_wrong_is_zero_and_no_shapes_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--shape", "shape:outcome"]) == 0  # warnings only
    assert run([*COMMAND, "--focus", ID + "good", "--severity", "violation"]) == 0
    assert run(["validate", "--data", "data.ttl", "--shapes", "missing.ttl"]) == 1
    assert "missing.ttl: cannot be read" in capsys.readouterr().err


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("name", "syntax"), [("turtle", "ttl"), ("jsonld", "jsonld")])
def test_a_report_is_standard(name: str, syntax: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run([*COMMAND, "--format", name]) == 3
    quads = parse(capsysbinary.readouterr().out, format_named(syntax))
    (report,) = (quad.subject for quad in quads if quad.object == SH.ValidationReport)
    assert Quad(report, SH.conforms, Literal("false", XSD.boolean.value)) in quads
    results = [quad.object for quad in quads if quad.predicate == SH.result]
    for required in (RDF.type, SH.focusNode, SH.resultSeverity, SH.sourceShape, SH.sourceConstraintComponent):
        assert [quad.subject for quad in quads if quad.predicate == required and quad.subject in results] != []
    (sequence,) = (quad.object for quad in quads if quad.predicate == SH.resultPath and isinstance(quad.object, BlankNode))
    assert {quad.predicate for quad in quads if quad.subject == sequence} == {RDF.first, RDF.rest}


@pytest.mark.usefixtures("alone")
def test_a_report_in_parts_is_one_report(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    run([*COMMAND, "--format", "turtle"])
    whole = capsysbinary.readouterr().out
    monkeypatch.setattr("hrdgraph.cli.validate.BLOCK", 7)
    assert run([*COMMAND, "--format", "turtle"]) == 3
    parts = capsysbinary.readouterr().out
    assert parts.count(b"@prefix sh:") > whole.count(b"@prefix sh:") == 1
    one, many = (ColumnGraph.from_quads(parse(text, format_named("ttl"))) for text in (whole, parts))
    assert one == many


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("options", [["--shape", "shape:outcome"], ["--focus", ID + "nobody"]])
def test_a_report_without_violations_is_zero(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--format", "turtle", *options]) == 0
    assert "ValidationReport" in capsys.readouterr().out


@pytest.mark.usefixtures("alone")
def test_severity_shape_and_focus_choose(capsys: pytest.CaptureFixture[str]) -> None:
    def counts(*options: str) -> dict[str, int]:
        run([*COMMAND, "--json", *options])
        found: dict[str, int] = json.loads(capsys.readouterr().out)["counts"]
        return {name: number for name, number in found.items() if number}

    assert counts() == {"violation": 6, "warning": 2, "info": 1}
    assert counts("--severity", "warning") == {"violation": 6, "warning": 2}
    assert counts("--shape", "shape:share") == {"violation": 3}
    assert counts("--shape", SHAPE + "share", "--focus", ID + "bad") == {"violation": 3}
    assert counts("--focus", "_:data0") == {"violation": 1}
    assert counts("--focus", ID + "nobody") == {}


@pytest.mark.usefixtures("alone")
def test_junit_is_well_formed_and_counts_rules(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run([*COMMAND, "--format", "junit"]) == 3
    suite = ElementTree.fromstring(capsysbinary.readouterr().out)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(suite)), "3")
    assert [case.get("name") for case in suite if case.find("failure") is not None] == [
        "shape:Conferral",
        "shape:claim-evidence",
        "shape:share",
    ]


def outcome_shapes() -> tuple[ColumnGraph, Shapes]:
    return ColumnGraph.from_quads(read_quads(HERE / "data.ttl")), read_shapes_at(HERE / "ontology" / "shapes" / "claims.ttl")


def test_an_outcome_is_counted_chosen_and_told() -> None:
    outcome = ColumnSHACL().run(*outcome_shapes())
    assert (len(outcome), outcome.conforms, outcome.rules) == (7, False, [SHAPE + "Claim", SHAPE + "Conferral"])
    worst = outcome.only(least=Severity.VIOLATION)
    assert len(worst) == 5
    assert {finding.severity for finding in worst.findings()} == {Severity.VIOLATION}
    assert outcome.only(rule="nothing").conforms
    told = list(outcome.only(rule="nothing").report())
    assert [quad.object for quad in told if quad.predicate == SH.conforms] == [Literal("true", XSD.boolean.value)]


def test_hostile_words_stay_well_formed() -> None:
    from hrdgraph.validate import Finding, Kind, junit

    words = "<x> & \"'\x00\x07\ud800 ]]>"
    one = Finding(severity=Severity.VIOLATION, kind=Kind.SHACL, rule=words, messages=(("", words),), focus=words, value=words)
    suite = ElementTree.fromstring(junit([one], [words, "other"], "en"))
    assert [case.tag for case in suite] == ["testcase", "testcase"]


def test_importing_validation_loads_no_array_library() -> None:
    code = "import sys, hrdgraph.validate, hrdgraph.pipeline; print(sorted({'numpy', 'rdflib', 'pyshacl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
