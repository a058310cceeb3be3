"""Tables and queries of SQL databases into batches of texts and kinds, by the natural mapping of
R2RML (§10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.database.connections import CONNECT, ERRORS, Cursor
from hrdgraph.sources.dialect import Database, Dialect
from hrdgraph.sources.grid import Grid

if TYPE_CHECKING:
    from hrdgraph.sources.delimited.csv import Reject

BATCH: Final = 20_000  # rows
CHARACTERS: Final = 16 << 20  # in a batch, or little more
_FETCHED: Final = 200  # rows that are asked for at once


def sql_header(path: Path, dialect: Dialect, *, table: bool) -> list[str]:
    """The columns of a table or query; no row is fetched."""
    with _answer(path, dialect, table=table) as answer:
        return answer.names


def folded(name: str, header: Sequence[str]) -> str | None:
    """The column that a reference means: its own name, also in double quotes, or the only one
    that differs in capitals alone."""
    if name in header:
        return name
    if len(name) > 2 and name[0] == name[-1] == '"':
        inner = name[1:-1].replace('""', '"')
        return inner if inner in header else None
    same = [column for column in header if column.casefold() == name.casefold()]
    return same[0] if len(same) == 1 else None


def read_sql(
    path: Path,
    dialect: Dialect,
    names: Sequence[str] | None,
    reject: Reject | None = None,
    *,
    table: bool,
    row_column: str,
) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table or query in batches, in the order in which the database gives
    them, numbered from 1."""
    title = f"the {'table' if table else 'answer to'} {' '.join(dialect.iterator.split())[:100]}"
    grid = Grid(path, row_column, meant=folded, title=title, reject=reject)
    with _answer(path, dialect, table=table) as answer:
        wanted, start = answer.names if names is None else list(names), 1
        while (rows := _fetched(answer)) or start == 1:
            yield grid.frame(
                answer.names,
                ((number, list(row)) for number, row in enumerate(rows, start)),
                wanted,
            )
            start += max(len(rows), 1)


def _fetched(answer: Cursor) -> list[Sequence[Any]]:
    """The next rows: fewer where cells are long."""
    rows, size = list[Sequence[Any]](), 0
    while len(rows) < BATCH and size < CHARACTERS and (some := answer.fetch(_FETCHED)):
        rows += some
        size += sum(len(cell) for row in some for cell in row if isinstance(cell, str | bytes))
    return rows


@contextmanager
def _answer(path: Path, dialect: Dialect, *, table: bool) -> Iterator[Cursor]:
    database = dialect.database or Database(_kind_of_file(path))
    text = dialect.iterator.strip()
    if text in ("", "$"):
        hint = "name-table-or-give-query"
        raise SourceError("database-table-unset", origin=Origin(str(path)), hint=hint)
    try:
        with CONNECT[database.kind](
            path, database, text if not table else "", text if table else ""
        ) as answer:
            yield answer
    except ERRORS[database.kind](path) as error:
        hint = "query-right-database-answer"
        raise SourceError(
            "database-refused", reason=_reason(error, database), origin=Origin(str(path)), hint=hint
        ) from None


def _reason(error: BaseException, database: Database) -> Message | str:
    """What was wrong, without the password: a message of ours, or what a library says."""

    def cleared(text: str) -> str:
        plain = " ".join(text.split())[:300]
        return plain.replace(database.password, "…") if database.password else plain

    said = error.args[0] if error.args else ""
    return said.with_cells(cleared) if isinstance(said, Message) else cleared(str(error))


def _kind_of_file(path: Path) -> str:
    return "duckdb" if path.suffix.lower() in (".duckdb", ".ddb") else "sqlite"
