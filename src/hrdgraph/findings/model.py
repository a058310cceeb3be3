"""Everything that was found wrong, of whatever kind → one sorted, grouped, countable list, in
which what is known carries its explanation."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from hrdgraph.catalogue import LANGUAGES, Message, render
from hrdgraph.errors import HrdgraphError, Origin, ProjectError, raise_all
from hrdgraph.identity.judgements import COMMAS, without_commas
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
    """How bad a finding is, in the three steps of SHACL; the order of definition is worst first."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: number for number, severity in enumerate(Severity)}


class Kind(StrEnum):
    """What found it."""

    SHACL = "shacl"
    CHECK = "check"
    EXPECTATION = "expectation"
    EVIDENCE = "evidence"
    SOURCE = "source"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a table as the person typed it: its columns in order, each with its text, or None
    where that is kept back. `marked` are the columns that a finding is about.
    """

    origin: Origin
    cells: tuple[tuple[str, str | None], ...]
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a person may have to act on. Equal runs give equal findings: nothing in it
    depends on the run.

    `rule` is an IRI or a name and `place` where it is written. `focus` and `path` are bare IRIs
    (a blank node is `_:label`, a longer path its SPARQL text), `value` is the N-Triples text of
    a term or the words of a cell. What is wrong is said by this program, as the message `fact`,
    or by the project, as `messages`: (language, text) pairs sorted by language, "" for none.
    `known` is the explanation of a known finding. `rows` are the rows of `origins`
    that were read again, as they stand in their files.
    """

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

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same finding in another build: rule, focus, path and value. The
        number of a row is no part of it, since rows move; a finding about a row alone has its
        column."""
        focus, moved, _ = self.focus.partition(ROW_MARK)
        columns = (
            tuple(dict.fromkeys(origin.column or "" for origin in self.origins)) if moved else ()
        )
        return (self.rule, focus, self.path or "", self.value or "", *columns)

    @property
    def order(self) -> tuple[int, str, str, str, str, str, Messages, str]:
        """Worst first, then by rule, then by focus; the rest makes the order total."""
        return (
            self.severity.rank,
            self.rule,
            self.focus,
            self.path or "",
            self.value or "",
            self.component,
            self.messages,
            repr(self.fact or ""),
        )

    @property
    def texts(self) -> Messages:
        """What is said of it, by language."""
        return self.messages if self.fact is None else worded_messages(self.fact)

    def message(self, language: str) -> str:
        """The message in `language`, else in its base language, in English, without a language,
        or in any."""
        return self.worded(language)[1]

    def worded(self, language: str) -> tuple[str, str]:
        """The same with the language that it is really in ("" where none is said)."""
        if self.fact is not None:
            own = language.partition("-")[0]
            spoken = own if own in LANGUAGES else "en"
            return spoken, render(self.fact, spoken)
        texts = dict(self.messages)
        wanted = (language, language.partition("-")[0], "en", "", *texts)
        return next(((tag, texts[tag]) for tag in wanted if tag in texts), ("", self.rule))

    def as_dict(self) -> dict[str, object]:
        """The same for machines; parts that are empty or not known are left out."""
        parts: dict[str, object] = {
            "severity": self.severity.value,
            "kind": self.kind.value,
            "rule": self.rule,
            "messages": dict(self.texts),
            "focus": self.focus,
            "path": self.path,
            "value": self.value,
            "component": self.component,
            "place": origin_dict(self.place),
            "origins": [self._origin(origin) for origin in self.origins],
            "suggestion": self.suggestion,
            "known": self.known,
        }
        return {name: part for name, part in parts.items() if part}

    def _origin(self, origin: Origin) -> dict[str, object]:
        """A place with the text of its cell, where it was read."""
        texts = (
            dict(row.cells).get(origin.column or "") for row in self.rows if _is_row_of(row, origin)
        )
        text = next(texts, None)
        return origin_dict(origin) | ({} if text is None else {"cell": text})


def _is_row_of(row: SourceRow, origin: Origin) -> bool:
    return (row.origin.file, row.origin.row) == (origin.file, origin.row)


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
        """The first few."""
        return self.findings[:most]


def messages_of(texts: Mapping[str, str]) -> Messages:
    """Messages by language as the pairs that a finding holds."""
    return tuple(sorted(texts.items()))


def worded_messages(fact: Message) -> Messages:
    """A message in each language that there is."""
    return messages_of({language: render(fact, language) for language in LANGUAGES})


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings worst first, then by rule, then by focus."""
    return sorted(findings, key=lambda finding: finding.order)


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """One group for each severity and rule, worst first."""
    parts = groupby(in_order(findings), key=lambda finding: finding.order[:2])
    return [FindingGroup(tuple(part)) for _, part in parts]


