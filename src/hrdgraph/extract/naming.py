"""A block of a page into what it names: awards, bodies, roles, countries, and runs of capital
words that are persons or bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from hrdgraph.extract.blocks import Block, sentences_of
from hrdgraph.extract.dates import dates_of
from hrdgraph.extract.known_names import KnownNames
from hrdgraph.extract.lexicon import Lexicon, Lexicons
from hrdgraph.extract.mentions import (
    AWARD,
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
from hrdgraph.extract.runs import Run, runs_of
from hrdgraph.extract.tails import tail_of
from hrdgraph.extract.text import is_acronym, is_capital, levelled

GENERIC: Final = "generic"  # the value of an award that is only called "the prize"
_ENDINGS: Final = {
    (COUNTRY, "ru"): r"\w{0,3}",
    (DEMONYM, "ru"): r"\w{0,3}",
    (DEMONYM, "ar"): r"\w{0,3}",
    (DEMONYM, "en"): "s?",
    (DEMONYM, "fr"): "n?e?s?",
    (DEMONYM, "es"): r"\w{0,2}",
    (DEMONYM, "pt"): r"\w{0,2}",
}
UPPER: Final = "".join(char for code in range(0x41, 0x530) if (char := chr(code)).isupper())
_ACRONYM: Final = re.compile(r"\s*\(\s*([^\W\d_][\w.-]{1,11})\s*\)")
_ADJECTIVES: Final = re.compile(
    r"(?<!\w)(?:[А-Я][\w-]*(?:ого|его|их|ых|ой|ей|ая|яя|ий|ый|ое|ые|ие|ую|ому|ным|ном|ом|ском)\s){1,3}$"
)
_QUOTED: Final = re.compile(rf"\"(?P<name>[{UPPER}][^\"\n]{{2,60}})\"")
_CAPITAL: Final = rf"[{UPPER}][\w]*(?:[-'·][\w]+)*\.?"


@dataclass(frozen=True)
class Naming:
    """Finds what is named, in one language at a time."""

    lexicons: Lexicons
    known: KnownNames

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
        return without_overlaps([second, inside.runs(second)])

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
            yield from awards_of(self.text, self.level, self.block, lexicon, self.role_forms)

    def _lexicons(self) -> list[Lexicon]:
        """Names of awards and bodies are often those of English in a page of another language
        with the same letters."""
        names = dict.fromkeys(
            [
                self.block.language,
                *("en" for _ in [0] if self.block.language in ("fr", "es", "pt", "en")),
            ]
        )
        return [
            self.naming.lexicons.of(name)
            for name in names
            if name in self.naming.lexicons.by_language
        ]

    @cached_property
    def role_forms(self) -> frozenset[str]:
        return frozenset(self.lexicon.roles) | self.lexicon.words("founder_forms")

    def roles(self) -> Iterator[Mention]:
        pattern = roles_pattern(self.lexicon)
        for found in pattern.finditer(self.level, self.block.start, self.block.end):
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
        for kind, table in (
            (COUNTRY, self.naming.lexicons.countries),
            (DEMONYM, self.naming.lexicons.demonyms),
        ):
            pattern, codes = stems_pattern(kind, self.block.language, table)
            for found in pattern.finditer(self.level, self.block.start, self.block.end):
                if (
                    kind == COUNTRY
                    and not is_capital(found["stem"])
                    and self.block.language != "ar"
                ):
                    continue
                if (
                    len(found["stem"]) < 4
                    and not found["stem"].isupper()
                    and found["stem"].isascii()
                ):
                    continue
                start = found.start("stem") if kind == COUNTRY else found.start()
                yield self._mention(kind, start, found.end(), codes[found["stem"].lower()])

    def heads(self) -> Iterator[Mention]:
        for lexicon in self._lexicons():
            yield from heads_of(
                self.text, self.level, self.block, lexicon, self.role_forms, self.naming.lexicons
            )

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

    def _kind(self, run: Run, taken: list[Mention]) -> str:
        """What a run of capital words names, by its words and by what stands before it."""
        if run.tokens == 1 and is_acronym(run.text):
            is_common = run.text.lower() in self.naming.lexicons.body_heads
            return BODY if len(run.text) < 9 and not is_common else ""
        if run.tokens > 1 and self._follows_head(run, taken):
            return BODY
        if run.is_body(self.naming.lexicons):
            return "" if run.is_only_common(self.naming.lexicons) else BODY
        before = self.level[max(self.block.start, run.start - 14) : run.start].lower().split()
        last = before[-1] if before else ""
        beside = any(
            item.end <= run.start <= item.end + 2
            and (item.type == ROLE or (item.type == DEMONYM and run.tokens > 1))
            for item in taken
        )
        if run.is_honoured or beside or run.first.lower() in self.naming.given_names:
            return PERSON
        if last in self.lexicon.lists["locatives"] or (
            run.tokens == 1 and last in self.lexicon.words("locatives_single")
        ):
            return PLACE
        if run.tokens == 1:
            return NAME if not run.starts_sentence or self._stands_elsewhere(run.text) else ""
        return PERSON if run.tokens <= 4 and not run.has_connector else NAME

    def _follows_head(self, run: Run, taken: list[Mention]) -> bool:
        """Whether the word before a run, or before the adjective of a country, says that it is a
        body: "l'association malienne Voix du Nord"."""
        people = (
            item
            for item in taken
            if item.type == DEMONYM and item.end in (run.start - 1, run.start)
        )
        place = next((item.start for item in people), run.start)
        word = re.search(
            r"([^\W\d_]+)\s*[\"(]?$", self.level[max(self.block.start, place - 25) : place]
        )
        heads = self.naming.lexicons.body_heads
        return word is not None and word[1].islower() and word[1] in heads

    def _stands_elsewhere(self, word: str) -> bool:
        """Whether a word has its capital within a sentence too."""
        plain = re.escape(levelled(word))
        ending = r"\w{0,3}" if self.lexicon.language == "ru" else ""
        return bool(re.search(rf"[\w,;] {plain}{ending}(?!\w)", self.level))

    def _mention(
        self, kind: str, start: int, end: int, value: str = "", alias: str = ""
    ) -> Mention:
        return Mention(kind, start, end, self.text[start:end], value, alias=alias)


def awards_of(
    text: str, level: str, block: Block, lexicon: Lexicon, roles: frozenset[str]
) -> Iterator[Mention]:
    """The awards that a block names, and where it speaks of one without its name."""
    section = lexicon.section("award")
    heads = "|".join(levelled(head) for head in section.get("heads", ()))
    if section.get("position") == "after":
        pattern = re.compile(
            rf"(?:(?:{_CAPITAL})(?:'s?)?(?:[ -]+(?:of|for|and|de|the|du|in)(?= [{UPPER}]))*[ "
            rf"-]+){{1,8}}(?:(?i:{heads}))\b"
            rf"(?:(?: (?:for|of|in|on|at|to|and|the)){{1,3}} {_CAPITAL}(?:(?: "
            rf"(?:for|of|in|on|and|at|the|to))* {_CAPITAL})*)?"
        )
        for found in pattern.finditer(level, block.start, block.end):
            start = _without_small(level, found.start(), found.end(), lexicon)
            if start < found.end() and len(level[start : found.end()].split()) > 1:
                end = found.end() - (level[start : found.end()].endswith("."))
                yield Mention(AWARD, start, end, text[start:end])
    else:
        before = section.get("before", "")
        for found in re.finditer(
            rf"\b(?:(?:{before or '(?!)'})\s+)?(?P<head>{heads})\b", level[: block.end], re.I
        ):
            tail = (
                tail_of(level, found.end(), block.end, lexicon, roles)
                if found.start() >= block.start
                else None
            )
            is_caseless = lexicon.language == "ar"
            telling = tail and (
                tail.capitals
                or (is_caseless and tail.content)
                or _tells(level[found.end() : tail.end], section)
            )
            if tail and telling:
                yield Mention(
                    AWARD, found.start(), tail.end, text[found.start() : tail.end], alias=tail.alias
                )
    generic = section.get("generic", "")
    if generic:
        for found in re.finditer(rf"\b(?:{levelled(generic)})\b", level[: block.end], re.I):
            if found.start() >= block.start:
                yield Mention(
                    AWARD, found.start(), found.end(), text[found.start() : found.end()], GENERIC
                )


def _tells(words: str, section: Mapping[str, object]) -> bool:
    telling = section.get("telling", "")
    return bool(telling and re.search(levelled(str(telling)), words, re.I))


def _without_small(level: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Leave out small words with a capital that a sentence begins with."""
    while start < end:
        word = re.match(r"\w+(?:'\w+)?", level[start:end])
        if word is None or (
            word[0].lower() not in lexicon.lists["function_words"]
            and word[0].lower() not in lexicon.lists["honorifics"]
        ):
            return start
        start += (
            word.end()
            + len(level[start + word.end() : end])
            - len(level[start + word.end() : end].lstrip())
        )
    return start


