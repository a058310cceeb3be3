"""Find affiliations, roles and countries by where words stand: in headings, lists and lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, ITEM, NOISE, Block
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
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "layout"
_WHO: Final = (PERSON, BODY, NAME)
_SEPARATORS: Final = re.compile(r"[\s,;:|()/\t·•*–—-]+")
_CREDIT: Final = re.compile(
    r"\W*(?:photo|photograph|image|foto|imagen|imagem|crédit|credit|фото|صورة|تصوير)\b", re.I
)
_LONGEST_ITEM: Final = 22  # words of a line that is an item


def country_line_candidates(page: Page, _lexicons: Lexicons) -> Iterator[Candidate]:
    """Yield what lines say of the person or body that the page, or its section, is about."""
    before: Block | None = None
    for block in (item for item in page.blocks if item.kind != NOISE):
        inside = page.inside(block.start, block.end)
        if before and _is_country(block, inside):
            yield from _country(page, before, block, inside[0])
        before = block


def _is_country(block: Block, inside: list[Mention]) -> bool:
    return (
        len(inside) == 1
        and inside[0].type == COUNTRY
        and inside[0].end - inside[0].start >= block.end - block.start - 2
    )


def _country(page: Page, before: Block, block: Block, country: Mention) -> Iterator[Candidate]:
    """Read a country alone on the line under a name."""
    who = page.name_in_heading(before)
    if who:
        arguments = {"subject": argument_of(who), "value": argument_of(country)}
        yield _make(
            "attribute", arguments, {"property": "country"}, page, block, "country-line", who.start
        )


def _make(
    kind: str, arguments: dict[str, Argument], constants: dict[str, str], page: Page, block: Block,
    rule: str, start: int,
) -> Candidate:  # fmt: skip
    return Candidate(
        kind, arguments, constants, start, block.end, block.language, PROPOSER,
        f"layout.{kind}.{rule}", words=page.text[start : block.end],
    )  # fmt: skip


def layout_candidates(page: Page, _lexicons: Lexicons) -> Iterator[Candidate]:
    """Yield what lines say by their place."""
    blocks = [block for block in page.blocks if block.kind != NOISE]
    for block in blocks:
        is_item = block.kind in (HEADING, ITEM)
        if is_item or len(page.text[block.start : block.end].split()) <= _LONGEST_ITEM:
            line = _LayoutLine(page, block)
            yield from line.read_item()
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

    def _is_covered(self, mentions: list[Mention]) -> bool:
        """Tell whether the block is nothing but mentions and what separates them."""
        begin = self.block.start
        text = list(self.page.level[begin : self.block.end])
        for item in mentions:
            text[item.start - begin : item.end - begin] = " " * (item.end - item.start)
        rest = _SEPARATORS.sub(" ", "".join(text)).split()
        return sum(len(word) for word in rest) <= 0.16 * len(text)

    def _candidate(
        self, kind: str, rule: str, arguments: dict[str, Argument],
        span: tuple[int, int] | None = None, **constants: str,
    ) -> Candidate:  # fmt: skip
        """Return a candidate of the line, or of the stretch that says it."""
        start, end = span or (self.block.start, self.block.end)
        return Candidate(
            kind, arguments, constants, start, end, self.block.language, PROPOSER,
            f"layout.{kind}.{rule}", words=self.page.text[start:end],
        )  # fmt: skip

    def read_item(self) -> Iterator[Candidate]:
        """Read an item: a name with a body, a country, a year, an award between commas; the award
        may be that of the heading."""
        who, countries, roles = self._of(*_WHO), self._of(COUNTRY), self._of(ROLE)
        is_credit = _CREDIT.match(self.page.level, self.block.start, self.block.end)
        named = [*who, *countries, *self._of(DATE), *self._of(AWARD), *roles]
        if not who or is_credit or not self._is_covered(named):
            return
        if len(who) > 1 and who[0].type == PERSON and who[1].type == BODY:
            given = {"member": argument_of(who[0]), "organisation": argument_of(who[1])}
            yield self._candidate("role", "item", given)
        if countries:
            given = {"subject": argument_of(who[0]), "value": argument_of(countries[-1])}
            yield self._candidate("attribute", "item", given, property="country")

    def roles_under_name(self) -> Iterator[Candidate]:
        """Read a line of roles under the name of the page's person."""
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
        """Return the name of the page's person, where it is most of the line before."""
        page, topic = self.page, self.page.topic
        before = page.block_before(self.block)
        if before is None or topic is None or topic.type != PERSON:
            return None
        inside = page.inside(before.start, before.end)
        name = next((item for item in inside if item.full == topic.full), None)
        is_most = name and name.end - name.start >= 0.7 * (before.end - before.start)
        return name if is_most else None
