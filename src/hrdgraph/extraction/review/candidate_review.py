"""The candidates of a page into decisions, one after another: what is decided is on the disk at
once, so that one may stop at any time. The terminal and the page are two views of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.extraction.candidates import BY_COLUMN, Candidate
from hrdgraph.extraction.review.acceptance import CITED_WITH, add_row, remove_row
from hrdgraph.extraction.review.decisions import (
    ACCEPTED,
    MENDED,
    REFUSED,
    REVIEWER,
    UNDONE,
    UNSURE,
    DecisionLog,
)
from hrdgraph.extraction.review.rows import cells_of, missing_cells, table_kind
from hrdgraph.fact_kinds import Kind

FEWEST: Final = 10  # decisions of a rule before it may be accepted in bulk


class RuleStanding(NamedTuple):
    """How a rule fared in this project, and what is asked of it before all of it is accepted."""

    judged: int
    share: float
    fewest: int
    bar: float

    @property
    def is_enough(self) -> bool:
        return self.judged >= self.fewest and self.share >= self.bar


@dataclass
class CandidateReview:
    """One person's way through the candidates of one page. `folder` is that of the source whose
    tables accepted rows go into, `spoken` the language of the page, `description` that of a new
    source; `bar` the share of right proposals from which a rule may be accepted in bulk."""

    text: str
    candidates: tuple[Candidate, ...]
    folder: Path
    log: DecisionLog
    who: str
    bar: float = 0.9
    spoken: str = "en"
    description: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    done: list[tuple[Candidate, str]] = field(default_factory=list)

    def waiting(self) -> list[Candidate]:
        """What is still to be decided; what was put off in this sitting is not asked again."""
        put_off = {item.key for item, verdict in self.done if verdict == UNSURE}
        return [item for item in self.log.waiting(self.candidates) if item.key not in put_off]

    def next(self, key: str = "") -> Candidate | None:
        """The candidate of a key if it waits, else the first that does; None where none does."""
        waiting = self.waiting()
        return next((item for item in waiting if item.key == key), next(iter(waiting), None))

    def verdicts(self) -> Mapping[str, str]:
        """What was decided of each candidate, by its key."""
        return {key: item.decision for key, item in self.log.last().items()}

    def missing(self, item: Candidate) -> tuple[str, ...]:
        """The cells without which the row could not be built; they are typed in by mending."""
        return missing_cells(item, self.kinds)

    def columns(self, item: Candidate) -> tuple[str, ...]:
        """The columns that a person may type in: the cells of the candidate, what it lacks, then
        all others of its kind that its cells do not fill."""
        kind, filled = self.kinds.get(table_kind(item)), cells_of(item)
        others = (
            column.name
            for column in (kind.columns if kind else ())
            if not (column.technical or column.name in filled or column.name in CITED_WITH)
        )
        return tuple(dict.fromkeys((*item.row, *self.missing(item), *others)))

    def accept(self, item: Candidate) -> None:
        """Write the row into its table, with the words cited; nothing where a cell is missing."""
        if self.missing(item):
            return
        table = add_row(self.folder, item, self.spoken, self.description, self.text)
        self._decide(item, ACCEPTED, table=table)

    def refuse(self, item: Candidate) -> None:
        """It is not proposed again."""
        self._decide(item, REFUSED)

    def put_off(self, item: Candidate) -> None:
        """It is asked again in another sitting."""
        self._decide(item, UNSURE)

    def mend(self, item: Candidate, changes: Mapping[str, str]) -> bool:
        """Write the row with other cells: it is the person's then, with the same words, and no
        rule was right. Whether it was: not where nothing changed, or a cell is still missing."""
        row = item.row
        changed = {name: cell for name, cell in changes.items() if row.get(name, "") != cell}
        mended = replace(item.changed(**changed), proposer=REVIEWER, rule=REVIEWER)
        if not changed or self.missing(mended):
            return False
        self._put_in_place(item, mended, "mended " + " ".join(sorted(changed)))
        return True

    def retype(self, item: Candidate, cells: Mapping[str, str]) -> bool:
        """Write a row that a person typed, by the columns of its kind, in place of a candidate;
        whether it was: not where a cell is missing."""
        typed = replace(
            item,
            kind=table_kind(item),
            arguments={},
            constants=dict(cells),
            proposer=REVIEWER,
            rule=BY_COLUMN,
        )
        if self.missing(typed):
            return False
        self._put_in_place(item, typed, "typed anew")
        return True

    def _put_in_place(self, item: Candidate, mended: Candidate, why: str) -> None:
        table = add_row(self.folder, mended, self.spoken, self.description, self.text)
        self.log = self.log.with_decision(mended, ACCEPTED, self.who, table=table, why=why)
        self._decide(item, MENDED, why=mended.key)
        self.done.append((mended, ACCEPTED))

    def undo(self) -> Candidate | None:
        """Take back the last decision of this sitting, its row too; None where there is none."""
        if not self.done:
            return None
        item, verdict = self.done.pop()
        if verdict == ACCEPTED:
            remove_row(self.folder, item)
        self.log = self.log.with_decision(item, UNDONE, self.who)
        if self.done and self.done[-1][1] == MENDED and verdict == ACCEPTED:
            return self.undo()
        return item

    def standing(self, rule: str) -> RuleStanding:
        """How often the rule was right here."""
        found = next((item for item in self.log.precision() if item.name == rule), None)
        judged = found.right + found.wrong if found else 0
        return RuleStanding(judged, found.share if found else 0.0, FEWEST, self.bar)

    def accept_rule(self, rule: str) -> int:
        """Accept all that waits of a rule, where people found it right often enough; how many."""
        if not self.standing(rule).is_enough:
            return 0
        items = [item for item in self.waiting() if item.rule == rule and not self.missing(item)]
        for item in items:
            self.accept(item)
        return len(items)

    def counts(self) -> dict[str, int]:
        """How many of this sitting were decided in which way."""
        verdicts = [verdict for _, verdict in self.done]
        return {name: verdicts.count(name) for name in (ACCEPTED, REFUSED, UNSURE)}

    def _decide(self, item: Candidate, verdict: str, *, table: str = "", why: str = "") -> None:
        self.log = self.log.with_decision(item, verdict, self.who, table=table, why=why)
        self.done.append((item, verdict))
