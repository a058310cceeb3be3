"""Turn values of Python, as databases and spreadsheets give them, into texts and kinds (the natural
mapping of R2RML §10.2), and name the columns that hold kinds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

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
    kinds_of,
    missing_column,
    shared_name,
)

if TYPE_CHECKING:
    from hrdgraph.sources.text import Reject


def named(name: str) -> pl.Expr:
    """The column of this name."""
    is_pattern = name == "*" or (name[:1] == "^" and name[-1:] == "$")
    return pl.selectors.by_name(name).as_expr() if is_pattern else pl.col(name)


def series(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column of this name without its name: what a series can do, it does to the columns
    that its name is a pattern of."""
    return frame.get_column(name).alias("")


def constant_column(text: str | None, height: int) -> pl.Series:
    """A column of one text, or of none, made without running the engine: that takes longer than
    few rows do."""
    return pl.Series([text], dtype=pl.String).new_from_index(0, height)


def all_named(names: Iterable[str]) -> pl.selectors.Selector:
    """The columns of these names, in their order."""
    return pl.selectors.by_name(*names)


Convert = Callable[[Any], tuple[str | None, int | None]]
TEXTS: Final = pl.List(pl.String)
KINDS: Final = pl.List(pl.UInt8)
_FINER: Final = re.compile(r"[.,]\d{6}0*[1-9]")


class UnsupportedValue(NamedTuple):
    """A value that a source has and no literal can say as it is: an error for who wants its
    column."""

    fact: Message
    hint: Message = Message("cast-or-leave-row")


def moment(text: str) -> dt.datetime:
    """A date and time, in UTC where it has a zone. ValueError where it is none, OverflowError
    where it is finer than a microsecond, or beyond the years 1 to 9999 in UTC."""
    made = dt.datetime.fromisoformat(text)
    _check_microseconds(text)
    return made.astimezone(dt.UTC) if made.tzinfo else made


def hour(text: str) -> dt.time:
    """A time. ValueError where it is none, OverflowError where it is finer than a microsecond,
    or its zone is none of XSD's: of whole minutes, and up to 14 hours (XSD 1.1 part 2, §3.3.8)."""
    made = dt.time.fromisoformat(text)
    _check_microseconds(text)
    offset = made.utcoffset() or dt.timedelta()
    if offset % dt.timedelta(minutes=1) or abs(offset) > dt.timedelta(hours=14):
        raise OverflowError(text)
    return made


def _check_microseconds(text: str) -> None:
    if _FINER.search(text):
        raise OverflowError(text)


def beyond(text: str) -> UnsupportedValue:
    """The refusal of a date or time that Python or XSD has not."""
    return UnsupportedValue(Message("date-beyond-range", value=text))


