"""Read CSV and TSV, of RFC 4180 or any dialect (CSVW), in batches of text columns, strictly: a
ragged or torn record is an error with its row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Final

import polars as pl

from hrdgraph.catalogue import Message, too_many
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.delimited.columns import (
    Behind,
    CsvLayout,
    are_bytes,
    has_odd,
    name_columns,
    proven_frames,
)
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.reference_columns import duplicate_name, hint_of, missing_column
from hrdgraph.sources.resources import writing_temporary
from hrdgraph.sources.text import (
    Reject,
    check_text,
    is_plain,
    plain,
    relocate_errors,
    relocating,
    temporary_folder,
)

BATCH = 50_000  # records; bounds the Python objects alive at once
CHARACTERS = 16 << 20  # in a batch, or little more
LARGE = 32 << 10  # bytes; from here on proving a file well-formed costs less than it saves
# characters of a cell: outlines of countries have megabytes, more than what Python's reader takes
# by itself; without a limit, a quote
# that is never closed would have a large file in memory before it is told
LONGEST: Final = max(csv.field_size_limit(), 64 << 20)
csv.field_size_limit(LONGEST)


def read_csv(
    path: Path, columns: Sequence[str] | None, *, delimiter: str, quote: str, row_column: str,
    reject: Reject | None = None, blank_rows: bool = True,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield frames of the wanted columns (all when None) as text, never null, and the row number
    in `row_column` (UInt32).

    Rows are numbered as a spreadsheet does: the header is 1. Blank lines are passed over and
    counted; so are, without `blank_rows`, rows in whose cells no text is. With `reject`, rows
    with too many or too few cells are left out, and handed to it as the errors that they would
    have been.
    """
    header = read_header(path, delimiter=delimiter, quote=quote)
    blank_rows = blank_rows or len(header) == 1  # one cell alone may be an empty text
    wanted = header if columns is None else list(columns)
    known = {name: place for place, name in enumerate(header)}
    places = [_place(name, known, path) for name in wanted]
    behind: Behind | None = Behind(0, 0)
    if path.stat().st_size >= LARGE and wanted and are_bytes(delimiter, quote):
        behind = yield from proven_frames(
            path, CsvLayout(header, wanted, delimiter, quote, blank_rows), row_column=row_column
        )
    if behind is not None:
        schema = {row_column: pl.UInt32, **dict.fromkeys(wanted, pl.String)}
        records = _records(path, delimiter, quote, behind)
        if not behind.row:
            next(records)  # the header
        if not blank_rows:
            records = ((row, record) for row, record in records if any(map(str.strip, record)))
        yield from _strict_frames(
            path, records, header, places, schema, reject, is_first=behind.row <= 1
        )


