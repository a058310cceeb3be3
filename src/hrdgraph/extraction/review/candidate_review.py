"""Review the candidates of a page one after another: keep decisions in a file of keys, places and
reasons, without a word of the page, and add accepted rows to the tables of the source."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.atomic_files import write_file
from hrdgraph.evidence.addresses import is_web_address
from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.extraction.candidates import BY_COLUMN, THINGS, Candidate
from hrdgraph.extraction.review.rows import cells_of, evidence_of, missing_cells, table_kind
from hrdgraph.fact_kinds import Kind
from hrdgraph.ledger_files import ledger_text, read_ledger_rows

_CITING = (
    "document", "publisher", "document_language", "document_digest", "evidence_start",
    "evidence_end", "evidence_sha256",
)  # fmt: skip

# columns of the page as a whole: they are written with every row, and not by a person
CITED_WITH = (*_CITING, "document_title", "reliability")
DOCUMENTS = "extracted-document.csv"


def row_of(candidate: Candidate) -> dict[str, str]:
    """Return the whole row: its id, cells, and the words that it cites."""
    kind = table_kind(candidate)
    own = {} if kind in THINGS else {"id": candidate.key}
    document = {"document": candidate.page}
    return own | cells_of(candidate) | document | evidence_of(candidate)


def publisher_of(page: str) -> str:
    """Return the host of an address, else the name of the document."""
    match = re.match(r"https?://(?:www\.)?([^/]+)", page)
    return match[1] if match else page


def table_file(candidate: Candidate) -> str:
    """Return the file of the table that the row goes into."""
    return f"extracted-{table_kind(candidate)}.csv"


def add_row(
    folder: Path, candidate: Candidate, language: str, description: str = "", text: str = ""
) -> str:
    """Write the row into the source's table, which is made and described where there is none;
    the name of the file. `text` is that of the page, by which one without an address is found."""
    folder.mkdir(parents=True, exist_ok=True)
    name = table_file(candidate)
    _add_document(folder, candidate.page, language, description, text)
    rows = _rows(folder / name)
    row = row_of(candidate)
    if row not in rows:
        _write(folder / name, [*rows, row])
    _describe(folder / "source.toml", name, table_kind(candidate), description)
    return name


def _add_document(folder: Path, page: str, language: str, description: str, text: str) -> None:
    """Describe the page among the documents of the source: by its address, else by its name and
    the digest of its text."""
    about = {"title": page, "publisher": publisher_of(page), "language": language}
    if is_web_address(page):
        row = {"address": page, **about}
    else:
        row = {"name": page, **about} | ({"sha256": digest_of(text)} if text else {})
    row["reliability"] = "unknown"
    mine = next(iter(row))
    rows = [item for item in _rows(folder / DOCUMENTS) if item.get(mine) != page]
    _write(folder / DOCUMENTS, [*rows, row], ())
    _describe(folder / "source.toml", DOCUMENTS, "document", description)


def add_citations(folder: Path, rows: list[dict[str, str]]) -> None:
    """Write rows of further evidence into the source's table of them."""
    name = "extracted-evidence.csv"
    known = _rows(folder / name)
    _write(folder / name, [*known, *(row for row in rows if row not in known)])
    _describe(folder / "source.toml", name, "evidence", "")


def remove_row(folder: Path, candidate: Candidate) -> None:
    """Take the row out of the source's table; its headings stay."""
    path = folder / table_file(candidate)
    row, rows = row_of(candidate), _rows(path)
    _write(path, [item for item in rows if item != row], headings_of=rows)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    read = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return [{name: cell for name, cell in row.items() if cell} for row in read]


