"""Words between quotation marks, and speech in the first person, into quotations and testimonies with their speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.extract.blocks import HEADING, NOISE, PARAGRAPH, Block
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.lexicon import Lexicon, Lexicons
from hrdgraph.extract.mentions import BODY, NAME, PERSON, Mention
from hrdgraph.extract.reading import Page
from hrdgraph.extract.rules import argument_of

PROPOSER: Final = "quotations"
_QUOTE: Final = re.compile(r"[“„«](?P<a>[^“„«»”]{2,1500})[”»]|\"(?P<b>[^\"]{2,1500})\"|''(?P<c>.{2,1500}?)''|[“«„](?P<d>[^“”«»]{60,}$)")
_FEWEST: Final = 5  # words of a quotation: less is a term or a title
_NEAR: Final = 160  # characters in which its speaker stands
_SIGNED: Final = re.compile(r"\s*[-–—]\s*")


def quotation_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """What the page quotes."""
    for number, block in enumerate(page.blocks):
        if block.kind == NOISE or block.language not in lexicons.by_language:
            continue
        lexicon = lexicons.of(block.language)
        quotes = list(_quotes(page, block))
        for start, end in quotes:
            yield from _quoted(page, lexicon, block, number, start, end)
        if not quotes and block.kind == PARAGRAPH:
            yield from _testimony(page, lexicon, block)


def _quotes(page: Page, block: Block) -> Iterator[tuple[int, int]]:
    for found in _QUOTE.finditer(page.text, block.start, block.end):
        words = next(part for part in found.groups() if part)
        if len(words.split()) >= _FEWEST:
            yield found.start(), found.end()


def _quoted(page: Page, lexicon: Lexicon, block: Block, number: int, start: int, end: int) -> Iterator[Candidate]:
    speaker = _signature(page, number) or _speaker(page, lexicon, block, start, end)
    if speaker is None:
        return
    yield Candidate(
        "quotation", {"speaker": speaker}, {"kind": "quotation", "language": block.language}, start, end, block.language, PROPOSER,
        f"{block.language}.quotation.marks", words=page.text[start:end],
    )  # fmt: skip


def _signature(page: Page, number: int) -> Argument | None:
    """The name in the line after a quotation that stands alone: "- Mary Robinson"."""
    if number + 1 >= len(page.blocks):
        return None
    after = page.blocks[number + 1]
    signed = _SIGNED.match(page.level, after.start, after.end)
    named = [item for item in page.inside(after.start, after.end) if item.type in (PERSON, BODY, NAME)]
    return argument_of(named[0]) if signed and named and named[0].start - signed.end() < 30 else None


def _speaker(page: Page, lexicon: Lexicon, block: Block, start: int, end: int) -> Argument | None:
    """Who stands beside a word of saying next to the quotation; else the person that the text was about just before."""
    say = re.compile(rf"(?<!\w)(?:{lexicon.macros.get('say', '(?!)')})(?!\w)", re.I)
    after = _beside(page, say, (end, min(end + _NEAR, block.end)), is_after=True)
    before = _beside(page, say, (max(block.start, start - _NEAR), start), is_after=False)
    found = after or before
    if found is None:
        return None
    return argument_of(found) if found.start >= 0 else None


def _beside(page: Page, say: re.Pattern[str], place: tuple[int, int], *, is_after: bool) -> Mention | None:
    start, end = place
    stop = re.search(r"[.!?](?:\s|$)|\n", page.level[start:end]) if is_after else None
    end = start + stop.start() if stop else end
    if not is_after and (cuts := [item.end() for item in re.finditer(r"[.!?]\s", page.level[start:end])]):
        start += cuts[-1]
    said = say.search(page.level, start, end)
    if said is None:
        return None
    named = [item for item in page.inside(start, end) if item.type in (PERSON, BODY, NAME)]
    people = [item for item in named if item.type == PERSON] or named
    nearest = min(people, key=lambda item: min(abs(item.start - said.end()), abs(said.start() - item.end)), default=None)
    return nearest or page.focus(start)


def _testimony(page: Page, lexicon: Lexicon, block: Block) -> Iterator[Candidate]:
    """A paragraph in the first person, or under a heading that announces a testimony."""
    words = page.level[block.start : block.end]
    first = len(re.findall(rf"(?<!\w)(?:{lexicon.macros.get('first_person', '(?!)')})(?!\w)", words, re.I))
    heading = next((item for item in page.blocks if item.kind == HEADING and page.text[item.start : item.end] == block.heading), None)
    is_announced = bool(re.search(r"\b(?:testimony|témoignage|testimonio|in (?:his|her|their) own words|свидетельств|شهادة|depoimento)", block.heading, re.I))
    named = page.inside(heading.start, heading.end) if heading else []
    speaker = next((item for item in named if item.type == PERSON), page.topic)
    if speaker is None or (first < 2 and not is_announced):
        return
    said = argument_of(speaker, is_inferred=True, basis=block.heading)
    yield Candidate(
        "quotation", {"speaker": said}, {"kind": "testimony", "language": block.language}, block.start, block.end, block.language, PROPOSER,
        f"{block.language}.quotation.first-person", words=page.text[block.start : block.end],
    )  # fmt: skip
