"""Sentences of the golden files hold the facts that are written beside them; what is written to hold none, holds none."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrdgraph.extraction import Candidate, Extractor

GOLDEN = Path(__file__).parent / "golden"
RULES = Path(__file__).parents[2] / "ontology" / "extraction"
NOT_FACTS = ("person", "organisation", "award", "edition")


@cache
def extractor() -> Extractor:
    return Extractor.of(RULES)


def cases() -> list[Any]:
    found = []
    for path in sorted(GOLDEN.glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            found.append(pytest.param(path.stem, case, id=f"{path.stem}-{number}"))
    return found


def holds(candidate: Candidate, wanted: dict[str, str]) -> bool:
    row = {**candidate.row, "kind": candidate.kind}
    return all(str(value).lower() in row.get(name, "").lower() for name, value in wanted.items())


@pytest.mark.parametrize(("language", "case"), cases())
def test_a_sentence_yields_its_facts(language: str, case: dict[str, Any]) -> None:
    before = case.get("before", "")
    text = f"{before} {case['text']}".strip()
    found = extractor().extract(text, language=language).candidates
    facts = [item for item in found if item.kind not in NOT_FACTS]
    if not case["facts"]:
        assert not facts, [(item.kind, item.row) for item in facts]
    lacking = [wanted for wanted in case["facts"] if not any(holds(item, wanted) for item in facts)]
    assert not lacking, (lacking, [(item.kind, item.row) for item in facts])
