"""DuckDB's types into what is asked of it, and its answers into Python values: nothing is
changed on the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from hrdgraph.sources.values import hour, moment, within_years

Convert = Callable[[Any], Any]
# of its elements, and the dimensions of an array
_TYPE: Final = re.compile(r"(.*?)((?:\[\d*\])*)", re.DOTALL)
_SAFE: Final = re.compile(
    r"BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|DECIMAL.*|VARCHAR|BLOB|UUID|JSON|ENUM.*|BIT|\"NULL\""
)
_READ: Final[tuple[tuple[str, Convert], ...]] = (
    ("TIMESTAMP", within_years(moment)),
    ("DATE", within_years(dt.date.fromisoformat)),
    ("TIME", within_years(hour)),
    ("BIGNUM", int),
    ("VARINT", int),
    ("FLOAT", float),
)


def asked_as(kinds: Sequence[str]) -> list[str] | None:
    """The columns of a query, by their types, as they are to be asked for: as texts where the
    library would change them. It makes the year 9999 of infinity, days of months, other digits
    of a FLOAT, and Python's words of structures. None where it changes none of them."""
    pairs = [_parts(kind) for kind in kinds]
    if all(_SAFE.fullmatch(base) for base, _ in pairs):
        return None
    return [
        f"#{n}" if _SAFE.fullmatch(base) else f"CAST(#{n} AS VARCHAR{dims})"
        for n, (base, dims) in enumerate(pairs, 1)
    ]


def reader(kind: str) -> Convert | None:
    """What makes of an answer of a type, asked for in that way, its value: an array is one list
    of all its dimensions."""
    base, dimensions = _parts(kind)
    read = (
        None
        if _SAFE.fullmatch(base)
        else next((read for start, read in _READ if base.startswith(start)), None)
    )
    if not dimensions:
        return read
    return lambda cell: _elements(cell, read or _same)


def _parts(kind: str) -> tuple[str, str]:
    match = _TYPE.fullmatch(kind)
    assert match is not None
    return match[1], match[2]


def _same(cell: Any) -> Any:
    return cell


def _elements(cell: Any, read: Convert) -> Any:
    if isinstance(cell, list | tuple):
        return [
            element
            for item in cell
            for element in (
                _elements(item, read) if isinstance(item, list | tuple) else [_elements(item, read)]
            )
        ]
    return cell if cell is None else read(cell)
