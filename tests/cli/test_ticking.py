"""A long run says how far it is; a short one says nothing, and a terminal is left clean."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.catalogue import LANGUAGES
from hrdgraph.cli.app import run
from hrdgraph.cli.progress import progress, render_stage, ticking
from hrdgraph.stage_progress import StagePart


class Terminal(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def said(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool, seconds: list[float]) -> str:
    """What is said of rows that are read at these moments."""
    stream, now = Terminal(is_terminal), [0.0]
    monkeypatch.setattr("hrdgraph.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr("sys.stderr", stream)
    with ticking() as read:
        for number, moment in enumerate(seconds, 1):
            now[0] = moment
            read("/data/people.csv", number * 1000)
    return stream.getvalue()


def test_a_terminal_has_one_line_that_changes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = said(monkeypatch, is_terminal=True, seconds=[1, 2.5, 2.6, 3])
    assert text.split("\r\033[K") == [
        "",
        "… people.csv: 2,000 rows read",
        "… people.csv: 4,000 rows read",
        "",
    ]


def test_a_log_has_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        said(monkeypatch, is_terminal=False, seconds=[1, 29, 31, 45, 62])
        == "… people.csv: 3,000 rows read\n… people.csv: 5,000 rows read\n"
    )


def test_a_long_stage_says_in_a_log_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, now = Terminal(is_terminal=False), [0.0]
    monkeypatch.setattr("hrdgraph.cli.progress.time.monotonic", lambda: now[0])
    monkeypatch.setattr("sys.stderr", stream)
    with progress() as step:
        step("mapping lists", 1, 9)
        for moment, done in ((10, 1_000), (31, 2_000), (40, 3_000), (62, 4_000)):
            now[0] = moment
            part = StagePart("mapping lists", done, 0)
            step("mapping lists", 1, 9, render_stage(part, "fr"))
    assert stream.getvalue().splitlines() == [
        "… mapping lists (2/9)",
        "… mapping lists (2/9): 2\u202f000 lignes lues",
        "… mapping lists (2/9): 4\u202f000 lignes lues",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("total", [0, 12])
def test_how_far_a_stage_is_is_said_in_each_language(total: int, language: str) -> None:
    said = render_stage(StagePart("any", 3, total), language)
    assert "3" in said
    assert ("12" in said) == (total > 0)
    assert render_stage("any", language) == ""


@pytest.mark.heavy
def test_a_build_says_how_far_each_stage_is(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    parts: dict[str, list[StagePart]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        if isinstance(stage, StagePart):
            parts.setdefault(stage, []).append(stage)
        told.append((stage, done, total))

    hrdgraph.build(hrdgraph.init(tmp_path / "prizes"), progress=progress)
    assert {"mapping example", "deriving", "checking", "validating", "writing"} <= parts.keys()
    for some in parts.values():
        assert [part.done for part in some] == sorted(part.done for part in some)
        assert all(part.done < part.total for part in some if part.total)
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts)  # parts do not count as stages
    assert all(done < total for _, done, total in told)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_short_run_says_nothing(is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, is_terminal=is_terminal, seconds=[0.1, 1.9]) == ""


def test_an_error_does_not_stand_behind_the_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stream = Terminal(True)
    monkeypatch.setattr("hrdgraph.cli.progress._SHORT", -1)
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id\n" + "1\n" * 120_000 + "2,3\n", "utf-8")
    Path("m.yml").write_text(
        "sources: {t: [t.csv~csv]}\nmappings: {m: {sources: t, s: 'http://e.org/$(id)', po: [[a, ex:C]]}}\nprefixes: {ex: 'http://e.org/'}\n",
        "utf-8",
    )
    assert run(["map", "m.yml"]) == 1
    shown, _, rest = stream.getvalue().rpartition("\r\033[K")
    assert "rows read" in shown
    assert "error: " not in shown
    assert rest.startswith("error: ")
