"""Every counted sentence, for none, one and two, in three languages: the words go with the number, and every count has its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from tests.translation.sentences import ROWS as SENTENCES

from hrdgraph.api.words import _TEXTS
from hrdgraph.privacy import k_anonymity
from hrdgraph.translation import counted, translated
from hrdgraph.translation.counts import FORMS, each_way, with_counts
from hrdgraph.validate.report.texts import TEXTS
from hrdgraph.validate.tables import expectations

ROWS: Final = list(SENTENCES.values())
PLACE: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
# what follows a number and is one: `1 lines`, `1 lignes`, `1 autres`
ONE_AS_MANY: Final = re.compile(r"\b1 (?!más\b|de\b|is\b|was\b|stands\b|tells\b)\w+s\b")
AS_MANY: Final = re.compile(
    r"\{(?:\d|n|\w{4,})\} (?!sans\b|dans\b)\w{3,}s\b"
)  # in French and Spanish: a number, and a plural that does not change
# what stands there is a bound, or known to be many, or a name
NEVER_ONE: Final = {
    "a join with {1} parameters",
    "it has more than {1} million bytes",
    "no name {1} in '{2}'",
    "the words stand in {1} places",
    "the words stand in {1} places, and what stood around them does not tell whether it is they: look at {2}",
    "{1} {2} has {3} days; write {4}-{5} if the day is not known",
    "{file} rows {rows}",
    "{keys} {keys:key|keys} shared by more than {records} records {keys:was|were} narrowed to equal names",
    "… ({n} characters in all)",
}  # fmt: skip


def languages(english: str, french: str, spanish: str) -> dict[str, str]:
    return {"en": english, "fr": french, "es": spanish}


def texts() -> Iterator[dict[str, str]]:
    """All that is told of a count: by commands, in errors, in findings and in the report."""
    yield from (languages(english, *others) for english, others in _TEXTS.items())
    yield from (languages(row["en"], row["fr"], row["es"]) for row in ROWS)
    yield from (expectations._ROWS_FEW, expectations._ROWS_MANY, k_anonymity._ALONE)
    yield from ({language: TEXTS[language][name] for language in TEXTS} for name in TEXTS["en"])


COUNTED: Final = [told for told in texts() if any(FORMS.search(text) for text in told.values())]


def filled(text: str, count: int, language: str) -> str:
    """A text with a number in the places that it counts by, and a word in the others."""
    places = {place for place, *_ in FORMS.findall(text)}
    values = {place: count if place in places else "«x»" for place in re.findall(r"\{(\w+)", text)}
    numbered = re.sub(r"\{(\d)", r"{p\1", PLACE.sub(r"{\1}", text))
    by_name = {f"p{place}" if place.isdigit() else place: value for place, value in values.items()}
    return numbered.format(**with_counts(numbered, language, by_name))


def test_there_are_counted_sentences() -> None:
    assert len(COUNTED) > 50


@pytest.mark.parametrize("told", COUNTED, ids=lambda told: told["en"][:60])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_words_go_with_their_number(told: dict[str, str], language: str) -> None:
    none, one, two = (filled(told[language], count, language) for count in (0, 1, 2))
    assert not ONE_AS_MANY.search(one), one
    assert not FORMS.search(told[language]) or one.replace("1", "2") != two
    assert one.replace("1", "0") == none if language == "fr" else two.replace("2", "0") == none


@pytest.mark.parametrize("told", list(texts()), ids=lambda told: told["en"][:60])
def test_what_is_counted_has_a_form_for_one(told: dict[str, str]) -> None:
    assert told["en"] in NEVER_ONE or not any(
        AS_MANY.search(told[language]) for language in ("fr", "es")
    )


def test_what_is_never_one_is_there() -> None:
    assert {told["en"] for told in texts()} >= NEVER_ONE


@pytest.mark.parametrize(
    "row", [row for row in ROWS if FORMS.search(row["en"])], ids=lambda row: row["en"][:60]
)
@pytest.mark.parametrize("language", ["fr", "es"])
@pytest.mark.parametrize("count", [0, 1, 2, 1200])
def test_a_counted_error_is_found_by_its_english(
    row: dict[str, str], language: str, count: int
) -> None:
    places = sorted(set(re.findall(r"\{(\d)", row["en"])))
    by = {place for place, *_ in FORMS.findall(row["en"])}
    english = counted(row["en"], *(count if place in by else "«x»" for place in places))
    assert translated(english, language) == filled(row[language], count, language)


def test_a_sentence_is_told_each_way() -> None:
    assert each_way("{1} {1:row|rows} of {2} {2:file|files}, {3}") == [
        "1 row of 1 file, {3}", "1 row of {2} files, {3}", "{1} rows of 1 file, {3}", "{1} rows of {2} files, {3}",
    ]  # fmt: skip
    assert each_way("no row") == ["no row"]
