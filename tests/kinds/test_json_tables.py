"""JSON and JSON lines as input of an import: the table that they make, and what is said of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.small_projects import create_bare_project

from hrdgraph.cli.app import app
from hrdgraph.errors import SourceError
from hrdgraph.pipeline.importing.json_tables import mend_quotes, read_json_table

PRISONERS = {
    "updated": "2024-05-01",
    "prisoners": [
        {
            "name": "Əli Kərimli",
            "arrest": {"date": "2019-03-02T00:00:00.000Z", "city": "Bakı"},
            "charges": ["disobedience", "article 535.1; 127"],
            "sources": [{"url": "https://example.org/a"}, {"url": "https://example.org/b"}],
            "alive": True,
            "days": 30.50,
        },
        {"name": "Хадиджа Исмайлова", "photo": None},
    ],
}
LAUREATES = [
    {"fullName": "Marie Mukendi", "prizes": [{"year": 2013}, {"year": 2016}]},
    {"fullName": "Igor Kalyapin", "prizes": []},
]


def made(value: object, name: str = "list.json") -> tuple[list[list[str]], tuple[str, ...], str]:
    table = read_json_table(Path(name), json.dumps(value).encode())
    return (
        [*csv.reader(table.data.decode().splitlines(keepends=True))],
        table.left_out,
        table.parted,
    )


def test_nested_records_are_columns_and_nothing_is_left_out_unsaid() -> None:
    rows, left_out, _ = made(PRISONERS)
    assert rows[0] == [
        "name", "arrest.date", "arrest.city", "charges", "sources.url", "alive", "days", "photo",
    ]  # fmt: skip
    assert rows[1] == [
        "Əli Kərimli", "2019-03-02T00:00:00.000Z", "Bakı", "disobedience\narticle 535.1; 127",
        "https://example.org/a; https://example.org/b", "true", "30.5", "",
    ]  # fmt: skip
    assert rows[2][0] == "Хадиджа Исмайлова"
    assert left_out == ("updated",)


def test_each_prize_of_a_laureate_has_a_row() -> None:
    rows, _, parted = made(LAUREATES)
    assert parted == "prizes"
    assert rows == [
        ["fullName", "year"],
        ["Marie Mukendi", "2013"],
        ["Marie Mukendi", "2016"],
        ["Igor Kalyapin", ""],
    ]


def test_json_lines_and_objects_by_key_are_records() -> None:
    lines = b'{"name": "Zo\xc3\xa9 Ndala"}\n{"name": "Tawakkol Karman"}\n'
    assert read_json_table(Path("list.jsonl"), lines).rows == 2
    rows, _, _ = made({"a-1": {"name": "Zoé Ndala"}, "a-2": {"name": "Tawakkol Karman"}})
    assert rows[1] == ["a-1", "Zoé Ndala"]


def test_quotes_with_backslashes_are_mended_and_told(tmp_path: Path) -> None:
    create_bare_project(tmp_path / "p", "Trial", "en")
    file = tmp_path / "killed.csv"
    rows = ('"Name","Act","Date"', r'"Aung Kyaw Naing, \"Par Gyi\"","killing","2014-10-04"')
    file.write_text("\n".join(rows) + "\n", "utf-8")
    command = ["import", str(file), "-p", str(tmp_path / "p"), "--yes", "--lang", "en"]
    result = CliRunner().invoke(app, command)
    assert "quotation marks after a backslash" in result.output
    assert "cannot be read" not in result.output
    copy = tmp_path / "p" / "data" / "sources" / "killed" / "killed.csv"
    assert '"Aung Kyaw Naing, ""Par Gyi"""' in copy.read_text("utf-8")
    assert mend_quotes(rb'"C:\\share\\","x"') is None  # a backslash that ends a cell


def test_each_person_of_each_region_has_a_row() -> None:
    people = {
        "Antioquia": ["Víctor Jaramillo", "Manuel Chima", "Ana Fabricia"],
        "Nariño": ["José Zúñiga"],
    }
    months = {"2016-01": {"total": 1}, "2016-02": {"total": 2}}
    data = {
        place: {"people": [{"name": name} for name in names], "months": months}
        for place, names in people.items()
    }
    table = read_json_table(Path("l.json"), json.dumps({"regions": data, "year": 2016}).encode())
    rows = table.data.decode().splitlines()
    assert rows[0] == "group,name"
    assert [row.split(",")[1] for row in rows[1:]] == [
        name for names in people.values() for name in names
    ]
    assert table.left_out == ("year", "months")


@pytest.mark.parametrize("text", [b"[1, 2]", b'{"name": ', b'[{"a": 1, "a": 2}]', b""])
def test_what_is_no_list_of_records_is_refused(text: bytes) -> None:
    with pytest.raises(SourceError):
        read_json_table(Path("list.json"), text)


def test_a_file_is_imported_with_its_table_shown_first(tmp_path: Path) -> None:
    create_bare_project(tmp_path / "p", "Essai", "fr")
    file = tmp_path / "prisonniers.json"
    file.write_text(json.dumps(PRISONERS, ensure_ascii=False), "utf-8")
    command = ["import", str(file), "-p", str(tmp_path / "p"), "--yes", "--lang", "fr"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    first, *rest = result.output.splitlines()
    assert first == ("prisonniers.json devient le tableau prisonniers.csv : 2 lignes, 8 colonnes")
    assert any("dans aucune ligne, car hors des fiches : updated" in line for line in rest)
    written = tmp_path / "p" / "data" / "sources" / "prisonniers"
    assert (written / "prisonniers.csv").is_file()
    assert 'kind = "proceeding"' in (written / "source.toml").read_text("utf-8")
