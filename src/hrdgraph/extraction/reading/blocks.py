"""Split the frozen text of a page into blocks and sentences: what each is, where it stands, and in
which language it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from hrdgraph.extraction.reading.lexicon import SCRIPTS, Lexicons
from hrdgraph.extraction.reading.text import unify

HEADING: Final = "heading"
ITEM: Final = "item"
PARAGRAPH: Final = "paragraph"
NOISE: Final = "noise"
_LONG: Final = 60  # characters from which a line that stops without a mark was broken by hand
_TITLE: Final = 16  # words of the longest heading
_BLOCK: Final = 5000  # characters of the longest block and sentence that are read as one
_SENTENCE: Final = 700
_FILE: Final = re.compile(
    r"[\w%-]+(?:_[\w%-]+)+(?:\.\w{2,4})?|[\w%-]+\.(?:jpe?g|png|gif|pdf|mp[34]|svg|webp)", re.I
)
_DATED_LINE: Final = re.compile(r"(?:19|20)\d\d(?:\s*[-:|]\s|\.\s|\s+[^\W\d_a-zа-яà-ÿ])")
_BULLET: Final = re.compile(r"[•·*▪–-]\s+|\d{1,2}[.)ªº]\s+")
_NUMBERED: Final = re.compile(r"\d{1,2}[.)]\s+[^.!?؟…:;]{3,60}")
_CREDIT: Final = re.compile(  # who took the picture, who wrote the page and when
    r"©|\(?(?:photos?|foto(?:graf[ií]a)?s?|imagem|imagen|crédit?o?s?|credits?|фото|صورة|تصوير)\s?:"
    r"|(?:published|posted|updated|publi(?:é|cado)|mis à jour|actualizado|atualizado|fonte"
    r"|fuente|source|text[eo]?|por|par|di|von|by)(?:\s?:| (?:on|le|el|em)\b|"
    r"(?= [A-Z]\S+ [A-Z]\S+,?$))", re.I
)  # fmt: skip
_END: Final = re.compile(r"[.!?؟。…:;][\"')\]]*$")
_STOP: Final = re.compile(
    r"(?<=[.!?؟…])(?:\[\d{1,3}\])*[\"')\]]*\s+(?=[\"'(\[¿¡-]*\s?[^\W\d_a-zа-яà-ÿ])"
)
_SHORT: Final = re.compile(
    r"(?:\b[^\W\d_]|\b(?:dr|mr|mrs|ms|st|prof|sr|sra|srta|dra|mme|mlle|mm|art|no|vs|gen|lt|col|rev|hon|jr|cf|etc"
    r"|г|гг|т|д|им|ул|др|ст|св|тыс|млн))\.[\"')\]]*$",
    re.I,
)
_SCRIPT: Final = {
    "arabic": re.compile("[\u0600-\u06ff]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
}
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or item: characters `start` to before `end` of the page, and the
    heading above it."""

    start: int
    end: int
    kind: str
    language: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch of a block that says one thing, as far as its marks tell."""

    start: int
    end: int
    block: Block


def blocks_of(text: str, lexicons: Lexicons, language: str = "", title: str = "") -> list[Block]:
    """Return the blocks of a page, noise among them. Without a language that of the page is found
    by its words and those of its title."""
    level = unify(text)
    whole = (
        language
        if language in lexicons.languages
        else guess_language(f"{unify(title)}\n{level}", lexicons, "") or lexicons.languages[0]
    )
    blocks: list[Block] = []
    heading = ""
    stretches = [*_splits(level, _stretches(level), _BLOCK)]
    kinds = [_kind(level[start:end], lexicons) for start, end in stretches]
    for (start, end), (kind, after) in zip(stretches, pairwise([*kinds, ""]), strict=True):
        # a short number and name above a paragraph is the heading of a card
        if kind == ITEM and after == PARAGRAPH and _NUMBERED.fullmatch(level, start, end):
            kind = HEADING
        spoken = guess_language(level[start:end], lexicons, whole)
        blocks.append(Block(start, end, kind, spoken, heading))
        heading = text[start:end] if kind == HEADING else heading
    return blocks


@lru_cache(64)  # those of one block are asked for several times in succession
def sentences_of(text: str, block: Block) -> tuple[Sentence, ...]:
    """Return the sentences of a block."""
    return tuple(
        Sentence(first, last, block)
        for part in _split_sentences(text, block)
        for first, last in _split(unify(text), part.start, part.end, _SENTENCE)
    )


def _split_sentences(text: str, block: Block) -> list[Sentence]:
    level, sentences, start = unify(text), [], block.start
    for stop in _STOP.finditer(level, block.start, block.end):
        if stop.start() > start and not _SHORT.search(
            level[max(start, stop.start() - 12) : stop.start()]
        ):
            sentences.append(Sentence(start, stop.start(), block))
            start = stop.end()
    return [*sentences, Sentence(start, block.end, block)] if start < block.end else sentences


def _stretches(level: str) -> Iterator[tuple[int, int]]:
    """Return the lines, joined where one was broken by hand."""
    pending: tuple[int, int] | None = None
    for line in re.finditer(r"[^\n\r\v\x85\u2028\u2029]+", level):
        start, end = _trim(level, line.start(), line.end())
        if start >= end:
            continue
        if pending and _goes_on(level, pending, start):
            pending = (pending[0], end)
            continue
        if pending:
            yield pending
        pending = (start, end)
    if pending:
        yield pending


def _splits(level: str, parts: Iterable[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    for start, end in parts:
        yield from _split(level, start, end, most)


def _split(level: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch at spaces into pieces that are no longer than `most`: what names, rules and
    marks are tried at grows with the square of what they are tried in."""
    while end - start > most:
        ended = max(
            level.rfind(mark, start + most // 2, start + most) for mark in (". ", "? ", "! ")
        )
        at = ended + 1 if ended > 0 else level.rfind(" ", start + 1, start + most)
        at = at if at > start else start + most
        yield _trim(level, start, at)
        start = at + len(level[at:end]) - len(level[at:end].lstrip())
    if start < end:
        yield start, end


def _trim(level: str, start: int, end: int) -> tuple[int, int]:
    inside = level[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _goes_on(level: str, before: tuple[int, int], start: int) -> bool:
    last = level[max(before[0], level.rfind("\n", 0, before[1]) + 1) : before[1]]
    if _DATED_LINE.match(level, start) and not re.search(r"\s[^\W\dA-Z]{1,4}$", last):
        return False
    if _BULLET.match(level, start) or _CREDIT.match(level, start) or "|" in last:
        return False
    is_next = level[before[1] : start].count("\n") <= 1
    small = level[start].islower() or level[start].isdigit() or not level[start].isalpha()
    return (
        is_next
        and len(last) >= _LONG
        and not _END.search(last)
        and (small or (len(last) >= _LONG and last[-1] == ","))
    )


def _kind(words: str, lexicons: Lexicons) -> str:
    plain = words.strip().strip(".").lower()
    if len(plain) == 1 or _CREDIT.match(plain):  # the letter of an index
        return NOISE
    if plain in lexicons.noise or _FILE.fullmatch(plain) or not _WORD.search(plain):
        return NOISE if not re.fullmatch(r"\W*(?:1[89]|20)\d\d\W*", plain) else HEADING
    if _BULLET.match(words) or _DATED_LINE.match(words):
        return ITEM
    return (
        PARAGRAPH
        if len(words.split()) > _TITLE or re.search(r"[.!?؟…][\"')]*$", words.strip())
        else HEADING
    )


# of those languages that are told from one another
_LETTERS: Final = {"de": "äöüß", "es": "ñ", "fr": "œùû", "pt": "ãõ"}
_OWN_LETTERS: Final = {letter: name for name, own in _LETTERS.items() for letter in own}


def guess_language(level: str, lexicons: Lexicons, default: str) -> str:
    """Return the language with the most of its small words in a text, else the default."""
    script = _script(level)
    fitting = [name for name in lexicons.languages if SCRIPTS.get(name, "") == script]
    if script:
        return fitting[0] if fitting else default
    words = Counter(_WORD.findall(level.lower()))
    plain = [word for word in _WORD.findall(level) if word[0].islower()]  # names may be foreign
    words.update(letter for word in plain for letter in {*word} & _OWN_LETTERS.keys())
    scores = sorted(((_score(words, lexicons, name), name) for name in fitting), reverse=True)
    near = [1.2 * score for score, _ in scores[1:2]]
    near += [2.0 * score for score, name in scores if name == default]
    ahead = scores and scores[0][0] >= 3 and scores[0][0] > min(near, default=0)
    if ahead or (not default and scores and scores[0][0]):
        return scores[0][1]
    return default if default in fitting or not fitting else fitting[0]


def _script(level: str) -> str:
    """Return the script of most of a text; empty for Latin."""
    words = len(_WORD.findall(level))
    counts = {name: len(pattern.findall(level)) for name, pattern in _SCRIPT.items()}
    return next((name for name, count in counts.items() if count * 2 > words * 3), "")


def _score(words: Counter[str], lexicons: Lexicons, language: str) -> int:
    lexicon = lexicons.of(language)
    small = lexicon.words("function_words").union(lexicon.section("award").get("heads", ()))
    return sum(
        count
        for word, count in words.items()
        if word in small or _OWN_LETTERS.get(word) == language
    )
