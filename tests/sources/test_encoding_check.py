"""Texts that a program left in cells: told from those that people type, in the languages of spreadsheets and in several scripts."""

from __future__ import annotations

import re
import unicodedata

import polars as pl
import pytest
from babel import Locale, localedata
from tests.conftest import SHARED

from hrdgraph.mapping.terms.iris import encode_iri
from hrdgraph.sources.text import (
    BROKEN_SIGN,
    DECOMPOSED_SIGN,
    ERROR_SIGN,
    compose_accents,
    encoding_of,
    is_error,
    repair_text,
)

SIGN = f"{ERROR_SIGN}|{BROKEN_SIGN}"
ERRORS = (
    "#NOM?", "#NOM\N{NARROW NO-BREAK SPACE}?", "#NAME?", "#REF!", "#N/A", "#N/D", "#¿NOMBRE?", "#VALEUR!", "#¡VALOR!", "#DIV/0!", "#¡DIV/0!",
    "#WERT!", "#ЗНАЧ!", "Err:502", "Err :502", "###", " #N/A ",
)  # fmt: skip
NAMES = (
    "José",
    "Ángel Muñoz",
    "l’été",
    "Ngô Việt",
    "Иван Петров",
    "أحمد منصور",
    "Ελλάδα",
    "李小龍",
    "“Dvořák”",
    "€ 5",
    "😀",
)
TYPED = (
    "na hÓige", "an tÚdarás", "Ó hÁdhmaill", "ƒé", "Aƒe", "√2", "≈5", "lauréat·e", "Gal·la", "1990–2000", "DÉJÀ", "McÉ", "œuvre", "Ÿ", "Ã", "São", "Ângela", "JOSÉ’S", "CAFÉ»", "« VOILÀ »", "ESPAÑ…", "BRANDÃO…", "Øystein", "été…", "José y JosÃ©",
)  # fmt: skip


def misread(text: str) -> str:
    """UTF-8 taken for Windows-1252, bytes without a letter there for controls, as browsers and spreadsheets do."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in text.encode("utf-8")
    )


@pytest.mark.parametrize("text", ERRORS)
def test_what_a_spreadsheet_shows_for_a_value_is_an_error(text: str) -> None:
    assert is_error(text)


@pytest.mark.parametrize(
    "text",
    ["#NiUnaMenos", "#METOO", "#1", "# N/A", "N/A", "#", "##", "the cell shows #N/A", "Errol"],
)
def test_what_people_type_is_none(text: str) -> None:
    assert not is_error(text)


@pytest.mark.parametrize("name", NAMES)
def test_broken_letters_are_mended(name: str) -> None:
    assert repair_text(misread(name)) == repair_text(misread(misread(name))) == name


def misread_by_a_mac(text: str, own: str = "utf-8") -> str:
    return text.encode(own).decode("mac_roman")


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("😀")])
def test_letters_that_a_mac_broke_are_mended(name: str) -> None:
    assert (
        repair_text(misread_by_a_mac(name))
        == repair_text(misread_by_a_mac(misread_by_a_mac(name)))
        == name
    )


@pytest.mark.parametrize(
    "name",
    [
        "José",
        "García Peña",
        "François Gonçalves",
        "Müller",
        "Benoît Noël",
        "Anaïs",
        "mère",
        "Simón Olivé",
    ],
)
def test_letters_of_windows_that_a_mac_broke_are_mended(name: str) -> None:
    assert repair_text(misread_by_a_mac(name, "cp1252")) == name


@pytest.mark.shared
def test_no_letter_of_people_and_places_is_taken_for_a_broken_one() -> None:
    """Some eight million characters of names, in the scripts of the world, and the names of places and languages in each of them."""
    files = [
        *SHARED.glob("facts/*.csv"),
        *SHARED.glob("data/*/*.csv"),
        *SHARED.glob("pages/*.json"),
    ]
    cells = {cell for file in files for cell in re.split(r'[,;"\n]', file.read_text("utf-8-sig"))}
    locales = (Locale.parse(tag) for tag in localedata.locale_identifiers() if "_" not in tag)
    cells |= {
        name
        for locale in locales
        for names in (locale.territories, locale.languages)
        for name in names.values()
    }
    assert len(cells) > 120_000
    assert {cell: repair_text(cell) for cell in cells if repair_text(cell)} == {}
    assert pl.Series(sorted(cells)).str.contains(BROKEN_SIGN).sum() < 20


@pytest.mark.parametrize("text", ["Jose\u0301", "Nandu\u0303 Gu\u0308nter", "И\u0306ошкар"])
def test_accents_of_their_own_are_put_back(text: str) -> None:
    assert compose_accents(text) == unicodedata.normalize("NFC", text) != text
    assert pl.Series([f'"{text}"', f"<https://e.org/{text}>"]).str.contains(DECOMPOSED_SIGN).all()


@pytest.mark.parametrize("text", [*NAMES, "Ọ̀ṣun", "मानव", "מָנוֹר", "مُحَمَّد", "ẹ̀"])
def test_accents_that_no_letter_has_are_left_alone(text: str) -> None:
    assert compose_accents(unicodedata.normalize("NFC", text)) == ""


@pytest.mark.parametrize("text", [*NAMES, *TYPED])
def test_whole_letters_are_left_alone(text: str) -> None:
    assert repair_text(text) == ""


@pytest.mark.parametrize("text", [*ERRORS, *map(misread, NAMES), "Jos\ufffd"])
def test_a_literal_that_is_made_of_such_a_text_has_a_sign(text: str) -> None:
    assert pl.Series([f'"{text}"', f'"{text}"@fr']).str.contains(SIGN).all()


@pytest.mark.parametrize(
    "text", [*(error.strip() for error in ERRORS), "JosÃ©", "Jos√©", "JosÈ", "Jos\ufffd"]
)
def test_an_iri_that_is_made_of_such_a_text_has_a_sign(text: str) -> None:
    assert (
        pl.Series([f"<https://e.org/{encode_iri(pl.Series([text]))[0]}/x>"])
        .str.contains(SIGN)
        .all()
    )


@pytest.mark.parametrize(
    "term",
    [
        *(f'"{text}"' for text in (*NAMES, "São", "Ângela", "#NiUnaMenos", "Error")),
        "<https://e.org/page%23part>",
    ],
)
def test_what_people_type_has_none(term: str) -> None:
    assert not pl.Series([term]).str.contains(SIGN).any()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Imię;Miejsce;Data\nElżbieta Łąkowa;Łódź;2020\nStanisław Święty;Świętochłowice;2021\n"),
        ("cp1252", "Víctima;Fecha;País\nMaría Muñoz Ñáñez;2020;Perú\nJoão Ínigo;2021;España\n"),
        ("cp1252", "Name;Straße\nJürgen Müller;Große Gasse\n"),
        ("cp1251", "Имя;Нарушение\nИван Петров;задержание\n"),
        ("cp1256", "الاسم;التاريخ\nأحمد منصور;2020\n"),
        ("cp932", "議員氏名,読み方,会派\n山田太郎,やまだたろう,自由民主党\n足立敏之,あだちとしゆき,立憲民主党\n"),
        ("cp949", "이름,정당\n김대중,새정치국민회의\n이소선,민주화운동\n"),
        ("cp850", "Víctima;Fecha\nMaría Muñoz;2020\nJosé Núñez;2021\n"),
    ],
)  # fmt: skip
def test_the_encoding_of_a_table_is_the_one_in_which_it_makes_sense(
    encoding: str, text: str
) -> None:
    assert text.encode(encoding).decode(encoding_of(text.encode(encoding))) == text
