"""Pairs of names of many languages and naming cultures: half were looked at while the rules were
made, the other half only measures them. Nobody is taken for somebody else in either.

`pairs_of_cultures.csv` has 200, `pairs_of_customs.csv` 437 with the source of each rule."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from hrdgraph.identity.matching import THRESHOLD, compare
from hrdgraph.identity.matching.blocking import keys_of
from hrdgraph.identity.records import Record

FILES = ("pairs_of_cultures.csv", "pairs_of_customs.csv")
HALVES = ("develop", "measure")
KEPT = Path(__file__).parent / "golden" / "comparisons.tsv"
KINDS = ("person", "organisation")
ASKED = 0.5  # what `hrdgraph names reconcile` shows when nothing is said
Judged = tuple[dict[str, str], float]


@cache
def judged(file: str) -> tuple[Judged, ...]:
    """The pairs of a file, each with its score."""
    return tuple((row, score(row)) for row in rows(file))


def rows(file: str) -> Iterator[dict[str, str]]:
    with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def score(row: dict[str, str], *, turned: bool = False) -> float:
    sides = ("right", "left") if turned else ("left", "right")
    return compare(*(record(row, side) for side in sides)).score


def record(row: dict[str, str], side: str) -> Record:
    return Record(f"http://x/{row['number']}/{side}", kind=row["kind"], names=(row[side],))


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("file", FILES)
def test_nobody_is_taken_for_somebody_else(file: str, half: str) -> None:
    merged = [
        row
        for row, score in judged(file)
        if score >= ASKED and row["truth"] == "other" and row["half"] == half
    ]
    assert merged == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("file", FILES)
def test_nine_in_ten_names_of_one_thing_are_found(file: str, half: str, kind: str) -> None:
    """Precision is 1, which the test above holds, so F1 follows from what is found."""
    found = [
        score >= THRESHOLD
        for row, score in judged(file)
        if row["truth"] == "same" and row["half"] == half and row["kind"] == kind
    ]
    recall = sum(found) / len(found)
    assert 2 * recall / (1 + recall) >= 0.9


@pytest.mark.parametrize("file", FILES)
def test_the_order_of_a_pair_means_nothing(file: str) -> None:
    assert [row for row in rows(file) if score(row) != score(row, turned=True)] == []


def test_pairs_are_of_many_customs_and_say_where_their_rules_are_from() -> None:
    known = list(rows("pairs_of_customs.csv"))
    assert len({row["source"] for row in known}) >= 20
    assert all(row["source"] and row["left"] != row["right"] for row in known)


def digest(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:8]


def test_comparisons_are_what_is_kept_of_them(tmp_path: Path) -> None:
    """Each pair and each name with that of the next pair: the score, why, and by which words they are found. What hardly counts for
    these pairs decides others."""
    lines = []
    for file in FILES:
        names = [record(row, side) for row in rows(file) for side in ("left", "right")]
        for one, other in pairwise(names):
            found = compare(one, other)
            keys = digest([sorted(keys_of(one, fine=fine)) for fine in (False, True)])
            lines.append(f"{one.names[0]}\t{other.names[0]}\t{found.score:.3f}\t{digest(found)}\t{keys}")  # fmt: skip
    now = tmp_path / KEPT.name
    now.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == KEPT.read_text("utf-8").splitlines(), f"if it is better, copy {now}"
