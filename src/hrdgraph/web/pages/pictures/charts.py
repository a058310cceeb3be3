"""Rows of an answer into a small picture, where they have a shape that one helps to see: bars,
or a line over years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.rdf import Literal, Term
from hrdgraph.vocab import XSD

_NUMBERS: Final = {
    XSD[name].value for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
}
_BARS: Final = 25
_WIDTH, _ROW, _LABEL, _VALUE = 720, 24, 260, 60


@dataclass(frozen=True)
class Bar:
    """One bar: where it is, how long, what it stands for."""

    y: int
    width: float
    label: str
    full: str
    value: str


@dataclass(frozen=True)
class Chart:
    """Bars, the longest first as the rows have them. `what` and `of` are the columns they are
    made of."""

    bars: list[Bar]
    height: int
    what: str
    of: str
    left_out: int


def chart_of(
    variables: Sequence[str],
    rows: Sequence[Sequence[Term | None]],
    shown: Sequence[Sequence[str]],
    titles: Sequence[str],
) -> Chart | None:
    """A bar for each row, where the answer has a column of names and one of counts that are not
    all alike. `shown` are the texts of the rows, `titles` those of the columns.
    """
    numbers = [place for place in range(len(variables)) if _is_number(rows, place)]
    at = _names_at(variables, numbers)
    if len(rows) < 3 or not numbers or at is None:
        return None
    place = numbers[0]
    sizes = [float(cell.value) for row in rows[:_BARS] if isinstance(cell := row[place], Literal)]
    few_names = len({row[at] for row in shown}) < len(shown) * 0.8
    if len(set(sizes)) < 2 or min(sizes) < 0 or few_names:
        return None
    top = max(sizes)
    bars = [
        _bar(number, shown[number][at], shown[number][place], size / top)
        for number, size in enumerate(sizes)
    ]
    return Chart(bars, len(bars) * _ROW + 4, titles[place], titles[at], len(rows) - len(bars))


def _names_at(variables: Sequence[str], numbers: Sequence[int]) -> int | None:
    """The column to call bars by: one of names, or the last that has no numbers."""
    others = [at for at in range(len(variables)) if at not in numbers]
    known = [at for at in others if variables[at] in ("name", "label", "country")]
    return next(iter(known or others[::-1]), None)


def _bar(number: int, label: str, value: str, share: float) -> Bar:
    short = label if len(label) <= 34 else f"{label[:33]}…"
    return Bar(number * _ROW + 2, round(share * (_WIDTH - _LABEL - _VALUE), 1), short, label, value)


def _is_number(rows: Sequence[Sequence[Term | None]], place: int) -> bool:
    cells = [row[place] for row in rows]
    return bool(cells) and all(
        isinstance(cell, Literal) and cell.datatype in _NUMBERS for cell in cells
    )
