"""Append decisions to the file of judgements.

The file is read again under a lock, the ledger with the new rows is made (which refuses
contradictions), and only then the longer file replaces the old one: a program stopped in between
leaves the old file."""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hrdgraph.atomic_files import whole_file, writing_to
from hrdgraph.catalogue import Message, is_not, write_like
from hrdgraph.errors import (
    HrdgraphError,
    IdentityError,
    Origin,
    OutputError,
    SourceError,
    raise_all,
)
from hrdgraph.evidence.dates import is_edtf
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import in_rdf, read_persistent_iris
from hrdgraph.ledger_files import read_ledger_rows
from hrdgraph.nearest import hint_at
from hrdgraph.processes import is_alive

COLUMNS = ("left", "right", "judgement", "who", "when", "why")
_IRI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://[^\x00-\x20<>\"{}|\\^`]+|urn:[^\x00-\x20<>\"{}|\\^`]+)"
)
_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z))?"
)


def read_ledger(path: Path, name: str = "") -> Ledger:
    """Read judgements from CSV in UTF-8 with the columns of `COLUMNS`, in any order, and the
    persistent IRIs of the file beside it; `name` is how messages call the file.

    All bad rows are reported at once (SourceError, or Problems); a ledger that contradicts itself
    is an IdentityError.
    """
    file = name or str(path)
    read = [_Row(file, *row) for row in read_ledger_rows(path, COLUMNS, file)]
    raise_all([error for row in read for error in row.errors()])
    judgements = tuple(row.judgement() for row in read)
    return Ledger(judgements, file, persistent=read_persistent_iris(path))


def is_iri(text: str) -> bool:
    """Say whether a text is a whole IRI, without prefix, brackets or spaces."""
    return bool(_IRI.fullmatch(text))


@dataclass(frozen=True)
class _Row:
    """One row of cells with its place."""

    file: str
    number: int
    cells: Sequence[str]

    def __getitem__(self, column: str) -> str:
        return self.cells[COLUMNS.index(column)]

    def errors(self) -> list[HrdgraphError]:
        decisions = [
            self._iri("left"), self._iri("right"), self._verdict(),
            self._check_filled("who"), self._when(), self._check_filled("why"),
        ]  # fmt: skip
        return [error for error in decisions if error] or self._self_pair()

    def judgement(self) -> Judgement:
        day, _, at = self["when"].partition("T")
        when, verdict = date.fromisoformat(day), Verdict(self["judgement"])
        return Judgement(
            self["left"], self["right"], verdict, self["who"], when, self["why"], self.number, at
        )

    def _error(self, column: str, fact: str | Message, hint: str | Message) -> SourceError:
        return SourceError(fact, origin=Origin(self.file, self.number, column), hint=hint)

    def _iri(self, column: str) -> SourceError | None:
        if is_iri(self[column]):
            return None
        fact = is_not(self[column][:80], "iri") if self[column] else Message("cell-empty")
        return self._error(column, fact, "write-whole-iri-without-prefix")

    def _verdict(self) -> SourceError | None:
        word = self["judgement"]
        if word in list(Verdict):
            return None
        folded = word.strip().lower().replace("_", "-").replace(" ", "-")
        hint = hint_at(folded, Verdict)
        return self._error(
            "judgement",
            Message("not-known-here", name=word[:80]) if word else Message("cell-empty"),
            hint,
        )

    def _check_filled(self, column: str) -> SourceError | None:
        hints = {"who": Message("say-who"), "why": Message("say-why")}
        return None if self[column].strip() else self._error(column, "cell-empty", hints[column])

    def _when(self) -> SourceError | None:
        text = self["when"]
        written = _DAY.fullmatch(text)
        if written and is_edtf(written[1]):
            return None
        hint = write_like("2026-11-24")
        if not text:
            return self._error("when", "cell-empty", hint)
        if not is_edtf(text):
            from hrdgraph.evidence.dating import explain  # no command needs it but for a mistake

            hint = explain(text)
        return self._error("when", is_not(text[:80], "date"), hint)

    def _self_pair(self) -> list[HrdgraphError]:
        if self["left"] != self["right"]:
            return []
        fact = Message("pair-of-one-thing", thing=self["left"])
        return [self._error("right", fact, "put-iri-other-thing-two")]


_PATIENCE = 10.0  # seconds
_PAUSE = 0.05


