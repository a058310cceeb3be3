"""Turn words between quotation marks into quotations with their speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import NOISE, Block
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import BODY, NAME, PERSON, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "quotations"
_QUOTE: Final = re.compile(
    r"[“„«](?P<a>[^“„«»”]{2,1500})[”»]|\"(?P<b>[^\"]{2,1500})\"|''(?P<c>.{2,1500}?)''|[“«„](?P<d>[^“”«»]{60,}$)"
)
_FEWEST: Final = 3  # words of a quotation: less is a term or a title
_MANY: Final = 5  # words from which a quotation may be of somebody who was named before
_NEAR: Final = 160  # characters in which its speaker stands
_BESIDE: Final = 70  # characters between a quotation and a word of saying
_SOURCE: Final = 60  # characters after "according to" in which the name stands
_OF_SAYING: Final = 60  # characters between a word of saying and who says it


def quotation_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Yield what the page quotes."""
    for block, after in zip_longest(page.blocks, page.blocks[1:]):
        if block.kind != NOISE and block.language in lexicons.by_language:
            yield from _Speech(page, lexicons.of(block.language), block, after).candidates()


@dataclass(frozen=True)
class _Speech:
    """What is said in a block, and who says it; `after` is the block below."""

    page: Page
    lexicon: Lexicon
    block: Block
    after: Block | None

    def candidates(self) -> Iterator[Candidate]:
        """Yield its quotations; a speaker goes on where nobody is named."""
        language, last = self.block.language, None
        for match in _QUOTE.finditer(self.page.text, self.block.start, self.block.end):
            start, end = match.span()
            is_said = len(next(filter(None, match.groups())).split()) >= _FEWEST
            if is_said and (speaker := self._speaker(start, end, last)):
                last = speaker
                yield Candidate(
                    "quotation", {"speaker": speaker}, {"kind": "quotation", "language": language},
                    start, end, language, PROPOSER, f"{language}.quotation.marks",
                    words=self.page.text[start:end],
                )  # fmt: skip

    def _words(self, macro: str) -> str:
        """Return a pattern for the words of a kind, as whole words."""
        return rf"(?:{self.lexicon.macros.get(macro, '(?!)')})(?!\w)"

    def _search(self, macro: str, start: int, end: int) -> re.Match[str] | None:
        pattern = re.compile(rf"(?<!\w){self._words(macro)}", re.I)
        return pattern.search(self.page.level, start, end)

    def _find_speakers(self, start: int, end: int) -> list[Mention]:
        """List who is named between two places and may speak."""
        return [item for item in self.page.inside(start, end) if item.type in (PERSON, BODY, NAME)]

    def _speaker(self, start: int, end: int, last: Argument | None) -> Argument | None:
        """Return who stands beside a word of saying in the sentence of a quotation or is its
        source, else who spoke just before; nobody for short words that none is said to have
        said."""
        level, block = self.page.level, self.block
        stop = re.search(r"[.!?](?:\s|$)|\n", level[end : min(end + _NEAR, block.end)])
        after = end, end + stop.start() if stop else min(end + _NEAR, block.end)
        before = self._before(max(block.start, start - _NEAR), start)
        argument = (
            self._signature()
            or self._source(*after)
            or self._source(*before)
            or self._beside(*after, is_after=True, quote=start)
            or self._beside(*before, is_after=False, quote=start)
        )
        if argument or len(level[start:end].split()) < _MANY:
            return argument
        return replace(last, is_inferred=True) if last else None

    def _signature(self) -> Argument | None:
        """Return the name in the line that signs a quotation."""
        if self.after is None or not self.page.is_signature(self.after):
            return None
        named = self._find_speakers(self.after.start, min(self.after.end, self.after.start + 60))
        return argument_of(named[0]) if named else None

    def _before(self, start: int, end: int) -> tuple[int, int]:
        """Return what stands before a quotation in its sentence."""
        cuts = [item.end() for item in re.finditer(r"[.!?]\s", self.page.level[start:end])]
        return start + (cuts[-1] if cuts else 0), end

    def _source(self, start: int, end: int) -> Argument | None:
        """Return the name after "according to"."""
        match = self._search("according", start, end)
        named = self._find_speakers(match.end(), min(end, match.end() + _SOURCE)) if match else []
        return argument_of(named[0]) if named else None

    def _beside(self, start: int, end: int, *, is_after: bool, quote: int) -> Argument | None:
        """Return who stands beside a word of saying; else whom it may be said of."""
        match = self._search("say", start, end)
        if match is None or (is_after and match.start() - start > _BESIDE):
            return None
        named = self._find_speakers(start, end)
        if not is_after:
            earlier = [item for item in named if item.end <= match.start()]
            close = [item for item in earlier[-1:] if match.start() - item.end <= 2]
            named = close or earlier[:1] or named
        gaps = [min(abs(i.start - match.end()), abs(match.start() - i.end)) for i in named]
        if gaps and min(gaps) <= _OF_SAYING:
            return argument_of(named[gaps.index(min(gaps))])
        focus = self.page.focus(quote)
        return argument_of(focus, is_inferred=True, basis=match[0]) if focus else None