def within_years(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A reader of dates and times that refuses those that Python has not: before the year 1,
    after 9999, infinity, and what `parse` refuses."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except (ValueError, OverflowError):
            return beyond(text)

    return read


def canonical_double(text: str) -> str:
    """The canonical form of an xsd:double (XSD 1.1 part 2, §E.1), such as `3.3E1`; the shortest
    that is the same number."""
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
    """The canonical form of an xsd:decimal (XSD 1.1 part 2, §E.1): no zeros that say nothing, no
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
    """The canonical text of a value and its kind; None of both for no value. What R2RML does not
    name is its text."""
    if value is None:
        return None, None
    kind, text = _NATURAL.get(type(value), _OTHER)
    return text(value), kind


def columns(
    name: str, values: Sequence[Any], convert: Convert = natural, *, lists: bool = True
) -> list[pl.Series]:
    """The values as a column of texts and, where not all are strings, one of their kinds;
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
        return _lists(
            name,
            [value if isinstance(value, list) or value is None else [value] for value in values],
            convert,
        )
    if types == {int}:
        texts = [None if value is None else str(value) for value in values]
        return _beside(name, texts, [None if value is None else INTEGER for value in values])
    pairs = [convert(value) for value in values]
    return _beside(name, [text for text, _ in pairs], [kind for _, kind in pairs])


def list_column(
    name: str, rows: Sequence[Sequence[Any] | None], inner: type[pl.DataType]
) -> pl.Series:
    """A column of lists, null where there is none or an empty one; made of one flat column,
    since lists one by one are dear."""
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


def _lists(name: str, values: Sequence[list[Any] | None], convert: Convert) -> list[pl.Series]:
    rows = [[convert(item) for item in cell if item is not None] if cell else [] for cell in values]
    texts = list_column(name, [[text for text, _ in row] for row in rows], pl.String)
    return [
        texts,
        list_column(kinds_of(name), [[kind for _, kind in row] for row in rows], pl.UInt8),
    ]


def with_nulls(frame: pl.DataFrame, nulls: tuple[str, ...]) -> pl.DataFrame:
    """The same rows with null for each text that means nothing, in lists without it."""
    frame = frame.with_columns(
        pl.when(~pl.col(pl.String).is_in(nulls)).then(pl.col(pl.String)).name.keep()
    )
    for name in [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]:
        frame = _without_nulls(frame, name, nulls)
    return frame


def _without_nulls(frame: pl.DataFrame, name: str, nulls: tuple[str, ...]) -> pl.DataFrame:
    """Several values of a cell without those that mean nothing, and their kinds."""
    columns = [column for column in (name, kinds_of(name)) if column in frame.columns]
    flat = (
        frame[columns]
        .with_row_index("row\0")
        .explode(all_named(columns))
        .filter(~named(name).is_in(nulls))
    )
    kept = flat.group_by("row\0", maintain_order=True).agg(all_named(columns))
    rows = pl.DataFrame(
        {"row\0": pl.int_range(frame.height, dtype=pl.get_index_type(), eager=True)}
    )
    return frame.with_columns(
        rows.join(kept, on="row\0", how="left", maintain_order="left").drop("row\0")
    )


Row = tuple[int, list[Any]]  # its number as people count, and its cells


def headed(rows: Iterable[Row], path: Path) -> tuple[list[str], Iterator[Row]]:
    """The headings (the first row that is not blank), and the rows below that are not blank.
    SourceError on headings that are missing or that two columns share."""
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
    seen: dict[str, int] = {}
    for place, name in enumerate(header, 1):
        if name in seen:
            fact = (
                Message("column-name-twice", name=name)
                if name
                else Message("columns-without-name", first=seen[name], second=place)
            )
            raise SourceError(fact, origin=Origin(str(path), number), hint="give-each-column-name")
        seen[name] = place
    return header, filled


def _heading(cell: Any, origin: Origin) -> str:
    if isinstance(cell, UnsupportedValue):
        raise SourceError("heading-wrong", fact=cell.fact, origin=origin, hint=cell.hint)
    return "" if cell is None else str(cell)


def same(name: str, header: Sequence[str]) -> str | None:
    """The heading that a reference means: its own name."""
    return name if name in header else None


@dataclass(frozen=True)
class Grid:
    """How rows of cells become columns: what a reference means among the headings, and what a
    cell says. With `reject`, rows that are wrong by themselves are left out and handed to it as
    the errors that they would have been."""

    path: Path
    row_column: str
    convert: Convert = natural
    meant: Callable[[str, Sequence[str]], str | None] = same
    title: str = ""  # of the rows, where the path does not tell them from others
    reject: Reject | None = None

    def frame(self, header: list[str], rows: Iterable[Row], names: Sequence[str]) -> pl.DataFrame:
        """The wanted columns of rows; SourceError with the row where one has more cells than
        there are headings."""
        places = {name: self.place(name, header) for name in names}
        fitting = list(self._fitting(rows, len(header)))
        numbers = [number for number, _ in fitting]
        wanted = {name: [row[place] for _, row in fitting] for name, place in places.items()}
        if bad := self._bad(wanted, numbers):
            numbers = [number for row, number in enumerate(numbers) if row not in bad]
            wanted = {
                name: [value for row, value in enumerate(values) if row not in bad]
                for name, values in wanted.items()
            }
        series = chain.from_iterable(
            columns(name, values, self.convert) for name, values in wanted.items()
        )
        return pl.DataFrame([pl.Series(self.row_column, numbers, dtype=pl.UInt32), *series])

    def repeats(self, header: list[str], row: Row) -> bool:
        """Whether a row is the headings again, as where tables were put one below another;
        SourceError, or it is told and left out."""
        number, cells = row
        if len(header) == 1 or (cells and str(cells[0]) != header[0]):
            return False  # as nearly every row, told from one cell
        if [str(cell) for cell in cells[: len(header)]] != header:
            return False
        self._refuse("heading-repeated", number, hint="take-row-away")
        return True

    def _fitting(self, rows: Iterable[Row], width: int) -> Iterator[Row]:
        """The rows that have no more cells than there are headings, each with as many."""
        for number, row in rows:
            if len(row) == width:
                yield number, row
            elif any(cell is not None for cell in row[width:]):
                self._refuse(
                    Message("cells-beyond-header", count=len(row), width=width),
                    number,
                    hint="give-each-column-heading",
                )
            else:
                yield number, [*row[:width], *[None] * (width - len(row))]

    def _bad(self, wanted: dict[str, list[Any]], numbers: list[int]) -> set[int]:
        """The rows with a value that the source itself refuses, or in whose list there is one;
        each is told once."""
        bad = set[int]()
        for name, values in wanted.items():
            for row, value in (
                enumerate(values)
                if not {UnsupportedValue, list}.isdisjoint(map(type, values))
                else ()
            ):
                found = [
                    item
                    for item in (value if isinstance(value, list) else [value])
                    if isinstance(item, UnsupportedValue)
                ]
                if found and row not in bad:
                    fact = (
                        Message("heading-wrong-in", fact=found[0].fact, title=self.title)
                        if self.title
                        else found[0].fact
                    )
                    self._refuse(fact, numbers[row], name, hint=found[0].hint)
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
        """Where the column stands that a name means; SourceError where there is none."""
        column = self.meant(name, header)
        if column is None:
            raise missing_column(name, header, Origin(str(self.path)))
        # as databases allow in the answer to a query, but not R2RML (§5.2)
        if header.count(column) > 1:
            raise shared_name(column, Origin(str(self.path)))
        return header.index(column)
