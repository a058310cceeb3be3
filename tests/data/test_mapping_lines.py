"""How little mapping is written: the kinds of `ontology/tables`, and what sources bring beside them."""

from __future__ import annotations

import re
from pathlib import Path

BAR = 600  # it was 2,108 before kinds


def lines(text: str) -> int:
    """Lines that say something: blank ones and comments do not."""
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") for line in text.splitlines()
    )


def mapping_part(text: str) -> str:
    """The parts of a kind that are mapping."""
    parts = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    return "".join(part for part in parts if re.match("mappings?:|fragments:", part))


def test_all_mapping_that_is_shipped_is_short(root: Path) -> None:
    kinds = [
        mapping_part(path.read_text("utf-8"))
        for path in sorted((root / "ontology" / "tables").glob("*.yml"))
    ]
    sources = [path.read_text("utf-8") for path in sorted((root / "data").rglob("mapping.*"))]
    assert all(map(lines, sources))
    assert any(map(lines, kinds))  # some have the usual mapping alone
    assert sum(map(lines, [*kinds, *sources])) < BAR


def test_only_raw_files_have_a_mapping_of_their_own(root: Path) -> None:
    found = {path.parent.name for path in (root / "data").rglob("mapping.*")}
    assert found == {"countries", "nobel-peace"}
