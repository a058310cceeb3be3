"""Turn Python values of databases and spreadsheets into texts and kinds (the natural mapping of
R2RML §10.2), and name the columns that hold kinds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.reference_columns import (
    BINARY,
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    INTEGER,
    STRING,
    TIME,
    duplicate_name,
    kinds_of,
    missing_column,
)
from hrdgraph.sources.text import Reject


def by_name(name: str) -> pl.Expr:
    """Return the column of this name."""
    is_pattern = name == "*" or (name[:1] == "^" and name[-1:] == "$")
    return pl.selectors.by_name(name).as_expr() if is_pattern else pl.col(name)


def series(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column under an empty name, because a series treats its own name as a pattern."""
    return frame.get_column(name).alias("")


def constant_column(text: str | None, height: int) -> pl.Series:
    """Return a column of one text, or of none, without the engine, which takes longer than few
    rows do."""
    return pl.Series([text], dtype=pl.String).new_from_index(0, height)


def all_named(names: Iterable[str]) -> pl.selectors.Selector:
    """Return the columns of these names, in order."""
    return pl.selectors.by_name(*names)


Convert = Callable[[Any], tuple[str | None, int | None]]
TEXTS: Final = pl.List(pl.String)
KINDS: Final = pl.List(pl.UInt8)
_FINER: Final = re.compile(r"[.,]\d{6}0*[1-9]")


class UnsupportedValue(NamedTuple):
    """A value of a source that no literal can express: an error for its column."""

    fact: Message
    hint: Message = Message("cast-or-leave-row")


def moment(text: str) -> dt.datetime:
    """Return a date and time, in UTC if it has a zone. ValueError for other texts, OverflowError
    for parts of a microsecond, and outside the years 1 to 9999 in UTC."""
    parsed = dt.datetime.fromisoformat(text)
    _check_microseconds(text)
    return parsed.astimezone(dt.UTC) if parsed.tzinfo else parsed


def hour(text: str) -> dt.time:
    """Return a time. ValueError for other texts, OverflowError for parts of a microsecond, or a
    zone outside XSD's: whole minutes, up to 14 hours (XSD 1.1 part 2, §3.3.8)."""
    parsed = dt.time.fromisoformat(text)
    _check_microseconds(text)
    offset = parsed.utcoffset() or dt.timedelta()
    if offset % dt.timedelta(minutes=1) or abs(offset) > dt.timedelta(hours=14):
        raise OverflowError(text)
    return parsed


def _check_microseconds(text: str) -> None:
    if _FINER.search(text):
        raise OverflowError(text)


def beyond(text: str) -> UnsupportedValue:
    """Refuse a date or time that Python or XSD lacks."""
    return UnsupportedValue(Message("date-beyond-range", value=text))


def within_years(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a reader of dates and times that refuses those that Python lacks: before the year 1,
    after 9999, infinity, and what `parse` refuses."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except (ValueError, OverflowError):
            return beyond(text)

    return read


def canonical_double(text: str) -> str:
    """Return the canonical form of an xsd:double (XSD 1.1 part 2, §E.1), such as `3.3E1`; the
    shortest for the number."""
    number = float(text)
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "INF" if number > 0 else "-INF"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    figures = "".join(map(str, digits)).lstrip("0") or "0"
    power = int(exponent) + len(figures) - 1 if number else 0
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:].rstrip('0') or '0'}E{power}"


