"""Three registers made from the lists of others go the whole way: import, one setting, build, report, map, page, take-down."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.kinds.messy_held_out import WITNESS, from_shared
from tests.small_projects import add_countries, create_bare_project

from hrdgraph.cli.app import app

ROWS = 60


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
    return int(result.return_value or 0), result.output


def imported(root: Path, file: Path, language: str, *more: str) -> str:
    code, output = run(
        "import", str(file), "-p", str(root), "--lang", language, "--yes", "--public", *more
    )
    assert code == 0, output
    return output


def allow_without_source(settings: Path) -> None:
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("[[table]]\n", '[[table]]\nunsourced = "public"\n'), "utf-8")


@pytest.fixture(scope="module")
def root(shared: Callable[[str], Path]) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    root = folder / "project"
    create_bare_project(root, "Registers", "es")
    add_countries(root)
    raw = shared(WITNESS).read_text("utf-8-sig").splitlines(keepends=True)[: ROWS + 1]
    (folder / "witness.csv").write_text("".join(raw), encoding="utf-8")
    files = {item.name: item.make(folder) for item in from_shared(shared)}
    imported(root, folder / "witness.csv", "en", "--what", "killing")
    imported(root, files["gw-es.xlsx"], "es")
    imported(root, files["cpj-fr.xlsx"], "fr")
    for settings in root.glob("data/sources/[!c]*/source.toml"):  # as the build says
        allow_without_source(settings)
    allow_without_source(root / "data/sources/cpj-fr/source.toml")
    code, output = run("build", "-p", str(root), "--lang", "es")
    assert code == 0, output
    yield root
    shutil.rmtree(folder)


def lines(root: Path, source: str) -> list[str]:
    text = (root / "build" / "graph.nq").read_text("utf-8")
    return [line for line in text.splitlines() if f"/{source}/" in line]


def named_victims(root: Path, source: str) -> dict[str, str]:
    """The victims that a source names, by IRI. Their IRIs do not say where they were read."""
    said = lines(root, source)
    victims = {line.split()[2] for line in said if "#victim>" in line}
    text = (root / "build" / "graph.nq").read_text("utf-8")
    return {
        line.split()[0].strip("<>"): line.split('"')[1]
        for line in text.splitlines()
        if line.split()[0] in victims and "#prefLabel>" in line
    }


@pytest.mark.parametrize(("source", "rows"), [("witness", ROWS), ("gw-es", 40), ("cpj-fr", 40)])
def test_every_row_is_an_act_with_its_victim_and_a_country(
    source: str, rows: int, root: Path
) -> None:
    said = lines(root, source)
    acts = {line.split()[0] for line in said if line.split()[1].endswith("#actType>")}
    victims = {line.split()[0] for line in said if "#victim>" in line or "#victimText>" in line}
    placed = {
        line.split()[0] for line in said if "/event/" in line.split()[0] and "#country>" in line
    }
    assert len(acts) >= 0.95 * rows  # the same killing may stand twice
    assert victims == acts
    assert len(placed) >= 0.95 * len(acts)


def test_who_is_said_to_have_done_it_is_not_published(root: Path) -> None:
    text = (root / "build" / "graph.nq").read_text("utf-8")
    assert 'perpetratorText> "' not in text
    assert "Hitmen" not in text


def test_settings_were_written_by_nobody(root: Path) -> None:
    folders = sorted(path.name for path in (root / "data" / "sources").iterdir())
    assert folders == ["countries", "cpj-fr", "gw-es", "witness"]
    assert not list((root / "data" / "sources").glob("[!c]*/mapping.*"))


def test_report_map_and_page(root: Path) -> None:
    assert "witness.csv" in (root / "build" / "private" / "report.html").read_text("utf-8")
    site = root.parent / "site"
    code, output = run("site", "-p", str(root), "-o", str(site), "--processes", "1", "-q")
    assert code == 0, output
    names = sorted(named_victims(root, "gw-es").values())
    pages = [path for path in site.rglob("*.html") if "/id/person/" in path.as_posix()]
    assert any(names[0] in path.read_text("utf-8") for path in pages)
    world = (site / "es" / "countries.html").read_text("utf-8")
    assert "Colombia" in world
    assert "<svg" in world


def test_a_victim_is_taken_down_from_all_that_is_published(root: Path) -> None:
    person, name = next(iter(named_victims(root, "witness").items()))
    code, output = run(
        "withdraw", person, "--reason", "asked by the family", "--code", "safety", "-p", str(root)
    )
    assert code == 0, output
    assert run("build", "-p", str(root), "--lang", "es")[0] == 0
    text = (root / "build" / "graph.nq").read_text("utf-8")
    assert person not in text  # another register may have a namesake, of another IRI
    own = [line for line in text.splitlines() if line.endswith("/graph/witness> .")]
    assert len(own) > ROWS
    assert not [line for line in own if name in line]
