"""Propose what is never sure: names beside each other where no rule has read the sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import BODY, DEMONYM, PERSON, ROLE, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

_NEARNESS: Final = "nearness"
_CLOSE: Final = 45  # characters between a person and what is said of them
_ROLE: Final = 80
_DEMONYM: Final = 30


def near_candidates(
    page: Page, lexicons: Lexicons, found: Iterable[Candidate]
) -> Iterator[Candidate]:
    """Propose what sentences hold whose names are in no candidate of their kind."""
    known = by_sentence(page.sentences(), found)
    for number, sentence in enumerate(page.sentences()):
        if sentence.block.kind == HEADING or sentence.block.language not in lexicons.by_language:
            continue
        inside = page.inside(sentence.start, sentence.end)
        yield from _Near(page, sentence, inside, known.get(number, [])).candidates(lexicons)


def by_sentence(
    sentences: Sequence[Sentence], found: Iterable[Candidate]
) -> dict[int, list[Candidate]]:
    """Return the candidates that reach into each sentence, by its number."""
    ends = [sentence.end for sentence in sentences]
    known: dict[int, list[Candidate]] = {}
    for item in found:
        number = bisect_right(ends, item.start)
        while number < len(sentences) and sentences[number].start < item.end:
            known.setdefault(number, []).append(item)
            number += 1
    return known


@dataclass(frozen=True)
class _Near:
    """A sentence: what it names, and which candidates are known of it."""

    page: Page
    sentence: Sentence
    inside: list[Mention]
    known: list[Candidate]

    def candidates(self, lexicons: Lexicons) -> Iterator[Candidate]:
        yield from self._roles()
        yield from self._bodies(lexicons.of(self.sentence.block.language))
        yield from self._countries()

    @cached_property
    def _people(self) -> list[Mention]:
        return [item for item in self.inside if item.type == PERSON]

    def _untold(self, kind: str, *types: str) -> Iterator[Mention]:
        """Yield what is named of these types outside of the known candidates of a kind."""
        told = [(item.start, item.end) for item in self.known if item.kind == kind]
        for item in self.inside:
            is_told = any(start <= item.start and item.end <= end for start, end in told)
            if item.type in types and not is_told:
                yield item

    def _roles(self) -> Iterator[Candidate]:
        """Return a role and the person beside it."""
        for role in self._untold("role", ROLE):
            person = _nearest(role, self._people, _ROLE)
            if person and not re.search(r"[.;:!?\"]", self._between(role, person)):
                text = Argument(role.text, role.start, role.end)
                given = {"member": argument_of(person), "role_text": text}
                yield self._candidate("role", given, [role, person], role=role.value)

    def _bodies(self, lexicon: Lexicon) -> Iterator[Candidate]:
        """Return a body and the person beside it with a word of belonging between."""
        words, article = lexicon.macros.get("of") or "(?!)", lexicon.macros.get("article", "")
        between = rf"[\s,(]*(?:{words})\s*(?:{article})?\s*(?:\w+\s*){{0,2}}\"?"
        of = re.compile(between, re.I)
        for body in self._untold("role", BODY):
            before = (item for item in reversed(self._people) if item.end <= body.start)
            person = next(before, None)
            if person is None or body.start - person.end > _CLOSE:
                continue
            if of.fullmatch(self._between(person, body)):
                given = {"member": argument_of(person), "organisation": argument_of(body)}
                yield self._candidate("role", given, [person, body])

    def _countries(self) -> Iterator[Candidate]:
        """Return a word for the people of a country in the same phrase as a person."""
        for word in self._untold("attribute", DEMONYM):
            person = _nearest(word, self._people, _DEMONYM)
            if person and not re.search(r"[.;:,]", self._between(word, person)):
                given = {"subject": argument_of(person), "value": argument_of(word)}
                yield self._candidate("attribute", given, [word, person], property="country")

    def _between(self, one: Mention, other: Mention) -> str:
        return self.page.level[min(one.end, other.end) : max(one.start, other.start)]

    def _candidate(
        self, kind: str, arguments: dict[str, Argument], said: list[Mention], **constants: str
    ) -> Candidate:
        start, end = min(item.start for item in said), max(item.end for item in said)
        return Candidate(
            kind, arguments, constants, start, end, self.sentence.block.language, _NEARNESS,
            f"nearness.{kind}", words=self.page.text[start:end],
        )  # fmt: skip


def _nearest(mention: Mention, others: list[Mention], room: int) -> Mention | None:
    """Return the nearest of the others, where it is near enough; of two the one that follows."""

    def gap(item: Mention) -> tuple[int, bool, int]:
        apart = max(item.start - mention.end, mention.start - item.end, 0)
        return apart, item.start < mention.start, item.start

    best = min(others, key=gap, default=None)
    return best if best and gap(best)[0] <= room else None
