"""Find words, and what stands around them, in a text: to the letter, or else folded; never
nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final
from unicodedata import combining

from hrdgraph.catalogue import Message
from hrdgraph.errors import EvidenceError, Origin
from hrdgraph.invisible_characters import DIRECTION_MARKS, SOFT_HYPHEN, TURNING, ZERO_WIDTH

# of the tags that Unicode gives to compatibility decompositions, those that change a look and no
# meaning
_LOOKS: Final = (
    "<compat>", "<noBreak>", "<initial>", "<medial>", "<final>", "<isolated>", "<wide>", "<narrow>",
)  # fmt: skip
_SINGLE: Final = "‘’‚‛′‵ʼʹ`´＇"
_DOUBLE: Final = "“”„‟″‶«»＂"
_DASHES: Final = "‐‑‒–—―−﹘﹣－⁃"
# all but joiners, without which words of some scripts are others, and operators
_UNSEEN: Final = SOFT_HYPHEN + ZERO_WIDTH + DIRECTION_MARKS + TURNING
_PLAIN: Final = {
    **dict.fromkeys(_SINGLE, "'"), **dict.fromkeys(_DOUBLE, '"'), **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_UNSEEN, ""), "‹": "'", "›": "'",
}  # fmt: skip

Sign = tuple[str, int]  # a folded character, and the position of the character that it is of


@dataclass(frozen=True, eq=False)
class FoldedText:
    """A folded text. `origin[i]` is the position, in the text as it was, of what became its
    character `i`."""

    text: str
    origin: list[int] = field(repr=False)

    def stretch(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where characters `start` to `end` of the folded text came from; None where they
        are part of a character only: half of a ligature, a letter without its accent."""
        text, origin = self.text, self.origin
        if (start and origin[start - 1] == origin[start]) or (
            end < len(text) and origin[end] == origin[end - 1]
        ):
            return None
        if unicodedata.combining(text[start]) or (
            end < len(text) and unicodedata.combining(text[end])
        ):
            return None
        return min(origin[start:end]), max(origin[start:end]) + 1


def fold(text: str) -> FoldedText:
    """Fold a text; every run of white space is one space."""
    signs = [(piece, place) for place, char in enumerate(text) for piece in _fold_sign(char)]
    signs = _one_space(_order(signs))
    return FoldedText("".join([sign for sign, _ in signs]), [place for _, place in signs])