def heads_of(
    text: str, level: str, block: Block, lexicon: Lexicon, roles: frozenset[str], lexicons: Lexicons
) -> Iterator[Mention]:
    """Bodies that begin with what they are: "Association of …", "comité contre …"."""
    section = lexicon.section("body")
    if section.get("position") == "after":
        return
    own = frozenset(levelled(head).lower() for head in section.get("small_heads", ()))
    heads = "|".join(re.escape(head) for head in sorted(lexicons.body_heads, key=len, reverse=True))
    prefix = "(?:ال|لل|بال|وال|ل|ب|و)?" if lexicon.language == "ar" else ""
    suffix = r"\w{0,3}" if lexicon.language == "ru" else ""
    for found in re.finditer(
        rf"(?<![\w-]){prefix}(?P<head>{heads}){suffix}(?![\w-])",
        level[block.start : block.end],
        re.I,
    ):
        start, end = block.start + found.start(), block.start + found.end()
        is_proper = is_capital(level[start])
        if lexicon.language == "ru" and (
            adjectives := _ADJECTIVES.search(level, block.start, start)
        ):
            start, is_proper = adjectives.start(), True
        if not is_proper and found["head"].lower() not in own:
            continue
        tail = tail_of(level, end, block.end, lexicon, roles, lexicons.given_names)
        if tail.capitals or tail.content:
            yield Mention(BODY, start, tail.end, text[start : tail.end], alias=tail.alias)


