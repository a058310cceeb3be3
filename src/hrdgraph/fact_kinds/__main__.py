"""`python -m hrdgraph.fact_kinds`: pages of the kinds, into docs/reference/kinds."""

from __future__ import annotations

from pathlib import Path

from hrdgraph.fact_kinds.load import load_kinds
from hrdgraph.fact_kinds.pages import write_pages

if __name__ == "__main__":
    root = Path(__file__).parents[3]
    write_pages(load_kinds(root / "ontology" / "tables"), root / "docs" / "reference" / "kinds")
