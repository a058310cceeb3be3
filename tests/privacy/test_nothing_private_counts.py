"""Nothing public is computed from private cells: a column or a row that is not public, added to a
project, changes no byte of what is published."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.parts import examples
from tests.small_projects import create_bare_project

from hrdgraph.cli.app import run
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

SOURCE = "registro"
PAGE = "https://defensores.example.org/informe/"
CANARY = "+249 91 555 0142"
HEADINGS = {
    "act": ("type", "victim", "date", "country", "visibility", "source_url"),
    "person": ("name", "born", "country", "visibility", "source_url"),
    "conferral": ("award", "recipient", "year", "visibility", "source_url"),
}
PUBLIC_ROWS: Mapping[str, Sequence[Sequence[str]]] = {
    "act": (
        ("detention", "María José Ñáñez de la Peña", "2019-03-04", "CO", "", PAGE + "1"),
        ("threat", "عبد الرحمن الشامي", "2020", "SY", "", PAGE + "2"),
        ("killing", "Нина Соколова-Öztürk", "2021-05", "RU", "", PAGE + "3"),
    ),
    "person": (
        ("María José Ñáñez de la Peña", "1971", "CO", "", PAGE + "1"),
        ("عبد الرحمن الشامي", "", "SY", "", PAGE + "2"),
        ("王小明", "1980", "CN", "", PAGE + "3"),
    ),
    "conferral": (
        ("Premio Padre Llanos", "María José Ñáñez de la Peña", "2019", "", PAGE + "1"),
        ("Premio Padre Llanos", "王小明", "2020", "", PAGE + "2"),
    ),
}
# in the words of a person who is nowhere else in the project
SECRET_ROW = {
    "act": ("abduction", "Ayşe Gizli Yıldırım", "2022-01-01", "TR", "restricted", PAGE + "9"),
    "person": ("Ayşe Gizli Yıldırım", "1990", "TR", "restricted", PAGE + "9"),
    "conferral": ("Premio Padre Llanos", "Ayşe Gizli Yıldırım", "2022", "restricted", PAGE + "9"),
}
SUBJECT = {"act": "victim", "person": "name", "conferral": "recipient"}


@dataclass(frozen=True)
class Addition:
    """What is added to a table: a private column under a heading, at a place, that is read or
    not; a private row at a place, of somebody new or of a namesake."""

    heading: str = ""
    column_at: int = 0
    is_read: bool = False
    row_at: int | None = None
    is_namesake: bool = False
    cells: tuple[str, ...] = field(default=(CANARY, "Wad Madani", "", "casa de su tía"))

    def applied(self, kind: str, family: str = "") -> tuple[list[list[str]], str]:
        """The table with its headings, and what source.toml says of it; people have a family
        name, so that nobody stands in two tables."""
        place = HEADINGS[kind].index(SUBJECT[kind])
        rows = [list(row) for row in (HEADINGS[kind], *PUBLIC_ROWS[kind])]
        for row in rows[1:]:
            row[place] += family
        more = ""
        if self.row_at is not None:
            secret = list(SECRET_ROW[kind])
            if self.is_namesake:
                secret[place] = name = rows[1][place]
                more += f'apart = ["{name}"]\n'
            rows.insert(1 + self.row_at % len(rows), secret)
        if self.heading:
            place = self.column_at % (len(HEADINGS[kind]) + 1)
            for number, row in enumerate(rows):
                row.insert(place, self.cells[number % len(self.cells)] if number else self.heading)
            if self.is_read:
                more += f'[table.fields]\n"{self.heading}" = {{ visibility = "restricted" }}\n'
            else:
                more += f'ignore = ["{self.heading}"]\n'
        return rows, more


Tables = Mapping[tuple[str, str], Addition]  # by kind and ending of the file
TABLES = tuple(product(HEADINGS, ("csv", "xlsx")))
FAMILIES = dict(zip(TABLES, (" Ñáñez", " Öztürk", " Соколова", " Kabila", " Nguyễn", " O’Brien"), strict=True))  # fmt: skip


def written(folder: Path, tables: Tables) -> Path:
    """Write the project with a source for each table into a folder."""
    if not (folder / "hrdgraph.toml").exists():
        create_bare_project(folder, "Registro")
    shutil.rmtree(folder / "data" / "sources")
    for (kind, ending), addition in tables.items():
        source = folder / "data" / "sources" / (SOURCE if len(tables) == 1 else f"{kind}-{ending}")
        source.mkdir(parents=True)
        rows, more = addition.applied(kind, FAMILIES[kind, ending] if len(tables) > 1 else "")
        file = source / f"tabla.{ending}"
        if ending == "xlsx":
            with xlsxwriter.Workbook(str(file)) as book:
                sheet = book.add_worksheet("Casos")
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        else:
            out = io.StringIO(newline="")
            csv.writer(out).writerows(rows)
            file.write_text(out.getvalue(), "utf-8")
        (source / "source.toml").write_text(
            'title = "Registro de casos"\npublisher = "Comité"\nlicence = "CC0-1.0"\n'
            f'language = "es"\n[[table]]\nfile = "{file.name}"\nkind = "{kind}"\n{more}',
            "utf-8",
        )
    return folder


def published(folder: Path) -> dict[str, str]:
    """The digests of all public files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    parts = ((path.relative_to(folder), path) for path in files)
    return {
        name.as_posix(): sha256(path.read_bytes()).hexdigest()
        for name, path in parts
        if name.parts[0] != "private" and name.parts[-1] != ".gitignore"
    }


