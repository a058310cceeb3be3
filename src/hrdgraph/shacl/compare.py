"""Order literals as SPARQL's `<` does (§17.3), whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hrdgraph.rdf.lexical import NUMERIC, PATTERNS, is_of, number_of, unescape_column
from hrdgraph.shacl.graph_data import Mask, column_of
from hrdgraph.vocab import XSD

if TYPE_CHECKING:
    from numpy.typing import NDArray


NUMBER, TEXT, BOOLEAN = 1, 2, 3
_TIMED = {
    XSD[name].value: family
    for family, name in enumerate(
        ("dateTime", "date", "time", "gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth"), 4
    )
} | {XSD.dateTimeStamp.value: 4}
_LENGTHS = {XSD.dayTimeDuration.value: 20, XSD.yearMonthDuration.value: 21}
_PARTS = (
    r'^"(?P<sign>-)?(?:(?P<year>[0-9]{4,})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?)?T?'
    r"(?:(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]+)?))?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?\""
)
# seconds: how far apart a moment with a time zone and one without must be to be in order
WINDOW = 14 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class OrderedValues:
    """The values of literals. `family` 0 has no order; only values of one family can be compared.
    `high` is the value, `near` marks approximate ones; `zoned` says whether a moment has a time
    zone. Texts are compared as texts."""

    texts: pl.Series
    family: NDArray[np.uint8]
    high: NDArray[np.float64]
    near: Mask
    zoned: Mask

    def take(self, places: NDArray[np.intp]) -> OrderedValues:
        """Return the values at these places."""
        return OrderedValues(
            self.texts[column_of(places)], self.family[places], self.high[places],
            self.near[places], self.zoned[places],
        )  # fmt: skip


def values_of(texts: pl.Series) -> OrderedValues:
    """Return the values of N-Triples texts; none for what is no well-formed literal of an ordered
    datatype."""
    size = len(texts)
    values = OrderedValues(
        texts, np.zeros(size, np.uint8), np.zeros(size), np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
    )  # fmt: skip
    values.family[texts.str.ends_with('"').to_numpy()] = TEXT
    datatypes = texts.str.extract(r'"\^\^<([^>]*)>$')
    for datatype in datatypes.drop_nulls().unique().to_list():
        if datatype in PATTERNS:
            chosen = np.flatnonzero((datatypes == datatype).fill_null(False).to_numpy())
            _fill(values, datatype, chosen[is_of(texts[column_of(chosen)], datatype).to_numpy()])
    return values


def _fill(values: OrderedValues, datatype: str, places: NDArray[np.intp]) -> None:
    """Write the values of one datatype, all of them well-formed."""
    texts = values.texts[column_of(places)]
    if datatype in NUMERIC:
        lexical = texts.str.extract('^"([^"]*)"')
        values.family[places] = NUMBER
        values.high[places] = (
            lexical.str.replace("INF", "inf", literal=True)
            .cast(pl.Float64, strict=False)
            .fill_null(np.nan)
            .to_numpy()
        )
        values.near[places] = (lexical.str.len_bytes() > 15).to_numpy()
    elif datatype == XSD.boolean.value:
        values.family[places] = BOOLEAN
        values.high[places] = texts.str.contains('^"(?:true|1)"').to_numpy()
    elif datatype in _TIMED:
        values.family[places] = _TIMED[datatype]
        values.high[places], values.zoned[places] = _moments(texts)
    elif datatype in _LENGTHS:
        values.family[places] = _LENGTHS[datatype]
        values.high[places] = [_length(text) for text in texts.to_list()]


def _moments(texts: pl.Series) -> tuple[NDArray[np.float64], Mask]:
    """Seconds since 1970 as UTC, and whether a time zone was said. What is not said is the first
    of its kind."""
    # Split dates into years and so on, as text. `--05-01`, `---01` and `--05` get a year and what
    # else they lack.
    whole = texts.str.replace('^"---([0-9]{2})', '"1972-01-$1').str.replace(
        '^"--([0-9]{2})', '"1972-$1'
    )
    parts = whole.str.extract_groups(_PARTS).struct.unnest()
    number = {
        name: parts[name].cast(pl.Float64, strict=False)
        for name in ("year", "month", "day", "hour", "minute", "second")
    }
    year = number["year"].fill_null(1972).to_numpy() * np.where(
        parts["sign"].is_not_null().to_numpy(), -1, 1
    )
    days = _days(
        year, number["month"].fill_null(1).to_numpy(), number["day"].fill_null(1).to_numpy()
    )
    clock = [number[name].fill_null(0).to_numpy() for name in ("hour", "minute", "second")]
    zone = parts["zone"].str.replace("Z", "+00:00", literal=True)
    shift = (
        zone.str.slice(1, 2).cast(pl.Float64) * 3600 + zone.str.slice(4, 2).cast(pl.Float64) * 60
    )
    offset = (
        np.where((zone.str.slice(0, 1) == "-").fill_null(False).to_numpy(), -1, 1)
        * shift.fill_null(0).to_numpy()
    )
    return days * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[
        2
    ] - offset, zone.is_not_null().to_numpy()


def _days(
    year: NDArray[np.float64], month: NDArray[np.float64], day: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return days since 1970-01-01 in the proleptic Gregorian calendar, with years counted from
    March."""
    year = year - (month <= 2)
    era = np.floor(year / 400)
    of_era = year - era * 400
    of_year = np.floor((153 * (month + np.where(month > 2, -3, 9)) + 2) / 5) + day - 1
    return np.asarray(
        era * 146097
        + of_era * 365
        + np.floor(of_era / 4)
        - np.floor(of_era / 100)
        + of_year
        - 719468
    )


