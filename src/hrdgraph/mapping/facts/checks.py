"""What kinds say of the columns of tables into what is checked of their cells, and who may see
them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from hrdgraph.errors import HrdgraphError, raise_all
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.mapping.facts.layout import Layout, kinds_of, layouts_of
from hrdgraph.project import VISIBILITIES, Project, Source, Table, TableField

# begins the type of a field that is checked as the mapping of a kind would read it
CELL: Final = "cell"
ADDRESS: Final = f"{CELL}:address"  # the types of fields that hold addresses of the Web,
DOCUMENT: Final = f"{CELL}:document"  # or these and names of documents
NAME: Final = f"{CELL}:name"  # and that of those that hold names of people and organisations
_PLAIN: Final = ("words", "name", "key", "subdivision", "digest")


def with_kinds(project: Project) -> Project:
    """The project with its tables of facts described by their kinds. Raises all that is wrong
    with any of them."""
    if not any(table.facts for source in project.sources for table in source.tables):
        return project
    kinds = kinds_of(project)
    sources: list[Source] = []
    errors: list[HrdgraphError] = []
    for source in project.sources:
        try:
            sources.append(_described(kinds, source))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return replace(project, sources=tuple(sources))


def _described(kinds: Mapping[str, Kind], source: Source) -> Source:
    by_table = {layout.table.label: layout for layout in layouts_of(kinds, source)}
    tables = (_completed(table, by_table.get(table.label)) for table in source.tables)
    return replace(source, tables=tuple(tables))


def _completed(table: Table, layout: Layout | None) -> Table:
    if layout is None:
        return table
    own = {field.name: field for field in table.fields}
    fields = dict(own)
    for column in layout.kind.columns:
        for item in layout.columns.get(column.name, ())[:1]:
            for heading in item.headings:
                is_bare = heading not in fields or heading in table.kept_back
                if is_bare or column.visibility != "public":
                    said, known = own.get(heading), bool(item.through)
                    field = _field(column, layout, heading, said, looked_up=known)
                    fields[heading] = replace(field, required=False) if item.more else field
    needed = tuple(
        names for column in layout.kind.columns if (names := _alternatives(column, layout))
    )
    return replace(table, fields=tuple(fields.values()), any_of=needed, unread=layout.unused)


def _field(
    column: Column, layout: Layout, heading: str, own: TableField | None, *, looked_up: bool
) -> TableField:
    required = column.required and not column.unless and not column.default
    visibility = column.visibility
    if own is not None:
        visibility = max(visibility, own.visibility, key=VISIBILITIES.index)
        if heading not in layout.table.kept_back:
            return replace(own, visibility=visibility)
    enum: tuple[str, ...] = ()
    if not looked_up and _has_names(column, layout):
        kind = f"{NAME}:"
    elif looked_up or (column.type in _PLAIN and not column.enum):
        kind = "string"
    elif column.type == "position":
        kind = "integer"
    else:
        enum = column.enum
        kind = f"{CELL}:{'choice' if enum else column.type}:{column.scheme}"
    facts = layout.facts
    split, values = separators_of(layout, column), facts.values.get(column.name, {})
    if looked_up:
        split, values = (), {}
    order = facts.dates if facts.dates != "ymd" else ""
    return TableField(
        heading, required, kind, "", enum, "", "", visibility, facts.language, None,
        order, facts.calendar, split, values, bool(column.default) and not looked_up,
    )  # fmt: skip


def separators_of(layout: Layout, column: Column) -> tuple[str, ...]:
    """What stands between the items of a cell of a column; nothing where it is no list."""
    said = (one for item in layout.columns.get(column.name, ()) for one in item.split)
    return tuple(said) or ((layout.facts.separator,) if column.many else ())


def is_cut(layout: Layout, name: str) -> bool:
    """Whether source.toml says of a column how its cells split, or what their texts mean."""
    items = layout.columns.get(name, ())
    return any(item.split for item in items) or bool(layout.facts.values.get(name))


def _has_names(column: Column, layout: Layout) -> bool:
    is_own = column.name == layout.kind.key_of
    return layout.facts.names == "names" and (column.type == "name" or is_own)


def _alternatives(column: Column, layout: Layout) -> tuple[str, ...]:
    """The headings of which one is filled in, where a column is required unless others are, or
    its name is in parts."""
    names = [column.name, *column.unless]
    items = {name: layout.columns.get(name, ()) for name in names}
    in_parts = any(item.more for item in items[column.name])
    if not column.required or not (column.unless or in_parts) or column.default:
        return ()
    if any(item.value is not None for some in items.values() for item in some):
        return ()
    own = (next((item for item in some if item.heading), None) for some in items.values())
    return tuple(heading for item in own if item for heading in item.headings)
