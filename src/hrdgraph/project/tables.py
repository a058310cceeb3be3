"""Tables, files and expectations of a source, as source.toml describes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hrdgraph.catalogue import Message
from hrdgraph.project.facts import CALENDARS, read_facts
from hrdgraph.project.model import (
    COMMA,
    DATE_TEXT,
    VISIBILITIES,
    Expectation,
    File,
    Table,
    TableField,
)
from hrdgraph.project.toml import TomlSection

HIDES = ("person", "row", "thing")


TYPES = ("string", "year", "edtf", "date", DATE_TEXT, "integer", "uri")


ORDERS = ("dmy", "mdy", "")


YEARS = range(1000, 10000)


WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def tables_of(
    section: TomlSection, usual: dict[str, Any], written: Sequence[TomlSection]
) -> tuple[Table, ...]:
    """The tables; what `[facts]` says holds for all that have a kind."""
    facts = section.section(usual, "[facts]")
    found = tuple(_table(item, facts) for item in written)
    if found:
        facts.done()
    return found


def _table(section: TomlSection, usual: TomlSection) -> Table:
    fields = section.get("fields", dict, {})
    hidden = {
        name: level
        for level in VISIBILITIES[1:]  # a heading in both lists has the stricter level
        for name in section.texts(level)
    }
    table = Table(
        file=section.get("file", str, ...),
        delimiter=section.get("delimiter", str, COMMA),
        primary_key=section.texts("primary_key"),
        evidence=section.texts("evidence"),
        evidence_mode=section.choice("evidence_mode", ("any", "positions"), "any"),
        fields=tuple(
            _field(name, section.section(values, f"{section.name} {name}"))
            for name, values in fields.items()
        )
        + tuple(TableField(name, visibility=level) for name, level in hidden.items()),
        visibility=section.choice("visibility", VISIBILITIES, "public"),
        quasi_identifiers=section.texts("quasi_identifiers"),
        group=section.get("group", int, 2),
        hides=section.choice("hides", HIDES, "person"),
        kept_back=tuple(hidden),
        facts=read_facts(section, usual),
    )
    section.done()
    if twice := [name for name in hidden if name in fields]:
        raise section.error(Message("column-said-twice", name=twice[0]), "say-column-once")
    _check_table(table, section)
    return table


def _check_table(table: Table, section: TomlSection) -> None:
    """What names a CSV file, and what stands between its cells."""
    if table.file.lower().endswith(WORKBOOKS) and table.facts is None:
        raise section.error(
            Message("file-is-workbook", file=table.file), Message("say-kind-or-mapping")
        )
    if len(table.delimiter) != 1 or table.delimiter in '\r\n"\0':
        hint = Message("write-one-character")
        raise section.error(Message("no-delimiter", value=table.delimiter), hint)


def described_file(section: TomlSection) -> File:
    """A file that a mapping reads, and who may see it and its columns."""
    name = section.get("name", str, ...)
    columns = section.get("columns", dict, {})
    inner = section.section(columns, f"{section.name} columns")
    visibility = section.choice("visibility", VISIBILITIES, "public")
    section.done()
    return File(
        name, visibility, {key: inner.choice(key, VISIBILITIES, "public") for key in columns}
    )


def _field(name: str, section: TomlSection) -> TableField:
    field = TableField(
        name=name,
        required=section.get("required", bool, False),
        type=section.choice("type", TYPES, "string"),
        references=section.get("references", str, ""),
        enum=section.texts("enum"),
        pattern=section.get("pattern", str, ""),
        separator=section.get("separator", str, ""),
        visibility=section.choice("visibility", VISIBILITIES, "public"),
        language=section.get("language", str, ""),
        pivot=section.get("pivot", int, None),
        order=section.choice("order", ORDERS, ""),
        calendar=section.choice("calendar", CALENDARS, ""),
    )
    section.done()
    _check_pattern(field, section)
    _check_dates(field, section)
    return field


def _check_pattern(field: TableField, section: TomlSection) -> None:
    try:
        re.compile(field.pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise section.error(
            Message("pattern-unreadable", reason=error), Message("python-pattern")
        ) from None


def _check_dates(field: TableField, section: TomlSection) -> None:
    """What is said of dates is said of a column of dates as people write them, and would do
    nothing to any other."""
    said = [key for key in ("language", "pivot", "order", "calendar") if key in section.values]
    if said and field.type != DATE_TEXT:
        raise section.error(
            Message("of-written-dates", setting=said[0]), Message("write-type", type=DATE_TEXT)
        )
    if field.pivot is not None and field.pivot not in YEARS:
        raise section.error(Message("pivot-is", value=field.pivot), Message("write-pivot"))


def expectation(section: TomlSection) -> Expectation:
    """What is expected of what a source says."""
    found = Expectation(
        title=section.get("title", str, ...),
        table=section.get("table", str, ""),
        class_name=section.get("class", str, ""),
        min_rows=section.get("min_rows", int, section.get("min", int, None)),
        max_rows=section.get("max_rows", int, section.get("max", int, None)),
        complete=section.texts("complete"),
        distinct=section.texts("distinct"),
    )
    section.done()
    return found
