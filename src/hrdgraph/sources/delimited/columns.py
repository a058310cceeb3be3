"""Read large CSV files into frames with a column reader, in chunks, each proven well-formed.

Polars is fast, but forgiving: it fills short rows and guesses at stray quotes. So its result is
checked against the bytes, and what is not plainly RFC 4180 is left to the strict reader, which is
slow and reports errors."""

from __future__ import annotations

import csv
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import polars as pl

from hrdgraph.sources.resources import ahead, in_order

# bytes; some 25,000 records of 20 short cells, of which several chunks are in hand
CHUNK: Final = 4 << 20
_NEWLINE: Final = 0x0A
_RETURN: Final = 0x0D
_BOM: Final = b"\xef\xbb\xbf"
# quotes, backslashes, controls
_ODD: Final = [bytes([code]) for code in (*range(0x20), 0x7F, *b'"\\') if code not in b"\r\n"]
_NEAR: Final = 4096  # bytes before the end of a part, in which a record most often ends
_SIZES: Final = pl.all().str.len_bytes()  # of cells, in bytes
_LONGEST: Final = pl.max_horizontal(_SIZES.max()).alias("longest")
_CELLS: Final = pl.sum_horizontal(_SIZES.sum()).alias("cells")


_PLACE: Final = "place\0"  # a column of numbers beside those of the file, whose names have no NUL


def name_columns(header: list[str]) -> list[str]:
    """Return the headings; an empty one is called by the letters of its column: `[A]`."""
    return [
        name if name.strip() else f"[{letters_of(place)}]" for place, name in enumerate(header, 1)
    ]


