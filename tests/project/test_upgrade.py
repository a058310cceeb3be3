"""Projects of older versions, moved over; copies that a shared folder makes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.small_projects import create_small_project

import hrdgraph
from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.anchors import anchors_text, read_anchors
from hrdgraph.extraction.review.candidate_review import DecisionLog
from hrdgraph.findings.model import read_known
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.identity.persistent_iris import read_persistent_iris
from hrdgraph.pipeline.stages.table_findings import find_conflicting_copies
from hrdgraph.privacy.withdrawals import read_withdrawals
from hrdgraph.project import find_folder, open_project
from hrdgraph.project.model import SHIPPED_BASE
from hrdgraph.workbench_app.tables.open_table import Journal, OpenTable

ROOT = Path(__file__).parents[2]
OLD = (
    Path(__file__).with_name("older") / "2026-11-26"
)  # made by tools/older_project.py, most of it left out


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A project of 26 November 2026, with a question of its own and one of hrdgraph's that was changed."""
    root = shutil.copytree(OLD, tmp_path / "memoria")
    for table in (ROOT / "data" / "sources" / "countries").glob("*.csv"):
        shutil.copy(table, root / "data" / "sources" / "countries")
    (root / "queries" / "people" / "mine.rq").write_text(
        "# title@en: Mine\nSELECT ?s WHERE { ?s a <http://e.example/> }\n", "utf-8"
    )
    changed = root / "queries" / "people" / "timeline-of-person.rq"
    changed.write_text(changed.read_text("utf-8") + "\n# ours\n", "utf-8")
    return root


def test_an_old_project_is_moved_over_and_nothing_of_it_is_lost(old: Path) -> None:
    done = hrdgraph.upgrade(old)
    assert done.before == 1
    assert done.moved == (("queries/people/mine.rq", "local/queries/people/mine.rq"),)
    assert done.aside == ("queries/people/timeline-of-person.rq",)
    assert "ontology/core.ttl" in done.removed
    assert (
        (old / "before-upgrade/queries/people/timeline-of-person.rq")
        .read_text("utf-8")
        .endswith("# ours\n")
    )
    assert not (old / "ontology").exists()
    assert not (old / "queries").exists()
    assert "format = 2" in (old / "hrdgraph.toml").read_text("utf-8")
    assert 'title = "Memoria"' in (old / "hrdgraph.toml").read_text("utf-8")
    built = hrdgraph.build(old)
    assert built.counts["example"] > 50
    assert not built.failed
    assert "mine" in {query.name for query in built.graph().queries}
    assert not hrdgraph.upgrade(old).is_needed


def test_an_old_project_is_told_that_it_is_old(old: Path) -> None:
    assert open_project(old).format == 1
    assert not open_project(old).is_packaged(open_project(old).ontology_dir)


def test_windows_line_ends_are_no_change(old: Path) -> None:
    file = old / "queries" / "labels" / "names-of-thing.rq"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert "queries/labels/names-of-thing.rq" in hrdgraph.upgrade(old).removed


def test_a_project_of_the_first_of_december_goes_on_as_it_was(tmp_path: Path) -> None:
    """Made by that day's `init`, `import`, `build`, `withdraw`, `names judge` and workbench."""
    root = shutil.copytree(OLD.with_name("2026-12-01"), tmp_path / "memoire")
    countries = Path("data", "sources", "countries")
    shutil.copytree(ROOT / countries, root / countries)
    given = read_persistent_iris(root / "data" / "judgements.csv")
    assert not hrdgraph.upgrade(root).is_needed
    built = hrdgraph.build(root)
    assert not built.failed
    assert read_persistent_iris(root / "data" / "judgements.csv") == given
    people = built.graph().query("SELECT ?n { ?s a foaf:Person ; skos:prefLabel ?n }")
    assert sorted(people.to_polars()["n"]) == [
        "J. Dupuis",
        "Àngela Brunet",
    ]  # one is down, two are one
    source = open_project(root).source("prix")
    table = OpenTable(source, source.tables[0], root / "journal.jsonl")
    assert table.rows[0].cells[2] == "2010"  # typed, and in no file yet


def test_a_project_of_the_end_of_november_is_moved_over(tmp_path: Path) -> None:
    """That day's `init` put the base of the project into its copies."""
    root = tmp_path / "memoria"
    create_small_project(root, "Memoria", "es")
    for name in ("ontology", "queries"):
        shutil.copytree(find_folder(name), root / name)
    for name in ("ontology/vocabularies/places.ttl", "ontology/context.jsonld"):
        text = (root / name).read_text("utf-8").replace(SHIPPED_BASE, "https://example.org/id/")
        (root / name).write_text(text, "utf-8")
    settings = root / "hrdgraph.toml"
    settings.write_text(settings.read_text("utf-8").replace("format = 2", "format = 1"), "utf-8")
    done = hrdgraph.upgrade(root)
    assert (done.before, done.moved, done.aside) == (1, (), ())
    assert len(done.removed) > 150
    assert len([path for path in root.rglob("*") if path.is_file()]) < 30


def test_a_new_project_needs_nothing(tmp_path: Path) -> None:
    create_small_project(tmp_path / "new", "Nouveau", "fr")
    done = hrdgraph.upgrade(tmp_path / "new")
    assert not done.is_needed
    assert (done.removed, done.moved, done.aside) == ((), (), ())


def test_the_repository_is_left_alone() -> None:
    assert not hrdgraph.upgrade(ROOT).is_needed
    assert (find_folder("ontology") / "core.ttl").is_file()


