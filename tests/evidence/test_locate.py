"""Words are found where they stand exactly once, to the letter, and the row that cites them is then verified."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hrdgraph.errors import EvidenceError, Origin, SourceError
from hrdgraph.evidence import Citation, Snapshots, locate, verify


def test_what_is_found_is_verified(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Été 2011 — “vérité” et justice.\nFin.", encoding="utf-8")
    place = locate(page, "“vérité” et justice")
    assert (place.start, place.end) == (11, 30)
    assert place.document == hashlib.sha256(page.read_bytes()).hexdigest()
    citation = Citation(place.document, str(place.start), str(place.end), place.digest, Origin())
    assert verify([citation], Snapshots((tmp_path,))).verified == 1


@pytest.mark.parametrize(("words", "fact"), [("absent", "not in the page"), (" ", "are blank"), ("aa", "stand in 3 places")])
def test_words_that_cannot_be_cited(tmp_path: Path, words: str, fact: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text("aaaa", encoding="utf-8")
    with pytest.raises(EvidenceError, match=fact):
        locate(page, words)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        locate(tmp_path / "none.txt", "a")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(SourceError, match="byte 3 is not UTF-8"):
        locate(tmp_path / "latin.txt", "caf")
