"""Proposals into decisions of a person: the queue, and what is shown of each pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from hrdgraph.catalogue import Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.judgements import AppendResult, JudgementDecision, append, read_ledger
from hrdgraph.identity.ledger import Ledger, Verdict
from hrdgraph.identity.matching import Comparison
from hrdgraph.identity.persistent_iris import read_persistent_iris
from hrdgraph.identity.records import PERSON, Record


@dataclass(frozen=True)
class ReviewPair:
    """Two records that a person is to compare, and what a program thinks of them."""

    left: Record
    right: Record
    comparison: Comparison

    @property
    def key(self) -> tuple[str, str]:
        """The two IRIs, smaller first."""
        return (
            (self.left.iri, self.right.iri)
            if self.left.iri < self.right.iri
            else (self.right.iri, self.left.iri)
        )


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Session:
    """One reviewer's way through the pairs. The ledger on the disk is read again for every pair:
    others may write to it meanwhile.

    What is skipped is not asked again in this session; everything else follows from the ledger,
    so that a new session goes on where the last one stopped. `unasked` is the error for which
    withheld years of birth kept nobody apart.
    """

    pairs: Sequence[ReviewPair]
    path: Path
    name: str
    who: str
    now: Callable[[], datetime] = _now
    _skipped: set[tuple[str, str]] = field(default_factory=set)
    _done: list[ReviewPair] = field(default_factory=list)
    _again: ReviewPair | None = None
    unasked: HrdgraphError | None = None

    def ledger(self) -> Ledger:
        """The ledger as it is on the disk."""
        if self.path.exists():
            return read_ledger(self.path, self.name)
        return Ledger((), self.name, persistent=read_persistent_iris(self.path))

    def next(self) -> ReviewPair | None:
        """The pair whose last judgement was withdrawn, or the first that is open; None where
        none is left."""
        if self._again:
            return self._again
        return next(iter(self._open()), None)

    def left(self) -> int:
        """How many pairs are still open, those skipped not counted."""
        return len(self._open()) + bool(self._again)

    def find(self, left: str, right: str) -> ReviewPair | None:
        """The pair of two IRIs, if it is one of those to be reviewed."""
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

    def judge(self, pair: ReviewPair, verdict: Verdict, why: str, who: str = "") -> AppendResult:
        """Write a decision. IdentityError where it contradicts what stands, and then nothing is
        written."""
        replacing = self._again is not None and self._again.key == pair.key
        done = self._write(pair, verdict, why, who, replacing=replacing)
        self._again = None
        self._done.append(pair)
        return done

    @property
    def can_undo(self) -> bool:
        """Whether a decision of this session can be withdrawn."""
        return bool(self._done)

    def undo(self, why: str) -> ReviewPair | None:
        """Take back the last decision of this session, by a later row that says open; the pair
        is then asked again, now or later."""
        if not self._done:
            return None
        pair = self._done.pop()
        if pair.key in self.ledger().standing:
            self._write(pair, Verdict.OPEN, why, "", replacing=True)
        self._again = pair
        return pair

    def _write(
        self, pair: ReviewPair, verdict: Verdict, why: str, who: str, *, replacing: bool
    ) -> AppendResult:
        moment = self.now().replace(microsecond=0)
        row = self.ledger().latest.get(pair.key)
        if row:  # of two rows on one pair the later stands
            stands = datetime.combine(row.when, time.fromisoformat(row.at or "00:00:00Z"), UTC)
            moment = max(moment, stands + timedelta(seconds=1))
        decision = JudgementDecision(
            pair.left.iri,
            pair.right.iri,
            verdict,
            who or self.who,
            moment.date(),
            why,
            f"{moment:%H:%M:%S}Z",
        )
        return append(self.path, [decision], name=self.name, replacing=replacing)


@dataclass(frozen=True)
class RecordLine:
    """Something that a source says: in words, with the rows and pages that say it."""

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
    """What is shown of a record, in the words of a language."""
    begun = "born" if record.kind == PERSON else "founded"
    contexts = sorted({context.label or context.iri for context in record.contexts})
    values = {
        "names": record.names,
        begun: _year(record.birth),
        "died": _year(record.death),
        "gender": (record.gender,) if record.gender else (),
        "countries": tuple(sorted(country.rpartition("/")[2] for country in record.countries)),
        "contexts": tuple(contexts),
        "identifiers": tuple(sorted(record.identifiers)),
        "sources": record.sources,
    }
    labelled = tuple((words[code], tuple(found)) for code, found in values.items() if found)
    return Side(record.names[0], record.iri, words[record.kind], labelled, tuple(facts))


def _year(year: int | None) -> tuple[str, ...]:
    return () if year is None else (f"{year}",)


__all__ = ["RecordLine", "ReviewPair", "Session", "Side", "side_of"]
