"""Turn proposals into a person's decisions: the queue, and what is shown of each pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.judgements import AppendResult, JudgementDecision, append, read_ledger
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.matching import Comparison, compare
from hrdgraph.identity.persistent_iris import read_persistent_iris
from hrdgraph.identity.records import PERSON, Record

TEN: Final = 10  # pairs that are shown before all of their rule are judged


@dataclass(frozen=True)
class ReviewPair:
    """Two records for a person to compare, and the program's opinion."""

    left: Record
    right: Record
    comparison: Comparison

    @property
    def key(self) -> tuple[str, str]:
        """Return the two IRIs, smaller first."""
        return (
            (self.left.iri, self.right.iri)
            if self.left.iri < self.right.iri
            else (self.right.iri, self.left.iri)
        )


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Session:
    """One reviewer's way through the pairs. The ledger on disk is read again for every pair:
    others may write to it meanwhile. Skipped pairs are not asked again in this session;
    everything else follows from the ledger, so that a new session continues where the last one
    stopped. `unasked` is the error for which withheld years of birth separated nobody. `events`
    may become one with the people to whom they were done."""

    pairs: Sequence[ReviewPair]
    path: Path
    name: str
    who: str
    now: Callable[[], datetime] = _now
    _skipped: set[tuple[str, str]] = field(default_factory=set)
    _done: list[tuple[ReviewPair, ...]] = field(default_factory=list)
    _again: ReviewPair | None = None
    unasked: HrdgraphError | None = None
    events: Sequence[Record] = ()

    def ledger(self) -> Ledger:
        """Return the ledger as it is on disk."""
        if self.path.exists():
            return read_ledger(self.path, self.name)
        return Ledger((), self.name, persistent=read_persistent_iris(self.path))

    def next(self) -> ReviewPair | None:
        """Return the pair whose last judgement was withdrawn, or the first open one; None if none
        is left."""
        if self._again:
            return self._again
        return next(iter(self._open()), None)

    def count_open(self) -> int:
        """Count the pairs that are still open, without skipped ones."""
        return len(self._open()) + bool(self._again)

    def find(self, left: str, right: str) -> ReviewPair | None:
        """Return the pair of two IRIs, if it is to be reviewed."""
        return next(
            (pair for pair in self.pairs if pair.key == (min(left, right), max(left, right))), None
        )

    def _open(self) -> list[ReviewPair]:
        answers = self.ledger().answers()
        return [
            pair
            for pair in self.pairs
            if pair.key not in self._skipped and answers.is_open(pair.left.iri, pair.right.iri)
        ]

    def skip(self, pair: ReviewPair) -> None:
        """Leave the pair for another session."""
        self._skipped.add(pair.key)
        self._again = None

    def find_acts(self, *pairs: ReviewPair) -> list[ReviewPair]:
        """Return the events that become one with two people: the same was done to both on the same
        full date. Two less precise dates are never enough."""
        answers = self.ledger().answers()
        acts = {
            (one.iri, other.iri): ReviewPair(one, other, compare(one, other))
            for pair in pairs
            if PERSON in (pair.left.kind, pair.right.kind)
            for one in self._full_dates.get(pair.left.iri, ())
            for other in self._full_dates.get(pair.right.iri, ())
            if _are_one(one, other) and answers.is_open(one.iri, other.iri)
        }
        return [acts[key] for key in sorted(acts)]

    @cached_property
    def _full_dates(self) -> dict[str, list[Record]]:
        """Return the events of each person whose date is a day."""
        by_victim: dict[str, list[Record]] = {}
        for event in self.events:
            if event.days is not None and event.days[0] == event.days[1]:
                for victim in _contexts(event, "victim"):
                    by_victim.setdefault(victim, []).append(event)
        return by_victim

    def find_alike(self, pair: ReviewPair) -> list[ReviewPair]:
        """Return the open pairs with exactly the same reasons as this one, itself first."""
        rule = _rule_of(pair)
        similar = (item for item in self._open() if item is not pair and _rule_of(item) == rule)
        return [pair, *similar]

    def judge(
        self, pair: ReviewPair, verdict: Verdict, why: str, who: str = "",
        more_pairs: Sequence[ReviewPair] = (),
    ) -> AppendResult:  # fmt: skip
        """Write a decision on a pair, and the same on others with it, which are taken back with
        it. IdentityError where it contradicts what stands, and then nothing is written."""
        replacing = self._again is not None and self._again.key == pair.key
        together = list(dict.fromkeys((pair, *more_pairs)))
        if verdict is Verdict.SAME:
            together += self.find_acts(*together)
        done = self._write(together, verdict, why, who, replacing=replacing)
        self._again = None
        self._done.append(tuple(together))
        return done

    @property
    def can_undo(self) -> bool:
        """Say whether a decision can be withdrawn: of this session, or else an earlier one."""
        return self.has_decided or bool(self._last_judged())

    @property
    def has_decided(self) -> bool:
        """Say whether a decision of this session stands."""
        return bool(self._done)

    @property
    def last_decision(self) -> Judgement | None:
        """Return what `undo` would take back."""
        ledger = self.ledger()
        pairs = self._done[-1] if self._done else self._last_judged()
        return next((row for pair in pairs if (row := ledger.standing.get(pair.key))), None)

    def _last_judged(self) -> tuple[ReviewPair, ...]:
        """Return the pairs of the last decision in the ledger, if it stands."""
        ledger = self.ledger()
        last = next(
            (row for row in reversed(ledger.judgements) if row.pair in ledger.standing), None
        )
        rows = ledger.standing.values() if last else ()
        moment = last and (last.when, last.at, last.who, last.why)
        pairs = [row.pair for row in rows if (row.when, row.at, row.who, row.why) == moment]
        return tuple(self.find(*pair) or _bare_pair(*pair) for pair in pairs)

    def undo(self, why: str) -> ReviewPair | None:
        """Take back the last decision, with the pairs that were decided together with it. Later
        rows of the file say that they are open, so that they are asked about again."""
        if not self.can_undo:
            return None
        together = self._done.pop() if self._done else self._last_judged()
        standing = self.ledger().standing
        if open_again := [pair for pair in together if pair.key in standing]:
            self._write(open_again, Verdict.OPEN, why, "", replacing=True)
        self._again = together[0] if together[0] in self.pairs else None
        return together[0]

    def _write(
        self, pairs: Sequence[ReviewPair], verdict: Verdict, why: str, who: str, *, replacing: bool
    ) -> AppendResult:
        moment = self.now().replace(microsecond=0)
        latest = self.ledger().latest
        for pair in pairs:
            if row := latest.get(pair.key):  # of two rows on one pair the later stands
                stands = datetime.combine(row.when, time.fromisoformat(row.at or "00:00:00Z"), UTC)
                moment = max(moment, stands + timedelta(seconds=1))
        who, day, at = who or self.who, moment.date(), f"{moment:%H:%M:%S}Z"
        decisions = [
            JudgementDecision(pair.left.iri, pair.right.iri, verdict, who, day, why, at)
            for pair in pairs
        ]
        return append(self.path, decisions, name=self.name, replacing=replacing)


