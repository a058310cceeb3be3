"""Register the reader of each reference formulation: the one place for a new format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from hrdgraph.catalogue import Message, write_like
from hrdgraph.errors import NOWHERE, MappingError, Origin, SourceError
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.reference_columns import HIDDEN, missing_column
from hrdgraph.sources.table_cache import is_sharing, share_table
from hrdgraph.sources.text import plain, relocating
from hrdgraph.vocab import Namespace

if TYPE_CHECKING:
    import polars as pl

    from hrdgraph.sources.text import Reject


# the row (CSV) or item (JSON) that a record came from, counted as people count
ROW: Final = f"{HIDDEN}row"
# reference formulations that RML has no name for
FORMAT: Final = Namespace("https://w3id.org/hrdgraph/format#")

Batches = Iterator["pl.DataFrame"]
Header = Callable[[Path, Dialect], list[str]]
Read = Callable[[Path, Dialect, Sequence[str] | None], Batches]
LeaveOut = Callable[[Path, Dialect, Sequence[str] | None, "Reject"], Batches]
Check = Callable[[Path, Dialect, Sequence[str], Origin], None]
Meant = Callable[[str, Sequence[str]], str | None]
Bare = Callable[[Path, Dialect], bool]


class Formulation(NamedTuple):
    """A reference formulation: how references are checked against a source (with the place in the
    mapping for errors), and how records are read.

    `header` returns the names of columns; None if references are paths. `meant` finds the column of
    a reference that may be written differently from its name; `leave_out` reads too, but leaves out
    wrong records, if the format shows where the next one begins; `part` names the part of a file in
    the iterator, as a pattern; `bare` says, where that is cheap, that no cell has a quote, a
    backslash or a control character."""

    check: Check
    read: Read
    header: Header | None = None
    meant: Meant | None = None
    leave_out: LeaveOut | None = None
    part: str = ""
    bare: Bare | None = None

    def columns(self, path: Path, dialect: Dialect, wanted: Sequence[str]) -> list[str]:
        """Return the names that references may use: the source's columns, and those of the
        wanted names that mean one of them."""
        assert self.header is not None
        names = self.header(path, dialect)
        return [
            *names,
            *(
                name
                for name in wanted
                if self.meant and name not in names and self.meant(name, names)
            ),
        ]


def _columns(header: Header, meant: Meant | None = None) -> Check:
    """Return the check that every reference is a column, or means one."""

    def check(path: Path, dialect: Dialect, columns: Sequence[str], origin: Origin) -> None:
        names = header(path, dialect)
        for column in columns:
            if (meant(column, names) if meant else column) not in names:
                raise missing_column(column, names, origin)

    return check


def _with_unpacking(read: Callable[..., Batches]) -> Callable[..., Batches]:
    """Make a reader of plain files read packed ones too."""

    def read_unpacked(
        path: Path, dialect: Dialect, columns: Sequence[str] | None, *reject: Reject
    ) -> Batches:
        with plain(path, dialect) as file:
            yield from read(file, dialect, columns, *(relocating(each, path) for each in reject))

    return read_unpacked


def _with_unpacked(header: Header) -> Header:
    def read(path: Path, dialect: Dialect) -> list[str]:
        with plain(path, dialect) as file:
            return header(file, dialect)

    return read


def _csv() -> Formulation:
    from hrdgraph.sources.delimited.csv import csv_header, is_bare, read_dialect

    read = partial(read_dialect, row_column=ROW)
    return Formulation(_columns(csv_header), read, csv_header, leave_out=read, bare=is_bare)


def _json() -> Formulation:
    from hrdgraph.sources.json.documents import read_json
    from hrdgraph.sources.json.stream import compile_path

    def check(_path: Path, dialect: Dialect, columns: Sequence[str], origin: Origin) -> None:
        for name in (dialect.iterator, *columns):
            try:
                compile_path(name)
            except ValueError as error:
                raise MappingError(
                    Message("library-says", reason=error),
                    origin=origin,
                    hint=write_like("$.people[*].name (RFC 9535)"),
                ) from error

    read = _with_unpacking(
        lambda path, dialect, columns: read_json(
            path, dialect.iterator, columns or (), row_column=ROW
        )
    )
    return Formulation(check, read, part="{}")


def _xml() -> Formulation:
    from hrdgraph.sources.xml_documents import check_xpath, read_xml

    def check(_path: Path, dialect: Dialect, columns: Sequence[str], origin: Origin) -> None:
        check_xpath([dialect.iterator, *columns], dialect.namespaces, origin)

    def read(path: Path, dialect: Dialect, columns: Sequence[str] | None) -> Batches:
        return read_xml(path, dialect.iterator, dialect.namespaces, columns or (), row_column=ROW)

    return Formulation(check, _with_unpacking(read), part="{}")


def _sql(*, table: bool) -> Formulation:
    from hrdgraph.sources.database.connections import find_name, read_sql, sql_header

    header, read = partial(sql_header, table=table), partial(read_sql, table=table, row_column=ROW)
    part = "table '{}'" if table else "query '{}'"
    return Formulation(
        _columns(header, find_name), read, header, find_name, leave_out=read, part=part
    )


def _parquet() -> Formulation:
    from hrdgraph.sources.parquet import parquet_header, read_parquet

    read = _with_unpacking(lambda path, _, columns: read_parquet(path, columns, row_column=ROW))
    header = _with_unpacked(lambda path, _: parquet_header(path))
    return Formulation(_columns(header), read, header)


def _spreadsheet() -> Formulation:
    from hrdgraph.sources.spreadsheet.workbook import read_spreadsheet, spreadsheet_header

    read = _with_unpacking(
        lambda path, dialect, *how: read_spreadsheet(path, dialect.iterator, *how, row_column=ROW)
    )
    header = _with_unpacked(lambda path, dialect: spreadsheet_header(path, dialect.iterator))
    return Formulation(_columns(header), read, header, leave_out=read, part="sheet '{}'")


def _fact_table() -> Formulation:
    from hrdgraph.sources.fact_table import fact_table_header, read_fact_table

    read = partial(read_fact_table, row_column=ROW)
    return Formulation(_columns(fact_table_header), read, fact_table_header)


# each is made, and what it reads with is loaded, when a mapping first asks for it: most mappings
# need one format
FORMULATIONS: Final[dict[str, Callable[[], Formulation]]] = {
    "CSV": _csv, "JSONPath": _json, "XPath": _xml, "SQL2008Table": partial(_sql, table=True),
    "SQL2008Query": partial(_sql, table=False), FORMAT.Parquet.value: _parquet,
    FORMAT.Spreadsheet.value: _spreadsheet, FORMAT.FactTable.value: _fact_table,
}  # fmt: skip
# what files whose names end so are read as, where the mapping does not say
ENDINGS: Final = {
    **dict.fromkeys((".csv", ".tsv", ".tab"), "CSV"),
    **dict.fromkeys((".json", ".geojson", ".jsonl", ".ndjson"), "JSONPath"),
    ".xml": "XPath",
    ".parquet": FORMAT.Parquet.value,
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".ods"), FORMAT.Spreadsheet.value),
}


def formulation(name: str, origin: Origin) -> Formulation:
    """Return the reference formulation called `name` (its IRI, or the local name in RML);
    MappingError with the known ones otherwise."""
    if name not in FORMULATIONS:
        alike = next(
            (other for other in FORMULATIONS if "/" in other and _local(other) == _local(name)), ""
        )
        hint = (
            Message("did-you-mean-one", names=f"<{alike}>")
            if alike
            else Message("there-is", known=", ".join(map(_local, FORMULATIONS)))
        )
        raise MappingError("not-known-here", name=name, origin=origin, hint=hint)
    return _make(name)


@lru_cache
def _make(name: str) -> Formulation:
    return FORMULATIONS[name]()


def _local(name: str) -> str:
    return name.rpartition("/")[2].rpartition("#")[2]


def header_of(path: Path, dialect: Dialect) -> list[str]:
    """Return the column names of a CSV table."""
    from hrdgraph.sources.delimited.csv import csv_header

    return csv_header(path, dialect)


def is_bare(name: str, path: Path, dialect: Dialect, origin: Origin) -> bool:
    """Say whether no cell of a source is known to have a quote, a backslash or a control
    character: nothing that a literal escapes."""
    bare = formulation(name, origin).bare
    # what is shared may have been read long before
    return bare is not None and not is_sharing() and bare(path, dialect)


def part_of(name: str, dialect: Dialect) -> str | None:
    """Return the part of a file that a source is, if the format may hold several tables and the
    mapping names one."""
    pattern = formulation(name, NOWHERE).part
    return (
        pattern.format(" ".join(dialect.iterator.split()))
        if pattern and dialect.iterator.strip() not in ("", "$")
        else None
    )


def read(
    name: str, path: Path, dialect: Dialect, columns: Sequence[str] | None, origin: Origin,
    reject: Reject | None = None,
) -> Batches:  # fmt: skip
    """Read a source as batches of text columns and `ROW`; cells that mean nothing are null.

    With `reject`, records that are wrong by themselves (rows of a table that have too many
    cells, or in CSV too few, errors of a spreadsheet, and values of a database that no literal
    can say) are left out and handed to it as the errors that they would have been. What is wrong
    with other formats is an error all the same: there, nothing tells where the next record
    begins.
    """
    try:
        reader, tables = formulation(name, origin), None
        if name == "CSV" and reject is None:
            tables = share_table(path, dialect, lambda: _read(reader, path, dialect, None, None))
        if tables is not None and (columns is None or set(columns) <= set(tables[0].columns)):
            yield from (tables if columns is None else (frame[[ROW, *columns]] for frame in tables))
            return
        tell = None
        if reject is not None:
            tell = lambda error: reject(_in_part(error, part_of(name, dialect)))  # noqa: E731
        yield from _read(reader, path, dialect, columns, tell)
    except SourceError as error:
        raise _in_part(error, part_of(name, dialect)) from error
    except RecursionError:
        raise SourceError("nested-too-deep", origin=Origin(str(path)), hint="check-whole") from None


def _in_part(error: SourceError, part: str | None) -> SourceError:
    """Return an error in a row with the part of the file."""
    if part is None or error.origin.row is None or error.origin.part is not None:
        return error
    return type(error)(error.message, origin=replace(error.origin, part=part), hint=error.advice)


def _read(
    reader: Formulation, path: Path, dialect: Dialect, columns: Sequence[str] | None,
    reject: Reject | None,
) -> Batches:  # fmt: skip
    tolerant = reader.leave_out if reject is not None else None
    frames = (
        reader.read(path, dialect, columns)
        if tolerant is None or reject is None
        else tolerant(path, dialect, columns, reject)
    )
    if not dialect.nulls:
        yield from frames
        return

    from hrdgraph.sources.values import with_nulls

    yield from (with_nulls(frame, dialect.nulls) for frame in frames)
