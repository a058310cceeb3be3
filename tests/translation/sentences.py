"""The table of sentences that are no codes yet, and the texts that stand in the source."""

from __future__ import annotations

import ast
import csv
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

SRC: Final = Path(__file__).parents[2] / "src" / "hrdgraph"
TABLE: Final = SRC / "translation" / "sentences.csv"
ROWS: Final = {
    row["en"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines(keepends=True))
}


@cache
def texts_in_the_source() -> frozenset[str]:
    """All that stands in quotes in a module, the places of f-strings numbered."""
    trees = (ast.parse(path.read_text("utf-8")) for path in sorted(SRC.rglob("*.py")))
    return frozenset(_text(node) for tree in trees for node in ast.walk(tree)) - {""}


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        number = count(1)
        return "".join(
            part.value
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
            else f"{{{next(number)}}}"
            for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
