"""A candidate in its page into a document that works with a keyboard, a screen reader, and
without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.review.candidate_review import CandidateReview
from hrdgraph.extract.review.page_marks import (
    DECIDED,
    NOW,
    WAITING,
    WORD,
    MarkedPiece,
    marked_lines,
    marked_places,
)
from hrdgraph.extract.review.sentences import sentence_of
from hrdgraph.html_templates import InlineFile, Templates

_PACKAGE: Final = "hrdgraph.extract.review"
_TEMPLATES: Final = Templates(_PACKAGE, languages=LANGUAGES)
STYLE: Final = InlineFile(_PACKAGE, "candidate.css")
SCRIPT: Final = InlineFile(_PACKAGE, "candidate.js")


class _RowCell(NamedTuple):
    """A cell of the row; `argument` where words of the page say it or it was concluded."""

    name: str
    text: str
    argument: Argument | None


class _ShownPiece(NamedTuple):
    """Words in a row that are marked alike: `marks` are classes, `key` leads to a candidate."""

    text: str
    marks: str
    key: str
    is_decided: bool


class _ShownLine(NamedTuple):
    """A line of the page; one is where the candidate that is asked about begins."""

    pieces: list[_ShownPiece]
    is_now: bool


@dataclass(frozen=True)
class CandidateView:
    """What a page shows: a review, the candidate that is asked about or None, and a notice."""

    review: CandidateReview
    now: Candidate | None
    notice: str = ""

    def done(self, words: Vocabulary) -> str:
        """What became of all, once none waits."""
        counts = self.review.counts()
        return words["done"].format(counts["accepted"], counts["refused"], counts["unsure"])

    def said(self, item: Candidate, language: str) -> str:
        """The candidate as a sentence."""
        return sentence_of(item, language)

    def rule(self, item: Candidate, words: Vocabulary) -> str:
        """What proposed it, and how often that was right."""
        standing = self.review.standing(item.rule)
        share = f"{standing.share:.0%}" if standing.judged else "–"
        return words["rule"].format(item.rule or item.proposer, standing.judged, share)

    def bulk(self, item: Candidate) -> int:
        """How many of its rule can be accepted at once; 0 before the rule has stood the test."""
        if not self.review.standing(item.rule).is_enough:
            return 0
        return sum(other.rule == item.rule for other in self.review.waiting())

    def cells(self, item: Candidate) -> list[_RowCell]:
        """The cells of the row, and empty ones for those that it needs and the page does not
        say."""
        row = item.row | dict.fromkeys(self.review.missing(item), "")
        return [_RowCell(name, text, item.arguments.get(name)) for name, text in row.items()]

    def lines(self) -> Iterator[_ShownLine]:
        """The whole page, its marked words in their place."""
        review, is_found = self.review, False
        verdicts = dict(review.verdicts())
        places = marked_places(self.now, review.waiting(), review.candidates, verdicts)
        for line in marked_lines(review.text, places):
            is_now = not is_found and any(NOW in piece.marks for piece in line)
            is_found = is_found or is_now
            yield _ShownLine([_piece(piece) for piece in line], is_now)


def review_page(view: CandidateView, language: str, token: str) -> str:
    """The whole document in a language. `token` goes back with every form."""
    return _TEMPLATES.render(
        "candidate.html",
        view=view,
        words=Vocabulary("candidate", language),
        language=language,
        token=token,
        style=STYLE.text,
        script=SCRIPT.text,
    )


def _piece(piece: MarkedPiece) -> _ShownPiece:
    marks = " ".join(mark for mark in (NOW, WORD) if mark in piece.marks)
    key = piece.key if WAITING in piece.marks and piece.text.strip() else ""
    return _ShownPiece(piece.text, marks, key, DECIDED in piece.marks)
