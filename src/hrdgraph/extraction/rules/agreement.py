"""Whether a Russian name agrees with a verb in the past, as its subject does."""

from __future__ import annotations

import re
from typing import Final

_PAST: Final = re.compile(r"\w*л(?P<feminine>а)?(?!\w)")
_VOWELS: Final = "аеиоуыэюяь"


def agrees(words: str, name: str) -> bool:
    """Whether a name, by the end of its first word, is in the nominative of a verb's gender:
    "Анна … обвинила", "Олег … обвинил", but not "Анну … обвинила", "Олега … обвинил"."""
    past, first = _PAST.search(words.lower()), name.split()[0].lower()
    if past is None or not re.search("[а-я]$", first):
        return False
    return first[-1] in "ая" if past["feminine"] else first[-1] not in _VOWELS
