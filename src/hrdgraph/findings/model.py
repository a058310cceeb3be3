"""Findings of every kind in one sorted, grouped, countable list, in which known ones carry their
explanation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, Origin, SourceError, raise_all
from hrdgraph.ledger_files import read_ledger_rows
from hrdgraph.nearest import nearest
from hrdgraph.rdf import Literal, parse_term
from hrdgraph.vocab import PREFIXES, short_iri

Messages = tuple[tuple[str, str], ...]
TraceRequest = tuple[str, str | None, str | None]  # focus, path and value
Trace = Callable[[Sequence[TraceRequest]], Sequence[tuple[Origin, ...]]]

SHORTENED = PREFIXES | {"shape": "https://w3id.org/hrdgraph/shapes#"}
NOWHERE = Origin()
ROW_MARK = "#row="  # between the name of a file and the number of a row, after RFC 7111
# of one rule, in summaries and in the report: enough to see the pattern, few enough to read
EXAMPLES = 5
# findings of one rule that are followed to their rows: nobody corrects more by hand, and a build
# still ends
TRACED = 20_000


class Severity(StrEnum):
    """The three severities of SHACL, worst first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Return the rank, 0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: number for number, severity in enumerate(Severity)}


class Kind(StrEnum):
    """The kind of check that found it."""

    SHACL = "shacl"
    CHECK = "check"
    EXPECTATION = "expectation"
    EVIDENCE = "evidence"
    SOURCE = "source"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a table as typed: its columns in order with their texts, None if kept back.
    `marked` are the columns of a finding."""

    origin: Origin
    cells: tuple[tuple[str, str | None], ...]
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person may have to act on. Equal runs give equal findings: nothing in it
    depends on the run.

    `rule` is an IRI or a name and `place` where it is written. `focus` and `path` are bare IRIs (a
    blank node is `_:label`, a longer path its SPARQL text), `value` is the N-Triples text of a term
    or the words of a cell. The message comes from this program, as `fact`, or from the project, as
    `messages`: (language, text) pairs sorted by language, "" for none. `known` is the explanation
    of a known finding. `rows` are the rows of `origins`, read again from their files, `compared`
    the statements that a check holds against each other."""

    severity: Severity
    kind: Kind
    rule: str
    messages: Messages = ()
    fact: Message | None = None
    focus: str = ""
    path: str | None = None
    value: str | None = None
    place: Origin = NOWHERE
    component: str = ""
    origins: tuple[Origin, ...] = ()
    suggestion: str = ""
    known: str = ""
    rows: tuple[SourceRow, ...] = ()
    compared: tuple[TraceRequest, ...] = field(default=(), repr=False, compare=False)

    @property
    def identity(self) -> tuple[str, ...]:
        """Return what identifies it across builds: rule, focus, path and value. Row numbers do not
        count, since rows move; a finding about a row alone has its column."""
        focus, moved, _ = self.focus.partition(ROW_MARK)
        columns = (
            tuple(dict.fromkeys(origin.column or "" for origin in self.origins)) if moved else ()
        )
        return (self.rule, focus, self.path or "", self.value or "", *columns)

    @property
    def order(self) -> tuple[int, str, str, str, str, str, Messages, str]:
        """Return the sort key: worst first, then by rule, then by focus; the rest makes the order
        total."""
        return (
            self.severity.rank, self.rule, self.focus, self.path or "", self.value or "",
            self.component, self.messages, repr(self.fact or ""),
        )  # fmt: skip

    @property
    def texts(self) -> Messages:
        """Return its messages by language."""
        return self.messages if self.fact is None else render_all(self.fact)

    def message(self, language: str) -> str:
        """Return its message in `language`, else in its base language, in English, without a
        language, or in any."""
        return self.message_with_language(language)[1]

    def message_with_language(self, language: str) -> tuple[str, str]:
        """Return the message and the language it is in ("" for none)."""
        if self.fact is not None:
            own, texts = language.partition("-")[0], self.fact.texts
            return (own, texts[own]) if own in texts else ("en", texts["en"])
        texts = dict(self.messages)
        tags = (language, language.partition("-")[0], "en", "", *texts)
        return next(((tag, texts[tag]) for tag in tags if tag in texts), ("", self.rule))

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON values; empty and unknown parts are left out."""
        parts: dict[str, object] = {
            "severity": self.severity.value, "kind": self.kind.value, "rule": self.rule,
            "messages": dict(self.texts), "focus": self.focus, "path": self.path,
            "value": self.value, "component": self.component, "place": origin_dict(self.place),
            "origins": [self._origin(origin) for origin in self.origins],
            "suggestion": self.suggestion, "known": self.known,
        }  # fmt: skip
        return {name: part for name, part in parts.items() if part}

    def _origin(self, origin: Origin) -> dict[str, object]:
        """Return a place with the text of its cell, if that was read."""
        at = (origin.file, origin.row)
        rows = (row for row in self.rows if (row.origin.file, row.origin.row) == at)
        text = next((dict(row.cells).get(origin.column or "") for row in rows), None)
        return origin_dict(origin) | ({} if text is None else {"cell": text})


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """The findings of one rule at one severity, in order. Never empty."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def count(self) -> int:
        return len(self.findings)

    def examples(self, most: int = EXAMPLES) -> tuple[Finding, ...]:
        """Return the first few findings."""
        return self.findings[:most]


def messages_of(texts: Mapping[str, str]) -> Messages:
    """Return messages by language as the pairs of a finding."""
    return tuple(sorted(texts.items()))


