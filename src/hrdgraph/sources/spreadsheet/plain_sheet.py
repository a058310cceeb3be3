"""Plain sheets of XLSX into frames of texts and kinds, a column at a time. What is not plain, and
what has to be told of a row, is left to the reader of all spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

import numpy as np
import polars as pl

from hrdgraph.sources.grid import Grid, headed
from hrdgraph.sources.spreadsheet.byte_array import Flags, Ints
from hrdgraph.sources.spreadsheet.columns import NotPlainSheetError
from hrdgraph.sources.spreadsheet.extent import MOST
from hrdgraph.sources.spreadsheet.plain_book import (
    Archive,
    Sheet,
    archive_of,
    asked,
    numeric_formats,
    plain_texts,
    shared_texts,
    sheet_of,
)
from hrdgraph.sources.spreadsheet.plain_cells import CellBlock, cells_of
from hrdgraph.sources.spreadsheet.plain_values import Forms, forms_of, typed
from hrdgraph.sources.unpacking import BROKEN
from hrdgraph.sources.value_kinds import kinds_of

_VALUES: Final = re.compile(r"[-\d].*|None|True|False", re.DOTALL)  # as Python writes them


def plain_sheet(data: bytes, sheet: str) -> PlainSheet | None:
    """The sheet that is meant in the bytes of a workbook; None where it is not plain."""
    try:
        archive = archive_of(data)
        return PlainSheet(archive, sheet_of(archive, sheet))
    except (
        *BROKEN,
        NotPlainSheetError,
        KeyError,
        IndexError,
        expat.ExpatError,
        pl.exceptions.PolarsError,
    ):
        return None


# rows, columns and forms of cells; the numbers of the texts that some share, and all others
_Piece = tuple[Ints, Ints, Ints, Ints, pl.Series]


class _Cells(NamedTuple):
    """Cells that are not blank, in their order: rows and columns from 1, the numbers of their
    forms, and what they say: where that stands among some texts."""

    rows: Ints
    columns: Ints
    forms: Ints
    places: Ints
    texts: pl.Series


class PlainSheet:
    """The cells of a sheet that hold something: their rows, columns, forms and texts."""

    def __init__(self, archive: Archive, sheet: Sheet) -> None:
        self._ask = partial(asked, archive, sheet)
        self._forms, self._cells = _read(archive, sheet)
        new = np.diff(self._cells.rows, prepend=0) > 0
        self._rows = self._cells.rows[new]
        self._at = np.cumsum(new) - 1
        self._count = int(np.count_nonzero(self._at == 0))  # of headings
        below = self._cells.columns[self._count :]
        self._order = np.argsort(below, kind="stable") + self._count  # by columns
        self._ordered = np.sort(below, kind="stable")
        self._check_rows()

    def header(self, path: Path) -> list[str]:
        """The headings, as `grid.headed` has them."""
        row = [self._heading(place) for place in range(1, self._width() + 1)]
        return headed([(int(self._rows[0]), row)] if row else [], path)[0]

    def frame(self, names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
        """The wanted columns, as `Grid.frame` has them. NotPlainSheetError where a value is to be
        told."""
        header = self.header(grid.path)
        rows = pl.Series(grid.row_column, self._rows[1:], dtype=pl.UInt32)
        places = {name: grid.place(name, header) for name in (header if names is None else names)}
        found = [self._column(name, place + 1) for name, place in places.items()]
        return pl.DataFrame([rows, *(one for series in found for one in series)])

    def _width(self) -> int:
        return int(self._cells.columns[: self._count].max(initial=0))

    def _heading(self, place: int) -> str | None:
        found = np.flatnonzero(self._cells.columns[: self._count] == place)
        return self._cells.texts[int(self._cells.places[found[0]])] if len(found) else None

    def _check_rows(self) -> None:
        """NotPlainSheetError for headings that are no texts or may stand again below, and for cells
        beyond them."""
        head, width = self._heading(1), self._width()
        first = self._texts(self._below(1))
        again = head is not None and (
            _VALUES.match(head) or first.str.strip_chars().eq(head.strip()).any()
        )
        if (
            not self._forms.texts[self._cells.forms[: self._count]].all()
            or (self._cells.columns > width).any()
            or (again and width > 1)
        ):
            raise NotPlainSheetError

    def _column(self, name: str, place: int) -> list[pl.Series]:
        which = self._below(place)
        forms = self._cells.forms[which]
        texts = self._texts(which)
        if self._forms.texts[forms].all():
            return [self._spread(texts.alias(name), which)]
        texts, kinds = typed(texts, forms, self._forms, self._ask)
        made = (texts.alias(name), pl.Series(kinds_of(name), kinds))
        return [self._spread(series, which) for series in made]

    def _below(self, place: int) -> Ints:
        """The cells of a column below its heading."""
        first, last = np.searchsorted(self._ordered, (place, place + 1))
        return self._order[first:last]

    def _texts(self, which: Ints) -> pl.Series:
        return self._cells.texts.gather(self._cells.places[which])

    def _spread(self, series: pl.Series, which: Ints) -> pl.Series:
        """Values for all rows, of those of some cells."""
        height = len(self._rows) - 1
        if len(series) == height:
            return series
        empty = pl.Series(series.name, [None], dtype=series.dtype).new_from_index(0, height)
        return empty.scatter(self._at[which] - 1, series) if len(series) else empty


def _read(archive: Archive, sheet: Sheet) -> tuple[Forms, _Cells]:
    """The cells that are not blank, and what their attributes mean."""
    forms, pieces = _pieces(archive, sheet)
    rows, columns, own, shared = (
        np.concatenate(arrays) for arrays in zip(*(piece[:4] for piece in pieces), strict=True)
    )
    _check_extent(rows, columns)
    others = _unescaped(pl.concat([piece[4] for piece in pieces]), own, forms)
    texts = pl.concat([shared_texts(archive), others]) if len(shared) else others
    places = _places(forms.shared[own], shared, len(texts) - len(others))
    is_blank = (texts == "").to_numpy()[places]
    if (is_blank & ~forms.texts[own]).any():
        raise NotPlainSheetError
    kept = np.flatnonzero(~is_blank) if is_blank.any() else slice(None)
    return forms, _Cells(rows[kept], columns[kept], own[kept], places[kept], texts)


def _pieces(archive: Archive, sheet: Sheet) -> tuple[Forms, list[_Piece]]:
    attributes, numeric = dict[bytes, int](), numeric_formats(archive)
    forms, pieces = forms_of((), numeric), list[_Piece]()
    with archive.file.open(archive.names[sheet.part.lower()]) as stream:
        for cells in cells_of(stream, attributes):
            if len(attributes) > len(forms.styles):
                forms = forms_of(attributes, numeric)
            pieces.append(_piece(cells, forms))
    return forms, pieces


def _piece(cells: CellBlock, forms: Forms) -> _Piece:
    is_shared = forms.shared[cells.forms]
    short = (cells.rows.astype(np.int32), cells.columns.astype(np.int16), cells.forms)
    return *short, cells.numbers(is_shared).astype(np.int32), cells.texts(~is_shared)


def _check_extent(rows: Ints, columns: Ints) -> None:
    """NotPlainSheetError for sheets that the other reader may refuse."""
    if int(rows.max(initial=0)) * int(columns.max(initial=0)) > MOST:
        raise NotPlainSheetError


def _unescaped(texts: pl.Series, own: Ints, forms: Forms) -> pl.Series:
    """The texts that cells have for themselves, without references."""
    written = np.flatnonzero(forms.texts[own[~forms.shared[own]]])
    return texts.scatter(written, plain_texts(texts.gather(written))) if len(written) else texts


def _places(is_shared: Flags, shared: Ints, count: int) -> Ints:
    """Where the texts of cells stand: those that are shared, `count` in all, before the others.
    NotPlainSheetError where there are not so many."""
    if shared.max(initial=-1) >= count:
        raise NotPlainSheetError
    places = np.empty(len(is_shared), dtype=np.int32)
    places[is_shared] = shared
    places[~is_shared] = np.arange(count, count + len(places) - len(shared))
    return places