def letters_of(place: int) -> str:
    """Return the name of a column in a spreadsheet: A for 1, AB for 28."""
    text = ""
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(letters: str) -> int:
    """Return the number of a column: 1 for `A`, 28 for `AB`."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class Behind(NamedTuple):
    """A place between two records: the row before it, and the number of bytes before it."""

    row: int
    offset: int


def proven_frames(
    path: Path, layout: CsvLayout, *, row_column: str
) -> Generator[pl.DataFrame, None, Behind | None]:
    """Yield the records of a UTF-8 file, chunk by chunk, as the wanted columns behind the row
    number (the header is row 1).

    Returns None when the whole file was read, else the place behind which the rest is in doubt.
    """
    with path.open("rb") as file:
        if not skip_header(file, layout):
            return Behind(0, 0)
        row, offset = 1, file.tell()
        parts, jobs = pieces(file, layout.quote.encode(), CHUNK), pl.thread_pool_size()
        for frame, rows, size in in_order(layout.measure, ahead(parts, jobs), jobs):
            if frame is None:
                return Behind(row, offset)
            yield frame.select(
                (pl.col(_PLACE) + (row + 1)).cast(pl.UInt32).alias(row_column), pl.exclude(_PLACE)
            )
            row, offset = row + rows, offset + size
    return None if row > 1 else Behind(row, offset)


def are_bytes(delimiter: str, quote: str) -> bool:
    """Say whether both are one byte each: others are left to the strict reader."""
    return len(delimiter.encode()) == len(quote.encode()) == 1


def has_odd(data: bytes | bytearray, delimiter: str) -> bool:
    """Say whether bytes have a quote, a backslash, or a control character that is neither a
    delimiter nor part of a line end."""
    return any(byte in data for byte in _ODD if byte != delimiter.encode())


def skip_header(file: BinaryIO, layout: CsvLayout) -> bool:
    """Go behind the first line; False where it is not the whole header, and nothing but that."""
    line = file.readline().removeprefix(_BOM)
    if b"\0" in line or b"\r" in line.removesuffix(b"\n").removesuffix(b"\r"):
        return False
    try:
        records = csv.reader(
            [line.decode()], delimiter=layout.delimiter, quotechar=layout.quote, strict=True
        )
        return name_columns(next(records)) == layout.header
    except (csv.Error, UnicodeDecodeError, StopIteration):
        return False


class _Quotes(NamedTuple):
    """The bytes of a part of a file as a column of numbers, and the positions of quotes in it."""

    numbers: pl.Series
    places: pl.Series

    def is_outside(self, places: pl.Series) -> pl.Series:
        """Say which positions are outside quotes: after an even number of them."""
        return self.places.search_sorted(places) % 2 == 0

    def until(self, end: int) -> _Quotes:
        """Return the part before a position."""
        return _Quotes(self.numbers[:end], self.places[: int(self.places.search_sorted(end))])


class Piece(NamedTuple):
    """A part of a file, and where its quotes are; None if there are none."""

    data: bytes
    quotes: _Quotes | None

    def until(self, end: int) -> Piece:
        """Return the part before a position."""
        return (
            self
            if end == len(self.data)
            else Piece(self.data[:end], self.quotes and self.quotes.until(end))
        )


def _piece(data: bytes, quote: bytes) -> Piece:
    if quote not in data:
        return Piece(data, None)
    numbers = _bytes(data)
    return Piece(data, _Quotes(numbers, (numbers == ord(quote)).arg_true()))


def pieces(file: BinaryIO, quote: bytes, usual: int) -> Iterator[Piece | None]:
    """Yield parts of a file, usually of `usual` bytes, that end at a record's end; the next one is
    read from there. None, and no more, if a record seems twice as long: a stray quote makes one
    record of the rest of the file."""
    size = usual
    while data := file.read(size):
        piece = _piece(data, quote)
        end = _last_record_end(piece)
        if end:
            yield piece.until(end)
            file.seek(end - len(data), os.SEEK_CUR)
        elif len(data) < size:
            yield _piece(data + b"\n", quote)  # RFC 4180 §2.2: the last line end may be missing
        elif size > usual:
            yield None
            return
        else:
            size *= 2  # a record that is longer than this
            file.seek(-len(data), os.SEEK_CUR)


def _last_record_end(piece: Piece) -> int:
    """Return the place after the last line end outside quotes; 0 if there is none."""
    last = piece.data.rfind(b"\n")
    if last < 0 or piece.quotes is None:
        return last + 1
    for start in _before(last):
        lines = (piece.quotes.numbers[start : last + 1] == _NEWLINE).arg_true() + start
        outside = lines.filter(piece.quotes.is_outside(lines))
        if len(outside):
            return int(outside[-1]) + 1
    return 0


def _before(end: int) -> Iterator[int]:
    """Yield places before another one, from which to look for something that is usually near it."""
    length = _NEAR
    while length < end:
        yield end - length
        length *= 16
    yield 0


class CsvLayout(NamedTuple):
    """The layout of a file: its header, the wanted columns, its delimiter and quote (one byte
    each), and whether rows without any text are records."""

    header: list[str]
    wanted: list[str]
    delimiter: str
    quote: str
    blank_rows: bool

    def measure(self, piece: Piece | None) -> tuple[pl.DataFrame | None, int, int]:
        """Return the records of a part of the file with their places, None if in doubt; and its
        numbers of rows and bytes."""
        rows = None if piece is None else self._rows(piece)
        if piece is None or rows is None:
            return None, 0, 0
        return (
            self._records(rows.with_row_index(_PLACE))[[_PLACE, *self.wanted]].rechunk(),
            rows.height,
            len(piece.data),
        )

    def frame(self, piece: Piece) -> pl.DataFrame | None:
        """Return the records of a part of the file; None if in doubt."""
        rows = self._rows(piece)
        # in one chunk: else all of what is put beside it later would be copied each time
        return None if rows is None else self._records(rows)[self.wanted].rechunk()

    def _records(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows without those that are no records. Few have an empty first cell: only in
        these the others are checked."""
        if self.blank_rows or len(self.header) == 1:
            return rows
        blank = _is_blank(rows[self.header[0]]).arg_true()
        for name in self.header[1:] if len(blank) else ():
            blank = blank.filter(_is_blank(rows[name].gather(blank)))
        return (
            rows.filter(~pl.int_range(rows.height, eager=True).is_in(blank.to_list()))
            if len(blank)
            else rows
        )

    def _rows(self, piece: Piece) -> pl.DataFrame | None:
        marks, chunk = self._marks(piece), piece.data
        if b"\0" in chunk or marks is None or (len(self.header) == 1 and _has_blank(chunk)):
            return None
        try:
            frame = self.parse(chunk)
        except (
            pl.exceptions.PolarsError
        ):  # a row with too many cells, for one: the strict reader says which
            return None
        longest, cells = frame.select(_LONGEST, _CELLS).row(0) if frame.height else (0, 0)
        # Whether every byte belongs to a cell, its quotes, a delimiter or a line end. Polars
        # refuses rows with too many cells, so if the sum is right none has too few.
        if (longest or 0) > csv.field_size_limit() or not (
            marks.returns in (0, frame.height)
            and cells + marks.quotes + frame.height * len(self.header) + marks.returns == len(chunk)
        ):
            return None
        return frame

    def is_bare(self, piece: Piece) -> bool:
        """Say whether no cell of a sound part of the file has a quote, a backslash or a control
        character; without quotes, no cell has a line end."""
        return piece.quotes is None and not has_odd(piece.data, self.delimiter)

    def parse(self, chunk: bytes) -> pl.DataFrame:
        """Return all columns, since Polars only notices rows with too many cells if it reads every
        column."""
        return pl.read_csv(
            chunk, has_header=False, schema=dict.fromkeys(self.header, pl.String),
            separator=self.delimiter, quote_char=self.quote, empty_string_is_null=False,
            extra_columns="raise",
        )  # fmt: skip

    def _marks(self, piece: Piece) -> _Marks | None:
        """Count the bytes besides cells and delimiters; None if a quote or a carriage return
        stands elsewhere."""
        chunk = piece.data
        if piece.quotes is not None and len(piece.quotes.places):
            return _count_quotes(piece.quotes, b"\r" in chunk, ord(self.delimiter))
        returns = chunk.count(b"\r") if b"\r" in chunk else 0
        return _Marks(0, returns) if not returns or returns == chunk.count(b"\r\n") else None


