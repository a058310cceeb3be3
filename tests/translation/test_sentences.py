"""Sentences that are no codes yet, in French and Spanish: each has its places, none is idle, and
each is found by its own text."""

from __future__ import annotations

import io
import re
from itertools import count
from typing import Final

import pytest
from babel.messages.pofile import read_po
from tests.translation.sentences import ROWS, SRC, texts_in_the_source

from hrdgraph.errors import MappingError, Origin, Problems, ProjectError
from hrdgraph.translation import LANGUAGES, number, told, translated
from hrdgraph.translation.counts import FORMS

PLACE: Final = re.compile(r"\{(\d)(?::[^{}]+)?\}")
AT_MOST_IDLE: Final = 70  # put together from parts, or said by a library; to become fewer


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


def test_no_sentence_of_the_catalogue_stands_here_idle() -> None:
    """One that has a code needs a row only while some module still writes it out."""
    idle = (ROWS.keys() & _sentences_of_codes()) - texts_in_the_source()
    assert len(idle) <= AT_MOST_IDLE


def _sentences_of_codes() -> set[str]:
    """The English sentences of the catalogue, their fields numbered as in the table."""
    files = sorted((SRC / "catalogue" / "en").glob("*.po"))
    entries = [entry for file in files for entry in read_po(io.BytesIO(file.read_bytes()))]
    several = (entry.string if entry.pluralizable else [entry.string] for entry in entries)
    return {_numbered(text) for texts in several for text in texts if text}


def _numbered(sentence: str) -> str:
    number = count(1)
    return re.sub(r"\{[^{}]*\}", lambda _: f"{{{next(number)}}}", sentence)


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


def test_an_error_is_told_with_its_place_and_its_way_out() -> None:
    first = ProjectError("the file is missing", origin=Origin("a.toml", line=2), hint="fill it in")
    second = MappingError("no column 'x' in a.csv", origin=Origin("m.yml", 3, "x"))
    assert told(Problems([first, second]), "fr").splitlines() == [
        "a.toml, ligne 2 : le fichier manque",
        "  conseil : remplissez-la",
        "m.yml, ligne 3, colonne 'x' : pas de colonne 'x' dans a.csv",
    ]
    assert told(first, "es") == "a.toml, línea 2: falta el archivo\n  consejo: rellénela"
    assert told(first, "en") == str(first)


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
