"""Errors at a place that is not public: no cell data reaches what is published, whatever the catalogue says."""

from __future__ import annotations

import json
import pickle
import random
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from tests.pipeline import test_canaries

from hrdgraph.catalogue import LANGUAGES, Message, compiling, message
from hrdgraph.catalogue.__main__ import entries
from hrdgraph.catalogue.message import PUBLIC
from hrdgraph.errors import HrdgraphError, MappingError, Origin, Problems
from hrdgraph.privacy.redaction import Secrets, mask_error
from hrdgraph.sources import ROW

CANARY: Final = "canarié-3141592"
PLACE: Final = Origin("data/x.csv", 7, "secret")
SECRETS: Final = Secrets({"data/x.csv": frozenset({"secret"})}, folders=("data/sources/closed/",))
FIELD: Final = re.compile(r"\{(\w+)")
SENTENCES: Final = {
    code: str(entry.string)
    for file in sorted((compiling.FOLDER / "en").glob("*.po"))
    for code, entry in entries(file).items()
}


class NoRows:
    """Tables that cannot be read again."""

    def row(self, *_: object) -> None:
        return None

    def table(self, *_: object) -> None:
        return None


def cells_of(code: str) -> dict[str, str]:
    """A canary in each field of a code, and of its hint, that is cell data."""
    text = SENTENCES[code] + SENTENCES.get(f"{code}.hint", "")
    return {name: CANARY for name in FIELD.findall(text) if name not in PUBLIC}


def is_told(error: HrdgraphError) -> bool:
    """Whether the canary is anywhere in what can be published of an error."""
    out = [repr(error), json.dumps(error.as_dict(), ensure_ascii=False), error.fact, error.hint]
    out += [error.text(language) for language in LANGUAGES]
    return any(CANARY in text for text in out) or CANARY.encode() in pickle.dumps(error)


def masked(error: HrdgraphError) -> HrdgraphError:
    return mask_error(error, SECRETS, NoRows(), Path("/nowhere"))  # type: ignore[arg-type]


@pytest.fixture
def random_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue in which each sentence is random words around its own fields and others."""
    dice = random.Random(23)
    names = sorted({name for text in SENTENCES.values() for name in FIELD.findall(text)})

    @cache  # each code has its words, for all tests of them
    def rolled(code: str) -> str:
        words = ["".join(dice.choices("abcdefgh'\"<>«:", k=6)) for _ in range(8)]
        whole = code.removesuffix(".hint")
        own = FIELD.findall(SENTENCES[whole] + SENTENCES.get(f"{whole}.hint", ""))
        fields = dict.fromkeys([*own, *dice.sample(names, 12), "fact"])
        return " ".join([*words, *(f"{{{name}}}" for name in fields)])

    def sentence(code: str, *_: object) -> str | None:
        return rolled(code) if code in SENTENCES else None

    monkeypatch.setattr(message, "sentence", sentence)


PLACES: Final = {
    "public place": Origin("data/y.csv", 7, "open"),
    "closed place": PLACE,
    "closed source": Origin("data/sources/closed/mapping.ttl"),
    "open source": Origin("data/sources/closed-no-more/mapping.ttl"),
}


@pytest.mark.parametrize("how", PLACES)
def test_a_canary_is_told_at_a_public_place_only(how: str) -> None:
    for code in SENTENCES:
        if fields := cells_of(code):
            error = MappingError(code, origin=PLACES[how], **fields)
            assert is_told(masked(error)) is not how.startswith("closed"), code


def check_all() -> None:
    for code in SENTENCES:
        fields = cells_of(code)
        inner = Message(code, **fields)
        nested = Message("made-by-rule", fact=inner, names=[CANARY], rule=(CANARY, inner))
        error = MappingError("value-not-public", origin=PLACE, hint=code, **fields)
        found = Problems([MappingError(nested, origin=PLACE, hint=nested), error])
        assert not is_told(masked(found)), code


def test_a_canary_in_any_field_of_any_code_is_not_told() -> None:
    check_all()


@pytest.mark.heavy
@pytest.mark.usefixtures("random_words")
def test_it_is_not_told_whatever_the_catalogue_says() -> None:
    check_all()


def test_a_value_that_a_function_refuses_is_told_by_no_rule_of_a_hidden_column() -> None:
    class Typed(NoRows):
        def table(self, *_: object) -> Any:
            return pl.DataFrame({ROW: [2], "secret": [CANARY]})

    error = MappingError(
        "place-and-fact",
        file="f",
        fact="no",
        hint=Message("mend-values", values=f"x '{CANARY}'"),
    )
    told = mask_error(error, SECRETS, Typed(), Path("/nowhere"))  # type: ignore[arg-type]
    assert not is_told(told)


@pytest.mark.parametrize("level", ["", "public", "restricted"])
def test_a_value_that_a_function_refuses_is_told_of_rows_for_everybody(level: str) -> None:
    class Typed(NoRows):
        def table(self, *_: object) -> Any:
            return pl.DataFrame({ROW: [2], "visibility": [level], "día": [CANARY], "secret": [""]})

    hint = Message("mend-values", values=f"x '{CANARY}'")
    error = MappingError("place-and-fact", file="f", fact="no", hint=hint)
    told = mask_error(error, SECRETS, Typed(), Path("/nowhere"))  # type: ignore[arg-type]
    assert is_told(told) is (level != "restricted")


@pytest.mark.usefixtures("random_words")
@pytest.mark.parametrize("column", ["note", "secret"])
def test_open_places_lose_hidden_words_only(column: str) -> None:
    error = MappingError(
        "not-valid", format="JSON", reason="open words", origin=Origin("data/x.csv", 3, column)
    )
    assert ("open words" in str(masked(error))) is (column == "note")


project = test_canaries.project
said = test_canaries.said


@pytest.mark.sampled(1)
@pytest.mark.usefixtures("random_words")
@pytest.mark.parametrize(*test_canaries.test_no_canary_is_in_an_error.pytestmark[0].args)  # type: ignore[attr-defined]
def test_a_build_tells_no_canary_in_random_words(
    file: str, old: str, new: str, project: Path, tmp_path: Path, said: test_canaries.Run
) -> None:
    test_canaries.test_no_canary_is_in_an_error(file, old, new, project, tmp_path, said)
