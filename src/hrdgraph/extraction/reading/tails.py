"""The head of a name ("committee", "prize") into the whole name: how far the words after it
belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hrdgraph.extraction.reading.lexicon import Lexicon
from hrdgraph.extraction.reading.text import TOKEN, is_acronym, is_capital

_ACRONYM: Final = re.compile(r"\s*\(\s*\"?([^\W\d_][\w.-]{1,11})\"?\s*\)")
_QUOTED: Final = re.compile(r"\s+\"([^\"\n]{2,70})\"")
_LOOSE: Final = frozenset(
    ("a", "à", "al", "au", "aux", "en", "in", "em", "no", "na", "ao", "в", "на", "к", "to")
)
_RECEIVING: Final = ("a", "à")
_NAMED_FOR: Final = ("имени", "памяти", "им")
_WORDS_RU: Final = 5
_VERB_RU: Final = re.compile(
    r"\w{2,}(?:ил|или|ила|ило|ал|али|нул|нула|нули|ся|сь|ют|ят|ут|ает|яет|ует|еет|ёл|шел|шла|шли)"
)
_GENITIVES: Final = 3  # words of an Arabic name before the first with an article
_LONGEST: Final = 16  # words of a name after its head
_ADJECTIVE: Final = {
    "fr": re.compile(
        r"\w+(?:[aieu]l|ale|elle|aux|ales|elles|aire|aires|ique|iques|if|ifs|ive|ives|iens?|ienne|iennes|ains?|aines?"
        r"|ois|oises?|ais|aises?|ites?|iennes?|iles?|eux|euses?|ées?|és|ants?|antes?|eurs?|ibres?)"
    ),
    "es": re.compile(
        r"\w+(?:al|ales|ar|ares|ic[oa]s?|an[oa]s?|iv[oa]s?|iles?|os[oa]s?|ad[oa]s?|ent[ae]s?|ari[oa]s?|bles?|en[oa]s?)"
    ),
    "pt": re.compile(
        r"\w+(?:al|ais|ar|ares|(?<=\w\w\w)ic[oa]s?|an[oa]s?|iv[oa]s?|os[oa]s?|ad[oa]s?|ári[oa]s?|v[eé]is|ent[ae]s?|en[oa]s?)"
    ),
    "ru": re.compile(r"\w+(?:ого|его|их|ых|ой|ей|ая|ий|ый|ое|ые|ие|ную|ному|ным|ными)"),
    "ar": re.compile(r"(?:ال|لل|و|ب)\w+"),
    "en": re.compile(r"(?!)"),
}


@dataclass(frozen=True)
class Tail:
    """Where a name ends, how many capitals and content words it has after its head, and its
    acronym."""

    end: int
    capitals: int
    content: int
    alias: str = ""


def tail_of(
    level: str,
    place: int,
    end: int,
    lexicon: Lexicon,
    roles: frozenset[str],
    given: frozenset[str] = frozenset(),
) -> Tail:
    """Follow a name from the end of its head at `place`; it goes no further than `end`, nor into
    a person's name, which begins with one of `given`."""
    walk = _Walk(level, end, lexicon, roles, given)
    return walk.run(place)


