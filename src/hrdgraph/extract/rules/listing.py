"""Headings, lists and tables of a page into conferrals, affiliations and countries: what is said
by where words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.reading.blocks import HEADING, ITEM, NOISE, Block
from hrdgraph.extract.reading.dates import years_of
from hrdgraph.extract.reading.headed_names import GENERIC
from hrdgraph.extract.reading.lexicon import Lexicons
from hrdgraph.extract.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    NAME,
    PERSON,
    ROLE,
    Mention,
)
from hrdgraph.extract.reading.page_reading import Page
from hrdgraph.extract.rules.sentence_rules import argument_of

PROPOSER: Final = "layout"
_WHO: Final = (PERSON, BODY, NAME)
_SEPARATORS: Final = re.compile(r"[\s,;:|()/\t·•*–—-]+")
_CREDIT: Final = re.compile(
    r"\W*(?:photo|photograph|image|foto|imagen|imagem|crédit|credit|фото|صورة|تصوير)\b", re.I
)
_LONGEST: Final = 22  # words of a line that is an item


def layout_candidates(page: Page, _lexicons: Lexicons) -> Iterator[Candidate]:
    """What lines say by their place."""
    blocks = [block for block in page.blocks if block.kind != NOISE]
    for number, block in enumerate(blocks):
        inside = page.inside(block.start, block.end)
        if (
            block.kind not in (HEADING, ITEM)
            and len(page.text[block.start : block.end].split()) > _LONGEST
        ):
            continue
        yield from _header(
            page, block, inside, blocks[number + 1] if number + 1 < len(blocks) else None
        )
        yield from _line(page, block, inside)
        yield from _role_line(page, block, inside)


def _header(
    page: Page, block: Block, inside: list[Mention], after: Block | None
) -> Iterator[Candidate]:
    """The name of an award alone on a line, a year with it or under it, on the page of somebody:
    theirs, as the page has it."""
    awards = [item for item in inside if item.type == AWARD and item.value != GENERIC]
    if (
        len(awards) != 1
        or (who := page.owner(block)) is None
        or not _is_covered(page, block, [*awards, *_dates(inside)])
    ):
        return
    dates = _dates(inside) or (
        _dates(page.inside(after.start, after.end)) if after and _is_year(page, after) else []
    )
    if not dates and not _follows_name(page, block):
        return
    end = max([block.end, *(item.end for item in dates[:1])])
    arguments = {
        "recipient": argument_of(who, is_inferred=True),
        "award": argument_of(awards[0]),
    } | ({"year": _year(dates[0])} if dates else {})
    yield _made(
        "conferral", arguments, {"outcome": "laureate"}, block.start, end, page, block, "header"
    )


def _line(page: Page, block: Block, inside: list[Mention]) -> Iterator[Candidate]:
    """An item: a name with a body, a country, a year, an award between commas; the award may be
    that of the heading."""
    who, countries, dates = (
        [item for item in inside if item.type in _WHO],
        _of(inside, COUNTRY),
        _dates(inside),
    )
    awards = [item for item in inside if item.type == AWARD and item.value != GENERIC]
    roles = _of(inside, ROLE)
    is_credit = _CREDIT.match(page.level, block.start, block.end)
    if (
        not who
        or is_credit
        or not _is_covered(page, block, [*who, *countries, *dates, *awards, *roles])
    ):
        return
    heading = _award_above(page, block)
    first = who[0]
    is_dated = any(len(item.value) > 7 for item in dates)  # to the day: the line of a reporter
    award = awards[0] if awards else None if is_dated else heading[0]
    if (
        award
        and (countries or dates or awards or len(who) > 1)
        and not (len(who) > 2 or (roles and not awards))
    ):
        yield from _conferral(page, block, first, award, dates, heading[1])
    if len(who) > 1 and first.type == PERSON and who[1].type == BODY:
        yield _made(
            "role",
            {"member": argument_of(first), "organisation": argument_of(who[1])},
            {},
            block.start,
            block.end,
            page,
            block,
            "item",
        )
    if countries and (award or dates):
        arguments = {"subject": argument_of(first), "value": argument_of(countries[-1])}
        yield _made(
            "attribute",
            arguments,
            {"property": "country"},
            block.start,
            block.end,
            page,
            block,
            "item",
        )


def _conferral(
    page: Page,
    block: Block,
    who: Mention,
    award: Mention,
    dates: list[Mention],
    above: Mention | None,
) -> Iterator[Candidate]:
    arguments = {"recipient": argument_of(who)}
    inside = block.start <= award.start < block.end
    arguments["award"] = argument_of(award, is_inferred=not inside)
    date = dates[0] if dates else above
    if date:
        arguments["year"] = _year(date, is_inferred=not dates)
    yield _made(
        "conferral", arguments, {"outcome": "laureate"}, block.start, block.end, page, block, "item"
    )


def _role_line(page: Page, block: Block, inside: list[Mention]) -> Iterator[Candidate]:
    """A line of roles under the name of the page's person."""
    roles = _of(inside, ROLE)
    before = next(
        (item for item in reversed(page.blocks) if item.end <= block.start and item.kind != NOISE),
        None,
    )
    if not roles or page.topic is None or before is None or page.topic.type != PERSON:
        return
    named = [item for item in page.inside(before.start, before.end) if item.full == page.topic.full]
    if not named or named[0].end - named[0].start < 0.7 * (before.end - before.start):
        return
    if not _is_covered(
        page, block, [*roles, *[item for item in inside if item.type in ("group", BODY, COUNTRY)]]
    ):
        return
    for role in roles:
        arguments = {
            "member": argument_of(named[0], is_inferred=True),
            "role_text": Argument(role.text, role.start, role.end),
        }
        yield _made(
            "role", arguments, {"role": role.value}, named[0].start, role.end, page, block, "header"
        )


