"""Match the columns of a kind with the headings of a table, and say what is checked of its
cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message, add_this
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, SourceError, raise_all
from hrdgraph.fact_kinds import Column, Kind
from hrdgraph.fact_kinds.cell_types import CELL_TYPES
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.fact_kinds.model import match_open_headings
from hrdgraph.nearest import hint_at
from hrdgraph.project import (
    COMMA,
    VISIBILITIES,
    ColumnSource,
    Facts,
    Project,
    Source,
    Table,
    TableField,
    open_shipped_model,
)
from hrdgraph.rdf import IRI
from hrdgraph.sources import Dialect
from hrdgraph.sources.fact_table import WORKBOOKS, Area
from hrdgraph.sources.registry import FORMAT, formulation
from hrdgraph.vocab import HRD

Columns = Mapping[str, tuple[ColumnSource, ...]]


@dataclass(frozen=True)
class Layout:
    """A table of facts with known columns. `columns` says where the cells of each column of the
    kind come from, except missing ones. `unused` headings mean nothing."""

    source: Source
    table: Table
    facts: Facts
    kind: Kind
    columns: Columns
    header: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the table's name within its source."""
        return self.table.label

    @property
    def place(self) -> dict[str, str]:
        """Return the table and its source, as messages name them."""
        return {"table": self.table.title, "folder": self.source.name}

    def heading_of(self, column: str) -> str:
        """Return the heading of a column of the kind; "" if it has none of its own."""
        return next((item.heading for item in self.columns.get(column, ()) if item.heading), "")

    @property
    def level_of_names(self) -> str:
        """Return who may see the things that its rows list."""
        levels = {field.name: field.visibility for field in self.table.fields}
        name = levels.get(self.heading_of(self.kind.key_of), "public")
        return max(self.table.visibility, name, key=VISIBILITIES.index)

    def is_public(self, column: Column) -> bool:
        """Say whether everybody may see a column and all its headings."""
        headings = {name for item in self.columns.get(column.name, ()) for name in item.headings}
        return column.visibility == "public" and self.are_public(headings)

    def are_public(self, headings: Iterable[str]) -> bool:
        """Say whether everybody may see what stands below some headings."""
        files = [file.columns for file in self.source.files if file.name == self.table.file]
        levels = {field.name: field.visibility for field in self.table.fields}
        levels_of_kind = {
            name: column.visibility
            for column in self.kind.columns
            for item in self.columns.get(column.name, ())
            for name in item.headings
            if column.visibility != "public"
        }
        each_said = (levels, levels_of_kind, *files)
        return all(each.get(name, "public") == "public" for each in each_said for name in headings)

    def column_of(self, heading: str) -> str:
        """Return the column of the kind that a heading means by itself."""
        return next(
            (
                name
                for name, items in self.columns.items()
                if items and heading in items[0].headings and not items[0].through
            ),
            "",
        )


def kinds_with_attributes(project: Project) -> dict[str, Kind]:
    """Return the kinds with attributes for claims: those of this version and of the project. Older
    projects have kinds without."""
    own = project.kinds.items()
    return load_shipped_kinds() | {name: kind for name, kind in own if kind.attributes}


def load_shipped_kinds() -> dict[str, Kind]:
    """Return the kinds of this version."""
    return open_shipped_model().kinds


@cache
def claim_classes() -> tuple[IRI, ...]:
    """Return the classes of claims that this version has kinds for."""
    kinds = (kind.classes for kind in load_shipped_kinds().values() if kind.is_claim)
    return tuple(dict.fromkeys((HRD.Claim, *chain.from_iterable(kinds))))


@cache
def part_properties() -> tuple[IRI, ...]:
    """Return the properties that lead from claims of this version to their parts."""
    kinds = load_shipped_kinds().values()
    return tuple(dict.fromkeys(chain.from_iterable(kind.properties("part") for kind in kinds)))


def kind_files(project: Project, source: Source) -> list[Path]:
    """Return the files of the kinds of a source's tables."""
    kinds = project.kinds
    names = dict.fromkeys(table.facts.kind for table in source.tables if table.facts)
    return [kinds[name].file for name in names if name in kinds]


def layouts_of(kinds: Mapping[str, Kind], source: Source) -> list[Layout]:
    """Return the layouts of a source's tables of facts. Raises all errors in any of them."""
    layouts: list[Layout] = []
    errors: list[HrdgraphError] = []
    for table in source.tables:
        if table.facts is not None:
            try:
                layouts.append(_layout(kinds, source, table, table.facts))
            except HrdgraphError as error:
                errors.append(error)
    raise_all(errors)
    return layouts


