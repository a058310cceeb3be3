"""data/withdrawn.csv into the things that were taken down and are to stay down, and new
decisions into rows of it."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hrdgraph.atomic_files import told
from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.identity import Ledger
from hrdgraph.identity.judgements_file import is_iri
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph

IDLE: Final = "withdrawal-of-nothing"  # the rule of findings about withdrawals of nothing
COLUMNS: Final = ("iri", "action", "when", "who", "code", "tombstone")
WITHDRAW, UNDO = "withdraw", "undo"
STONES: Final = {"yes": True, "no": False}
CODES: Final = ("safety", "consent", "error", "legal", "other")
_REASONS: Final = ("iri", "action", "when", "who", "code", "reason")


@dataclass(frozen=True)
class Withdrawal:
    """One row: a name of a thing, what was decided, by whom, when, and for what kind of reason.
    `tombstone` says whether the name was published, so that it is still said that it was
    withdrawn. `number` is that of the row in its file."""

    iri: str
    action: str
    when: date
    who: str
    code: str
    tombstone: bool
    number: int = 0


@dataclass(frozen=True)
class IdleWithdrawal:
    """A row that takes nothing down, and the nearest name that a source mentions, or ""."""

    row: Withdrawal
    suggestion: str


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
        names = set(self.standing)
        found = (ledger.members.get(name, ()) for name in names)
        return frozenset(map(IRI, names.union(*found)))

    def moved(self, old: Ledger, new: Ledger) -> tuple[list[str], list[str]]:
        """The names that other judgements take down with those of the rows, and those that they
        bring back."""
        before, after = self.down(old), self.down(new)
        return sorted(iri.value for iri in after - before), sorted(
            iri.value for iri in before - after
        )

    def tombstones(self, base: str) -> list[tuple[IRI, date]]:
        """For each name that was published, the day on which it was withdrawn, under an IRI that
        tells nothing: the number of its row. The name itself would say who it was."""
        stones = sorted((row.number, row.when) for row in self.standing.values() if row.tombstone)
        return [(IRI(f"{base}withdrawn/{number}"), when) for number, when in stones]

    def idle(self, ledger: Ledger, graph: ColumnGraph) -> list[IdleWithdrawal]:
        """The standing rows that take nothing down which another does not: no source mentions
        their name, nor one that the ledger joins to it and no row names. `graph` is in the names
        of the sources."""
        from hrdgraph.identity import nearest_in

        standing = self.standing
        if not standing:
            return []
        clusters = ledger.members
        names = {name for iri in standing for name in clusters.get(iri, (iri,))}
        there = _mentioned(names, graph)
        # a persistent IRI stands in no source: it takes down what its names do
        # or, where these have rows of their own, is told of by these
        given = {
            row.iri: {iri for iri in row.names if iri in there or iri in standing}
            for row in ledger.persistent
        }
        unnamed = there - standing.keys()  # by a row of their own
        at_work = {
            iri
            for iri in standing
            if iri in there or given.get(iri) or unnamed.intersection(clusters.get(iri, ()))
        }
        idle = [row for iri, row in standing.items() if iri not in at_work]
        return [IdleWithdrawal(row, nearest_in(graph, row.iri)) for row in idle]


def _mentioned(names: Iterable[str], graph: ColumnGraph) -> set[str]:
    import polars as pl  # who only asks goes without columns

    wanted = pl.Series([f"<{name}>" for name in names], dtype=pl.String)
    return {text[1:-1] for text in graph.terms.filter(graph.terms.is_in(wanted.implode()))}


def withdrawals_of(project: Project) -> Withdrawals:
    """The rows of a project. SourceError (or Problems) on what is not as it should be, and where
    the list was there and is not: what is lost must not bring back what was taken down."""
    path = project.withdrawn_file
    if not path.exists() and (project.withdrawn_reasons_file.exists() or _was_read(project)):
        hint = Message("put-back-withdrawals-file", known=",".join(COLUMNS))
        raise SourceError("withdrawals-missing", origin=Origin(str(path)), hint=hint)
    return read_withdrawals(path)


def _was_read(project: Project) -> bool:
    """Whether the last build had a list."""
    try:
        inputs = json.loads((project.build_dir / PRIVATE / "manifest.json").read_bytes())["inputs"]
    except (OSError, ValueError, KeyError):
        return False
    return project.withdrawn_file.relative_to(project.root).as_posix() in inputs


def read_withdrawals(path: Path) -> Withdrawals:
    """Read the rows; none where there is no file. SourceError (or Problems) on what is not as it
    should be: a damaged list must not bring back what was taken down. No error repeats a name."""
    if not path.exists():
        return Withdrawals()
    place = Origin(str(path))
    errors: list[HrdgraphError] = []
    body = (
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(_records(path, place), 2)
        if cells
    )
    found = [_row(cells, replace(place, row=number), errors) for number, cells in body]
    raise_all(errors)
    return Withdrawals(tuple(row for row in found if row is not None))


def _records(path: Path, place: Origin) -> list[list[str]]:
    """The rows below the header."""
    try:
        records = list(
            csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            "unreadable", reason=error, origin=place, hint="put-back-withdrawals"
        ) from None
    if not records or tuple(cell.strip() for cell in records[0]) != COLUMNS:
        hint = Message("restore-first-row", known=",".join(COLUMNS))
        raise SourceError("withdrawals-header-wrong", origin=replace(place, row=1), hint=hint)
    return records[1:]


def _row(cells: Sequence[str], place: Origin, errors: list[HrdgraphError]) -> Withdrawal | None:
    if len(cells) != len(COLUMNS):
        errors.append(SourceError("withdrawal-malformed", known=", ".join(COLUMNS), origin=place))
        return None
    iri, action, when, who, code, stone = cells
    wrong = [
        SourceError(fact, origin=replace(place, column=name), hint=hint)
        for name, text in zip(COLUMNS, cells, strict=True)
        for is_right, fact, hint in _RULES.get(name, ())
        if not is_right(text)
    ]
    errors += wrong
    if wrong:
        return None
    day, number = date.fromisoformat(when), place.row or 0
    return Withdrawal(iri, action, day, who, code, STONES[stone], number)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# of a cell: what is right, else the fact and the way out
_RULES: Final[dict[str, list[tuple[Callable[[str], bool], Message, Message]]]] = {
    "iri": [(is_iri, Message("no-whole-iri"), Message("write-plain-iri"))],
    "action": [
        (
            (WITHDRAW, UNDO).__contains__,
            Message("no-action"),
            Message("one-or-other", first=WITHDRAW, second=UNDO),
        )
    ],
    "when": [(_is_day, Message("no-day"), Message("write-day"))],
    "code": [
        (
            CODES.__contains__,
            Message("no-kind-of-reason"),
            Message("is-one-of", known=", ".join(CODES)),
        )
    ],
    "tombstone": [
        (STONES.__contains__, Message("neither-yes-nor-no"), Message("yes-leaves-tombstone"))
    ],
}


def append(path: Path, reasons: Path, rows: Sequence[Withdrawal], reason: str) -> None:
    """Add rows to the list, and the words of the reason to a file that only its owner can read."""
    cells = [[row.iri, row.action, row.when.isoformat(), row.who, row.code] for row in rows]
    stones = ["yes" if row.tombstone else "no" for row in rows]
    with told(reasons.parent):
        reasons.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (reasons.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    with told(path):
        _append(
            path,
            COLUMNS,
            ([*each, stone] for each, stone in zip(cells, stones, strict=True)),
            0o644,
        )
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
    with open(
        os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode),
        "w",
        encoding="utf-8",
        newline="",
    ) as file:
        file.write(text.getvalue())
