"""Find conferrals, affiliations and countries by where words stand: headings, lists, tables, and
lines about an award under the name of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, ITEM, NOISE, Block
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicons
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    GROUP,
    NAME,
    PERSON,
    ROLE,
    Mention,
    years_of,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "layout"
_LONGEST_AWARD: Final = 24  # words of a line of an award
_DATED: Final = re.compile(
    r"[\s•·*▪–-]*(?:en |in )?\(?(?:19|20)\d\d|.*(?:19|20)\d\d[\s).;,]*$", re.S
)
_CLOSED: Final = re.compile(  # what may follow the award of a line: no verb
    r"[\")\]]*\s*(?:$|[(\[,;:.|/–-]|\d|(?:by|from|of|for|par|pour|de|du|des|d'|por|para|da|do|за|от|من|في|عام"
    r"|en|in|em|в)(?!\w)|[A-ZА-Я])"
)
_OPENING: Final = 12  # characters before the name of an award that a line begins with
_WHO: Final = (PERSON, BODY, NAME)
_SEPARATORS: Final = re.compile(r"[\s,;:|()/\t·•*–—-]+")
_CREDIT: Final = re.compile(
    r"\W*(?:photo|photograph|image|foto|imagen|imagem|crédit|credit|фото|صورة|تصوير)\b", re.I
)
_LONGEST_ITEM: Final = 22  # words of a line that is an item


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
    if named or len(words.split()) > _LONGEST_AWARD or re.search(r"[.!?]\s+\w", words):
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


def layout_candidates(page: Page, _lexicons: Lexicons) -> Iterator[Candidate]:
    """What lines say by their place."""
    blocks = [block for block in page.blocks if block.kind != NOISE]
    for block, after in zip_longest(blocks, blocks[1:]):
        is_item = block.kind in (HEADING, ITEM)
        if is_item or len(page.text[block.start : block.end].split()) <= _LONGEST_ITEM:
            line = _LayoutLine(page, block)
            yield from line.headed(after)
            yield from line.listed()
            yield from line.roles_under_name()


@dataclass(frozen=True)
class _LayoutLine:
    """A block that is a heading, an item or a short line: what it says by what it names."""

    page: Page
    block: Block

    @cached_property
    def _inside(self) -> list[Mention]:
        return self.page.inside(self.block.start, self.block.end)

    def _of(self, *kinds: str) -> list[Mention]:
        return [item for item in self._inside if item.type in kinds]

    @cached_property
    def _awards(self) -> list[Mention]:
        return _named_awards(self._inside)

    def _is_covered(self, mentions: list[Mention]) -> bool:
        """Whether the block is nothing but mentions and what separates them."""
        begin = self.block.start
        text = list(self.page.level[begin : self.block.end])
        for item in mentions:
            text[item.start - begin : item.end - begin] = " " * (item.end - item.start)
        rest = _SEPARATORS.sub(" ", "".join(text)).split()
        return sum(len(word) for word in rest) <= 0.16 * len(text)

    def _candidate(
        self,
        kind: str,
        rule: str,
        arguments: dict[str, Argument],
        span: tuple[int, int] | None = None,
        **constants: str,
    ) -> Candidate:
        """A candidate of the line, or of the stretch that says it."""
        start, end = span or (self.block.start, self.block.end)
        return Candidate(
            kind, arguments, constants, start, end, self.block.language, PROPOSER,
            f"layout.{kind}.{rule}", words=self.page.text[start:end],
        )  # fmt: skip

    def headed(self, after: Block | None) -> Iterator[Candidate]:
        """The name of an award alone on a line, a year with it or under it, on the page of
        somebody: theirs, as the page has it."""
        page, awards, dates = self.page, self._awards, _dates(self._inside)
        who = page.owner(self.block)
        if len(awards) != 1 or who is None or not self._is_covered([*awards, *dates]):
            return
        if not dates and after and _is_year(page, after):
            dates = _dates(page.inside(after.start, after.end))
        if not dates and not _follows_name(page, self.block):
            return
        span = self.block.start, max([self.block.end, *(item.end for item in dates[:1])])
        given = {"recipient": argument_of(who, is_inferred=True), "award": argument_of(awards[0])}
        if dates:
            given["year"] = _year(dates[0])
        yield self._candidate("conferral", "header", given, span, outcome="laureate")

    def listed(self) -> Iterator[Candidate]:
        """An item: a name with a body, a country, a year, an award between commas; the award may
        be that of the heading."""
        who, countries, roles = self._of(*_WHO), self._of(COUNTRY), self._of(ROLE)
        dates, awards = _dates(self._inside), self._awards
        is_credit = _CREDIT.match(self.page.level, self.block.start, self.block.end)
        named = [*who, *countries, *dates, *awards, *roles]
        if not who or is_credit or not self._is_covered(named):
            return
        award, year = self._award_of(awards, dates)
        is_given = bool(countries or dates or awards or len(who) > 1)
        if award and is_given and len(who) < 3 and (awards or not roles):
            yield self._conferral(who[0], award, dates, year)
        if len(who) > 1 and who[0].type == PERSON and who[1].type == BODY:
            given = {"member": argument_of(who[0]), "organisation": argument_of(who[1])}
            yield self._candidate("role", "item", given)
        if countries and (award or dates):
            given = {"subject": argument_of(who[0]), "value": argument_of(countries[-1])}
            yield self._candidate("attribute", "item", given, property="country")

    def _award_of(
        self, awards: list[Mention], dates: list[Mention]
    ) -> tuple[Mention | None, Mention | None]:
        """The award of an item, its own or that of a heading, and the year of the heading."""
        award, year = _award_above(self.page, self.block)
        is_dated = any(len(item.value) > 7 for item in dates)  # to the day: the line of a reporter
        return awards[0] if awards else None if is_dated else award, year

    def _conferral(
        self, who: Mention, award: Mention, dates: list[Mention], above: Mention | None
    ) -> Candidate:
        is_inside = self.block.start <= award.start < self.block.end
        given = {
            "recipient": argument_of(who), "award": argument_of(award, is_inferred=not is_inside)
        }  # fmt: skip
        if date := dates[0] if dates else above:
            given["year"] = _year(date, is_inferred=not dates)
        return self._candidate("conferral", "item", given, outcome="laureate")

    def roles_under_name(self) -> Iterator[Candidate]:
        """A line of roles under the name of the page's person."""
        roles, name = self._of(ROLE), self._name_above()
        if not roles or name is None:
            return
        if not self._is_covered([*roles, *self._of(GROUP, BODY, COUNTRY)]):
            return
        for role in roles:
            text = Argument(role.text, role.start, role.end)
            given = {"member": argument_of(name, is_inferred=True), "role_text": text}
            span = name.start, role.end
            yield self._candidate("role", "header", given, span, role=role.value)

    def _name_above(self) -> Mention | None:
        """The name of the page's person, where it is most of the line before."""
        page, topic = self.page, self.page.topic
        before = page.block_before(self.block)
        if before is None or topic is None or topic.type != PERSON:
            return None
        inside = page.inside(before.start, before.end)
        name = next((item for item in inside if item.full == topic.full), None)
        is_most = name and name.end - name.start >= 0.7 * (before.end - before.start)
        return name if is_most else None