class _Marks(NamedTuple):
    """The number of bytes of quotes around cells, and of line ends with a carriage return."""

    quotes: int
    returns: int


def _is_blank(cells: pl.Series) -> pl.Series:
    """Say which cells are blank."""
    return cells.str.strip_chars() == ""


def _has_blank(chunk: bytes) -> bool:
    """Say whether there is a blank line, which is no record of one empty cell."""
    return chunk.startswith((b"\n", b"\r")) or b"\n\n" in chunk or b"\n\r\n" in chunk


def _bytes(chunk: bytes) -> pl.Series:
    """Return the bytes as a column of numbers."""
    return (
        pl.Series([chunk], dtype=pl.Binary)
        .bin.reinterpret(dtype=pl.Array(pl.UInt8, len(chunk)), endianness="little")
        .explode()
    )


def _count_quotes(quotes: _Quotes, has_returns: bool, delimiter: int) -> _Marks | None:
    """Count the marks of a chunk with quotes: every other quote opens a cell, and the ones between
    close it; a doubled quote closes and opens again, and belongs to the cell."""
    data, places = quotes
    opens, closes = places.gather_every(2), places.gather_every(2, 1)
    if len(places) % 2:
        return None
    doubled = opens[1:] == closes[:-1] + 1
    # a chunk ends with a line end, so there is a next byte
    before, after = data.gather(opens[1:] - 1), data.gather(closes + 1)
    first = opens[0] == 0 or data[opens[0] - 1] in (delimiter, _NEWLINE)
    starts = doubled | before.is_in([delimiter, _NEWLINE])
    stops = after.is_in([delimiter, _NEWLINE, _RETURN])
    if not (first and starts.all() and stops[-1] and (doubled | stops[:-1]).all()):
        return None
    returns = (data == _RETURN).arg_true() if has_returns else places.clear()
    outside = returns.filter(quotes.is_outside(returns)) if len(returns) else returns
    if not (data.gather(outside + 1) == _NEWLINE).all():
        return None
    return _Marks(len(places) - int(doubled.sum()), len(outside))
