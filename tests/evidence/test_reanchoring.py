"""Words of an old version are found again in a new one, by themselves and by what stood around them, and never on a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import Origin
from hrdgraph.evidence.citations import Citation
from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.pipeline.reanchoring import Move, reanchor

OLD = "Prizes\nMartin Ennals Award\n2013\nFront Line Award\n2011\nAna founded the group in 2009. It was founded by several people."


def cited(words: str, text: str = OLD) -> Citation:
    start = text.index(words)
    return Citation(
        "0" * 64, str(start), str(start + len(words)), digest_of(words), Origin("t.csv", 2)
    )


def moved(citation: Citation, new: str, old: str | None = OLD) -> Move:
    [move] = reanchor([citation], old, new)
    return move


@pytest.mark.parametrize("words", ["Ana founded the group in 2009", "2013", "2011", "group"])
def test_words_that_only_moved_are_found(words: str) -> None:
    new = f"Home\n\n{OLD}\nContact"
    move = moved(cited(words), new)
    assert move.new is not None
    assert (new[slice(*move.new)], move.is_moved, move.digest) == (words, True, digest_of(words))


def test_words_that_did_not_move_are_as_they_were() -> None:
    move = moved(cited("Ana founded the group"), OLD + " More.")
    assert (move.new, move.is_moved) == (move.old, False)


def test_what_stood_around_tells_which() -> None:
    new = "Martin Ennals Award\n2011\nFront Line Award\n2011\nAna founded the group in 2009. In 2011 she left."
    move = moved(cited("2011"), new)
    assert move.new == (new.index("Line Award\n2011") + 11, new.index("Line Award\n2011") + 15)


@pytest.mark.parametrize(
    ("words", "new", "reason"),
    [
        ("Ana founded the group", "Ana founded it.", "of 4 words, 2 are at"),
        (
            "2011",
            "Quite another page. Published in 2011.",
            "the words are there once, but what surrounds them has changed",
        ),
        (
            "2011",
            "x 2011 y 2011 z",
            "the words are there 2 times, and what surrounds them does not tell",
        ),
        ("2011", "Nothing.", "none of these words is there"),
    ],
)
def test_what_is_not_certain_is_not_moved(words: str, new: str, reason: str) -> None:
    move = moved(cited(words), new)
    assert move.new is None
    assert reason in str(move.reason)


def test_other_quotation_marks_are_the_same_words_with_another_digest() -> None:
    old, new = (
        'She said "never again" to them, and left.',
        "News\nShe said “never again” to them, and left.",
    )
    move = moved(cited('said "never again" to them', old), new, old)
    assert move.new == (9, 36 - 1)
    assert move.digest == digest_of(new[slice(*move.new)])


def test_without_the_old_text_words_are_found_by_their_digest() -> None:
    new = f"Home\n{OLD}"
    assert moved(cited("Ana founded the group in 2009"), new, None).new == (
        new.index("Ana"),
        new.index("Ana") + 29,
    )
    assert "has changed" in str(moved(cited("2011"), new, None).reason)
    assert "the words are not in the page" in str(moved(cited("Ana founded"), "Bo.", None).reason)


def test_words_typed_in_the_row_need_no_position() -> None:
    words = Citation("0" * 64, "", "", "", Origin(), "Ana founded the group")
    assert moved(words, f"x {OLD}").new == (OLD.index("Ana") + 2, OLD.index("Ana") + 23)
    assert moved(words, f"x {OLD}", None).new is not None
    assert "nor their sha256" in str(moved(Citation("0" * 64, "", "", "", Origin()), OLD).reason)
    assert "nor their sha256" in str(
        moved(Citation("0" * 64, "1", "5", "", Origin()), OLD, None).reason
    )


sentences = st.lists(
    st.sampled_from(
        ["Ana led it. ", "Bo saw it. ", "In 2011 both won. ", "It rained. ", "2013 too. "]
    ),
    min_size=1,
    max_size=8,
).map("".join)


@given(sentences, sentences, st.data())
def test_what_is_found_is_the_same_words(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    words = old[start:end]
    citation = Citation("0" * 64, str(start), str(end), digest_of(words), Origin())
    for known in (old, None):
        move = moved(citation, new, known)
        assert (move.new is None) == bool(move.reason)
        if move.new is not None:
            assert new[slice(*move.new)].strip() == words.strip()
    if words.strip() == words and new == old and move.new is not None:
        assert old[slice(*move.new)] == words
