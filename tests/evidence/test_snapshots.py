"""Texts found by digest, and only if their bytes still have it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from hrdgraph.errors import EvidenceError, SourceError
from hrdgraph.evidence.snapshots import Snapshots, digest_of

TEXT = "Été 2011.\r\nДве строки 🌍."


def store(folder: Path, text: str = TEXT, name: str | None = None) -> str:
    folder.mkdir(exist_ok=True)
    (folder / (name or f"{digest_of(text)}.txt")).write_bytes(text.encode())
    return digest_of(text)


@pytest.mark.parametrize("name", [None, "page.txt", "no-suffix"])
def test_a_text_is_found_by_name_or_by_content(tmp_path: Path, name: str | None) -> None:
    sha256 = store(tmp_path, name=name)
    assert Snapshots((tmp_path,)).text(sha256) == TEXT


def test_every_folder_is_looked_through(tmp_path: Path) -> None:
    sha256 = store(tmp_path / "two", name="page.txt")
    assert Snapshots((tmp_path / "absent", tmp_path, tmp_path / "two")).text(sha256) == TEXT


def test_a_file_that_was_changed_is_not_the_document(tmp_path: Path) -> None:
    store(tmp_path, TEXT + "!", name=f"{digest_of(TEXT)}.txt")
    snapshots = Snapshots((tmp_path,))
    assert snapshots.text(digest_of(TEXT)) is None
    assert snapshots.text(digest_of(TEXT + "!")) == TEXT + "!"


@pytest.mark.parametrize("sha256", ["", "../secret", "0" * 64, "g" * 64, digest_of(TEXT).upper()])
def test_anything_else_finds_nothing(tmp_path: Path, sha256: str) -> None:
    (tmp_path / "secret.txt").write_text("words")
    store(tmp_path / "in")
    assert Snapshots((tmp_path / "in",)).text(sha256) is None


def test_words_are_counted_in_characters(tmp_path: Path) -> None:
    sha256 = store(tmp_path)
    snapshots = Snapshots((tmp_path,))
    assert snapshots.words(sha256, 0, 3) == "Été"
    assert snapshots.words(sha256, len(TEXT) - 2, len(TEXT)) == "🌍."
    assert snapshots.words("0" * 64, 0, 3) is None


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, len(TEXT) + 1)])
def test_there_are_no_words_outside_the_text(tmp_path: Path, start: int, end: int) -> None:
    sha256 = store(tmp_path)
    with pytest.raises(EvidenceError, match=f"no words at {start}–{end}"):
        Snapshots((tmp_path,)).words(sha256, start, end)


def test_bytes_that_are_not_utf_8_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(b"caf\xe9")
    with pytest.raises(SourceError, match=r"page\.txt: not valid UTF-8"):
        Snapshots((tmp_path,)).text(hashlib.sha256(b"caf\xe9").hexdigest())
