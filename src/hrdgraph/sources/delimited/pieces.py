"""A large CSV file in pieces that are read apart from each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.sources.delimited.columns import CsvLayout, Piece, are_bytes, pieces, skip_header
from hrdgraph.sources.delimited.csv import is_tidy, read_header
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.text import is_plain

_BLOCK: Final = 4 << 10  # bytes that are read at a place
_STRIDE: Final = 2_654_435_761  # places do not lie as regularly as what a file repeats


class DoubtError(Exception):
    """Something that only the strict reader can judge."""


class CsvPieces(NamedTuple):
    """The records of a table in pieces. `start` is how many bytes stand before the first one."""

    path: Path
    layout: CsvLayout
    nulls: tuple[str, ...]
    start: int

    def each(self, size: int) -> Iterator[Piece]:
        """The records, some `size` bytes at a time. DoubtError where no end of a record is
        found."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            for piece in pieces(file, self.layout.quote.encode(), size):
                if piece is None:
                    raise DoubtError
                yield piece

    def scattered(self, start: int, places: int) -> pl.DataFrame:
        """Records that begin at many places of the file behind some bytes, as it seems there:
        good for guesses only."""
        step = (self.path.stat().st_size - start) // places
        parts = list[bytes]()
        with self.path.open("rb", buffering=0) as file:
            for place in range(places if step > _BLOCK else 0):
                file.seek(start + place * step + place * _STRIDE % (step - _BLOCK))
                part = file.read(_BLOCK)
                parts.append(part[part.find(b"\n") + 1 : part.rfind(b"\n") + 1])
        return self.layout.parsed(b"".join(parts))[self.layout.wanted]

    def is_bare(self, piece: Piece) -> bool:
        """Whether no cell of a piece that can be read has a quote, a backslash or a control
        character."""
        return self.layout.is_bare(piece)

    def read(self, piece: Piece) -> pl.DataFrame:
        """The cells that are wanted, without row numbers; those that mean nothing are null.
        DoubtError where they are not plain."""
        frame = self.layout.frame(piece)
        if frame is None:
            raise DoubtError
        if not self.nulls:
            return frame
        from hrdgraph.sources.values import with_nulls  # most mappings need none

        return with_nulls(frame, self.nulls)


def pieces_of(path: Path, dialect: Dialect, columns: Sequence[str]) -> CsvPieces | None:
    """The pieces of a table; None where its records do not begin behind a first line that is its
    header, or need more than reading. SourceError where the header cannot be read."""
    is_as_it_is = is_plain(dialect) and is_tidy(dialect) and not dialect.trim
    if not is_as_it_is or not columns or not are_bytes(dialect.delimiter, dialect.quote):
        return None
    header = read_header(path, delimiter=dialect.delimiter, quote=dialect.quote)
    layout = CsvLayout(header, list(columns), dialect.delimiter, dialect.quote, dialect.blank_rows)
    with path.open("rb") as file:
        return (
            CsvPieces(path, layout, dialect.nulls, file.tell())
            if skip_header(file, layout)
            else None
        )
