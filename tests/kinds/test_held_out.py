"""Registers that the guesses were not tuned on: nine columns in ten are right without a question, and none is wrong silently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.kinds.messy import MESSY, Messy
from tests.kinds.messy_held_out import OWN, from_shared
from tests.kinds.test_messy import proposals


def wrong_silently(item: Messy, folder: Path) -> list[str]:
    """What is taken for something else and not shown as in doubt."""
    found = proposals(item, folder)
    kinds = [
        f"{item.name}: {p.guess.kind}"
        for p, (kind, _) in zip(found, item.right, strict=True)
        if p.guess.kind != kind and not p.guess.doubt
    ]
    return kinds + [
        f"{item.name}: {meaning.heading} is taken for {meaning.column}"
        for proposal, (kind, right) in zip(found, item.right, strict=True)
        if proposal.guess.kind == kind
        for meaning in proposal.guess.meanings
        if right.get(meaning.column) != meaning.heading and not meaning.doubt
    ]


def known(items: Sequence[Messy], folder: Path) -> tuple[int, int, list[str]]:
    """How many columns are right without a question, of how many, and which are not."""
    right_ones = wanted = 0
    missed: list[str] = []
    for item in items:
        for proposal, (kind, right) in zip(proposals(item, folder), item.right, strict=True):
            sure = {m.column: m.heading for m in proposal.guess.meanings if not m.doubt}
            is_kind = proposal.guess.kind == kind
            hits = {
                column
                for column, heading in right.items()
                if is_kind and sure.get(column) == heading
            }
            right_ones += len(hits)
            wanted += len(right)
            missed += [f"{item.name}: {right[column]}" for column in right if column not in hits]
    return right_ones, wanted, missed


def test_none_is_wrong_silently(tmp_path: Path) -> None:
    assert [text for item in OWN for text in wrong_silently(item, tmp_path)] == []


def test_nine_columns_in_ten_are_right(tmp_path: Path) -> None:
    right, wanted, missed = known(OWN, tmp_path)
    assert right >= 0.9 * wanted, f"{right} of {wanted}, not {missed}"


def test_none_of_the_lists_of_others_is_wrong_silently(
    tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    assert [text for item in from_shared(shared) for text in wrong_silently(item, tmp_path)] == []


def test_nine_columns_in_ten_of_the_lists_of_others_are_right(
    tmp_path: Path, shared: Callable[[str], Path]
) -> None:
    items = from_shared(shared)
    right, wanted, missed = known(items, tmp_path)
    assert len(items) + len(OWN) >= (len(MESSY) + len(items) + len(OWN)) * 0.4
    assert right >= 0.9 * wanted, f"{right} of {wanted}, not {missed}"


@pytest.mark.parametrize("item", [*OWN], ids=lambda item: item.name)
def test_every_file_has_a_table(item: Messy, tmp_path: Path) -> None:
    assert len(proposals(item, tmp_path)) == len(item.right)
