"""data/withdrawn.csv into the things that were taken down and are to stay down, and new decisions into rows of it."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.identity import Ledger
from hrdgraph.rdf import IRI
from hrdgraph.writing import told

COLUMNS: Final = ("iri", "action", "when", "who", "code", "tombstone")
WITHDRAW, UNDO = "withdraw", "undo"
CODES: Final = ("safety", "consent", "error", "legal", "other")
_REASONS: Final = ("iri", "action", "when", "who", "code", "reason")


@dataclass(frozen=True)
class Withdrawal:
    """One row: a name of a thing, what was decided, by whom, when, and for what kind of reason. `tombstone` says whether the name was
    published, so that it is still said that it was withdrawn."""

    iri: str
    action: str
    when: date
    who: str
    code: str
    tombstone: bool


@dataclass(frozen=True)
class Withdrawals:
    """All rows, oldest first. Of several on one name the last counts."""

    rows: tuple[Withdrawal, ...] = ()

    @property
    def standing(self) -> dict[str, Withdrawal]:
        """The names that are down."""
        last = {row.iri: row for row in self.rows}
        return {iri: row for iri, row in last.items() if row.action == WITHDRAW}

    def down(self, ledger: Ledger) -> frozenset[IRI]:
        """Every name of every thing of which a name is down, as the ledger joins them now."""
        names = self.standing.keys()
        joined = {name for cluster in ledger.clusters if names & set(cluster) for name in cluster}
        return frozenset(map(IRI, names | joined))

    def tombstones(self) -> list[tuple[IRI, date]]:
        """The names that were published, with the day on which they were withdrawn."""
        return [(IRI(iri), row.when) for iri, row in sorted(self.standing.items()) if row.tombstone]


def read_withdrawals(path: Path) -> Withdrawals:
    """Read the rows; none where there is no file. SourceError (or Problems) on what is not as it should be: a damaged list must not
    bring back what was taken down."""
    if not path.exists():
        return Withdrawals()
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"cannot be read: {error}", origin=Origin(str(path)), hint="put back the last version of it") from None
    errors: list[HrdgraphError] = []
    found = [_row(cells, Origin(str(path), number), errors) for number, cells in enumerate(rows, 2)]
    raise_all(errors)
    return Withdrawals(tuple(row for row in found if row is not None))


def _row(cells: dict[str, str], place: Origin, errors: list[HrdgraphError]) -> Withdrawal | None:
    if set(cells) != set(COLUMNS) or None in cells.values():
        errors.append(SourceError("this is no row of withdrawals", origin=place, hint=f"its columns are {', '.join(COLUMNS)}"))
        return None
    try:
        if cells["action"] not in (WITHDRAW, UNDO) or not cells["iri"]:
            raise ValueError(cells["action"])
        when = date.fromisoformat(cells["when"])
    except ValueError:
        hint = f"`hrdgraph withdraw` writes it: action is {WITHDRAW} or {UNDO}, when is a day such as 2026-11-24"
        errors.append(SourceError("the row cannot be read", origin=place, hint=hint))
        return None
    return Withdrawal(cells["iri"], cells["action"], when, cells["who"], cells["code"], cells["tombstone"] == "yes")


def append(path: Path, reasons: Path, rows: Sequence[Withdrawal], reason: str) -> None:
    """Add rows to the list, and the words of the reason to a file that only its owner can read."""
    cells = [[row.iri, row.action, row.when.isoformat(), row.who, row.code] for row in rows]
    stones = ["yes" if row.tombstone else "no" for row in rows]
    with told(reasons.parent):
        reasons.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (reasons.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    with told(path):
        _append(path, COLUMNS, ([*each, stone] for each, stone in zip(cells, stones, strict=True)), 0o644)
    with told(reasons):
        _append(reasons, _REASONS, ([*each, reason] for each in cells[:1]), 0o600)


def _append(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], mode: int) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists():
        writer.writerow(columns)
    elif not path.read_bytes().endswith(b"\n"):
        text.write("\n")
    writer.writerows(rows)
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode), "w", encoding="utf-8", newline="") as file:
        file.write(text.getvalue())
