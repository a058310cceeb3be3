"""What a `[[table]]` of source.toml says of a table of facts: its kind, its layout, and which
column is which."""

from __future__ import annotations

from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.project.model import VISIBILITIES, ColumnSource, Facts
from hrdgraph.project.toml import TomlSection

_DATES: Final = ("dmy", "mdy", "ymd", "")
CALENDARS: Final = ("gregorian", "hijri", "persian", "")
_NAMES: Final = ("names", "keys")
_LEVELS: Final = ("public", "restricted", "withheld", "")
_PARTS: Final = ("host", "")
_CLASSES: Final = ("org:Organization", "foaf:Agent")


def read_facts(section: TomlSection, usual: TomlSection) -> Facts | None:
    """The layout of a table that has a kind; None of one that has none. What the table does not
    say, `usual` says."""
    kind = section.get("kind", str, "")
    others = usual.get("columns", dict, {}).keys() - section.get("columns", dict, {}).keys()
    facts = Facts(
        kind=kind,
        sheet=section.get("sheet", str, ""),
        header=section.get("header", int, 0),
        last=section.get("last", int, 0),
        area=section.get("area", str, ""),
        dates=section.choice("dates", _DATES, usual.choice("dates", _DATES, "")),
        calendar=section.choice("calendar", CALENDARS, usual.choice("calendar", CALENDARS, "")),
        language=section.get("language", str, usual.get("language", str, "")),
        unknown=section.texts("unknown") or usual.texts("unknown"),
        unsourced=section.choice("unsourced", _LEVELS, usual.choice("unsourced", _LEVELS, "")),
        columns=_columns(section, usual),
        ignore=section.texts("ignore"),
        names=section.choice("names", _NAMES, usual.choice("names", _NAMES, "names")),
        unlisted=section.texts("unlisted"),
        apart=section.texts("apart"),
        unlisted_class=section.choice("unlisted_class", _CLASSES, _CLASSES[0]),
        separator=section.get("separator", str, usual.get("separator", str, ";")),
        encoding=section.get("encoding", str, ""),
        totals=section.get("totals", bool, False),
        rows=_rows(section),
        usual=tuple(sorted(others)),
    )
    if not kind and (said := [key for key in _OF_FACTS if key in section.values]):
        raise section.error(Message("setting-of-kinds", setting=said[0]), Message("add-kind"))
    return facts if kind else None


_OF_FACTS: Final = (
    *("sheet", "header", "last", "area", "dates", "calendar", "language", "unknown", "columns"),
    *("ignore", "names", "unlisted", "unsourced", "apart", "unlisted_class", "separator", "totals"),
    "rows",
)


def _rows(section: TomlSection) -> dict[str, dict[str, str]]:
    """Who may see the rows that have a cell, by heading and cell."""
    found: dict[str, dict[str, str]] = {}
    for heading, cells in section.get("rows", dict, {}).items():
        inner = section.section(cells, f"{section.name} rows {heading}")
        found[heading] = {cell: inner.choice(cell, VISIBILITIES, "public") for cell in cells}
    return found


def _columns(section: TomlSection, usual: TomlSection) -> dict[str, tuple[ColumnSource, ...]]:
    own, others = section.get("columns", dict, {}), usual.values.get("columns", {})
    found: dict[str, tuple[ColumnSource, ...]] = {}
    for name, said in {**others, **own}.items():
        items = said if isinstance(said, list) else [said]
        found[name] = tuple(_column(section, name, item) for item in items if item != "")
    return found


def _column(section: TomlSection, name: str, said: Any) -> ColumnSource:
    if isinstance(said, str):
        return ColumnSource(heading=said)
    if not isinstance(said, dict):
        raise section.error(
            Message("heading-expected", setting=name, value=repr(said)),
            Message("write-heading-or-value", setting=name),
        )
    inner = section.section(said, f"{section.name} {name}")
    first, *more = inner.texts("joined") or (inner.get("heading", str, ""),)
    column = ColumnSource(
        heading=first,
        more=tuple(more),
        value=inner.get("value", str, None),
        through=inner.get("through", str, ""),
        key=inner.get("key", str, ""),
        to=inner.get("to", str, ""),
        part=inner.choice("part", _PARTS, ""),
        without=inner.get("without", str, ""),
    )
    inner.done()
    _check_column(column, inner)
    return column


def _check_column(column: ColumnSource, section: TomlSection) -> None:
    if bool(column.heading) == (column.value is not None):
        raise section.error(Message("heading-and-value"), Message("write-one-of-both"))
    if column.more and (column.through or column.without):
        raise section.error(Message("joined-looked-up"), Message("join-alone"))
    if column.through and not (column.key and column.to):
        raise section.error(Message("through-incomplete"), Message("name-both-columns"))
    if column.without and not column.key:
        raise section.error(Message("without-incomplete"), Message("name-key-column"))