def _named_awards(mentions: list[Mention]) -> list[Mention]:
    return [item for item in mentions if item.type == AWARD and item.value != GENERIC]


def _award_above(page: Page, block: Block) -> tuple[Mention | None, Mention | None]:
    """The award and the year of the headings above a block, the nearest first."""
    for head in reversed(page.headings_above(block)):
        inside = page.inside(head.start, head.end)
        named = _named_awards(inside)
        if named and not _follows_name(page, head):
            return named[0], next(iter(_dates(inside)), None)
    return None, None


def _follows_name(page: Page, head: Block) -> bool:
    """Whether the line before is the name of somebody: what stands under it is theirs."""
    before = page.block_before(head)
    return before is not None and page.titled(before) is not None


def _is_year(page: Page, block: Block) -> bool:
    return bool(re.fullmatch(r"\(?(?:19|20)\d\d\)?", page.level[block.start : block.end].strip()))


def _year(mention: Mention, *, is_inferred: bool = False) -> Argument:
    year = next(years_of(mention.value), mention.value)
    return Argument(mention.text, mention.start, mention.end, year, is_inferred)


def _dates(mentions: list[Mention]) -> list[Mention]:
    """The dates that a line can be of: none with an open side, such as "before 2005"."""
    dates = (item for item in mentions if item.type == DATE)
    return [item for item in dates if not re.search(r"\.\.|^/|/$", item.value)]
