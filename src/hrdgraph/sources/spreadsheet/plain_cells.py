"""The XML of a sheet of XLSX, as programs write it, into arrays: the row, the column, the
attributes and the value of each cell, without an object for any.

Plain is a sheet of rows and cells that say their places in ascending order, values and texts, with
nothing between their elements: no formulas, comments, sections or prefixes. Each tag may only
stand behind those that it can stand behind, which proves that the rows are well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final, NamedTuple
from xml.parsers import expat

import numpy as np
import polars as pl

from hrdgraph.sources.spreadsheet.byte_array import (
    ByteArray,
    Flags,
    Ints,
    Kinds,
    Words,
    digits_at,
    letters_at,
)
from hrdgraph.sources.spreadsheet.columns import NotPlainSheetError

_CHUNK: Final = 512 << 10  # bytes that are looked at together: the processor's cache holds them
_LONGEST: Final = 8 << 20  # bytes of one row, and of what stands before and behind the rows
_MOST_FORMS: Final = 500  # of the attributes of cells
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_DECLARATION: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*?\?>)?\s*<worksheet[\s>]")
_ENCODING: Final = re.compile(rb"encoding\s*=\s*[\"'](?!(?i:utf-8)[\"'])")
_ROW_REST: Final = re.compile(rb'"(?: [A-Za-z_][\w:.-]*="[^"<&>]*")*/?')
_ROW_HEAD, _CELL_HEAD = b'<row r="', b'<c r="'
# what tags begin with, each with what may stand before it; those of no fixed length are open
_TAGS: Final = {
    b'<row r="': (b"", b"</row>", b"<row/"),
    b"<row/": (b"", b"</row>", b"<row/"),
    b"</row>": (b'<row r="', b"</c>", b"<c/"),
    b'<c r="': (b'<row r="', b"</c>", b"<c/"),
    b"<c/": (b'<row r="', b"</c>", b"<c/"),
    b"</c>": (b'<c r="', b"</v>", b"</is>"),
    b"<v>": (b'<c r="',),
    b"</v>": (b"<v>",),
    b"<is>": (b'<c r="',),
    b"</is>": (b"</t>",),
    b"</t>": (b"<t>", b'<t xml:space="preserve">'),
    b"<t>": (b"<is>",),
    b'<t xml:space="preserve">': (b"<is>",),
}
_NUMBER: Final = {tag: number for number, tag in enumerate((b"", *_TAGS))}
_ROW, _EMPTY_ROW, _ROW_END, _CELL, _EMPTY_CELL, _CELL_END = range(1, 7)
_SPACED: Final = len(_TAGS)
_SPACED_TAG: Final = [*_TAGS][-1]
_LENGTH: Final[Ints] = np.array([len(tag) for tag in _NUMBER])
_IS_BLANK: Final[Flags] = np.isin(np.arange(256), [*b" \t\n\r"])
_IS_OPEN: Final[Flags] = np.array([tag.endswith(b'"') for tag in _NUMBER])
_IS_TEXT: Final[Flags] = np.array([tag[:2] in (b"<v", b"<t") for tag in _NUMBER])
# the second and third byte of a tag say which it may be; then its first eight are compared
_GUESS: Final[Kinds] = np.zeros(1 << 16, dtype=np.int8)
_MASK: Final[Words] = np.zeros(len(_NUMBER), dtype=np.uint64)
_BYTES: Final[Words] = np.ones(len(_NUMBER), dtype=np.uint64)  # of no tag: none masked is 1
for _tag, _number in _NUMBER.items():
    if _tag[-1:] not in (b"", b"/") and len(_tag) <= 8:
        _GUESS[int.from_bytes(_tag[1:3], "little")] = _number
        _MASK[_number] = (1 << 8 * len(_tag)) - 1
        _BYTES[_number] = int.from_bytes(_tag, "little")
_MAY_FOLLOW: Final[Flags] = np.zeros((len(_NUMBER), len(_NUMBER)), dtype=np.bool_)
for _tag, _before in _TAGS.items():
    _MAY_FOLLOW[[_NUMBER[one] for one in _before], _NUMBER[_tag]] = True


class CellBlock(NamedTuple):
    """Cells that hold something, in their order: rows and columns from 1, the numbers of their
    attributes, and where their values stand in a text, with references."""

    rows: Ints
    columns: Ints
    forms: Ints
    text: ByteArray
    starts: Ints
    sizes: Ints

    def numbers(self, which: Flags) -> Ints:
        """The values of some cells, whole numbers. NotPlainSheetError where one is none."""
        found, ends = digits_at(self.text, self.starts[which])
        if (ends - self.starts[which] != self.sizes[which]).any() or not self.sizes[which].all():
            raise NotPlainSheetError
        return found

    def texts(self, which: Flags) -> pl.Series:
        """The values of some cells."""
        starts, ends = self.starts[which], self.starts[which] + self.sizes[which]
        block = self.text.block
        found = [
            block[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        return pl.Series(found, dtype=pl.Binary).cast(pl.String)


def cells_of(stream: IO[bytes], forms: dict[bytes, int]) -> Iterator[CellBlock]:
    """The cells of a sheet, some thousands at a time; the attributes of cells are numbered in
    `forms`. NotPlainSheetError where it is not plain, and what reading raises."""
    head, rest = _until(stream, b"", _OPEN)
    row = 0
    while _CLOSE not in rest:
        block, rest = _whole_rows(stream, rest)
        cells, row = _cells(block, row, forms)
        yield cells
    block, _, tail = rest.partition(_CLOSE)
    yield _cells(block, row, forms)[0]
    _check_frame(head, tail + stream.read(_LONGEST), bool(stream.read(1)))


def _until(stream: IO[bytes], rest: bytes, sign: bytes) -> tuple[bytes, bytes]:
    while sign not in rest:
        data = stream.read(_CHUNK)
        if not data or len(rest) > _LONGEST:
            raise NotPlainSheetError
        rest += data
    head, _, rest = rest.partition(sign)
    return head, rest


def _whole_rows(stream: IO[bytes], rest: bytes) -> tuple[bytes, bytes]:
    """The rows that are whole, and what is read behind them."""
    data = stream.read(_CHUNK)
    rest += data
    if not data or len(rest) > _LONGEST:
        raise NotPlainSheetError
    end = rest.find(_CLOSE)
    end = rest.rfind(b"</row>", 0, None if end < 0 else end) + len(b"</row>")
    return (rest[:end], rest[end:]) if end >= len(b"</row>") else (b"", rest)


def _check_frame(head: bytes, tail: bytes, is_longer: bool) -> None:
    """NotPlainSheetError unless what stands around the rows is well-formed, and merges no cells."""
    around = head + _OPEN + _CLOSE + tail
    if is_longer or b"mergeCell" in around or b"<!" in around or _ENCODING.search(head[:200]):
        raise NotPlainSheetError
    if not _DECLARATION.match(head):
        raise NotPlainSheetError
    expat.ParserCreate().Parse(around, True)


def _cells(block: bytes, row: int, forms: dict[bytes, int]) -> tuple[CellBlock, int]:
    """The cells of whole rows, and the number of the last row."""
    text = ByteArray(block)
    tags = _tags(text)
    rows = np.flatnonzero(tags.kinds <= _EMPTY_ROW)
    numbers, sizes = _row_numbers(text, tags.starts[rows], tags.ends[rows], row)
    cells = np.flatnonzero((tags.kinds == _CELL) | (tags.kinds == _EMPTY_CELL))
    counts = np.diff(np.searchsorted(cells, rows), append=len(cells))
    own = np.repeat(np.arange(len(rows)), counts)
    columns, ends = _places(text, tags.starts[cells], tags.starts[rows], sizes, own)
    own = numbers[own]
    _check_ascending(own, columns)
    kinds = tags.kinds[cells]
    known = _forms(text, ends, tags.ends[cells] - (kinds == _EMPTY_CELL), forms)
    filled = np.flatnonzero((kinds == _CELL) & (tags.kinds[cells + 1] != _CELL_END))
    starts, sizes = _values(text, tags)
    last = int(numbers[-1]) if len(numbers) else row
    return CellBlock(own[filled], columns[filled], known[filled], text, starts, sizes), last


class _Tags(NamedTuple):
    """Where tags begin, where their brackets close, and what they are."""

    starts: Ints
    ends: Ints
    kinds: Kinds


def _tags(text: ByteArray) -> _Tags:
    """All tags. NotPlainSheetError for one that is not known or stands at another place, and for
    text between them."""
    size = len(text.block)
    starts = np.flatnonzero(text.data[:size] == ord("<"))
    kinds, following = _kinds(text, starts), np.append(starts[1:], size)
    ends = starts + _LENGTH[kinds] - 1
    is_open = np.flatnonzero(_IS_OPEN[kinds])
    ends[is_open] = following[is_open] - 1
    kinds[is_open] += text.data[ends[is_open] - 1] == ord("/")
    if not (
        _MAY_FOLLOW[np.append(np.int8(0), kinds[:-1]), kinds].all()
        and ((ends == following - 1) | _IS_TEXT[kinds]).all()
        and (text.data[ends[is_open]] == ord(">")).all()
        and (not size or (starts[0] == 0 and kinds[-1] in (_ROW_END, _EMPTY_ROW)))
    ):
        raise NotPlainSheetError
    return _Tags(starts, ends, kinds)


def _kinds(text: ByteArray, starts: Ints) -> Kinds:
    """What tags are, by how they begin; 0 for others."""
    words = text.words(starts)
    kinds = _GUESS[(words >> np.uint64(8)).astype(np.uint16)]
    kinds[(words & _MASK[kinds]) != _BYTES[kinds]] = 0
    spaced = np.flatnonzero(words == int.from_bytes(_SPACED_TAG[:8], "little"))
    kinds[spaced[text.have(starts[spaced], _SPACED_TAG)]] = _SPACED
    return kinds


def _row_numbers(text: ByteArray, starts: Ints, ends: Ints, last: int) -> tuple[Ints, Ints]:
    """The numbers of rows, which ascend from the last one before, and of how many digits they
    are; other attributes are only looked at."""
    numbers, behind = digits_at(text, starts + len(_ROW_HEAD))
    rests = dict[bytes, int]()
    _forms(text, behind, ends, rests)
    if not all(map(_ROW_REST.fullmatch, rests)) or (np.diff(numbers, prepend=last) <= 0).any():
        raise NotPlainSheetError
    return numbers, behind - starts - len(_ROW_HEAD)


def _places(text: ByteArray, cells: Ints, rows: Ints, sizes: Ints, own: Ints) -> tuple[Ints, Ints]:
    """The columns of cells, and where the quote stands behind their places; `own` are the rows
    in which they stand. NotPlainSheetError where they say another one."""
    columns, ends = letters_at(text, cells + len(_CELL_HEAD))
    masks = (np.uint64(1) << (8 * sizes + 8).astype(np.uint64)) - np.uint64(1)
    masks[sizes == 7] = ~np.uint64(0)
    numbers = text.words(rows + len(_ROW_HEAD)) & masks  # with the quote behind them
    if not ((columns > 0) & (text.words(ends) & masks[own] == numbers[own])).all():
        raise NotPlainSheetError
    return columns, ends + sizes[own]


def _check_ascending(rows: Ints, columns: Ints) -> None:
    if ((np.diff(rows) == 0) & (np.diff(columns) <= 0)).any():
        raise NotPlainSheetError


def _forms(text: ByteArray, starts: Ints, ends: Ints, forms: dict[bytes, int]) -> Ints:
    """The numbers of the attributes of elements, of which there are few different ones."""
    found, lengths = np.zeros(len(starts), dtype=np.int16), ends - starts
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        left = np.flatnonzero(lengths == length)
        while len(left):
            first = int(starts[left[0]])
            form = text.block[first : first + length]
            same = text.have(starts[left], form)
            found[left[same]] = forms.setdefault(form, len(forms))
            left = left[~same]
            if len(forms) > _MOST_FORMS:
                raise NotPlainSheetError
    return found


def _values(text: ByteArray, tags: _Tags) -> tuple[Ints, Ints]:
    """Where the values of cells begin, and how long they are, of those that hold something.
    NotPlainSheetError for blanks at the ends of one that does not say to keep them."""
    which = np.flatnonzero(_IS_TEXT[tags.kinds])
    starts, ends = tags.ends[which] + 1, tags.starts[which + 1]
    is_trimmed = np.flatnonzero(tags.kinds[which] == _NUMBER[b"<t>"])
    if (
        _IS_BLANK[text.data[starts[is_trimmed]]] | _IS_BLANK[text.data[ends[is_trimmed] - 1]]
    ).any():
        raise NotPlainSheetError
    return starts, ends - starts
