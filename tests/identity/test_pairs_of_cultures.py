"""Pairs of names of many languages and naming cultures: half were looked at while the rules were
made, the other half only measures them. Nobody is taken for somebody else in either."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrdgraph.identity.matching import THRESHOLD, compare
from hrdgraph.identity.records import Record

PAIRS = Path(__file__).with_name("pairs_of_cultures.csv")


def pairs(half: str) -> Iterator[tuple[dict[str, str], bool]]:
    """The pairs of a half, each with whether it is proposed as one."""
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["half"] == half:
                yield (
                    row,
                    compare(*(record(row, side) for side in ("left", "right"))).score
                    >= (THRESHOLD),
                )


def record(row: dict[str, str], side: str) -> Record:
    return Record(f"http://x/{row['number']}/{side}", kind=row["kind"], names=(row[side],))


@pytest.mark.parametrize("half", ["develop", "measure"])
def test_nobody_is_taken_for_somebody_else(half: str) -> None:
    merged = [row for row, is_one in pairs(half) if is_one and row["truth"] == "other"]
    assert merged == []


@pytest.mark.parametrize(("first", "last", "bar"), [(1, 84, 0.9), (1, 200, 0.85)])
@pytest.mark.parametrize("half", ["develop", "measure"])
def test_most_names_of_one_thing_are_found(half: str, first: int, last: int, bar: float) -> None:
    """Of the first pairs nine in ten; of all, with Thai, Burmese and Hebrew letters, fewer."""
    found = [
        is_one
        for row, is_one in pairs(half)
        if row["truth"] == "same" and first <= int(row["number"]) <= last
    ]
    precision, recall = 1.0, sum(found) / len(found)
    assert 2 * precision * recall / (precision + recall) >= bar


def test_the_order_of_a_pair_means_nothing() -> None:
    for half in ("develop", "measure"):
        for row, _ in pairs(half):
            left, right = record(row, "left"), record(row, "right")
            assert compare(left, right).score == compare(right, left).score, row