def _length(text: str) -> float:
    """Return a duration in seconds, or in months."""
    total, digits, time = 0.0, "", False
    units = {"Y": 12.0, "D": 86400.0, "H": 3600.0, "S": 1.0}
    for sign in text[1 : text.rindex('"')]:
        if sign.isdigit() or sign == ".":
            digits += sign
        elif sign == "T":
            time = True
        elif digits:
            total += float(digits) * (units.get(sign) or (60.0 if time else 1.0))
            digits = ""
    return -total if text.startswith('"-') else total


def is_ordered(left: OrderedValues, right: OrderedValues, *, strict: bool) -> Mask:
    """Say whether each left value is less than (or, unless `strict`, equal to) the right one.
    Incomparable values are not."""
    same = (left.family == right.family) & (left.family > 0)
    below = left.high < right.high if strict else left.high <= right.high
    unclear = left.zoned != right.zoned
    below = np.where(unclear, left.high + WINDOW < right.high, below)
    result = same & below
    places = np.flatnonzero(same & (left.family == TEXT))
    if len(places):
        first, second = (plain(side.texts[column_of(places)]) for side in (left, right))
        result[places] = (first < second if strict else first <= second).to_numpy()
    _compare_exactly(
        left, right,
        np.flatnonzero(same & (left.near | right.near) & np.isclose(left.high, right.high)), result,
        strict,
    )  # fmt: skip
    return np.asarray(result)


def plain(texts: pl.Series) -> pl.Series:
    """Return texts without quotes and escapes, in the order of code points."""
    return unescape_column(texts.str.strip_prefix('"').str.strip_suffix('"'))


def _compare_exactly(
    left: OrderedValues, right: OrderedValues, places: NDArray[np.intp], result: Mask, strict: bool
) -> None:
    """Compare long numbers that floating point cannot distinguish."""
    for place in places.tolist():
        first, second = (
            number_of(side.texts[place][1 : side.texts[place].rindex('"')])
            for side in (left, right)
        )
        if first is not None and second is not None:
            result[place] = first < second if strict else first <= second