def _strict_frames(
    path: Path, records: Iterator[tuple[int, list[str]]], header: list[str], places: list[int],
    schema: dict[str, type[pl.DataType]], reject: Reject | None, *, is_first: bool,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield the records in frames; one empty frame if these are the first, and there are none."""
    for batch in _batches(records):
        is_first = False
        yield _frame(_of_width(batch, header, path, reject), places, schema)
    if is_first:
        yield pl.DataFrame(schema=schema)


def _batches(records: Iterator[tuple[int, list[str]]]) -> Iterator[list[tuple[int, list[str]]]]:
    batch, size = list[tuple[int, list[str]]](), 0
    for numbered in records:
        batch.append(numbered)
        size += sum(map(len, numbered[1]))
        if len(batch) == BATCH or size >= CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def read_header(path: Path, *, delimiter: str, quote: str) -> list[str]:
    """Return the column names of a CSV file, reading no more of it unless something is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            record = next(
                record
                for record in csv.reader(file, delimiter=delimiter, quotechar=quote, strict=True)
                if record
            )
        if any("\0" in name for name in record):
            raise csv.Error
    except (OSError, UnicodeDecodeError, csv.Error, StopIteration):
        record = next(_records(path, delimiter, quote))[1]  # which says what is wrong
    if len(record) <= 2 and record[0].casefold().startswith("sep="):
        raise SourceError(
            "heading-row-wrong", text=record[0], origin=Origin(str(path), 1), hint="take-line-away"
        )
    places: dict[str, int] = {}
    for place, name in enumerate(record, 1):
        if name in places:
            raise duplicate_name(name, Origin(str(path), 1), (places[name], place))
        places[name] = place
    return name_columns(record)


def _records(
    path: Path,
    delimiter: str,
    quote: str,
    behind: Behind = Behind(0, 0),  # noqa: B008 -- a frozen value
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a file with their rows, from a place on. The file is first checked for
    bytes that are no text."""
    check_text(path)
    row = behind.row
    try:
        with path.open("rb") as file:
            file.seek(behind.offset)
            encoding = "utf-8" if behind.offset else "utf-8-sig"
            text = io.TextIOWrapper(file, encoding=encoding, newline="")
            records = csv.reader(text, delimiter=delimiter, quotechar=quote, strict=True)
            for row, record in enumerate(records, behind.row + 1):
                if record:
                    yield row, record
    except csv.Error as error:
        raise _torn(error, path, row + 1) from error
    except (OSError, UnicodeDecodeError) as error:  # the file was sound when it was looked through
        hint = "file-changed-meanwhile.hint"
        raise SourceError(
            "unreadable", reason=error, origin=Origin(str(path), row + 1), hint=hint
        ) from error


def read_cell(text: str, origin: Origin) -> list[dict[str, str]]:
    """Return the records of a CSV table in a cell; SourceError with the mapping's place if it is
    none."""
    try:
        header, *records = [
            record for record in csv.reader(io.StringIO(text, newline=""), strict=True) if record
        ] or [[]]
        return [dict(zip(header, record, strict=True)) for record in records]
    except (csv.Error, ValueError) as error:
        hint = "each-row-needs-many-cells"
        raise SourceError(
            "not-valid", format="CSV", reason=text[:60], origin=origin, hint=hint
        ) from error


def _torn(error: csv.Error, path: Path, row: int) -> SourceError:
    if "field limit" in str(error):
        fact = too_many(csv.field_size_limit(), "character")
        return SourceError(fact, origin=Origin(str(path), row), hint="close-every-quote")
    hint = Message("close-every-quote")
    if "expected after" in str(error):
        hint = Message("close-quotes-or-delimiter", otherwise=hint)
    return SourceError(
        "not-valid", format="CSV", reason=error, origin=Origin(str(path), row), hint=hint
    )


def _place(name: str, known: Mapping[str, int], path: Path) -> int:
    if name not in known:
        raise missing_column(name, [*known], Origin(str(path)))
    return known[name]


def _of_width(
    batch: list[tuple[int, list[str]]], header: list[str], path: Path, reject: Reject | None
) -> list[tuple[int, list[str]]]:
    """Return the records with as many cells as the header; the first other one is an error, or
    each is rejected."""
    wrong = [
        _width_error(len(record), header, Origin(str(path), row))
        for row, record in batch
        if len(record) != len(header)
    ]
    for error in wrong:
        if reject is None:
            raise error
        reject(error)
    return [numbered for numbered in batch if len(numbered[1]) == len(header)] if wrong else batch


def _width_error(cells: int, header: list[str], origin: Origin) -> SourceError:

    many = "put-cell-holds-comma-or"
    hint = hint_of(header) or (many if cells > len(header) else "each-row-needs-many-cells")
    return SourceError(
        Message("cells-beyond-header", count=cells, width=len(header)), origin=origin, hint=hint
    )


def _frame(
    batch: list[tuple[int, list[str]]], places: list[int], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    cells = ([record[place] for _, record in batch] for place in places)
    columns = chain([[row for row, _ in batch]], cells)
    return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


_BLOCK: Final = 1 << 18  # bytes that are looked at together, while they are in the cache


def csv_header(path: Path, dialect: Dialect) -> list[str]:
    """Return the column names of a table."""
    with _tidy(path, dialect) as (file, _):
        return read_header(file, delimiter=dialect.delimiter, quote=dialect.quote)


def read_dialect(
    path: Path, dialect: Dialect, columns: Sequence[str] | None, reject: Reject | None = None, *,
    row_column: str,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """Yield batches of the wanted columns with the row numbers of the file, whatever was left
    out above; so has what is rejected."""
    with _tidy(path, dialect) as (file, above):
        tell = None if reject is None else relocating(reject, path, above)
        layout = {"delimiter": dialect.delimiter, "quote": dialect.quote, "row_column": row_column}
        for frame in read_csv(file, columns, reject=tell, blank_rows=dialect.blank_rows, **layout):
            moved = (pl.col(row_column).cast(pl.Int64) + above).cast(pl.UInt32)
            yield _trim(frame.with_columns(moved) if above else frame, dialect.trim)


def _trim(frame: pl.DataFrame, trim: str) -> pl.DataFrame:
    cells = pl.col(pl.String)
    ways = {
        "start": cells.str.strip_chars_start(),
        "end": cells.str.strip_chars_end(),
        "both": cells.str.strip_chars(),
    }
    return frame.with_columns(ways[trim]) if trim else frame


def is_bare(path: Path, dialect: Dialect) -> bool:
    """Say whether the bytes of the file show that no cell has a quote, a backslash or a control
    character."""
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


@contextmanager
def _tidy(path: Path, dialect: Dialect) -> Iterator[tuple[Path, int]]:
    """Yield a file of headings and records alone, and the number of removed rows above it."""
    with plain(path, dialect) as file:
        if dialect.header and not dialect.skip_rows and not dialect.comment:
            yield file, 0
            return
        with temporary_folder() as folder:
            target = Path(folder) / path.name
            above = _rewrite(file, target, dialect)
            with relocate_errors(folder, path, above):
                yield target, above


def _rewrite(source: Path, target: Path, dialect: Dialect) -> int:
    with writing_temporary(), _out(target) as out:
        kept = _skip_comments(_lines(source), dialect)
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
        raise SourceError.unreadable(source, error) from error


def _out(target: Path) -> IO[str]:
    return target.open("w", encoding="utf-8", errors="surrogateescape", newline="")


def _skip_comments(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Yield the lines from the first with text on, each with the number of those above; later
    comments become blank lines, so that rows keep their numbers."""
    started = quoted = False
    for above, line in enumerate(lines):
        comment = bool(dialect.comment) and not quoted and line.startswith(dialect.comment)
        if not started and (above < dialect.skip_rows or comment or not line.strip()):
            continue
        started = True
        quoted ^= not comment and line.count(dialect.quote) % 2 == 1
        yield above, "\n" if comment else line


def _headings(lines: Iterator[str], taken: list[str], path: Path, dialect: Dialect) -> str:
    """Return headings `_col.1`, `_col.2` and so on (CSVW, Model for Tabular Data §8), for as many
    cells as the first record has; its lines are added to `taken`."""

    def passing() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    try:
        width = len(
            next(csv.reader(passing(), delimiter=dialect.delimiter, quotechar=dialect.quote), [])
        )
    except csv.Error as error:
        fact = Message("not-valid", format="CSV", reason=error)
        raise SourceError(fact, hint="close-every-quote", origin=Origin(str(path), 1)) from error
    return dialect.delimiter.join(f"_col.{number}" for number in range(1, width + 1)) + "\n"
