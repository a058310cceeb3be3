"""Run the rules of a language over the sentences of a page, and make candidates."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Rule
from hrdgraph.extraction.reading.mentions import (
    AWARD,
    BODY,
    COUNTRY,
    DATE,
    NAME,
    PERSON,
    PLACE,
    ROLE,
    Mention,
)
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.masking import Masked, compile_pattern, find_enumerated, sign_class

PROPOSER: Final = "triggers"
_NEAR: Final = 90  # characters between a fact and a date or place that is taken for its own
_SUBJECTS: Final = ("organisation", "recipient", "founder", "member", "speaker", "accepted_by")
_COUNTRIES: Final = ("value", "country", "place")
_WHO: Final = (PERSON, BODY, NAME)


def rule_candidates(page: Page, lexicon: Lexicon, hidden: Masked) -> Iterator[Candidate]:
    """Return what the rules of a language find in a masked sentence."""
    for rule in lexicon.rules:
        yield from run_rule(page, lexicon, rule, hidden)


def run_rule(page: Page, lexicon: Lexicon, rule: Rule, hidden: Masked) -> Iterator[Candidate]:
    """Yield what one rule finds in a sentence."""
    macros = lexicon.macro_words
    unless = compile_pattern(rule.unless, macros) if rule.unless else None
    not_after = compile_pattern(rule.not_after, macros) if rule.not_after else None
    for pattern in rule.patterns:
        for found in compile_pattern(pattern, macros).finditer(hidden.text):
            if unless and unless.search(found[0]):
                continue
            if not_after and not_after.search(hidden.text[: found.start()]):
                continue
            yield from _RuleMatch(page, lexicon, rule, hidden, found).candidates()


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
        if self.rule.infer and self.rule.infer not in arguments:
            arguments[self.rule.infer] = self._last_body(self.found.start(), self.found[0])
        if any(argument is None for argument in arguments.values()):
            return
        known = {name: argument for name, argument in arguments.items() if argument}
        start, end = self._stretch()
        others = list(self._others())
        yield self._candidate(known, start, end)
        for place in others:
            if mention := self.hidden.mention(place):
                other = known | {self.rule.many: argument_of(mention)}
                stretch = min(start, mention.start), max(end, mention.end)
                yield self._candidate(other, *stretch)

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
        found: dict[str, Argument | None] = {}
        for name in self.found.re.groupindex:
            place = self.found.start(name)
            if place < 0 or name.startswith("_"):
                continue
            if said := self._pronoun_before_verb(name, place):
                found[name] = self._infer(*said)
            else:
                found[name] = self._argument(name, self._choose(name, place))
        return found

    def _argument(self, name: str, place: int) -> Argument | None:
        """Return the argument at a place: a mention, whom a pronoun means, or its words."""
        is_sign = self.found.end(name) - self.found.start(name) == 1
        mention = self.hidden.mention(place) if is_sign else None
        if mention and mention.type == AWARD and mention.value == GENERIC:
            return self._award(mention)
        if mention:
            return argument_for(name, mention)
        if self._is_pronoun(name):
            return self._infer(place, self.found[name])
        if self._is_body(name):
            return self._last_body(place, self.found[name])
        start, end = self.hidden.stretch(place, self.found.end(name))
        return Argument(self.page.text[start:end], start, end)

    def _is_pronoun(self, name: str) -> bool:
        pronouns, described = (
            self.lexicon.macros.get(word, "(?!)") for word in ("pronoun", "definite")
        )
        described = described.replace("{role}", f"[{sign_class('role')}]")
        words = re.fullmatch(f"(?:{pronouns})|(?:{described})", self.found[name], re.I)
        return words is not None and not self._is_body(name)

    def _is_body(self, name: str) -> bool:
        bodies = self.lexicon.macros.get("generic_body", "(?!)")
        return re.fullmatch(bodies, self.found[name], re.I) is not None

    def _last_body(self, place: int, basis: str) -> Argument | None:
        at = self.hidden.places[place]
        body = self.page.last_body(at)
        return argument_of(body, is_inferred=True, basis=basis) if body else None

    def _pronoun_before_verb(self, name: str, place: int) -> tuple[int, str] | None:
        """Return where a pronoun, and no name, stands right before the verb: it is the subject."""
        verb = self._verb_of(name)
        if verb <= place or self.hidden.mention(place) is None:
            return None
        pronoun = self.lexicon.macros.get("pronoun", "(?!)")
        between = re.compile(rf"(?<!\w)({pronoun})(?!\w)[^{sign_class('who')},;.]{{0,25}}$", re.I)
        said = between.search(self.hidden.text[place + 1 : verb])
        return (place + 1 + said.start(1), said[1]) if said else None

    def _choose(self, name: str, place: int) -> int:
        """Return the subject of a verb: of the names before it, the last one that is no part of
        another phrase, else the first."""
        verb = self._verb_of(name)
        if verb < place or self.hidden.mention(place) is None:
            return place
        types = {at: item.type for at, item in sorted(self.hidden.signs.items())}
        signs = [at for at, kind in types.items() if place < at < verb and kind in _WHO]
        if name == "organisation":
            return next((at for at in reversed(signs) if types[at] == BODY), place)
        for at, following in reversed([*pairwise([*signs, verb])]):
            is_last = following == verb
            if self._is_subject(place, self.hidden.text[at + 1 : following], at, is_last):
                return at
        people = [at for at in signs if types[at] == PERSON]
        return people[-1] if people and types[place] == NAME else place

    def _verb_of(self, name: str) -> int:
        """Return where the verb stands whose subject an argument may be; -1 where there is none."""
        is_verbal = name in _SUBJECTS and "_verb" in self.found.re.groupindex
        return self.found.start("_verb") if is_verbal else -1

    def _is_subject(self, place: int, after: str, at: int, is_last: bool) -> bool:
        """Tell whether a later name is what the verb is said of: one that "who" follows, or that
        nothing ties to the first and nothing closes."""
        macros = self.lexicon.macro_words
        which = (
            compile_pattern('["\\s)]*,?\\s*{rel}', macros) if "rel" in self.lexicon.macros else None
        )
        if is_last and which and which.match(after):
            return True
        ties = f"{{of}}|{{by}}|{{from}}|{{to}}|{{in}}|{self.lexicon.joining}|{{found}}|{{lead}}"
        tied = compile_pattern(f'(?:{ties})\\s*(?:{{article}}\\s*)?"?$', macros)
        is_closed = re.match(r"\"?\s*[,)\-]", after)
        return not is_closed and not tied.search(self.hidden.text[place:at])

    def _infer(self, place: int, basis: str = "") -> Argument | None:
        is_inside = place < len(self.hidden.places)
        at = self.hidden.stretch(place, place + 1)[0] if is_inside else self.hidden.end
        focus = self.page.focus(at)
        return argument_of(focus, is_inferred=True, basis=basis) if focus else None

    def _award(self, mention: Mention) -> Argument | None:
        named = self.page.last_award(mention.start)
        return argument_of(named, is_inferred=True, basis=mention.text) if named else None

    def _stretch(self) -> tuple[int, int]:
        return self.hidden.stretch(self.found.start(), self.found.end())

    def _others(self) -> Iterator[int]:
        """Return the other names of the enumeration that an argument stands in."""
        if not self.rule.many or self.rule.many not in self.found.re.groupindex:
            return
        place = self.found.start(self.rule.many)
        if place < 0 or self.hidden.mention(place) is None:
            return
        for other in find_enumerated(self.hidden, place, self.lexicon):
            mention = self.hidden.mention(other)
            if self.rule.many != "organisation" or (mention and mention.type != PERSON):
                yield other

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
    made = argument_of(mention)
    return made if mention.type != COUNTRY or name in _COUNTRIES else replace(made, value="")


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
    found = [
        item
        for at, item in hidden.signs.items()
        if item.type in kinds and not _is_order(hidden, at, start, end, order)
    ]
    close = [(max(item.start - end, start - item.end, 0), item.start, item) for item in found]
    best = min(close, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] <= _NEAR else None
