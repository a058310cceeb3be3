"""Tables of very many columns take time by their width: ten times as many, no more than some
twenty times the processor's time, whatever else the machine does."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.errors import NOWHERE, HrdgraphError
from hrdgraph.fact_kinds import Kind
from hrdgraph.fact_kinds.guess import ColumnShares, Recogniser, guess_columns
from hrdgraph.fact_kinds.model import Column, match_headings
from hrdgraph.sources import Dialect, read
from hrdgraph.sources.fact_table import unique_names
from hrdgraph.sources.registry import FORMAT

FEW, MANY, SLACK = 1_000, 10_000, 5  # quadratic work takes ten times what linear work does


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
    {},
    (Column("name"), Column("date", "date")),
)


@pytest.mark.heavy
@pytest.mark.parametrize("formulation", ["CSV", FORMAT.FactTable.value])
def test_readers(formulation: str, tmp_path: Path) -> None:
    def work(number: int) -> Callable[[], object]:
        path = table(tmp_path / f"{number}.csv", number)
        return lambda: list(read(formulation, path, Dialect(), None, NOWHERE))

    assert_linear(work)


@pytest.mark.parametrize("made", [headings, same])
def test_names(made: Callable[[int], list[str]]) -> None:
    assert_linear(lambda number: lambda: unique_names(made(number)))


@pytest.mark.heavy
def test_what_headings_mean() -> None:
    cells = Recogniser(lambda _: False, {})

    def guess(number: int) -> Callable[[], object]:
        columns = {name: ["x"] for name in headings(number)}
        return lambda: guess_columns(KIND, columns, ColumnShares(cells))

    assert_linear(guess)
    assert_linear(lambda number: lambda: match_headings(KIND, headings(number)))


def assert_linear(work: Callable[[int], Callable[[], object]]) -> None:
    work(FEW)()
    few = min(seconds(work(FEW)) for _ in range(3))
    assert min(seconds(work(MANY)) for _ in range(2)) < SLACK * MANY / FEW * max(few, 0.002)


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


def proposed(path: Path, project: Path) -> Callable[[], object]:
    return lambda: hrdgraph.import_tables(path, dry_run=True, project=project)


@pytest.mark.heavy
def test_import_of_wide_tables(small: Path) -> None:
    """Ten times the columns take some ten times as long: kinds share what cells are."""

    def wide(number: int) -> Path:
        path = small / f"{number}.csv"
        rows = [["Award", "Country", *headings(number)], ["Rafto", "Norway", *["x"] * number]]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    proposed(wide(1), small)()
    few, many = (seconds(proposed(wide(number), small)) for number in (300, 3000))
    assert many < few * 10 * SLACK


@pytest.mark.heavy
@pytest.mark.parametrize("work", ["build", "import"])
def test_long_cells(small: Path, work: str) -> None:
    """Four times as long a cell takes some four times as long, or less."""
    table = small / "data" / "sources" / "example" / "people.csv"
    text = table.read_text("utf-8")

    def long(number: int) -> Callable[[], object]:
        cell = "ab c" * (number // 4)
        if work == "build":
            table.write_text(f'{text}Carl,"{cell}",https://example.org/x\n', encoding="utf-8")
            return lambda: hrdgraph.build(small, validate=False)
        path = small / "long.csv"
        path.write_text(f'Award,Country,Note\nRafto,Norway,"{cell}"\n', encoding="utf-8")
        return proposed(path, small)

    long(4)()
    few, many = (seconds(long(number)) for number in (400_000, 1_600_000))
    assert many < few * 4 * SLACK


def test_a_cell_that_is_too_long_is_refused_with_the_limit(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.sources.delimited.csv.LONGEST", 5000)
    path = small / "long.csv"
    path.write_text('Award,Note\nRafto,"' + "a" * 6000 + '"\n', encoding="utf-8")
    try:
        with pytest.raises(HrdgraphError) as caught:
            proposed(path, small)()
    finally:
        csv.field_size_limit(64 << 20)
    assert "5,000" in str(caught.value)


def test_the_cells_of_a_heading_are_looked_at_once() -> None:
    looked: list[str] = []

    def is_date(text: str) -> bool:
        looked.append(text)
        return False

    shares = ColumnShares(Recogniser(is_date, {}))
    for name in ("date", "founded", "born"):
        assert shares.of(Column(name, type="date"), "heading", ["x 1", "y 2"]) == 0
    assert looked == ["x 1", "y 2"]
