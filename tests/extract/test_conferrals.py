"""Where the name of an award ends, and who received it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.extraction.extractor import Extractor

RULES = Path(__file__).parents[2] / "ontology" / "extraction"


@pytest.mark.parametrize(
    ("language", "text", "award", "names"),
    [
        ("fr", "Le jury a décerné le prix Boussole aux Maliens Awa Keïta et Omar Diallo.", "prix Boussole", {"Awa Keïta", "Omar Diallo"}),
        ("fr", "C'est l'avocate Awa Keïta qui a reçu le prix Boussole à Genève.", "prix Boussole", {"Awa Keïta"}),
        ("es", "El jurado otorgó el Premio Farol a Lucía Quispe.", "Premio Farol", {"Lucía Quispe"}),
    ],
)  # fmt: skip
def test_an_award_ends_before_who_received_it(
    language: str, text: str, award: str, names: set[str]
) -> None:
    rows = [item.row for item in Extractor.of(RULES).extract(text, language=language).candidates]
    told = {(row["award"], row["recipient"]) for row in rows if "recipient" in row}
    assert told == {(award, name) for name in names}


def test_who_signs_a_quotation_and_the_words_of_a_heading_receive_nothing() -> None:
    text = (
        "Awa Keïta\n\nPrix Boussole\n2011\n\n"
        '"Le travail d\'Awa Keïta montre comment chacun peut défendre la justice et la vérité."\n'
        "- Márta Németh, ancienne présidente de Hongrie\n\nAwa Keïta Témoignage\n\n"
        "Awa Keïta est avocate à Bamako. Awa Keïta a reçu le prix Boussole en 2011."
    )
    found = Extractor.of(RULES).extract(text, language="fr").candidates
    told = {item.row["recipient"] for item in found if item.kind == "conferral"}
    assert told == {"Awa Keïta"}
    assert [item.row["speaker"] for item in found if item.kind == "quotation"] == ["Márta Németh"]


@pytest.mark.parametrize(
    ("language", "text", "year", "names"),
    [
        ("en", "The Lantern Award is given every May.\nThe 2014 laureates of the Lantern Award are:\nAwa Keita, head of the Sahel Voices Association; Omar Diallo, a lawyer in Kindia; and Lucia Quispe, who leads a collective in Puno.", "2014", {"Awa Keita", "Omar Diallo", "Lucia Quispe"}),
        ("fr", "Le prix franco-malien des droits de l'Homme a été remis à Bamako.\nParmi les lauréats de 2017 du prix franco-malien des droits de l'Homme :\nMme Awa Keïta (Mali)\nM. Omar Diallo (Guinée)\nMme Lucía Quispe (Pérou)", "2017", {"Awa Keïta", "Omar Diallo", "Lucía Quispe"}),
        ("pt", "Confira os vencedores do Prêmio Farol 2016:\n  • Arte: Joana Ferreira, com Terra, para o Jornal da Serra\n  • Rádio: Lucas Almeida, da Rádio Sul, com Mar", "2016", {"Joana Ferreira", "Lucas Almeida"}),
    ],
)  # fmt: skip
def test_an_introduction_says_award_and_year_of_each_item(
    language: str, text: str, year: str, names: set[str]
) -> None:
    rows = [item.row for item in Extractor.of(RULES).extract(text, language=language).candidates]
    told = {(row["recipient"], row.get("year")) for row in rows if row.get("recipient")}
    assert told == {(name, year) for name in names}


def test_an_award_goes_to_the_name_of_its_part_and_not_to_who_gives_or_speaks() -> None:
    text = (
        "The honourees were: Awa Keita, recipient of the Lantern Award; Omar Diallo, recipient of "
        "the Compass Prize.\n\nAwa Keita won the Harbour Prize from the Riverside Foundation.\n\n"
        '"The Beacon Award honours courage," said the director of the Hill Institute, Tom Reed.'
    )
    found = Extractor.of(RULES).extract(text, language="en").candidates
    told = {
        (item.row["recipient"], item.row["award"]) for item in found if item.kind == "conferral"
    }
    assert told == {
        ("Awa Keita", "Lantern Award"), ("Omar Diallo", "Compass Prize"),
        ("Awa Keita", "Harbour Prize"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "years"),
    [
        ("en", "Earlier laureates of the Lantern Award are Rosa Lamp, \"Clear River\" (2008), Ilya Stone, \"Green Hill\" (2010) and Omar Field, \"Open Sea\" (2011).", {"Rosa Lamp": "2008", "Ilya Stone": "2010", "Omar Field": "2011"}),
        ("ru", "Лауреатом премии Фонаря-2014 стала Анна Речкина.", {"Анна Речкина": "2014"}),
        ("es", "La liga anunció los ganadores del Premio Farol 2019.\n\nLos galardonados con el Premio Brújula este año son Lucía Quispe y Omar Paredes.", {"Lucía Quispe": "2019", "Omar Paredes": "2019"}),
        ("es", "Los galardonados con el Premio Brújula este año son Lucía Quispe y Omar Paredes.", {"Lucía Quispe": None, "Omar Paredes": None}),
        ("fr", "Le prix Boussole 2015 :\n\nLes lauréats :\n\nAwa Keïta, avocate, présidente de la ligue de 2001 à 2007, a reçu le prix Boussole.", {"Awa Keïta": "2015"}),
    ],
)  # fmt: skip
def test_the_year_is_that_of_the_award(
    language: str, text: str, years: dict[str, str | None]
) -> None:
    rows = [item.row for item in Extractor.of(RULES).extract(text, language=language).candidates]
    told = {row["recipient"]: row.get("year") for row in rows if row.get("recipient")}
    assert {name: told.get(name, "absent") for name in years} == years


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "Two women have been named the River Media Foundation's 2011 Lantern Award laureates, among them Rosa Lamp.", {"Rosa Lamp"}),
        ("ru", "Обладателями Премии Фонаря стали адвокат Анна Речкина и учитель Олег Полевой.", {"Анна Речкина", "Олег Полевой"}),
        ("ru", "Анна Речкина также получила премию имени Ивана Лугового и премию имени Фонаря.", {"Анна Речкина"}),
        ("ar", "منحت مؤسسة القنديل الصحفي السوري سمير حداد جائزة الفانوس.", {"سمير حداد"}),
        ("en", "The Lantern Award 2012\n\nLaureates:\n\nRosa Lamp\n\nJPEG", {"Rosa Lamp"}),
    ],
)  # fmt: skip
def test_who_gives_an_award_does_not_receive_it(language: str, text: str, names: set[str]) -> None:
    rows = [item.row for item in Extractor.of(RULES).extract(text, language=language).candidates]
    assert {row["recipient"] for row in rows if row.get("recipient")} == names
