"""`hrdgraph validate` on any RDF file, outside a project; and what comes of an outcome."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
from hrdgraph.findings.model import Severity
from hrdgraph.rdf import BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse, read_quads
from hrdgraph.shacl.shapes import Shapes, read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import RDF, SH, XSD

HERE = Path(__file__).parent
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


COMMAND = ["validate", "data.ttl", "--shapes", "claims.ttl"]


@pytest.mark.usefixtures("alone")
def test_it_works_outside_a_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(COMMAND) == 3
    told = capsys.readouterr().out
    assert "shape:claim-evidence" in told
    assert "14 statements, 9 findings" in told


def test_a_folder_of_shapes_will_do(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (alone / "shapes.d").mkdir()
    (alone / "claims.ttl").rename(alone / "shapes.d" / "claims.ttl")
    assert run(["validate", "data.ttl", "--shapes", "shapes.d"]) == 3
    assert run(["validate", "data.ttl", "--shapes", str(alone)]) == 0  # data.ttl holds no shape
    (alone / "nothing").mkdir()
    assert run(["validate", "data.ttl", "--shapes", "nothing"]) == 1
    assert "there is no file *.json" in capsys.readouterr().err


@pytest.mark.usefixtures("alone")
def test_nothing_wrong_is_zero_and_no_shapes_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--shape", "shape:outcome"]) == 0  # warnings only
    assert run([*COMMAND, "--focus", ID + "good", "--severity", "violation"]) == 0
    assert run(["validate", "data.ttl", "--shapes", "missing.ttl"]) == 1
    told = capsys.readouterr().err
    assert "missing.ttl: cannot be read" in told
    assert "hint: is the path right" in told


@pytest.mark.usefixtures("alone")
def test_two_formats_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--json", "--format", "turtle"]) == 2
    assert "--json, --format ttl cannot be used together" in capsys.readouterr().out
    assert run([*COMMAND, "--json", "--format", "json"]) == 3


LEFT_OUT = [[], ["--severity", "violation", "--focus", ID + "good"], ["--focus", ID + "nobody"],
            ["--shape", "shape:outcome", "--severity", "violation"], ["--shape", "shape:Claim"]]  # fmt: skip


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("syntax", ["turtle", "jsonld"])
@pytest.mark.parametrize("options", LEFT_OUT)
def test_data_do_not_conform_because_results_are_left_out(
    syntax: str, options: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    run([*COMMAND, "--format", syntax, *options])
    quads = parse(
        capsysbinary.readouterr().out, format_named("ttl" if syntax == "turtle" else syntax)
    )
    assert [quad.object for quad in quads if quad.predicate == SH.conforms] == [
        Literal("false", XSD.boolean.value)
    ]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("name", "syntax"), [("turtle", "ttl"), ("jsonld", "jsonld")])
def test_a_report_is_standard(
    name: str, syntax: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run([*COMMAND, "--format", name]) == 3
    quads = parse(capsysbinary.readouterr().out, format_named(syntax))
    (report,) = (quad.subject for quad in quads if quad.object == SH.ValidationReport)
    assert Quad(report, SH.conforms, Literal("false", XSD.boolean.value)) in quads
    results = [quad.object for quad in quads if quad.predicate == SH.result]
    for required in (
        RDF.type,
        SH.focusNode,
        SH.resultSeverity,
        SH.sourceShape,
        SH.sourceConstraintComponent,
    ):
        assert [
            quad.subject for quad in quads if quad.predicate == required and quad.subject in results
        ] != []
    (sequence,) = (
        quad.object
        for quad in quads
        if quad.predicate == SH.resultPath and isinstance(quad.object, BlankNode)
    )
    assert {quad.predicate for quad in quads if quad.subject == sequence} == {RDF.first, RDF.rest}


@pytest.mark.usefixtures("alone")
def test_a_report_in_parts_is_one_report(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run([*COMMAND, "--format", "turtle"])
    one = ColumnGraph.from_quads(parse(capsysbinary.readouterr().out, format_named("ttl")))
    monkeypatch.setattr("hrdgraph.cli.validate_command.BLOCK", 7)
    assert run([*COMMAND, "--format", "jsonld"]) == 3
    json_ld = capsysbinary.readouterr().out
    assert isinstance(json.loads(json_ld), list)
    assert ColumnGraph.from_quads(parse(json_ld, format_named("jsonld"))) == one


RULES = """@prefix ex: <http://ex.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:parent ;
    sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:ancestor ;
              sh:object [ sh:union ( [ sh:path ex:parent ] [ sh:path ( ex:parent ex:ancestor ) ] ) ] ] ;
    sh:property ex:not-own .
