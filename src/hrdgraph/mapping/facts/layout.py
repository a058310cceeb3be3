"""A table of facts and its kind into the columns that it has: which heading means what, and
which means nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, SourceError, raise_all
from hrdgraph.fact_kinds import Kind, load_kinds
from hrdgraph.fact_kinds.confidentiality import SCHEME
from hrdgraph.fact_kinds.headings import match_open_headings
from hrdgraph.nearest import meant
from hrdgraph.project import COMMA, ColumnSource, Facts, Project, Source, Table, shared_folder
from hrdgraph.sources import Dialect
from hrdgraph.sources.fact_table import WORKBOOKS, Area
from hrdgraph.sources.registry import FORMAT, formulation

Columns = Mapping[str, tuple[ColumnSource, ...]]


@dataclass(frozen=True)
class Layout:
    """A table of facts whose columns are known. `columns` say where the cells of each column of
    the kind come from; those that are not there are none of it. `unused` are headings that mean
    nothing."""

    source: Source
    table: Table
    facts: Facts
    kind: Kind
    columns: Columns
    header: tuple[str, ...]
    unused: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the table is called within its source."""
        return self.table.label

    def heading_of(self, column: str) -> str:
        """The heading of a column of the kind; empty where it has none of its own."""
        return next((item.heading for item in self.columns.get(column, ()) if item.heading), "")

    def column_of(self, heading: str) -> str:
        """The column of the kind that a heading means, and not only helps to tell."""
        return next(
            (
                name
                for name, items in self.columns.items()
                if items and heading in items[0].headings and not items[0].through
            ),
            "",
        )


def kinds_of(project: Project) -> dict[str, Kind]:
    """The kinds of fact tables that a project knows: those of this version, and its own."""
    return kinds_in(project.kinds_dir)


def kinds_in(folder: Path) -> dict[str, Kind]:
    """The kinds in a folder; those of this version where it does not exist."""
    return (
        load_kinds(folder) if folder.is_dir() else load_kinds(shared_folder("ontology") / "tables")
    )


def kind_files(project: Project, source: Source) -> list[Path]:
    """The files of the kinds that the tables of a source have."""
    kinds = kinds_of(project)
    names = dict.fromkeys(table.facts.kind for table in source.tables if table.facts)
    return [kinds[name].file for name in names if name in kinds]


def layouts_of(kinds: Mapping[str, Kind], source: Source) -> list[Layout]:
    """The layouts of the tables of a source that have a kind. Raises all that is wrong with any
    of them."""
    found: list[Layout] = []
    errors: list[HrdgraphError] = []
    for table in source.tables:
        if table.facts is not None:
            try:
                found.append(_layout(kinds, source, table, table.facts))
            except HrdgraphError as error:
                errors.append(error)
    raise_all(errors)
    return found


def location_of(table: Table) -> tuple[str, Dialect]:
    """How a table is read: plainly where it is a CSV file whose first row has the headings, else
    as a part of its file."""
    facts = table.facts
    name = table.file.lower()
    if facts is None or not (
        name.endswith(WORKBOOKS)
        or facts.header
        or facts.last
        or facts.area
        or facts.encoding
        or facts.totals
    ):
        return "CSV", Dialect(delimiter=table.delimiter, blank_rows=False)
    delimiter = (
        "\t" if table.delimiter == COMMA and name.endswith((".tsv", ".tab")) else table.delimiter
    )
    area = Area(facts.sheet, facts.header, facts.last, facts.area, int(facts.totals))
    return FORMAT.FactTable.value, Dialect(
        delimiter=delimiter, iterator=area.text(), encoding=facts.encoding, blank_rows=False
    )