@dataclass(frozen=True)
class _Walk:
    level: str
    end: int
    lexicon: Lexicon
    roles: frozenset[str]
    given: frozenset[str] = frozenset()

    def run(self, place: int) -> Tail:
        capitals = content = 0
        quoted = _QUOTED.match(self.level, place, self.end)
        if quoted:
            return self._closed(quoted.end(), 1, 1)
        steps = 0
        while steps < _LONGEST and (step := self._step(place, steps)):
            place, step_capitals, step_content = step
            capitals, content, steps = capitals + step_capitals, content + step_content, steps + 1
        quoted = _QUOTED.match(self.level, place, self.end) if content or capitals else None
        return self._closed(
            quoted.end() if quoted else place, capitals + bool(quoted), content + bool(quoted)
        )

    def _closed(self, place: int, capitals: int, content: int) -> Tail:
        acronym = _ACRONYM.match(self.level, place, self.end)
        if (
            acronym
            and (is_acronym(acronym[1]) or self.lexicon.language == "ar")
            and (capitals or content)
        ):
            return Tail(acronym.end(), capitals, content, acronym[1])
        return Tail(place, capitals, content)

    def _step(self, place: int, steps: int) -> tuple[int, int, int] | None:
        """One more word, with the small words before it."""
        token, after = self._next(place)
        if not token:
            return None
        if is_capital(token) and self._begins_person(token, place, after, steps):
            return None
        if is_capital(token) and self._may_be_capital(place, after, steps):
            return after, 1, 0
        if is_capital(token):
            return None
        if self._is_content(token) and self._may_follow(token, steps, self._before(place)):
            return after, 0, 1
        return self._connected(token, after)

    def _before(self, place: int) -> str:
        """The word before a place."""
        words = TOKEN.findall(self.level[max(0, place - 30) : place])
        return words[-1] if words else ""

    def _begins_person(self, token: str, place: int, after: int, steps: int) -> bool:
        """Whether a person's name follows that of a body without a comma: "la Corte Suprema Ana
        Paz". After a small word it belongs to the body: "Fundación de Ana Paz"."""
        before = self._before(place)
        following, _ = self._next(after)
        is_given = token.lower() in self.given and is_capital(following)
        return bool(steps and is_given and len(before) > 3)

    def _may_be_capital(self, place: int, after: int, steps: int) -> bool:
        """In Russian the name of a person may follow that of a body: one capital after small
        words belongs to it, two do not."""
        if self.lexicon.language != "ru" or not steps:
            return True
        before = self._before(place)
        following, _ = self._next(after)
        is_named = before.lower() in _NAMED_FOR
        return is_named or is_capital(before) or not is_capital(following)

    def _connected(self, token: str, after: int) -> tuple[int, int, int] | None:
        connectors = self.lexicon.lists["tail_connectors"]
        small, first = 0, token.lower()
        while token.lower().rstrip("'") in connectors or token.lower() in connectors:
            token, after = self._next(after)
            small += 1
            if not token or small > 3:
                return None
        if not small or token.lower() in self.roles:
            return None
        if is_capital(token):
            is_given = small == 1 and first in _RECEIVING and self._is_full(after)
            return None if is_given else (after, 1, 0)
        is_and = first in self.lexicon.words("and") and small == 1
        is_loose = is_and or first in _LOOSE
        return None if is_loose or not self._is_content(token) else (after, 0, 1)

    def _is_full(self, after: int) -> bool:
        """Whether a second capital follows: who is given a prize, "el Premio Farol a Ana Paz"."""
        return is_capital(self._next(after)[0])

    def _may_follow(self, token: str, steps: int, before: str) -> bool:
        """Whether a small word without a connector belongs: an adjective, or in Russian and
        Arabic what stands in the genitive."""
        adjective = _ADJECTIVE.get(self.lexicon.language)
        if self.lexicon.language == "ru":
            return steps < _WORDS_RU and not _VERB_RU.fullmatch(token)
        is_arabic = self.lexicon.language == "ar" and token not in self.given
        is_open = steps == 0 or not before.startswith(("ال", "لل"))
        if is_arabic and steps < _GENITIVES and is_open:
            return True
        return bool(adjective and adjective.fullmatch(token.lower()))

    def _is_content(self, token: str) -> bool:
        plain = token.lower().rstrip(".")
        return (
            token[0].isalpha()
            and plain not in self.lexicon.lists["function_words"]
            and plain not in self.roles
            and len(plain) > 2
        )

    def _next(self, place: int) -> tuple[str, int]:
        """The token that follows with nothing but a space between, and where it ends."""
        found = TOKEN.search(self.level, place, self.end)
        if found is None:
            return "", place
        between = self.level[place : found.start()]
        is_near = between in ("", " ", "-") or (between.isspace() and "\n" not in between)
        return (found[0], found.end()) if is_near else ("", place)
