"""Turn words between quotation marks, and speech in the first person, into quotations and
testimonies with their speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.reading.blocks import NOISE, PARAGRAPH, Block
from hrdgraph.extraction.reading.lexicon import Lexicon, Lexicons
from hrdgraph.extraction.reading.mentions import BODY, NAME, PERSON, Mention
from hrdgraph.extraction.reading.page_reading import Page
from hrdgraph.extraction.rules.sentence_rules import argument_of

PROPOSER: Final = "quotations"
_QUOTE: Final = re.compile(
    r"[“„«](?P<a>[^“„«»”]{2,1500})[”»]|\"(?P<b>[^\"]{2,1500})\"|''(?P<c>.{2,1500}?)''|[“«„](?P<d>[^“”«»]{60,}$)"
)
_FEWEST: Final = 3  # words of a quotation: less is a term or a title
_MANY: Final = 5  # words from which a quotation may be of somebody who was named before
_NEAR: Final = 160  # characters in which its speaker stands
_LED: Final = 70  # characters before a short quotation in which a word of saying stands
_DASHED: Final = 60  # characters in which a name stands after a quotation and a dash
_UNSAID: Final = re.compile(r"[,\s]+-?\s*(?:[^\W\dA-Z][\w']*\s+){1,4}")  # words of saying, maybe
_SIGNED: Final = re.compile(r"\s*[-–—]\s*")
_SPEAKERS: Final = (PERSON, BODY, NAME)
_OF_SAYING: Final = 60  # characters between a word of saying and who says it
_PARAGRAPHS: Final = 20  # of one quotation, each of which is opened and not closed
_TESTIMONY: Final = re.compile(
    r"\b(?:testimony|témoignage|testimonio|in (?:his|her|their) own words|свидетельств|شهادة"
    r"|depoimento)",
    re.I,
)


def quotation_candidates(page: Page, lexicons: Lexicons) -> Iterator[Candidate]:
    """Yield what the page quotes."""
    for number, block in enumerate(page.blocks):
        if block.kind != NOISE and block.language in lexicons.by_language:
            yield from _Speech(page, lexicons.of(block.language), block, number).candidates()


@dataclass(frozen=True)
class _Speech:
    """What is said in a block, by its number among those of the page, and who says it."""

    page: Page
    lexicon: Lexicon
    block: Block
    number: int

    def candidates(self) -> Iterator[Candidate]:
        """Yield its quotations, else its testimony; a speaker goes on where nobody is named."""
        quotes, last = list(self._quotes()), None
        for start, end in quotes:
            if speaker := self._speaker_of(start, end, last):
                last = speaker
                yield self._candidate(speaker, "quotation", start, end, "marks")
        if not quotes and self.block.kind == PARAGRAPH and (speaker := self._witness()):
            start, end = self.block.start, self.block.end
            yield self._candidate(speaker, "testimony", start, end, "first-person")

    def _candidate(
        self, speaker: Argument, kind: str, start: int, end: int, rule: str
    ) -> Candidate:
        language = self.block.language
        return Candidate(
            "quotation", {"speaker": speaker}, {"kind": kind, "language": language}, start, end,
            language, PROPOSER, f"{language}.quotation.{rule}", words=self.page.text[start:end],
        )  # fmt: skip

    def _quotes(self) -> Iterator[tuple[int, int]]:
        for found in _QUOTE.finditer(self.page.text, self.block.start, self.block.end):
            words = next(part for part in found.groups() if part)
            if len(words.split()) >= _FEWEST:
                yield found.span()

    def _words(self, macro: str) -> str:
        """Return a pattern for the words of a kind, as whole words."""
        return rf"(?:{self.lexicon.macros.get(macro, '(?!)')})(?!\w)"

    def _search(self, macro: str, start: int, end: int) -> re.Match[str] | None:
        pattern = re.compile(rf"(?<!\w){self._words(macro)}", re.I)
        return pattern.search(self.page.level, start, end)

    def _speaker_of(self, start: int, end: int, last: Argument | None) -> Argument | None:
        """Return who is quoted; None for short words that nobody is said to have said."""
        is_short = len(self.page.text[start:end].split()) < _MANY
        is_said = self._is_spoken(end) or self._is_led_by_word(start) or self._following(start, end)
        if is_short and not is_said:
            return None
        speaker = self._signature() or self._speaker(start, end)
        return speaker or (replace(last, is_inferred=True) if last else None)

    def _is_spoken(self, end: int) -> bool:
        """Tell whether a word of saying follows a short quotation at once."""
        words = self.page.level[end : min(end + 25, self.block.end)]
        return bool(re.match(rf"[,\s-]*(?:\w+[\s-]){{0,2}}?{self._words('say')}", words, re.I))

    def _is_led_by_word(self, start: int) -> bool:
        """Tell whether a word of saying stands in the clause before a short quotation."""
        words = self.page.level[max(self.block.start, start - _LED) : start]
        return bool(re.search(rf"(?<!\w){self._words('say')}[^.!?;\"]*$", words, re.I))

    def _signature(self) -> Argument | None:
        """Return the name in the line after a quotation that stands alone: "- Mary Robinson"."""
        after = next(iter(self.page.blocks[self.number + 1 : self.number + 2]), None)
        signed = _SIGNED.match(self.page.level, after.start, after.end) if after else None
        if after is None or signed is None:
            return None
        name = next(iter(self._find_speakers(after.start, after.end)), None)
        return argument_of(name) if name and name.start - signed.end() < 30 else None

    def _find_speakers(self, start: int, end: int) -> list[Mention]:
        """List who is named between two places and may speak."""
        return [item for item in self.page.inside(start, end) if item.type in _SPEAKERS]

    def _speaker(self, start: int, end: int) -> Argument | None:
        """Return who stands beside a word of saying next to the quotation, or is said to be its
        source; else who spoke just before."""
        after, before = self._after(end), self._before(max(self.block.start, start - _NEAR), start)
        return (
            self._source(*after)
            or self._source(*before)
            or self._beside(*after, is_after=True, quote=start)
            or self._beside(*before, is_after=False, quote=start)
            or self._after_dash(*after)
            or self._before_colon(*before)
            or self._following(start, end)
            or (self._from_before(self.block) if start <= self.block.start + 1 else None)
        )

    def _after(self, start: int) -> tuple[int, int]:
        """Return what follows a quotation in its sentence."""
        end = min(start + _NEAR, self.block.end)
        stop = re.search(r"[.!?](?:\s|$)|\n", self.page.level[start:end])
        return start, start + stop.start() if stop else end

    def _before(self, start: int, end: int) -> tuple[int, int]:
        """Return what stands before a quotation in its sentence."""
        cuts = [item.end() for item in re.finditer(r"[.!?]\s", self.page.level[start:end])]
        return start + (cuts[-1] if cuts else 0), end

    def _source(self, start: int, end: int) -> Argument | None:
        """Return the name after "according to"."""
        said = self._search("according", start, end)
        if said is None:
            return None
        named = self._find_speakers(said.end(), end)
        if not named or named[0].start - said.end() >= 40:
            return self._body(said.end(), end)
        between = self.page.level[said.end() : named[0].start]
        if re.match(rf"\s*{self._words('generic_body')}", between, re.I):
            return self._body(said.end(), end)
        return argument_of(named[0])

    def _body(self, start: int, end: int) -> Argument | None:
        """Return the body that "the organisation" means."""
        found = self._search("generic_body", start, end)
        body = self.page.last_body(start) if found else None
        return argument_of(body, is_inferred=True, basis=found[0]) if found and body else None

    def _after_dash(self, start: int, end: int) -> Argument | None:
        """Return the person after a quotation and a dash or comma; no word of saying is known."""
        if not re.match(r"[,\s]*-\s", self.page.level[start:end]):
            return None
        named = [item for item in self.page.inside(start, end) if item.type == PERSON]
        return argument_of(named[0]) if named and named[0].start - start < _DASHED else None

    def _following(self, quote: int, end: int) -> Argument | None:
        """Return the person a few words after a quotation that a sentence begins with, whatever
        the verb."""
        before = self.page.level[self.block.start : quote]
        found = _UNSAID.match(self.page.level, *self._after(end))
        if found is None or not re.search(r"(?:^|[.!?:-])[\s-]*$", before):
            return None
        near = (item for item in self.page.inside(*self._after(end)) if item.start <= found.end())
        person = next((item for item in near if item.type == PERSON), None)
        return argument_of(person) if person else None

    def _before_colon(self, start: int, end: int) -> Argument | None:
        """Return the person named last before a colon that a quotation follows."""
        if not self.page.level[start:end].rstrip(" \"'").endswith(":"):
            return None
        named = [item for item in self.page.inside(start, end) if item.type in (PERSON, BODY)]
        return argument_of(named[-1]) if named else None

    def _beside(self, start: int, end: int, *, is_after: bool, quote: int) -> Argument | None:
        """Return who stands beside a word of saying; else whom it may be said of."""
        said = self._search("say", start, end)
        if said is None or (is_after and said.start() - start > 70):
            return None
        named = self._find_speakers(start, end)
        if not is_after:
            earlier = [item for item in named if item.end <= said.start()]
            close = [item for item in earlier[-1:] if said.start() - item.end <= 2]
            named = close or earlier[:1] or named
        gaps = [min(abs(i.start - said.end()), abs(said.start() - i.end)) for i in named]
        if gaps and min(gaps) <= _OF_SAYING:
            return argument_of(named[gaps.index(min(gaps))])
        return self._spoken_of(said, start, end, quote)

    def _spoken_of(self, said: re.Match[str], start: int, end: int, quote: int) -> Argument | None:
        """Whom a pronoun or a description beside a word of saying means, else who is spoken of."""
        focus, level = self.page.focus(quote), self.page.level
        known = argument_of(focus, is_inferred=True, basis=said[0]) if focus else None
        is_pronoun = re.search(rf"(?<!\w){self._words('pronoun')}", level[start : said.end()], re.I)
        if known and (is_pronoun or self._is_described(level[said.end() : end])):
            return known
        return self._body(start, end) or self._group(said.end(), end) or known

    def _is_described(self, words: str) -> bool:
        """Tell whether words begin with somebody who was named before: "the laureate"."""
        roles = "|".join(re.escape(form) for form in self.lexicon.roles)
        described = self._words("definite").replace("{role}", f"(?:{roles})")
        return bool(re.match(rf"\s*{described}", words, re.I))

    def _group(self, start: int, end: int) -> Argument | None:
        """People who are only described: "the organisers of the prize"."""
        article = self.lexicon.macros.get("article", "(?!)")
        described = re.compile(rf"\s*(?:{article})\s*\w{{4,}}(?:\s\w+){{0,4}}", re.I)
        pronoun = re.compile(rf"\s*-?{self._words('pronoun')}", re.I)
        found = described.match(self.page.level, start, end)
        if found is None or pronoun.match(self.page.level, start, end):
            return None
        begin = found.start() + len(found[0]) - len(found[0].lstrip())
        return Argument(self.page.text[begin : found.end()], begin, found.end())

    def _from_before(self, block: Block, room: int = _PARAGRAPHS) -> Argument | None:
        """Return the speaker of the paragraph before, where that announces what follows or is
        itself an open quotation."""
        before = self.page.block_before(block)
        if before is None or room == 0:
            return None
        words = self.page.text[before.start : before.end]
        if words.rstrip().endswith(":"):
            last = self._before(max(before.start, before.end - _NEAR), before.end)
            return self._beside(*last, is_after=False, quote=block.start)
        is_open = words[:1] in "“«„" and not re.search("[”»]", words)
        return self._from_before(before, room - 1) if is_open else None

    def _witness(self) -> Argument | None:
        """Return who speaks in a paragraph in the first person, or under a heading that announces
        a testimony."""
        page, heading = self.page, self.block.heading
        words = page.level[self.block.start : self.block.end]
        first = len(re.findall(rf"(?<!\w){self._words('first_person')}", words, re.I))
        above = page.headings_by_text.get(heading)
        named = page.inside(above.start, above.end) if above else []
        speaker = next((item for item in named if item.type == PERSON), page.topic)
        if speaker is None or (first < 2 and not _TESTIMONY.search(heading)):
            return None
        return argument_of(speaker, is_inferred=True, basis=heading)
