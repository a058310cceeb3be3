"""Names are found across accents and scripts, and a browser folds them in the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.exports.folding import fold, has_hidden_vowels, skeleton
from hrdgraph.web.pages.pages import Pages


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz Ødegård", "lukasz odegard"),
        ("  Straße — Æsir!", "strasse aesir"),
        ("Игорь Каляпин", "igor kalyapin"),
        ("Ёлка Їжак Ў", "elka izhak u"),
        ("Ευαγγελία", "eyaggelia"),
        ("Doña İbrahim ı", "dona ibrahim i"),
        ("王全璋", "王全璋"),
        ("مُحَمَّد", "mhmd"),
        ("O’Brien d'Arc", "obrien darc"),
        ("㎀", "pa"),
    ],
)
def test_golden(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == once.strip()


def test_arabic_and_latin_share_their_bones() -> None:
    assert skeleton(fold("كاليابين")) == skeleton(fold("Kalyapin"))
    assert skeleton(fold("الخواجة")) == skeleton(fold("Al-Khawaja"))[1:] or skeleton(
        fold("الخواجة")
    ) == skeleton(fold("Khawaja"))
    assert has_hidden_vowels("عبد")
    assert not has_hidden_vowels("Каляпин")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("kalyapin", "Igor Kalyapin"),
        ("КАЛЯПИН", "Igor Kalyapin"),
        ("إيجور كاليابين", "Igor Kalyapin"),
        ("mandela nelson", "Nelson Mandela"),
        ("oslobodenje", "Oslobođenje"),
        ("prix martin ennals", "Martin Ennals Award for Human Rights Defenders"),
    ],
)
def test_search_finds(pages: Pages, typed: str, first: str) -> None:
    found = pages.index.search(typed, 5)
    assert found
    assert found[0].names[0] == first


def test_a_name_in_arabic_letters_finds_one_that_has_none(pages: Pages) -> None:
    wanted = "نيلسون مانديلا"
    assert "Nelson Mandela" in [row.names[0] for row in pages.index.search(wanted, 5)]


def test_nothing_is_found_by_nothing(pages: Pages) -> None:
    assert pages.index.search("", 5) == []
    assert pages.index.search("—", 5) == []
    assert pages.index.search("no such name at all", 5) == []
