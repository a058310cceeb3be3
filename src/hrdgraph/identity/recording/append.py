"""Decisions into rows at the end of the file of judgements.

The file is read again under a lock, the ledger with the new rows is made (which refuses what
contradicts itself), and only then is the longer file put in the place of the old one: a program
that is stopped in the midst of it leaves the old file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from hrdgraph.atomic_files import told, whole_file
from hrdgraph.catalogue import Message
from hrdgraph.errors import NOWHERE, HrdgraphError, IdentityError, Origin, SourceError, raise_all
from hrdgraph.identity.authorities import in_rdf
from hrdgraph.identity.judgements_file import COLUMNS, is_iri, read_ledger
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import read_persistent_iris
from hrdgraph.identity.recording.lock import locked


@dataclass(frozen=True, slots=True)
class JudgementDecision:
    """What a person decided about two IRIs; `origin` is where it was read, for messages."""

    left: str
    right: str
    verdict: Verdict
    who: str
    when: date
    why: str
    at: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True)
class AppendResult:
    """The ledger as it is now, the rows that were added, how many decisions stood in it already,
    and the ledger as it was before."""

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
    with locked(path, file):
        made = tried(path, decisions, name=file, replacing=replacing)
        if made.rows:
            _write(path, _longer(path, made.rows), file)
    return made


def tried(
    path: Path, decisions: Sequence[JudgementDecision], *, name: str = "", replacing: bool = False
) -> AppendResult:
    """What `append` would make; nothing is written."""
    file = name or str(path)
    raise_all([error for decision in decisions for error in _faults(decision)])
    old = (
        read_ledger(path, file)
        if path.exists()
        else Ledger((), file, persistent=read_persistent_iris(path))
    )
    new = _new(old, decisions, replacing)
    start = _next_row(path)
    rows = tuple(_judgement(decision, start + place) for place, decision in enumerate(new))
    return AppendResult(_joined(old, rows, new, file), rows, len(decisions) - len(new), old)


def _faults(decision: JudgementDecision) -> Iterator[HrdgraphError]:
    for iri in (decision.left, decision.right):
        if not is_iri(iri):
            yield SourceError(
                "iri-malformed", text=iri[:80], origin=decision.origin, hint="write-whole-iris"
            )
    if decision.left == decision.right:
        yield SourceError("pair-of-one-thing", thing=decision.left, origin=decision.origin)
    for column, text in (("who", decision.who), ("why", decision.why)):
        if not text.strip():
            yield SourceError("judgement-incomplete", column=column, origin=decision.origin)


def _new(
    old: Ledger, decisions: Sequence[JudgementDecision], replacing: bool
) -> list[JudgementDecision]:
    """The decisions that say something new, authorities' names in the form of RDF. Those against
    a standing row are errors."""
    standing = {pair: row.verdict for pair, row in old.standing.items()}
    found, errors = [], []
    for decision in decisions:
        left, right = in_rdf(decision.left), in_rdf(decision.right)
        pair = (left, right) if left < right else (right, left)
        stands = standing.get(pair, Verdict.OPEN)
        if stands == decision.verdict and not replacing:
            continue
        if stands != Verdict.OPEN and not replacing:
            errors.append(_against(old, pair, stands, decision))
        standing[pair] = decision.verdict
        found.append(replace(decision, left=left, right=right))
    raise_all(errors)
    return found


def _against(
    old: Ledger, pair: tuple[str, str], stands: Verdict, decision: JudgementDecision
) -> IdentityError:
    row = old.standing.get(pair)
    shown = Message("in-row", statement=row) if row else Message("in-another-line")
    fact = Message("pair-judged-otherwise", verdict=decision.verdict, standing=stands, where=shown)
    hint = "judge-anew"
    return IdentityError(
        fact, origin=decision.origin if decision.origin != NOWHERE else Origin(old.file), hint=hint
    )


def _judgement(decision: JudgementDecision, row: int) -> Judgement:
    who, why = " ".join(decision.who.split()), decision.why.strip()
    return Judgement(
        decision.left, decision.right, decision.verdict, who, decision.when, why, row, decision.at
    )


def _joined(
    old: Ledger, rows: tuple[Judgement, ...], new: Sequence[JudgementDecision], file: str
) -> Ledger:
    """The longer ledger. An error names the first decision that the rows before it contradict."""
    try:
        return replace(old, judgements=(*old.judgements, *rows), file=file)
    except HrdgraphError:
        good, bad = 0, len(rows)  # the first `good` rows fit, the first `bad` do not
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if _fits(old, rows[:middle], file) else (good, middle)
        raise _refused(old, rows[:bad], new[bad - 1], file) from None


def _fits(old: Ledger, rows: tuple[Judgement, ...], file: str) -> bool:
    try:
        replace(old, judgements=(*old.judgements, *rows), file=file)
    except HrdgraphError:
        return False
    return True


def _refused(
    old: Ledger, rows: tuple[Judgement, ...], decision: JudgementDecision, file: str
) -> IdentityError:
    try:
        replace(old, judgements=(*old.judgements, *rows), file=file)
    except HrdgraphError as error:
        origin = decision.origin if decision.origin != NOWHERE else Origin(file)
        found = getattr(error, "errors", (error,))[0]
        return IdentityError(
            "judgement-refused", fact=found.message, origin=origin, hint=found.advice
        )
    raise AssertionError("the rows fit")


def _next_row(path: Path) -> int:
    """The number that a spreadsheet will show for the next row; line breaks inside cells do not
    count."""
    if not path.exists():
        return 2
    return sum(1 for _ in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))) + 1


def _longer(path: Path, rows: Sequence[Judgement]) -> bytes:
    """The bytes of the file, and the rows in its order of columns and with its line ends."""
    data = path.read_bytes() if path.exists() else ",".join(COLUMNS).encode() + b"\n"
    end = b"\r\n" if b"\r\n" in data else b"\n"
    header = next(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end.decode())
    for row in rows:
        cells = {
            "left": row.left,
            "right": row.right,
            "judgement": row.verdict.value,
            "who": row.who,
            "when": row.moment,
            "why": row.why,
        }
        writer.writerow([cells[column] for column in header])
    return data + (b"" if data.endswith((b"\n", b"\r")) else end) + out.getvalue().encode()


def _write(path: Path, data: bytes, file: str) -> None:
    """Put the bytes into the place of the file, on the disk before it has its name."""
    with told(file, left=Message("file-as-it-was")), whole_file(path, lasting=True) as stream:
        stream.write(data)
