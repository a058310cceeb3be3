"""Propose pairs of records that nobody has judged yet, most likely first."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching.blocking import Candidates, Workers, candidates, workers
from hrdgraph.identity.matching.compare import Comparison, Reason, compare, weigh
from hrdgraph.identity.records import PERSON, Record
from hrdgraph.ledger_files import ledger_text

_CHUNK = 50_000  # pairs that are worked on at a time
MANY = 20_000  # records, from here on other processes are worth their start
_STEPS = 20  # times that progress is told
_LONG_LIST = 500  # people, from here on shares of names mean something
_COMMON, _COMMON_POINTS = 0.01, -0.7  # a share of the people
_RARE, _RARE_POINTS = 3, 0.3  # people
Progress = Callable[[str], None]
_WRITER: Final = Message("see-address", address="hrdgraph names reconcile -o FILE")
Scored = tuple[int, int, Comparison]


@dataclass(frozen=True)
class Proposal:
    """Two records that may be one thing."""

    left: Record
    right: Record
    comparison: Comparison


@dataclass(frozen=True)
class Proposals:
    """Proposals, their number before the limit, the number of compared pairs, and what blocking
    left out."""

    best: tuple[Proposal, ...]
    found: int
    judged: int
    candidates: Candidates


def propose(
    records: Sequence[Record], ledger: Ledger, *, at_least: float, limit: int | None = None,
    jobs: int = 1, progress: Progress = lambda _: None,
) -> Proposals:  # fmt: skip
    """Return the pairs of records with at least this score that the ledger has not decided,
    directly or by a chain. Equal input gives equal proposals in equal order, whatever `jobs`:
    by falling score, then by IRI."""
    answers = ledger.answers()
    counts = {"judged": 0, "found": 0}
    with workers(jobs if len(records) >= MANY else 1) as by:
        progress(f"reading {len(records):,} names")
        pairs = candidates(records, by=by)
        scored = _compare_pairs(records, pairs, at_least, by, progress)
        rows = _open(records, scored, answers.is_open, counts, NameShares(records), at_least)
        best = nsmallest(limit, rows, key=_order) if limit is not None else sorted(rows, key=_order)
    return Proposals(tuple(best), counts["found"], counts["judged"], pairs)


class NameShares:
    """How many people have a word of a name: in a long list, a shared rare name says more than a
    common one."""

    def __init__(self, records: Sequence[Record]) -> None:
        people = [record for record in records if record.kind == PERSON]
        is_long = len(people) >= _LONG_LIST
        self._most = len(people) * _COMMON
        self._people = (
            Counter(word for each in people for word in _words(each)) if is_long else None
        )

    def reason(self, left: Record, right: Record) -> Reason | None:
        """Return what the rarest shared word says; None if nobody can tell."""
        shared = _words(left) & _words(right) if self._people and left.kind == PERSON else ()
        if self._people is None or not shared:
            return None
        count = min(self._people[word] for word in shared)
        if count <= _RARE:
            return Reason("rare-name", _RARE_POINTS)
        return Reason("common-name", _COMMON_POINTS) if count > self._most else None


def _words(record: Record) -> frozenset[str]:
    return frozenset(word for name in record.names for word in name.casefold().split())


def _order(proposal: Proposal) -> tuple[float, str, str]:
    return (-proposal.comparison.score, proposal.left.iri, proposal.right.iri)


def _open(
    records: Sequence[Record], scored: Iterable[Scored], is_open: Callable[[str, str], bool],
    counts: dict[str, int], shares: NameShares, at_least: float,
) -> Iterator[Proposal]:  # fmt: skip
    for left, right, comparison in scored:
        one, other = records[left], records[right]
        reason = shares.reason(one, other)
        comparison = weigh(comparison, reason) if reason else comparison
        if comparison.score < at_least:
            continue
        if not is_open(one.iri, other.iri):
            counts["judged"] += 1
            continue
        counts["found"] += 1
        yield Proposal(one, other, comparison)


def _compare_pairs(
    records: Sequence[Record], pairs: Candidates, at_least: float, by: Workers, progress: Progress
) -> Iterator[Scored]:
    """Yield the pairs with at least this score."""
    tasks = (
        ([(a, b, records[a], records[b]) for a, b in chunk.iter_rows()], at_least)
        for chunk in _chunks(pairs.pairs, progress)
    )
    for scored in by.each(_score_task, tasks):
        yield from scored


def _chunks(pairs: pl.DataFrame, progress: Progress) -> Iterator[pl.DataFrame]:
    step = max(_CHUNK, pairs.height // _STEPS)
    for start in range(0, pairs.height, _CHUNK):
        if start % step < _CHUNK:
            progress(f"comparing: {start:,} of {pairs.height:,} pairs done")
        yield pairs.slice(start, _CHUNK)


def _score_task(task: tuple[Sequence[tuple[int, int, Record, Record]], float]) -> list[Scored]:
    pairs, at_least = task
    compared = ((left, right, compare(one, other)) for left, right, one, other in pairs)
    return [scored for scored in compared if scored[2].score >= at_least]


COLUMNS: Final = (
    "score", "kind", "left", "left_names", "left_sources", "right", "right_names", "right_sources",
    "why",
)  # fmt: skip


def proposals_table(proposals: Iterable[Proposal], language: str = "en") -> str:
    """Return the proposals as CSV, best first."""
    return ledger_text(COLUMNS, (_row(proposal, language) for proposal in proposals))


def _row(proposal: Proposal, language: str) -> list[str]:
    left, right, comparison = proposal.left, proposal.right, proposal.comparison
    sides = (
        (record.iri, "; ".join(record.names), "; ".join(record.sources)) for record in (left, right)
    )
    return [
        f"{comparison.score:.3f}", left.kind or right.kind,
        *(cell for side in sides for cell in side), comparison.why(language),
    ]  # fmt: skip


def read_pairs(path: Path) -> list[tuple[str, str, int]]:
    """Return the pairs of IRIs of a table with columns `left` and `right`, and their rows.
    SourceError for other tables."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (OSError, ValueError, csv.Error) as error:
        fact = getattr(error, "strerror", None) or Message("not-valid", format="CSV", reason=error)
        raise SourceError(
            "unreadable", reason=fact, origin=Origin(str(path)), hint=_WRITER
        ) from None
    header = rows[0] if rows else []
    if not {"left", "right"} <= set(header):
        raise SourceError(
            "column-unknown", column="left, right", origin=Origin(str(path), 1), hint=_WRITER
        )
    return [
        (*_cells(cells, header), number) for number, cells in enumerate(rows[1:], 2) if any(cells)
    ]


def _cells(cells: Sequence[str], header: Sequence[str]) -> tuple[str, str]:
    row = dict(zip(header, cells, strict=False))
    return row.get("left", ""), row.get("right", "")
