"""Find the awards and bodies that a block names by their heads ("prize", "association"), how far
each name goes after its head, and the patterns of roles and countries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from hrdgraph.extraction.reading.blocks import HEADING, Block
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import AWARD, BODY, COUNTRY, DEMONYM, Mention
from hrdgraph.extraction.reading.text import TOKEN, any_of, is_acronym, is_capital, unify

_ACRONYM: Final = re.compile(r"\s*\(\s*\"?([^\W\d_][\w.-]{1,11})\"?\s*\)")
_OF_WORDS: Final = re.compile(r" ([^\W\d_]+)(?:(?: |'|-)[^\W\d_]+){1,9}")
_QUOTED: Final = re.compile(r"\s+\"([^\"\n]{2,70})\"")
_LOOSE: Final = (
    "a", "à", "al", "au", "aux", "en", "in", "em", "no", "na", "ao", "в", "на", "к", "to", "os",
    "as", "los", "les",
)  # fmt: skip
_RECEIVING: Final = ("a", "à", "aux")
_FOR: Final = (*_RECEIVING, "for", "für", "para", "per", "pour")
_WORDS_RU: Final = 5
_VERB_RU: Final = re.compile(
    r"\w{2,}(?:ил|или|ила|ило|ал|али|нул|нула|нули|ся|сь|ют|ят|ут|ает|яет|ует|еет|ёл|шел|шла|шли)"
)
_GENITIVES: Final = 3  # words of an Arabic name before the first with an article
_LONGEST: Final = 16  # words of a name after its head
_COMPOUND: Final = re.compile(r"[^\W\dA-Z]+o-[^\W\dA-Z]+")  # "franco-allemand", "luso-brasileiro"
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
    "it": re.compile(r"\w+(?:(?:al|ar|ent|es)[ei]|(?:ic|iv|an|os|ari)[oaie]|ich[ei])"),
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
    level: str, place: int, end: int, lexicon: Lexicon, roles: frozenset[str],
    given: frozenset[str] = frozenset(), *, is_award: bool = False,
) -> Tail:  # fmt: skip
    """Follow a name from the end of its head at `place`; it goes no further than `end`, nor into
    a person's name, which begins with one of `given`."""
    walk = _Walk(level, end, lexicon, roles, given, is_award)
    return walk.run(place)


