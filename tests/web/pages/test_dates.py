"""Dates in words: as precise as they are, in each language."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.web.pages.labels import date_words, short_date

CASES = list(
    csv.DictReader((Path(__file__).parent / "golden" / "dates.csv").read_text("utf-8").splitlines())
)


@pytest.mark.parametrize("case", CASES, ids=[case["edtf"] for case in CASES])
def test_golden(case: dict[str, str]) -> None:
    assert {tag: date_words(case["edtf"], tag) for tag in ("en", "fr", "es")} == {
        tag: case[tag] for tag in ("en", "fr", "es")
    }
    assert short_date(case["edtf"]) == case["short"]


@given(st.text(alphabet="0123456789-/.~?%X[]{},YES", max_size=14))
def test_any_text_has_words(text: str) -> None:
    assert date_words(text, "fr") or not text


@given(st.dates())
def test_a_day_keeps_its_parts(day: object) -> None:
    text = str(day)
    assert text[:4].lstrip("0") in date_words(text, "en")
    assert date_words(text[:7], "en") != date_words(text, "en")
