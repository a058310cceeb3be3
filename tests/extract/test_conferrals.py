"""Where the name of an award ends, and who received it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.extraction.extractor import Extractor

RULES = Path(__file__).parents[2] / "ontology" / "extraction"


@pytest.mark.parametrize(
    ("language", "text", "award", "names"),
    [
        ("fr", "Le jury a décerné le prix Boussole aux Maliens Awa Keïta et Omar Diallo.", "prix Boussole", {"Awa Keïta", "Omar Diallo"}),
        ("fr", "C'est l'avocate Awa Keïta qui a reçu le prix Boussole à Genève.", "prix Boussole", {"Awa Keïta"}),
        ("es", "El jurado otorgó el Premio Farol a Lucía Quispe.", "Premio Farol", {"Lucía Quispe"}),
    ],
)  # fmt: skip
def test_an_award_ends_before_who_received_it(
    language: str, text: str, award: str, names: set[str]
) -> None:
    rows = [item.row for item in Extractor.of(RULES).extract(text, language=language).candidates]
    told = {(row["award"], row["recipient"]) for row in rows if "recipient" in row}
    assert told == {(award, name) for name in names}
