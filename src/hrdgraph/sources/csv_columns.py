"""Large CSV files into frames at the speed of a column reader, chunk by chunk, as far as each chunk is proven to be well-formed.

Polars is quick, but forgiving: it fills short rows and guesses at stray quotes. So the bytes are tested first, and what is not
plainly RFC 4180 is left to the strict reader, which is slow and says what is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import polars as pl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK: Final = 8 << 20  # bytes; some 50,000 records of 20 short cells
_NEWLINE: Final = 0x0A
_RETURN: Final = 0x0D
_BOM: Final = b"\xef\xbb\xbf"


def proven_frames(
    path: Path, header: list[str], wanted: list[str], *, delimiter: str, quote: str, row_column: str
) -> Generator[pl.DataFrame, None, int | None]:
    """Yield the records of a UTF-8 file, chunk by chunk, as columns `wanted` behind the row number (the header is row 1).

    Returns None when the whole file was read, else the last row before the first chunk in doubt.
    """
    layout, row = _Layout(header, wanted, delimiter, quote), 1
    with path.open("rb") as file:
        if not _skip_header(file, header, delimiter, quote):
            return row
        for chunk in _chunks(file, quote.encode()):
            frame = layout.frame(chunk)
            if frame is None:
                return row
            yield frame.select(pl.int_range(row + 1, row + 1 + frame.height, dtype=pl.UInt32).alias(row_column), pl.all())
            row += frame.height
    return None if row > 1 else row


def _skip_header(file: BinaryIO, header: list[str], delimiter: str, quote: str) -> bool:
    """Go behind the first line; False where it is not the whole header."""
    line = file.readline().removeprefix(_BOM)
    try:
        return next(csv.reader([line.decode()], delimiter=delimiter, quotechar=quote, strict=True)) == header
    except (csv.Error, UnicodeDecodeError, StopIteration):
        return False


def _chunks(file: BinaryIO, quote: bytes) -> Iterator[bytes]:
    """Pieces of a file that end where a record does."""
    rest = b""
    while data := file.read(CHUNK):
        data = rest + data
        end = _last_record_end(data, quote)
        rest = data[end:]
        if end:
            yield data[:end]
    if rest:
        yield rest + b"\n"  # RFC 4180 §2.2: the last line end may be missing


def _last_record_end(data: bytes, quote: bytes) -> int:
    """Behind the last line end that stands outside quotes; 0 where there is none."""
    end = data.rfind(b"\n") + 1
    quotes = data.count(quote, 0, end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(quote, before, end)
        end = before
    return end


class _Layout:
    """What is known of a file: its header, its delimiter and quote (one byte each), and the columns that are wanted."""

    def __init__(self, header: list[str], wanted: list[str], delimiter: str, quote: str) -> None:
        self._header, self._wanted = header, wanted
        self._delimiter, self._quote = delimiter, quote

    def frame(self, chunk: bytes) -> pl.DataFrame | None:
        """The records of a chunk; None where it is in doubt."""
        if b"\0" in chunk:
            return None
        records = self._by_positions(chunk) if self._quote.encode() in chunk else self._by_counting(chunk)
        try:
            frame = self._parsed(chunk) if records is not None else None
        except pl.exceptions.PolarsError:  # a row with too many cells, for one: the strict reader says which
            return None
        return frame if frame is not None and frame.height == records and _longest(frame) <= csv.field_size_limit() else None

    def _parsed(self, chunk: bytes) -> pl.DataFrame:
        """All columns, since Polars sees rows with too many cells only when it is asked for every column."""
        frame = pl.read_csv(
            chunk,
            has_header=False,
            schema=dict.fromkeys(self._header, pl.String),
            separator=self._delimiter,
            quote_char=self._quote,
            empty_string_is_null=False,
            extra_columns="raise",
        )
        return frame.select(self._wanted)

    def _by_counting(self, chunk: bytes) -> int | None:
        """Without quotes, counts are enough: Polars refuses rows with too many cells, so if the sum is right none has too few."""
        records = chunk.count(b"\n")
        blank = b"\n\n" in chunk or chunk.startswith((b"\n", b"\r"))
        returns = b"\r" in chunk and (b"\n\r\n" in chunk or chunk.count(b"\r") != chunk.count(b"\r\n"))
        cells = chunk.count(self._delimiter.encode()) + records
        return None if blank or returns or cells != records * len(self._header) else records

    def _by_positions(self, chunk: bytes) -> int | None:
        """With quotes: each opens a cell, closes one or is doubled, and each record has as many cells as the header."""
        import numpy as np

        data = np.frombuffer(chunk, np.uint8)
        quotes = np.flatnonzero(data == ord(self._quote))
        if len(quotes) % 2 or not _well_quoted(data, quotes, ord(self._delimiter)):
            return None
        ends, cuts, returns = (_outside(data, quotes, code) for code in (_NEWLINE, ord(self._delimiter), _RETURN))
        lengths = np.diff(ends, prepend=-1)
        after_return = data[ends - 1] == _RETURN
        if np.any(lengths - after_return < 2) or len(returns) != np.count_nonzero(after_return):
            return None
        cells = np.diff(np.searchsorted(cuts, ends), prepend=0)
        return len(ends) if np.all(cells == len(self._header) - 1) else None


def _well_quoted(data: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: int) -> bool:
    """Whether every other quote opens a cell, and the ones between close it; a doubled quote closes and opens again."""
    import numpy as np

    opens, closes = quotes[0::2], quotes[1::2]
    doubled = opens[1:] == closes[:-1] + 1
    before, after = data[opens[1:] - 1], data[closes[:-1] + 1]
    starts = (before == delimiter) | (before == _NEWLINE)
    stops = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN)
    first = opens[0] == 0 or data[opens[0] - 1] in (delimiter, _NEWLINE)
    last = data[closes[-1] + 1] in (delimiter, _NEWLINE, _RETURN)  # a chunk ends with a line end, so there is a next byte
    return bool(first and last and np.all(doubled | starts) and np.all(doubled | stops))


def _outside(data: NDArray[np.uint8], quotes: NDArray[np.intp], code: int) -> NDArray[np.intp]:
    """Where a byte stands outside quotes."""
    import numpy as np

    places = np.flatnonzero(data == code)
    outside: NDArray[np.intp] = places[np.searchsorted(quotes, places) % 2 == 0]
    return outside


def _longest(frame: pl.DataFrame) -> int:
    """Bytes of the longest cell."""
    lengths = frame.select(pl.all().str.len_bytes().max()).row(0) if frame.width else ()
    return max((length or 0 for length in lengths), default=0)