@contextmanager
def hold_lock(path: Path, name: str, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold `<path>.lock` while the block runs. A lock whose process has ended on this machine is
    taken over. OutputError if somebody else holds it for longer than `patience` seconds, or
    none can be made."""
    lock = path.with_name(f"{path.name}.lock")
    end = time.monotonic() + patience
    while not _take_lock(lock, name):
        if _is_abandoned(lock):
            with suppress(FileNotFoundError):
                lock.unlink()
        elif time.monotonic() > end:
            hint = Message("remove-lock", file=lock.name)
            raise OutputError("ledger-locked", holder=_holder(lock), origin=Origin(name), hint=hint)
        else:
            time.sleep(_PAUSE)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            lock.unlink()


def _take_lock(lock: Path, name: str) -> bool:
    with writing_to(name), suppress(FileExistsError), lock.open("x", encoding="utf-8") as stream:
        stream.write(f"{os.getpid()} {socket.gethostname()}")
        return True
    return False


def _holder(lock: Path) -> str:
    with suppress(OSError):
        number, _, host = lock.read_text("utf-8").partition(" ")
        return f"process {number} on {host}"
    return "a process that has just ended"


def _is_abandoned(lock: Path) -> bool:
    try:
        number, _, host = lock.read_text("utf-8").partition(" ")
    except OSError:
        return False
    if host != socket.gethostname() or not number.isdigit():
        return False
    return not is_alive(int(number))


@dataclass(frozen=True, slots=True)
class JudgementDecision:
    """A person's decision about two IRIs."""

    left: str
    right: str
    verdict: Verdict
    who: str
    when: date
    why: str
    at: str = ""


@dataclass(frozen=True)
class AppendResult:
    """The ledger now, the rows that were added, the number of decisions that were in it already,
    and the ledger before."""

    ledger: Ledger
    rows: tuple[Judgement, ...]
    known: int
    before: Ledger


def append(
    path: Path, decisions: Sequence[JudgementDecision], *, name: str = "", replacing: bool = False
) -> AppendResult:
    """Add decisions to the file, which is made where there is none. All or none are added.

    A decision that stands already is left out. Another word on a judged pair is refused unless
    `replacing`, and then it needs a later moment; so is what a chain of rows contradicts.
    IdentityError and SourceError say where.
    """
    path, file = path.resolve(), name or str(path)
    with hold_lock(path, file):
        raise_all([error for decision in decisions for error in _faults(decision)])
        old = (
            read_ledger(path, file)
            if path.exists()
            else Ledger((), file, persistent=read_persistent_iris(path))
        )
        new = _new(old, decisions, replacing)
        start = _next_row(path)
        rows = tuple(_judgement(decision, start + place) for place, decision in enumerate(new))
        ledger = _join_rows(old, rows, file)
        if rows:
            _write(path, _longer(path, rows), file)
    return AppendResult(ledger, rows, len(decisions) - len(new), old)


def _faults(decision: JudgementDecision) -> Iterator[HrdgraphError]:
    for iri in (decision.left, decision.right):
        if not is_iri(iri):
            yield SourceError(is_not(iri[:80], "iri"), hint="write-whole-iri-without-prefix")
    if decision.left == decision.right:
        yield SourceError("pair-of-one-thing", thing=decision.left)
    for column, text in (("who", decision.who), ("why", decision.why)):
        if not text.strip():
            yield SourceError("missing", option=column, hint=f"say-{column}")


def _new(
    old: Ledger, decisions: Sequence[JudgementDecision], replacing: bool
) -> list[JudgementDecision]:
    """Return the decisions that are new, with authorities' names in the form of RDF. Those against
    a standing row are errors."""
    standing = {pair: row.verdict for pair, row in old.standing.items()}
    new, errors = [], []
    for decision in decisions:
        left, right = in_rdf(decision.left), in_rdf(decision.right)
        pair = (left, right) if left < right else (right, left)
        stands = standing.get(pair, Verdict.OPEN)
        if stands == decision.verdict and not replacing:
            continue
        if stands != Verdict.OPEN and not replacing:
            errors.append(_against(old, pair, stands, decision))
        standing[pair] = decision.verdict
        new.append(replace(decision, left=left, right=right))
    raise_all(errors)
    return new


def _against(
    old: Ledger, pair: tuple[str, str], stands: Verdict, decision: JudgementDecision
) -> IdentityError:
    row = old.standing.get(pair)
    shown = Message("in-row", statement=row) if row else Message("in-another-line")
    fact = Message("pair-judged-otherwise", verdict=decision.verdict, standing=stands, where=shown)
    return IdentityError(fact, origin=Origin(old.file), hint="judge-anew")


def _judgement(decision: JudgementDecision, row: int) -> Judgement:
    who, why = " ".join(decision.who.split()), decision.why.strip()
    return Judgement(
        decision.left, decision.right, decision.verdict, who, decision.when, why, row, decision.at
    )


def _join_rows(old: Ledger, rows: tuple[Judgement, ...], file: str) -> Ledger:
    """Return the longer ledger. IdentityError where the rows before contradict the new ones."""
    try:
        return replace(old, judgements=(*old.judgements, *rows), file=file)
    except HrdgraphError as error:
        first = getattr(error, "errors", (error,))[0]
        raise IdentityError(
            "judgement-refused", fact=first.message, origin=Origin(file), hint=first.advice
        ) from None


def _next_row(path: Path) -> int:
    """Return the number that a spreadsheet will show for the next row; line breaks inside cells do
    not count."""
    if not path.exists():
        return 2
    return sum(1 for _ in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))) + 1


def _longer(path: Path, rows: Sequence[Judgement]) -> bytes:
    """Return the bytes of the file with the rows added, in its order of columns and with its line
    ends."""
    data = path.read_bytes() if path.exists() else ",".join(COLUMNS).encode() + b"\n"
    end = b"\r\n" if b"\r\n" in data else b"\n"
    header = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end.decode())
    for row in rows:
        cells = {
            "left": row.left, "right": row.right, "judgement": row.verdict.value, "who": row.who,
            "when": row.moment, "why": row.why,
        }  # fmt: skip
        writer.writerow([cells[column] for column in header])
    return data + (b"" if data.endswith((b"\n", b"\r")) else end) + out.getvalue().encode()


def _write(path: Path, data: bytes, file: str) -> None:
    """Put the bytes into the place of the file, on the disk before it has its name."""
    with writing_to(file, left=Message("file-as-it-was")), whole_file(path, lasting=True) as stream:
        stream.write(data)
