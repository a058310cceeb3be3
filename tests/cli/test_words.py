"""Words around answers: each in every language, with the same places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrdgraph.cli.app import run
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


def test_a_build_speaks_the_language_of_who_builds(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = small.rename(small.with_name("Mes données"))
    rows = folder / "data" / "sources" / "example" / "conferrals.csv"
    rows.write_text(rows.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert run(["build", str(folder), "--lang", "fr"]) == 3
    told = capsys.readouterr()
    assert "en tout, publiés et déduits" in told.out
    assert "sans copie à comparer (il n’y a pas de dossier" in told.out
    assert "corrigez les lignes nommées ici et dans" in told.out  # what is expected of a table is told in private only
    assert f"hrdgraph queries -p '{folder}'" in told.out
    assert "… mise en graphe de example" in told.err