def _bare_pair(left: str, right: str) -> ReviewPair:
    """Make a pair of which only the IRIs are known any more: it is one in the graph."""
    return ReviewPair(Record(left, "", (left,)), Record(right, "", (right,)), Comparison(0.0, ()))


def _rule_of(pair: ReviewPair) -> tuple[str, frozenset[str]]:
    """Return the kind of things in a pair, and its reasons for and against."""
    return pair.left.kind, frozenset(reason.code for reason in pair.comparison.reasons)


def _contexts(event: Record, kind: str) -> frozenset[str]:
    return frozenset(item.iri for item in event.contexts if item.kind == kind)


def _are_one(record: Record, other: Record) -> bool:
    """Say whether two events are two accounts of one, if their victim is one."""
    countries = record.countries and other.countries and not record.countries & other.countries
    is_act = _contexts(record, "act") == _contexts(other, "act")
    return record.iri != other.iri and record.days == other.days and is_act and not countries


@dataclass(frozen=True)
class RecordLine:
    """A statement of a source: in words, with the rows and pages behind it."""

    text: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """One of the two: its first name, its IRI, labelled values, and facts with their places."""

    name: str
    iri: str
    kind: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    facts: tuple[RecordLine, ...]


def side_of(record: Record, facts: Sequence[RecordLine], words: Vocabulary) -> Side:
    """Return what is shown of a record, in the words of a language."""
    begun = "born" if record.kind == PERSON else "founded"
    contexts = sorted({context.label or context.iri for context in record.contexts})
    values = {
        "labels": record.names, begun: _year(record.birth), "died": _year(record.death),
        "gender": (record.gender,) if record.gender else (),
        "countries": tuple(sorted(country.rpartition("/")[2] for country in record.countries)),
        "contexts": tuple(contexts), "identifiers": tuple(sorted(record.identifiers)),
        "sources": record.sources,
    }  # fmt: skip
    labelled = tuple((words[code], tuple(labels)) for code, labels in values.items() if labels)
    return Side(record.names[0], record.iri, words[record.kind], labelled, tuple(facts))


def _year(year: int | None) -> tuple[str, ...]:
    return () if year is None else (f"{year}",)


__all__ = ["TEN", "RecordLine", "ReviewPair", "Session", "Side", "side_of"]
