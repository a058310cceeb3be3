"""The ledger of judgements: well formed, about things that the sources mint, and free of contradictions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

Rows = Callable[[Path], list[dict[str, str]]]
SHAPE = re.compile(
    r"https://w3id\.org/hrdgraph/id/(person|organisation|event)/(award-lists|award-lists-2|defender-pages|kalyapin-page|nobel-peace)/[^\s/<>\"{}|\\^`]+"
)


@pytest.fixture(scope="module")
def ledger(root: Path, rows: Rows) -> list[dict[str, str]]:
    return rows(root / "data" / "judgements.csv")


def test_columns_and_values(ledger: list[dict[str, str]]) -> None:
    assert list(ledger[0]) == ["left", "right", "judgement", "who", "when", "why"]
    for row in ledger:
        assert row["judgement"] in {"same", "not-same", "unsure"}, row
        assert row["who"], row
        assert row["why"], row
        assert date.fromisoformat(row["when"]), row


def test_both_sides_are_whole_addresses_of_the_same_kind(ledger: list[dict[str, str]]) -> None:
    for row in ledger:
        left, right = SHAPE.fullmatch(row["left"]), SHAPE.fullmatch(row["right"])
        assert left, row
        assert right, row
        assert left[1] == right[1], row
        assert row["left"] != row["right"]


def test_a_pair_is_judged_once(ledger: list[dict[str, str]]) -> None:
    pairs = [frozenset((row["left"], row["right"])) for row in ledger]
    assert len(pairs) == len(set(pairs))


def test_nothing_is_the_same_and_not_the_same(ledger: list[dict[str, str]]) -> None:
    first: dict[str, str] = {}

    def canonical(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    for row in ledger:
        if row["judgement"] == "same":
            first[canonical(row["right"])] = canonical(row["left"])
    assert [
        row
        for row in ledger
        if row["judgement"] == "not-same" and canonical(row["left"]) == canonical(row["right"])
    ] == []


DECIDED = {
    **dict.fromkeys(
        ("Igor_Kalyapin", "Mary_Robinson", "Joint_Mobile_Group", "Memorial"), "kalyapin-page"
    ),
    **dict.fromkeys(("Nelson_Mandela", "Malala_Yousafzai", "Nadia_Murad"), "nobel-peace"),
    **dict.fromkeys(
        ("Manuchehr_Kholiqnazarov", "Ahmed_Mansoor", "Ales_Bialiatski"), "defender-pages"
    ),
}


@pytest.mark.parametrize("name", DECIDED)
def test_the_clear_cases_are_decided(name: str, ledger: list[dict[str, str]]) -> None:
    same = [
        row
        for row in ledger
        if row["judgement"] == "same" and row["left"].endswith(f"/award-lists/{name}")
    ]
    others = {row["right"].split("/")[-2] for row in same}
    assert others >= {DECIDED[name]}
    assert len(others) == len(same), "two names of one source"


def test_two_torture_committees_are_not_merged(ledger: list[dict[str, str]]) -> None:
    [row] = [
        r
        for r in ledger
        if r["left"].endswith("/Committee_against_Torture")
        and r["right"].endswith("/Committee_for_the_Prevention_of_Torture")
    ]
    assert row["judgement"] == "unsure"