ex:not-own a sh:PropertyShape ; sh:path ex:ancestor ; sh:disjoint ex:self ."""


@pytest.fixture
def ruled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data with a circle that only the closure shows, and a rule."""
    (tmp_path / "rules.ttl").write_text(RULES, "utf-8")
    data = "ex:a ex:parent ex:b ; ex:self ex:a . ex:b ex:parent ex:c . ex:c ex:parent ex:a ."
    (tmp_path / "data.ttl").write_text(f"@prefix ex: <http://ex.example/> . {data}", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


RULED = ["validate", "data.ttl", "--shapes", "rules.ttl"]


@pytest.mark.usefixtures("ruled")
def test_rules_are_run_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(RULED) == 0
    told = capsys.readouterr().out
    assert "--infer" in told
    assert "4 statements, 1 finding" in told
    assert run([*RULED, "--infer"]) == 3
    told = capsys.readouterr().out
    assert "in all, in 4 rounds" in told
    assert "http://ex.example/not-own" in told
    assert "13 statements, 1 finding" in told
    assert run([*RULED, "--infer", "--json"]) == 3
    derived = json.loads(capsys.readouterr().out)["derived"]
    makes = ["http://ex.example/ancestor"]
    assert derived == {
        "count": 9,
        "rounds": 4,
        "rules": [{"rule": "http://ex.example/S", "makes": makes, "count": 9}],
    }


@pytest.mark.parametrize("ending", ["ttl", "nt", "jsonld", "rdf", "trig", "nq"])
def test_what_is_derived_is_written(ruled: Path, ending: str) -> None:
    path = ruled / f"derived.{ending}"
    assert run([*RULED, "--inferred", str(path)]) == 3
    assert len(read_quads(path)) == 9
    assert {quad.predicate.value for quad in read_quads(path)} == {"http://ex.example/ancestor"}


@pytest.mark.parametrize("name", ["data.ttl", "rules.ttl"])
def test_what_is_derived_does_not_take_the_place_of_what_is_read(
    ruled: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (ruled / name).read_bytes()
    assert run([*RULED, "--inferred", name]) == 1
    assert "--inferred would overwrite " in capsys.readouterr().err
    assert (ruled / name).read_bytes() == before


def test_no_file_is_left_where_it_cannot_be_written(
    ruled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*RULED, "--inferred", "derived.docx"]) == 1
    assert "'.docx' is not known here" in capsys.readouterr().err
    assert run([*RULED, "--inferred", "nowhere/derived.ttl"]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert sorted(path.name for path in ruled.iterdir()) == ["data.ttl", "rules.ttl"]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("options", [["--shape", "shape:outcome"], ["--focus", ID + "nobody"]])
def test_a_report_without_violations_is_zero(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
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
def test_a_shape_is_named_by_the_end_of_its_name_and_one_that_is_not_there_is_an_error(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert run([*COMMAND, "--json", "--shape", "share"]) == 3
    groups = json.loads(capsysbinary.readouterr().out)["groups"]
    assert [group["rule"] for group in groups] == [SHAPE + "share"]
    assert run([*COMMAND, "--shape", "shape:shar"]) == 1
    assert b"did you mean 'shape:share'?" in capsysbinary.readouterr().err


def test_a_shape_without_a_name_is_asked_for_as_it_is_told(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inverse = "[ sh:path [ sh:inversePath hrd:no ] ; sh:minCount 1 ]"
    text = f"@prefix sh: <{SH}> . @prefix hrd: <https://w3id.org/hrdgraph/ontology#> . hrd:S sh:targetClass hrd:Claim ; sh:property {inverse} ."
    (alone / "inverse.ttl").write_text(text, "utf-8")
    options = ["validate", "data.ttl", "--shapes", "inverse.ttl", "--json"]
    run(options)
    whole = json.loads(capsys.readouterr().out)
    run([*options, "--shape", whole["groups"][0]["rule"]])
    assert json.loads(capsys.readouterr().out) == whole


@pytest.mark.usefixtures("alone")
def test_shapes_that_look_at_nothing_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "claims.ttl", "--shapes", "data.ttl", "--lang", "fr"]) == 0
    assert "aucune règle ne s’applique" in capsys.readouterr().err


def outcome_shapes() -> tuple[ColumnGraph, Shapes]:
    return ColumnGraph.from_quads(read_quads(HERE / "data.ttl")), read_shapes_at(
        HERE / "ontology" / "shapes" / "claims.ttl"
    )


def test_an_outcome_is_counted_chosen_and_told() -> None:
    outcome = ColumnSHACL().run(*outcome_shapes())
    assert (len(outcome), outcome.conforms, outcome.rules) == (
        7,
        False,
        [SHAPE + "Claim", SHAPE + "Conferral"],
    )
    worst = outcome.only(least=Severity.VIOLATION)
    assert len(worst) == 5
    assert {finding.severity for finding in worst.findings()} == {Severity.VIOLATION}
    assert not outcome.only(rule="nothing").conforms
    told = list(outcome.only(rule="nothing").report())
    assert [quad.object for quad in told if quad.predicate == SH.conforms] == [
        Literal("false", XSD.boolean.value)
    ]


@pytest.mark.heavy
def test_importing_validation_loads_no_array_library() -> None:
    code = "import sys, hrdgraph.shacl, hrdgraph.findings; print(sorted({'numpy', 'rdflib', 'pyshacl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MEASURED = """
import re, sys
from pathlib import Path
from hrdgraph.cli.app import run
code = run(sys.argv[1:])
# not ru_maxrss, which a process has from the one that started it
print(int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.heavy
def test_a_million_violations_of_a_file_are_told_in_bounded_memory(tmp_path: Path) -> None:
    """In MB, of a process that reads the file, validates it and tells what it found."""
    with (tmp_path / "data.nt").open("w", encoding="utf-8") as file:
        file.writelines(
            f"<http://ex.example/n{n}> <http://ex.example/p> <http://ex.example/n{n + 1}> .\n"
            for n in range(1_000_000)
        )
    shape = "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:nodeKind sh:Literal ."
    prefixes = "@prefix ex: <http://ex.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    (tmp_path / "shapes.ttl").write_text(prefixes + shape, "utf-8")
    command = [
        sys.executable,
        "-c",
        MEASURED,
        "validate",
        "data.nt",
        "--shapes",
        "shapes.ttl",
    ]
    for _ in range(
        3
    ):  # on a busy machine, memory that was freed is given back late: what is needed is the least
        with (tmp_path / "told").open("wb") as out:
            done = subprocess.run(
                command, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 3
        if (needed := int(done.stderr.split()[-1])) < 600:
            break
    assert needed < 650
    assert "1,000,000 findings" in (tmp_path / "told").read_text("utf-8")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("format", ["table", "json", "ttl"])
def test_pyshacl_is_an_engine_too(capfd: pytest.CaptureFixture[str], format: str) -> None:
    """But for a decimal that is none, which pySHACL lets pass, it prints what the columns do."""
    printed = []
    for engine in ("columns", "pyshacl"):
        assert (
            run([*COMMAND, "--engine", engine, "--format", format, "--shape", "claim-evidence"])
            == 3
        )
        printed.append(capfd.readouterr().out)
    lines = [sorted(re.sub(r"_:report\d+", "", text).splitlines()) for text in printed]
    assert lines[0] == lines[1]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--infer"], "--engine pyshacl, --infer cannot"),
        (["--timeout", "10"], "--engine pyshacl, --timeout cannot"),
        (["--memory", "1G"], "--engine pyshacl, --memory cannot"),
        (["--on", "sail"], "--on"),
    ],
)
def test_what_pyshacl_cannot_do_is_refused(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert run([*COMMAND, "--engine", "pyshacl", *options]) == 2
    assert told in capsys.readouterr().err
