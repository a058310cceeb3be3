"""Read tables, files and expectations of a source as source.toml describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hrdgraph.catalogue import Message, add_this, is_not, kind_word, lacks, write_like
from hrdgraph.project.model import (
    DATE_TEXT,
    VISIBILITIES,
    ColumnSource,
    Expectation,
    Facts,
    File,
    Table,
    TableField,
)
from hrdgraph.project.toml import TomlSection

CALENDARS: Final = ("gregorian", "hijri", "persian", "")
ON_ERROR: Final = ("cell", "row", "stop", "")
_CHOICES: Final = {
    "dates": ("dmy", "mdy", "ymd", ""), "calendar": CALENDARS, "names": ("names", "keys"),
    "unsourced": (*VISIBILITIES, ""), "on_error": ON_ERROR,
    "unlisted_class": ("org:Organization", "foaf:Agent"),
}  # fmt: skip
# what [facts] may say of all tables
_SHARED: Final = frozenset(
    ("dates", "pivot", "calendar", "language", "unknown", "unsourced", "names", "separator")
) | {"on_error"}


def read_facts(section: TomlSection, usual: TomlSection) -> Facts | None:
    """Read the layout of a table that has a kind; None of one that has none. What the table does
    not say, `usual` says."""
    kind = section.get("kind", str, "")
    usual_only = usual.get("columns", dict, {}).keys() - section.get("columns", dict, {}).keys()
    levels: dict[str, dict[str, str]] = {}
    for heading, cells in section.get("rows", dict, {}).items():
        inner = section.section(cells, f"{section.name} rows {heading}")
        levels[heading] = {cell: inner.choice(cell, VISIBILITIES, "public") for cell in cells}
    meanings: dict[str, dict[str, tuple[str, ...]]] = {}
    for column, cells in section.get("values", dict, {}).items():
        inner = section.section(cells, f"{section.name} values {column}")
        meanings[column] = {
            text: inner.texts(text) if isinstance(meant, list) else tuple(filter(None, [meant]))
            for text, meant in cells.items()
        }
    facts = section.read(
        Facts, _CHOICES, above=usual, shared=_SHARED, kind=kind, columns=_columns(section, usual),
        header=section.get("header", int, 0) or -("header" in section.values), rows=levels,
        values=meanings, usual=tuple(sorted(usual_only)), use="",
    )  # fmt: skip
    if not kind and (unused := [key for key in _OF_FACTS if key in section.values]):
        raise section.error(
            Message("goes-with", option=unused[0], options="kind"), add_this('kind = "act"')
        )
    return facts if kind else None


_OF_FACTS: Final = (
    *("sheet", "header", "last", "area", "dates", "pivot", "calendar", "language", "unknown"),
    *("ignore", "names", "unlisted", "unsourced", "apart", "unlisted_class", "separator", "totals"),
    *("rows", "rows_apart", "on_error", "values", "all", "columns"),
)


def _columns(section: TomlSection, usual: TomlSection) -> dict[str, tuple[ColumnSource, ...]]:
    same = {name: {"value": value} for name, value in section.get("all", dict, {}).items()}
    own, usual_ones = section.get("columns", dict, {}) | same, usual.values.get("columns", {})
    columns: dict[str, tuple[ColumnSource, ...]] = {}
    for name, entry in {**usual_ones, **own}.items():
        items = entry if isinstance(entry, list) else [entry]
        columns[name] = tuple(_column(section, name, item) for item in items if item != "")
    return columns


def _column(section: TomlSection, name: str, value: Any) -> ColumnSource:
    if isinstance(value, str):
        return ColumnSource(heading=value)
    if not isinstance(value, dict):
        raise section.error(
            Message("takes-not", option=f"'{name}'", kind=kind_word("heading"), value=value),
            write_like(f'{name} = "…", {name} = {{ value = "…" }}'),
        )
    inner = section.section(value, f"{section.name} {name}")
    heading = inner.get("heading", str, "") or inner.get("column", str, "")
    noted = inner.texts("noted")
    first, *more = noted or inner.texts("joined") or (heading,)
    column = ColumnSource(
        heading=first, more=tuple(more), value=inner.get("value", str, None),
        through=inner.get("through", str, ""), key=inner.get("key", str, ""),
        to=inner.get("to", str, ""), part=inner.choice("part", ("host", ""), ""),
        without=inner.get("without", str, ""), split=_texts(inner, "split"), noted=bool(noted),
    )  # fmt: skip
    inner.check_keys()
    if bool(column.heading) == (column.value is not None):
        raise inner.error(Message("several-of", names=("column", "value")))
    if (column.noted and (column.through or column.without)) or (column.more and column.without):
        raise inner.error(Message("not-together", names="joined, without"), "keep-one")
    if column.through and not (column.key and column.to):
        raise inner.error(lacks("'through'", "'key', 'to'"), add_this('key = "…", to = "…"'))
    if column.without and not column.key:
        raise inner.error(lacks("'without'", "'key'"), add_this('key = "…"'))
    return column


def _texts(section: TomlSection, key: str) -> tuple[str, ...]:
    """Read a text or a list of texts."""
    value = section.values.get(key, ())
    return (section.get(key, str, ""),) if isinstance(value, str) else section.texts(key)


_TABLE_CHOICES: Final = {
    "evidence_mode": ("any", "positions"), "visibility": VISIBILITIES,
    "hides": ("person", "row", "thing"),
}  # fmt: skip
_FIELD_CHOICES: Final = {
    "type": ("string", "year", "edtf", "date", DATE_TEXT, "integer", "uri"),
    "visibility": VISIBILITIES, "order": ("dmy", "mdy", ""), "calendar": CALENDARS,
}  # fmt: skip
YEARS = range(1000, 10000)


WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def tables_of(
    section: TomlSection, usual: dict[str, Any], written: Sequence[TomlSection]
) -> tuple[Table, ...]:
    """Read the tables; what `[facts]` says holds for all that have a kind."""
    facts = section.section(usual, "[facts]")
    tables = tuple(_table(item, facts) for item in written)
    if tables:
        facts.check_keys()
    same: dict[str, list[Table]] = {}
    for table in tables:
        same.setdefault(table.label if table.facts else "", []).append(table)
    return tuple(
        table
        if table.facts is None or len(same[table.label]) == 1
        else _with_levels(table, table.facts, same[table.label])
        for table in tables
    )


def _with_levels(table: Table, facts: Facts, same: Sequence[Table]) -> Table:
    levels: dict[str, str] = {}
    rows: dict[str, Mapping[str, str]] = {}
    columns = dict(facts.columns)
    withheld: dict[str, None] = {}
    confirmed: dict[str, None] = {}
    for other in same:
        assert other.facts is not None
        for field in other.fields:
            seen_by = levels.get(field.name, "public")
            levels[field.name] = max(seen_by, field.visibility, key=VISIBILITIES.index)
        rows |= other.facts.rows
        confirmed |= dict.fromkeys(other.confirmed)
        withheld |= dict.fromkeys(other.facts.withheld)
        if sources := other.facts.columns.get("visibility"):
            columns.setdefault("visibility", sources)
    own = {field.name: field for field in table.fields}
    hidden = {name: level for name, level in levels.items() if level != "public"}
    fields = {name: own.get(name, TableField(name)) for name in {**own, **hidden}}
    return replace(
        table,
        visibility=max((field.visibility for field in same), key=VISIBILITIES.index),
        fields=tuple(replace(field, visibility=levels[field.name]) for field in fields.values()),
        kept_back=tuple(dict.fromkeys((*table.kept_back, *(hidden.keys() - own.keys())))),
        confirmed=tuple(confirmed),
        facts=replace(
            facts, rows=rows, columns=columns, withheld=tuple(withheld),
            ignore=tuple(name for name in facts.ignore if name not in rows),
            use="" if table is same[0] else facts.kind,
        ),
    )  # fmt: skip


def _table(section: TomlSection, usual: TomlSection) -> Table:
    fields = section.get("fields", dict, {})
    hidden = {
        name: level
        for level in VISIBILITIES[1:]  # a heading in both lists has the stricter level
        for name in section.texts(level)
    }
    own = [
        _field(name, section.section(values, f"{section.name} {name}"))
        for name, values in fields.items()
    ]
    table = section.read(
        Table, _TABLE_CHOICES, kept_back=tuple(hidden), confirmed=section.texts("public"),
        fields=(*own, *(TableField(name, visibility=level) for name, level in hidden.items())),
        facts=read_facts(section, usual), unread=(), any_of=(),
    )  # fmt: skip
    section.check_keys()
    if twice := [name for name in hidden if name in fields]:
        raise section.error(Message("column-said-twice", name=twice[0]), "keep-one")
    if table.file.lower().endswith(WORKBOOKS) and table.facts is None:
        raise section.error(lacks(table.file, "kind"), Message("say-kind-or-mapping"))
    if len(table.delimiter) != 1 or table.delimiter in '\r\n"\0':
        raise section.error(is_not(table.delimiter, "character"), write_like('";"'))
    return table


def read_file(section: TomlSection) -> File:
    """Read a file that a mapping reads, and who may see it and its columns."""
    name = section.get("name", str, ...)
    columns = section.get("columns", dict, {})
    inner = section.section(columns, f"{section.name} columns")
    visibility = section.choice("visibility", VISIBILITIES, "public")
    section.check_keys()
    return File(
        name, visibility, {key: inner.choice(key, VISIBILITIES, "public") for key in columns}
    )


def _field(name: str, section: TomlSection) -> TableField:
    field = section.read(
        TableField, _FIELD_CHOICES, name=name, split=(), values={}, is_said_empty=False
    )
    section.check_keys()
    try:
        re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise section.error(
            Message("pattern-malformed", option="'pattern'", reason=error)
        ) from None
    # Check that what is said of dates is said of a column of dates as people write them: it would
    # do nothing to any other.
    keys = [key for key in ("language", "pivot", "order", "calendar") if key in section.values]
    if keys and field.type != DATE_TEXT:
        raise section.error(
            Message("goes-with", option=keys[0], options=f"type = {DATE_TEXT}"),
            add_this(f'type = "{DATE_TEXT}"'),
        )
    if field.pivot is not None and field.pivot not in YEARS:
        year = kind_word("year")
        fact = Message("takes-not", option="'pivot'", kind=year, value=field.pivot)
        raise section.error(fact)
    return field


def expectation(section: TomlSection) -> Expectation:
    """Return what is expected of what a source says."""
    expected = section.read(Expectation, {}, class_name=section.get("class", str, ""))
    section.check_keys()
    return expected
