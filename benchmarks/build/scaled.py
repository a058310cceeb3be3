"""The shipped project, its award lists taken a number of times → a project of the real
vocabulary, on which rules, checks and shapes have work to do.

Every copy has names, awards and editions of its own, so that nothing of it is a repetition; the
pages that it cites are shared, as pages are.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import measured
from shipped import copied

from project import MAIN

LISTS = ("award-lists", "award-lists-2")
KEYS = frozenset({"key", "award_key", "id", "alternative_to"})
NAMES = frozenset(
    {"name", "other_names", "recipient_name", "accepted_by", "conferred_by", "victims"}
    | {"name_en", "name_fr", "name_es", "person", "organisation", "founders"}
)
ONCE = frozenset({"wikidata_id", "website"})  # of one thing only
COPIED = (
    "awards.csv",
    "people.csv",
    "organisations.csv",
    "conferrals.csv",
    "roles.csv",
    "events.csv",
    "award_events.csv",
)
SYLLABLES = ("ba", "de", "fi", "go", "lu", "me", "na", "po", "ri", "su", "ta", "ve")


def table(times: int, timeout: float) -> str:
    """What builds of it cost, of half of it too: growth should be that of the statements."""
    lines = [
        "| the shipped vocabulary | CPU s | seconds | memory, MB | statements |",
        "|---|--:|--:|--:|--:|",
    ]
    for copies in dict.fromkeys((max(times // 2, 1), times)):
        with tempfile.TemporaryDirectory() as name:
            folder = make(Path(name), copies)
            cost = measured([sys.executable, "-c", MAIN, "build"], folder, timeout)
            if not (folder / "build" / "graph.nq").is_file():
                raise SystemExit(f"hrdgraph build: {cost.failure}")
            with (folder / "build" / "graph.nq").open("rb") as lines_of:
                count = sum(1 for _ in lines_of)
        figures = f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f} | {count:,}"
        lines.append(f"| {copies} times the award lists | {figures} |")
    return "\n".join(lines)


def make(folder: Path, times: int) -> Path:
    """Write the project into a new folder."""
    copied(folder)
    for source in LISTS:
        for name in COPIED:
            path = folder / "data" / "sources" / source / name
            if path.is_file():
                _multiply(path, times)
    return folder


def _multiply(path: Path, times: int) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        for number in range(1, times):
            writer.writerows(_copies(rows, number))


def _copies(rows: list[dict[str, str]], number: int) -> Iterator[dict[str, str]]:
    word = _word(number)
    for row in rows:
        yield {name: _told_apart(name, text, word) for name, text in row.items()}


def _told_apart(column: str, text: str, word: str) -> str:
    if not text or column not in KEYS | NAMES | ONCE:
        return text
    if column in ONCE:
        return ""
    if column in KEYS:
        return f"{text}-{word}"
    parts = (part.strip() for part in text.split(";"))
    return "; ".join(_named(part, word) for part in parts if part)


def _named(text: str, word: str) -> str:
    """A name with one more word, in front of its language tag if it has one."""
    name, mark, tag = text.rpartition("@")
    return f"{name} {word.title()}@{tag}" if mark else f"{text} {word.title()}"


def _word(number: int) -> str:
    """A name of its own for each number."""
    letters = ""
    while number:
        number, place = divmod(number, len(SYLLABLES))
        letters += SYLLABLES[place]
    return f"{letters}n"
