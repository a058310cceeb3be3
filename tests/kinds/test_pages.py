"""The documentation has a page of each kind, made when it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.fact_kinds import load_kinds
from hrdgraph.fact_kinds.__main__ import page_of

KINDS = load_kinds(Path(__file__).parents[2] / "ontology" / "tables")


@pytest.mark.parametrize("name", KINDS)
def test_a_page_says_each_typed_column_in_three_languages(name: str) -> None:
    text = page_of(KINDS[name])
    for column in KINDS[name].columns:
        assert text.count(f"\n| `{column.name}` |") == (0 if column.technical else 3)
    assert tuple(
        line.partition(":")[0] for line in text.splitlines() if line.startswith("## ")
    ) == ("## English", "## Français", "## Español")
