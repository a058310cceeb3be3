"""Words, and what stands around them, into the places of a text where they stand: to the letter,
or else folded; never nearly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from unicodedata import combining

from hrdgraph.catalogue import Message
from hrdgraph.errors import EvidenceError, Origin
from hrdgraph.evidence.folding import FoldedText, folded

MOST: Final = 1000  # places that are counted: words that stand oftener are no citation
SHOWN: Final = 5  # places that a message names
CONTEXT: Final = 30  # characters on either side that a person at the keyboard is shown

Stretch = tuple[int, int]  # from a character to before another


class UnclearWords(EvidenceError):
    """Words that stand in several places. `contexts` are these places in the words of the page:
    for the eyes of the person at the keyboard, never for a file; neither the message nor
    `as_dict` has them."""

    def __init__(
        self,
        fact: Message,
        *,
        origin: Origin | None = None,
        hint: Message | None = None,
        contexts: tuple[str, ...] = (),
    ) -> None:
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
        return folded(self.text)

    def places(self, words: QuotedWords) -> list[Stretch]:
        """Every place of the words, in order; to the letter if there is one, else folded. Space
        around typed words does not count."""
        exact = words.exact.strip()
        if not exact:
            return []
        letters = [(start, start + len(exact)) for start in _starts(self.text, exact)]
        found = [
            place
            for place in letters
            if not _splits(self.text, place) and self._is_between(place, words)
        ]
        return found or [place for place in self._alike(exact) if self._is_between(place, words)]

    def _alike(self, exact: str) -> list[Stretch]:
        wanted = folded(exact).text.strip(" ")
        starts = _starts(self.folded.text, wanted) if wanted else []
        found = [self.folded.stretch(start, start + len(wanted)) for start in starts]
        return [place for place in found if place is not None]

    def _is_between(self, place: Stretch, words: QuotedWords) -> bool:
        before, after = folded(words.before).text.strip(" "), folded(words.after).text.strip(" ")
        left = (
            folded(
                self.text[max(place[0] - 4 * len(words.before) - CONTEXT, 0) : place[0]]
            ).text.rstrip(" ")
            if before
            else ""
        )
        right = (
            folded(self.text[place[1] : place[1] + 4 * len(words.after) + CONTEXT]).text.lstrip(" ")
            if after
            else ""
        )
        return left.endswith(before) and right.startswith(after)

    def context(self, place: Stretch) -> str:
        """The words at a place with what is around them, on one line."""
        start, end = place
        shown = (
            self.text[start:end]
            if end - start <= 3 * CONTEXT
            else f"{self.text[start : start + CONTEXT]} … {self.text[end - CONTEXT : end]}"
        )
        around = (
            f"{self.text[max(start - CONTEXT, 0) : start]}[{shown}]{self.text[end : end + CONTEXT]}"
        )
        return f"{start}–{end}: …{' '.join(around.split())}…"

    def nearest(self, words: QuotedWords) -> Message:
        """Where the longest beginning or end of words that are not there stands: positions only,
        no words."""
        tokens = words.exact.split()
        sides = (
            ("stands-from-first", self._longest(tokens, slice(None))),
            ("stands-to-last", self._longest(tokens[::-1], slice(None, None, -1))),
        )
        side, (count, place) = max(sides, key=lambda item: item[1][0])
        if place is None:
            return Message("no-word-there")
        whole, (start, end) = Message("words-counted", count=len(tokens)), place
        return Message(side, words=whole, count=count, start=start, end=end)

    def _longest(self, tokens: list[str], order: slice) -> tuple[int, Stretch | None]:
        """How many of the tokens, from the first one on, stand together in the page, and where."""
        count, most, found = 0, len(tokens), None
        while count < most:
            tried = (count + most + 1) // 2
            places = self.places(QuotedWords(" ".join(tokens[:tried][order])))
            count, most, found = (tried, most, places[0]) if places else (count, tried - 1, found)
        return (count, found) if found and found[1] - found[0] > 3 else (0, None)


def nowhere(words: QuotedWords, page: SearchableText, origin: Origin) -> EvidenceError:
    """The words are not in the page."""
    hint = (
        page.nearest(words) if not page.places(QuotedWords(words.exact)) else "words-not-in-context"
    )
    return EvidenceError("words-not-found", origin=origin, hint=hint)


def unclear(places: Iterable[Stretch], page: SearchableText, origin: Origin) -> UnclearWords:
    """The words are in the page several times."""
    found = list(places)
    listed = ", ".join(f"{start}–{end}" for start, end in found[:SHOWN]) + (
        " …" if len(found) > SHOWN else ""
    )
    hint = Message("which-words", places=listed)
    contexts = tuple(page.context(place) for place in found[:SHOWN])
    return UnclearWords(
        Message("words-in-places", count=len(found)), origin=origin, hint=hint, contexts=contexts
    )


def _starts(text: str, words: str) -> list[int]:
    found: list[int] = []
    start = text.find(words)
    while start >= 0 and len(found) < MOST:
        found.append(start)
        start = text.find(words, start + 1)
    return found


def _splits(text: str, place: Stretch) -> bool:
    """Whether a place begins or ends between a letter and its accent."""
    start, end = place
    return combining(text[start]) > 0 or (end < len(text) and combining(text[end]) > 0)