def location_of(table: Table) -> tuple[str, Dialect]:
    """Return how a table is read: directly if it is a CSV file with headings in its first row,
    else as a part of its file."""
    facts = table.facts
    name = table.file.lower()
    settings = ("header", "last", "area", "encoding", "totals", "use")
    is_part = facts is not None and any(getattr(facts, setting) for setting in settings)
    if facts is None or not (name.endswith(WORKBOOKS) or is_part):
        return "CSV", Dialect(delimiter=table.delimiter, blank_rows=False)
    is_tabs = table.delimiter == COMMA and name.endswith((".tsv", ".tab"))
    delimiter, totals = "\t" if is_tabs else table.delimiter, int(facts.totals)
    area = Area(facts.sheet, facts.header, facts.last, facts.area, totals, facts.use)
    return FORMAT.FactTable.value, Dialect(
        delimiter=delimiter, iterator=area.text(), encoding=facts.encoding, blank_rows=False
    )


def _layout(kinds: Mapping[str, Kind], source: Source, table: Table, facts: Facts) -> Layout:
    place = Origin(str(source.description_file), node=f"[[table]] {table.label}")
    if facts.kind not in kinds:
        hint = hint_at(facts.kind, kinds)
        raise ProjectError("not-known-here", name=facts.kind, origin=place, hint=hint)
    kind = kinds[facts.kind]
    name, dialect = location_of(table)
    path = source.table_file(table)
    header = tuple(formulation(name, place).columns(path, dialect, ()))
    columns = find_columns(kind, table, facts, header, place)
    fields = {field.name for field in table.fields}
    used = {name for items in columns.values() for item in items for name in item.headings}
    unused = tuple(
        name
        for name in header
        if name not in used and name not in {*facts.ignore, *facts.rows, *fields}
    )
    return Layout(source, table, facts, kind, columns, header, unused)


def find_columns(
    kind: Kind, table: Table, facts: Facts, header: tuple[str, ...], place: Origin
) -> Columns:
    """Find where the cells of each column of a kind come from. Raises what is wrong, such as a
    missing required column."""
    _check_columns(kind, facts, header, place)
    named = (*facts.rows, *facts.rows_apart, *table.kept_back, *table.confirmed)
    raise_all(_unknown_headings(named, header, place))
    # The columns of source.toml come first, then those that headings mean. Ignored headings mean
    # nothing, except that rows stay hidden if one says who may see them. A withheld source is not
    # read either: what cites it would be hidden with it.
    withheld = () if "evidence_start" in header else facts.withheld
    own = {name: items for name, items in facts.columns.items() if kind.column(name) is not None}
    read = set(header).difference(facts.ignore)
    visible = {
        name: {SCHEME: set(header), "document": read.difference(withheld)}.get(name, read)
        for name in own
    }
    own = {
        name: tuple(item for item in items if visible[name].issuperset(item.headings))
        for name, items in own.items()
    }
    used = {
        name
        for items in own.values()
        for item in items
        if not item.through
        for name in item.headings
    }
    free = [name for name in header if name not in used and name not in facts.ignore]
    matched = match_open_headings(kind, free, withheld, own)
    columns = {
        **{name: (ColumnSource(heading=heading),) for name, heading in matched.items()},
        **own,
    }
    raise_all(
        [
            SourceError(
                "kind-column-missing",
                label=column.all_labels,
                kind=kind.all_labels,
                origin=place,
                hint=add_this(f'[table.columns] {column.name} = "…"'),
            )
            for column in kind.lacking([name for name, items in columns.items() if items])
        ]
    )
    return columns


def _check_columns(kind: Kind, facts: Facts, header: tuple[str, ...], place: Origin) -> None:
    names = [column.name for column in kind.columns]
    own = set(facts.columns) - set(facts.usual)
    errors: list[HrdgraphError] = [
        ProjectError("column-unknown", column=name, origin=place, hint=hint_at(name, names))
        for name in (*facts.values, *(name for name in facts.columns if name in own))
        if name not in names
    ]
    for name, items in facts.columns.items():
        if name == kind.key_of and kind.thing == "person" and any(item.split for item in items):
            errors.append(ProjectError("split-of-people", column=name, origin=place))
        for item in items if name in own else ():
            errors += _unknown_headings(item.headings, header, place)
    raise_all(errors)


def _unknown_headings(
    headings: Iterable[str], header: tuple[str, ...], place: Origin
) -> list[HrdgraphError]:
    hint = Message("there-is", known=", ".join(header))
    return [
        ProjectError("column-unknown", column=item, origin=place, hint=hint_at(item, header, hint))
        for item in headings
        if item not in header
    ]


__all__ = ["Columns", "Layout", "kind_files", "layouts_of", "load_shipped_kinds", "location_of"]


