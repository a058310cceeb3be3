"""What README and docs show, run: the commands succeed, the Python runs, and the example of adding-a-source.md builds as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from hrdgraph.cli.app import run
from hrdgraph.pipeline import build
from hrdgraph.project import open_project

PageOf = Callable[[str], Any]

STEPS = "docs/tutorial/first-steps.md"
ASKING = ("README.md", STEPS, "docs/tutorial/fr.md", "docs/tutorial/es.md")
SOURCE = "docs/tutorial/adding-a-source.md"
FILE = "data/"  # how the titles of code blocks begin that are files of the example


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", ASKING)
def test_commands_that_are_shown_succeed(
    page: PageOf, name: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    codes = {}
    told = page(name).told if name in PRINTED else ()  # the next test runs them
    printed = [words for words, _ in told if words[:2] != NOT_HERE]
    for first, *words in page(name).shown:
        if [first, *words] in printed:
            continue
        if first == "site":
            continue  # all its pages take half a minute; tests/web/pages writes smaller ones
        where = [] if first in ("init", "build") else ["--project", str(built)]
        unvalidated = ["--anyway"] if first == "export" else []
        quick = ["--no-validate"] if first == "build" else []
        codes[first, *words] = run([first, *words, *where, *unvalidated, *quick])
    assert codes or printed
    assert set(codes.values()) == {0}, codes


PRINTED = ("README.md", STEPS, "docs/how-to/identity.md")
NOT_HERE = ["names", "review"]  # asks; see below
WITHOUT_PAGE = "      no copy of the text"  # in `built` the page is at hand, where there is one


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", PRINTED)
def test_what_commands_print_is_what_is_shown(
    page: PageOf,
    name: str,
    built: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    for (first, *words), shown in page(name).told:
        if [first, *words][:2] != NOT_HERE:
            assert run([first, *words, "--project", str(built)]) == 0
            assert_shown(
                ["…" if line.startswith(WITHOUT_PAGE) else line for line in shown],
                capfdbinary.readouterr().out.decode(),
            )


def test_what_the_example_of_a_source_prints_is_what_is_shown(
    page: PageOf,
    example: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(example)
    (example / "data/judgements.csv").write_bytes(
        (ROOT / "src/hrdgraph/project/template/data/judgements.csv").read_bytes()
    )
    for arguments, shown in page(SOURCE).told:
        assert run(arguments) == 0
        assert_shown(shown, capfdbinary.readouterr().out.decode())


def assert_shown(shown: list[str], printed: str) -> None:
    """What was printed is what is shown, but for spaces; … of its own stands for lines, and at the end of one for the rest of it."""
    wanted = "".join(
        r"(?:.*\n)*" if line == "…" else _wanted(" ".join(line.split())) for line in shown
    )
    lines = "".join(" ".join(line.split()) + "\n" for line in printed.splitlines())
    assert re.fullmatch(wanted, lines), printed


def _wanted(line: str) -> str:
    return re.escape(line.removesuffix("…")) + (".*" if line.endswith("…") else "") + r"\n"


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "arguments",
    [["query", "--list"], ["explain", "award/rafto-prize"], ["graphs", "stats"]],
    ids=lambda arguments: arguments[-1],
)
def test_json_has_the_keys_that_are_documented(
    page: PageOf, arguments: list[str], built: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run([*arguments, "--json", "--project", str(built)]) == 0
    said = json.loads(capfdbinary.readouterr().out)
    [shape] = [
        cells[1]
        for cells in page("docs/reference/project.md").rows("--json")
        if cells[0].startswith(f"`hrdgraph {' '.join(arguments).partition(' award/')[0]} ")
    ]
    outer = re.findall(r"^`\[?{(.*?)}\]?`", shape)[0]
    while (inner := re.sub(r": [\[{]+[^\[\]{}]*[\]}]+", "", outer)) != outer:
        outer = inner
    assert set(outer.split(", ")) == set(said[0] if isinstance(said, list) else said)


def test_row_of_a_judgement_is_the_next_one(page: PageOf) -> None:
    [(_, shown)] = [
        told for told in page("docs/how-to/identity.md").told if told[0][:2] == NOT_HERE
    ]
    rows = (ROOT / "data/judgements.csv").read_text("utf-8").count("\n")
    assert shown[-1].startswith(f"Written: row {rows + 1}: ")


def test_python_that_is_shown_runs(
    page: PageOf, built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(built)
    [block] = [block for block in page(STEPS).blocks if block.language == "python"]
    exec(block.text, {})
    assert capsys.readouterr().out == "['Joint Mobile Group']\n"


def test_python_that_dates_md_shows_gives_what_it_says(page: PageOf) -> None:
    [block] = [
        block for block in page("docs/reference/dates.md").blocks if block.language == "python"
    ]
    shown, said = dict[str, object](), 0
    for line in block.text.splitlines():
        code, _, value = line.partition("  # ")
        if value.startswith("'"):
            said += 1
            assert repr(eval(code, shown)) == value
        else:
            exec(code, shown)
    assert said == 2
    assert len(eval('read_date("03/04/2011").readings', shown)) == 2


@pytest.fixture
def example(page: PageOf, whole: Path) -> Path:
    """A new project with the source that adding-a-source.md shows, file by file."""
    files = [block for block in page(SOURCE).blocks if block.title.startswith(FILE)]
    assert len(files) == 6
    for block in files:
        target = whole / block.title
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8", newline="")
    return whole


@pytest.mark.heavy
def test_example_of_a_source_builds_without_a_finding(example: Path) -> None:
    result = build(open_project(example))
    assert result.findings == ()
    assert (result.evidence.verified, result.evidence.unverifiable) == (
        1,
        1,
    )  # the words that `example` cites have no page


@pytest.mark.heavy
def test_example_is_named_by_judgement(
    example: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(example)
    assert run(["build", "--no-validate"]) == 0
    capfdbinary.readouterr()
    assert run(["explain", "person/interview/Ada_Example"]) == 0
    said = capfdbinary.readouterr().out.decode().splitlines()
    assert said[1].strip() == "https://example.org/id/person/Ada_Example"


def test_positions_and_digests_come_from_the_command_that_is_shown(
    page: PageOf,
    example: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(example)
    [command] = [
        arguments for arguments in page(SOURCE).shown if arguments[:2] == ["pages", "cite"]
    ]
    assert run([*command, "--json"]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    cited = f"{found['evidence_start']},{found['evidence_end']},{found['evidence_sha256']}"
    assert (
        (example / "data/sources/interview/roles.csv")
        .read_text("utf-8")
        .splitlines()[1]
        .endswith(cited)
    )
    assert found["document_sha256"] in (example / "data/sources/interview/documents.csv").read_text(
        "utf-8"
    )


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/sources/example/conferrals.csv", "example-award,2023", "exmple-award,2023"),
        ("data/sources/example/conferrals.csv", "2023-12-10", "2023-02-30"),
        ("data/sources/example/people.csv", ",https://example.org/award/2023", ","),
        ("data/sources/example/people.csv", "Berta_Example,Berta", "Ada_Example,Berta"),
        ("data/sources/example/mapping.ttl", '"year" ;', '"yeer" ;'),
        (
            "data/sources/example/mapping.ttl",
            ":award a rml:TriplesMap ;",
            ":award a rml:TriplesMap",
        ),
        ("data/sources/interview/roles.csv", ",0,63,", ",2,65,"),
    ],
)
def test_errors_are_those_that_are_shown(
    page: PageOf,
    example: Path,
    file: str,
    old: str,
    new: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(example)
    text = (example / file).read_text("utf-8")
    assert old in text
    (example / file).write_text(text.replace(old, new), encoding="utf-8")
    assert run(["build", "--no-validate"]) == 1
    said = {line.removeprefix("error: ") for line in capsys.readouterr().err.splitlines()}
    shown = [
        line.removeprefix("error: ")
        for name in (STEPS, SOURCE)
        for block in page(name).blocks
        for line in _errors(block)
    ]
    assert any(any(line.startswith(wanted) for line in said) for wanted in shown), said


def _errors(block: Any) -> list[str]:
    """The lines of a block that say what is wrong and where, as far as they go before …"""
    lines = block.text.splitlines() if block.language == "text" and not block.title else []
    return [
        line.partition("…")[0] for line in lines if ": " in line and not line.startswith("  hint")
    ]


def test_statements_are_explained_as_mapping_md_shows(
    page: PageOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in page("docs/tutorial/yarrrml.md").blocks:
        if block.title in ("people.csv", "mapping.yml"):
            Path(block.title).write_text(block.text, encoding="utf-8")
    one, mapped, each = page("docs/reference/mapping.md").shown
    assert [run(one), run(mapped)] == [0, 0]
    assert "people.csv row 2: name = Ada Example" in capfd.readouterr().out
    assert run(each) == 0
    explained = json.loads(capfd.readouterr().out)
    assert len(explained) == len(Path("people.nq").read_text("utf-8").splitlines()) == 5
    assert all(item["traces"] for item in explained)
