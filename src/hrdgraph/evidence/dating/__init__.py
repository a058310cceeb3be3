"""Dates as people write them, in six languages and three calendars, into EDTF or a refusal
that names the readings."""

from hrdgraph.evidence.dating.lexicon import LANGUAGES
from hrdgraph.evidence.dating.reader import read_date
from hrdgraph.evidence.dating.readings import (
    Convention,
    DateCalendar,
    DateOrder,
    DateReading,
    DateResult,
)

__all__ = [
    "LANGUAGES",
    "Convention",
    "DateCalendar",
    "DateOrder",
    "DateReading",
    "DateResult",
    "read_date",
]
