"""Turn values of Python, as databases and spreadsheets give them, into texts and kinds (the natural
mapping of R2RML §10.2), and name the columns that hold kinds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import chain
from typing import Any, Final, NamedTuple

import polars as pl

from hrdgraph.catalogue import Message
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
)


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
    str: (STRING, str),
    int: (INTEGER, str),
    bool: (BOOLEAN, lambda value: "true" if value else "false"),
    float: (DOUBLE, lambda value: canonical_double(repr(value))),
    Decimal: (DECIMAL, canonical_decimal),
    dt.date: (DATE, dt.date.isoformat),
    dt.time: (TIME, _hour),
    dt.datetime: (DATETIME, _moment),
    bytes: (BINARY, _binary),
    bytearray: (BINARY, _binary),
    memoryview: (BINARY, _binary),
}
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
