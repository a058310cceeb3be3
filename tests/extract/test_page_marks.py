"""The page on which candidates are reviewed: the words marked, one key a decision, nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.review.candidate_review import CandidateReview, DecisionLog
from hrdgraph.extraction.review.sentences import (
    NOW,
    WORD,
    mark_places,
    sentence_of,
    split_lines,
)

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
TEXT = (
    "Rosa Lamp\n\nBolivian lawyer Rosa Lamp is president of the Lantern Committee. She received "
    "the Beacon Award in 2014. On 3 March 2016 she was arrested in La Paz.\n"
)
TOKEN = "secret"


@pytest.fixture
def review(tmp_path: Path) -> CandidateReview:
    found = Extractor.of(RULES).extract(TEXT, name="https://example.org/lamp")
    log = DecisionLog.read(tmp_path / "log.csv")
    return CandidateReview(TEXT, found.candidates, tmp_path / "lamp", log, "me")


def conferral(review: CandidateReview) -> Candidate:
    return next(item for item in review.candidates if item.kind == "conferral")


def test_every_character_of_the_page_is_there_and_the_words_are_marked(
    review: CandidateReview,
) -> None:
    item = conferral(review)
    lines = list(split_lines(TEXT, mark_places(item, review.waiting(), review.candidates, {})))
    pieces = [piece for line in lines for piece in line]
    assert "".join(piece.text for piece in pieces) == TEXT.replace("\n\n", "\n")
    marked = "".join(piece.text for piece in pieces if NOW in piece.marks)
    assert marked == TEXT[item.start : item.end]
    words = {piece.text for piece in pieces if WORD in piece.marks}
    assert words & {"2014", "in 2014"}


def test_each_sentence_differs_by_language(review: CandidateReview) -> None:
    for item in review.candidates:
        told = {sentence_of(item, language) for language in LANGUAGES}
        assert len(told) > 1 or item.kind in ("role", "attribute"), told
