"""Read rows of SQLite, DuckDB, PostgreSQL and MySQL, tables or answers to queries; everything is
opened for reading only."""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.dialect import Database, Dialect
from hrdgraph.sources.resources import import_extra
from hrdgraph.sources.text import Reject
from hrdgraph.sources.values import Grid, beyond, hour, moment, within_years

Convert = Callable[[Any], Any]
# of its elements, and the dimensions of an array
_TYPE: Final = re.compile(r"(.*?)((?:\[\d*\])*)", re.DOTALL)
_SAFE: Final = re.compile(
    r"BOOLEAN|U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|DECIMAL.*|VARCHAR|BLOB|UUID|JSON|ENUM.*|BIT|\"NULL\""
)
_READ: Final[tuple[tuple[str, Convert], ...]] = (
    ("TIMESTAMP", within_years(moment)), ("DATE", within_years(dt.date.fromisoformat)),
    ("TIME", within_years(hour)), ("BIGNUM", int), ("VARINT", int), ("FLOAT", float),
)  # fmt: skip


def select_as_text(kinds: Sequence[str]) -> list[str] | None:
    """Return the expressions for a query's columns, by type: as texts if the library would change
    the values; None if it changes none. It makes the year 9999 of infinity, days of months,
    other digits of a FLOAT, and Python's words of structures."""
    pairs = [_parts(kind) for kind in kinds]
    if all(_SAFE.fullmatch(base) for base, _ in pairs):
        return None
    return [
        f"#{n}" if _SAFE.fullmatch(base) else f"CAST(#{n} AS VARCHAR{dims})"
        for n, (base, dims) in enumerate(pairs, 1)
    ]


def reader(kind: str) -> Convert | None:
    """Return the function that converts an answer of a type; an array becomes one list of all its
    dimensions."""
    base, dimensions = _parts(kind)
    read = (
        None
        if _SAFE.fullmatch(base)
        else next((read for start, read in _READ if base.startswith(start)), None)
    )
    if not dimensions:
        return read
    return lambda cell: _elements(cell, read or _same)


def _parts(kind: str) -> tuple[str, str]:
    match = _TYPE.fullmatch(kind)
    assert match is not None
    return match[1], match[2]


def _same(cell: Any) -> Any:
    return cell


def _elements(cell: Any, read: Convert) -> Any:
    if isinstance(cell, list | tuple):
        return [
            element
            for item in cell
            for element in (
                _elements(item, read) if isinstance(item, list | tuple) else [_elements(item, read)]
            )
        ]
    return cell if cell is None else read(cell)


Rows = Sequence[Sequence[Any]]
Connect = Callable[[Path, Database, str, str], AbstractContextManager["Cursor"]]
_SECONDS: Final = 30  # to wait for a server
_END: Final = "; \n\t"


@dataclass(frozen=True)
class Cursor:
    """The columns of an answer, and a function for the next rows, none at the end."""

    names: list[str]
    fetch: Callable[[int], Rows]


def _identifier(name: str, quote: str = '"') -> str:
    """Return a table's name for a query: quoted, unless the mapping quoted it; `schema.table` in
    two parts."""
    if quote in name or '"' in name:
        return name.replace('"', quote)
    return ".".join(f"{quote}{part}{quote}" for part in name.split("."))


def _there(path: Path) -> Path:
    if not os.path.isfile(path):
        raise SourceError("file-missing", origin=Origin(str(path)))
    return path


@contextmanager
def _sqlite(path: Path, _database: Database, query: str, table: str) -> Iterator[Cursor]:
    """Query SQLite, whose values have types, its columns only declared ones; a view over the query
    knows those of the columns behind it."""
    address = _there(path).resolve().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        text = query.rstrip(_END) or f"SELECT * FROM {_identifier(table)}"
        connection.execute(f"CREATE TEMP VIEW answer_of_mapping AS {text}")
        declared = [
            kind.upper()
            for _, _, kind, *_ in connection.execute("PRAGMA table_info(answer_of_mapping)")
        ]
        cursor = connection.execute(text)
        converts = [
            next((make for part, make in _DECLARED if part in kind), None) for kind in declared
        ]
        # the view calls the second of a name otherwise
        names = [column[0] for column in cursor.description]
        yield Cursor(
            names, lambda count: [_convert_row(row, converts) for row in cursor.fetchmany(count)]
        )


def _convert_row(row: Sequence[Any], converts: Sequence[Callable[[Any], Any] | None]) -> list[Any]:
    return [
        cell if cell is None or make is None else make(cell)
        for cell, make in zip(row, converts, strict=True)
    ]