def built(folder: Path, tables: Tables) -> dict[str, str]:
    """Build the project anew, without what a build wrote down before."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    (folder / "data" / "persistent_iris.csv").unlink(missing_ok=True)
    build(open_project(written(folder, tables)), BuildOptions(validate=False))
    return published(folder / "build")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nothing") / "registro"


@pytest.fixture(scope="module")
def plain(project: Path) -> dict[str, str]:
    """What is published of the tables without anything private."""
    return built(project, dict.fromkeys(TABLES, Addition()))


ADDITIONS = st.builds(
    Addition,
    heading=st.sampled_from(["", "teléfono", "place", "escondite", "Ausweis-Nr."]),
    column_at=st.integers(0, 6),
    is_read=st.booleans(),
    row_at=st.none() | st.integers(0, 3),
    is_namesake=st.booleans(),
    cells=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12), min_size=1, max_size=4).map(tuple),
)  # fmt: skip


@given(st.tuples(*[ADDITIONS] * len(TABLES)))
@example(
    (
        Addition("place", 2, is_read=True),
        Addition("teléfono", 0),
        Addition(row_at=0, is_namesake=True),
        Addition(row_at=2),
        Addition("teléfono", 3, row_at=0),
        Addition(row_at=1),
    )
)
@example((Addition(row_at=1), *[Addition()] * 5))
@settings(
    max_examples=examples(100, 1), suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # in each of them something private is added to six tables
def test_a_private_column_or_row_changes_no_public_byte(
    project: Path, plain: dict[str, str], additions: tuple[Addition, ...]
) -> None:
    assert built(project, dict(zip(TABLES, additions, strict=True))) == plain


def handed_on(folder: Path, kind: str, addition: Addition, place: Path) -> dict[str, str]:
    """Build, and write a site and a release of it into a folder."""
    built(folder, {(kind, "csv"): addition})
    build(open_project(folder), BuildOptions())
    own = ["-p", str(folder), "--even-with-violations"]
    site = ["--processes", "1", "-o", str(place / "site")]
    assert run(["site", *own, *site]) == 0
    release = ["1", "--date", "2026-11-30", "-o", str(place / "releases")]
    assert run(["release", *own, *release]) == 0
    return published(place)


@pytest.mark.heavy
def test_a_site_and_a_release_tell_nothing_private_either(empty: Path, tmp_path: Path) -> None:
    addition = Addition("teléfono", 2, row_at=0)
    plain = handed_on(empty, "act", Addition(), tmp_path / "plain")
    assert handed_on(empty, "act", addition, tmp_path / "more") == plain


def sources_of(folder: Path, kind: str, rows: Sequence[Sequence[str]], more: str = "") -> str:
    """Build one table of the project; the graph that everybody may see."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    written(folder, {(kind, "csv"): Addition()})
    source = folder / "data" / "sources" / SOURCE
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    (source / "tabla.csv").write_text(out.getvalue(), "utf-8")
    with (source / "source.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    build(open_project(folder), BuildOptions(validate=False))
    return (folder / "build" / "graph.nq").read_text("utf-8")


def subjects(graph: str, kind: str) -> set[str]:
    return set(re.findall(rf"^<https://example\.org/id/({kind}/[^>]+)>", graph, re.M))


@pytest.fixture
def empty(project: Path) -> Path:
    """The project, without a ledger."""
    (project / "data" / "persistent_iris.csv").unlink(missing_ok=True)
    return project


ACTS = ("type", "victim", "date", "place", "country", "source_url")


def test_the_iri_of_an_act_does_not_tell_the_place_where_somebody_living_was(empty: Path) -> None:
    """Whoever guesses the place gets the same IRI for each guess; the place of the dead stays in it."""
    found = []
    for place in ("Wad Madani", "Port Sudán"):
        rows = [
            ACTS,
            ("detention", "Amira Osman Hamed", "2022", place, "SD", PAGE),
            ("killing", "Нина Соколова", "2021", place, "RU", PAGE),
        ]
        graph = sources_of(empty, "act", rows)
        found.append((subjects(graph, "act"), subjects(graph, "event")))
        assert graph.count(f'"{place}"') == 1
        (empty / "data" / "persistent_iris.csv").unlink()
    (acts, events), (others, other_events) = found
    assert len(acts) == len(others) == 2
    assert len(acts & others) == len(events & other_events) == 1
    inside = "\x1f".join(("detention", "Amira Osman Hamed", "2022", "Port Sudán", "SD", PAGE))
    assert sha256(inside.encode()).hexdigest()[:16] not in "".join(others | other_events)


def test_the_iri_of_an_act_stays_when_its_hidden_place_is_corrected(empty: Path) -> None:
    acts = []
    for place in ("Wad Madani", "Wad Medani"):
        rows = [ACTS, ("detention", "Amira Osman Hamed", "2022", place, "SD", PAGE)]
        acts.append(subjects(sources_of(empty, "act", rows), "act"))
    assert acts[0] == acts[1] != set()


def test_two_acts_that_differ_in_a_hidden_place_alone_stay_two(empty: Path) -> None:
    rows = [ACTS, *(("threat", "Amira Osman", "2022", place, "SD", PAGE) for place in ("A", "B"))]
    graph = sources_of(empty, "act", rows)
    assert len(subjects(graph, "act")) == len(subjects(graph, "event")) == 2


PEOPLE = ("name", "born", "country", "visibility", "source_url")
APART = 'apart = ["José Lima"]\n'


def test_namesakes_have_numbers_and_no_digest_of_their_rows(empty: Path) -> None:
    rows = [PEOPLE, *(("José Lima", "", code, "", PAGE) for code in ("BR", "PT"))]
    graph = sources_of(empty, "person", rows, APART)
    assert subjects(graph, "person") >= {"person/José_Lima", "person/José_Lima-2"}
    assert not re.search("Lima-[0-9a-f]{16}", graph)


def test_a_namesake_who_is_hidden_changes_no_iri_of_another_later(empty: Path) -> None:
    """The IRI of the last build stays with the one who had it, though their name in the source is
    another now; and one who becomes public gets the next number."""
    known = ("José Lima", "1950", "BR", "", PAGE)
    before = sources_of(empty, "person", [PEOPLE, known])
    hidden = ("José Lima", "1971", "BR", "restricted", PAGE)
    assert sources_of(empty, "person", [PEOPLE, hidden, known], APART) == before
    told = sources_of(
        empty, "person", [PEOPLE, ("José Lima", "1971", "PT", "", PAGE), known], APART
    )
    about = [line for line in before.splitlines() if "/person/José_Lima>" in line]
    assert set(about) <= set(told.splitlines())
    assert "person/José_Lima-2" in subjects(told, "person")


def test_who_builds_is_told_the_row_of_an_iri_that_does_not_name_it(
    empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [ACTS, ("detention", "Amira Osman Hamed", "2022", "Wad Madani", "SD", PAGE)]
    (act,) = subjects(sources_of(empty, "act", rows), "act")
    assert run(["explain", f"https://example.org/id/{act}", "-p", str(empty)]) == 0
    assert "tabla.csv row 2" in capsys.readouterr().out
