"""The kinds of values that a format knows, as small numbers in a column beside the texts:
strings need none."""

from __future__ import annotations

from typing import Any, Final

STRING: Final = 0
INTEGER: Final = 1
DOUBLE: Final = 2
BOOLEAN: Final = 3
STRUCTURE: Final = 4  # an array or object, which no single term can say
DECIMAL: Final = 5
DATE: Final = 6
TIME: Final = 7
DATETIME: Final = 8
BINARY: Final = 9  # as upper-case hexadecimal digits
DURATION: Final = 10  # of days, hours, minutes and seconds

# begins the names of columns that are not the source's own; no CSV and no path holds it
HIDDEN: Final = "\0"
_OF_TYPE: Final[dict[type, int]] = {
    str: STRING,
    int: INTEGER,
    float: DOUBLE,
    bool: BOOLEAN,
    list: STRUCTURE,
    dict: STRUCTURE,
}


def kinds_of(name: str) -> str:
    """The name of the column (UInt8, or lists of it) that holds the kinds of column `name`;
    without it all are strings."""
    return f"{HIDDEN}kinds:{name}"


def kind_of(value: Any) -> int:
    """The kind of one JSON value."""
    # a number with a point has a type of its own, which keeps its digits
    return _OF_TYPE.get(type(value), DOUBLE)
