"""Words for what was done to people into acts with a victim, and into statements of a situation where no one is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hrdgraph.extract.blocks import HEADING, Sentence
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.lexicon import Lexicon
from hrdgraph.extract.masking import Masked, compiled, masked, sign_class
from hrdgraph.extract.mentions import GROUP, NAME, PERSON, BODY, Mention
from hrdgraph.extract.reading import Page
from hrdgraph.extract.rules import PROPOSER, argument_of, enumerated, nearest

_FORMS: Final = ("passive", "active", "noun")
_WHO: Final = (PERSON, BODY, NAME)
_CLAUSE: Final = re.compile(r"[,;:—]| - |\(|\)")


def act_candidates(page: Page, lexicon: Lexicon, sentence: Sentence) -> Iterator[Candidate]:
    """The acts that a sentence tells of, and the situations."""
    acts = lexicon.section("acts")
    if not acts:
        return
    hidden = masked(page.level, sentence.start, sentence.end, page.inside(sentence.start, sentence.end))
    macros = tuple(sorted(lexicon.macros.items()))
    for kind, forms in acts.items():
        for form in _FORMS:
            if forms.get(form):
                for found in compiled(rf"(?<!\w)(?:{forms[form]})(?!\w)", macros).finditer(hidden.text):
                    yield from _Act(page, lexicon, sentence, hidden, kind, form, found).candidates()


@dataclass(frozen=True)
class _Act:
    page: Page
    lexicon: Lexicon
    sentence: Sentence
    hidden: Masked
    kind: str
    form: str
    found: re.Match[str]

    def candidates(self) -> Iterator[Candidate]:
        if self._is_denied() or self.sentence.block.kind == HEADING:
            return
        if self.form == "noun" and (group := self._group()):
            yield self._situation(group)
            return
        victim, place = self._victim()
        if victim is None:
            return
        yield self._candidate({"victim": victim}, place)
        for mention in enumerated(self.hidden, place, self.lexicon) if place is not None else ():
            yield self._candidate({"victim": argument_of(mention)}, place)

    def _is_denied(self) -> bool:
        before = self.hidden.text[max(0, self.found.start() - 28) : self.found.start()]
        denial = self.lexicon.macros.get("denial", "")
        return bool(denial and re.search(rf"(?:{denial})[^,;]*$", before, re.I))

    def _victim(self) -> tuple[Argument | None, int | None]:
        """Whom it was done to, by the voice of the verb, and where their sign stands."""
        before, after = self._before(), self._after()
        if self.form == "passive":
            order = (before, after if after is not None and after - self.found.end() < 12 else None)
        elif self.form == "active":
            order = (after, None)
        else:
            order = (after if self._is_of(after) else None, before)
        place = next((item for item in order if item is not None), None)
        if place is not None and (mention := self.hidden.mention(place)):
            return argument_of(mention), place
        return self._pronoun(), None

    def _pronoun(self) -> Argument | None:
        """The person whom a pronoun of the sentence, or a verb without one, means."""
        pattern = self.lexicon.macros.get("pronoun", "(?!)") + "|" + self.lexicon.macros.get("object_pronoun", "(?!)")
        said = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", self.hidden.text, re.I)
        starts = not self._names()
        focus = self.page.focus(self.sentence.start)
        if focus is None or focus.type == BODY or not (said or starts):
            return None
        return argument_of(focus, is_inferred=True, basis=said[0] if said else "")

    def _names(self) -> list[int]:
        return [at for at, item in self.hidden.signs.items() if item.type in (PERSON, NAME)]

    def _before(self) -> int | None:
        """The subject: of the persons before the word, the first one of its clause, or else of the sentence."""
        people = [at for at in self._who() if at < self.found.start()]
        human = [at for at in people if self._type(at) == PERSON]
        chosen = human or people
        last = [at for at in chosen if not re.search(r"[;:]", self.hidden.text[at : self.found.start()])]
        return last[-1] if last and self.form != "passive" else (last[0] if last else None)

    def _after(self) -> int | None:
        near = [at for at in self._who() if 0 <= at - self.found.end() <= 45]
        human = [at for at in near if self._type(at) == PERSON]
        return next(iter(human or near), None)

    def _is_of(self, place: int | None) -> bool:
        if place is None:
            return False
        between = self.hidden.text[self.found.end() : place]
        macros = tuple(sorted(self.lexicon.macros.items()))
        return bool(compiled("\\s*{of}(?:\\s|\\w+|[-']|{article}|[" + sign_class("role") + sign_class("demonym") + "])*", macros).fullmatch(between))

    def _who(self) -> list[int]:
        return sorted(at for at, item in self.hidden.signs.items() if item.type in _WHO)

    def _type(self, at: int) -> str:
        mention = self.hidden.mention(at)
        return mention.type if mention else ""

    def _group(self) -> Mention | None:
        """People in general, where nobody is named before the word."""
        named = [at for at in self._names() if at < self.found.start()]
        groups = [(at, item) for at, item in self.hidden.signs.items() if item.type == GROUP]
        return None if named or not groups else min(groups, key=lambda item: abs(item[0] - self.found.start()))[1]

    def _stretch(self, place: int | None) -> tuple[int, int]:
        """The clause: from the victim, or the start of the clause, to the end of it."""
        text, first, last = self.hidden.text, self.found.start(), self.found.end()
        if place is not None:
            first, last = min(first, place), max(last, place + 1)
        stops = [item.end() for item in _CLAUSE.finditer(text, 0, first)]
        begin = stops[-1] if stops else 0
        end = next((item.start() for item in _CLAUSE.finditer(text, last)), len(text))
        begin += len(text[begin:]) - len(text[begin:].lstrip())
        return self.hidden.stretch(begin, max(len(text[:end].rstrip(" .!?؟")), last))

    def _candidate(self, arguments: Mapping[str, Argument], place: int | None) -> Candidate:
        start, end = self._stretch(place)
        filled = dict(arguments)
        for name in ("date", "place"):
            at, to = self.hidden.stretch(*self.found.span())
            if near := nearest(self.hidden, at, to, name):
                filled[name] = argument_of(near)
        start, end = min([start, *(a.start for n, a in filled.items() if n == "date")]), max([end, *(a.end for n, a in filled.items() if n == "date")])
        return Candidate(
            "act", filled, {"type": self.kind}, start, end, self.lexicon.language, PROPOSER,
            f"{self.lexicon.language}.act.{self.kind}.{self.form}", words=self.page.text[start:end],
        )  # fmt: skip

    def _situation(self, group: Mention) -> Candidate:
        start, end = self.hidden.stretch(*self.found.span())
        filled = {"affected_group": argument_of(group)}
        if near := nearest(self.hidden, self.sentence.start, self.sentence.end, "country"):
            filled["country"] = argument_of(near)
        return Candidate(
            "situation", filled, {"abuse": self.kind}, start, end, self.lexicon.language, PROPOSER,
            f"{self.lexicon.language}.situation.{self.kind}", words=self.page.text[start:end],
        )  # fmt: skip