def with_origins(findings: Iterable[Finding], trace: Trace) -> list[Finding]:
    """The findings with the source rows that `trace` names for (focus, path, value), all asked
    at once; those that have rows keep them. Of one rule, only the first `TRACED` that need it
    are traced.
    """
    found = list(findings)
    counts: dict[str, int] = {}
    places: list[int] = []
    for place, finding in enumerate(found):
        if not finding.origins and finding.focus:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
            places += [place] * (counts[finding.rule] <= TRACED)
    rows = trace([(found[place].focus, found[place].path, found[place].value) for place in places])
    for place, origins in zip(places, rows, strict=True):
        found[place] = replace(found[place], origins=tuple(origins))
    return found


def open_violations(findings: Iterable[Finding]) -> list[Finding]:
    """The violations that nobody has explained: what keeps a build from being published."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.VIOLATION and not finding.known
    ]


def origin_dict(origin: Origin) -> dict[str, object]:
    """The parts of an origin that are known."""
    return {name: value for name in Origin.__slots__ if (value := getattr(origin, name))}


def short(name: str) -> str:
    """A bare IRI with a well-known prefix as `prefix:name`, anything else as it is.

    >>> short("https://w3id.org/hrdgraph/ontology#edition")
    'hrd:edition'
    """
    return short_iri(name, SHORTENED)


def readable(value: str) -> str:
    """A value for people: the words of a literal, an IRI shortened, anything that is no term as
    it is."""
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
    """One row of the ledger: the findings of `rule` at `focus` (or at any, `*`) are known, and
    why."""

    rule: str
    focus: str
    why: str
    origin: Origin


def read_known(path: Path, *, file: str = "") -> tuple[KnownFinding, ...]:
    """Read the ledger, which `file` names in errors; no file, no rows. ProjectError with row and
    column, all at once."""
    origin = Origin(file or str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise ProjectError(
            "file-not-utf8-at", position=error.start, origin=origin, hint="save-as-utf8"
        ) from error
    except OSError as error:
        raise ProjectError(
            "unreadable", reason=error.strerror, origin=origin, hint="check-rights"
        ) from error
    return _rows(text, origin)


def _rows(text: str, origin: Origin) -> tuple[KnownFinding, ...]:
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ProjectError("csv-malformed", reason=error, origin=origin, hint=_HINT) from error
    header = tuple(cell.strip() for cell in records[0]) if records else ()
    if fact := without_commas(header):
        raise ProjectError(fact, origin=replace(origin, row=1), hint=COMMAS)
    if header != COLUMNS:
        raise ProjectError(
            "known-header-wrong", header=",".join(header), origin=replace(origin, row=1), hint=_HINT
        )
    errors: list[HrdgraphError] = []
    rows: dict[tuple[str, str], KnownFinding] = {}
    for number, cells in enumerate(records[1:], 2):
        if cells:
            _take(tuple(cell.strip() for cell in cells), replace(origin, row=number), rows, errors)
    raise_all(errors)
    return tuple(rows.values())


def _take(
    cells: tuple[str, ...],
    place: Origin,
    rows: dict[tuple[str, str], KnownFinding],
    errors: list[HrdgraphError],
) -> None:
    """Add one row, or what is wrong with it."""
    if len(cells) != len(COLUMNS):
        counts = {"count": len(cells), "expected": len(COLUMNS)}
        hint = "put-text-commas-into-double"
        errors.append(ProjectError("cells-not-as-many", origin=place, hint=hint, **counts))
        return
    if empty := [name for name, cell in zip(COLUMNS, cells, strict=True) if not cell]:
        at = replace(place, column=empty[0])
        errors.append(ProjectError("cell-empty", origin=at, hint=_HINT))
        return
    rule, focus, why = cells
    before = rows.setdefault((rule, focus), KnownFinding(rule, focus, why, place))
    if before.origin != place:
        errors.append(ProjectError("known-finding-twice", row=before.origin.row, origin=place))


def mark_known(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> list[Finding]:
    """The findings with the explanation of the row that fits them (one that names the focus
    before one for all), and a warning for each row that fits none.
    """
    return in_order(marked(findings, ledger))


def marked(findings: Iterable[Finding], ledger: Sequence[KnownFinding]) -> Iterator[Finding]:
    """The same as they come, the warnings behind them."""
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
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=STALE,
        fact=Message("known-finding-stale"),
        focus="" if row.focus == ANY else row.focus,
        value=row.rule,
        place=Origin(row.origin.file),
        origins=(row.origin,),
        suggestion=near,
    )
