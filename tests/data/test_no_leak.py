"""No words of a source page are in the repository, and no table hides a text in a cell."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Rows = Callable[[Path], list[dict[str, str]]]
RUN = 8  # words: a name may be long, a sentence is longer
LONGEST = 200  # characters of one item of a cell
RAW = {"Nobel_dfmerge_2_1.csv", "country-codes.csv"}
SKIPPED = {
    ".git",
    ".venv",
    "build",
    "dist",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def shipped(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if (
            path.is_file()
            and not SKIPPED & set(path.relative_to(root).parts)
            and path.stat().st_size < 2_000_000
        ):
            yield path


@pytest.fixture(scope="module")
def page_runs(shared: Callable[[str], Path], sources: Path, rows: Rows) -> set[tuple[str, ...]]:
    """Runs of words of the page, but for those of one long name."""
    names = [row["name"] for row in rows(sources / "kalyapin-page" / "organisations.csv")]
    long = {run for name in names for run in runs(name)}
    return runs(shared("sources/kalyapin-fr.txt").read_text("utf-8")) - long


def test_the_test_would_see_a_leak(
    page_runs: set[tuple[str, ...]], shared: Callable[[str], Path]
) -> None:
    text = shared("sources/kalyapin-fr.txt").read_text("utf-8")
    assert runs(f'"note"\n"{text[700:900]}"') & page_runs


@pytest.fixture(scope="module")
def retold_runs(shared: Callable[[str], Path], sources: Path, rows: Rows) -> set[tuple[str, ...]]:
    """Runs of words of the pages in five languages, but for those of long names and of addresses."""
    texts = [json.loads(path.read_text("utf-8"))["text"] for path in shared("pages").glob("*.json")]
    assert len(texts) == 14
    tables = [
        row
        for path in [
            *(sources / "defender-pages").glob("*.csv"),
            sources / "award-lists" / "awards.csv",
        ]
        for row in rows(path)
    ]
    names = {
        row[column]
        for row in tables
        for column in ("name", "name_fr", "role_text", "address")
        if column in row
    }
    return {run for text in texts for run in runs(text)} - {
        run for name in names for run in runs(name)
    }


def test_no_file_repeats_a_page_that_was_retold(
    root: Path, retold_runs: set[tuple[str, ...]]
) -> None:
    assert _leaks(root, retold_runs) == []


def test_no_file_repeats_the_page(root: Path, page_runs: set[tuple[str, ...]]) -> None:
    assert _leaks(root, page_runs) == []


def _leaks(root: Path, page_runs: set[tuple[str, ...]]) -> list[str]:
    starts = {run[0] for run in page_runs}
    leaks = []
    for path in shipped(root):
        text = path.read_bytes().decode("utf-8", "ignore")
        if starts & set(words(text)) and runs(text) & page_runs:
            leaks.append(str(path.relative_to(root)))
    return leaks


def test_no_cell_holds_a_long_text(sources: Path, rows: Rows) -> None:
    long = [
        (path.name, name, item[:40])
        for path in sorted(sources.glob("*/*.csv"))
        if path.name not in RAW
        for row in rows(path)
        for name, cell in row.items()
        for item in cell.split(";")
        if len(item) > LONGEST and not item.strip().startswith(("http://", "https://"))
    ]
    assert long == []
