"""Lines of a page that are about somebody into what they were given: "2005 – Lantern Award",
"Lantern Award (2005)", "Finalist of the Lantern Award"; and the country under their name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import NOISE, Block
from hrdgraph.extraction.reading.dates import years_of
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicons
from hrdgraph.extraction.reading.mentions import AWARD, COUNTRY, DATE, PERSON, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "layout"
_LONGEST: Final = 24  # words of a line of an award
_DATED: Final = re.compile(
    r"[\s•·*▪–-]*(?:en |in )?\(?(?:19|20)\d\d|.*(?:19|20)\d\d[\s).;,]*$", re.S
)
_CLOSED: Final = re.compile(  # what may follow the award of a line: no verb
    r"[\")\]]*\s*(?:$|[(\[,;:.|/–-]|\d|(?:by|from|of|for|par|pour|de|du|des|d'|por|para|da|do|за|от|من|في|عام"
    r"|en|in|em|в)(?!\w)|[A-ZА-Я])"
)
_OPENING: Final = 12  # characters before the name of an award that a line begins with


def award_line_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """What lines say of the person or body that the page, or its section, is about."""
    before: Block | None = None
    for block in (item for item in page.blocks if item.kind != NOISE):
        inside = page.inside(block.start, block.end)
        if before and _is_country(block, inside):
            yield from _country(page, before, block, inside[0])
        awards = [item for item in inside if item.type == AWARD and item.value != GENERIC]
        if awards and _is_line(page, lexicons, block, inside, awards[0]):
            yield from _conferral(page, lexicons, block, awards[0], inside)
        before = block


def _is_line(
    page: Page, lexicons: Lexicons, block: Block, inside: list[Mention], award: Mention
) -> bool:
    """Whether a line gives an award and its year, or nothing but the award, and names nobody
    before the award."""
    words = page.level[block.start : block.end]
    is_said = _says(page, lexicons, block, award, "laureate")
    people = [item for item in inside if item.type == PERSON]
    named = [item for item in people if item.start < award.start or is_said]
    if named or len(words.split()) > _LONGEST or re.search(r"[.!?]\s+\w", words):
        return False
    if not _CLOSED.match(page.level, award.end, block.end):
        return False
    is_opening = award.start - block.start <= _OPENING
    return bool(_DATED.match(words)) or (is_opening and award.end >= block.end - 2)


def _conferral(
    page: Page, lexicons: Lexicons, block: Block, award: Mention, inside: list[Mention]
) -> Iterator[Candidate]:
    who = page.owner(block)
    if who is None or award.start - block.start > 80:
        return
    dates = [item for item in inside if item.type == DATE and next(years_of(item.value), "")]
    arguments = {"recipient": argument_of(who, is_inferred=True), "award": argument_of(award)}
    if dates:
        year = next(years_of(dates[0].value))
        arguments["year"] = Argument(dates[0].text, dates[0].start, dates[0].end, year)
    elif award.start - block.start > _OPENING:
        return
    outcome = "finalist" if _says(page, lexicons, block, award, "finalist") else "laureate"
    yield _made(
        "conferral", arguments, {"outcome": outcome}, page, block, "award-line", block.start
    )


def _says(page: Page, lexicons: Lexicons, block: Block, award: Mention, name: str) -> bool:
    """Whether the words before the award are of a list: "finalist" says that it was not won."""
    if block.language not in lexicons.by_language:
        return False
    words = lexicons.of(block.language).macros.get(name, "(?!)")
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.I)
    return bool(pattern.search(page.level, block.start, award.start))


def _is_country(block: Block, inside: list[Mention]) -> bool:
    return (
        len(inside) == 1
        and inside[0].type == COUNTRY
        and inside[0].end - inside[0].start >= block.end - block.start - 2
    )


def _country(page: Page, before: Block, block: Block, country: Mention) -> Iterator[Candidate]:
    """A country alone on the line under a name."""
    who = page.titled(before)
    if who:
        arguments = {"subject": argument_of(who), "value": argument_of(country)}
        yield _made(
            "attribute", arguments, {"property": "country"}, page, block, "country-line", who.start
        )


def _made(
    kind: str,
    arguments: dict[str, Argument],
    constants: dict[str, str],
    page: Page,
    block: Block,
    rule: str,
    start: int,
) -> Candidate:
    return Candidate(
        kind,
        arguments,
        constants,
        start,
        block.end,
        block.language,
        PROPOSER,
        f"layout.{kind}.{rule}",
        words=page.text[start : block.end],
    )
