"""Words that are withheld are left out of a text however their accents are written."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import safety_examples

from hrdgraph.privacy.redaction import BLANK, remove_secrets

FORMS = ("NFC", "NFD")


@pytest.mark.parametrize("held", FORMS)
@pytest.mark.parametrize("told", FORMS)
def test_accents_as_characters_of_their_own_hide_no_less(held: str, told: str) -> None:
    name = "Zoé Ménard"
    assert (
        remove_secrets(f"'{normalize(told, name)}' is no date", [normalize(held, name)])
        == f"'{BLANK}' is no date"
    )


@settings(max_examples=safety_examples())
@given(
    st.text(st.characters(categories=["Lu", "Ll"]), min_size=1),
    st.sampled_from(FORMS),
    st.sampled_from(FORMS),
)
def test_no_secret_stands_in_what_is_told(name: str, held: str, told: str) -> None:
    assert remove_secrets(f"«{normalize(told, name)}»", [normalize(held, name)]) == f"«{BLANK}»"


def test_the_longest_goes_first() -> None:
    assert remove_secrets("Ann Annan", ["Ann", "Annan"]) == f"{BLANK} {BLANK}"
