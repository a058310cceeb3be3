"""Datatypes → which lexical forms they allow (XML Schema 1.1 part 2, EDTF), as patterns over
texts of literals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.rdf.terms import RDF_LANG_STRING, XSD_STRING, unescape

_XSD: Final = XSD_STRING.removesuffix("string")
_EDTF: Final = "http://id.loc.gov/datatypes/edtf"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_31_AND_30 = r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_MONTH_DAY = _31_AND_30 + r"|02-(?:0[1-9]|[12][0-9])"
_EVERY_YEAR = _31_AND_30 + r"|02-(?:0[1-9]|1[0-9]|2[0-8])"
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_FLOAT = r"(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN)"
_DAYS = r"(?:[0-9]+D)?"
_TIME = r"(?:T(?:[0-9]+H(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+M(?:[0-9]+(?:\.[0-9]+)?S)?|[0-9]+(?:\.[0-9]+)?S))"
_INTEGER = r"[+-]?[0-9]+"
_LEXICAL: Final = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "float": _FLOAT,
    "double": _FLOAT,
    "integer": _INTEGER,
    "date": f"{_YEAR}-(?:{_MONTH_DAY}){_ZONE}",
    "dateTime": f"{_YEAR}-(?:{_MONTH_DAY})T{_CLOCK}{_ZONE}",
    "dateTimeStamp": f"{_YEAR}-(?:{_MONTH_DAY})T{_CLOCK}{_ZONE[:-1]}",
    "time": f"{_CLOCK}{_ZONE}",
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
    "gMonth": f"--(?:0[1-9]|1[0-2]){_ZONE}",
    "gDay": f"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "gMonthDay": f"--(?:{_MONTH_DAY}){_ZONE}",
    "duration": f"-?P(?:[0-9]+Y(?:[0-9]+M)?{_DAYS}{_TIME}?|[0-9]+M{_DAYS}{_TIME}?|[0-9]+D{_TIME}?|{_TIME})",
    "yearMonthDuration": "-?P(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)",
    "dayTimeDuration": f"-?P(?:[0-9]+D{_TIME}?|{_TIME})",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "base64Binary": "(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}(?:[A-Za-z0-9+/] ?=|= "
    "?=))?",
}
_BOUNDS: Final = {
    "long": (-(2**63), 2**63 - 1), "int": (-(2**31), 2**31 - 1), "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1), "unsignedByte": (0, 255), "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None), "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
}  # fmt: skip
_LEAP: Final = ("date", "dateTime", "dateTimeStamp")
_NAMED: Final = {**_LEXICAL, **dict.fromkeys(_BOUNDS, _INTEGER)}
# of those of which a pattern says too little
_ENOUGH: Final = {
    **{name: _LEXICAL[name].replace(_MONTH_DAY, _EVERY_YEAR) for name in _LEAP},
    "long": "-?[0-9]{1,18}", "int": "-?[0-9]{1,9}", "short": "-?[0-9]{1,4}", "byte": "-?[0-9]{1,2}",
    "unsignedLong": "[0-9]{1,19}", "unsignedInt": "[0-9]{1,9}", "unsignedShort": "[0-9]{1,4}",
    "unsignedByte": "[0-9]{1,2}", "nonNegativeInteger": "[0-9]+", "positiveInteger": "[1-9][0-9]*",
    "nonPositiveInteger": "-[0-9]+", "negativeInteger": "-[1-9][0-9]*",
}  # fmt: skip
EDTF_TYPES: Final = tuple(
    _EDTF + end for end in ("", "/EDTF", "/EDTF-level0", "/EDTF-level1", "/EDTF-level2")
)
_PLAIN_DAY: Final = f"[0-9]{{4}}(?:-(?:0[1-9]|1[0-2])|-(?:{_EVERY_YEAR}))?"
NUMERIC: Final = frozenset(
    _XSD + name for name in ("integer", "decimal", "float", "double", *_BOUNDS)
)
PATTERNS: Final = MappingProxyType({_XSD + name: text for name, text in _NAMED.items()})
# patterns that only well-formed texts match, nearly all of them
ENOUGH: Final = MappingProxyType(
    {_XSD + name: text for name, text in {**_NAMED, **_ENOUGH}.items()}
    | dict.fromkeys(EDTF_TYPES, _PLAIN_DAY)
)
_TEXT = pl.col("t")


def is_of(
    texts: pl.Series, datatype: str, is_edtf: Callable[[str], bool] = lambda _: False
) -> pl.Series:
    """Say for each N-Triples text whether it is a literal of the datatype, and well-formed if that
    is one of XML Schema or EDTF.

    `is_edtf` checks dates that are not plain days (its module is slow to load); without it, they
    are not EDTF."""
    end = f'"^^<{datatype}>'
    if datatype == XSD_STRING:
        matches = _TEXT.str.ends_with('"')
    elif datatype == RDF_LANG_STRING:
        matches = _TEXT.str.starts_with('"') & _TEXT.str.contains(r'"@[A-Za-z0-9-]+$')
    elif datatype in PATTERNS:
        matches = _TEXT.str.ends_with(end) & _TEXT.str.contains(f'^"(?:{PATTERNS[datatype]})"')
    else:
        matches = _TEXT.str.ends_with(end)
    fits = texts.to_frame("t").select(matches)["t"]
    # what no pattern can tell: bounds of numbers, leap years, and dates of EDTF
    name = datatype.removeprefix(_XSD)
    if name in _BOUNDS:
        low, high = _BOUNDS[name]
        return _but(texts, fits, lambda text: _within(int(text), low, high), fits)
    if name in _LEAP:
        return _but(texts, fits, _is_day, fits & texts.str.contains(r'^"-?[0-9]+-02-29'))
    if datatype in EDTF_TYPES:
        return _but(texts, fits, is_edtf, fits & ~texts.str.contains(f'^"{_PLAIN_DAY}"'))
    return fits


def _but(
    texts: pl.Series, fits: pl.Series, holds: Callable[[str], bool], doubtful: pl.Series
) -> pl.Series:
    """Return `fits`, but false where a doubtful lexical form fails the test."""
    places = doubtful.arg_true()
    wrong = [
        place
        for place, text in zip(places.to_list(), texts.gather(places).to_list(), strict=True)
        if not holds(text[1 : text.rindex('"')])
    ]
    return fits.scatter(wrong, False) if wrong else fits


def _within(number: int, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _is_day(text: str) -> bool:
    """Say whether the year of a 29 February is a leap year."""
    year = int(text[: text.index("-02-29")])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def unescape_column(texts: pl.Series) -> pl.Series:
    """Return lexical forms without the escapes of N-Triples, which few have."""
    escaped = texts.str.contains("\\", literal=True).fill_null(value=False).arg_true()
    if not len(escaped):
        return texts
    changed = [unescape(text) for text in texts.gather(escaped).to_list()]
    return texts.clone().scatter(escaped, pl.Series(changed, dtype=pl.String))


def number_of(text: str) -> Decimal | None:
    """Return the exact value of a number's lexical form, or None."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