def _write(
    path: Path, rows: list[dict[str, str]], citing: tuple[str, ...] = _CITING, *,
    headings_of: Sequence[Mapping[str, str]] = (),
) -> None:  # fmt: skip
    columns = dict.fromkeys(name for row in headings_of or rows for name in row)
    ordered = [*(name for name in columns if name not in citing), *citing]
    out = io.StringIO()
    writer = csv.DictWriter(out, ordered, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_file(path, [out.getvalue().encode()])


def _describe(path: Path, name: str, kind: str, description: str) -> None:
    text = path.read_text("utf-8") if path.is_file() else description
    if f'"{name}"' not in text:
        table = f'\n[[table]]\nfile = "{name}"\nkind = "{kind}"\n'
        write_file(path, [(text.rstrip("\n") + "\n" + table).encode()])


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
        names = [item.name for item in fields(CandidateDecision)]
        rows = read_ledger_rows(path, names)
        return cls(path, tuple(CandidateDecision(*cells) for _, cells in rows))

    def with_decision(
        self, candidate: Candidate, decision: str, who: str, *, table: str = "", why: str = ""
    ) -> DecisionLog:
        """Return the log with one decision more, written."""
        made = CandidateDecision(
            candidate.key, decision, candidate.kind, candidate.proposer, candidate.rule,
            candidate.page, table, candidate.key if table else "", who,
            datetime.now(UTC).isoformat(timespec="seconds"), why,
        )  # fmt: skip
        log = DecisionLog(self.path, (*self.decisions, made))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(self.path, [log.text().encode()])
        return log

    def text(self) -> str:
        """Return the file."""
        names = (item.name for item in fields(CandidateDecision))
        return ledger_text(names, map(astuple, self.decisions))

    def last(self) -> Mapping[str, CandidateDecision]:
        """Return the decision that counts, by key; none for what was undone."""
        by_key = {item.key: item for item in self.decisions}
        return {key: item for key, item in by_key.items() if item.decision != UNDONE}

    def waiting(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """List what nobody has accepted or refused yet, the unsure ones last."""
        last = self.last()
        own = list(candidates)
        fresh = [item for item in own if item.key not in last]
        unsure = [item for item in own if item.key in last]
        return [*fresh, *(item for item in unsure if last[item.key].decision == UNSURE)]

    def precision(self, by: str = "rule") -> list[RulePrecision]:
        """Count how often each rule, or each proposer, was right; the most often judged first."""
        counts: dict[str, Counter[bool]] = defaultdict(Counter)
        for item in self.last().values():
            if item.decision in _STANDING and item.proposer != REVIEWER:
                counts[getattr(item, by)][item.decision == ACCEPTED] += 1
        records = [RulePrecision(name, count[True], count[False]) for name, count in counts.items()]
        return sorted(records, key=lambda item: (-item.right - item.wrong, item.name))


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
        """List what is still to be decided; what was put off in this sitting is not asked again."""
        put_off = {item.key for item, verdict in self.done if verdict == UNSURE}
        return [item for item in self.log.waiting(self.candidates) if item.key not in put_off]

    def next(self, key: str = "") -> Candidate | None:
        """Return the candidate of a key if it waits, else the first that does, or None."""
        waiting = self.waiting()
        return next((item for item in waiting if item.key == key), next(iter(waiting), None))

    def verdicts(self) -> Mapping[str, str]:
        """Return what was decided of each candidate, by its key."""
        return {key: item.decision for key, item in self.log.last().items()}

    def missing(self, item: Candidate) -> tuple[str, ...]:
        """List the cells without which the row could not be built; they are typed in by mending."""
        return missing_cells(item, self.kinds)

    def columns(self, item: Candidate) -> tuple[str, ...]:
        """Return the columns that a person may type in: the cells of the candidate, what it lacks,
        then all others of its kind that its cells do not fill."""
        kind, filled = self.kinds.get(table_kind(item)), cells_of(item)
        kind_columns = (
            column.name
            for column in (kind.columns if kind else ())
            if not (column.technical or column.name in filled or column.name in CITED_WITH)
        )
        return tuple(dict.fromkeys((*item.row, *self.missing(item), *kind_columns)))

    def accept(self, item: Candidate) -> None:
        """Write the row into its table, with the words cited; nothing where a cell is missing."""
        if self.missing(item):
            return
        table = add_row(self.folder, item, self.spoken, self.description, self.text)
        self._decide(item, ACCEPTED, table=table)

    def refuse(self, item: Candidate) -> None:
        """It is not proposed again."""
        self._decide(item, REFUSED)

    def postpone(self, item: Candidate) -> None:
        """It is asked again in another sitting."""
        self._decide(item, UNSURE)

    def mend(self, item: Candidate, changes: Mapping[str, str]) -> bool:
        """Write the row with other cells: it is the person's then, with the same words, and no
        rule was right. Whether it was: not where nothing changed, or a cell is still missing."""
        row = item.row
        changed = {name: cell for name, cell in changes.items() if row.get(name, "") != cell}
        mended = replace(item.with_cells(**changed), proposer=REVIEWER, rule=REVIEWER)
        if not changed or self.missing(mended):
            return False
        self._replace(item, mended, "mended " + " ".join(sorted(changed)))
        return True

    def retype(self, item: Candidate, cells: Mapping[str, str]) -> bool:
        """Write a row that a person typed, by the columns of its kind, in place of a candidate;
        whether it was: not where a cell is missing."""
        typed = replace(
            item, kind=table_kind(item), arguments={}, constants=dict(cells), proposer=REVIEWER,
            rule=BY_COLUMN,
        )  # fmt: skip
        if self.missing(typed):
            return False
        self._replace(item, typed, "typed anew")
        return True

    def _replace(self, item: Candidate, mended: Candidate, why: str) -> None:
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
        """Return how often the rule was right here."""
        precision = next((item for item in self.log.precision() if item.name == rule), None)
        judged = precision.right + precision.wrong if precision else 0
        return RuleStanding(judged, precision.share if precision else 0.0, FEWEST, self.bar)

    def accept_rule(self, rule: str) -> int:
        """Accept all that waits of a rule, where people found it right often enough; how many."""
        if not self.standing(rule).is_enough:
            return 0
        items = [item for item in self.waiting() if item.rule == rule and not self.missing(item)]
        for item in items:
            self.accept(item)
        return len(items)

    def counts(self) -> dict[str, int]:
        """Count how many of this sitting were decided in which way."""
        verdicts = [verdict for _, verdict in self.done]
        return {name: verdicts.count(name) for name in (ACCEPTED, REFUSED, UNSURE)}

    def _decide(self, item: Candidate, verdict: str, *, table: str = "", why: str = "") -> None:
        self.log = self.log.with_decision(item, verdict, self.who, table=table, why=why)
        self.done.append((item, verdict))
