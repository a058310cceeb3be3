"""Names: the one to show, and the form to compare."""

from __future__ import annotations

import pytest

from hrdgraph.exports.network import TaggedLabel, best, fold_text

NAMES = [
    TaggedLabel("Zed", "", True),
    TaggedLabel("Zède", "fr", True),
    TaggedLabel("Зед", "ru", True),
    TaggedLabel("Anne", "en", False),
]


@pytest.mark.parametrize(
    ("languages", "label"),
    [
        (["fr"], "Zède"),
        (["en", "ru"], "Зед"),
        (["en"], "Zed"),
        ([], "Zed"),
        (["FR-ca", "ru"], "Зед"),
        (["de"], "Zed"),
    ],
)
def test_best(languages: list[str], label: str) -> None:
    assert best(NAMES, languages, "none") == label


def test_a_region_falls_back_on_its_language() -> None:
    assert (
        best([TaggedLabel("a", "", True), TaggedLabel("b", "fr-CA", True)], ["fr"], "none") == "b"
    )


def test_no_name_at_all() -> None:
    assert best([], ["en"], "none") == "none"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aleś  BIALIACKI", "ales bialiacki"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("Bø", "bo"),
        ("İstanbul", "istanbul"),
        ("é", "e\u0301"),
        ("O’Neil", "o'neil"),
    ],
)
def test_folded_alike(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(("one", "other"), [("Ада", "Ada"), ("Ana", "Anna"), ("Ann Lee", "Annlee")])
def test_folded_apart(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)