_CHECKED: Final = ("document", "position")  # beside the types that a function reads
# begins the type of a field that is checked as the mapping of a kind would read it
CELL: Final = "cell"
REMARK: Final = "remark"  # ends that of years which may have a remark in brackets
ADDRESS: Final = f"{CELL}:address"  # the types of fields that hold addresses of the Web,
DOCUMENT: Final = f"{CELL}:document"  # or these and names of documents
NAME: Final = f"{CELL}:name"  # and that of those that hold names of people and organisations


def with_kinds(project: Project) -> Project:
    """Return the project with its tables of facts described by their kinds. Raises all errors in
    any of them."""
    if not any(table.facts for source in project.sources for table in source.tables):
        return project
    kinds = project.kinds
    sources: list[Source] = []
    errors: list[HrdgraphError] = []
    for source in project.sources:
        try:
            by_table = {layout.table.label: layout for layout in layouts_of(kinds, source)}
            tables = (_complete(table, by_table.get(table.label)) for table in source.tables)
            sources.append(replace(source, tables=tuple(tables)))
        except HrdgraphError as error:
            errors.append(error)
    raise_all(errors)
    return replace(project, sources=tuple(sources))


def _complete(table: Table, layout: Layout | None) -> Table:
    if layout is None:
        return table
    own = {field.name: field for field in table.fields}
    fields = dict(own)
    for column in layout.kind.columns:
        for item in layout.columns.get(column.name, ())[:1]:
            for heading in item.headings:
                is_bare = heading not in fields or heading in table.kept_back
                if is_bare or column.visibility != "public":
                    # a code of another table, or a part of a date, is read with others only
                    is_part = bool(item.through or (item.more and column.type in ("date", "year")))
                    field = _field(column, layout, heading, own.get(heading), looked_up=is_part)
                    fields[heading] = replace(field, required=False) if item.more else field
    needed = tuple(
        names for column in layout.kind.columns if (names := _alternatives(column, layout))
    )
    return replace(table, fields=tuple(fields.values()), any_of=needed, unread=layout.unused)


def _field(
    column: Column, layout: Layout, heading: str, own: TableField | None, *, looked_up: bool
) -> TableField:
    is_told = "" in layout.facts.values.get(column.name, {})  # what an empty cell means
    required = column.required and not (column.unless or column.default or is_told)
    visibility = column.visibility
    if own is not None:
        visibility = max(visibility, own.visibility, key=VISIBILITIES.index)
        if heading not in layout.table.kept_back:
            return replace(own, visibility=visibility)
    enum: tuple[str, ...] = ()
    is_checked = column.type in _CHECKED or CELL_TYPES[column.type].function
    if not looked_up and _has_names(column, layout):
        kind = f"{NAME}:"
    elif looked_up or not (is_checked or column.enum):
        kind = "string"
    elif column.type == "position":
        kind = "integer"
    else:
        enum = column.enum
        has_remarks = (layout.kind.name, column.name) == ("conferral", "year")
        scheme = REMARK if has_remarks else column.scheme
        kind = f"{CELL}:{'choice' if enum else column.type}:{scheme}"
    facts = layout.facts
    split, values = separators_of(layout, column), facts.values.get(column.name, {})
    if looked_up:
        split, values = (), {}
    order = facts.dates if facts.dates != "ymd" else ""
    return TableField(
        heading, required, kind, "", enum, "", "", visibility, facts.language, facts.pivot,
        order, facts.calendar, split, values,
        bool(column.default and column.scheme) and not looked_up,
    )  # fmt: skip


def separators_of(layout: Layout, column: Column) -> tuple[str, ...]:
    """Return the separators of the items in a column's cells; none if it is no list."""
    own = (mark for item in layout.columns.get(column.name, ()) for mark in item.split)
    return tuple(own) or ((layout.facts.separator,) if column.many else ())


def is_cut(layout: Layout, name: str) -> bool:
    """Say whether source.toml says how the cells of a column are split, or what they mean."""
    items = layout.columns.get(name, ())
    return any(item.split for item in items) or bool(layout.facts.values.get(name))


def _has_names(column: Column, layout: Layout) -> bool:
    is_own = column.name == layout.kind.key_of
    return layout.facts.names == "names" and (column.type == "name" or is_own)


def _alternatives(column: Column, layout: Layout) -> tuple[str, ...]:
    """Return the headings of which one must be filled in, for a column that is required unless
    others are given, or whose name is in parts."""
    names = layout.kind.alternatives(column)
    items = {name: layout.columns.get(name, ()) for name in names}
    in_parts = any(item.more for item in items[column.name])
    if not column.required or not (column.unless or in_parts) or column.default:
        return ()
    if any(item.value is not None for some in items.values() for item in some):
        return ()
    own = (next((item for item in some if item.heading), None) for some in items.values())
    return tuple(heading for item in own if item for heading in item.headings)
