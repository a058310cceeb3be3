"""The list of what was taken down (data/withdrawn.csv), what is known of it in private, and what
is down now."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote
from uuid import uuid4

from hrdgraph.atomic_files import writing_to
from hrdgraph.catalogue import Message, write_like
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.identity.judgements import is_iri, read_ledger
from hrdgraph.identity.ledger import Ledger
from hrdgraph.ledger_files import ledger_text, read_ledger_rows
from hrdgraph.project import Project
from hrdgraph.project.model import read_private_manifest
from hrdgraph.rdf import IRI

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph

IDLE: Final = "withdrawal-of-nothing"  # the rule of findings about withdrawals of nothing
RETURN: Final = "likely-return"  # and of those about people who may have come back
MENTION: Final = "likely-mention"  # and of those about words that may mean one
COLUMNS: Final = ("iri", "action", "when", "who", "code", "tombstone")
WITHDRAW, UNDO = "withdraw", "undo"
CODES: Final = ("safety", "consent", "error", "legal", "other")
_STONES: Final = {"yes": True, "no": False}
_REASONS: Final = ("iri", "action", "when", "who", "code", "reason")
_NAMES_FILE: Final = "withdrawn-names.csv"
_TRAITS: Final = ("iri", "what", "text")
# what is known of a thing: its name and kind, and what tells it from namesakes
NAME, KIND, CONTEXT = "name", "kind", "context"
_STAND_IN: Final = "urn:uuid:"  # begins the IRI of somebody of whom only a name is known
ListMark = tuple[tuple[int, int, int, int] | None, ...]


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
class WithdrawnTrait:
    """Something that is known of a withdrawn thing, kept in private: `what` is name, kind, or
    context (where it came from, its country, an award …)."""

    iri: str
    what: str
    text: str


@dataclass(frozen=True)
class IdleWithdrawal:
    """A row that takes nothing down, and the nearest name that a source mentions, or ""."""

    row: Withdrawal
    suggestion: str


@dataclass(frozen=True)
class Withdrawals:
    """All rows, oldest first. Of several on one name the last counts. `traits` are what is known
    in private of what was withdrawn."""

    rows: tuple[Withdrawal, ...] = ()
    traits: tuple[WithdrawnTrait, ...] = ()

    @property
    def standing(self) -> dict[str, Withdrawal]:
        """Return the names that are down."""
        last = {row.iri: row for row in self.rows}
        return {iri: row for iri, row in last.items() if row.action == WITHDRAW}

    def list_down(self, ledger: Ledger) -> frozenset[IRI]:
        """List every name of every thing of which a name is down, as the ledger joins them now."""
        names = set(self.standing)
        joined = (ledger.members.get(name, ()) for name in names)
        return frozenset(map(IRI, names.union(*joined)))

    def compare_ledgers(self, old: Ledger, new: Ledger) -> tuple[list[str], list[str]]:
        """List the names that other judgements take down with those of the rows, and those that
        they bring back."""
        before, after = self.list_down(old), self.list_down(new)
        return sorted(iri.value for iri in after - before), sorted(
            iri.value for iri in before - after
        )

    def list_traits(self, what: str) -> dict[str, list[str]]:
        """Return the texts of one kind that are known of each name that is down."""
        standing, texts = self.standing, dict[str, list[str]]()
        for trait in self.traits:
            if trait.what == what and trait.iri in standing:
                texts.setdefault(trait.iri, []).append(trait.text)
        return texts

    def tombstones(self, base: str) -> list[tuple[IRI, date]]:
        """For each name that was published, the day on which it was withdrawn, under an IRI that
        tells nothing: the number of its row. The name itself would say who it was."""
        stones = sorted((row.number, row.when) for row in self.standing.values() if row.tombstone)
        return [(IRI(f"{base}withdrawn/{number}"), when) for number, when in stones]

    def find_idle(
        self, ledger: Ledger, graph: ColumnGraph, asked: Collection[str] = ()
    ) -> list[IdleWithdrawal]:
        """Find the standing rows that take nothing down which another does not: no source mentions
        their name, nor one that the ledger joins to it and no row names. `graph` is in the
        names of the sources. A row of which only a name is known waits for somebody to bear it,
        and whoever may have come back under another name is `asked` about."""
        from hrdgraph.identity.canonical import nearest_in

        clusters = ledger.members
        standing = {
            iri
            for iri in self.standing
            if not is_stand_in(iri) and not set(asked).intersection((iri, *clusters.get(iri, ())))
        }
        if not standing:
            return []
        names = {name for iri in standing for name in clusters.get(iri, (iri,))}
        there = {name for name in names if graph.position(f"<{name}>") is not None}
        # a persistent IRI stands in no source: it takes down what its names do
        # or, where these have rows of their own, is told of by these
        given = {
            row.iri: {iri for iri in row.names if iri in there or iri in standing}
            for row in ledger.persistent
        }
        unnamed = there - standing  # by a row of their own
        idle = [
            row
            for iri, row in self.standing.items()
            if iri in standing
            and not (iri in there or given.get(iri) or unnamed.intersection(clusters.get(iri, ())))
        ]
        return [IdleWithdrawal(row, nearest_in(graph, row.iri)) for row in idle]


def withdrawals_of(project: Project) -> Withdrawals:
    """Read the list of a project, and what is known in private. SourceError (or Problems) on what
    is not as it should be, and where the list was there and is not: what is lost must not bring
    back what was taken down."""
    path = project.withdrawn_file
    if not path.exists() and (
        project.withdrawn_reasons_file.exists()
        or path.relative_to(project.root).as_posix()  # the last build had a list
        in read_private_manifest(project.build_dir).get("inputs", ())
    ):
        hint = Message("put-back-withdrawals-file", known=",".join(COLUMNS))
        raise SourceError("withdrawals-missing", origin=Origin(str(path)), hint=hint)
    withdrawals = read_withdrawals(path)
    if not withdrawals.rows:
        return withdrawals
    place = names_file(project)
    rows = read_ledger_rows(place, _TRAITS) if place.exists() else []
    withdrawals = replace(withdrawals, traits=tuple(WithdrawnTrait(*cells) for _, cells in rows))
    nameless = set(filter(is_stand_in, withdrawals.standing)) - withdrawals.list_traits(NAME).keys()
    if nameless:  # a build could close nobody
        hint = Message("restore-withdrawn-names")
        raise SourceError(
            "withdrawn-names-missing", count=len(nameless), origin=Origin(str(place)), hint=hint
        )
    return withdrawals


def names_down(project: Project) -> frozenset[str]:
    """List every name that is down now, as the ledger joins them. SourceError where the list
    cannot be read, or is missing."""
    withdrawals = withdrawals_of(project)
    if not withdrawals.standing:
        return frozenset()
    return frozenset(
        iri.value for iri in withdrawals.list_down(read_ledger(project.judgements_file))
    )


def list_gone_keys(project: Project) -> frozenset[str]:
    """List the keys, under the project's base, of things that were published and withdrawn."""
    rows, base = withdrawals_of(project).standing.values(), project.base
    return frozenset(
        unquote(row.iri.removeprefix(base))
        for row in rows
        if row.tombstone and row.iri.startswith(base)
    )


