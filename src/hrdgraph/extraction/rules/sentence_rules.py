"""Run the rules of a language over the sentences of a page, and make candidates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Rule
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    COUNTRY,
    DATE,
    PERSON,
    PLACE,
    ROLE,
    Mention,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.masking import Masked, compile_pattern, find_enumerated, sign_class

PROPOSER: Final = "triggers"
_NEAR: Final = 90  # characters between a fact and a date or place that is taken for its own
_COUNTRIES: Final = ("value", "country", "place")


def run_rule(page: Page, lexicon: Lexicon, rule: Rule, hidden: Masked) -> Iterator[Candidate]:
    """Yield what one rule finds in a sentence."""
    macros = lexicon.macro_words
    unless = compile_pattern(rule.unless, macros) if rule.unless else None
    not_after = compile_pattern(rule.not_after, macros) if rule.not_after else None
    for pattern in rule.patterns:
        for match in compile_pattern(pattern, macros).finditer(hidden.text):
            if unless and unless.search(match[0]):
                continue
            if not_after and not_after.search(hidden.text[: match.start()]):
                continue
            yield from _RuleMatch(page, lexicon, rule, hidden, match).candidates()


@dataclass(frozen=True)
class _RuleMatch:
    page: Page
    lexicon: Lexicon
    rule: Rule
    hidden: Masked
    found: re.Match[str]

    def candidates(self) -> Iterator[Candidate]:
        arguments = self._arguments()
        if self.rule.subject and self.rule.subject not in arguments:
            subject = self._infer(self.found.start())
            if subject is None:
                return
            arguments[self.rule.subject] = subject
        if any(argument is None for argument in arguments.values()):
            return
        known = {name: argument for name, argument in arguments.items() if argument}
        start, end = self.hidden.stretch(*self.found.span())
        yield self._candidate(known, start, end)
        for mention in self._others():
            other = known | {self.rule.many: argument_of(mention)}
            yield self._candidate(other, min(start, mention.start), max(end, mention.end))

    def _candidate(self, arguments: Mapping[str, Argument], start: int, end: int) -> Candidate:
        filled = self._fill(arguments, start, end)
        given = dict(self.rule.set or {})
        role = filled.get("role_text")
        given |= {"role": role.value} if role and role.value else {}
        filled |= {"role_text": replace(role, value="")} if role else {}
        given = {name: value for name, value in given.items() if name not in filled}
        return Candidate(
            self.rule.kind, filled, given, start, end, self.lexicon.language, PROPOSER,
            self.rule.id, words=self.page.text[start:end],
        )  # fmt: skip

    def _arguments(self) -> dict[str, Argument | None]:
        places = ((name, self.found.start(name)) for name in self.found.re.groupindex)
        return {name: self._argument(name, place) for name, place in places if place >= 0}

    def _argument(self, name: str, place: int) -> Argument | None:
        """Return the argument at a place: a mention, whom a pronoun means, or its words."""
        is_sign = self.found.end(name) - self.found.start(name) == 1
        mention = self.hidden.mention(place) if is_sign else None
        if mention and mention.type == AWARD and mention.value == GENERIC:
            return None
        if mention:
            return argument_for(name, mention)
        if self._is_pronoun(name):
            return self._infer(place, self.found[name])
        start, end = self.hidden.stretch(place, self.found.end(name))
        return Argument(self.page.text[start:end], start, end)

    def _is_pronoun(self, name: str) -> bool:
        pronouns, described = (
            self.lexicon.macros.get(word, "(?!)") for word in ("pronoun", "definite")
        )
        described = described.replace("{role}", f"[{sign_class('role')}]")
        return bool(re.fullmatch(f"(?:{pronouns})|(?:{described})", self.found[name], re.I))

    def _infer(self, place: int, basis: str = "") -> Argument | None:
        is_inside = place < len(self.hidden.places)
        at = self.hidden.stretch(place, place + 1)[0] if is_inside else self.hidden.end
        focus = self.page.focus(at)
        return argument_of(focus, is_inferred=True, basis=basis) if focus else None

    def _others(self) -> Iterator[Mention]:
        """Return the other names of the enumeration that an argument stands in."""
        is_named = self.rule.many in self.found.re.groupindex
        place = self.found.start(self.rule.many) if is_named else -1
        if self.hidden.mention(place) is None:
            return
        for other in find_enumerated(self.hidden, place, self.lexicon):
            mention = self.hidden.mention(other)  # none of a sign that the page itself has
            if mention and (self.rule.many != "organisation" or mention.type != PERSON):
                yield mention

    def _fill(self, arguments: Mapping[str, Argument], start: int, end: int) -> dict[str, Argument]:
        """Return the arguments, with dates and places of the sentence that stand near."""
        filled = dict(arguments)
        for name, kind in (self.rule.fill or {}).items():
            if name not in filled:
                near = nearest(self.hidden, start, end, kind, self.lexicon.macros.get("order", ""))
                if near:
                    filled[name] = argument_of(near)
        return filled


def argument_for(name: str, mention: Mention) -> Argument:
    """Return a mention as the argument of this name; a country for a body keeps its name."""
    argument = argument_of(mention)
    return (
        argument if mention.type != COUNTRY or name in _COUNTRIES else replace(argument, value="")
    )


def argument_of(mention: Mention, *, is_inferred: bool = False, basis: str = "") -> Argument:
    """Return a mention as an argument: by its code, its date, or the longest name that the page
    gives it."""
    value = mention.value if mention.type in (DATE, COUNTRY, ROLE, "demonym") else ""
    is_short = bool(mention.full) and mention.full != mention.text
    value = value or (mention.full if is_short else "")
    return Argument(
        mention.text, mention.start, mention.end, value, is_inferred, basis, mention.type
    )


def _is_order(hidden: Masked, at: int, start: int, end: int, order: str) -> bool:
    """Tell whether a word of order ("after", "before") stands between: the date is then that of
    something else."""
    inside = range(bisect_left(hidden.places, start), bisect_left(hidden.places, end))
    if not order or not inside:
        return False
    between = (
        hidden.text[at + 1 : inside[0]] if at < inside[0] else hidden.text[inside[-1] + 1 : at]
    )
    return bool(re.search(rf"(?<!\w)(?:{order})(?!\w)", between, re.I))


def nearest(hidden: Masked, start: int, end: int, kind: str, order: str = "") -> Mention | None:
    """Return the date or place of a sentence that stands nearest to a stretch, and that no word of
    `order` sets apart from it."""
    kinds = (PLACE, COUNTRY) if kind == "place" else (kind,)
    near_mentions = [
        item
        for at, item in hidden.signs.items()
        if item.type in kinds and not _is_order(hidden, at, start, end, order)
    ]
    close = [
        (max(item.start - end, start - item.end, 0), item.start, item) for item in near_mentions
    ]
    best = min(close, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] <= _NEAR else None
