"""The worked example of evidence.md, run as it stands: taken, cited in three ways, built, and taken again when the page has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.cli.app import run
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

PageOf = Callable[[str], Any]
DOCUMENT = "docs/how-to/evidence.md"
TITLES = (
    "profile.html",
    "data/sources/profile/roles.csv",
    "data/sources/profile/source.toml",
    "data/sources/profile/mapping.ttl",
)
LATER = "profile.html (a year later)"


@pytest.fixture
def blocks(page: PageOf) -> dict[str, str]:
    return {block.title: block.text for block in page(DOCUMENT).blocks if block.title}


@pytest.fixture
def example(blocks: dict[str, str], whole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert set(blocks) == {*TITLES, LATER}
    for title in TITLES:
        target = whole / title
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(blocks[title], encoding="utf-8", newline="")
    monkeypatch.chdir(whole)
    return whole


def said(page: PageOf, command: str) -> list[list[str]]:
    """What the document shows of a command, each time."""
    shown = [
        block.text.split("\n", 1) for block in page(DOCUMENT).blocks if block.language == "console"
    ]
    return [text.splitlines() for line, text in shown if line.startswith(f"$ hrdgraph {command}")]


@pytest.mark.heavy
def test_the_example_is_as_it_is_shown(
    page: PageOf, example: Path, blocks: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def tells(arguments: list[str], shown: list[str], code: int = 0) -> None:
        assert run(arguments) == code
        lines = capfdbinary.readouterr().out.decode().splitlines()
        assert [line for line in shown if line != "…" and line not in lines] == []

    first, second = said(page, "pages snapshot")
    tells(["pages", "snapshot", "profile.html", "--source", "profile"], first)
    [built] = said(page, "build")
    tells(["build", "--no-validate"], built)
    [cited] = said(page, "pages cite")
    tells(
        ["pages", "cite", "profile.html", "Before that she was its director, from 2015 to 2021"],
        cited,
    )
    (example / "profile.html").write_text(blocks[LATER], encoding="utf-8")
    tells(["pages", "snapshot", "profile.html", "--source", "profile"], second, code=3)
    table = example / "data/sources/profile/roles.csv"
    before = table.read_bytes()
    assert run(["pages", "snapshot", "profile.html", "--source", "profile", "--write"]) == 3
    assert table.read_bytes() == before.replace(b",79,130,", b",84,135,")
    assert "row 3: the words are not in the page" in failing(capfdbinary)
    table.write_bytes(
        table.read_bytes().replace(b"since March 2021,Chair", b"Chair for four years,")
    )
    assert build(open_project(example), BuildOptions(validate=False)).evidence.verified == 3


def failing(capfdbinary: pytest.CaptureFixture[bytes]) -> str:
    capfdbinary.readouterr()
    assert run(["build", "--no-validate"]) == 1
    return capfdbinary.readouterr().err.decode()


@pytest.mark.heavy
def test_the_example_builds_without_a_finding(example: Path) -> None:
    assert run(["pages", "snapshot", "profile.html", "--source", "profile"]) == 0
    result = build(open_project(example))
    assert result.findings == ()
    assert result.evidence.verified == 3
