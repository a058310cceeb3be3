"""Words known by their digests are found again in another text of their page, or are said to be
gone or to stand in several places."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import SourceError
from hrdgraph.evidence.anchors import (
    AMBIGUOUS,
    GONE,
    HOLDS,
    MOVED,
    anchors_of,
    anchors_text,
    find_anchor,
    find_digest,
    read_anchors,
)
from hrdgraph.evidence.snapshots import digest_of

TEXT = "Ada Lamp\n\nAda Lamp leads the\nLantern Group. It won’t stop.\n\nThe Lantern Group, 2011\n"
PASSAGE = (10, 42)  # over a line end


def anchor(place: tuple[int, int] = PASSAGE, text: str = TEXT):  # type: ignore[no-untyped-def]
    [made] = anchors_of(text, digest_of(text), "https://example.org/lamp", [place])
    return made


def words(text: str, place: tuple[int, int] | None) -> str:
    return " ".join(text[slice(*place)].split()) if place else ""


def test_the_same_text_holds() -> None:
    assert find_anchor(anchor(), TEXT).state == HOLDS


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("\n", "\r\n"),
        "Menu\n" + TEXT.replace("\n\n", "\n"),
        TEXT.replace("leads the\nLantern", "leads  the Lan\ntern"),
        TEXT.replace("’", "'") + "Back to top",
    ],
)
def test_other_line_ends_and_quotes_do_not_matter(other: str) -> None:
    found = find_anchor(anchor(), other)
    assert found.state in (HOLDS, MOVED)
    assert words(other, found.place).replace("Lan tern", "Lantern") == words(TEXT, PASSAGE)


def test_one_other_letter_is_gone() -> None:
    assert find_anchor(anchor(), TEXT.replace("leads", "heads")).state == GONE


def test_what_stands_around_tells_places_apart() -> None:
    second = anchor((TEXT.rindex("Ada Lamp"), TEXT.rindex("Ada Lamp") + 8))
    other = "Ada Lamp, photo\n" + TEXT
    found = find_anchor(second, other)
    assert found.place == (other.rindex("Ada Lamp"), other.rindex("Ada Lamp") + 8)


def test_places_that_nothing_tells_apart_are_ambiguous() -> None:
    assert find_anchor(anchor((0, 8)), "x Ada Lamp y Ada Lamp z Ada Lamp w").state == AMBIGUOUS


def test_a_digest_alone_finds_the_same_characters() -> None:
    name = digest_of("Lantern Group")
    text = "Menu. " + TEXT.split("\n\n")[1].replace("\n", " ")
    assert find_digest((0, 13), name, text).state == MOVED
    assert find_digest((0, 13), name, TEXT).state == AMBIGUOUS
    assert find_digest((0, 13), name, "nothing of it").state == GONE
    assert find_digest((0, 13), "no digest", TEXT).state == GONE


def test_the_file_holds_no_word_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "anchors.csv"
    made = anchors_of(TEXT, digest_of(TEXT), "https://example.org/lamp", [PASSAGE, (0, 8), (0, 8)])
    path.write_text(anchors_text(made), encoding="utf-8")
    assert sorted(read_anchors(path)) == sorted(made)
    assert len(made) == 2
    assert "Lamp" not in path.read_text("utf-8").replace("example.org/lamp", "")


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "anchors.csv"
    path.write_text(anchors_text([]) + "x,y,start,9,a,b,3,c,d,1,1\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_anchors(path)
    assert caught.value.code == "anchors-damaged"


def test_a_hyphen_at_a_line_end_does_not_lose_words() -> None:
    broken = TEXT.replace("Lantern Group. It", "Lan-\ntern Group. It")
    assert (
        words(broken, find_anchor(anchor(), broken).place) == "Ada Lamp leads the Lan- tern Group"
    )
    place = (broken.index("Ada Lamp leads"), broken.index(" It"))
    assert words(TEXT, find_anchor(anchor(place, broken), TEXT).place) == f"{words(TEXT, PASSAGE)}."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ada Lamp leads", "It is not true that Ada Lamp leads"),
        ("It won’t stop", "Correction: she does not. It won’t stop"),
    ],
)
def test_other_words_around_are_told(old: str, new: str) -> None:
    found = find_anchor(anchor(), TEXT.replace(old, new))
    assert found.state in (HOLDS, MOVED)
    assert found.is_changed
    assert not find_anchor(anchor(), TEXT.replace("\n", "\r\n")).is_changed
