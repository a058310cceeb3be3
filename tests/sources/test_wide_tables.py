"""Tables of very many columns take time by their width: ten times as many, no more than some
twenty times the processor's time, whatever else the machine does."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.errors import NOWHERE
from hrdgraph.kinds import Kind
from hrdgraph.kinds.guess import guess_columns
from hrdgraph.kinds.headings import match_headings
from hrdgraph.kinds.model import Column
from hrdgraph.kinds.samples import Recogniser
from hrdgraph.sources import Dialect, read
from hrdgraph.sources.fact_table import unique_names
from hrdgraph.sources.registry import FORMAT

FEW, MANY, SLACK = 1_000, 10_000, 3  # quadratic work takes ten times what linear work does


def headings(number: int) -> list[str]:
    return [f"column {place} Ñ" for place in range(number)]


def same(number: int) -> list[str]:
    return ["Nom"] * number


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def table(path: Path, number: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings(number), ["x"] * number])
    return path


KIND = Kind(
    "thing",
    Path("thing.yml"),
    "thing",
    "Thing",
    {},
    {},
    {},
    (Column("name"), Column("date", "date")),
)


@pytest.mark.parametrize("formulation", ["CSV", FORMAT.FactTable.value])
def test_readers(formulation: str, tmp_path: Path) -> None:
    def work(number: int) -> Callable[[], object]:
        path = table(tmp_path / f"{number}.csv", number)
        return lambda: list(read(formulation, path, Dialect(), None, NOWHERE))

    assert_linear(work)


@pytest.mark.parametrize("made", [headings, same])
def test_names(made: Callable[[int], list[str]]) -> None:
    assert_linear(lambda number: lambda: unique_names(made(number)))


def test_what_headings_mean() -> None:
    cells = Recogniser(lambda _: False, {})

    def guess(number: int) -> Callable[[], object]:
        columns = {name: ["x"] for name in headings(number)}
        return lambda: guess_columns(KIND, columns, cells)

    assert_linear(guess)
    assert_linear(lambda number: lambda: match_headings(KIND, headings(number)))


def assert_linear(work: Callable[[int], Callable[[], object]]) -> None:
    work(FEW)()
    few = min(seconds(work(FEW)) for _ in range(3))
    assert seconds(work(MANY)) < SLACK * MANY / FEW * max(few, 0.002)


def test_a_name_that_is_there_again_gets_its_number() -> None:
    def before(cells: list[str]) -> list[str]:
        names: list[str] = []
        for name in cells:
            again = sum(known == name or known.startswith(f"{name} [") for known in names)
            names.append(f"{name} [{again + 1}]" if again else name)
        return names

    parts = ["A", "A [2]", "A [3]", "A [2] [2]", "B", "A [", "A [x", "AB"]
    for first in parts:
        for second in parts:
            for third in parts:
                cells = [first, second, third, "A", "A [2]", first]
                assert unique_names(cells) == before(cells)