def _layout(kinds: Mapping[str, Kind], source: Source, table: Table, facts: Facts) -> Layout:
    place = Origin(str(source.description_file), node=f"[[table]] {table.label}")
    if facts.kind not in kinds:
        hint = meant(facts.kind, kinds, Message("there-is", known=", ".join(kinds)))
        raise ProjectError("kind-unknown", name=facts.kind, origin=place, hint=hint)
    kind = kinds[facts.kind]
    name, dialect = location_of(table)
    path = source.table_file(table)
    header = tuple(formulation(name, place).columns(path, dialect, ()))
    _check_columns(kind, facts, header, place)
    fields = {field.name for field in table.fields}
    _check_headings((*facts.rows, *table.kept_back), header, place)
    columns = _columns(kind, facts, header)
    _check_required(kind, columns, place)
    used = {name for items in columns.values() for item in items for name in item.headings}
    unused = tuple(
        name
        for name in header
        if name not in used and name not in {*facts.ignore, *facts.rows, *fields}
    )
    return Layout(source, table, facts, kind, columns, header, unused)


def _columns(
    kind: Kind, facts: Facts, header: tuple[str, ...]
) -> dict[str, tuple[ColumnSource, ...]]:
    """What source.toml says, then what headings say by themselves. A heading that is not read
    means nothing; but where it is said to tell who may see a row, the rows stay hidden. Nor is a
    source read that nobody may see: what cites it would be hidden with it."""
    # positions in a page mean nothing without the page
    withheld = () if "evidence_start" in header else facts.withheld
    said = {name: items for name, items in facts.columns.items() if kind.column(name) is not None}
    read = set(header).difference(facts.ignore)
    seen = {
        name: {SCHEME: set(header), "document": read.difference(withheld)}.get(name, read)
        for name in said
    }
    said = {
        name: tuple(item for item in items if seen[name].issuperset(item.headings))
        for name, items in said.items()
    }
    used = {
        name
        for items in said.values()
        for item in items
        if not item.through
        for name in item.headings
    }
    free = [name for name in header if name not in used and name not in facts.ignore]
    matched = match_open_headings(kind, free, withheld, said)
    return {**{name: (ColumnSource(heading=heading),) for name, heading in matched.items()}, **said}


def _check_columns(kind: Kind, facts: Facts, header: tuple[str, ...], place: Origin) -> None:
    names = [column.name for column in kind.columns]
    own = set(facts.columns) - set(facts.usual)
    errors: list[HrdgraphError] = [
        ProjectError(
            "kind-column-unknown", kind=kind.name, name=name, origin=place,
            hint=meant(name, names, Message("there-is", known=", ".join(names))),
        )
        for name in facts.values if name not in names
    ]  # fmt: skip
    for name, items in facts.columns.items():
        if name in own and name not in names:
            hint = meant(name, names, Message("there-is", known=", ".join(names)))
            errors.append(
                ProjectError(
                    "kind-column-unknown", kind=kind.name, name=name, origin=place, hint=hint
                )
            )
        for item in items:
            errors += _unknown_headings(item.headings if name in own else (), header, place)
    raise_all(errors)


def _check_headings(headings: Iterable[str], header: tuple[str, ...], place: Origin) -> None:
    """Refuse a heading that is kept back and not there: misspelt, it would protect nothing."""
    raise_all(_unknown_headings(headings, header, place))


def _unknown_headings(
    headings: Iterable[str], header: tuple[str, ...], place: Origin
) -> list[HrdgraphError]:
    hint = Message("see-headings", header=", ".join(header))
    return [
        ProjectError("heading-unknown", heading=one, origin=place, hint=meant(one, header, hint))
        for one in headings
        if one not in header
    ]


def _check_required(kind: Kind, columns: Columns, place: Origin) -> None:
    """Columns without which a row says nothing."""
    errors: list[HrdgraphError] = []
    for column in kind.columns:
        if (
            column.required
            and not columns.get(column.name)
            and not column.default
            and not any(columns.get(name) for name in column.unless)
        ):
            hint = Message("name-heading", column=column.name)
            errors.append(
                SourceError(
                    "kind-column-missing",
                    label=column.told,
                    kind=kind.told,
                    origin=place,
                    hint=hint,
                )
            )
    raise_all(errors)


__all__ = ["Columns", "Layout", "kind_files", "kinds_in", "kinds_of", "layouts_of", "location_of"]