@dataclass(frozen=True)
class _Walk:
    level: str
    end: int
    lexicon: Lexicon
    roles: frozenset[str]
    given: frozenset[str] = frozenset()
    is_award: bool = False

    def run(self, place: int) -> Tail:
        capitals = content = 0
        quoted = _QUOTED.match(self.level, place, self.end)
        if quoted:
            return self._tail(quoted.end(), 1, 1)
        steps = 0
        while steps < _LONGEST and (step := self._step(place, steps)):
            place, step_capitals, step_content = step
            capitals, content, steps = capitals + step_capitals, content + step_content, steps + 1
        quoted = _QUOTED.match(self.level, place, self.end) if content or capitals else None
        return self._tail(
            quoted.end() if quoted else place, capitals + bool(quoted), content + bool(quoted)
        )

    def _tail(self, place: int, capitals: int, content: int) -> Tail:
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
        if is_capital(token):
            return after, 1, 0
        if self._is_content(token) and self._may_follow(token, steps, self._before(place)):
            return after, 0, 1
        return self._connect(token, after)

    def _before(self, place: int) -> str:
        """Return the word before a place."""
        words = TOKEN.findall(self.level[max(0, place - 30) : place])
        return words[-1] if words else ""

    def _begins_person(self, token: str, place: int, after: int, steps: int) -> bool:
        """Tell whether a person's name follows that of a body without a comma: "la Corte Suprema
        Ana Paz". After a small word it belongs to the body: "Fundación de Ana Paz"; an award has
        its own after its head, but not after what it is for: "premio al Coraje Ana Paz"."""
        before = self._before(place)
        words = TOKEN.findall(self.level[max(0, place - 60) : place])
        if self.is_award and words[-2:-1] and words[-2] not in self._connectors:
            return False
        following, _ = self._next(after)
        is_given = token.lower() in self.given and is_capital(following)
        return bool(steps and is_given and len(before) > 2)

    def _connect(self, token: str, after: int) -> tuple[int, int, int] | None:
        connectors = self._connectors
        small, first = 0, token.lower()
        while token.lower().rstrip("'") in connectors or token.lower() in connectors:
            token, after = self._next(after)
            small += 1
            if not token or small > 3:
                return None
        is_next = self.is_award and re.fullmatch(
            "|".join(self.lexicon.section("award").get("heads", ())), token, re.I
        )
        if not small or token.lower() in self.roles or is_next:
            return None
        if is_capital(token):
            is_full = is_capital(self._next(after)[0])  # given whom: "el Premio Farol a Ana Paz"
            is_named = is_full and token.lower() in self.given
            is_given = small == 1 and (
                first in _FOR if is_named else first in _RECEIVING and (self.is_award or is_full)
            )
            return None if is_given else (after, 1, 0)
        is_and = first in self.lexicon.words("and") and small == 1
        is_loose = is_and or first in _LOOSE
        return None if is_loose or not self._is_content(token) else (after, 0, 1)

    @property
    def _connectors(self) -> frozenset[str]:
        return self.lexicon.words("tail_connectors")

    def _may_follow(self, token: str, steps: int, before: str) -> bool:
        """Tell whether a small word without a connector belongs: an adjective, or in Russian and
        Arabic what stands in the genitive."""
        adjective = _ADJECTIVE.get(self.lexicon.language)
        if self.lexicon.language == "ru":
            return steps < _WORDS_RU and not _VERB_RU.fullmatch(token)
        is_own = self.is_award and steps == 0  # "جائزة" with the name of whom it remembers
        is_arabic = self.lexicon.language == "ar" and (token not in self.given or is_own)
        is_open = steps == 0 or not before.startswith(("ال", "لل"))
        if is_arabic and steps < _GENITIVES and is_open:
            return True
        return bool(
            adjective and (adjective.fullmatch(token.lower()) or _COMPOUND.fullmatch(token))
        )

    def _is_content(self, token: str) -> bool:
        plain = token.lower().rstrip(".")
        return (
            token[0].isalpha()
            and plain not in self.lexicon.words("function_words")
            and plain not in self.roles
            and len(plain) > 2
        )

    def _next(self, place: int) -> tuple[str, int]:
        """Return the token that follows with nothing but a space between, and where it ends."""
        match = TOKEN.search(self.level, place, self.end)
        if match is None:
            return "", place
        between = self.level[place : match.start()]
        is_near = between in ("", " ", "-") or (between.isspace() and "\n" not in between)
        return (match[0], match.end()) if is_near else ("", place)


GENERIC: Final = "generic"  # the value of an award that is only called "the prize"
_ENDINGS: Final = {
    (COUNTRY, "ru"): r"(?!к)\w{0,3}",  # "Белоруссия", but no "белорусская"
    (DEMONYM, "ru"): r"\w{0,3}",
    (DEMONYM, "ar"): r"\w{0,3}",
    (DEMONYM, "en"): "s?",
    (DEMONYM, "fr"): "n?e?s?",
    (DEMONYM, "es"): r"\w{0,2}",
    (DEMONYM, "pt"): r"\w{0,2}",
}
UPPER: Final = "".join(char for code in range(0x41, 0x530) if (char := chr(code)).isupper())
_ENDED: Final = "(?:ого|его|их|ых|ой|ей|ая|яя|ий|ый|ое|ые|(?<!н)ие|ую|ому|ным|ном|ом|ском|ским)"
_ADJECTIVES: Final = re.compile(rf"(?<!\w)[А-Я][\w-]*{_ENDED}\s(?:[\w-]+{_ENDED}\s){{0,2}}$")
_TIED: Final = re.compile("[بلو](?:ال\\w|(?!سام)[^\\W\\da-zA-Z]{3})")
# a hyphen before a capital parts two words: were it read both ways, "A-B-C-…" would be tried in all
_CAPITAL: Final = rf"[{UPPER}]\w*+(?:(?:['·]|-(?![{UPPER}]))\w++)*+(?:(?<!\w{{4}})\.)?"