def render_all(fact: Message) -> Messages:
    """Return a message in each language that has it."""
    return messages_of(fact.texts)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings worst first, then by rule, then by focus."""
    return sorted(findings, key=lambda finding: finding.order)


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Group findings by severity and rule, worst first."""
    parts = groupby(in_order(findings), key=lambda finding: finding.order[:2])
    return [FindingGroup(tuple(part)) for _, part in parts]


def with_origins(findings: Iterable[Finding], trace: Trace) -> list[Finding]:
    """Add the source rows that `trace` returns for (focus, path, value), all asked at once, to
    findings without rows. Of each rule, only the first `TRACED` are traced."""
    result = list(findings)
    counts, places = Counter[str](), list[int]()
    for place, finding in enumerate(result):
        if not finding.origins and finding.focus:
            counts[finding.rule] += 1
            places += [place] * (counts[finding.rule] <= TRACED)
    asked = [(result[place].focus, result[place].path, result[place].value) for place in places]
    for place, origins in zip(places, trace(asked), strict=True):
        result[place] = replace(result[place], origins=tuple(origins))
    return result


def find_in_source(severity: Severity, fact: Message, focus: str, **parts: Any) -> Finding:
    """Make a finding about a source, under the code of its fact."""
    return Finding(
        severity=severity, kind=Kind.SOURCE, rule=fact.code, fact=fact, focus=focus, **parts
    )  # fmt: skip


def find_in_rows(
    severity: Severity, fact: Message, file: str, rows: Sequence[int], column: str | None = None,
    value: str | None = None,
) -> Finding:  # fmt: skip
    """Make a finding about rows of a table, of which the first two are its origins; about the
    file, where none are given."""
    focus = f"{file}{ROW_MARK}{rows[0]}" if rows else file
    origins = tuple(Origin(file, row, column) for row in rows[:2] or (None,))
    return find_in_source(severity, fact, focus, value=value, origins=origins)


def open_violations(findings: Iterable[Finding]) -> list[Finding]:
    """Return the violations that nobody has explained: they keep a build from being published."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.VIOLATION and not finding.known
    ]


def origin_dict(origin: Origin) -> dict[str, object]:
    """Return the parts of an origin that are known."""
    return {name: value for name in Origin.__slots__ if (value := getattr(origin, name))}


def short(name: str) -> str:
    """Shorten a bare IRI with a well-known prefix to `prefix:name`.

    >>> short("https://w3id.org/hrdgraph/ontology#edition")
    'hrd:edition'"""
    return short_iri(name, SHORTENED)


def readable(value: str) -> str:
    """Return a value for people: the words of a literal, a short IRI, other texts as they are."""
    try:
        term = parse_term(value)
    except ValueError:
        return value
    if isinstance(term, Literal):
        return f"{term.value} ({term.language})" if term.language else term.value
    return short(value[1:-1]) if value.startswith("<") else value


COLUMNS = ("rule", "focus", "why")
ANY = "*"
STALE = "known-findings"

_HINT = "columns-rule-focus-why-write"


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A row of the ledger: the findings of `rule` at `focus` (or at any, `*`) are known, and
    why."""

    rule: str
    focus: str
    why: str
    origin: Origin


def read_known(path: Path, *, file: str = "") -> tuple[KnownFinding, ...]:
    """Read the ledger, which `file` names in errors; no file, no rows. SourceError with row and
    column, all at once."""
    errors: list[HrdgraphError] = []
    rows: dict[tuple[str, str], KnownFinding] = {}
    for number, cells in read_ledger_rows(path, COLUMNS, file) if path.exists() else ():
        place = Origin(file or str(path), number)
        if "" in cells:
            at = replace(place, column=COLUMNS[cells.index("")])
            errors.append(SourceError("cell-empty", origin=at, hint=_HINT))
            continue
        rule, focus, why = cells
        before = rows.setdefault((rule, focus), KnownFinding(rule, focus, why, place))
        if before.origin != place:
            fact = Message("already-in-row", thing=f"{rule}, {focus}", row=before.origin.row)
            errors.append(SourceError(fact, origin=place, hint="keep-one"))
    raise_all(errors)
    return tuple(rows.values())


def mark_known(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> list[Finding]:
    """Explain findings by the rows that fit them (one for the focus before one for all), and add a
    warning for each row that fits none."""
    return in_order(explain_known(findings, ledger))


def explain_known(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> Iterator[Finding]:
    """Do the same for a stream: findings as they come, then the warnings."""
    rows = {(row.rule, row.focus): row for row in ledger}
    used: set[tuple[str, str]] = set()
    rules: set[str] = set()
    for finding in findings:
        fitting = [
            key for key in ((finding.rule, finding.focus), (finding.rule, ANY)) if key in rows
        ]
        used.update(fitting)
        rules.add(finding.rule)
        yield replace(finding, known=rows[fitting[0]].why) if fitting else finding
    yield from (_stale(row, sorted(rules)) for key, row in rows.items() if key not in used)


def _stale(row: KnownFinding, rules: Sequence[str]) -> Finding:
    near = "" if row.rule in rules else nearest(row.rule, rules, 0.8) or ""
    return Finding(
        severity=Severity.WARNING, kind=Kind.SOURCE, rule=STALE,
        fact=Message("known-finding-stale"), focus="" if row.focus == ANY else row.focus,
        value=row.rule, place=Origin(row.origin.file), origins=(row.origin,), suggestion=near,
    )  # fmt: skip
