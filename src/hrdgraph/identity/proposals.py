"""Proposals into the table that `hrdgraph reconcile -o` writes, and such a table back into pairs
of IRIs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.identity.matching.propose import Proposal

COLUMNS: Final = (
    "score",
    "kind",
    "left",
    "left_names",
    "left_sources",
    "right",
    "right_names",
    "right_sources",
    "why",
)


def proposals_table(proposals: Iterable[Proposal], language: str = "en") -> str:
    """The proposals as CSV, best first."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(proposal, language) for proposal in proposals)
    return out.getvalue()


def _row(proposal: Proposal, language: str) -> list[str]:
    left, right, comparison = proposal.left, proposal.right, proposal.comparison
    sides = (
        (record.iri, "; ".join(record.names), "; ".join(record.sources)) for record in (left, right)
    )
    return [
        f"{comparison.score:.3f}",
        left.kind or right.kind,
        *(cell for side in sides for cell in side),
        comparison.why(language),
    ]


def read_pairs(path: Path) -> list[tuple[str, str, int]]:
    """The pairs of IRIs of a table with columns `left` and `right`, and their rows. SourceError
    where it has none."""
    try:
        text = path.read_text("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, ValueError, csv.Error) as error:
        fact = getattr(error, "strerror", None) or Message("pairs-not-csv", reason=error)
        raise SourceError(
            "unreadable", reason=fact, origin=Origin(str(path)), hint="reconcile-writes-one"
        ) from None
    header = rows[0] if rows else []
    if not {"left", "right"} <= set(header):
        raise SourceError("pair-columns-missing", origin=Origin(str(path), 1))
    return [
        (*_cells(cells, header), number) for number, cells in enumerate(rows[1:], 2) if any(cells)
    ]


def _cells(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str]:
    row = dict(zip(header, cells, strict=False))
    return row.get("left", ""), row.get("right", "")
