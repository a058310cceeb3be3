"""What is said of a date that cannot be read tells nothing of it once its cell data are taken out."""

from __future__ import annotations

import re
from typing import Final

import pytest

from hrdgraph.catalogue import LANGUAGES, phrase, render
from hrdgraph.evidence.dating import explain
from hrdgraph.evidence.dating.reader import FORMS

UNREADABLE: Final = (
    "2011-02-31", "2011-00-00", "2011-13-05", "31.02.2011", "03/04/1970", "6 mai", "May", "1 May",
    "5-Jun", "Jun-11", "11-2011", "1999-2011-05", "14 h 30", "2011-05-06 14:30", "about 2011",
    "Friday 6 May 2011", "3 mayo", "40523", "2011/2010", "20110506", "Mai 68", "5.6.", "12-31",
)  # fmt: skip


def months(language: str) -> list[str]:
    return [phrase(f"month-{number}", language) for number in range(1, 13)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", UNREADABLE)
def test_a_masked_hint_names_no_part_of_the_date(text: str, language: str) -> None:
    told = render(explain(text).with_cells(lambda _: "…"), language)
    told = told.replace(render(FORMS, language), "")  # examples, the same for every date
    digits = {number for number in re.findall(r"\d+", told) if number in re.findall(r"\d+", text)}
    assert not digits, told
    assert not [month for month in months(language) if re.search(rf"\b{month}\b", told)], told
