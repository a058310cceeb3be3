"""Texts of PostgreSQL's types into Python values, and arrays into lists of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.sources.values import UnsupportedValue, hour, moment, within_years

Convert = Callable[[str], Any]
_ELEMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_TIMETZ: Final = 1266  # of type `timetz`, which the driver has no name for
_DATES: Final[dict[str, Convert]] = {
    "DATE": dt.date.fromisoformat,
    "TIME": hour,
    "TIMESTAMP": moment,
    "TIMESTAMPTZ": moment,
}


def _decimal(text: str) -> Any:
    number = Decimal(text)
    return number if number.is_finite() else UnsupportedValue(Message("no-xsd-decimal", value=text))


_OTHERS: Final[dict[str, Convert]] = {
    **dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT", "OID"), int),
    **dict.fromkeys(("REAL", "FLOAT"), float),
    "NUMERIC": _decimal,
    "BOOLEAN": "t".__eq__,
    "BYTES": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}


def converters(library: Any) -> Iterator[tuple[int, Convert]]:
    """The number of each type that the driver knows, and how its texts are read. What R2RML's
    natural mapping does not name stays the text that the server writes: months are no days, and
    JSON keeps its digits."""
    types = library.converters
    singles = _OTHERS | {name: within_years(parse) for name, parse in _DATES.items()}
    names = {
        oid: name
        for name in dir(types)
        if isinstance(oid := getattr(types, name), int) and oid in types.PG_TYPES
    }
    for oid, name in names.items():
        convert = singles.get(name.removesuffix("_ARRAY"), str)
        yield oid, partial(elements, convert=convert) if name.endswith("_ARRAY") else convert
    yield _TIMETZ, within_years(hour)


def elements(text: str, convert: Convert) -> list[Any]:
    """The elements of an array, of all its dimensions (PostgreSQL, Arrays, §8.15.6)."""
    found = _ELEMENT.finditer(text, text.index("{"))  # bounds may stand before: [0:1]={a,b}
    return [_element(match[1], match[2], convert) for match in found]


def _element(quoted: str | None, bare: str | None, convert: Convert) -> Any:
    if bare is None:
        return convert(_ESCAPE.sub(r"\1", quoted or ""))
    return None if bare == "NULL" else convert(bare)
