"""The names that are enumerated together with one: items between commas, semicolons and "and",
each of which may have what describes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.extraction.reading.lexicon import Lexicon
from hrdgraph.extraction.reading.mentions import BODY, NAME
from hrdgraph.extraction.rules.masking import Masked, compiled, sign_class

_WIDEST: Final = 90  # characters between two names of an enumeration
_LOOSE: Final = 3  # words between two items that nothing is known of: "the Chilean collective"


def enumerated(hidden: Masked, place: int, lexicon: Lexicon) -> Iterator[int]:
    """Where the names stand that are enumerated together with the one at a place of the masked
    text. The body that an item belongs to is passed over."""
    places = [found.start() for found in re.finditer(f"[{sign_class('who')}]", hidden.text)]
    at = places.index(place) if place in places else -1
    known = _Between(hidden, lexicon)
    for step in (1, -1):
        number, before = at, at
        while 0 <= number + step < len(places) and at >= 0:
            first, second = sorted((places[before], places[number + step]))
            number += step
            if known.is_described(second if step > 0 else places[number]):
                continue
            if not known.is_joint(first, second):
                break
            before = number
            if not known.is_adjective(places[number]):
                yield places[number]


class _Between:
    """Judges what stands between two names of a masked sentence."""

    def __init__(self, hidden: Masked, lexicon: Lexicon) -> None:
        self.hidden = hidden
        macros = lexicon.macro_words
        self._known = compiled(
            "{and}|{from}|{article}|{role}|{demonym}|{country}|{date}|{honorific}|{to}|{in}|{of}"
            '|{founder_noun}|{member_of}|{activist}|(?:{small})|[{seat!}]|[\\s,;()"]+',
            macros,
        )
        self._joint = compiled("[,;]|{and}", macros)
        self._adjective = compiled("{seat}\\s{role}", macros)
        self._of = compiled(
            "(?:{role}|{founder_noun}|{member_of}|{led})\\s*(?:{demonym}\\s*)?(?:{of}|{in})?"
            '\\s*(?:{article})?\\s*(?:\\w+\\s){0,1}"?$',
            macros,
        )
        self._owner = compiled('(?:{of_only}|{in})\\s*(?:{article}\\s*)?"?$', macros)
        self._again = compiled(
            '(?:[,;]|{and})\\s*(?:{of_only}|{in})\\s*(?:{article}\\s*)?"?$', macros
        )
        self._apart = compiled('[,;]\\s*(?:{of_only})\\s*(?:{article}\\s*)?"?$', macros)
        self._stop = compiled("{be}|{say}|{receive}|{found}|{lead}|{pronoun}", macros)

    def is_joint(self, first: int, second: int) -> bool:
        between = self.hidden.text[first + 1 : second]
        if len(between) > _WIDEST or not self._joint.search(between):
            return False
        rest = self._known.sub(" ", between).split()
        is_plain = all((word[0].isalpha() and word.islower()) or word == "-" for word in rest)
        return len(rest) <= _LOOSE and is_plain and not self._stop.search(" ".join(rest))

    def is_described(self, place: int) -> bool:
        """Whether the name at a place is the body of the item before it: "director of …"."""
        mention = self.hidden.mention(place)
        before = self.hidden.text[max(0, place - 60) : place]
        if mention is None or mention.type not in (BODY, NAME):
            return False
        if self._of.search(before):
            return True
        is_its = mention.type == BODY and self._apart.search(before) is not None
        return bool(self._owner.search(before)) and (is_its or not self._again.search(before))

    def is_adjective(self, place: int) -> bool:
        return bool(self._adjective.match(self.hidden.text, place))
