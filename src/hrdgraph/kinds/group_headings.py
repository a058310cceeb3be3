"""Headings in two rows: one that stands twice, such as a name, means what the group above it says,
such as an award or a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hrdgraph.kinds.guess import Guess
from hrdgraph.kinds.headings import folded
from hrdgraph.kinds.regions import Region, Rows


def guess_below_groups(
    rows: Rows,
    region: Region,
    names: Sequence[str],
    guessed: Callable[[Sequence[str]], Guess | None],
) -> Guess | None:
    """What a table is taken for, where a heading that stands twice is read as its group. `names`
    are its headings, each once; what is told by a group is in doubt."""
    said = _said(rows, region, names)
    guess = guessed(said)
    return guess and _called(guess, dict(zip(said, names, strict=True)))


def _said(rows: Rows, region: Region, names: Sequence[str]) -> list[str]:
    """The heading of each column; of one that stands twice, the group, where no other is it."""
    cells = list(map(folded, region.cells(rows, region.header)))
    groups = _groups(region.cells(rows, region.header - 1)) if region.header > 1 else []
    there = Counter(cells)
    said = [
        group if group and there[cell] > 1 else name
        for name, cell, group in zip(names, cells, groups or names, strict=True)
    ]
    again = Counter(map(folded, said))
    return [
        name if again[folded(group)] > 1 else group for name, group in zip(names, said, strict=True)
    ]


def _groups(cells: Sequence[str]) -> list[str]:
    """Each group over all columns up to the next: a text file has it over the first alone."""
    found: list[str] = []
    for cell in cells:
        found.append(" ".join(cell.split()) or (found[-1] if found else ""))
    return found


def _called(guess: Guess, names: Mapping[str, str]) -> Guess:
    """The guess with the headings as the table has them."""
    meanings = tuple(
        replace(
            item,
            heading=names[item.heading],
            parts=tuple(names[part] for part in item.parts),
            doubt=item.doubt or any(names[part] != part for part in item.headings),
        )
        for item in guess.meanings
    )
    return replace(guess, meanings=meanings, unread=tuple(names[name] for name in guess.unread))
