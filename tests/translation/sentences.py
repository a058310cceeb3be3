"""The table of sentences that are no codes yet, and the texts that stand in the source."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

SRC: Final = Path(__file__).parents[2] / "src" / "hrdgraph"
TABLE: Final = SRC / "translation" / "sentences.csv"
ROWS: Final = {
    row["en"]: row for row in csv.DictReader(TABLE.read_text("utf-8").splitlines(keepends=True))
}
