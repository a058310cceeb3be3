"""Whoever did an act is never its victim: by the voice of the verb, by a word of agency, and in
doubt nobody is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from hrdgraph.extraction import Extractor

RULES = Path(__file__).parents[2] / "ontology" / "extraction"


@cache
def extractor() -> Extractor:
    return Extractor.of(RULES)


def victims(text: str, language: str = "en") -> set[str]:
    rows = [item.row for item in extractor().extract(text, language=language).candidates]
    return {row["victim"] for row in rows if row.get("victim")}


@pytest.mark.parametrize(
    ("text", "doer"),
    [
        ("Boko Haram killed María López Ángel in 2014.", "Boko Haram"),
        ("In 2014 Boko Haram attacked the village of Gwoza.", "Boko Haram"),
        ("Colonel Juan Pérez threatened her on 3 May.", "Juan Pérez"),
        ("Juan Pérez tortured prisoners in 1981.", "Juan Pérez"),
        ("Boko Haram and its allies abducted María López Ángel.", "Boko Haram"),
        ("Hassan Ali, who shot María López Ángel, was sentenced in 2015.", "Hassan Ali"),
        ("María López Ángel, whom Boko Haram killed, was a lawyer.", "Boko Haram"),
        ("María López Ángel was shot dead by suspected Boko Haram fighters.", "Boko Haram"),
        ("Kidnapped by Boko Haram, María López Ángel fled.", "Boko Haram"),
        ("President Alexander Lukashenko jailed Ales Bialiatski.", "Alexander Lukashenko"),
        ("The murder of María López Ángel by Boko Haram shocked all.", "Boko Haram"),
    ],
)
def test_who_did_it_is_no_victim(text: str, doer: str) -> None:
    assert not any(doer in name for name in victims(text))


@pytest.mark.parametrize(
    ("text", "victim"),
    [
        ("Boko Haram killed María López Ángel in 2014.", "María López Ángel"),
        ("María López Ángel was killed by Boko Haram in 2014.", "María López Ángel"),
        ("Journalist María López Ángel arrested in Minsk.", "María López Ángel"),
        ("Police arrested María López Ángel and John Smith.", "John Smith"),
    ],
)
def test_who_underwent_it_is(text: str, victim: str) -> None:
    assert victim in victims(text)


def test_a_doer_of_one_sentence_is_no_victim_in_another() -> None:
    text = "Hassan Ali shot María López Ángel. Hassan Ali was killed in a raid in 2016."
    assert "Hassan Ali" not in victims(text)


def test_an_act_of_which_the_page_does_not_say_whose_has_no_victim() -> None:
    found = extractor().extract("In 2014 Boko Haram attacked the village of Gwoza.").candidates
    [act] = [item for item in found if item.kind == "act"]
    assert "victim" not in act.row
