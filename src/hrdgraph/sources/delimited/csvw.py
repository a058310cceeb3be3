"""CSV files of any dialect (CSVW) into the batches of the plain reader: lines skipped, comments
passed over, headings made."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Final

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.delimited.columns import are_bytes, has_odd
from hrdgraph.sources.delimited.csv import read_csv, read_header
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.resources import writing_temporary
from hrdgraph.sources.text import Reject, is_plain, plain, relocated, relocating, temporary_folder

_BLOCK: Final = 1 << 18  # bytes that are looked at together, while they are in the cache


def csv_header(path: Path, dialect: Dialect) -> list[str]:
    """The column names of a table."""
    with _tidy(path, dialect) as (file, _):
        return read_header(file, delimiter=dialect.delimiter, quote=dialect.quote)


def read_dialect(
    path: Path,
    dialect: Dialect,
    columns: Sequence[str] | None,
    reject: Reject | None = None,
    *,
    row_column: str,
) -> Iterator[pl.DataFrame]:
    """Yield batches of the wanted columns with the row numbers of the file, whatever was left
    out above; so has what is rejected."""
    with _tidy(path, dialect) as (file, above):
        told = None if reject is None else relocating(reject, path, above)
        layout = {"delimiter": dialect.delimiter, "quote": dialect.quote, "row_column": row_column}
        for frame in read_csv(file, columns, reject=told, blank_rows=dialect.blank_rows, **layout):
            moved = (pl.col(row_column).cast(pl.Int64) + above).cast(pl.UInt32)
            yield _trimmed(frame.with_columns(moved) if above else frame, dialect.trim)


def _trimmed(frame: pl.DataFrame, trim: str) -> pl.DataFrame:
    cells = pl.col(pl.String)
    ways = {
        "start": cells.str.strip_chars_start(),
        "end": cells.str.strip_chars_end(),
        "both": cells.str.strip_chars(),
    }
    return frame.with_columns(ways[trim]) if trim else frame


def is_bare(path: Path, dialect: Dialect) -> bool:
    """Whether no cell has a quote, a backslash or a control character, told from the bytes of
    the file; False where these do not tell."""
    if not (is_plain(dialect) and are_bytes(dialect.delimiter, dialect.quote) and path.is_file()):
        return False
    # what ends lines is in no cell where there are no quotes
    quote, block = dialect.quote.encode(), bytearray(_BLOCK)
    try:
        with path.open("rb", buffering=0) as file:
            while size := file.readinto(block):
                data = block if size == len(block) else block[:size]
                if quote in data or has_odd(data, dialect.delimiter):
                    return False
    except OSError:  # who reads the cells says so
        return False
    return True


def is_tidy(dialect: Dialect) -> bool:
    """Whether a table is its headings and its records, and nothing else."""
    return dialect.header and not dialect.skip_rows and not dialect.comment


@contextmanager
def _tidy(path: Path, dialect: Dialect) -> Iterator[tuple[Path, int]]:
    """A file of headings and records alone, and how many rows of the source stand above it more
    than in it."""
    with plain(path, dialect) as file:
        if is_tidy(dialect):
            yield file, 0
            return
        with temporary_folder(path) as folder:
            target = Path(folder) / path.name
            above = _rewrite(file, target, dialect)
            with relocated(folder, path, above):
                yield target, above


def _rewrite(source: Path, target: Path, dialect: Dialect) -> int:
    with writing_temporary(f"'{source.name}' without what is no table"), _out(target) as out:
        kept = _kept(_lines(source), dialect)
        above, first = next(kept, (0, ""))
        rest, taken = chain([first], (line for _, line in kept)), list[str]()
        if not dialect.header:
            out.write(_headings(rest, taken, target, dialect))
        out.writelines(chain(taken, rest))
        return above - (not dialect.header)


def _lines(source: Path) -> Iterator[str]:
    try:
        with source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            yield from lines
    except OSError as error:
        hint = "check-path-and-rights"
        raise SourceError(
            "unreadable", reason=error.strerror, origin=Origin(str(source)), hint=hint
        ) from error


def _out(target: Path) -> IO[str]:
    return target.open("w", encoding="utf-8", errors="surrogateescape", newline="")


def _kept(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, str]]:
    """The lines from the first that says something on, each with how many stand above; a later
    comment leaves a blank line, so that rows keep their numbers."""
    started = quoted = False
    for above, line in enumerate(lines):
        comment = bool(dialect.comment) and not quoted and line.startswith(dialect.comment)
        if not started and (above < dialect.skip_rows or comment or not line.strip()):
            continue
        started = True
        quoted ^= not comment and line.count(dialect.quote) % 2 == 1
        yield above, "\n" if comment else line


def _headings(lines: Iterator[str], taken: list[str], path: Path, dialect: Dialect) -> str:
    """`_col.1`, `_col.2` and so on (CSVW, Model for Tabular Data §8), for as many cells as the
    first record has; the lines that it stands on are taken."""

    def passing() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        width = len(
            next(csv.reader(passing(), delimiter=dialect.delimiter, quotechar=dialect.quote), [])
        )
    except csv.Error as error:
        raise SourceError("csv-malformed", reason=error, origin=Origin(str(path), 1)) from error
    return dialect.delimiter.join(f"_col.{number}" for number in range(1, width + 1)) + "\n"
