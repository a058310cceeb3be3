"""A page without the marks that a text may have or not: vowel signs and the stretching of Arabic,
the stress of Russian, soft hyphens and characters that nobody sees. Rules read it so; what they
find is put back to its place in the page."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.mentions import Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import levelled
from hrdgraph.invisible_characters import INVISIBLE

_MARKS: Final = re.compile(
    rf"[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed{INVISIBLE}]"
    r"|(?<=[\u0400-\u04ff])[\u0300\u0301]"
)


@dataclass(frozen=True)
class Unmarked:
    """A text without its marks; `gone` are the places of these in the whole text."""

    whole: str
    text: str
    gone: tuple[int, ...]

    @classmethod
    def of(cls, whole: str) -> Unmarked:
        gone = tuple(found.start() for found in _MARKS.finditer(whole))
        return cls(whole, _MARKS.sub("", whole) if gone else whole, gone)

    def place(self, at: int) -> int:
        """Where the character at a place of the text without marks stands in the whole text."""
        return at + bisect_left(_Shifts(self.gone), at + 1)

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch stands in the whole text, with the marks on its last character."""
        first = self.place(start)
        last = self.place(end - 1) + 1 if end > start else first
        while (found := _MARKS.match(self.whole, last)) and self.whole[last].strip():
            last = found.end()
        return first, last

    def candidate(self, item: Candidate) -> Candidate:
        """The candidate with its places and words in the whole text."""
        arguments = {name: self.argument(value) for name, value in item.arguments.items()}
        start, end = self.stretch(item.start, item.end)
        words = self.whole[start:end]
        return replace(item, arguments=arguments, start=start, end=end, words=words)

    def argument(self, item: Argument) -> Argument:
        """The argument in the whole text; its cell stays what was read, without marks."""
        start, end = self.stretch(item.start, item.end)
        text = self.whole[start:end]
        value = item.value or (item.cell if text != item.text else "")
        return replace(item, text=text, start=start, end=end, value=value)

    def mention(self, item: Mention) -> Mention:
        start, end = self.stretch(item.start, item.end)
        return replace(item, start=start, end=end, text=self.whole[start:end])

    def page(self, page: Page) -> Page:
        """The page with its blocks and mentions in the whole text."""
        blocks = []
        for block in page.blocks:
            start, end = self.stretch(block.start, block.end)
            blocks.append(replace(block, start=start, end=end))
        mentions = tuple(self.mention(item) for item in page.mentions)
        topic = self.mention(page.topic) if page.topic else None
        return replace(
            page, text=self.whole, level=levelled(self.whole), blocks=tuple(blocks),
            mentions=mentions, topic=topic,
        )  # fmt: skip


@dataclass(frozen=True)
class _Shifts:
    """The places of marks, each less the number of marks before it: in order, to be searched."""

    gone: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.gone)

    def __getitem__(self, number: int) -> int:
        return self.gone[number] - number
