"""Marks that a text may have or not hide nothing from the rules, and what is found stands where it
stands in the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.reading.page_reading import Unmarked

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
PLAIN = {
    "ar": "منحت جائزة الفانوس الى المحامية السودانية سلمى عبد الرحيم. اعتقلت سلمى في 2018.",
    "ru": "Премию «Фонарь» получила журналистка Анна Петрова. В 2018 году Петрову арестовали.",
    "en": "The lawyer Ana Paz received the Lantern Award. She was arrested in May 2018.",
}
MARKED = {
    "ar": "مُنِحَت جائِزة الفانوس الى المحـــامية السودانيّة سَلمى عبد الرحيم. اعتُقِلت سَلمى في 2018.",
    "ru": "Пре\u0301мию «Фонарь» получи\u0301ла журнали\u0301стка А\u0301нна Петро\u0301ва. В 2018 году Петрову арестова\u0301ли.",
    "en": "The law\u00adyer Ana\u200b Paz re\u00adceived the Lan\u00adtern Award\u200e. She was ar\u00adrested in May 2018.",
}


def found(text: str, language: str) -> tuple[Candidate, ...]:
    return Extractor.of(RULES).extract(text, language=language).candidates


@pytest.mark.parametrize("language", sorted(PLAIN))
def test_marks_hide_nothing(language: str) -> None:
    plain, marked = found(PLAIN[language], language), found(MARKED[language], language)
    assert [(item.kind, item.row) for item in marked] == [(item.kind, item.row) for item in plain]
    assert {"conferral", "act"} <= {item.kind for item in marked}


@pytest.mark.parametrize("language", sorted(MARKED))
def test_what_is_found_stands_in_the_page(language: str) -> None:
    text = MARKED[language]
    for item in found(text, language):
        assert text[item.start : item.end] == item.words
        for argument in item.arguments.values():
            assert text[argument.start : argument.end] == argument.text


def test_a_mark_goes_with_the_letter_before_it() -> None:
    read = Unmarked.of("a\u00adbc\u0301 سَل")
    assert read.text == "abc\u0301 سل"
    assert read.whole[slice(*read.stretch(0, 2))] == "a\u00adb"
    assert read.whole[slice(*read.stretch(5, 6))] == "سَ"


def test_a_text_without_marks_is_itself() -> None:
    assert Unmarked.of("née à Paris").gone == ()
