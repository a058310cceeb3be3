"""Propose what is never sure: names that stand near each other where no rule has read the sentence,
and sentences of a known kind of event that lack who or what, for the person who reviews."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import AWARD, BODY, DEMONYM, GROUP, PERSON, ROLE, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.masking import Masked, compiled, masked
from hrdgraph.extraction.rules.sentence_rules import argument_of, nearest

_NEARNESS: Final = "nearness"
_CLOSE: Final = 45  # characters between a person and what is said of them
_ROLE: Final = 80
_DEMONYM: Final = 30


def near_candidates(
    page: Page, lexicons: Lexicons, found: Iterable[Candidate]
) -> Iterator[Candidate]:
    """What sentences hold whose names are in no candidate of their kind."""
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
        """What is named of these types outside of the known candidates of a kind."""
        told = [(item.start, item.end) for item in self.known if item.kind == kind]
        for item in self.inside:
            is_told = any(start <= item.start and item.end <= end for start, end in told)
            if item.type in types and not is_told:
                yield item

    def _roles(self) -> Iterator[Candidate]:
        """A role and the person beside it."""
        for role in self._untold("role", ROLE):
            person = _nearest(role, self._people, _ROLE)
            if person and not re.search(r"[.;:!?\"]", self._between(role, person)):
                text = Argument(role.text, role.start, role.end)
                given = {"member": argument_of(person), "role_text": text}
                yield self._candidate("role", given, [role, person], role=role.value)

    def _bodies(self, lexicon: Lexicon) -> Iterator[Candidate]:
        """A body and the person beside it with a word of belonging between."""
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
        """A word for the people of a country in the same phrase as a person."""
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
    """The nearest of the others, where it is near enough; of two the one that follows."""

    def gap(item: Mention) -> tuple[int, bool, int]:
        apart = max(item.start - mention.end, mention.start - item.end, 0)
        return apart, item.start < mention.start, item.start

    best = min(others, key=gap, default=None)
    return best if best and gap(best)[0] <= room else None


_ASKING: Final = "asking"
_FORMS: Final = ("passive", "active", "noun")
_QUOTE: Final = re.compile(r"[“„«][^“„«»”]{2,1500}[”»]|\"[^\"]{2,1500}\"")
_FEWEST: Final = 6  # words of a quotation that a person is asked about
_VAGUE: Final = frozenset(("at-risk", "protest", "massacre"))  # said of nobody more often than not


def asking_candidates(
    page: Page, lexicons: Lexicons, found: Iterable[Candidate]
) -> Iterator[Candidate]:
    """What sentences tell of in which nothing was found."""
    known = by_sentence(page.sentences(), found)
    for number, sentence in enumerate(page.sentences()):
        language = sentence.block.language
        is_unknown = language not in lexicons.by_language
        if sentence.block.kind == HEADING or is_unknown or number in known:
            continue
        mentions = page.inside(sentence.start, sentence.end)
        hidden = masked(page.level, sentence.start, sentence.end, mentions)
        asking = _Asking(page, lexicons.of(language), sentence, hidden, mentions)
        yield from asking.candidates()


class _Asking:
    """Reads one sentence."""

    def __init__(
        self,
        page: Page,
        lexicon: Lexicon,
        sentence: Sentence,
        hidden: Masked,
        mentions: list[Mention],
    ) -> None:
        self.page, self.lexicon, self.sentence = page, lexicon, sentence
        self.hidden, self.mentions = hidden, mentions
        self.macros = lexicon.macro_words

    def candidates(self) -> Iterator[Candidate]:
        """Of each kind at most one: the sentence is shown, and the person says the rest."""
        found = [
            *self._conferral(),
            *self._act(),
            *self._founding(),
            *self._role(),
            *self._quotation(),
        ]
        yield from found or self._undated()

    def _is_told(self) -> bool:
        return bool(self._has("{receive}|{goes_to}|{give}|{laureate}|{finalist}|{choose}"))

    def _has(self, pattern: str) -> re.Match[str] | None:
        known = all(name in self.lexicon.macros for name in re.findall(r"\{(\w+)\}", pattern))
        return (
            compiled(f"(?<!\\w)(?:{pattern})(?!\\w)", self.macros).search(self.hidden.text)
            if known
            else None
        )

    def _of(self, *kinds: str) -> list[Mention]:
        return [item for item in self.mentions if item.type in kinds]

    def _conferral(self) -> Iterator[Candidate]:
        awards = self._of(AWARD)
        if not awards or not (self._is_told() or self._of(PERSON)):
            return
        named = next((item for item in awards if item.value != GENERIC), None)
        award = named or self.page.last_award(awards[0].start)
        filled = {"award": argument_of(award, is_inferred=named is None)} if award else {}
        outcome = "finalist" if self._has("{finalist}") else "laureate"
        who = self._who(PERSON, BODY)
        yield self._made("conferral", filled | who.get("recipient", {}), {"outcome": outcome})

    def _act(self) -> Iterator[Candidate]:
        kind = next((kind for kind in self._kinds() if kind not in _VAGUE), "")
        if kind and not self._of(GROUP):
            who = self._who(PERSON)
            filled = who.get("victim", {}) | self._dated()
            yield self._made("act", filled, {"type": kind})

    def _kinds(self) -> Iterator[str]:
        for kind, forms in self.lexicon.section("acts").items():
            for form in _FORMS:
                found = self._has(f"[وف]?(?:{forms[form]})") if forms.get(form) else None
                if found and not self._is_denied(found.start()):
                    yield kind

    def _is_denied(self, place: int) -> bool:
        before = self.hidden.text[max(0, place - 28) : place]
        denial = self.lexicon.macros.get("denial", "(?!)")
        return bool(re.search(rf"(?<!\w)(?:{denial})(?!\w)[^,;]*$", before, re.I))

    def _founding(self) -> Iterator[Candidate]:
        bodies = self._of(BODY)
        if bodies and self._has("{found}|{founded}|{founder_noun}"):
            filled = {"organisation": argument_of(bodies[-1])}
            yield self._made("founding", filled | self._dated(), {})

    def _role(self) -> Iterator[Candidate]:
        roles = self._of(ROLE)
        if not roles or not roles[0].value:
            return
        text = {"role_text": Argument(roles[0].text, roles[0].start, roles[0].end)}
        member = self._who(PERSON).get("member", {})
        yield self._made("role", text | member, {"role": roles[0].value})

    def _quotation(self) -> Iterator[Candidate]:
        """Words between quotation marks of which nothing says who spoke."""
        for found in _QUOTE.finditer(self.page.text, self.sentence.start, self.sentence.end):
            if len(found[0].split()) >= _FEWEST:
                yield self._made("quotation", {}, {"kind": "quotation"}, found.span())

    def _undated(self) -> Iterator[Candidate]:
        """Something with a date that the sentence says of somebody: what, the person says."""
        who, date = self._who(PERSON).get("victim", {}), self._dated()
        if who and date:
            yield self._made("act", who | date, {})

    def _who(self, *kinds: str) -> Mapping[str, dict[str, Argument]]:
        """Whom the sentence is about: who it names, else whom its pronoun means, as concluded."""
        named = self._of(*kinds)
        found = named[0] if named else self._meant()
        if found is None or found.type not in kinds:
            return {}
        made = argument_of(found, is_inferred=not named)
        return {name: {name: made} for name in ("recipient", "victim", "member")}

    def _meant(self) -> Mention | None:
        """Whom a pronoun of the sentence means; None without one: then nobody is concluded."""
        said = self._has("{pronoun}|{object_pronoun}")
        return self.page.focus(self.sentence.start) if said else None

    def _dated(self) -> dict[str, Argument]:
        date = nearest(self.hidden, self.sentence.start, self.sentence.end, "date")
        return {"date": argument_of(date)} if date else {}

    def _made(
        self,
        kind: str,
        arguments: dict[str, Argument],
        constants: dict[str, str],
        place: tuple[int, int] | None = None,
    ) -> Candidate:
        start, end = place or (self.sentence.start, self.sentence.end)
        return Candidate(
            kind, arguments, constants, start, end, self.lexicon.language, _ASKING,
            f"asking.{kind}", words=self.page.text[start:end],
        )  # fmt: skip
