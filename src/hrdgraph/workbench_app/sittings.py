"""Keep a sitting over a page: its proposals, one after another, and rows that a person makes of
its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hrdgraph.errors import Origin
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, nowhere, unclear
from hrdgraph.extraction.candidates import BY_COLUMN, THINGS, Argument, Candidate
from hrdgraph.extraction.review.candidate_review import (
    REVIEWER,
    CandidateReview,
    DecisionLog,
    publisher_of,
)
from hrdgraph.extraction.review.rows import cells_of, table_kind
from hrdgraph.fact_kinds import Kind
from hrdgraph.identity.review import RecordLine, Session
from hrdgraph.project import Project

Stretch = tuple[int, int]  # from a character of the page to before another


@dataclass
class PageSitting:
    """One person's way through a page. `is_taken` says whether its text is a snapshot of the
    project already, `notice` is told once."""

    name: str
    title: str
    review: CandidateReview
    is_taken: bool = False
    notice: str = ""

    def competing(self, item: Candidate) -> list[Candidate]:
        """Other readings of the same words that are proposed and wait."""
        waiting = {candidate.key: candidate for candidate in self.review.waiting()}
        return [waiting[key] for key in item.competing if key in waiting]

    def around(self, item: Candidate) -> tuple[Candidate | None, Candidate | None]:
        """Return the proposals before and after one among those that wait, by their place."""
        waiting = self.review.waiting()
        place = next((at for at, candidate in enumerate(waiting) if candidate.key == item.key), 0)
        before = waiting[place - 1] if place else None
        return before, waiting[place + 1] if place + 1 < len(waiting) else None

    def stretch(self, words: str, start: int) -> Stretch:
        """Find words in the page: of several places, the one nearest to `start`, where it is not
        negative. EvidenceError where they are not there, or in several places."""
        page, quoted = SearchableText(self.review.text), QuotedWords(words)
        places = page.places(quoted)
        if not places:
            raise nowhere(quoted, page, Origin(self.name))
        if len(places) > 1 and start < 0:
            raise unclear(places, page, Origin(self.name))
        return min(places, key=lambda place: abs(place[0] - start))

    def make_row(self, kind: Kind, place: Stretch, cells: Mapping[str, str]) -> Candidate:
        """Make a row of words of the page that a person chose."""
        start, end = place
        return Candidate(
            kind.name, {}, dict(cells), start, end, self.review.spoken, REVIEWER, BY_COLUMN,
            words=self.review.text[start:end], page=self.name,
        )  # fmt: skip

    def likely_kind(self, place: Stretch) -> str:
        """Return the kind of the first fact that is proposed within a stretch; else an act."""
        kinds = [
            table_kind(item)
            for item in self.review.candidates
            if place[0] <= item.start and item.end <= place[1] and item.kind not in THINGS
        ]
        return next(iter(kinds), "act")

    def first_cells(self, kind: Kind, place: Stretch) -> dict[str, str]:
        """Return what the proposals within a stretch say for the columns of a kind."""
        cells_by_column: dict[str, str] = {}
        for item in self.review.candidates:
            if place[0] <= item.start and item.end <= place[1]:
                cells = cells_of(item) if table_kind(item) == kind.name else {}
                named = {name: argument.cell for name, argument in item.arguments.items()}
                for name, text in {**named, **cells}.items():
                    if kind.column(name) is not None:
                        cells_by_column.setdefault(name, text)
        return cells_by_column


class PairSitting(NamedTuple):
    """One person's way through the pairs of a build, and what the sources say of a thing in a
    language."""

    build: str
    session: Session
    facts: Callable[[str, str], Sequence[RecordLine]]


def sitting_of(
    project: Project, source: str, page: Mapping[str, Any], kinds: Mapping[str, Kind]
) -> PageSitting:
    """Return the sitting over what was found in a page, whose rows go into a source."""
    candidates = tuple(_candidate(plain) for plain in page["candidates"])
    review = CandidateReview(
        page["text"], tuple(sorted(candidates, key=lambda item: (item.start, item.end))),
        project.root / "data" / "sources" / source, DecisionLog.read(project.extraction_file), "",
        spoken=page["language"], kinds=kinds,
        description=describe_source(page["title"], page["name"], page["language"]),
    )  # fmt: skip
    return PageSitting(page["name"], page["title"] or page["name"], review)


def _candidate(plain: Mapping[str, Any]) -> Candidate:
    arguments = {name: Argument(**argument) for name, argument in plain["arguments"].items()}
    candidate = Candidate(**{**plain, "arguments": arguments})
    return replace(candidate, competing=tuple(candidate.competing))


def describe_source(title: str, name: str, language: str) -> str:
    """Write the description of a new source, by its page."""
    texts = {
        "title": title or name, "publisher": publisher_of(name),
        "licence": "Facts only: no sentence of the page is kept.", "language": language,
    }  # fmt: skip
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    return "\n".join([*lines, "[facts]", f'language = "{language}"']) + "\n"