@dataclass(frozen=True)
class NamedByHead:
    """Finds in a block, in one language, what is named by its head. `roles` are words that no
    name goes on with."""

    text: str
    level: str
    block: Block
    lexicon: Lexicon
    roles: frozenset[str]

    def awards(self, given: frozenset[str]) -> Iterator[Mention]:
        """Return the awards that the block names, and where it speaks of one without its name."""
        section = self.lexicon.section("award")
        heads = "|".join(unify(head) for head in section.get("heads", ()))
        if section.get("position") == "after":
            yield from self._awards_before(heads)
        else:
            yield from self._awards_after(heads, section, given)
        plain, generic = section.get("plain"), section.get("generic")
        for match in self._up_to_end(rf"(?<!\w)(?:{unify(plain)})(?!\w)") if plain else ():
            yield self._mention(AWARD, *match.span())
        for match in self._up_to_end(rf"\b(?:{unify(generic)})\b", re.I) if generic else ():
            yield self._mention(AWARD, *match.span(), GENERIC)

    def _up_to_end(self, pattern: str, flags: int = 0) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern in the block; it is looked for from the page's start."""
        return re.compile(pattern, flags).finditer(self.level, self.block.start, self.block.end)

    def _mention(self, kind: str, start: int, end: int, value: str = "") -> Mention:
        return Mention(kind, start, end, self.text[start:end], value)

    def _tail(self, place: int, given: frozenset[str], *, is_award: bool = False) -> Tail:
        end = self.block.end
        return tail_of(self.level, place, end, self.lexicon, self.roles, given, is_award=is_award)

    def _awards_before(self, heads: str) -> Iterator[Mention]:
        """Awards whose head stands at their end: "the Lantern Prize for Courage"."""
        other = rf"(?!(?i:{heads})\b){_CAPITAL}"
        pattern = re.compile(
            rf"(?:(?!(?i:{heads}),? and\b)(?:{_CAPITAL})(?:'s?)?"
            rf"(?:[ -]+(?:of|for|and|de|du|in)(?: the)?(?= [{UPPER}]))*[ -]+){{1,8}}"
            rf"(?:(?i:{heads}))\b"
            rf"(?:(?! and(?: the)?(?: {_CAPITAL}){{1,6}} (?i:{heads})\b)"
            rf"(?: (?:for|of|in|and|the)){{1,3}} {other}(?:(?: "
            rf"(?:for|of|in|and|the|to))* {other})*)?"
        )
        for match in pattern.finditer(self.level, self.block.start, self.block.end):
            start = _without_small(self.level, match.start(), match.end(), self.lexicon)
            words = self.level[start : match.end()]
            if len(words.split()) > 1:
                yield self._mention(AWARD, start, match.end() - words.endswith("."))

    def _awards_after(
        self, heads: str, section: Mapping[str, str], given: frozenset[str]
    ) -> Iterator[Mention]:
        """Awards that begin with their head: "premio Farol al Coraje"."""
        before = section.get("before", "") or "(?!)"
        for match in self._up_to_end(rf"\b(?:(?:{before})\s+)?(?P<head>{heads})\b", re.I):
            tail = self._tail(match.end(), given, is_award=True)
            whole = _OF_WORDS.fullmatch(self.level, match.end(), self.block.end)
            of = self.lexicon.words("tail_connectors") - self.lexicon.words("and")
            begins = self.block.kind == HEADING and match.start() == self.block.start
            if begins and whole and is_capital(match[0]) and whole[1].lower() in of:
                tail = Tail(self.block.end, 1, 1)  # nothing else: "Prix de la libre expression"
            if self._is_award(match, tail, section):
                start, words = match.start(), self.text[match.start() : tail.end]
                yield Mention(AWARD, start, tail.end, words, full=_bare(words), alias=tail.alias)

    def _is_award(self, head: re.Match[str], tail: Tail, section: Mapping[str, str]) -> bool:
        """Tell whether a head with what follows it is the name of an award."""
        is_caseless = self.lexicon.language == "ar"
        if (
            is_caseless
            and "الج" in head[0]
            and not re.match(" (?:ال|لل)", self.level[head.end() :])
        ):
            return False
        is_telling = tail.capitals or (is_caseless and tail.content)
        is_degree = "honoris" in head["head"].lower()
        telling = section.get("telling", "(?!)")
        words = self.level[head.end() : tail.end]
        return bool(is_telling or is_degree or re.search(unify(str(telling)), words, re.I))

    def bodies(self, lexicons: Lexicons) -> Iterator[Mention]:
        """Bodies that begin with what they are: "Association of …", "comité contre …"."""
        section, language = self.lexicon.section("body"), self.lexicon.language
        if section.get("position") == "after":
            return
        heads = lexicons.any_body_head
        prefix = "(?:ال|لل|بال|وال|ل|ب|و)?" if language == "ar" else ""
        suffix = r"(?!ист)\w{0,3}" if language == "ru" else ""  # "журналист" is no "журнал"
        pattern = rf"(?<![\w-]){prefix}(?P<head>{heads}){suffix}(?![\w-])"
        for match in re.finditer(pattern, self.level[self.block.start : self.block.end], re.I):
            if body := self._body(match, section, lexicons):
                yield body

    def _body(
        self, match: re.Match[str], section: Mapping[str, Iterable[str]], lexicons: Lexicons
    ) -> Mention | None:
        """Return the body that a head begins, where its words are a name."""
        level, head = self.level, match["head"].lower()
        at, end = self.block.start + match.start(), self.block.start + match.end()
        start = self._with_adjectives(at)
        is_small = start == at and not is_capital(level[at]) and not _is_one(head, section, "small")
        if is_small and not _is_one(head, section, "capital"):
            return None
        tail = self._tail(end, lexicons.given_names)
        if not (tail.capitals or (tail.content and not is_small) or start < at):
            return None
        words = self.text[start : tail.end]
        is_bare = match["head"] == match[0]  # as is written: no preposition before the head
        full = "" if is_bare else _bare(words)
        return Mention(BODY, start, tail.end, words, full=full, alias=tail.alias)

    def _with_adjectives(self, start: int) -> int:
        """Return where a Russian body begins whose adjectives stand before its head."""
        if self.lexicon.language != "ru":
            return start
        match = _ADJECTIVES.search(self.level, self.block.start, start)
        return match.start() if match else start