def _award_above(page: Page, block: Block) -> tuple[Mention | None, Mention | None]:
    """The award and the year of the headings above a block, the nearest first."""
    heads = [item for item in page.blocks if item.kind == HEADING and item.end <= block.start]
    for head in reversed(heads[-8:] + heads[:3]):
        inside = page.inside(head.start, head.end)
        named = [item for item in inside if item.type == AWARD and item.value != GENERIC]
        if named and not _follows_name(page, head):
            return named[0], next(iter(_dates(inside)), None)
    return None, None


def _follows_name(page: Page, head: Block) -> bool:
    """Whether the line before is the name of somebody: what stands under it is theirs."""
    before = [item for item in page.blocks if item.end <= head.start and item.kind != NOISE]
    return bool(before) and page.titled(before[-1]) is not None


def _is_covered(page: Page, block: Block, mentions: list[Mention]) -> bool:
    """Whether a block is nothing but mentions and what separates them."""
    text = list(page.level[block.start : block.end])
    for item in mentions:
        text[item.start - block.start : item.end - block.start] = " " * (item.end - item.start)
    rest = _SEPARATORS.sub(" ", "".join(text)).split()
    return sum(len(word) for word in rest) <= 0.16 * len(text)


def _is_year(page: Page, block: Block) -> bool:
    return bool(re.fullmatch(r"\(?(?:19|20)\d\d\)?", page.level[block.start : block.end].strip()))


def _year(mention: Mention, *, is_inferred: bool = False) -> Argument:
    year = next(years_of(mention.value), mention.value)
    return Argument(mention.text, mention.start, mention.end, year, is_inferred)


def _of(mentions: list[Mention], kind: str) -> list[Mention]:
    return [item for item in mentions if item.type == kind]


def _dates(mentions: list[Mention]) -> list[Mention]:
    """The dates that a line can be of: none with an open side, such as "before 2005"."""
    dates = _of(mentions, DATE)
    return [item for item in dates if not re.search(r"\.\.|^/|/$", item.value)]


def _made(
    kind: str,
    arguments: dict[str, Argument],
    constants: dict[str, str],
    start: int,
    end: int,
    page: Page,
    block: Block,
    rule: str,
) -> Candidate:
    return Candidate(
        kind,
        arguments,
        constants,
        start,
        end,
        block.language,
        PROPOSER,
        f"layout.{kind}.{rule}",
        words=page.text[start:end],
    )