def canonical_decimal(number: Decimal) -> str:
    """Return the canonical form of an xsd:decimal (XSD 1.1 part 2, §E.1): no superfluous zeros, no
    exponent."""
    if not number.is_finite():
        return str(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _moment(value: dt.datetime) -> str:
    text = (value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat()
    return _short(text) + ("Z" if value.tzinfo else "")


def _hour(value: dt.time) -> str:
    text = _short(value.replace(tzinfo=None).isoformat())
    offset = value.isoformat()[-6:] if value.tzinfo else ""
    return text + ("Z" if offset == "+00:00" else offset)


def _short(text: str) -> str:
    return text.rstrip("0") if "." in text else text


def _binary(value: bytes | bytearray | memoryview) -> str:
    return bytes(value).hex().upper()


_NATURAL: Final[dict[type, tuple[int, Callable[[Any], str]]]] = {
    str: (STRING, str), int: (INTEGER, str),
    bool: (BOOLEAN, lambda value: "true" if value else "false"),
    float: (DOUBLE, lambda value: canonical_double(repr(value))),
    Decimal: (DECIMAL, canonical_decimal), dt.date: (DATE, dt.date.isoformat),
    dt.time: (TIME, _hour), dt.datetime: (DATETIME, _moment), bytes: (BINARY, _binary),
    bytearray: (BINARY, _binary), memoryview: (BINARY, _binary),
}  # fmt: skip
_OTHER: Final[tuple[int, Callable[[Any], str]]] = (STRING, str)


def natural(value: Any) -> tuple[str | None, int | None]:
    """Return the canonical text of a value and its kind; None twice for no value. Types outside
    R2RML are texts."""
    if value is None:
        return None, None
    kind, text = _NATURAL.get(type(value), _OTHER)
    return text(value), kind


def columns(
    name: str, values: Sequence[Any], convert: Convert = natural, *, lists: bool = True
) -> list[pl.Series]:
    """Return the values as a column of texts and, unless all are strings, one of their kinds;
    `lists` are several values of a cell."""
    if len(values) and type(values[0]) is str:
        # dearer than a look at each type before, but rare: a column whose first value alone is a
        # string
        with suppress(TypeError):
            return [pl.Series(name, values, dtype=pl.String)]
    types = set(map(type, values)) - {type(None)}
    if types <= {str}:
        return [pl.Series(name, values, dtype=pl.String)]
    if lists and list in types:
        lists_of = (value if isinstance(value, list) else [value] for value in values)
        rows = [[convert(item) for item in cell if item is not None] for cell in lists_of]
        return [
            list_column(name, [[text for text, _ in row] for row in rows], pl.String),
            list_column(kinds_of(name), [[kind for _, kind in row] for row in rows], pl.UInt8),
        ]
    if types == {int}:
        texts = [None if value is None else str(value) for value in values]
        return _beside(name, texts, [None if value is None else INTEGER for value in values])
    pairs = [convert(value) for value in values]
    return _beside(name, [text for text, _ in pairs], [kind for _, kind in pairs])


def list_column(
    name: str, rows: Sequence[Sequence[Any] | None], inner: type[pl.DataType]
) -> pl.Series:
    """Return a column of lists, null for none or an empty one; made from one flat column, which is
    much faster."""
    flat = pl.Series("cell", list(chain.from_iterable(row or () for row in rows)), dtype=inner)
    lengths = pl.Series("length", [len(row) if row else 0 for row in rows], dtype=pl.UInt32)
    place = pl.DataFrame([lengths]).with_row_index("row")
    cells = (
        place.select(pl.col("row").repeat_by("length").explode()).drop_nulls().with_columns(flat)
    )
    lists = cells.group_by("row", maintain_order=True).agg("cell")
    return place.join(lists, on="row", how="left", maintain_order="left")["cell"].alias(name)


def _beside(name: str, texts: list[str | None], kinds: list[int | None]) -> list[pl.Series]:
    text = pl.Series(name, texts, dtype=pl.String)
    return [text, pl.Series(kinds_of(name), kinds, dtype=pl.UInt8)] if any(kinds) else [text]


def with_nulls(frame: pl.DataFrame, nulls: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows with null for each text that means nothing, dropped from lists."""
    frame = frame.with_columns(
        pl.when(~pl.col(pl.String).is_in(nulls)).then(pl.col(pl.String)).name.keep()
    )
    for name in [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]:
        columns = [column for column in (name, kinds_of(name)) if column in frame.columns]
        flat = (
            frame[columns]
            .with_row_index("row\0")
            .explode(all_named(columns))
            .filter(~by_name(name).is_in(nulls))
        )
        kept = flat.group_by("row\0", maintain_order=True).agg(all_named(columns))
        rows = pl.DataFrame(
            {"row\0": pl.int_range(frame.height, dtype=pl.get_index_type(), eager=True)}
        )
        frame = frame.with_columns(
            rows.join(kept, on="row\0", how="left", maintain_order="left").drop("row\0")
        )
    return frame


Row = tuple[int, list[Any]]  # its number as people count, and its cells


def head_of(rows: Iterable[Row], path: Path) -> tuple[list[str], Iterator[Row]]:
    """Return the headings (the first row that is not blank), and the rows below that are not
    blank. SourceError for headings that are missing or shared by two columns."""
    filled = (
        (number, cells)
        for number, cells in rows
        # the first cell of most rows says it
        if (cells and cells[0] not in (None, "")) or any(cell not in (None, "") for cell in cells)
    )
    number, cells = next(filled, (0, []))
    if not cells:
        raise SourceError("table-empty", origin=Origin(str(path)))
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    header = [_heading(cell, Origin(str(path), number)) for cell in cells]
    names_seen: dict[str, int] = {}
    for place, name in enumerate(header, 1):
        if name in names_seen:
            fact = (
                Message("there-twice", name=name)
                if name
                else Message("columns-without-name", first=names_seen[name], second=place)
            )
            raise SourceError(fact, origin=Origin(str(path), number), hint="give-each-column-name")
        names_seen[name] = place
    return header, filled


def _heading(cell: Any, origin: Origin) -> str:
    if isinstance(cell, UnsupportedValue):
        raise SourceError("unusable", fact=cell.fact, origin=origin, hint=cell.hint)
    return "" if cell is None else str(cell)


def same(name: str, header: Sequence[str]) -> str | None:
    """Return the heading that a reference means: its own name."""
    return name if name in header else None


@dataclass(frozen=True)
class Grid:
    """How rows of cells become columns: which heading a reference means, and what a cell says.
    With `reject`, bad rows are left out and passed to it as errors."""

    path: Path
    row_column: str
    convert: Convert = natural
    meant: Callable[[str, Sequence[str]], str | None] = same
    title: str = ""  # of the rows, where the path does not tell them from others
    reject: Reject | None = None

    def frame(self, header: list[str], rows: Iterable[Row], names: Sequence[str]) -> pl.DataFrame:
        """Return the wanted columns of rows; SourceError with the row if one has more cells than
        there are headings."""
        places = {name: self.place(name, header) for name in names}
        fitting = list(self._fitting(rows, len(header)))
        numbers = [number for number, _ in fitting]
        cells_of = {name: [row[place] for _, row in fitting] for name, place in places.items()}
        if bad := self._bad(cells_of, numbers):
            numbers = [number for row, number in enumerate(numbers) if row not in bad]
            cells_of = {
                name: [value for row, value in enumerate(values) if row not in bad]
                for name, values in cells_of.items()
            }
        series = chain.from_iterable(
            columns(name, values, self.convert) for name, values in cells_of.items()
        )
        return pl.DataFrame([pl.Series(self.row_column, numbers, dtype=pl.UInt32), *series])

    def repeats(self, header: list[str], row: Row) -> bool:
        """Say whether a row repeats the headings, as where tables were put one below another; it
        is an error or rejected."""
        number, cells = row
        if len(header) == 1 or (cells and str(cells[0]) != header[0]):
            return False  # as nearly every row, told from one cell
        if [str(cell) for cell in cells[: len(header)]] != header:
            return False
        self._refuse("heading-repeated", number, hint="take-row-away")
        return True

    def _fitting(self, rows: Iterable[Row], width: int) -> Iterator[Row]:
        """Yield the rows with no more cells than there are headings, filled up."""
        for number, row in rows:
            if len(row) == width:
                yield number, row
            elif any(cell is not None for cell in row[width:]):
                self._refuse(
                    Message("cells-beyond-header", count=len(row), width=width),
                    number,
                    hint="give-each-column-name",
                )
            else:
                yield number, [*row[:width], *[None] * (width - len(row))]

    def _bad(self, wanted: dict[str, list[Any]], numbers: list[int]) -> set[int]:
        """Return the rows with a value that the source refuses, alone or in a list; each is
        reported once."""
        bad = set[int]()
        for name, values in wanted.items():
            for row, value in (
                enumerate(values)
                if not {UnsupportedValue, list}.isdisjoint(map(type, values))
                else ()
            ):
                refused = [
                    item
                    for item in (value if isinstance(value, list) else [value])
                    if isinstance(item, UnsupportedValue)
                ]
                if refused and row not in bad:
                    fact = (
                        Message("place-and-fact", file=self.title, fact=refused[0].fact)
                        if self.title
                        else refused[0].fact
                    )
                    self._refuse(fact, numbers[row], name, hint=refused[0].hint)
                    bad.add(row)
        return bad

    def _refuse(
        self, fact: str | Message, row: int, column: str | None = None, *, hint: str | Message
    ) -> None:
        """Tell of a row that is left out; SourceError where none may be."""
        error = SourceError(fact, origin=Origin(str(self.path), row, column), hint=hint)
        if self.reject is None:
            raise error
        self.reject(error)

    def place(self, name: str, header: list[str]) -> int:
        """Return the place of the column that a name means; SourceError if there is none."""
        column = self.meant(name, header)
        if column is None:
            raise missing_column(name, header, Origin(str(self.path)))
        # as databases allow in the answer to a query, but not R2RML (§5.2)
        if header.count(column) > 1:
            raise duplicate_name(column, Origin(str(self.path)))
        return header.index(column)