@pytest.mark.heavy
def test_a_whole_project_of_that_day_is_moved_over(tmp_path: Path) -> None:
    made = subprocess.run(
        ["python3", ROOT / "tools" / "older_project.py", "2026-11-27", tmp_path / "old"],
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("the history of the repository is not here")
    done = hrdgraph.upgrade(tmp_path / "old")
    assert (len(done.removed), done.moved, done.aside) == (99, (), ())
    assert not hrdgraph.build(tmp_path / "old").failed


LEDGERS = {
    "judgements.csv": ("left,right,judgement,who,when,why", read_ledger),
    "known_findings.csv": ("rule,focus,why", read_known),
    "withdrawn.csv": ("iri,action,when,who,code,tombstone", read_withdrawals),
    "anchors.csv": (anchors_text([]).strip(), read_anchors),
    "extraction.csv": (DecisionLog(Path()).text().strip(), DecisionLog.read),
}


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    header, read = LEDGERS[name]
    (tmp_path / name).write_text(f"{header}\n", "utf-8")
    read(tmp_path / name)
    (tmp_path / name).write_text(f"{header},certainty\n", "utf-8")
    with pytest.raises(HrdgraphError, match="does not know the column certainty") as caught:
        read(tmp_path / name)
    assert "pip install --upgrade hrdgraph" in caught.value.hint


def test_a_journal_of_a_newer_version_is_refused_and_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.jsonl")
    journal.begin("digest")
    assert journal.read().digest == "digest"
    text = (tmp_path / "a.jsonl").read_text("utf-8").replace('"format": 1', '"format": 2')
    (tmp_path / "a.jsonl").write_text(text, "utf-8")
    with pytest.raises(HrdgraphError, match="made with a newer version of hrdgraph"):
        journal.read()
    assert (tmp_path / "a.jsonl").read_text("utf-8") == text


COPIES = [
    ("judgements.csv", "judgements (Ana's conflicted copy 2026-11-30).csv"),  # Dropbox
    ("judgements.csv", "judgements (copie en conflit de Zoé 2026-11-30).csv"),
    ("judgements.csv", "judgements (copia en conflicto de José 2026-11-30).csv"),
    ("judgements.csv", "judgements (conflicted copy 2026-11-30 101500).csv"),  # Nextcloud
    ("known_findings.csv", "known_findings-DESKTOP-7Q2K1LM.csv"),  # OneDrive
    ("judgements.csv", "judgements.sync-conflict-20261130-101500-ABCDEFG.csv"),  # Syncthing
    ("judgements.csv", "judgements (1).csv"),  # Google Drive
]


@pytest.mark.parametrize(("file", "copy"), COPIES)
def test_conflicting_copies_are_found_by_their_names(tmp_path: Path, file: str, copy: str) -> None:
    (tmp_path / "data").mkdir()
    for name in (
        file,
        copy,
        "interviews (2).csv",
        "report-PC.csv",
    ):  # the last two are copies of nothing
        (tmp_path / "data" / name).touch()
    assert [(one.name, of.name) for one, of in find_conflicting_copies(tmp_path)] == [(copy, file)]


def test_a_build_tells_of_conflicting_copies_and_nobody_else(tmp_path: Path) -> None:
    root = tmp_path / "shared"
    create_small_project(root, "Shared")
    (root / "data" / COPIES[0][1]).write_text("left,right,judgement,who,when,why\n", "utf-8")
    done = hrdgraph.build(root, only=["example"], validate=False)
    [found] = [one for one in done.result.findings if one.rule == "file-conflicting-copy"]
    assert "data/judgements (Ana's conflicted copy" in found.message("en")
    assert "data/judgements.csv" in found.message("en")
    assert found not in done.findings


@pytest.mark.heavy
def test_ledgers_of_two_branches_merge_line_by_line(tmp_path: Path) -> None:
    """Two people judge and build at once: git keeps what both wrote, and the project builds."""
    root = tmp_path / "shared"
    create_small_project(root, "Shared")

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=Ana", "-c", "user.email=a@example.org", *words],
            cwd=root,
            check=True,
            capture_output=True,
        )

    def judge(right: str, when: str) -> None:
        with (root / "data" / "judgements.csv").open("a", encoding="utf-8") as file:
            file.write(
                f"https://example.org/id/person/example/Ada_Example,{right},not-same,Ana,{when},other people\n"
            )

    git("init", "-qb", "main")
    git("add", "-A")
    git("commit", "-qm", "Begin")
    git("checkout", "-qb", "other")
    judge("https://example.org/id/person/example/Berta_Example", "2026-11-30")
    hrdgraph.build(root, only=["example"], validate=False)
    iris = root / "data" / "persistent_iris.csv"
    if not iris.is_file():  # a build of some sources writes none
        hrdgraph.build(root, validate=False)
    theirs = iris.read_text("utf-8")
    git("add", "-A")
    git("commit", "-qm", "Theirs")
    git("checkout", "-q", "main")
    judge("https://example.org/id/person/example-facts/Carla_Example", "2026-11-29")
    iris.write_text(
        theirs.replace("2026-12", "2026-11").replace(",2026-11-30", ",2026-11-29"), "utf-8"
    )  # the same things, another day
    git("add", "-A")
    git("commit", "-qm", "Ours")
    git("merge", "-q", "other")
    assert len((root / "data" / "judgements.csv").read_text("utf-8").splitlines()) == 3
    before = iris.read_text("utf-8")
    assert "<<<<" not in before
    hrdgraph.build(root, validate=False)
    # what both branches gave, it gave once, since the first day
    rows = read_persistent_iris(root / "data" / "judgements.csv")
    assert len(rows) == len(theirs.splitlines()) - 1
