"""Find who received which award: each award in scope (of the sentence, the block, a heading) with
each name in scope, and a model decides by the words and by the structure of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, NOISE, Block, Sentence
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    NAME,
    PERSON,
    ROLE,
    Mention,
    years_of,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.reading.text import levelled
from hrdgraph.extraction.rules.masking import Masked, compiled, masked
from hrdgraph.extraction.rules.scoring import read_model
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "triggers"
_WHO: Final = (PERSON, BODY, NAME)
_TOLD: Final = (  # words of a language that tell of a conferral, or that it is none
    "receive", "goes_to", "give", "laureate", "laureate_of", "laureates", "honoured", "finalist",
    "finalists", "accept", "to_whom", "ceremony", "not_received", "announced", "choose", "say",
    "earlier",
)  # fmt: skip
_MOST: Final = 40  # names of a sentence that are tried
_SHORT: Final = 22  # words of a line that may be an item of a list
_FINALIST: Final = ("finalist", "finalists")


class AwardPair(NamedTuple):
    """A name and an award that may have been conferred on it: the sentence or line that says
    so, whether each of them stands elsewhere, and the features."""

    who: Mention
    award: Mention
    part: Sentence
    scope: str
    features: tuple[str, ...]


@dataclass(frozen=True)
class PageConferrals:
    """The pairs of a page."""

    page: Page
    lexicons: Lexicons

    def pairs(self) -> Iterator[AwardPair]:
        """Return each name with each award in its scope."""
        for part in self.page.sentences():
            if part.block.language not in self.lexicons.by_language:
                continue
            lexicon = self.lexicons.of(part.block.language)
            mentions = self.page.inside(part.start, part.end)
            line = _AwardLine(self, part, lexicon, mentions)
            yield from line.pairs()

    @cached_property
    def lines(self) -> list[Block]:
        """The blocks that are lines of a list by their length."""
        text = self.page.text
        read = (block for block in self.page.blocks if block.kind != NOISE)
        return [item for item in read if len(text[item.start : item.end].split()) <= _SHORT]

    @cached_property
    def items(self) -> int:
        """How many lines begin with a name."""
        page = self.page
        starts = {item.start for item in page.mentions if item.type in _WHO}
        return sum(
            any(line.start <= at < line.start + 12 for at in starts) for line in self.lines[:400]
        )


@dataclass(frozen=True)
class _AwardLine:
    """One sentence, item or heading, with what it names."""

    whole: PageConferrals
    part: Sentence
    lexicon: Lexicon
    mentions: list[Mention]

    @cached_property
    def hidden(self) -> Masked:
        return masked(self.whole.page.level, self.part.start, self.part.end, self.mentions)

    @cached_property
    def told(self) -> list[tuple[str, int]]:
        """The words that tell, with where they begin."""
        found = []
        for name in _TOLD:
            if name in self.lexicon.macros:
                pattern = compiled(rf"(?<!\w){{{name}}}(?!\w)", self.lexicon.macro_words)
                found += [(name, item.start()) for item in pattern.finditer(self.hidden.text)]
        return found

    def pairs(self) -> Iterator[AwardPair]:
        page, block = self.whole.page, self.part.block
        named = [item for item in self.mentions if item.type == AWARD]
        awards = [(item, "sentence") for item in named if item.value != GENERIC]
        if not awards and named and (last := page.last_award(named[0].start)):
            awards = [(last, "generic")]
        who = [(item, "") for item in self.mentions if item.type in _WHO][:_MOST]
        if awards and not any(item.type != NAME for item, _ in who):
            focus = page.focus(self.part.start) if block.kind != HEADING else None
            owner = page.owner(block)
            meant = dict.fromkeys(item for item in (focus, owner) if item)
            who += [(item, "focus" if item is focus else "owner") for item in meant]
        if not awards and who:
            awards = [*self._above()]
        for name, place in who:
            for award, scope in awards:
                if name.end <= award.start or award.end <= name.start:
                    features = tuple(self._features(name, award, place, scope))
                    yield AwardPair(name, award, self.part, place or scope, features)

    def _above(self) -> Iterator[tuple[Mention, str]]:
        """The award of the headings above, else the one that the page is about."""
        page = self.whole.page
        for far, head in enumerate(reversed(page.headings_above(self.part.block))):
            found = page.inside(head.start, head.end)
            named = [item for item in found if item.type == AWARD and item.value != GENERIC]
            if named:
                yield named[0], "heading" if far < 3 else "far-heading"
                return
        if last := page.last_award(self.part.start):
            yield last, "page"

    def _features(self, who: Mention, award: Mention, place: str, scope: str) -> Iterator[str]:
        page, block = self.whole.page, self.part.block
        where = place or scope
        yield f"scope-{where}"
        yield f"who-{who.type}"
        yield f"block-{block.kind}"
        words = page.text[self.part.start : self.part.end].split()
        is_line = (
            len(words) <= _SHORT and self.part.start == block.start and self.part.end == block.end
        )
        yield f"{where}-{'line' if is_line else 'text'}"
        at = self._sign(who) if not place else None
        on = self._sign(award) if scope == "sentence" else None
        if at is not None:
            if at < 4 and is_line:
                yield f"{where}-opens"
                yield f"{where}-opens-items{min(self.whole.items, 6)}"
            yield from self._around(at, where)
        if at is not None and on is not None:
            yield from self._between(at, on)
        else:
            for name in {name for name, _ in self.told}:
                yield f"{where}-{name}"
        if not self.told:
            yield f"{where}-untold"
        kinds = {item.type for item in self.mentions}
        for kind in (COUNTRY, DATE, ROLE, BODY):
            if kind in kinds and is_line:
                yield f"{where}-line-with-{kind}"
        yield f"{where}-covered{int(3 * self._cover())}"
        people = sum(item.type in _WHO for item in self.mentions)
        yield f"{where}-people{min(people, 4)}"
        if set(levelled(who.text).lower().split()) <= set(levelled(award.text).lower().split()):
            yield "part-of-award"
        if page.topic and page.topic.full == who.full:
            yield f"{where}-topic"
        if who.full and levelled(who.full).lower() in levelled(page.title).lower():
            yield f"{where}-titled"

    def _sign(self, mention: Mention) -> int | None:
        return next((at for at, item in self.hidden.signs.items() if item is mention), None)

    def _cover(self) -> float:
        size = self.part.end - self.part.start
        return min(sum(item.end - item.start for item in self.mentions) / max(size, 1), 0.99)

    def _around(self, at: int, where: str) -> Iterator[str]:
        text, macros = self.hidden.text, self.lexicon.macro_words
        before, after = text[max(0, at - 30) : at], text[at + 1 : at + 20]
        for name in ("by", "to", "of", "with"):
            if name in self.lexicon.macros:
                tied = compiled(
                    rf"(?<!\w){{{name}}}\s*(?:{{article}}\s*)?(?:{{role}}\s*)?(?:{{honorific}}\s*)?$",
                    macros,
                )
                if tied.search(before):
                    yield f"after-{name}"
        if "say" in self.lexicon.macros and compiled(
            r"[^.;]{0,6}?(?<!\w){say}(?!\w)", macros
        ).match(after):
            yield "speaks"
        if re.match(r"\W*\(", after):
            yield f"{where}-bracket"

    def _between(self, at: int, on: int) -> Iterator[str]:
        text, (first, last) = self.hidden.text, sorted((at, on))
        side = "before" if at < on else "after"
        between = text[first + 1 : last]
        yield f"{side}-gap{min(len(between.split()) // 3, 5)}"
        others = [other for other, item in self.hidden.signs.items() if first < other < last]
        crowd = sum(self.hidden.signs[other].type in _WHO for other in others)
        awards = sum(self.hidden.signs[other].type == AWARD for other in others)
        yield f"{side}-others{min(crowd, 3)}"
        yield f"{side}-awards{min(awards, 2)}"
        if re.search("[;:]", between):
            yield f"{side}-apart"
        inside = {name for name, place in self.told if first < place < last}
        outside = {name for name, _ in self.told} - inside
        for name in inside:
            yield f"{side}-{name}-between"
        for name in outside:
            yield f"{side}-{name}-beside"
        if not inside:
            yield f"{side}-nothing-between"

    def outcome(self) -> str:
        return "finalist" if any(name in _FINALIST for name, _ in self.told) else "laureate"


def conferral_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Return the conferrals of a page."""
    model = read_model(lexicons.folder, "conferral")
    for pair in PageConferrals(page, lexicons).pairs():
        if model.score(pair.features) >= model.threshold:
            yield candidate_of(page, lexicons, pair)


