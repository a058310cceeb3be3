"""Candidates into those whose words and arguments stand in the page, to the letter or folded;
never nearly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hrdgraph.evidence.word_search import QuotedWords
from hrdgraph.evidence.word_search import SearchableText as Passages
from hrdgraph.extraction.candidates import Argument, Candidate


@dataclass(frozen=True)
class Refusal:
    """A candidate that the page does not bear out, and what of it: shown as what it is, never as
    grounded."""

    candidate: Candidate
    argument: str
    places: int


@dataclass(frozen=True)
class Verifier:
    """Holds what proposers say against the text of the page."""

    text: str

    def verified(self, candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Refusal]]:
        """The candidates that hold, with their places; and those that do not."""
        held: list[Candidate] = []
        refused: list[Refusal] = []
        for candidate in candidates:
            answer = self.check(candidate)
            (held if isinstance(answer, Candidate) else refused).append(answer)  # type: ignore[arg-type]
        return held, refused

    def check(self, candidate: Candidate) -> Candidate | Refusal:
        """The candidate, or why it does not hold."""
        if (
            self.text[candidate.start : candidate.end] != candidate.words
            or not candidate.words.strip()
        ):
            return Refusal(candidate, "words", 0)
        for name, argument in candidate.arguments.items():
            if self.text[argument.start : argument.end] != argument.text:
                return Refusal(candidate, name, 0)
        return candidate

    def located(self, words: str, within: tuple[int, int] | None = None) -> Argument | int:
        """Words that a proposer gave without a place, as an argument; else the number of places
        where they stand."""
        places = Passages(self.text).places(QuotedWords(words))
        inside = (
            [
                place
                for place in places
                if within and within[0] <= place[0] and place[1] <= within[1]
            ]
            if within
            else places
        )
        chosen = inside if inside else places
        if len(chosen) != 1 and not inside:
            return len(places)
        start, end = chosen[0]
        return Argument(self.text[start:end], start, end)
