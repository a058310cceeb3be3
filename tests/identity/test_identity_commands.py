"""reconcile, review and judgements as a person runs them, on the shipped data."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.conftest import ROOT

from hrdgraph.cli.app import run
from hrdgraph.explain.lineage import plan_sources
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.matching import THRESHOLD
from hrdgraph.identity.matching.propose import propose
from hrdgraph.identity.records import records_of
from hrdgraph.ontology import load
from hrdgraph.pipeline.stages.mapping import map_sources
from hrdgraph.project import open_project

YUNUS = (
    "https://w3id.org/hrdgraph/id/person/Muhammad_Yunus",
    "https://w3id.org/hrdgraph/id/person/Yonous_Muhammadi",
)
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """The built project, to be written to. No pair of the shipped data is left to judge but one that is no match."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("graph.*"))
    ledger = folder / "data" / "judgements.csv"
    kept = [
        line
        for line in ledger.read_text("utf-8").splitlines(keepends=True)
        if "Yonous_Muhammadi" not in line
    ]
    ledger.write_text("".join(kept), "utf-8")
    return folder


# the one pair that is left sounds alike in turned order: less than what is asked by default
DOUBTFUL = ("--min-score", "0.46")
KNOWN_TO_PEOPLE = {
    *("Navanethem_Pillay", "Navi_Pillay"),
    *("Human_Rights_Center_Viasna", "Viasna"),
    *("Four_detained_members_of_Viasna", "Four_members_of_Viasna"),
    *("Munir", "Munir_Said_Thalib"),
    *("Spontaneous_Movement_of_Afghan_Women", "Movement_of_Afghan_women"),
    "Olof_Palme_Memorial_Fund_for_International_Understanding_and_Common_Security",
    "Olof_Palme_Fund",
}


@pytest.mark.heavy
def test_what_people_found_the_same_is_found_without_their_judgements(built: Path) -> None:
    """Most judgements of the shipped project were written before there was a program to propose them; a few take knowledge."""
    project = open_project(built)
    mapped = map_sources(
        project, plan_sources(project, project.sources), load(project), lambda _: None
    )
    ledger = read_ledger(project.judgements_file)
    text = (ROOT / "docs/how-to/identity.md").read_text("utf-8")
    [told] = re.findall(
        r"Of (\d+) pairs of the shipped project that people judged the same, (\d+) are proposed with `--min-score ([\d.]+)`",
        text,
    )
    found = propose(records_of(mapped.graph), Ledger(), at_least=float(told[2]))
    pairs = {tuple(sorted((item.left.iri, item.right.iri))) for item in found.best}
    same = {
        row.pair
        for row in ledger.judgements
        if row.verdict is Verdict.SAME and "wikidata" not in row.right and "/event/" not in row.left
    }
    assert {name.rpartition("/")[2] for pair in same - pairs for name in pair} == KNOWN_TO_PEOPLE
    answers = ledger.answers()
    sure = [item for item in found.best if item.comparison.score >= THRESHOLD]
    assert [int(told[place]) for place in (0, 1)] == [len(same), len(same & pairs)]
    assert all(
        answers.verdict(item.left.iri, item.right.iri) is Verdict.SAME for item in sure
    )  # Ahmed Abdallah and Mohammed Ahmed Abdallah are told apart in the ledger


@pytest.mark.heavy
def test_reconcile_tells_what_is_left_and_why(project: Path, capsys: Capture) -> None:
    assert run(["names", "reconcile", "-p", str(project), *DOUBTFUL, "--lang", "fr"]) == 0
    told = capsys.readouterr().out
    assert "Yonous Muhammadi" in told
    assert "nom et prénom peut-être intervertis" in told
    assert "rien n’a été réuni" in told


@pytest.mark.heavy
def test_reconcile_for_machines(project: Path, capsys: Capture) -> None:
    assert run(["names", "reconcile", "-p", str(project), *DOUBTFUL, "--json"]) == 0
    (pair,) = json.loads(capsys.readouterr().out)["pairs"]
    assert (pair["left"]["iri"], pair["right"]["iri"]) == YUNUS
    assert {reason["code"] for reason in pair["reasons"]} == {"sounds-alike", "turned"}


@pytest.mark.heavy
def test_a_table_of_the_best_pairs_says_how_many_there_are(
    project: Path, capsys: Capture, tmp_path: Path
) -> None:
    asked = [
        "names",
        "reconcile",
        "-p",
        str(project),
        "--min-score",
        "0",
        "-o",
        str(tmp_path / "pairs.csv"),
    ]
    assert run([*asked, "--limit", "1"]) == 0
    assert "these are the best of " in capsys.readouterr().err
    assert run([*asked, "--limit", "1000"]) == 0
    assert "these are the best of " not in capsys.readouterr().err
    rows = csv.DictReader(io.StringIO((tmp_path / "pairs.csv").read_text("utf-8")))
    assert (*YUNUS, "person") in {(row["left"], row["right"], row["kind"]) for row in rows}


@pytest.mark.heavy
def test_nothing_is_left_among_organisations(project: Path, capsys: Capture) -> None:
    assert (
        run(["names", "reconcile", "-p", str(project), "--kind", "organisation", "--kind", "award"])
        == 0
    )
    assert "0 pairs to decide" in capsys.readouterr().out


@pytest.mark.heavy
def test_withheld_facts_are_compared_where_that_is_asked_for(
    project: Path, capsys: Capture
) -> None:
    assert run(["names", "reconcile", "-p", str(project), "--with-withheld"]) == 0
    assert "do not publish what follows" in capsys.readouterr().err


