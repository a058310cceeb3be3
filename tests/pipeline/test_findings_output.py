"""A build with findings: each leads to its cell and its suggestion, changes are told, nothing that is withheld gets into the report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.small_projects import add_countries, add_terms, create_small_project

from hrdgraph.cli.app import run
from hrdgraph.errors import Origin
from hrdgraph.findings.model import STALE, Finding
from hrdgraph.findings.source_rows import TypedRows
from hrdgraph.pipeline import BuildOptions, Result, build
from hrdgraph.project import open_project
from hrdgraph.project.model import PRIVATE

EXAMPLE = Path("data/sources/example")
QUICK = BuildOptions(validate=False)
SECRET = "informant-0423"


def edit(project: Path, file: Path, *changes: tuple[str, str]) -> None:
    text = (project / file).read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (project / file).write_text(text, encoding="utf-8", newline="")


@pytest.fixture
def spoiled(whole: Path) -> Path:
    """Mistakes that the tables' own descriptions would refuse, in tables that describe nothing: they get as far as the graph. Each
    conferral has a column that no mapping reads."""
    spoil(whole)
    return whole


def spoil(project: Path) -> None:
    description = (project / EXAMPLE / "source.toml").read_text("utf-8")
    bare = re.sub(r"\[table.fields\]\n(?:[a-z_]+ = .*\n)+", "", description)
    (project / EXAMPLE / "source.toml").write_text(bare, encoding="utf-8")
    rows = (
        "award_key,year,person_key,outcome,date,source_url,note\n"
        f"example-award,2023,Ada_Exampel,laureate,2023-12-10,https://example.org/award/2023,{SECRET}\n"
        f"example-award,2024,Berta_Example,lauraete,2024-12,https://example.org/award/2024,{SECRET}\n"
    )
    (project / EXAMPLE / "conferrals.csv").write_text(rows, encoding="utf-8")
    edit(
        project,
        EXAMPLE / "awards.csv",
        ("Award of the hrdgraph example,Prix de l’exemple hrdgraph", ","),
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """What a build of such a project finds, and the project. Never change it."""
    folder = tmp_path_factory.mktemp("findings") / "small"
    create_small_project(folder, "Small")
    add_countries(folder)
    spoil(folder)
    return build(open_project(folder)), folder


@pytest.fixture
def result(found: tuple[Result, Path]) -> Result:
    return found[0]


@pytest.fixture
def spoiled_built(found: tuple[Result, Path], tmp_path: Path) -> Path:
    """A copy of that project with its build."""
    return shutil.copytree(found[1], tmp_path / "built")


def one(result: Result, rule: str) -> Finding:
    [found] = [finding for finding in result.findings if finding.rule.endswith(rule)]
    return found


def test_a_wrong_key_leads_to_its_cell_and_the_nearest_key(result: Result) -> None:
    found = one(result, "#conferral-recipient")
    assert found.origins == (Origin("data/sources/example/conferrals.csv", 2, "person_key"),)
    assert found.suggestion == "Ada_Example"
    assert found.rows[0].marked == ("person_key",)
    assert dict(found.rows[0].cells)["person_key"] == "Ada_Exampel"


@pytest.mark.heavy
def test_a_wrong_code_leads_to_its_cell_and_the_nearest_code(result: Result) -> None:
    found = one(result, "#conferral-outcome")
    assert (found.origins[0].column, found.suggestion) == ("outcome", "laureate")


@pytest.mark.heavy
def test_a_missing_value_leads_to_the_cells_that_would_hold_it(result: Result) -> None:
    columns = [origin.column for origin in one(result, "#award-name").origins]
    assert columns == ["name_en", "name_fr"]


@pytest.mark.heavy
def test_a_thing_that_no_row_describes_leads_to_the_cell_that_names_it(result: Result) -> None:
    found = one(result, "checks/agent-without-name")
    assert found.origins == (Origin("data/sources/example/conferrals.csv", 2, "person_key"),)


@pytest.mark.heavy
def test_what_is_not_published_is_not_in_the_report(result: Result, spoiled_built: Path) -> None:
    cells = dict(one(result, "#conferral-recipient").rows[0].cells)
    assert cells["note"] is None
    assert [cells[name] for name in ("award_key", "year", "outcome")] == [
        "example-award",
        "2023",
        "laureate",
    ]
    for name in ("report.html", "findings.json", "graph.nq"):
        assert SECRET not in (spoiled_built / "build" / name).read_text("utf-8"), name


@pytest.mark.heavy
def test_a_withheld_value_is_not_in_the_report(spoiled: Path) -> None:
    """The outcome is published, then it is not: the words of its cell go from the row of another finding of the same claim."""
    edit(spoiled, EXAMPLE / "conferrals.csv", ("lauraete", "laureate"))
    assert (
        dict(one(build(open_project(spoiled)), "#conferral-recipient").rows[0].cells)["outcome"]
        == "laureate"
    )
    add_terms(
        spoiled,
        "hrd:outcome hrd:defaultVisibility <https://w3id.org/hrdgraph/vocabulary/visibility/withheld> .\n",
    )
    result = build(open_project(spoiled))
    assert result.withheld["property"]
    assert dict(one(result, "#conferral-recipient").rows[0].cells)["outcome"] is None


@pytest.mark.heavy
def test_the_tables_come_back_whole_in_the_workbook(result: Result, spoiled_built: Path) -> None:
    from openpyxl import load_workbook

    assert result.failed
    book = load_workbook(spoiled_built / "build" / "private" / "findings.xlsx")
    sheet = book["conferrals.csv"]
    assert [cell.value for cell in sheet[2]] == [
        "example-award",
        "2023",
        "Ada_Exampel",
        "laureate",
        "2023-12-10",
        "https://example.org/award/2023",
        SECRET,
    ]
    assert "Did you mean Ada_Example?" in sheet["C2"].comment.text
    assert "Did you mean laureate?" in sheet["D3"].comment.text


@pytest.mark.heavy
def test_the_workbook_goes_with_its_findings_and_is_no_output_of_the_manifest(
    spoiled: Path, tmp_path: Path
) -> None:
    build(open_project(spoiled))
    manifest = json.loads((spoiled / "build" / "manifest.json").read_text("utf-8"))
    assert "findings.xlsx" not in manifest["outputs"]
    assert manifest["failed"]
    create_small_project(tmp_path / "clean", "Clean")
    build(open_project(tmp_path / "clean"))
    assert not (tmp_path / "clean" / "build" / "private" / "findings.xlsx").exists()


@pytest.mark.heavy  # tests/pipeline/test_rebuild.py has the bytes of two builds
def test_the_same_findings_give_the_same_files_twice(spoiled: Path) -> None:
    names = (
        "findings.json",
        "private/findings.json",
        "private/findings.xlsx",
        "report.html",
        "private/report.html",
        "manifest.json",
    )
    build(open_project(spoiled))
    first = {name: (spoiled / "build" / name).read_bytes() for name in names}
    result = build(open_project(spoiled))
    assert {name: (spoiled / "build" / name).read_bytes() for name in names} == first
    assert result.since is not None
    assert not result.since.is_change


@pytest.mark.heavy
def test_the_next_build_says_what_changed_though_rows_have_moved(
    result: Result, spoiled_built: Path
) -> None:
    before, spoiled = result, spoiled_built
    assert before.since is None
    edit(
        spoiled,
        EXAMPLE / "conferrals.csv",
        ("lauraete", "laureate"),
        (
            "source_url,note\n",
            "source_url,note\nexample-award,2022,Berta_Example,laureate,2022,https://example.org/award/2024,\n",
        ),
    )
    edit(
        spoiled,
        EXAMPLE / "people.csv",
        (
            "Berta Example,https://example.org/award/2024",
            "Berta Example,https://example.org/award/2024\nCleo_Example,Cleo,https://example.org/award/2024",
        ),
    )
    after = build(open_project(spoiled))
    assert after.since is not None
    assert (after.since.gone, after.since.counts()["gone"]) == ((), 1)
    assert [finding.rule for finding in after.since.new] == ["checks/agent-never-used"]
    assert after.since.unchanged == len(before.findings) - 1
    report = (spoiled / "build" / "report.html").read_text("utf-8")
    assert f"Since the last build: 1 new, 1 gone, {after.since.unchanged} unchanged" in report
    assert (
        json.loads((spoiled / "build" / "manifest.json").read_text("utf-8"))["since"]
        == after.since.counts()
    )


@pytest.mark.heavy
def test_builds_that_looked_at_different_things_are_not_compared(spoiled: Path) -> None:
    build(open_project(spoiled))
    assert build(open_project(spoiled), QUICK).since is None
    assert (
        build(open_project(spoiled), BuildOptions(only=("example",), validate=False)).since is None
    )


@pytest.mark.heavy
def test_what_is_left_of_a_last_build_does_not_harm_the_next(spoiled: Path) -> None:
    build(open_project(spoiled), QUICK)
    (spoiled / "build" / "findings.json").write_text('{"format": 1, "rules": [[', encoding="utf-8")
    assert build(open_project(spoiled), QUICK).since is None


@pytest.mark.heavy
@pytest.mark.parametrize("way", ["withdrawn", "withheld"])
def test_what_is_gone_is_named_to_nobody_else(
    small: Path, way: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    description = small / EXAMPLE / "source.toml"
    with (small / EXAMPLE / "people.csv").open("a", encoding="utf-8") as people:
        people.write("Zenobie,Zénobie Mbaré,https://example.org/award/2024\n")
    build(open_project(small), QUICK)
    assert "Zenobie" in (small / "build" / "report.html").read_text(
        "utf-8"
    )  # nothing is claimed of her
    if way == "withdrawn":
        assert (
            run(
                [
                    "withdraw",
                    "https://example.org/id/person/example/Zenobie",
                    "-p",
                    str(small),
                    "--reason",
                    "asked",
                    "--code",
                    "safety",
                    "--who",
                    "I",
                ]
            )
            == 0
        )
    else:
        text = description.read_text("utf-8")
        description.write_text(
            text.replace('file = "people.csv"', 'file = "people.csv"\nvisibility = "withheld"', 1),
            encoding="utf-8",
        )
    capfdbinary.readouterr()
    run(["build", str(small), "--no-validate", "--json"])
    said = capfdbinary.readouterr()
    public = [
        path
        for path in (small / "build").rglob("*")
        if path.is_file() and PRIVATE not in path.parts and path.name != "withdrawn.csv"
    ]
    assert [path.name for path in public if "Mbaré".encode() in path.read_bytes()] == []
    assert "Mbaré".encode() not in said.out + said.err
    assert "Zenobie" in (small / "build" / PRIVATE / "report.html").read_text("utf-8")


@pytest.mark.heavy
def test_a_known_finding_about_what_is_not_public_is_no_public_finding(small: Path) -> None:
    with (small / "data" / "known_findings.csv").open("a", encoding="utf-8") as ledger:
        ledger.write(
            "checks/agent-never-used,https://example.org/id/person/example/Secret_Defender,she is in hiding\n"
        )
    result = build(open_project(small))
    assert [finding.focus for finding in result.findings if finding.rule == STALE] == [
        "https://example.org/id/person/example/Secret_Defender"
    ]
    for name in ("report.html", "findings.json"):
        assert "Secret_Defender" not in (small / "build" / name).read_text("utf-8")
        assert "Secret_Defender" in (small / "build" / PRIVATE / name).read_text("utf-8")


@pytest.mark.heavy
def test_the_build_tells_the_changes(
    spoiled: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["build", str(spoiled)]) == 3
    assert b"since the last build" not in capfdbinary.readouterr().out
    edit(spoiled, EXAMPLE / "conferrals.csv", ("lauraete", "laureate"))
    assert run(["build", str(spoiled), "--json"]) == 3
    since = json.loads(capfdbinary.readouterr().out)["findings"]["since"]
    assert (since["new"], since["gone"]) == (0, 1)
    assert since["gone_findings"] == []  # what is gone may have been taken down
    edit(
        spoiled,
        EXAMPLE / "conferrals.csv",
        ("2024,Berta_Example,laureate", "2024,Berta_Example,lauraete"),
    )
    assert run(["build", str(spoiled)]) == 3
    assert (
        f"since the last build: 1 new, 0 gone, {since['unchanged']} unchanged".encode()
        in capfdbinary.readouterr().out
    )


Export = Callable[..., tuple[int, str, str]]


@pytest.fixture
def export(capfdbinary: pytest.CaptureFixture[bytes]) -> Export:
    def call(project: Path, *arguments: str) -> tuple[int, str, str]:
        capfdbinary.readouterr()
        code = run(["export", "-p", str(project), "-f", "nt", *arguments])
        said = capfdbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return call


def test_nothing_is_published_from_a_build_with_violations(
    spoiled_built: Path, export: Export
) -> None:
    spoiled = spoiled_built
    code, out, err = export(spoiled)
    assert (code, out) == (3, "")
    assert "4 violations that nobody has explained" in err
    assert "shape:conferral-outcome" in err
    assert "--even-with-violations" in err
    target = spoiled / "out.nt"
    assert export(spoiled, "-o", str(target))[0] == 3
    assert not target.exists()
    for word in ("--even-with-violations", "--anyway"):
        code, out, _ = export(spoiled, word)
        assert code == 0
        assert len(out.splitlines()) > 1000


@pytest.mark.heavy
def test_known_findings_do_not_keep_a_graph_from_being_published(
    result: Result, spoiled: Path, export: Export
) -> None:
    open_ones = {
        finding.rule for finding in result.findings if finding.severity.value == "violation"
    }
    with (spoiled / "data" / "known_findings.csv").open("a", encoding="utf-8") as file:
        file.writelines(f'"{rule}",*,looked into\n' for rule in sorted(open_ones))
    assert not build(open_project(spoiled)).failed
    assert export(spoiled)[0] == 0


@pytest.mark.heavy
def test_a_build_that_was_not_validated_is_not_published_either(
    small_built: Path, export: Export
) -> None:
    code, out, err = export(small_built)
    assert (code, out) == (1, "")
    assert "was not checked" in err


def test_a_row_that_is_gone_or_a_file_that_is_none_has_no_text(small: Path) -> None:
    project = open_project(small)
    typed = TypedRows(project.root, project.sources, ())
    people = (EXAMPLE / "people.csv").as_posix()
    assert typed.row(Origin(people, 2)) is not None
    assert typed.row(Origin(people, 2_000)) is None
    assert typed.row(Origin(people)) is None
    assert typed.row(Origin("nowhere.csv", 2)) is None
    assert typed.row(Origin("../../etc/passwd", 1)) is None


def test_cells_are_as_they_were_typed_with_blank_lines_and_spaces(small: Path) -> None:
    (small / EXAMPLE / "people.csv").write_text(
        'key,name,source_url\n\nA," Ada ",x\n"B\nB",Berta,y\nC,,z\n', "utf-8", newline="\n"
    )
    project = open_project(small)
    typed = TypedRows(project.root, project.sources, ())
    people = (EXAMPLE / "people.csv").as_posix()
    rows = {number: typed.row(Origin(people, number)) for number in range(1, 9)}
    assert [dict(row.cells) for row in rows.values() if row] == [
        {"key": "A", "name": " Ada ", "source_url": "x"}, {"key": "B\nB", "name": "Berta", "source_url": "y"}, {"key": "C", "name": "", "source_url": "z"},
    ]  # fmt: skip
