"""Decisions into rows: whole or not at all, in the form of the file, and never against what stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from hrdgraph.errors import IdentityError, OutputError, Problems, SourceError
from hrdgraph.identity.judgements import JudgementDecision, append, hold_lock, read_ledger
from hrdgraph.identity.ledger import Verdict

A, B, C, D = (f"http://x/{letter}" for letter in "abcd")
HEAD = "left,right,judgement,who,when,why\n"
WIKIDATA = "http://www.wikidata.org/entity/Q42"


def decision(
    left: str,
    right: str,
    verdict: Verdict = Verdict.SAME,
    when: str = "2024-05-01",
    at: str = "",
) -> JudgementDecision:
    return JudgementDecision(
        left,
        right,
        verdict,
        "Inés",
        date.fromisoformat(when),
        'said "so", twice',
        at,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "judgements.csv"
    file.write_text(
        f"{HEAD}{A},{B},same,Oleg,2024-01-01,seen\n{B},{C},not-same,Oleg,2024-01-01,seen\n", "utf-8"
    )
    return file


def test_rows_are_added_and_nothing_else_changes(path: Path) -> None:
    before = path.read_bytes()
    done = append(path, [decision(C, D)])
    assert (
        path.read_bytes()
        == before + f'{C},{D},same,Inés,2024-05-01,"said ""so"", twice"\n'.encode()
    )
    assert [row.row for row in done.rows] == [4]
    assert done.ledger == read_ledger(path)


def test_the_form_of_the_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "judgements.csv"
    file.write_bytes(
        b'\xef\xbb\xbfwhy,left,right,judgement,who,when\r\n"two\nlines",http://x/a,http://x/b,same,Oleg,2024-01-01'
    )
    file.chmod(0o640)
    done = append(file, [decision(C, D, at="10:00:00Z")])
    assert file.read_bytes().endswith(
        b'2024-01-01\r\n"said ""so"", twice",http://x/c,http://x/d,same,In\xc3\xa9s,2024-05-01T10:00:00Z\r\n'
    )
    assert file.stat().st_mode & 0o777 == 0o640
    assert [row.row for row in done.rows] == [3]
    assert read_ledger(file).standing[C, D].at == "10:00:00Z"


def test_a_missing_file_is_made(tmp_path: Path) -> None:
    append(tmp_path / "new.csv", [decision(A, B)])
    assert (tmp_path / "new.csv").read_text("utf-8").startswith(HEAD + A)


def test_what_stands_is_not_said_twice(path: Path) -> None:
    before = path.read_bytes()
    done = append(path, [decision(B, A), decision(A, B)])
    assert (done.rows, done.known) == ((), 2)
    assert path.read_bytes() == before


def test_another_word_is_refused_unless_it_is_to_replace(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(IdentityError, match="row 3: http://x/b ≠ http://x/c"):
        append(path, [decision(C, B)])
    assert path.read_bytes() == before
    append(path, [decision(C, B, Verdict.UNSURE)], replacing=True)
    assert read_ledger(path).standing[B, C].verdict == Verdict.UNSURE


def test_a_row_of_the_same_day_replaces_where_its_time_is_later(path: Path) -> None:
    append(path, [decision(C, D, Verdict.NOT_SAME, at="10:00:00Z")])
    append(path, [decision(C, D, Verdict.UNSURE, at="10:00:01Z")], replacing=True)
    assert read_ledger(path).standing[C, D].verdict == Verdict.UNSURE
    with pytest.raises(IdentityError, match="after the first"):
        append(path, [decision(C, D, Verdict.SAME, at="10:00:01Z")], replacing=True)


def test_a_later_positive_never_overrides_a_negative_by_a_chain(path: Path) -> None:
    """nomenklatura would join a and c here: the chain a = b, a = c goes around b ≠ c."""
    before = path.read_bytes()
    with pytest.raises(IdentityError) as caught:
        append(path, [decision(A, D), decision(D, C)])
    assert path.read_bytes() == before
    for shown in (
        "row 2: http://x/a = http://x/b",
        "row 4: http://x/a = http://x/d",
        "row 5: http://x/d = http://x/c",
        "row 3: http://x/b ≠ http://x/c",
    ):
        assert shown in caught.value.fact


def test_two_things_cannot_be_one_item_of_wikidata_and_apart(path: Path) -> None:
    append(path, [decision(B, "https://www.wikidata.org/wiki/Q42")])
    with pytest.raises(IdentityError, match="Q42"):
        append(path, [decision(WIKIDATA, C)])
    ledger = read_ledger(path)
    assert ledger.links == {A: (WIKIDATA,)}
    assert ledger.canonical == {B: A}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (JudgementDecision("a", B, Verdict.SAME, "I", date(2024, 1, 1), "x"), "not a whole IRI"),
        (JudgementDecision(A, A, Verdict.SAME, "I", date(2024, 1, 1), "x"), "with itself"),
        (JudgementDecision(A, B, Verdict.SAME, " ", date(2024, 1, 1), "x"), "who"),
        (JudgementDecision(A, B, Verdict.SAME, "I", date(2024, 1, 1), ""), "why"),
    ],
)
def test_a_decision_is_a_persons_about_two_things(
    path: Path, bad: JudgementDecision, told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        append(path, [bad])
    with pytest.raises(Problems):
        append(path, [bad, bad])


def test_a_program_that_dies_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, step, fail)
            with pytest.raises(OutputError, match="No space left"):
                append(path, [decision(C, D)])
        assert path.read_bytes() == before
        assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_two_reviewers_at_once(path: Path) -> None:
    """Each program writes twenty rows while the other does: none is lost, none is torn."""
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from hrdgraph.identity.ledger import Verdict; from hrdgraph.identity.judgements import JudgementDecision, append\n"
        "for n in range(20):\n"
        "    one = JudgementDecision(f'http://x/{sys.argv[2]}{n}', f'http://y/{n}', Verdict.NOT_SAME, sys.argv[2], date(2024, 5, 1), 'x')\n"
        "    append(Path(sys.argv[1]), [one])\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name])
        for name in ("first", "second")
    ]
    assert [process.wait(120) for process in started] == [0, 0]
    assert len(read_ledger(path).judgements) == 42
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_lock_of_a_living_process_is_waited_for_and_named(path: Path) -> None:
    lock = path.with_name("judgements.csv.lock")
    with (
        hold_lock(path, "x"),
        pytest.raises(OutputError, match=f"process {os.getpid()}"),
        hold_lock(path, "x", patience=0.1),
    ):
        pass
    assert not lock.exists()


def test_a_lock_of_a_dead_process_is_taken_over(path: Path) -> None:
    import socket

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path.with_name("judgements.csv.lock").write_text(f"{dead.pid} {socket.gethostname()}")
    append(path, [decision(C, D)])
    assert len(read_ledger(path).judgements) == 3
