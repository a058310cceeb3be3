"""Sentences that name a known kind of event, and of which no rule could read who or what, into
candidates that ask for what they lack: only the person who reviews makes them complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import HEADING, Sentence
from hrdgraph.extraction.reading.headed_names import GENERIC
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import AWARD, BODY, GROUP, PERSON, ROLE, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.masking import Masked, compiled, masked
from hrdgraph.extraction.rules.nearness import by_sentence
from hrdgraph.extraction.rules.sentence_rules import argument_of, nearest

PROPOSER: Final = "asking"
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
            kind, arguments, constants, start, end, self.lexicon.language, PROPOSER,
            f"asking.{kind}", words=self.page.text[start:end],
        )  # fmt: skip
