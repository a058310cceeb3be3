"""A block into the awards and bodies that it names by their heads ("prize", "association"), and
the patterns of roles and countries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from hrdgraph.extract.reading.blocks import Block
from hrdgraph.extract.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extract.reading.mentions import AWARD, BODY, COUNTRY, DEMONYM, Mention
from hrdgraph.extract.reading.tails import tail_of
from hrdgraph.extract.reading.text import is_capital, levelled

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
_FOUNDRESS: Final = "مؤسسة"  # or a foundation
_JURIES: Final = frozenset(("jury", "jurado", "júri", "жюри"))
_TIED: Final = re.compile("[بلو](?:ال\\w|(?!سام)[^\\W\\da-zA-Z]{3})")
_CAPITAL: Final = rf"[{UPPER}][\w]*(?:[-'·][\w]+)*\.?"


def awards_of(
    text: str, level: str, block: Block, lexicon: Lexicon, roles: frozenset[str]
) -> Iterator[Mention]:
    """The awards that a block names, and where it speaks of one without its name."""
    section = lexicon.section("award")
    heads = "|".join(levelled(head) for head in section.get("heads", ()))
    if section.get("position") == "after":
        pattern = re.compile(
            rf"(?:(?:{_CAPITAL})(?:'s?)?(?:[ -]+(?:of|for|and|de|du|in)(?: the)?(?= [{UPPER}]))*[ "
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
            is_small = level[found.start()].islower()
            if tail and is_small and _is_laureate(level, found.end(), tail.end):
                yield Mention(AWARD, *found.span(), text[found.start() : found.end()], GENERIC)
                continue
            is_caseless = lexicon.language == "ar"
            if is_caseless and "الجا" in found[0] and re.match(r"\s*\"", level[found.end() :]):
                continue
            telling = tail and (
                tail.capitals
                or "honoris" in found["head"].lower()
                or (is_caseless and tail.content)
                or _tells(level[found.end() : tail.end], section)
            )
            if tail and telling:
                words = text[found.start() : tail.end]
                yield Mention(
                    AWARD, found.start(), tail.end, words, full=_bare(words), alias=tail.alias
                )
    plain = section.get("plain", "(?!)")
    for found in re.finditer(rf"(?<!\w)(?:{levelled(plain)})(?!\w)", level[: block.end]):
        if found.start() >= block.start:
            yield Mention(AWARD, *found.span(), text[found.start() : found.end()])
    generic = section.get("generic", "")
    if generic:
        for found in re.finditer(rf"\b(?:{levelled(generic)})\b", level[: block.end], re.I):
            if found.start() >= block.start:
                yield Mention(
                    AWARD, found.start(), found.end(), text[found.start() : found.end()], GENERIC
                )


def _bare(words: str) -> str:
    """The name without the Arabic preposition or "and" that is written together with its head,
    where it has one."""
    if words.startswith("لل"):
        return "ا" + words[1:]
    return words[1:] if _TIED.match(words) else ""


def _is_laureate(level: str, start: int, end: int) -> bool:
    """Whether what follows "the prize" is who had it and when: "el premio Ana Paz (2011)"."""
    is_name = re.fullmatch(r"(?: [^\W\d_a-z]\w+){2,4}", level[start:end])
    return bool(is_name and re.match(r"\s*\((?:19|20)\d\d\)", level[end:]))


def _tells(words: str, section: Mapping[str, object]) -> bool:
    telling = section.get("telling", "")
    return bool(telling and re.search(levelled(str(telling)), words, re.I))


def _without_small(level: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Leave out small words with a capital that a sentence begins with, and "Winner"."""
    while start < end:
        word = re.match(r"\w+(?:'\w+)?", level[start:end])
        if word is None or (
            word[0].lower() not in lexicon.lists["function_words"]
            and word[0].lower() not in lexicon.lists["honorifics"]
            and not re.fullmatch(lexicon.macros.get("laureate", "(?!)"), word[0], re.I)
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
    named = frozenset(levelled(head).lower() for head in section.get("capital_heads", ()))
    heads = "|".join(re.escape(head) for head in sorted(lexicons.body_heads, key=len, reverse=True))
    prefix = "(?:ال|لل|بال|وال|ل|ب|و)?" if lexicon.language == "ar" else ""
    suffix = r"(?!ист)\w{0,3}" if lexicon.language == "ru" else ""  # "журналист" is no "журнал"
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
        is_small = not is_proper and found["head"].lower() not in own
        if is_small and found["head"].lower() not in named:
            continue
        tail = tail_of(level, end, block.end, lexicon, roles, lexicons.given_names)
        if found["head"].lower() == _FOUNDRESS and _is_head(level[end : end + 20], lexicons):
            continue
        if found["head"].lower() in _JURIES and _has_award(level[end : tail.end], lexicon):
            continue
        if tail.capitals or (tail.content and not is_small) or start < block.start + found.start():
            words = text[start : tail.end]
            is_bare = found["head"] == found[0]  # as is written: no preposition before the head
            full = "" if is_bare else _bare(words)
            yield Mention(BODY, start, tail.end, words, full=full, alias=tail.alias)


def _is_head(words: str, lexicons: Lexicons) -> bool:
    """Whether words begin with the head of a body: "the foundress of the centre"."""
    first = re.match(r"\s*\"?(\w+)", words)
    return first is not None and first[1] in lexicons.body_heads


def _has_award(words: str, lexicon: Lexicon) -> bool:
    """Whether words name an award: the jury of a prize is no body of its own."""
    heads = "|".join(levelled(head) for head in lexicon.section("award").get("heads", ()))
    return bool(heads and re.search(rf"\b(?:{heads})\b", words, re.I))


def roles_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """The forms of roles with what may qualify them: "former", "executive", "for human rights"."""
    forms = "|".join(re.escape(form) for form in sorted(lexicon.roles, key=len, reverse=True))
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
