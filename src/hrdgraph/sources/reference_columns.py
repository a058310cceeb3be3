"""Find the columns that a reference of a mapping means, and the kinds of values beside them;
report missing columns with a similar name. Needs no column library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.nearest import SAME_LOOK, looks_like_one, nearest_few

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
    str: STRING, int: INTEGER, float: DOUBLE, bool: BOOLEAN, list: STRUCTURE, dict: STRUCTURE,
}  # fmt: skip


def kinds_of(name: str) -> str:
    """Return the name of the column (UInt8, or lists of it) with the kinds of column `name`;
    without it all are strings."""
    return f"{HIDDEN}kinds:{name}"


def kind_of(value: Any) -> int:
    """Return the kind of one JSON value."""
    # a number with a point has a type of its own, which keeps its digits
    return _OF_TYPE.get(type(value), DOUBLE)


_MARKS: Final = ";\t|,"  # what separates the cells of most tables


def missing_column(name: str, header: Sequence[str], origin: Origin) -> SourceError:
    """Return the error for a column that a table lacks, with the nearest name it has."""
    return SourceError(
        "column-unknown", column=name, origin=origin,
        hint=column_hint(name, header, Message("there-is", known=", ".join(header))),
    )  # fmt: skip


def column_hint(name: str, header: Sequence[str], otherwise: Message) -> Message:
    """Return the hint from a name to a similar column; `otherwise` if there is none."""
    near = nearest(name, header)
    hint = otherwise if near is None else Message("did-you-mean", nearest=near)
    return hint_of(header) or (Message(SAME_LOOK) if looks_like_one(name, header) else hint)


def hint_of(header: Sequence[str]) -> Message | None:
    """Return the hint for a table whose headings were read as one, since its cells have another
    delimiter; None for others."""
    mark = next((mark for mark in _MARKS if mark in header[0]), "") if len(header) == 1 else ""
    if not mark:
        return None
    name = Message("mark-tabs") if mark == "\t" else f"'{mark}'"
    way = Message("write-delimiter", delimiter="\\t" if mark == "\t" else mark)
    return Message("cells-separated-by", separator=name, way=way)


def duplicate_name(name: str, origin: Origin, places: tuple[int, int] | None = None) -> SourceError:
    """Return the error for a name that two columns of a table share, or for two without one, with
    their places."""
    if places and not name.strip():
        hint = "give-each-column-name"
        return SourceError(
            "columns-without-name", first=places[0], second=places[1], origin=origin, hint=hint
        )
    return SourceError("there-twice", hint="give-each-column-name", name=name, origin=origin)


def nearest(name: str, names: Sequence[str]) -> str | None:
    """Return the name most like another, ignoring capitals; None if none is similar."""
    same = [other for other in names if other.casefold() == name.casefold()]
    return next(iter(same or nearest_few(name, names, 1)), None)
