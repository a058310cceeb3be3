"""What people decided of candidates: a file of keys, places and reasons, without a word of a page.

The last line of a key counts. What was refused stays refused, in a new snapshot too, since a key
is made of the page's address, the words and the cells. A line "undone" takes the one before back.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hrdgraph.atomic_files import write_file
from hrdgraph.errors import Origin, SourceError
from hrdgraph.extraction.candidates import Candidate

ACCEPTED: Final = "accepted"
MENDED: Final = "mended"
REFUSED: Final = "refused"
UNSURE: Final = "unsure"
UNDONE: Final = "undone"
REVIEWER: Final = "reviewer"  # who proposed a row that a person mended
_STANDING: Final = (ACCEPTED, MENDED, REFUSED)


@dataclass(frozen=True, slots=True)
class CandidateDecision:
    """One decision: of which candidate, by whom, when (UTC), and why; `row` is that of the table
    that it was written into, by its id."""

    key: str
    decision: str
    kind: str
    proposer: str
    rule: str
    page: str
    table: str
    row: str
    who: str
    when: str
    why: str


@dataclass(frozen=True)
class RulePrecision:
    """How often a rule or proposer was right, by what people decided."""

    name: str
    right: int
    wrong: int

    @property
    def share(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0


@dataclass(frozen=True)
class DecisionLog:
    """The decisions of a project, in order. A decision is written at once, and none is deleted."""

    path: Path
    decisions: tuple[CandidateDecision, ...] = ()

    @classmethod
    def read(cls, path: Path) -> DecisionLog:
        """Read the file; empty where there is none. SourceError where it is damaged."""
        if not path.is_file():
            return cls(path)
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8")))
        try:
            found = tuple(
                CandidateDecision(
                    **{item.name: row[item.name] for item in fields(CandidateDecision)}
                )
                for row in rows
            )
        except (KeyError, TypeError):
            origin = Origin(str(path), rows.line_num)
            raise SourceError("decisions-damaged", origin=origin) from None
        return cls(path, found)

    def with_decision(
        self, candidate: Candidate, decision: str, who: str, *, table: str = "", why: str = ""
    ) -> DecisionLog:
        """The log with one decision more, written."""
        made = CandidateDecision(
            candidate.key,
            decision,
            candidate.kind,
            candidate.proposer,
            candidate.rule,
            candidate.page,
            table,
            candidate.key if table else "",
            who,
            datetime.now(UTC).isoformat(timespec="seconds"),
            why,
        )
        log = DecisionLog(self.path, (*self.decisions, made))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(self.path, [log.text().encode()])
        return log

    def text(self) -> str:
        """The file."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(item.name for item in fields(CandidateDecision))
        writer.writerows(astuple(item) for item in self.decisions)
        return out.getvalue()

    def last(self) -> Mapping[str, CandidateDecision]:
        """The decision that counts, by key; none for what was undone."""
        found = {item.key: item for item in self.decisions}
        return {key: item for key, item in found.items() if item.decision != UNDONE}

    def waiting(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """What nobody has accepted or refused yet, the unsure ones last."""
        last = self.last()
        own = list(candidates)
        fresh = [item for item in own if item.key not in last]
        unsure = [item for item in own if item.key in last]
        return [*fresh, *(item for item in unsure if last[item.key].decision == UNSURE)]

    def precision(self, by: str = "rule") -> list[RulePrecision]:
        """How often each rule, or each proposer, was right; the most often judged first."""
        counts: dict[str, Counter[bool]] = defaultdict(Counter)
        for item in self.last().values():
            if item.decision in _STANDING and item.proposer != REVIEWER:
                counts[getattr(item, by)][item.decision == ACCEPTED] += 1
        found = [RulePrecision(name, count[True], count[False]) for name, count in counts.items()]
        return sorted(found, key=lambda item: (-item.right - item.wrong, item.name))