def read_list_mark(project: Project) -> ListMark:
    """Return a mark that changes with the list of withdrawals or the ledger that joins names."""
    files = (project.withdrawn_file, project.judgements_file, project.persistent_iris_file)
    return tuple(map(_state, files))


def _state(path: Path) -> tuple[int, int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def read_withdrawals(path: Path) -> Withdrawals:
    """Read the rows; none where there is no file. SourceError (or Problems) on what is not as it
    should be: a damaged list must not bring back what was taken down. No error repeats a name."""
    if not path.exists():
        return Withdrawals()
    place, errors = Origin(str(path)), list[HrdgraphError]()
    rows = [
        _row(cells, replace(place, row=number), errors)
        for number, cells in read_ledger_rows(path, COLUMNS)
    ]
    raise_all(errors)
    return Withdrawals(tuple(row for row in rows if row is not None))


def _row(cells: Sequence[str], place: Origin, errors: list[HrdgraphError]) -> Withdrawal | None:
    iri, action, when, who, code, stone = cells
    wrong = [
        SourceError("not-as-expected", origin=replace(place, column=name), hint=hint)
        for name, text in zip(COLUMNS, cells, strict=True)
        for is_right, hint in filter(None, [_RULES.get(name)])
        if not is_right(text)
    ]
    errors += wrong
    if wrong:
        return None
    day, number = date.fromisoformat(when), place.row or 0
    return Withdrawal(iri, action, day, who, code, _STONES[stone], number)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# of a cell: what is right, else the way out
_RULES: Final[Mapping[str, tuple[Callable[[str], bool], Message]]] = {
    "iri": (is_iri, Message("write-whole-iri-without-prefix")),
    "action": ((WITHDRAW, UNDO).__contains__, Message("there-is", known=(WITHDRAW, UNDO))),
    "when": (_is_day, write_like("2026-11-24")),
    "code": (CODES.__contains__, Message("there-is", known=", ".join(CODES))),
    "tombstone": (_STONES.__contains__, Message("yes-leaves-tombstone")),
}


def make_stand_in() -> str:
    """Return a new IRI for somebody of whom only a name is known."""
    return f"{_STAND_IN}{uuid4()}"


def is_stand_in(iri: str) -> bool:
    """Tell whether an IRI stands for somebody of whom only a name is known."""
    return iri.startswith(_STAND_IN)


def append(path: Path, reasons: Path, rows: Sequence[Withdrawal], reason: str) -> None:
    """Add rows to the list, and the words of the reason to a file that only its owner can read.
    Nothing that stands there is read: a damaged list must not keep anybody up."""
    cells = [[row.iri, row.action, row.when.isoformat(), row.who, row.code] for row in rows]
    stones = ["yes" if row.tombstone else "no" for row in rows]
    with writing_to(path):
        lines = ([*each, stone] for each, stone in zip(cells, stones, strict=True))
        _append(path, COLUMNS, lines, 0o644)
    with writing_to(reasons):
        close_folder(reasons.parent)
        _append(reasons, _REASONS, ([*each, reason] for each in cells[:1]), 0o600)


def names_file(project: Project) -> Path:
    """Return the path of the private list of names of what was withdrawn."""
    return project.withdrawn_reasons_file.with_name(_NAMES_FILE)


def add_traits(project: Project, traits: Iterable[WithdrawnTrait], known: Withdrawals) -> None:
    """Note what is known of withdrawn things, but what is `known` already, in a file that only
    its owner can read."""
    new = [trait for trait in dict.fromkeys(traits) if trait not in known.traits]
    if not new:
        return
    file = names_file(project)
    with writing_to(file):
        close_folder(file.parent)
        _append(file, _TRAITS, ([each.iri, each.what, each.text] for each in new), 0o600)


def close_folder(folder: Path) -> None:
    """Make a folder that others cannot read, and that git passes over."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignored = folder / ".gitignore"
    lines = ignored.read_text("utf-8", "replace").splitlines() if ignored.exists() else []
    if "*" not in lines:
        ignored.write_text("\n".join([*lines, "*", ""]), encoding="utf-8")


def _append(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], mode: int) -> None:
    head, _, lines = ledger_text(columns, rows).partition("\n")
    if not path.exists():
        lines = f"{head}\n{lines}"
    elif not path.read_bytes().endswith(b"\n"):
        lines = f"\n{lines}"
    with open(path, "a", encoding="utf-8", newline="", opener=partial(os.open, mode=mode)) as file:
        file.write(lines)
