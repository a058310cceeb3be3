"""Spans of time, as spreadsheets measure them, in the canonical form of an xsd:dayTimeDuration
(XSD 1.1 part 2, §E.2)."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Final, NamedTuple

from hrdgraph.sources.values import canonical_decimal

_N: Final = r"(\d{1,9})"  # more digits than any clock has
_WRITTEN: Final = re.compile(
    rf"(-?)P(?:0+Y)?(?:0+M)?(?:{_N}D)?(?:T(?:{_N}H)?(?:{_N}M)?(?:(\d{{1,9}}(?:\.\d{{1,9}})?)S)?)?",
    re.ASCII,
)
_UNITS: Final = (86400, 3600, 60, 1)


class Span(NamedTuple):
    """The canonical text of a span, such as `P1DT2H5M`; no text, since a text cell may say the
    same."""

    text: str

    def __str__(self) -> str:
        return self.text


def span_of(value: dt.timedelta | dt.time) -> Span:
    """A span as Python has it, or the time since midnight."""
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    return _span(Decimal(value.days * 86400 + value.seconds) + Decimal(value.microseconds) / 10**6)


def written_span(text: str) -> Span | None:
    """A span that is written as XSD has it, such as `PT26H05M00S`; None where it counts months
    or is none."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        return None
    seconds = sum(
        (Decimal(part or 0) * unit for part, unit in zip(found.groups()[1:], _UNITS, strict=True)),
        Decimal(0),
    )
    return _span(-seconds if found[1] else seconds)


def _span(seconds: Decimal) -> Span:
    minutes, rest = divmod(abs(seconds), 60)
    hours, days = int(minutes) // 60 % 24, int(minutes) // 1440
    clock = _count(hours, "H") + _count(int(minutes) % 60, "M") + _count(rest, "S")
    text = _count(days, "D") + (f"T{clock}" if clock else "")
    return Span(f"{'-' if seconds < 0 else ''}P{text or 'T0S'}")


def _count(number: int | Decimal, unit: str) -> str:
    return canonical_decimal(Decimal(number)) + unit if number else ""
