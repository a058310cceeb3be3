"""Records and a ledger into proposals: pairs that nobody has judged yet, most likely first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching.blocking import Candidates, candidates
from hrdgraph.identity.matching.compare import Comparison, compare
from hrdgraph.identity.records import Record


@dataclass(frozen=True)
class Proposal:
    """Two records that may be one thing."""

    left: Record
    right: Record
    comparison: Comparison


@dataclass(frozen=True)
class Proposals:
    """Proposals, how many there were before the limit, how many pairs were compared, and what blocking left out."""

    best: tuple[Proposal, ...]
    found: int
    judged: int
    candidates: Candidates


def propose(records: Sequence[Record], ledger: Ledger, *, at_least: float, limit: int | None = None) -> Proposals:
    """The pairs of records with at least this score that the ledger has not decided, directly or by a chain.

    Equal input gives equal proposals in equal order: by falling score, then by IRI.
    """
    found = candidates(records)
    answers = ledger.answers()
    counts = {"judged": 0, "found": 0}
    made = _scored(records, found, at_least, lambda a, b: answers.is_open(a, b), counts)
    best = nsmallest(limit, made, key=_order) if limit is not None else sorted(made, key=_order)
    return Proposals(tuple(best), counts["found"], counts["judged"], found)


def _order(proposal: Proposal) -> tuple[float, str, str]:
    return (-proposal.comparison.score, proposal.left.iri, proposal.right.iri)


def _scored(
    records: Sequence[Record], found: Candidates, at_least: float, is_open: Callable[[str, str], bool], counts: dict[str, int]
) -> Iterator[Proposal]:
    for left, right in found.pairs.iter_rows():
        one, other = records[left], records[right]
        comparison = compare(one, other)
        if comparison.score < at_least:
            continue
        if not is_open(one.iri, other.iri):
            counts["judged"] += 1
            continue
        counts["found"] += 1
        yield Proposal(one, other, comparison)
