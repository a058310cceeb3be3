"""The pages of the kinds are those that the kinds say now."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.fact_kinds import load_kinds
from hrdgraph.fact_kinds.__main__ import index_of, page_of

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(ROOT / "ontology" / "tables")
PAGES = ROOT / "docs" / "reference" / "kinds"
HINT = "python -m hrdgraph.fact_kinds"


def test_every_kind_has_its_page_as_it_is_now() -> None:
    for kind in KINDS.values():
        assert (PAGES / f"{kind.name}.md").read_text("utf-8") == page_of(kind), HINT
    assert (PAGES / "index.md").read_text("utf-8") == index_of(KINDS), HINT


def test_a_page_says_each_typed_column_in_three_languages() -> None:
    text = page_of(KINDS["act"])
    for column in KINDS["act"].columns:
        if not column.technical:
            assert text.count(f"| `{column.name}` |") == 3
