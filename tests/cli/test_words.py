"""Words around answers: each in every language, with the same places to fill."""

from __future__ import annotations

import re

import pytest

from hrdgraph.cli.common import LANGUAGES
from hrdgraph.cli.words import _TEXTS, headings, told


@pytest.mark.parametrize("text", _TEXTS)
def test_every_text_has_its_places_in_every_language(text: str) -> None:
    places = set(re.findall(r"{(\w+)}", text))
    assert len(_TEXTS[text]) == len(LANGUAGES) - 1
    assert all(set(re.findall(r"{(\w+)}", other)) == places for other in _TEXTS[text])


def test_what_has_no_translation_is_english() -> None:
    assert (told("class", "zz"), told("class", "es"), told("nothing", "fr")) == ("class", "clase", "nothing")
    assert headings(["rule", "times"], "fr") == ["règle", "fois"]
