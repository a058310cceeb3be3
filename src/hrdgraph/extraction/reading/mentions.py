"""What a text names: persons, bodies, awards, dates, countries, places, roles, as stretches that
do not overlap."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

PERSON: Final = "person"
BODY: Final = "body"
NAME: Final = "name"  # of a person or a body: the text does not tell
AWARD: Final = "award"
DATE: Final = "date"
COUNTRY: Final = "country"
DEMONYM: Final = "demonym"
ROLE: Final = "role"
PLACE: Final = "place"
GROUP: Final = "group"  # people in general: "human rights defenders"
TYPES: Final = (PERSON, BODY, NAME, AWARD, DATE, COUNTRY, DEMONYM, ROLE, PLACE, GROUP)

_STATE: Final = re.compile(  # courts, ministries, police
    r"(?<!\w)(?:court|tribunal|ministry|government|police|prosecutor|cour (?!de justice)"
    r"|minist[èeé]r\w+|gouvernement|corte|fiscalía|gobierno|policía|ministério|governo|polícia|минюст|суд\w{0,2}|министерств\w+"
    r"|полици\w+|прокуратур\w+|кгб|фсб|мвд|محكمة|وزارة|شرطة|نيابة)(?!\w)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the page that names something. `value` is a code, a date as EDTF or a
    concept; `full` the longest name that the page gives the same thing."""

    type: str
    start: int
    end: int
    text: str
    value: str = ""
    full: str = ""
    alias: str = ""
    proposer: str = "names"

    def retyped(self, kind: str) -> Mention:
        return replace(self, type=kind)


def without_overlaps(groups: Iterable[Iterable[Mention]]) -> list[Mention]:
    """The mentions of the groups, in order of place; what overlaps one of an earlier group, or a
    longer one of its own, is left out."""
    found: list[Mention] = []
    starts: list[int] = []
    for group in groups:
        for mention in sorted(group, key=lambda item: (item.start - item.end, item.start)):
            at = bisect_left(starts, mention.end)
            if at == 0 or found[at - 1].end <= mention.start:
                starts.insert(at, mention.start)
                found.insert(at, mention)
    return found


def is_of_state(name: str) -> bool:
    """Whether a name is that of a court, a ministry, a police: of those who do such things."""
    return _STATE.search(name) is not None
