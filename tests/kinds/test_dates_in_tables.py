"""Dates in several columns, and years of two digits, are read as far as the table or a person tells."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.kinds.test_sheets import run
from tests.small_projects import create_bare_project

from hrdgraph.evidence.dating import read_date
from hrdgraph.fact_kinds.name_parts import join_date, join_parts
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

PAGE = "https://www.lacapital.com.ar"
QUICK = BuildOptions(validate=False)
NOW = str(date.today().year)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "p"
    create_bare_project(root, "Hechos", "en")
    return root


def write(folder: Path, name: str, head: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def read_dates(root: Path, source: str) -> list[str]:
    """The dates of the events of a source, as they are published."""
    lines = (root / "build" / "graph.nq").read_text("utf-8").splitlines()
    mark = f"/id/event/{source}/"
    return sorted(line.split('"')[1] for line in lines if mark in line and "ontology#date>" in line)


@pytest.mark.heavy
def test_a_date_in_three_columns_is_one_as_far_as_its_cells_go(root: Path, tmp_path: Path) -> None:
    english = write(
        tmp_path, "killings.csv", "Victim,Year,Mo,Day,Kind,Link",
        f"Ezekiel Tanner-Brown,1937,1,31,killing,{PAGE}/a", f"Ephraim O'Neil,1942,7,,killing,{PAGE}/b",
        f"Žofia Łuczak,1948.0,,12,killing,{PAGE}/c", f"José Peña,1951,Feb,3,killing,{PAGE}/d",
    )  # fmt: skip
    spanish = write(
        tmp_path, "hechos.csv", "Víctima,Día,Mes,Año,Acto,Enlace",
        f"Soledad Ferreyra Ñáñez,28,11,1998,homicidio,{PAGE}/e",
        f"Наталья Ильина,,3,2004,homicidio,{PAGE}/f",
        f"María José Ortiz,x,3,2004,homicidio,{PAGE}/g",
    )  # fmt: skip
    for file in (english, spanish):
        code, _ = run(root, file, None, "--yes", "--public")
        assert code == 0
    result = build(open_project(root), QUICK)
    assert read_dates(root, "killings") == ["1937-01-31", "1942-07", "1948", "1951-02-03"]
    assert read_dates(root, "hechos") == ["1998-11-28", "2004", "2004-03"]
    (place,) = [error.origin for error in result.left_out]
    assert (place.row, Path(place.file).name) == (4, "hechos.csv")
    (table,) = open_project(root).source("hechos").tables
    assert table.facts is not None
    assert table.facts.columns["date"][0].headings == ("Año", "Mes", "Día")  # each is cited


def test_columns_that_have_whole_dates_beside_are_not_joined(root: Path, tmp_path: Path) -> None:
    head = "Victim,Date,Year,Month,Kind,Link"
    rows = [f"Ann Tanner-Brown,{year}-01-31,{year},1,killing,{PAGE}/a" for year in (1937, 1942)]
    _, done = run(root, write(tmp_path, "whole.csv", head, *rows), None, "--dry-run")
    (table,) = done["tables"]
    assert [one["joined"] for one in table["columns"] if one["column"] == "date"] == [[]]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (("1937", "1", "31"), "1937-01-31"),
        (("31", "1", "1937"), "1937-01-31"),
        (("1937", "", "31"), "1937"),
        ((None, "1", "31"), "1 31"),
        (("07", "1", "31"), "07 1 31"),
        ((None, ""), None),
        (("1937", "février", "3"), "3 février 1937"),
    ],
)
def test_parts_of_a_date_say_no_more_than_they_do(
    cells: tuple[str | None, ...], said: str | None
) -> None:
    assert join_date(*cells) == said
    assert join_parts(["Prénom", "Nom"], ["Ana", "Peña"]) == "Ana Peña"


HEAD = "victima,fecha,municipio,tipo,url"
SHORT = [f"Soledad Ferreyra Ñáñez,1/2/17,Rosario,homicidio,{PAGE}/a", f"María José Ortiz,28/11/98,Salta,homicidio,{PAGE}/b"]  # fmt: skip


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("muertes-2017", SHORT),
        ("enlaces", [row.replace(f"{PAGE}/a", f"{PAGE}/2017/02/a") for row in SHORT]),
        ("viejas", [row.replace("/17", "/57") for row in SHORT]),  # none is to come
    ],
)
def test_the_century_is_told_by_the_file_or_the_row(
    name: str, rows: list[str], root: Path, tmp_path: Path
) -> None:
    _, done = run(
        root, write(tmp_path, f"{name}.csv", HEAD, *rows), None, "--dry-run", "--name", name
    )
    assert "pivot" not in json.dumps(done["questions"])
    run(root, tmp_path / f"{name}.csv", None, "--yes", "--public", "--name", name)
    build(open_project(root), QUICK)
    first = "1957-02-01" if name == "viejas" else "2017-02-01"
    assert read_dates(root, name) == sorted([first, "1998-11-28"])


def test_the_century_is_asked_once_for_the_table(root: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "muertes.csv", HEAD, *SHORT)
    _, done = run(root, file, None, "--dry-run", "--name", "muertes")
    (question,) = [one for one in done["questions"] if "pivot" in one["asks"]]
    assert question["choices"] == [NOW, "1999"]
    run(root, file, {"muertes.csv": {"pivot": "1999"}}, "--yes", "--public", "--name", "muertes")
    assert not [one for one in build(open_project(root), QUICK).left_out if "muertes" in str(one)]
    assert read_dates(root, "muertes") == ["1917-02-01", "1998-11-28"]


def test_each_address_of_a_cell_is_a_source_of_one_fact(root: Path, tmp_path: Path) -> None:
    rows = [
        f"Soledad Ferreyra Ñáñez,2017-02-01,Rosario,homicidio,{PAGE}/a https://www.pagina12.com.ar/b",
        f'María José Ortiz,2017-03-01,Salta,homicidio,"{PAGE}/c; https://www.pagina12.com.ar/d,7"',
    ]
    file = write(tmp_path, "fuentes.csv", HEAD, *rows)
    _, done = run(root, file, None, "--yes", "--public")
    assert [one["asks"] for one in done["questions"]] == [["everybody"]]  # of the towns
    assert not build(open_project(root), QUICK).left_out
    graph = (root / "build" / "graph.nq").read_text("utf-8").splitlines()
    cited = [line.split()[0] for line in graph if "/act/fuentes/" in line and "#evidence>" in line]
    assert sorted(map(cited.count, set(cited))) == [2, 2]


def test_an_event_of_several_weeks_is_no_wrong_date(root: Path, tmp_path: Path) -> None:
    head = "event id,Victim,Date,Kind,Link"
    rows = [f"EV-7,{name},2019-05-{day},killing,{PAGE}/a" for name, day in (("Ann Okafor", "04"), ("Žofia Łuczak", "24"))]  # fmt: skip
    run(root, write(tmp_path, "weeks.csv", head, *rows), None, "--yes", "--public")
    found = build(open_project(root)).findings
    assert not [one for one in found if "order" in one.rule or "reversed" in one.rule]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1948.0", "1948"),
        ("Sun Jan 31 00:00:00 CET 1937", "1937-01-31"),
        ("Thu Jul 9 13:05:00 2009", "2009-07-09"),
        ("2000-01-01T00:00:00Z", "2000-01-01"),
        ("2004-02-29T21:15:00+02:00", "2004-02-29"),
        ("Mon Jan 31 00:00:00 CET 1937", None),  # it was a Sunday
    ],
)
def test_what_programs_write_of_a_day_reads(text: str, edtf: str | None) -> None:
    assert read_date(text).edtf == edtf
