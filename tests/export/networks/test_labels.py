"""Names: the one to show, and the form to compare."""

from __future__ import annotations

import pytest

from hrdgraph.exports.network import TaggedLabel, best

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