def _is_one(head: str, section: Mapping[str, Iterable[str]], kind: str) -> bool:
    """Tell whether a head is one of those that may be small, or that a capital makes a name."""
    return any(head == unify(form).lower() for form in section.get(f"{kind}_heads", ()))


def _bare(words: str) -> str:
    """Return the name without the Arabic preposition or "and" that is written together with its
    head, where it has one."""
    if words.startswith("لل"):
        return "ا" + words[1:]
    return words[1:] if _TIED.match(words) else ""


def _without_small(level: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Leave out small words with a capital that a sentence begins with, and "Winner"."""
    while start < end:
        word = re.match(r"\w+(?:'\w+)?", level[start:end])
        if word is None or (
            word[0].lower() not in lexicon.words("function_words")
            and word[0].lower() not in lexicon.words("honorifics")
            and not re.fullmatch(lexicon.macros.get("laureate", "(?!)"), word[0], re.I)
        ):
            return start
        start += (
            word.end()
            + len(level[start + word.end() : end])
            - len(level[start + word.end() : end].lstrip())
        )
    return start


@cache
def roles_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the forms of roles with their qualifiers: "former", "for human rights"."""
    forms = any_of(lexicon.roles)
    before, after = (
        lexicon.macros.get("role_before", r"(?!)"),
        lexicon.macros.get("role_after", r"(?!)"),
    )
    is_arabic = lexicon.language == "ar"
    start, prefix, ending = (r"(?<!\w)", "", "")
    if is_arabic:  # "and" is written together with the word, and no part of the role
        start, prefix, ending = (r"(?:(?<!\w)|(?<=(?<!\w)و))", "(?:ال|لل|ك)?", "ا?")
    return re.compile(
        rf"{start}(?:(?:{before})[ -])*{prefix}(?:ex-?|vice-?)?(?P<form>{forms}){ending}(?!\w)"
        rf"(?: (?:{after})(?!\w))?",
        re.I,
    )


@cache
def stems_pattern(
    kind: str, language: str, lexicons: Lexicons
) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern for the names of countries, or of their people, in one language, and their
    codes."""
    table = lexicons.countries if kind == COUNTRY else lexicons.demonyms
    forms = {_stem(form, language, kind): code for form, code in table.get(language, {}).items()}
    written = any_of(forms)
    ending = _ENDINGS.get((kind, language), "")
    prefix = "(?:[وبلكف]|لل|بال|وال|ال)?" if language == "ar" else ""
    return re.compile(rf"(?<!\w){prefix}(?P<stem>{written}){ending}(?!\w)", re.I), forms


def _stem(form: str, language: str, kind: str) -> str:
    is_long = len(form) > 4 and kind == COUNTRY and language == "ru"
    return re.sub(r"(?:ия|[аяйьоеы])$", "", form) if is_long else form
