"""The shipped project, its award lists taken a number of times → a project of the real
vocabulary, on which rules, checks and shapes have work to do; what its builds cost, beside the
usual tools.

Every copy has names, awards and editions of its own, so that nothing of it is a repetition; the
pages that it cites are shared, as pages are.
"""

from __future__ import annotations

import csv
import math
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import peers
import plain_tables
from measure import Cost, measured
from shipped import copied

from hrdgraph.rdfio.columns import load_columns
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


def sizes(times: int, doublings: int) -> list[int]:
    """So many copies, and half as many before it, so many times."""
    return sorted({max(times >> step, 1) for step in range(doublings + 1)})


def table(copies: Iterable[int], timeout: float, cache: Path | None, largest: int) -> Iterator[str]:
    """What builds of it cost, each beside the one before: growth should be that of the
    statements. Of no more copies than `largest`, the usual tools have a line of their own, where
    they are in `cache`; SystemExit where what they find is something else."""
    yield "| the shipped vocabulary | CPU s | seconds | memory, MB | statements | compared |"
    yield "|---|--:|--:|--:|--:|--:|"
    before: tuple[int, float] | None = None
    for number in copies:
        with tempfile.TemporaryDirectory() as name:
            folder = make(Path(name), number)
            cost = measured([sys.executable, "-c", MAIN, "build"], folder, timeout)
            count = _statements(folder, cost.failure)
            yield _row(f"{number} times the award lists", cost, count, _growth(before, count, cost))
            before = count, cost.cpu
            if cache is not None and number <= largest:
                theirs = beside(folder, cache, timeout)
                ratio = f"{theirs.cpu / cost.cpu:.1f} times"
                yield _row("Morph-KGC, rdflib, pySHACL", theirs, count, ratio)


def _row(title: str, cost: Cost, count: int, compared: str) -> str:
    figures = f"{cost.cpu:.1f} | {cost.wall:.1f} | {cost.memory:.0f} | {count:,}"
    return f"| {title} | {figures} | {compared} |"


def _growth(before: tuple[int, float] | None, count: int, cost: Cost) -> str:
    """How many times the CPU of the line before each doubling of the statements takes."""
    if before is None:
        return ""
    doublings = math.log2(count / before[0])
    return f"{(cost.cpu / before[1]) ** (1 / doublings):.2f} a doubling"


def _statements(folder: Path, failure: str) -> int:
    path = folder / "build" / "graph.nq"
    if not path.is_file():
        raise SystemExit(f"hrdgraph build: {failure}")
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def beside(folder: Path, cache: Path, timeout: float) -> Cost:
    """What the usual tools take to map the statements of a build from plain tables, to read,
    validate and write them. SystemExit where statements or results differ from ours."""
    plain, shapes = folder / "plain", folder / "plain" / "shapes.ttl"
    plain_tables.make(folder, plain)
    texts = (path.read_text("utf-8") for path in sorted(folder.glob("ontology/shapes/*.ttl")))
    shapes.write_text("\n".join(texts), encoding="utf-8")
    cost, theirs = peers.mapped_and_checked(plain, shapes, cache, timeout)
    lines = load_columns(folder / "build" / "columns").triples().document().decode()
    ours = peers.Outcome(frozenset(lines.splitlines()), peers.results_of(folder))
    if faults := list(peers.differences(ours, theirs)):
        raise SystemExit("\n".join(faults))
    return cost


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
