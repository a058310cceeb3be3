"""Every sheet of a workbook is proposed, or named with the reason why it is not read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from tests.small_projects import create_small_project

from hrdgraph.cli.app import app
from hrdgraph.errors import HrdgraphError
from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.project import open_project

PEOPLE = [
    ["Małgorzata Wiśniewska", "PL", "1971"],
    ["Jürgen Groß", "DE", "1968"],
    ["Şükran Yıldız", "TR", "1980"],
    ["Ndèye Fatou Sarr", "SN", "1977"],
]
STONES = [
    ["1", "Löwenstein", "Recha", "Hüetlinstraße", "14"],
    ["2", "Löwenstein", "Siegfried", "Hüetlinstraße", "14"],
    ["3", "Großmann", "Żaneta", "Döbelestraße", "2"],
    ["4", "Çelik", "Müzeyyen", "Döbelestraße", "2"],
]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sheets") / "p"
    create_small_project(root, "Liste", "en")
    return root


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def run(root: Path, file: Path, answers: Any = None, *more: str) -> tuple[int, dict[str, Any]]:
    given = ["import", "-p", str(root), "--lang", "en", "--json", str(file), *more]
    if answers is not None:
        (file.parent / "answers.json").write_text(json.dumps(answers), "utf-8")
        given += ["--answers", str(file.parent / "answers.json")]
    result = CliRunner().invoke(app, given, standalone_mode=False)
    if isinstance(result.exception, HrdgraphError):
        raise result.exception
    return int(result.return_value or 0), json.loads(result.output)


def test_headings_below_a_title_are_found_though_one_stands_twice(
    root: Path, tmp_path: Path
) -> None:
    top = [["Steine der Stadt"], ["Stand März 2024"], []]
    head = ["Nr.", "Nachname", "Vorname", "Straße", "Nr"]
    legend = [["Kürzel", "Bedeutung"], ["j", "jüdisch"], ["p", "politisch"]]
    file = write(
        tmp_path / "steine.xlsx",
        {"Personen": [*top, head, *STONES, *STONES], "Legende": legend[:2]},
    )
    _, told = run(root, file, None, "--dry-run")
    assert [(one["sheet"], one["header"], one["rows"]) for one in told["tables"]] == [
        ("Personen", 4, 8)
    ]
    [left] = told["left_out"]
    assert left.startswith("steine.xlsx, Legende, 1–2: not read")


def test_a_legend_is_not_read_and_refuses_nothing(root: Path, tmp_path: Path) -> None:
    legend = [["Name", "given name and surname"], ["Country", "two letters"], ["Born", "year"]]
    file = write(
        tmp_path / "people.xlsx",
        {
            "read me": legend,
            "list": [["Name", "Country", "Born"], *PEOPLE],
            "codes": [["a"], ["b"]],
        },
    )
    code, told = run(root, file, None, "--yes", "--kind", "person")
    assert code == 0
    assert [(one["sheet"], one["kind"]) for one in told["tables"] if one["rows"] > 3] == [
        ("list", "person")
    ]
    assert "people.xlsx, read me" in " ".join(told["left_out"])


def test_a_sheet_is_not_read_where_a_person_says_so(root: Path, tmp_path: Path) -> None:
    head = ["Name", "Country", "Born"]
    file = write(tmp_path / "two.xlsx", {"2023": [head, *PEOPLE], "to call": [head, *PEOPLE[:2]]})
    answers = {"two.xlsx#2023": {"kind": "person"}, "two.xlsx#to call": {"kind": "ignore"}}
    code, told = run(root, file, answers, "--yes")
    assert (code, [one["sheet"] for one in told["tables"]]) == (0, ["2023"])
    assert told["left_out"] == ["two.xlsx, to call, 1–3: not read, as you answered"]
    text = (root / "data/sources/two/source.toml").read_text("utf-8")
    assert [one["sheet"] for one in tomllib.loads(text)["table"]] == ["2023"]


def test_a_sheet_without_headings_is_named_and_read_as_a_person_says(
    root: Path, tmp_path: Path
) -> None:
    mayors = [
        [name, party, place]
        for name, party, place in (
            ("Inês Guimarães Falcão", "PX", "Vila Nova"),
            ("João Simões", "PY", "Óbidos"),
            ("Graça Conceição", "PX", "Ílhavo"),
            ("Nuno Antão", "PX", "Águeda"),
            ("Zeferino Brandão", "PY", "Trofa"),
            ("Lídia Peça", "PX", "Seia"),
            ("Íris Araújo", "PY", "Faro"),
        )
    ]
    titled = [["Eleições"], *mayors]
    later = [["Presidente", "Partido", "Concelho"], *mayors]
    file = write(tmp_path / "camaras.xlsx", {"1979": titled, "1983": later})
    _, told = run(root, file, None, "--dry-run")
    assert [one["sheet"] for one in told["tables"]] == ["1983"]
    assert "camaras.xlsx, 1979: not read" in told["left_out"][0]
    assert "header = 4" in told["left_out"][0]
    said = {
        "camaras.xlsx#1979": {
            "header": 0, "kind": "person", "columns": {"[A]": {"means": "name", "who": "public"}},
        },
        "camaras.xlsx#1983": {"kind": "ignore"},
    }  # fmt: skip
    code, told = run(root, file, said, "--yes")
    assert (code, told["tables"][0]["rows"]) == (0, 8)  # a title that stands alone is a row too
    table = tomllib.loads((root / "data/sources/camaras/source.toml").read_text("utf-8"))["table"][
        0
    ]
    assert (table["header"], table["columns"]) == (0, {"name": "[A]"})
    code, again = run(root, file, None, "--yes", "--public")
    assert (code, again["tables"][0]["rows"]) == (0, 8)


def test_a_row_of_headings_is_taken_as_answered(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "tarde.csv"
    file.write_text("lista,de,casos\nx,y,z\nNombre,País,Nació\nMaría Ñáñez,CL,1970\n", "utf-8")
    proposer = TableProposer(open_project(root), "es")
    [found], _ = proposer.of(file, "", {"tarde.csv": {"header": 3}})
    assert (found.region.header, [*found.headings], len(found.rows)) == (
        3, ["Nombre", "País", "Nació"], 1,
    )  # fmt: skip
    (tmp_path / "sin.csv").write_text("1|Rut|2020\n2|Ana|2021\n", "utf-8")
    with pytest.raises(HrdgraphError, match=r'\["sin.csv"\] header = 4'):
        proposer.of(tmp_path / "sin.csv")
