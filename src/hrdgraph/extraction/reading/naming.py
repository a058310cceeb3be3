"""A block of a page into what it names: awards, bodies, roles, countries, and runs of capital
words that are persons or bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from hrdgraph.extraction.reading.blocks import Block, sentences_of
from hrdgraph.extraction.reading.dates import dates_of
from hrdgraph.extraction.reading.headed_names import (
    UPPER,
    NamedByHead,
    roles_pattern,
    stems_pattern,
)
from hrdgraph.extraction.reading.known_names import KnownNames
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import (
    BODY,
    COUNTRY,
    DEMONYM,
    GROUP,
    NAME,
    PERSON,
    PLACE,
    ROLE,
    Mention,
    without_overlaps,
)  # fmt: skip
from hrdgraph.extraction.reading.runs import Run, runs_of
from hrdgraph.extraction.reading.text import is_acronym, is_capital, levelled

_ACRONYM: Final = re.compile(r"\s*\(\s*([^\W\d_][\w.-]{1,11})\s*\)")
_DESCRIBED: Final = re.compile(  # "la organización ambiental", "l'association culturelle"
    r"(?<= )[^\W\d_A-Z]+(?:al|ales?|elle|aire|ari[oa]|ária|ário|i?que|ic[oa]|ive|iv[oa]|ense|an[oa]"
    r"|ienne|euse|er[oa]|eira|eiro|il) \"?$"
)
_QUOTED: Final = re.compile(rf"\"(?P<name>[{UPPER}][^\"\n]{{2,60}})\"")
_PLACES: Final = 50  # where a word is looked at, of those where it stands
_SAINTS: Final = frozenset(("san", "santa", "santo", "são", "saint", "sainte"))


@dataclass(frozen=True)
class Naming:
    """Finds what is named, in one language at a time."""

    lexicons: Lexicons
    known: KnownNames
    families: frozenset[str] = frozenset()

    def mentions(self, text: str, block: Block) -> list[Mention]:
        """What a block names, in order of place."""
        lexicon = self.lexicons.of(block.language)
        level = levelled(text)
        inside = _Inside(self, text, level, block, lexicon)
        long_countries = [
            item for item in inside.countries() if " " in item.text and item.type == COUNTRY
        ]
        named = [*long_countries, *inside.known(), *inside.awards(), *inside.heads()]
        taken = [inside.dates(), named, inside.roles()]
        first = without_overlaps(taken)
        second = without_overlaps(
            [first, inside.bodies(first), inside.groups(), inside.countries()]
        )
        return without_overlaps([second, inside.runs(second), inside.family_names()])

    @cached_property
    def given_names(self) -> frozenset[str]:
        return self.known.given_names() | self.lexicons.given_names


@dataclass(frozen=True)
class _Inside:
    naming: Naming
    text: str
    level: str
    block: Block
    lexicon: Lexicon

    def dates(self) -> list[Mention]:
        sentences = sentences_of(self.text, self.block)
        return [
            date
            for part in sentences
            for date in dates_of(self.text, part.start, part.end, self.block.language)
        ]

    def known(self) -> list[Mention]:
        start = self.block.start
        found = self.naming.known.find(self.text[start : self.block.end])
        return [with_acronym(_moved(item, start), self.text, self.block.end) for item in found]

    def awards(self) -> Iterator[Mention]:
        for lexicon in self._lexicons():
            yield from self._by_head(lexicon).awards()

    def _lexicons(self) -> list[Lexicon]:
        """Names of awards and bodies are often those of English in a page of another language
        with the same letters."""
        own, known = self.block.language, self.naming.lexicons.by_language
        names = dict.fromkeys([own, "en"] if own in ("fr", "es", "pt") else [own])
        return [known[name] for name in names if name in known]

    @cached_property
    def role_forms(self) -> frozenset[str]:
        return frozenset(self.lexicon.roles) | self.lexicon.words("founder_forms")

    def roles(self) -> Iterator[Mention]:
        if not self.lexicon.role_patterns:
            self.lexicon.role_patterns.append(roles_pattern(self.lexicon))
        for found in self.lexicon.role_patterns[0].finditer(
            self.level, self.block.start, self.block.end
        ):
            concept = self.lexicon.roles.get(found["form"].lower(), "")
            yield self._mention(ROLE, found.start(), found.end(), concept)

    def groups(self) -> Iterator[Mention]:
        pattern = self.lexicon.macros.get("group")
        if pattern:
            found = re.compile(rf"\b(?:{pattern})\b", re.I).finditer(
                self.level, self.block.start, self.block.end
            )
            yield from (self._mention(GROUP, item.start(), item.end()) for item in found)

    def countries(self) -> Iterator[Mention]:
        lexicons, language = self.naming.lexicons, self.block.language
        for kind, table in ((COUNTRY, lexicons.countries), (DEMONYM, lexicons.demonyms)):
            if (kind, language) not in lexicons.stems:
                lexicons.stems[kind, language] = stems_pattern(kind, language, table)
            pattern, codes = lexicons.stems[kind, language]
            for found in pattern.finditer(self.level, self.block.start, self.block.end):
                stem = found["stem"]
                is_small = kind == COUNTRY and language != "ar" and not is_capital(stem)
                is_word = len(stem) < 4 and stem.isascii() and not stem.isupper()
                if not is_small and not is_word:
                    start = found.start("stem") if kind == COUNTRY else found.start()
                    yield self._mention(kind, start, found.end(), codes[stem.lower()])

    def heads(self) -> Iterator[Mention]:
        for lexicon in self._lexicons():
            yield from self._by_head(lexicon).bodies(self.naming.lexicons)

    def _by_head(self, lexicon: Lexicon) -> NamedByHead:
        return NamedByHead(self.text, self.level, self.block, lexicon, self.role_forms)

    def bodies(self, taken: list[Mention]) -> Iterator[Mention]:
        for found in _QUOTED.finditer(self.level, self.block.start, self.block.end):
            if len(found["name"].split()) <= 6 and not found["name"].endswith((".", ",", "!", "?")):
                yield self._mention(NAME, found.start("name"), found.end("name"))
        for run in runs_of(self.text, self.level, self.block, taken, self.lexicon):
            if run.is_body(self.naming.lexicons) and not run.is_only_common(self.naming.lexicons):
                yield self._mention(BODY, run.start, run.end, alias=run.alias)

    def runs(self, taken: list[Mention]) -> Iterator[Mention]:
        for run in runs_of(self.text, self.level, self.block, taken, self.lexicon):
            kind = self._kind(run, taken)
            if kind:
                yield self._mention(kind, run.start, run.end, alias=run.alias)

    def family_names(self) -> Iterator[Mention]:
        """The last words of the names of people, alone, in a script without capitals."""
        if self.lexicon.language != "ar" or not self.naming.families:
            return
        names = "|".join(re.escape(name) for name in sorted(self.naming.families))
        pattern = re.compile(rf"(?<!\w)[وفبل]?(?P<name>{names})(?!\w)")
        for found in pattern.finditer(self.level, self.block.start, self.block.end):
            yield self._mention(PERSON, *found.span("name"))

    def _kind(self, run: Run, taken: list[Mention]) -> str:
        """What a run of capital words names, by its words and by what stands before it."""
        lexicons, is_single = self.naming.lexicons, run.tokens == 1
        if is_single and is_acronym(run.text):
            is_common = run.text.lower() in lexicons.body_heads
            return BODY if len(run.text) < 9 and not is_common else ""
        if not is_single and self._follows_head(run, taken):
            return BODY
        if run.is_body(lexicons):
            return "" if run.is_only_common(lexicons) else BODY
        if self._is_person(run, taken):
            return PERSON
        if self._is_place(run):
            return PLACE
        if is_single:
            return NAME if not run.starts_sentence or self._stands_elsewhere(run.text) else ""
        return PERSON if run.tokens <= 4 and not run.has_connector else NAME

    def _is_person(self, run: Run, taken: list[Mention]) -> bool:
        """Whether a title, a role or a given name says that a run is a person, or a word of
        giving that it is no place."""
        if run.is_honoured or run.first.lower() in self.naming.given_names:
            return True
        types = (ROLE, DEMONYM) if run.tokens > 1 else (ROLE,)
        ends = (item.end for item in taken if item.type in types)
        near = (end for end in ends if end <= run.start <= end + 2)
        is_beside = any(self.level[end : run.start] in ("", " ", ", ") for end in near)
        return is_beside or (run.tokens > 1 and self._is_given_to(run))

    def _is_place(self, run: Run) -> bool:
        """Whether the word before a run, or its first, says that it is a place."""
        before = self.level[max(self.block.start, run.start - 14) : run.start].lower().split()
        last = before[-1] if before else ""
        if run.first.lower() in _SAINTS and last and not last.endswith((",", ".")):
            return True
        is_single = run.tokens == 1 and last in self.lexicon.words("locatives_single")
        return is_single or last in self.lexicon.lists["locatives"]

    def _is_given_to(self, run: Run) -> bool:
        """Whether a word of giving stands before a run: "recae en Ana Paz" names no place."""
        words = (self.lexicon.macros.get(name, "(?!)") for name in ("goes_to", "choose"))
        before = self.level[max(self.block.start, run.start - 40) : run.start]
        last = before.split()[-1:] or [""]
        given = rf"(?<!\w)(?:{'|'.join(words)})(?:\s+{re.escape(last[0])})?\s+$"
        return bool(re.search(given, before, re.I))

    def _follows_head(self, run: Run, taken: list[Mention]) -> bool:
        """Whether the word before a run, or before the adjective of a country, says that it is a
        body: "l'association malienne Voix du Nord"."""
        people = (
            item
            for item in taken
            if item.type == DEMONYM and item.end in (run.start - 1, run.start)
        )
        place = next((item.start for item in people), run.start)
        adjective = _DESCRIBED.search(self.level, max(self.block.start, place - 25), place)
        place = adjective.start() if adjective and place == run.start else place
        word = re.search(
            r"([^\W\d_]+)\s*[\"(]?$", self.level[max(self.block.start, place - 25) : place]
        )
        heads = self.naming.lexicons.body_heads
        return word is not None and word[1].islower() and word[1] in heads

    def _stands_elsewhere(self, word: str) -> bool:
        """Whether a word has its capital within a sentence too."""
        return _stands_within(self.level, levelled(word), 3 if self.lexicon.language == "ru" else 0)

    def _mention(
        self, kind: str, start: int, end: int, value: str = "", alias: str = ""
    ) -> Mention:
        return Mention(kind, start, end, self.text[start:end], value, alias=alias)


@lru_cache(1 << 14)
def _stands_within(level: str, word: str, most: int) -> bool:
    """Whether a word stands after another one, with up to `most` letters more."""
    first = re.match(r"\w*", word)
    rest = re.compile(rf"{re.escape(word)}\w{{0,{most}}}(?!\w)")
    places = _places_within(level, most).get(first[0] if first else "", ())
    return any(rest.match(level, place) for place in places)


@lru_cache(4)
def _places_within(level: str, most: int) -> dict[str, list[int]]:
    """The first places of the words that stand after another one, by the words and by these
    without their last letters."""
    found: dict[str, list[int]] = {}
    for match in re.finditer(r"(?<=[\w,;] )\w*", level):
        for cut in range(min(most, len(match[0])) + 1):
            places = found.setdefault(match[0][: len(match[0]) - cut], [])
            if len(places) < _PLACES:
                places.append(match.start())
    return found


def with_acronym(mention: Mention, text: str, end: int) -> Mention:
    """A body with the acronym in brackets that follows its name."""
    found = _ACRONYM.match(text, mention.end, end) if mention.type == BODY else None
    if found is None or not is_acronym(found[1]):
        return mention
    return replace(mention, end=found.end(), text=text[mention.start : found.end()], alias=found[1])


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(
        mention.type,
        mention.start + by,
        mention.end + by,
        mention.text,
        mention.value,
        proposer=mention.proposer,
    )
