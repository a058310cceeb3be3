"""Words are found to the letter, or folded, between what stands around them; never nearly, and never in the dark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import Origin
from hrdgraph.evidence.word_search import MOST, QuotedWords, SearchableText, nowhere, unclear

TEXT = "Il a dit : « L’été à Paris — 10² fois », puis le cafe\u0301 ﬁnal.\nLe café final et l'été à  Paris"
PAGE = SearchableText(TEXT)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (QuotedWords("L'été"), ["L’été"]),
        (QuotedWords("  été à Paris\n"), ["été à Paris"]),
        (QuotedWords("été à Paris", before="et l’"), ["été à  Paris"]),
        (QuotedWords("café final"), ["café final"]),
        (QuotedWords("café final", after=". Le"), ["cafe\u0301 ﬁnal"]),
        (QuotedWords("final", before="café"), ["final"]),
        (QuotedWords("nal"), ["nal", "nal"]),
        (QuotedWords("nal", after=" et"), ["nal"]),
        (QuotedWords("10²"), ["10²"]),
        (QuotedWords("102"), []),
        (QuotedWords("cafe"), []),
        (QuotedWords("Été"), []),
        (QuotedWords("Paris", before="nowhere"), []),
        (QuotedWords(" "), []),
    ],
)
def test_places(words: QuotedWords, found: list[str]) -> None:
    assert [TEXT[slice(*place)] for place in PAGE.places(words)] == found


@pytest.mark.parametrize("words", ["les défenseurs des droits", "sous-préfet de Kati"])
def test_words_that_the_end_of_a_line_breaks_are_found(words: str) -> None:
    text = "Il protège les défen-\nseurs des droits ; le sous-\npréfet de Kati\nl’a reçu.\n"
    [(start, end)] = SearchableText(text).places(QuotedWords(words))
    assert "".join(text[start:end].split()).replace("-", "") == words.replace(" ", "").replace(
        "-", ""
    )


@given(st.text(min_size=1, max_size=40), st.data())
def test_every_stretch_of_a_text_is_found_where_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    places = SearchableText(text).places(QuotedWords(words))
    if words.strip() == words and (start, end) not in places:
        from unicodedata import combining

        assert combining(text[start]) or (
            end < len(text) and combining(text[end])
        )  # it splits a letter from its accent


def test_what_is_not_there_has_a_hint_without_a_word() -> None:
    shown = str(nowhere(QuotedWords("puis le café absolument"), PAGE, Origin("t.csv", 2)))
    assert "t.csv, row 2: the words are not in the page" in shown
    assert "of 4 words, 3 are at 41–54: look there" in shown
    assert not {word for word in ("puis", "café", "absolument", "ﬁnal") if word in shown}
    assert "none of these words is there" in nowhere(QuotedWords("zzz"), PAGE, Origin()).hint
    assert (
        "not between the words before"
        in nowhere(QuotedWords("puis", before="x"), PAGE, Origin()).hint
    )


def test_two_places_are_named_and_shown_to_eyes_only() -> None:
    places = PAGE.places(QuotedWords("nal"))
    error = unclear(places, PAGE, Origin("t.csv", 2))
    assert "are in 2 places" in error.fact
    assert all(f"{start}–{end}" in error.hint for start, end in places)
    assert "[nal]" in error.contexts[0]
    assert "café" not in str(error) + str(error.as_dict())


def test_words_that_stand_everywhere_are_counted_to_a_bound() -> None:
    assert len(SearchableText("a" * 5000).places(QuotedWords("a"))) == MOST
