"""Words are found where they stand exactly once, to the letter, and the row that cites them is then verified."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hrdgraph.errors import EvidenceError, Origin, SourceError
from hrdgraph.evidence.citations import Citation, verify
from hrdgraph.evidence.snapshots import Snapshots, digest_of, locate
from hrdgraph.evidence.texts.freeze import freeze


def test_what_is_found_is_verified(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Été 2011 — “vérité” et justice.\nFin.", encoding="utf-8")
    place = locate(page, "“vérité” et justice")
    assert (place.start, place.end) == (11, 30)
    assert place.document == hashlib.sha256(page.read_bytes()).hexdigest()
    citation = Citation(place.document, str(place.start), str(place.end), place.digest, Origin())
    assert verify([citation], Snapshots((tmp_path,))).verified == 1


def test_a_byte_order_mark_is_no_character(tmp_path: Path) -> None:
    page, text = tmp_path / "page.txt", "Été 2011 — vérité"
    page.write_bytes(b"\xef\xbb\xbf" + text.encode())
    place = locate(page, "vérité")
    assert (place.start, place.document) == (
        11,
        digest_of(freeze(page.read_bytes(), "page.txt").text),
    )
    kept = Snapshots((tmp_path,))
    assert kept.text(place.document) == text
    assert (
        kept.text(hashlib.sha256(page.read_bytes()).hexdigest()) == "\ufeff" + text
    )  # as it was cited before
    citation = Citation(place.document, str(place.start), str(place.end), place.digest, Origin())
    assert verify([citation], kept).verified == 1


@pytest.mark.parametrize(
    ("words", "fact"),
    [("absent", "not in the page"), (" ", "WORDS is missing"), ("aa", "are in 3 places")],
)
def test_words_that_cannot_be_cited(tmp_path: Path, words: str, fact: str) -> None:
    page = tmp_path / "page.txt"
    page.write_text("aaaa", encoding="utf-8")
    with pytest.raises(EvidenceError, match=fact):
        locate(page, words)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        locate(tmp_path / "none.txt", "a")
    with pytest.raises(SourceError, match="nothing is fetched"):
        locate(Path("https://example.org/page"), "a")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    with pytest.raises(SourceError, match="not valid UTF-8"):
        locate(tmp_path / "latin.txt", "caf")


def test_a_text_of_another_encoding_is_read_by_it(tmp_path: Path) -> None:
    page = tmp_path / "nota de Ñuñoa.txt"
    page.write_bytes("La viuda de Peña, Señora Ñáñez, habló.".encode("latin-1"))
    place = locate(page, "Señora Ñáñez", encoding="latin-1")
    assert (place.start, place.end) == (18, 30)
    with pytest.raises(SourceError, match="UTF-8"):
        locate(page, "Señora Ñáñez")