def roles_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """The forms of roles with what may qualify them: "former", "executive", "for human rights"."""
    forms = "|".join(re.escape(form) for form in sorted(lexicon.roles, key=len, reverse=True))
    before, after = (
        lexicon.macros.get("role_before", r"(?!)"),
        lexicon.macros.get("role_after", r"(?!)"),
    )
    prefix = "(?:ال|و|وال|لل|ك)?" if lexicon.language == "ar" else ""
    return re.compile(
        rf"(?<!\w)(?:(?:{before})[ -])*{prefix}(?P<form>{forms})(?!\w)(?: (?:{after})(?!\w))?", re.I
    )


def stems_pattern(
    kind: str, language: str, table: Mapping[str, Mapping[str, str]]
) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern for the names of countries, or of their people, in one language, and their
    codes."""
    forms = {_stem(form, language, kind): code for form, code in table.get(language, {}).items()}
    written = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or "(?!)"
    ending = _ENDINGS.get((kind, language), "")
    prefix = "(?:[وبلكف]|لل|بال|وال|ال)?" if language == "ar" else ""
    return re.compile(rf"(?<!\w){prefix}(?P<stem>{written}){ending}(?!\w)", re.I), forms


def _stem(form: str, language: str, kind: str) -> str:
    is_long = len(form) > 4 and kind == COUNTRY and language == "ru"
    return re.sub(r"(?:ия|[аяйьоеы])$", "", form) if is_long else form


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
