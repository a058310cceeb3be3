"""Cells as people write them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hrdgraph.evidence.dating import LANGUAGES
from hrdgraph.fact_kinds.cell_values import (
    choice,
    codes_of,
    country_code,
    language_code,
    number,
    yes_no,
)
from hrdgraph.fact_kinds.confidentiality import find_likely
from hrdgraph.fact_kinds.headings import folded
from hrdgraph.findings.cells import DateJudge
from hrdgraph.mapping.functions.cells import date, document_key, page_of, paper_of, year

VOCABULARIES = Path(__file__).parents[2] / "ontology" / "vocabularies"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CD", "CD"), ("COD", "CD"), ("RDC", "CD"), ("R.D.C.", "CD"), ("République Démocratique du Congo", "CD"),
        ("Congo-Kinshasa", "CD"), ("DR Congo", "CD"), ("russie", "RU"), ("Россия", "RU"), ("روسيا", "RU"), ("Federación de Rusia", "RU"),
        ("Méjico", None), ("México", "MX"), ("Côte d'Ivoire", "CI"), ("cote d’ivoire", "CI"), ("URSS", "SU"), ("Yougoslavie", "YU"),
        ("Serbie-et-Monténégro", "CSXX"), ("Haute-Volta", "BF"), ("Rhodésie", "RH"), ("États-Unis", "US"), ("EE. UU.", "US"), ("Reino Unido", "GB"), ("la Colombie", "CO"),
        ("Brasil", "BR"), ("الصين", "CN"), ("Congo", None), ("Atlantide", None), ("Korea", None),
        ("Iraqi", "IQ"), ("colombiana", "CO"), ("Koweïtienne", "KW"), ("российский", "RU"), ("فلسطينية", "PS"), ("nigérien", "NE"), ("Nigerian", "NG"),
        ("Northern Ireland", "GB"), ("U.S.S.R.", "SU"), ("Congolese", None), ("dominicana", None), ("Indiana", None), ("Freelance", None),
    ],
)  # fmt: skip
def test_countries(text: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(ValueError, match=text):
            country_code(text)
    else:
        assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3 hommes", "3"),
        ("trois hommes", "3"),
        ("12", "12"),
        ("1 200", "1200"),
        ("ثلاثة", None),
    ],
)
def test_numbers(text: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(ValueError, match="not a number"):
            number(text)
    else:
        assert number(text) == found


@pytest.mark.parametrize("text", ["3 ou 4 hommes", "2 of 12"])
def test_several_numbers_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="several"):
        number(text)


def test_codes_by_any_label() -> None:
    acts = codes_of((VOCABULARIES,), "act-type")
    assert (
        acts.code("Enlèvement") == acts.code("secuestro") == acts.code("abduction") == "abduction"
    )
    with pytest.raises(ValueError, match="is not known here"):
        acts.code("promenade")


def test_a_letter_of_an_office_is_not_of_an_international_body() -> None:
    codes = codes_of((VOCABULARIES,), "intervention-type")
    for word in ("communication", "Communication", "comunicación"):
        assert codes.code(word) == "communication"
        assert "international" not in codes.label("communication", "en")
    assert codes.code("communication of an international body") == "body-communication"


def test_words_of_other_languages() -> None:
    assert [yes_no(text) for text in ("oui", "No", "x", "да", "نعم")] == [
        "true",
        "false",
        "true",
        "true",
        "true",
    ]
    assert [language_code(text) for text in ("fr", "Français", "español", "FR")] == [
        "fr",
        "fr",
        "es",
        "fr",
    ]
    names = ("Hindi", "grec", "alemán", "турецкий", "اليابانية", "castellano")
    assert [language_code(text) for text in names] == ["hi", "el", "de", "tr", "ja", "es"]
    assert choice("ONG", ("person", "organisation")) == "organisation"
    with pytest.raises(ValueError, match="not yes or no"):
        yes_no("peut-être")


def test_dates_by_the_order_of_the_column() -> None:
    assert date("04/03/2021", "fr", "dmy") == "2021-03-04"
    assert date("04/03/2021", "en", "mdy") == "2021-04-03"
    assert date("4 mars 2021", "fr") == "2021-03-04"
    assert date("2021-03", "fr") == "2021-03"
    assert year("2021") == "2021"
    assert year("2021-03") == "2021"
    assert year("4 mars 2021", "fr") == "2021"
    with pytest.raises(ValueError, match="04/03/2021"):
        date("04/03/2021", "en")


@pytest.mark.parametrize("order", ["dmy", "mdy", ""])
def test_what_counts_as_a_plain_day_is_read_in_each_language(order: str) -> None:
    days = [
        (year, month, day) for year in (1900, 2099) for month in range(1, 13) for day in (1, 12, 28)
    ]
    texts = [
        f"{a}{sign}{b}{sign}{year}"
        for year, *pair in days
        for sign in "/.-"
        for a, b in (pair, pair[::-1])
    ]
    texts += [f"{year}-{month:02}-{day:02}" for year, month, day in days]
    left = DateJudge(lambda _: None, order).unfit(pl.Series(texts))
    assert len(left) < len(texts)
    assert all(
        date(text, tag, order or None) for text in {*texts} - {*left} for tag in ("", *LANGUAGES)
    )


def test_a_fast_test_passes_over_no_letter() -> None:
    texts = [f"a{chr(code)}b" for code in (*range(1, 0xD800), *range(0xE000, 0x20000))]
    assert find_likely(texts, map(folded, texts)).to_list() == texts


def test_documents_and_pages() -> None:
    assert page_of("https://example.org/a") == "https://example.org/a"
    assert paper_of("https://example.org/a") is None
    assert (page_of("entretien 12"), paper_of("entretien 12"), document_key("entretien 12")) == (
        None,
        "entretien_12",
        "entretien_12",
    )


def test_former_states_that_cells_name_are_in_the_vocabulary_with_their_dates() -> None:
    text = (Path(__file__).parents[2] / "ontology" / "vocabularies" / "places.ttl").read_text(
        "utf-8"
    )
    for code in ("AN", "CSHH", "CSXX", "DD", "RH", "SU", "YD", "YU"):
        _, _, said = text.partition(f"country:{code} a skos:Concept ;")
        assert "hrd:date" in said.partition(" .\n")[0], code


def test_a_code_that_was_given_twice_is_asked_about() -> None:
    with pytest.raises(ValueError, match=r"CSHH.*CSXX"):
        country_code("CS")
