"""`removed > 5%` or `foaf:Person gone > 0` into a question to differences: is this change larger
than one expects?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hrdgraph.catalogue import Message
from hrdgraph.errors import OutputError
from hrdgraph.release.differences import MEASURES, Differences
from hrdgraph.vocab import PREFIXES

_CONDITION = re.compile(
    rf"\s*(?:(?P<class>\S+)\s+)?(?P<measure>{'|'.join(MEASURES)})\s*(?P<sign>>=?)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?\s*"
)


@dataclass(frozen=True)
class Threshold:
    """A bound on a measure, of all or of one class; a percentage is of what the old graph had:
    statements for `added` and `removed` of all, things otherwise."""

    text: str
    class_iri: str
    measure: str
    reached: bool  # whether the number itself is too much already
    number: float
    percent: bool

    def is_crossed(self, differences: Differences) -> bool:
        """Whether the change is larger than this allows."""
        counts = _of_class(differences, self.class_iri) if self.class_iri else differences.totals
        value = float(counts[self.measure])
        bound = self.number * counts["before"] / 100 if self.percent else self.number
        return value >= bound and value > 0 if self.reached else value > bound


def parse_threshold(text: str) -> Threshold:
    """Read `[CLASS] new|gone|changed|added|removed > NUMBER[%]`; CLASS is an IRI or a prefixed
    name. OutputError otherwise."""
    match = _CONDITION.fullmatch(text)
    if match is None:
        hint = Message("write-condition", known=", ".join(MEASURES))
        raise OutputError("condition-malformed", text=text, hint=hint)
    return Threshold(
        text,
        _iri(match["class"] or ""),
        match["measure"],
        match["sign"] == ">=",
        float(match["number"]),
        bool(match["percent"]),
    )


def _iri(name: str) -> str:
    prefix, colon, local = name.partition(":")
    if colon and not local.startswith("//") and prefix not in PREFIXES:
        raise OutputError("prefix-unknown", prefix=prefix, known=", ".join(PREFIXES))
    if name and not colon:
        raise OutputError("class-unknown", name=name)
    return PREFIXES[prefix] + local if prefix in PREFIXES else name.strip("<>")


def _of_class(differences: Differences, iri: str) -> dict[str, int]:
    rows = differences.by_class.filter(differences.by_class["class"] == iri).to_dicts()
    return rows[0] if rows else dict.fromkeys(("before", *MEASURES), 0)
