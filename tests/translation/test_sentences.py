"""Sentences that are no codes yet, in French and Spanish: each has its places, none is idle, and
each is found by its own text."""

from __future__ import annotations

import re
from typing import Final

import pytest
from tests.translation.sentences import ROWS

from hrdgraph.translation import LANGUAGES, number, translated
from hrdgraph.translation.counts import FORMS

PLACE: Final = re.compile(r"\{(\d)(?::[^{}]+)?\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_its_places_in_every_language(language: str) -> None:
    for english, row in ROWS.items():
        other = row[language]
        assert other.strip(), english
        bare, bare_english = FORMS.sub("", other), FORMS.sub("", english)
        assert sorted(re.findall(r"\{\d", bare)) == sorted(re.findall(r"\{\d", bare_english)), (
            english
        )
        assert [bare.count(brace) for brace in "{}"] == [
            bare_english.count(brace) for brace in "{}"
        ], english
        assert {place for place, *_ in FORMS.findall(other)} <= set(
            re.findall(r"\{(\d)", english)
        ), english
        assert {place[0][0] for place in re.finditer(r"'\{\d", other)} == {
            place[0][0] for place in re.finditer(r"'\{\d", english)
        }, english


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_is_found_by_what_it_says(language: str) -> None:
    inner = "tabs"
    for english, row in ROWS.items():
        values = {
            number: inner if kind else f"wört{number}"
            for number, kind in re.findall(r"\{(\d)(:\w+)?\}", row[language])
        }
        values |= dict.fromkeys(
            (place for place, *_ in FORMS.findall(english + row[language])), "7"
        )
        said = FORMS.sub(lambda forms: forms[3], english)
        said = re.sub(r"\{(\d)\}", lambda place: values[place[1]], said)  # noqa: B023 -- used up at once
        expected = FORMS.sub(lambda forms: forms[3], row[language])
        expected = PLACE.sub(lambda place: translated(values[place[1]], language), expected)  # noqa: B023 -- used up at once
        assert translated(said, language) == expected


def test_what_is_not_public_is_told_without_quotes() -> None:
    assert translated("… is no date", "fr") == "… n’est pas une date"
    assert translated("… is not in awards.csv:key", "es") == "… no está en awards.csv:key"


def test_a_sentence_within_another_is_told_with_it() -> None:
    assert (
        translated("nothing is exported: the last build was not validated", "fr")
        == "rien n’est exporté : la dernière construction n’a pas été validée"
    )
    assert translated(
        "this can mean 2011-04-03 (day first) or 2011-03-04 (month first); write the one that the source means",
        "es",
    ) == (
        "puede significar 2011-04-03 (primero el día) o 2011-03-04 (primero el mes); escriba lo que quiere decir la fuente"
    )


def test_what_is_not_known_stays_as_it_is() -> None:
    for text in (
        "",
        "the moon is full",
        "no moon is called luna (made by the moon)",
        "is no " * 2000,
        "a (b " * 2000 + ")" * 2000,
    ):
        assert translated(text, "fr") == text
    assert translated("the file is missing", "de") == "the file is missing"


def test_values_go_over_whole_whatever_they_hold() -> None:
    cell = "it's' is not in; 'x' is no date {1} {2:told} \\1 \n …"
    assert (
        translated(f"'{cell}' is not in awards.csv:key", "fr")
        == f"'{cell}' n’est pas dans awards.csv:key"
    )


@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [
        (0, "en", "0"),
        (1234567, "en", "1,234,567"),
        (1234, "fr", "1\u202f234"),
        (1234, "es", "1234"),
        (12345, "es", "12\u202f345"),
    ],
)
def test_numbers_are_written_as_the_language_does(count: int, language: str, expected: str) -> None:
    assert number(count, language) == expected
