"""The rules of a language, run over the sentences of a page, into candidates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hrdgraph.extract.blocks import Sentence
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.lexicon import Lexicon, Rule
from hrdgraph.extract.masking import Masked, compiled, masked, sign_class
from hrdgraph.extract.mentions import AWARD, COUNTRY, DATE, PLACE, ROLE, Mention
from hrdgraph.extract.naming import GENERIC
from hrdgraph.extract.reading import Page

PROPOSER: Final = "triggers"
_NEAR: Final = 90  # characters between a fact and a date or place that is taken for its own
_LINK: Final = re.compile(r"[^.;:!?]{0,90}")


def rule_candidates(page: Page, lexicon: Lexicon, sentence: Sentence) -> Iterator[Candidate]:
    """What the rules of the sentence's language find in it."""
    mentions = page.inside(sentence.start, sentence.end)
    hidden = masked(page.level, sentence.start, sentence.end, mentions)
    for rule in lexicon.rules:
        yield from run_rule(page, lexicon, rule, hidden)


def run_rule(page: Page, lexicon: Lexicon, rule: Rule, hidden: Masked) -> Iterator[Candidate]:
    """What one rule finds in a sentence."""
    macros = tuple(sorted(lexicon.macros.items()))
    unless = compiled(rule.unless, macros) if rule.unless else None
    for pattern in rule.patterns:
        for found in compiled(pattern, macros).finditer(hidden.text):
            if unless and unless.search(found[0]):
                continue
            yield from _Found(page, lexicon, rule, hidden, found).candidates()


@dataclass(frozen=True)
class _Found:
    page: Page
    lexicon: Lexicon
    rule: Rule
    hidden: Masked
    found: re.Match[str]

    def candidates(self) -> Iterator[Candidate]:
        arguments = self._arguments()
        if self.rule.subject and self.rule.subject not in arguments:
            subject = self._inferred(self.found.start())
            if subject is None:
                return
            arguments[self.rule.subject] = subject
        if any(argument is None for argument in arguments.values()):
            return
        known = {name: argument for name, argument in arguments.items() if argument}
        start, end = self._stretch()
        yield self._candidate(known, start, end)
        for mention in self._others():
            other = known | {self.rule.many: argument_of(mention)}
            yield self._candidate(other, min(start, mention.start), max(end, mention.end))

    def _candidate(self, arguments: Mapping[str, Argument], start: int, end: int) -> Candidate:
        filled = self._filled(arguments, start, end)
        given = dict(self.rule.set or {})
        given = {name: value for name, value in given.items() if name not in filled}
        return Candidate(
            self.rule.kind, filled, given, start, end, self.lexicon.language, PROPOSER, self.rule.id, words=self.page.text[start:end]
        )

    def _arguments(self) -> dict[str, Argument | None]:
        found: dict[str, Argument | None] = {}
        for name in self.found.re.groupindex:
            place = self.found.start(name)
            if place < 0 or name.startswith("_"):
                continue
            mention = self.hidden.mention(place) if self.found.end(name) == place + 1 else None
            if mention and mention.type == AWARD and mention.value == GENERIC:
                found[name] = self._award(mention)
            elif mention:
                found[name] = argument_of(mention)
            elif self._is_pronoun(name):
                found[name] = self._inferred(place, self.found[name])
            else:
                start, end = self.hidden.stretch(place, self.found.end(name))
                found[name] = Argument(self.page.text[start:end], start, end)
        return found

    def _is_pronoun(self, name: str) -> bool:
        return bool(re.fullmatch(self.lexicon.macros.get("pronoun", "(?!)"), self.found[name], re.I))

    def _inferred(self, place: int, basis: str = "") -> Argument | None:
        focus = self.page.focus(self.hidden.stretch(place, place + 1)[0] if place < len(self.hidden.places) else self.hidden.end)
        return argument_of(focus, is_inferred=True, basis=basis) if focus else None

    def _award(self, mention: Mention) -> Argument | None:
        named = self.page.last_award(mention.start)
        return argument_of(named, is_inferred=True, basis=mention.text) if named else None

    def _stretch(self) -> tuple[int, int]:
        return self.hidden.stretch(self.found.start(), self.found.end())

    def _others(self) -> Iterator[Mention]:
        """The other names of the enumeration that an argument stands in."""
        if not self.rule.many or self.rule.many not in self.found.re.groupindex:
            return
        place = self.found.start(self.rule.many)
        if place < 0 or self.hidden.mention(place) is None:
            return
        yield from enumerated(self.hidden, place, self.lexicon)

    def _filled(self, arguments: Mapping[str, Argument], start: int, end: int) -> dict[str, Argument]:
        """The arguments, with dates and places of the sentence that stand near."""
        filled = dict(arguments)
        for name, kind in (self.rule.fill or {}).items():
            if name not in filled:
                near = nearest(self.hidden, start, end, kind)
                if near:
                    filled[name] = argument_of(near)
        return filled


def argument_of(mention: Mention, *, is_inferred: bool = False, basis: str = "") -> Argument:
    """A mention as an argument: by its code, its date, or the longest name that the page gives it."""
    value = mention.value if mention.type in (DATE, COUNTRY, ROLE, "demonym") else ""
    is_short = bool(mention.full) and mention.full != mention.text
    value = value or (mention.full if is_short else "")
    return Argument(mention.text, mention.start, mention.end, value, is_inferred, basis)


def nearest(hidden: Masked, start: int, end: int, kind: str) -> Mention | None:
    """The date or place of a sentence that stands nearest to a stretch."""
    kinds = (PLACE, COUNTRY) if kind == "place" else (kind,)
    found = [item for item in hidden.signs.values() if item.type in kinds]
    close = [(max(item.start - end, start - item.end, 0), item.start, item) for item in found]
    best = min(close, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] <= _NEAR else None


def enumerated(hidden: Masked, place: int, lexicon: Lexicon) -> Iterator[Mention]:
    """The names that are enumerated together with the one at a place of the masked text."""
    who = re.compile(f"[{sign_class('who')}]")
    small = compiled("(?:\\s|,|\\(|\\)|\"|{and}|{from}|{article}|[{role_}{demonym_}{country_}{date_}]|{small})*".replace(
        "{role_}", sign_class("role")).replace("{demonym_}", sign_class("demonym")).replace("{country_}", sign_class("country")).replace(
        "{date_}", sign_class("date")), tuple(sorted(lexicon.macros.items())))  # fmt: skip
    joint = compiled("(?:,|{and})", tuple(sorted(lexicon.macros.items())))
    places = [found.start() for found in who.finditer(hidden.text)]
    at = places.index(place) if place in places else -1
    for step in (1, -1):
        number = at
        while 0 <= number + step < len(places):
            first, second = sorted((places[number], places[number + step]))
            between = hidden.text[first + 1 : second]
            if len(between) > 90 or not small.fullmatch(between) or not joint.search(between):
                break
            number += step
            if mention := hidden.mention(places[number]):
                yield mention
