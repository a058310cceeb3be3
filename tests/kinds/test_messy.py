"""Messy files are understood: nine columns in ten without a question, and none wrong without being shown as in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.kinds.messy import MESSY, Messy

from hrdgraph.pipeline.importing.propose import TableProposer
from hrdgraph.pipeline.importing.table_proposal import TableProposal
from hrdgraph.project import Project

ROOT = Path(__file__).parents[2]
PROPOSER = TableProposer(Project(ROOT, "", "", "", ("fr",), (), ()), "fr")


def proposals(item: Messy, folder: Path) -> list[TableProposal]:
    return PROPOSER.of(item.make(folder))[0]


@pytest.mark.parametrize("item", MESSY, ids=lambda item: item.name)
def test_nothing_is_wrong_silently(item: Messy, tmp_path: Path) -> None:
    found = proposals(item, tmp_path)
    assert [proposal.guess.kind for proposal in found] == [kind for kind, _ in item.right]
    for proposal, (_, right) in zip(found, item.right, strict=True):
        for meaning in proposal.guess.meanings:
            is_right = right.get(meaning.column) == meaning.heading
            assert is_right or meaning.doubt, f"{meaning.heading} is taken for {meaning.column}"


def test_nine_columns_in_ten_are_right_without_a_question(tmp_path: Path) -> None:
    known = wanted = 0
    for item in MESSY:
        for proposal, (_, right) in zip(proposals(item, tmp_path), item.right, strict=False):
            sure = {
                meaning.column: meaning.heading
                for meaning in proposal.guess.meanings
                if not meaning.doubt
            }
            known += sum(sure.get(column) == heading for column, heading in right.items())
            wanted += len(right)
    assert len(MESSY) >= 25
    assert known >= 0.9 * wanted, f"{known} of {wanted}"


@pytest.mark.parametrize(
    ("name", "order"), [("plain.xlsx", "dmy"), ("english.csv", "mdy"), ("espanol.xlsx", "")]
)
def test_the_order_of_dates_is_told_by_them(name: str, order: str, tmp_path: Path) -> None:
    item = next(item for item in MESSY if item.name == name)
    assert proposals(item, tmp_path)[0].dates == order


def test_rows_are_those_of_the_table(tmp_path: Path) -> None:
    rows = {
        item.name: [len(proposal.rows) for proposal in proposals(item, tmp_path)] for item in MESSY
    }
    assert (
        rows["total.xlsx"]
        == rows["remark-below.xlsx"]
        == rows["blank-rows.xlsx"]
        == rows["plain.xlsx"]
        == [3]
    )
    assert rows["two-tables.xlsx"] == [3, 1]
    assert rows["beside.xlsx"] == [2, 2]
