"""Years of birth that a build withholds: they keep two people of one name apart, and are in
nothing that anybody sees."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph import review
from hrdgraph.cli.app import run
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching import compare
from hrdgraph.identity.matching.propose import propose
from hrdgraph.identity.records import Record
from hrdgraph.library.identity import records_to_compare
from hrdgraph.project import open_project

Capture = pytest.CaptureFixture[str]
NAME = "Ana Escribano"
CANARIES = ("1913", "1987")  # no other number of the project is like them
SOURCE = """title = "List {number}"
publisher = "Ada"
licence = "CC0-1.0"
language = "en"
[[table]]
file = "people.csv"
kind = "person"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sources, each with a person of one name; one has another year of birth."""
    folder = tmp_path_factory.mktemp("withheld") / "project"
    create_small_project(folder, "Small")
    for number, year in enumerate((*CANARIES, CANARIES[0])):
        source = folder / "data" / "sources" / f"list{number}"
        source.mkdir(parents=True)
        (source / "people.csv").write_text(f"Name,Born\n{NAME},{year}-03-04\n", "utf-8")
        (source / "source.toml").write_text(SOURCE.format(number=number), "utf-8")
    assert run(["build", str(folder), "--no-validate"]) in (0, 3)
    return folder


def test_one_name_with_other_withheld_years_is_not_proposed(project: Path) -> None:
    records, ledger, _ = records_to_compare(open_project(project), withheld=False)
    found = propose(records, ledger, at_least=0.0).best
    named = [pair for pair in found if NAME in pair.left.names and NAME in pair.right.names]
    years = [(pair.left.compared_birth, pair.right.compared_birth) for pair in named]
    assert years == [(1913, 1913)]
    assert all(pair.left.birth is None for pair in named)


def test_no_output_has_a_withheld_year(project: Path, capsys: Capture, tmp_path: Path) -> None:
    told = "".join(outputs(project, capsys, tmp_path))
    assert NAME in told
    assert [year for year in CANARIES if year in told] == []


def outputs(project: Path, capsys: Capture, folder: Path) -> Iterator[str]:
    asked = ("-p", str(project), "--min-score", "0")
    for more in ((), ("--json",), ("-o", str(folder / "pairs.csv"))):
        assert run(["names", "reconcile", *asked, *more]) == 0
        yield "".join(capsys.readouterr())
    yield (folder / "pairs.csv").read_text("utf-8")
    session = review(project, min_score=0.0, who="Ada")
    yield repr(session.next())
    for path in (project / "build").rglob("*"):
        if path.is_file():
            yield path.read_bytes().decode("latin-1")


def test_a_review_of_a_table_shows_none(
    project: Path, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records, *_ = records_to_compare(open_project(project), withheld=False)
    one, other = (
        next(record.iri for record in records if record.withheld_birth == int(year))
        for year in CANARIES
    )
    (tmp_path / "pairs.csv").write_text(f"left,right\n{one},{other}\n", "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("?\nq\n"))
    asked = [
        "names",
        "review",
        "-p",
        str(project),
        "--who",
        "Ada",
        "--from",
        str(tmp_path / "pairs.csv"),
    ]
    assert run([*asked, "--lang", "en"]) == 0
    told = "".join(capsys.readouterr())
    assert "facts that are not published speak against it" in told
    assert [year for year in CANARIES if year in told] == []


def test_a_withheld_year_only_keeps_apart() -> None:
    """An equal one adds nothing: a score that it raised would tell it."""
    plain, old, same, young = (
        Record(f"http://x/{number}", "person", (NAME,), withheld_birth=year)
        for number, year in enumerate((None, 1950, 1950, 1980))
    )
    assert compare(old, same) == compare(plain, same) == compare(plain, plain)
    assert compare(old, young).score == 0.0
    public = Record("http://x/5", "person", (NAME,), birth=1980)
    assert compare(old, public).score == 0.0
    assert "1950" not in repr(old) + repr(compare(old, young))
    assert propose([old, young], Ledger(), at_least=0.0).best == ()


@pytest.mark.parametrize("lang", ["en", "fr", "es"])
def test_sources_that_cannot_be_asked_are_said(
    project: Path, capsys: Capture, tmp_path: Path, lang: str
) -> None:
    """A mapping that is being written: pairs are compared, and it is said why years are not."""
    copy = Path(shutil.copytree(project, tmp_path / "copy"))
    table = copy / "data" / "sources" / "list1" / "people.csv"
    (table.parent / "mapping.ttl").write_text("not a mapping", "utf-8")
    asked = ["names", "reconcile", "-p", str(copy), "--min-score", "0", "--lang", lang]
    assert run(asked) == 0
    told = capsys.readouterr()
    assert NAME in told.out
    start = {"en": "birth years", "fr": "les années", "es": "los años"}[lang]
    assert told.err.startswith(start)
    assert "list1" in told.err