def test_reconcile_without_a_build(project: Path, capsys: Capture) -> None:
    shutil.rmtree(project / "build")
    assert run(["names", "reconcile", "-p", str(project)]) == 1
    assert "hrdgraph build" in capsys.readouterr().err


def test_review_in_a_terminal(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin",
        io.StringIO("?\nn\none from Greece, one from Bangladesh\nb\nn\ntwo people\nq\n"),
    )
    assert (
        run(["names", "review", "-p", str(project), *DOUBTFUL, "--who", "Inés", "--lang", "en"])
        == 0
    )
    told = capsys.readouterr().out
    assert "Sources: nobel-peace" in told
    assert "people.csv row" in told
    assert "no chain of later decisions may join them" in told
    added = read_ledger(project / "data/judgements.csv").judgements[-3:]
    assert [(row.verdict, row.who) for row in added] == [
        ("not-same", "Inés"),
        ("open", "Inés"),
        ("not-same", "Inés"),
    ]
    assert run(["names", "reconcile", "-p", str(project), *DOUBTFUL]) == 0
    assert "0 pairs to decide" in capsys.readouterr().out


@pytest.mark.heavy
def test_rows_and_facts_of_a_review_are_told_in_its_language(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("q\n"))
    assert (
        run(["names", "review", "-p", str(project), *DOUBTFUL, "--who", "Inès", "--lang", "fr"])
        == 0
    )
    printed = capsys.readouterr().out
    assert "Sources : nobel-peace" in printed
    assert "people.csv ligne " in printed


@pytest.mark.heavy
def test_review_of_a_table_names_rows_that_do_not_fit(
    project: Path, capsys: Capture, tmp_path: Path
) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text(f"left,right\n{YUNUS[0]},http://x/nobody\n", "utf-8")
    assert run(["names", "review", "-p", str(project), "--who", "I", "--from", str(table)]) == 1
    assert "row 2: the graph says nothing about <http://x/nobody>" in capsys.readouterr().err
    table.write_text("a,b\n", "utf-8")
    assert run(["names", "review", "-p", str(project), "--who", "I", "--from", str(table)]) == 1
    assert "no column 'left, right'" in capsys.readouterr().err


def test_a_reviewer_has_a_name(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HRDGRAPH_REVIEWER", raising=False)
    monkeypatch.setenv("PATH", "")
    assert run(["names", "review", "-p", str(project)]) == 1
    assert "--who NAME" in capsys.readouterr().err


def test_the_name_that_git_knows_is_read_as_git_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[user]\n name = Inés\n", "utf-8")
    terminal = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "GIT_CONFIG_GLOBAL": str(tmp_path / "config"),
    }
    code = "from hrdgraph.library.identity import reviewer; print(ascii(reviewer(None)))"
    kept = {name: value for name, value in os.environ.items() if name != "HRDGRAPH_REVIEWER"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=kept | terminal,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == r"'In\xe9s'" + "\n"


def test_a_link_to_wikidata_is_a_judgement(project: Path, capsys: Capture) -> None:
    person = "person/Yonous_Muhammadi"
    added = [
        "names",
        "judge",
        person,
        "same",
        "wd:Q1",
        "--why",
        "x",
        "--who",
        "Inés",
        "-p",
        str(project),
    ]
    assert run(added) == 0
    assert read_ledger(project / "data/judgements.csv").links[YUNUS[1]] == (
        "http://www.wikidata.org/entity/Q1",
    )
    assert (
        run(
            [
                "names",
                "judge",
                person,
                "not-same",
                "wd:Q1",
                "--why",
                "x",
                "--who",
                "I",
                "-p",
                str(project),
            ]
        )
        == 1
    )
    assert (
        "a decision is only replaced on purpose: `hrdgraph names judge … --replace`"
        in capsys.readouterr().err
    )


@pytest.mark.heavy
@pytest.mark.skipif(
    not hasattr(os, "openpty"), reason="a terminal of its own, which Windows has not"
)
def test_an_interruption_ends_a_review_while_it_waits_for_a_reason(project: Path) -> None:
    """Polars has system calls go on after Ctrl-C, so that it was heard only at the end of the line."""
    ours, theirs = os.openpty()
    code = f"from hrdgraph.cli.app import run; raise SystemExit(run(['names', 'review', '-p', {str(project)!r}, '--who', 'I', '--lang', 'en', *{DOUBTFUL!r}]))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        try:
            _await(ours, "> ")
            _await(ours, "Why: ", b"n")
            assert _interrupted(process) == 0
        finally:
            process.kill()
    assert "hrdgraph build" in os.read(ours, 10_000).decode()


def _interrupted(process: subprocess.Popen[bytes]) -> int | None:
    """Press Ctrl-C, and again if it came in the moment between a question and the waiting for its answer; how the process ended."""
    for _ in range(6):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(20)
    return None


def _await(terminal: int, text: str, key: bytes = b"") -> None:
    """Read what a program writes until it is the text. Keys that come before a program waits for them are lost: they are pressed again."""
    read, end = b"", time.monotonic() + 120
    os.write(terminal, key)
    while not read.decode("utf-8", "ignore").endswith(text):
        assert time.monotonic() < end, read
        if select.select([terminal], [], [], 1)[0]:
            read += os.read(terminal, 10_000)
        else:
            os.write(terminal, key)
