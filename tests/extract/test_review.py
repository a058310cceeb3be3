"""Decisions are kept by key; an accepted candidate is a cited row that builds; undo takes it out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.small_projects import add_countries, create_small_project

from hrdgraph.cli.app import run
from hrdgraph.errors import SourceError
from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.review.candidate_review import ACCEPTED, REFUSED, UNDONE, DecisionLog
from hrdgraph.extraction.review.rows import cells_of

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
ADDRESS = "https://example.org/lamp"
TEXT = (
    "Rosa Lamp\n\nBolivian lawyer Rosa Lamp is president of the Lantern Committee. She received "
    "the Beacon Award in 2014. On 3 March 2016 she was arrested in La Paz.\n"
)


def candidates(text: str = TEXT):  # type: ignore[no-untyped-def]
    return Extractor.of(RULES).extract(text, name=ADDRESS).candidates


@pytest.fixture
def project(tmp_path: Path) -> Path:
    create_small_project(tmp_path / "project", "Trial")
    add_countries(tmp_path / "project")
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    return tmp_path / "project"


Keys = Callable[..., tuple[int, str]]


@pytest.fixture
def review(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Keys:
    def press(keys: str, *more: str) -> tuple[int, str]:
        page = str(project.parent / "page.txt")
        fixed = ["--review", "--source", "lamp", "--address", ADDRESS, "--who", "me"]
        monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        code = run(["pages", "extract", page, *fixed, "-p", str(project), *more])
        return code, capsys.readouterr().out

    return press


def test_keys_do_not_depend_on_the_place() -> None:
    keys = {item.key for item in candidates()}
    assert keys == {item.key for item in candidates("Menu\n\n" + TEXT)}


def test_what_is_refused_stays_refused_until_undone(tmp_path: Path) -> None:
    item, *others = candidates()
    log = DecisionLog.read(tmp_path / "log.csv").with_decision(item, REFUSED, "me")
    again = DecisionLog.read(tmp_path / "log.csv")
    assert again.waiting([item, *others]) == others
    assert log.with_decision(item, UNDONE, "me").waiting([item]) == [item]
    assert "Rosa" not in (tmp_path / "log.csv").read_text("utf-8")


def test_precision_counts_what_was_mended_as_wrong(tmp_path: Path) -> None:
    log = DecisionLog.read(tmp_path / "log.csv")
    for item, verdict in zip(candidates(), (ACCEPTED, REFUSED), strict=False):
        log = log.with_decision(item, verdict, "me")
    assert sum(rule.right for rule in log.precision()) == 1
    assert sum(rule.wrong for rule in log.precision("proposer")) == 1


def test_a_damaged_log_is_said(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("key,who\nx,y\n", "utf-8")
    with pytest.raises(SourceError) as caught:
        DecisionLog.read(tmp_path / "log.csv")
    assert caught.value.code == "column-unknown"


@pytest.mark.heavy
def test_accepted_rows_build(
    project: Path, review: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = review("a\n" * 40)
    assert code == 0
    tables = {path.name for path in (project / "data/sources/lamp").glob("*.csv")}
    assert {"extracted-role.csv", "extracted-conferral.csv", "extracted-act.csv"} <= tables
    assert run(["build", str(project)]) == 0
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if line.startswith("violation") and "lamp" in line]
    assert not lines, said


def test_refused_candidates_are_in_no_table(project: Path, review: Keys) -> None:
    assert review("r\n" * 40)[0] == 0
    assert not list((project / "data/sources/lamp").glob("extracted-*.csv"))
    assert " 0 left" in review("")[1]


def built_text(project: Path) -> str:
    """All that a build writes for others: what is in no file of it is published nowhere."""
    assert run(["build", str(project)]) == 0
    files = (path for path in (project / "build").rglob("*") if path.is_file())
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("keys", "is_told"), [("a\n" * 40, True), ("r\n" * 40, False), ("q\n", False)]
)
def test_only_what_was_accepted_is_published(
    project: Path, review: Keys, keys: str, *, is_told: bool
) -> None:
    """Refused, or not yet looked at: no word of a candidate is in a build."""
    assert review(keys)[0] == 0
    assert ("Lantern Committee" in built_text(project)) is is_told


def test_undo_takes_the_row_out_and_the_project_builds(project: Path, review: Keys) -> None:
    review("a\nz\nq\n")
    table = project / "data/sources/lamp/extracted-person.csv"
    (headings,) = table.read_text("utf-8").splitlines()
    assert "name" in headings.split(",")
    assert "Lantern Committee" not in built_text(project)


def test_a_mended_row_has_the_cells_of_the_person(project: Path, review: Keys) -> None:
    review("m\nname=Rosa Maria Lamp\n\nq\n")
    table = project / "data/sources/lamp/extracted-person.csv"
    assert "Rosa Maria Lamp" in table.read_text("utf-8")


def test_bulk_needs_a_rule_that_was_right_often_enough(review: Keys) -> None:
    assert "0 of this rule were decided" in review("b\nq\n")[1]


def test_a_review_needs_a_source(project: Path) -> None:
    assert run(["pages", "extract", str(project.parent / "page.txt"), "--review"]) == 2


def test_mending_fills_any_column_of_the_kind(project: Path, review: Keys) -> None:
    """What the rule left out is typed by the column's name, not only what it found."""
    _, told = review("a\na\na\na\nm\nnote=second hand\nnonsense=1\n\nq\n")
    tables = (project / "data/sources/lamp").glob("extracted-*.csv")
    assert any("second hand" in path.read_text("utf-8") for path in tables), told
    assert "must be one of" in told
    assert ", publisher" not in told


def test_a_mending_that_changes_nothing_says_so(review: Keys) -> None:
    _, told = review("m\n\nq\n")
    assert "nothing was changed" in told


def test_every_key_of_a_typed_line_is_counted(review: Keys) -> None:
    _, told = review("m\nname=Rosa Maria Lamp\n\nq\n")
    assert "keys pressed: 24" in told  # m, 20 of the line with Enter, an empty line's, q = 23


def test_a_short_form_in_brackets_splits_no_organisation() -> None:
    text = "Rosa Lamp is president of the Lantern Committee (LC). She founded the LC in 2010.\n"
    found = [item for item in candidates(text) if item.kind in ("role", "organisation")]
    names = {item.row.get("organisation") or item.row["name"] for item in found}
    assert names == {"Lantern Committee"}
    assert len({item.kind for item in found}) == 2


def test_another_name_of_a_body_is_one_of_a_body() -> None:
    body = Argument("the Committee", 0, 13, type="body", is_inferred=True)
    item = Candidate("quotation", {"speaker": body}, {}, 0, 13, "en", "x", "x")
    mended = item.with_cells(speaker="Lantern Committee")
    assert cells_of(mended) == {"speaker_kind": "organisation", "speaker": "Lantern Committee"}
    assert not mended.is_inferred
    assert "speaker" not in cells_of(item.with_cells(speaker=""))
