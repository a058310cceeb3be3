"""Two spellings of the same words fold to one text; other words never do; and every place leads back to whole characters."""

from __future__ import annotations

from unicodedata import combining, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.evidence.word_search import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caf\u00e9", "cafe\u0301"),
        ("\u1ea5", "a\u0302\u0301"),
        ("q\u0307\u0323", "q\u0323\u0307"),  # marks in another order
        ("\uac01", "\u1100\u1161\u11a8"),  # Hangul
        ("L’État", "L'État"),
        ("«\u00a0mot\u00a0»", '" mot "'),
        ("“a” ‘b’", "\"a\" 'b'"),
        ("2009–2011", "2009-2011"),
        ("a — b", "a - b"),
        ("ﬁn de ﬂot", "fin de flot"),
        ("ﷲ", "الله"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("ＡＢＣ　１", "ABC 1"),
        ("one\r\n\ttwo", "one two"),
        ("in\u00adter\u200bnational", "international"),
        ("wait…", "wait..."),
        ("\u202bשלום\u202c", "שלום"),
    ],
)
def test_the_same_words(one: str, other: str) -> None:
    assert fold(one).text == fold(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10²", "102"), ("½", "1/2"), ("①", "1"), ("H₂O", "H2O"), ("№", "N°"), ("é", "e"), ("A", "a"), ("ё", "е"), ("ß", "ss"), ("ي", "ى"),
        ("می\u200cرود", "میرود"), ("a b", "ab"), ("'", '"'), ("¨", " "), ("I", "l"), ("О", "O"), ("co-op", "coop"), ("1.5", "1,5"),
    ],
)  # fmt: skip
def test_other_words(one: str, other: str) -> None:
    assert fold(one).text != fold(other).text


texts = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("ée\u0301\u0323ﬁ «»“’–\u00a0\u00ad\n²…각")
    ),
    max_size=30,
)


@given(texts)
def test_forms_of_unicode_do_not_matter_and_folding_is_done_once(text: str) -> None:
    assert fold(normalize("NFC", text)).text == fold(normalize("NFD", text)).text == fold(text).text
    assert fold(fold(text).text).text == fold(text).text


@given(texts, st.data())
def test_every_stretch_comes_from_characters_that_fold_to_it(
    text: str, data: st.DataObject
) -> None:
    made = fold(text)
    assert len(made.origin) == len(made.text)
    if not made.text:
        return
    start = data.draw(st.integers(0, len(made.text) - 1))
    end = data.draw(st.integers(start + 1, len(made.text)))
    place = made.stretch(start, end)
    if place is not None:
        assert fold(text[slice(*place)]).text == made.text[start:end]
        assert not combining(made.text[start])


def test_half_a_character_is_no_place() -> None:
    assert fold("ﬁn").stretch(0, 1) is None
    assert fold("ﬁn").stretch(0, 2) == (0, 1)
    assert fold("e\u0301t").stretch(0, 1) is None
    assert fold("e\u0301t").stretch(0, 2) == (0, 2)
