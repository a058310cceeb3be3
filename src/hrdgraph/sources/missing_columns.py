"""The errors for a column that a table does not have, with the name or the delimiter that was
likely meant, or has twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hrdgraph.errors import Origin, SourceError
from hrdgraph.nearest import SAME_LOOK, looks_like_one, nearest_few

_MARKS: Final = ";\t|,"  # what separates the cells of most tables


def missing_column(name: str, header: Sequence[str], origin: Origin) -> SourceError:
    """The error for a column that a table does not have, with the nearest name it has."""
    return SourceError(
        "column-missing",
        name=name,
        origin=origin,
        hint=column_hint(name, header, f"it has: {', '.join(header)}"),
    )


def column_hint(name: str, header: Sequence[str], otherwise: str) -> str:
    """How to come from a name to a column that there is; `otherwise` where none is like it."""
    near = nearest(name, header)
    hint = f"did you mean '{near}'?" if near is not None else otherwise
    return separated(header) or (SAME_LOOK if looks_like_one(name, header) else hint)


def separated(header: Sequence[str]) -> str:
    """The hint for a table whose headings were read as one, since its cells are separated by
    something else; empty for any other."""
    mark = next((mark for mark in _MARKS if mark in header[0]), "") if len(header) == 1 else ""
    text, name = ("\\t", "tabs") if mark == "\t" else (mark, f"'{mark}'")
    way = (
        f'write delimiter = "{text}" in its [[table]], or in the mapping csvw:delimiter '
        f'"{text}" (YARRRML: delimiter: "{text}")'
    )
    return f"its cells seem to be separated by {name}: {way}" if mark else ""


def shared_name(name: str, origin: Origin, places: tuple[int, int] | None = None) -> SourceError:
    """The error for a name that two columns of a table have, or for two without one, told by
    their places."""
    if places and not name.strip():
        hint = "give-each-column-name-or"
        return SourceError(
            "columns-without-name", first=places[0], second=places[1], origin=origin, hint=hint
        )
    return SourceError("column-name-twice", name=name, origin=origin)


def nearest(name: str, names: Sequence[str]) -> str | None:
    """The name most like another one, capital letters or not; None where none is like it."""
    same = [other for other in names if other.casefold() == name.casefold()]
    return next(iter(same or nearest_few(name, names, 1)), None)