def candidate_of(page: Page, lexicons: Lexicons, pair: AwardPair) -> Candidate:
    """Return a pair as a row, with the year that the sentence or the heading gives."""
    part, is_here = pair.part, pair.part.start <= pair.award.start < pair.part.end
    is_named = part.start <= pair.who.start < part.end
    given = {
        "recipient": argument_of(pair.who, is_inferred=not is_named),
        "award": argument_of(pair.award, is_inferred=not is_here),
    }
    mentions = page.inside(part.start, part.end)
    line = _AwardLine(
        PageConferrals(page, lexicons), part, lexicons.of(part.block.language), mentions
    )
    given |= _dated(page, pair, mentions)
    dates = (item for item in given.values() if part.start <= item.start < part.end)
    starts = [(item.start, item.end) for item in dates]
    start, end = min(at for at, _ in starts) if starts else part.start, part.end
    is_short = part.end - part.start < 200
    start = part.start if is_short or not starts else start
    end = part.end if is_short or not starts else max(to for _, to in starts)
    language = part.block.language
    return Candidate(
        "conferral", given, {"outcome": line.outcome()}, start, end, language, PROPOSER,
        f"{language}.conferral.{pair.scope}", words=page.text[start:end],
    )  # fmt: skip


def _dated(page: Page, pair: AwardPair, mentions: list[Mention]) -> dict[str, Argument]:
    """Return the date or year nearest to the award or the name, else the year of a heading."""
    part = pair.part
    places = [one for one in (pair.award, pair.who) if part.start <= one.start < part.end]
    dates = [item for item in mentions if item.type == DATE and next(years_of(item.value), "")]

    def gap(date: Mention) -> int:
        return min((abs(date.start - one.start) for one in places), default=0)

    for item in sorted(dates, key=gap):
        if not re.search(r"\.\.|^/|/$", item.value):
            name = "date" if len(item.value) > 4 else "year"
            made = argument_of(item)
            dated = Argument(made.text, made.start, made.end, next(years_of(item.value)))
            return {name: made if name == "date" else dated}
    inside = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", pair.award.text)
    if inside:
        start = pair.award.start + inside.start()
        return {"year": Argument(inside[0], start, start + 4, inside[0])}
    for head in reversed(page.headings_above(pair.part.block)[:8]):
        for item in page.inside(head.start, head.end):
            if item.type == DATE and (year := next(years_of(item.value), "")):
                return {"year": Argument(item.text, item.start, item.end, year, is_inferred=True)}
    return {}
