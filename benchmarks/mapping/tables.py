"""Seeded tables for the scenarios: the same size gives the same bytes on every machine."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable
from itertools import chain
from math import gcd
from pathlib import Path

SEED = 7
COLUMNS = 20
GRAPHS = 1_000
PROPERTIES = tuple(f"p{number}" for number in range(1, COLUMNS + 1))
HEADER = ("id", *PROPERTIES)
# letters of several scripts, and each character that N-Triples escapes or that an IRI may not hold;
# no empty
# cell, since engines differ in whether it is a value, and no control character, which no engine is
# asked to keep
PIECES = (
    *(
        "plain",
        "Ñandú",
        "šuma",
        "Ελλάδα",
        "日本語",
        "مرحبا",
        "naïve café",
        "🦉",
        'say "yes"',
        "it's",
        "a,b;c",
        "back\\slash",
        "tab\there",
    ),
    *(
        "two\nlines",
        "100% sure",
        "<angle>",
        "{curly}",
        "[square]",
        "a/b?c=d#e",
        "pipe|caret^tick`",
        "tilde~dot.dash-_",
        "&amp;",
        "+1 (2)",
    ),
)


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A file as RFC 4180 has it, with LF as the end of a line."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def plain_rows(records: int) -> Iterable[list[object]]:
    """A key and 20 short texts a row, all different."""
    rng = random.Random(SEED)
    for number in range(records):
        yield [number, *(f"value {rng.randrange(10**9)}" for _ in PROPERTIES)]


def plain(folder: Path, records: int) -> None:
    """One table of 21 columns."""
    write_csv(folder / "data.csv", HEADER, plain_rows(records))


def objects(folder: Path, records: int) -> None:
    """The same records as one JSON array, one object a line."""
    with (folder / "data.json").open("w", encoding="utf-8") as file:
        for number, row in enumerate(plain_rows(records)):
            file.write(",\n" if number else "[\n")
            file.write(json.dumps(dict(zip(HEADER, (str(cell) for cell in row), strict=True))))
        file.write("\n]\n" if records else "[]\n")


def duplicates(folder: Path, records: int) -> None:
    """Each row twice, all once and then all again: 50% of the rows say nothing new. `records` is
    even."""
    write_csv(
        folder / "data.csv", HEADER, chain(plain_rows(records // 2), plain_rows(records // 2))
    )


def linked(folder: Path, records: int, fan: int) -> None:
    """A child table, and a parent table in which each key stands `fan` times, in another order."""
    write_csv(
        folder / "child.csv", ("id", "key"), ((number, f"k{number}") for number in range(records))
    )
    write_csv(folder / "parent.csv", ("id", "key", "name"), _parents(records, fan))


def _parents(records: int, fan: int) -> Iterable[tuple[str, str, str]]:
    """Each pair of a record and a copy, mixed by a step that shares no factor with their number."""
    total = records * fan
    step = next(step for step in (7_919, 104_729, 1) if gcd(step, total) == 1)
    for index in range(total):
        number, copy = divmod(index * step % total, fan)
        yield f"{number}-{copy}", f"k{number}", f"name {number} {copy}"


def graphs(folder: Path, records: int) -> None:
    """The plain table with one more column: which of 1,000 graphs a row belongs to.

    It is not called `graph`: Morph-KGC has a column of that name of its own, and mixes them up.
    """
    write_csv(
        folder / "data.csv",
        (*HEADER, "shelf"),
        ([*row, number % GRAPHS] for number, row in enumerate(plain_rows(records))),
    )


def messy(folder: Path, records: int) -> None:
    """Three pieces of text a cell; the number of the row keeps the subjects apart."""
    rng = random.Random(SEED)
    write_csv(folder / "data.csv", HEADER, (_messy_row(rng, number) for number in range(records)))


def _messy_row(rng: random.Random, number: int) -> list[str]:
    cells = [" ".join(rng.choices(PIECES, k=3)) for _ in HEADER]
    return [f"{cells[0]} {number}", *cells[1:]]