@lru_cache(maxsize=4096)
def _fold_sign(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char.isspace():
        return " "
    tag, *codes = unicodedata.decomposition(char).split(" ")
    if tag in _LOOKS and codes[0] != "0020":  # a space with a mark on it is no space
        return "".join(_fold_sign(chr(int(code, 16))) for code in codes)
    canonical = unicodedata.normalize("NFD", char)
    return char if canonical == char else "".join(map(_fold_sign, canonical))


def _order(signs: list[Sign]) -> list[Sign]:
    """Put combining marks in canonical order (Unicode Standard, D109)."""
    if not any(unicodedata.combining(sign) for sign in {sign for sign, _ in signs}):
        return signs
    ordered: list[Sign] = []
    for _, run in groupby(signs, key=lambda sign: unicodedata.combining(sign[0]) > 0):
        # letters have class 0: their order is kept
        ordered += sorted(run, key=lambda sign: unicodedata.combining(sign[0]))
    return ordered


def _one_space(signs: list[Sign]) -> list[Sign]:
    return [
        sign
        for number, sign in enumerate(signs)
        if sign[0] != " " or not number or signs[number - 1][0] != " "
    ]


_BROKEN: Final = re.compile(r"(?<=[^\W\d_])[-‐]\s*?\n\s*(?=[^\W\d_])")


def _without(text: FoldedText, broken: list[re.Match[str]], *, hyphens: bool) -> FoldedText:
    """Return a folded text without the ends of lines within words, and their hyphens."""
    gone = {at for end in broken for at in range(end.start() + (not hyphens), end.end())}
    kept = [number for number, place in enumerate(text.origin) if place not in gone]
    signs = "".join([text.text[number] for number in kept])
    return FoldedText(signs, [text.origin[number] for number in kept])


MOST: Final = 1000  # places that are counted: words that stand oftener are no citation
SHOWN: Final = 5  # places that a message names
CONTEXT: Final = 30  # characters on either side that a person at the keyboard is shown

Stretch = tuple[int, int]  # from a character to before another


class UnclearWords(EvidenceError):
    """Words that stand in several places. `contexts` are these places in the words of the page:
    for the eyes of the person at the keyboard, never for a file; neither the message nor
    `as_dict` has them."""

    def __init__(
        self, fact: Message, *, origin: Origin | None = None, hint: Message | None = None,
        contexts: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(fact, origin=origin, hint=hint)
        self.contexts = contexts


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """What a row types of a passage: the words, and where needed to tell places apart, what
    stands just before and after them."""

    exact: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class SearchableText:
    """The text of a document, folded once and only if words are not found to the letter."""

    text: str

    @cached_property
    def folded(self) -> FoldedText:
        return fold(self.text)

    def places(self, words: QuotedWords) -> list[Stretch]:
        """List every place of the words, in order; to the letter if there is one, else folded.
        Space around typed words does not count."""
        exact = words.exact.strip()
        if not exact:
            return []
        letters = [(start, start + len(exact)) for start in _starts(self.text, exact)]
        places = [
            place
            for place in letters
            if not _splits(self.text, place) and self._is_between(place, words)
        ]
        return places or [place for place in self._alike(exact) if self._is_between(place, words)]

    @cached_property
    def joined(self) -> tuple[FoldedText, ...]:
        """Return the folded text with the words that a line end broke put together: without the
        hyphen, and with it, where the page has such an end."""
        broken = [*_BROKEN.finditer(self.text)]
        return tuple(
            _without(self.folded, broken, hyphens=keeps) for keeps in (True, False) if broken
        )

    def _alike(self, exact: str) -> list[Stretch]:
        wanted = fold(exact).text.strip(" ")
        for text in (self.folded, *self.joined) if wanted else ():
            starts = _starts(text.text, wanted)
            stretches = [text.stretch(start, start + len(wanted)) for start in starts]
            if places := [place for place in stretches if place is not None]:
                return places
        return []

    def _is_between(self, place: Stretch, words: QuotedWords) -> bool:
        before, after = fold(words.before).text.strip(" "), fold(words.after).text.strip(" ")
        left = (
            fold(
                self.text[max(place[0] - 4 * len(words.before) - CONTEXT, 0) : place[0]]
            ).text.rstrip(" ")
            if before
            else ""
        )
        right = (
            fold(self.text[place[1] : place[1] + 4 * len(words.after) + CONTEXT]).text.lstrip(" ")
            if after
            else ""
        )
        return left.endswith(before) and right.startswith(after)

    def context(self, place: Stretch) -> str:
        """Return the words at a place with what is around them, on one line."""
        start, end = place
        own = (
            self.text[start:end]
            if end - start <= 3 * CONTEXT
            else f"{self.text[start : start + CONTEXT]} … {self.text[end - CONTEXT : end]}"
        )
        around = (
            f"{self.text[max(start - CONTEXT, 0) : start]}[{own}]{self.text[end : end + CONTEXT]}"
        )
        return f"{start}–{end}: …{' '.join(around.split())}…"

    def nearest(self, words: QuotedWords) -> Message:
        """Say where the longest beginning or end of words that are not there stands: positions
        only, no words."""
        tokens = words.exact.split()
        sides = (
            self._longest(tokens, slice(None)), self._longest(tokens[::-1], slice(None, None, -1)),
        )  # fmt: skip
        count, place = max(sides, key=lambda side: side[0])
        if place is None:
            return Message("no-word-there")
        whole, (start, end) = Message("word-words-n", count=len(tokens)), place
        return Message("stands-in-part", words=whole, count=count, start=start, end=end)

    def _longest(self, tokens: list[str], order: slice) -> tuple[int, Stretch | None]:
        """Count the tokens, from the first, that stand together in the page, and say where."""
        count, most, place = 0, len(tokens), None
        while count < most:
            tried = (count + most + 1) // 2
            places = self.places(QuotedWords(" ".join(tokens[:tried][order])))
            count, most, place = (tried, most, places[0]) if places else (count, tried - 1, place)
        return (count, place) if place and place[1] - place[0] > 3 else (0, None)


def nowhere(words: QuotedWords, page: SearchableText, origin: Origin) -> EvidenceError:
    """Return the error that the words are not in the page."""
    hint = (
        page.nearest(words) if not page.places(QuotedWords(words.exact)) else "words-not-in-context"
    )
    return EvidenceError("words-not-found", origin=origin, hint=hint)


def unclear(places: Iterable[Stretch], page: SearchableText, origin: Origin) -> UnclearWords:
    """Return the error that the words are in the page several times."""
    hits = list(places)
    listed = ", ".join(f"{start}–{end}" for start, end in hits[:SHOWN]) + (
        " …" if len(hits) > SHOWN else ""
    )
    hint = Message("which-words", places=listed)
    contexts = tuple(page.context(place) for place in hits[:SHOWN])
    return UnclearWords(
        Message("words-in-places", count=len(hits)), origin=origin, hint=hint, contexts=contexts,
    )  # fmt: skip


def _starts(text: str, words: str) -> list[int]:
    starts: list[int] = []
    start = text.find(words)
    while start >= 0 and len(starts) < MOST:
        starts.append(start)
        start = text.find(words, start + 1)
    return starts


def _splits(text: str, place: Stretch) -> bool:
    """Tell whether a place begins or ends between a letter and its accent."""
    start, end = place
    return combining(text[start]) > 0 or (end < len(text) and combining(text[end]) > 0)
