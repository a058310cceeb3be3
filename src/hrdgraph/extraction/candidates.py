"""A fact that a page seems to state, before anybody has looked: a row of a fact-table kind, its
words and its key. Candidates hold only if the page has their words, to the letter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from unicodedata import normalize

from hrdgraph.evidence.word_search import QuotedWords
from hrdgraph.evidence.word_search import SearchableText as Passages

THINGS: Final = ("person", "organisation", "award", "edition")  # what facts are about
BY_COLUMN: Final = "by-column"  # the rule of a row that a person typed, column by column


@dataclass(frozen=True, slots=True)
class Argument:
    """One value of a candidate: the words of the page that say it, from `start` to before `end`;
    `value` is what goes into the cell where that is not the words. What was concluded
    (`is_inferred`) rests on `basis`, the words that stand in its place. `type` says what a
    name is of, as far as that is known."""

    text: str
    start: int
    end: int
    value: str = ""
    is_inferred: bool = False
    basis: str = ""
    type: str = ""

    @property
    def cell(self) -> str:
        return self.value or " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that a proposer found in the page, with the stretch of the page that says so."""

    kind: str
    arguments: Mapping[str, Argument]
    constants: Mapping[str, str]
    start: int
    end: int
    language: str
    proposer: str
    rule: str
    reason: str = ""
    competing: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    page: str = ""

    @property
    def row(self) -> dict[str, str]:
        """Return the cells of the row, by column."""
        return dict(self.constants) | {
            name: argument.cell for name, argument in self.arguments.items()
        }

    @property
    def key(self) -> str:
        """Equal for the same page, words, kind and arguments, wherever in the page they stand."""
        cells = [f"{name}={_plain(cell)}" for name, cell in sorted(self.row.items())]
        parts = [self.page, self.kind, _plain(self.words), *cells]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def is_inferred(self) -> bool:
        return any(argument.is_inferred for argument in self.arguments.values())

    def with_cells(self, **changes: str) -> Candidate:
        """Return the candidate with other cells, for a reading that a person mended. What a name
        is of stays: another name of a body is one of a body."""
        kept = {name: argument for name, argument in self.arguments.items() if name not in changes}
        named = {
            name: replace(argument, value=changes[name], is_inferred=False)
            for name, argument in self.arguments.items()
            if argument.type and changes.get(name)
        }
        return replace(self, arguments=kept | named, constants={**self.constants, **changes})


def _plain(words: str) -> str:
    return " ".join(normalize("NFKC", words).split())


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

    def verify(self, candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Refusal]]:
        """Return the candidates that hold, with their places; and those that do not."""
        held: list[Candidate] = []
        refused: list[Refusal] = []
        for candidate in candidates:
            answer = self.check(candidate)
            (held if isinstance(answer, Candidate) else refused).append(answer)  # type: ignore[arg-type]
        return held, refused

    def check(self, candidate: Candidate) -> Candidate | Refusal:
        """Return the candidate, or why it does not hold."""
        if (
            self.text[candidate.start : candidate.end] != candidate.words
            or not candidate.words.strip()
        ):
            return Refusal(candidate, "words", 0)
        for name, argument in candidate.arguments.items():
            if self.text[argument.start : argument.end] != argument.text:
                return Refusal(candidate, name, 0)
        return candidate

    def locate(self, words: str, within: tuple[int, int] | None = None) -> Argument | int:
        """Words that a proposer gave without a place, as an argument; else the number of places
        where they stand. Of several, the one in or nearest to the passage is meant."""
        places = Passages(self.text).places(QuotedWords(words))
        if not places or (len(places) > 1 and within is None):
            return len(places)
        near = within or places[0]
        start, end = min(places, key=lambda at: (max(at[0] - near[1], near[0] - at[1], 0), at[0]))
        return Argument(self.text[start:end], start, end)
