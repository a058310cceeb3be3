"""Words between quotation marks, and speech in the first person, into quotations and testimonies
with their speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.reading.blocks import HEADING, NOISE, PARAGRAPH, Block
from hrdgraph.extract.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extract.reading.mentions import BODY, NAME, PERSON
from hrdgraph.extract.reading.page_reading import Page
from hrdgraph.extract.rules.sentence_rules import argument_of

PROPOSER: Final = "quotations"
_QUOTE: Final = re.compile(
    r"[“„«](?P<a>[^“„«»”]{2,1500})[”»]|\"(?P<b>[^\"]{2,1500})\"|''(?P<c>.{2,1500}?)''|[“«„](?P<d>[^“”«»]{60,}$)"
)
_FEWEST: Final = 3  # words of a quotation: less is a term or a title
_MANY: Final = 5  # words from which a quotation may be of somebody who was named before
_NEAR: Final = 160  # characters in which its speaker stands
_LED: Final = 70  # characters before a short quotation in which a word of saying stands
_DASHED: Final = 60  # characters in which a name stands after a quotation and a dash
_UNSAID: Final = re.compile(r"[,\s]+-?\s*(?:[^\W\dA-Z][\w']*\s+){1,4}")  # words of saying, maybe
_SIGNED: Final = re.compile(r"\s*[-–—]\s*")


def quotation_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """What the page quotes."""
    for number, block in enumerate(page.blocks):
        if block.kind == NOISE or block.language not in lexicons.by_language:
            continue
        lexicon = lexicons.of(block.language)
        quotes = list(_quotes(page, block))
        last: Argument | None = None
        for start, end in quotes:
            found = list(_quoted(page, lexicon, block, number, (start, end), last))
            last = found[0].arguments["speaker"] if found else last
            yield from found
        if not quotes and block.kind == PARAGRAPH:
            yield from _testimony(page, lexicon, block)


def _quotes(page: Page, block: Block) -> Iterator[tuple[int, int]]:
    for found in _QUOTE.finditer(page.text, block.start, block.end):
        words = next(part for part in found.groups() if part)
        if len(words.split()) >= _FEWEST:
            yield found.start(), found.end()


def _quoted(
    page: Page,
    lexicon: Lexicon,
    block: Block,
    number: int,
    place: tuple[int, int],
    last: Argument | None,
) -> Iterator[Candidate]:
    """One quotation; who spoke the one before in its paragraph goes on, where nobody is named."""
    start, end = place
    is_short = len(page.text[start:end].split()) < _MANY
    after = (end, min(end + _NEAR, block.end))
    is_said = (
        _is_spoken(page, lexicon, block, end)
        or _is_led_by_word(page, lexicon, block, start)
        or _following(page, block, place, after)
    )
    if is_short and not is_said:
        return
    speaker = _signature(page, number) or _speaker(page, lexicon, block, start, end)
    if speaker is None and last:
        speaker = replace(last, is_inferred=True)
    if speaker is None:
        return
    yield Candidate(
        "quotation",
        {"speaker": speaker},
        {"kind": "quotation", "language": block.language},
        start,
        end,
        block.language,
        PROPOSER,
        f"{block.language}.quotation.marks",
        words=page.text[start:end],
    )


def _is_spoken(page: Page, lexicon: Lexicon, block: Block, end: int) -> bool:
    """Whether a word of saying follows a short quotation at once."""
    words = page.level[end : min(end + 25, block.end)]
    return bool(
        re.match(
            rf"[,\s-]*(?:\w+[\s-]){{0,2}}?(?:{lexicon.macros.get('say', '(?!)')})(?!\w)",
            words,
            re.I,
        )
    )


def _is_led_by_word(page: Page, lexicon: Lexicon, block: Block, start: int) -> bool:
    """Whether a word of saying stands in the clause before a short quotation."""
    words = page.level[max(block.start, start - _LED) : start]
    said = lexicon.macros.get("say", "(?!)")
    return bool(re.search(rf"(?<!\w)(?:{said})(?!\w)[^.!?;\"]*$", words, re.I))


def _signature(page: Page, number: int) -> Argument | None:
    """The name in the line after a quotation that stands alone: "- Mary Robinson"."""
    if number + 1 >= len(page.blocks):
        return None
    after = page.blocks[number + 1]
    signed = _SIGNED.match(page.level, after.start, after.end)
    named = [
        item for item in page.inside(after.start, after.end) if item.type in (PERSON, BODY, NAME)
    ]
    return (
        argument_of(named[0]) if signed and named and named[0].start - signed.end() < 30 else None
    )


def _speaker(page: Page, lexicon: Lexicon, block: Block, start: int, end: int) -> Argument | None:
    """Who stands beside a word of saying next to the quotation, or is said to be its source;
    else who spoke just before."""
    after, before = (end, min(end + _NEAR, block.end)), (max(block.start, start - _NEAR), start)
    return (
        _source(page, lexicon, after, is_after=True)
        or _source(page, lexicon, before, is_after=False)
        or _beside(page, lexicon, after, is_after=True, quote=start)
        or _beside(page, lexicon, before, is_after=False, quote=start)
        or _dashed(page, after)
        or _announced(page, before)
        or _following(page, block, (start, end), after)
        or (_from_before(page, lexicon, block) if start <= block.start + 1 else None)
    )


def _source(
    page: Page, lexicon: Lexicon, place: tuple[int, int], *, is_after: bool
) -> Argument | None:
    """The name after "according to"."""
    start, end = _clause(page, place, is_after=is_after)
    said = re.compile(rf"(?<!\w)(?:{lexicon.macros.get('according', '(?!)')})(?!\w)", re.I).search(
        page.level, start, end
    )
    if said is None:
        return None
    named = [
        item
        for item in page.inside(said.end(), end)
        if item.type in (PERSON, BODY, NAME) and item.start - said.end() < 40
    ]
    return (
        argument_of(named[0])
        if named and not _generic(page, lexicon, said.end(), named[0].start)
        else _body(page, lexicon, said.end(), end)
    )


def _generic(page: Page, lexicon: Lexicon, start: int, end: int) -> bool:
    return bool(
        re.match(
            rf"\s*(?:{lexicon.macros.get('generic_body', '(?!)')})(?!\w)",
            page.level[start:end],
            re.I,
        )
    )


def _body(page: Page, lexicon: Lexicon, start: int, end: int) -> Argument | None:
    """The body that "the organisation" means."""
    found = re.compile(
        rf"(?<!\w)(?:{lexicon.macros.get('generic_body', '(?!)')})(?!\w)", re.I
    ).search(page.level, start, end)
    bodies = [item for item in page.mentions if item.type == BODY and item.start < start]
    return argument_of(bodies[-1], is_inferred=True, basis=found[0]) if found and bodies else None


def _clause(page: Page, place: tuple[int, int], *, is_after: bool) -> tuple[int, int]:
    """The part of the stretch that belongs to the sentence of the quotation."""
    start, end = place
    if is_after:
        stop = re.search(r"[.!?](?:\s|$)|\n", page.level[start:end])
        return start, start + stop.start() if stop else end
    cuts = [item.end() for item in re.finditer(r"[.!?]\s", page.level[start:end])]
    return start + (cuts[-1] if cuts else 0), end


def _dashed(page: Page, place: tuple[int, int]) -> Argument | None:
    """The person after a quotation and a dash or comma, where no word of saying is known."""
    start, end = _clause(page, place, is_after=True)
    if not re.match(r"[,\s]*-\s", page.level[start:end]):
        return None
    named = [item for item in page.inside(start, end) if item.type == PERSON]
    return argument_of(named[0]) if named and named[0].start - start < _DASHED else None


def _following(
    page: Page, block: Block, quote: tuple[int, int], place: tuple[int, int]
) -> Argument | None:
    """The person a few words after a quotation that a sentence begins with, whatever the verb."""
    start, end = _clause(page, place, is_after=True)
    is_opening = re.search(r"(?:^|[.!?:-])[\s-]*$", page.level[block.start : quote[0]])
    found = _UNSAID.match(page.level, start, end)
    if not is_opening or found is None:
        return None
    near = (item for item in page.inside(start, end) if item.start <= found.end())
    person = next((item for item in near if item.type == PERSON), None)
    return argument_of(person) if person else None


def _announced(page: Page, place: tuple[int, int]) -> Argument | None:
    """The person named last before a colon that a quotation follows."""
    start, end = _clause(page, place, is_after=False)
    if not page.level[start:end].rstrip(" \"'").endswith(":"):
        return None
    named = [item for item in page.inside(start, end) if item.type in (PERSON, BODY)]
    return argument_of(named[-1]) if named else None


def _beside(
    page: Page, lexicon: Lexicon, place: tuple[int, int], *, is_after: bool, quote: int
) -> Argument | None:
    start, end = _clause(page, place, is_after=is_after)
    said = re.compile(rf"(?<!\w)(?:{lexicon.macros.get('say', '(?!)')})(?!\w)", re.I).search(
        page.level, start, end
    )
    if said is None or (is_after and said.start() - start > 70):
        return None
    named = [item for item in page.inside(start, end) if item.type in (PERSON, BODY, NAME)]
    if not is_after:
        earlier = [item for item in named if item.end <= said.start()]
        close = [item for item in earlier[-1:] if said.start() - item.end <= 2]
        named = close or earlier[:1] or named
    near = [
        item
        for item in named
        if min(abs(item.start - said.end()), abs(said.start() - item.end)) <= 60
    ]
    nearest = min(
        near,
        key=lambda item: min(abs(item.start - said.end()), abs(said.start() - item.end)),
        default=None,
    )
    if nearest:
        return argument_of(nearest)
    focus = page.focus(quote)
    pronoun = rf"(?<!\w)(?:{lexicon.macros.get('pronoun', '(?!)')})(?!\w)"
    if focus and re.search(pronoun, page.level[start : said.end()], re.I):
        return argument_of(focus, is_inferred=True, basis=said[0])
    if focus and _is_described(lexicon, page.level[said.end() : end]):
        return argument_of(focus, is_inferred=True, basis=said[0])
    described = _body(page, lexicon, start, end) or _group(page, lexicon, said.end(), end)
    return described or (argument_of(focus, is_inferred=True, basis=said[0]) if focus else None)


def _is_described(lexicon: Lexicon, words: str) -> bool:
    """Whether words begin with somebody who was named before: "the laureate"."""
    roles = "|".join(re.escape(form) for form in lexicon.roles)
    described = lexicon.macros.get("definite", "(?!)").replace("{role}", f"(?:{roles})")
    return bool(re.match(rf"\s*(?:{described})(?!\w)", words, re.I))


def _group(page: Page, lexicon: Lexicon, start: int, end: int) -> Argument | None:
    """People who are only described: "the organisers of the prize"."""
    article = lexicon.macros.get("article", "(?!)")
    found = re.compile(rf"\s*(?:{article})\s*\w{{4,}}(?:\s\w+){{0,4}}", re.I).match(
        page.level, start, end
    )
    pronouns = re.compile(rf"\s*-?(?:{lexicon.macros.get('pronoun', '(?!)')})(?!\w)", re.I)
    if found is None or pronouns.match(page.level, start, end):
        return None
    begin = found.start() + len(found[0]) - len(found[0].lstrip())
    return Argument(page.text[begin : found.end()], begin, found.end())


def _from_before(page: Page, lexicon: Lexicon, block: Block) -> Argument | None:
    """The speaker of the paragraph before, where that announces what follows or is itself an
    open quotation."""
    before = next(
        (item for item in reversed(page.blocks) if item.end <= block.start and item.kind != NOISE),
        None,
    )
    if before is None:
        return None
    words = page.text[before.start : before.end]
    if words.rstrip().endswith(":"):
        last = (max(before.start, before.end - _NEAR), before.end)
        return _beside(page, lexicon, last, is_after=False, quote=block.start)
    is_open = words[:1] in "“«„" and not re.search("[”»]", words)
    return _from_before(page, lexicon, before) if is_open else None


def _testimony(page: Page, lexicon: Lexicon, block: Block) -> Iterator[Candidate]:
    """A paragraph in the first person, or under a heading that announces a testimony."""
    words = page.level[block.start : block.end]
    first = len(
        re.findall(rf"(?<!\w)(?:{lexicon.macros.get('first_person', '(?!)')})(?!\w)", words, re.I)
    )
    heading = next(
        (
            item
            for item in page.blocks
            if item.kind == HEADING and page.text[item.start : item.end] == block.heading
        ),
        None,
    )
    is_announced = bool(
        re.search(
            r"\b(?:testimony|témoignage|testimonio|in (?:his|her|their) own "
            r"words|свидетельств|شهادة|depoimento)",
            block.heading,
            re.I,
        )
    )
    named = page.inside(heading.start, heading.end) if heading else []
    speaker = next((item for item in named if item.type == PERSON), page.topic)
    if speaker is None or (first < 2 and not is_announced):
        return
    said = argument_of(speaker, is_inferred=True, basis=block.heading)
    yield Candidate(
        "quotation",
        {"speaker": said},
        {"kind": "testimony", "language": block.language},
        block.start,
        block.end,
        block.language,
        PROPOSER,
        f"{block.language}.quotation.first-person",
        words=page.text[block.start : block.end],
    )