def _truth(cell: Any) -> Any:
    return bool(cell) if cell in (0, 1) else cell


def _exact(cell: Any) -> Any:
    return Decimal(repr(cell)) if type(cell) in (int, float) and isfinite(cell) else cell


def _read(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    def make(cell: Any) -> Any:
        try:
            return parse(cell) if isinstance(cell, str) else cell
        except OverflowError:
            return beyond(cell)
        except ValueError:
            return cell  # SQLite lets anything stand in a column; text stays text

    return make


_DECLARED: Final[tuple[tuple[str, Callable[[Any], Any]], ...]] = (
    ("BOOL", _truth), ("DEC", _exact), ("NUMERIC", _exact), ("TIMESTAMP", _read(moment)),
    ("DATETIME", _read(moment)), ("DATE", _read(date.fromisoformat)), ("TIME", _read(hour)),
    ("REAL", lambda cell: float(cell) if type(cell) is int else cell),
    ("FLOA", lambda cell: float(cell) if type(cell) is int else cell),
    ("DOUB", lambda cell: float(cell) if type(cell) is int else cell),
)  # fmt: skip


@contextmanager
def _duckdb(path: Path, _database: Database, query: str, table: str) -> Iterator[Cursor]:
    """Query DuckDB; its reading of files and loading of code from a query are switched off."""
    duckdb = import_extra("duckdb", "duckdb", str(path))
    config = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with closing(duckdb.connect(str(_there(path)), read_only=True, config=config)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # it goes to standard output, where Python runs no script
        connection.execute("SET enable_progress_bar = false")
        text = query.rstrip(_END) or f"SELECT * FROM {_identifier(table)}"
        relation = connection.sql(text)
        if relation is None:
            raise duckdb.InvalidInputException("the query gives no rows")
        kinds = [str(kind) for kind in relation.types]
        asked, converts = select_as_text(kinds), [reader(kind) for kind in kinds]
        result = connection.execute(
            f"SELECT {', '.join(asked)} FROM ({text}\n) AS answer_of_mapping" if asked else text
        )
        yield Cursor(
            list(relation.columns),
            lambda count: [_convert_row(row, converts) for row in result.fetchmany(count)],
        )


@contextmanager
def _postgresql(path: Path, database: Database, query: str, table: str) -> Iterator[Cursor]:
    from hrdgraph.sources.database.postgresql import run  # late, for what it needs of the network

    with run(path, database, query.rstrip(_END) or f"SELECT * FROM {_identifier(table)}") as (
        names,
        fetch,
    ):
        yield Cursor(names, fetch)


@contextmanager
def _mysql(path: Path, database: Database, query: str, table: str) -> Iterator[Cursor]:
    """Query MySQL, which has BOOLEAN as TINYINT(1), and times as spans."""
    pymysql = import_extra("pymysql", "mysql", str(path))
    cursors = import_extra("pymysql.cursors", "mysql", str(path))
    options = {"charset": "utf8mb4", "connect_timeout": _SECONDS, "cursorclass": cursors.SSCursor}
    parts = urlsplit(database.url)
    for socket in parse_qs(parts.query).get("unix_socket", [])[:1]:
        options["unix_socket"] = socket
    line = pymysql.connect(
        host=parts.hostname or "localhost",
        port=parts.port or 3306,
        database=unquote(parts.path.lstrip("/")),
        user=database.user or unquote(parts.username or ""),
        password=database.password or unquote(parts.password or ""),
        **options,
    )
    with closing(line) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.execute("SET time_zone = '+00:00'")
        inner = query.rstrip(_END)  # a query within another cannot write files
        rows = f"({inner}) AS answer_of_mapping" if inner else _identifier(table, "`")
        cursor.execute(f"SELECT * FROM {rows}")
        described, types = cursor.description or (), pymysql.constants.FIELD_TYPE
        converts = [_of_mysql(types, column[1], column[3]) for column in described]
        yield Cursor(
            [column[0] for column in described],
            lambda count: [_convert_row(row, converts) for row in cursor.fetchmany(count)],
        )


def _of_mysql(types: Any, kind: int, width: int) -> Callable[[Any], Any] | None:
    if kind == types.TINY and width == 1:
        return _truth
    if kind in (types.DATE, types.DATETIME, types.TIMESTAMP):
        return _day
    return _clock if kind == types.TIME else None


def _day(cell: Any) -> Any:
    """Refuse days and months of number 0, which MySQL has and its driver leaves as texts."""
    return beyond(cell) if isinstance(cell, str) else cell


def _clock(cell: Any) -> Any:
    """Return a time of day, else the span as MySQL writes it."""
    if not isinstance(cell, timedelta):
        return cell
    if timedelta(0) <= cell < timedelta(days=1):
        return (datetime.min + cell).time()
    minutes, rest = divmod(abs(cell), timedelta(minutes=1))
    seconds = (datetime.min + rest).time().isoformat().removeprefix("00:00:")
    return f"{'-' if cell < timedelta(0) else ''}{minutes // 60:02}:{minutes % 60:02}:{seconds}"


CONNECT: Final[dict[str, Connect]] = {
    "sqlite": _sqlite, "duckdb": _duckdb, "postgresql": _postgresql, "mysql": _mysql,
}  # fmt: skip

ERRORS: Final[dict[str, Callable[[Path], tuple[type[BaseException], ...]]]] = {
    "sqlite": lambda _: (sqlite3.Error, sqlite3.Warning, UnicodeError),
    "duckdb": lambda path: (import_extra("duckdb", "duckdb", str(path)).Error,),
    "postgresql": lambda path: (
        import_extra("pg8000", "postgresql", str(path)).Error,
        OSError,
        UnicodeError,
    ),
    "mysql": lambda path: (
        import_extra("pymysql", "mysql", str(path)).Error,
        OSError,
    ),
}


BATCH: Final = 20_000  # rows
CHARACTERS: Final = 16 << 20  # in a batch, or little more
_FETCHED: Final = 200  # rows that are asked for at once


def sql_header(path: Path, dialect: Dialect, *, table: bool) -> list[str]:
    """Return the columns of a table or query, without fetching rows."""
    with _answer(path, dialect, table=table) as answer:
        return answer.names


def find_name(name: str, header: Sequence[str]) -> str | None:
    """Return the column that a reference means: by its name, also in double quotes, or the only
    one that differs in capitals alone."""
    if name in header:
        return name
    if len(name) > 2 and name[0] == name[-1] == '"':
        inner = name[1:-1].replace('""', '"')
        return inner if inner in header else None
    same = [column for column in header if column.casefold() == name.casefold()]
    return same[0] if len(same) == 1 else None


def read_sql(
    path: Path, dialect: Dialect, names: Sequence[str] | None, reject: Reject | None = None, *,
    table: bool, row_column: str,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield the rows of a table or query in batches, in the order in which the database gives
    them, numbered from 1."""
    title = f"the {'table' if table else 'answer to'} {' '.join(dialect.iterator.split())[:100]}"
    grid = Grid(path, row_column, meant=find_name, title=title, reject=reject)
    with _answer(path, dialect, table=table) as answer:
        wanted, start = answer.names if names is None else list(names), 1
        while (rows := _fetch_rows(answer)) or start == 1:
            yield grid.frame(
                answer.names,
                ((number, list(row)) for number, row in enumerate(rows, start)),
                wanted,
            )
            start += max(len(rows), 1)


def _fetch_rows(answer: Cursor) -> list[Sequence[Any]]:
    """Return the next rows: fewer if cells are long."""
    rows, size = list[Sequence[Any]](), 0
    while len(rows) < BATCH and size < CHARACTERS and (some := answer.fetch(_FETCHED)):
        rows += some
        size += sum(len(cell) for row in some for cell in row if isinstance(cell, str | bytes))
    return rows


@contextmanager
def _answer(path: Path, dialect: Dialect, *, table: bool) -> Iterator[Cursor]:
    kind = "duckdb" if path.suffix.lower() in (".duckdb", ".ddb") else "sqlite"
    database = dialect.database or Database(kind)
    text = dialect.iterator.strip()
    if text in ("", "$"):
        raise SourceError("give-table-or-query", origin=Origin(str(path)))
    try:
        with CONNECT[database.kind](
            path, database, text if not table else "", text if table else ""
        ) as answer:
            yield answer
    except ERRORS[database.kind](path) as error:
        hint = "query-right-database-answer"
        raise SourceError(
            "library-says", reason=_reason(error, database), origin=Origin(str(path)), hint=hint
        ) from None


def _reason(error: BaseException, database: Database) -> Message | str:
    """Return what was wrong, without the password: our message, or the library's."""

    def clean(text: str) -> str:
        plain = " ".join(text.split())[:300]
        return plain.replace(database.password, "…") if database.password else plain

    detail = error.args[0] if error.args else ""
    return detail.with_cells(clean) if isinstance(detail, Message) else clean(str(error))
