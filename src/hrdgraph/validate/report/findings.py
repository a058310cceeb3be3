"""Findings → what the report shows of them: rules, worst first, each with its first cases, in
bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from hrdgraph.errors import Origin
from hrdgraph.validate.findings.model import Finding, FindingGroup, SourceRow, grouped

CASES: Final = 25  # of one rule: a report of a million findings must open in a browser all the same
ALL_CASES: Final = 300  # of all rules together; beyond, a rule has one
RULES: Final = 200
PLACES: Final = 5  # source rows named for one finding
COLUMNS: Final = 40
CELL: Final = 120  # characters of a cell in a row; a marked one may be longer


class ShownRow(NamedTuple):
    """A row as it was typed: columns with their text, None where it is kept back, and whether
    they are marked; `left` columns are not shown."""

    origin: Origin
    cells: list[tuple[str, str | None, bool]]
    left: int
    longest: int = CELL


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A finding of a rule. `has_own_message` where its words are not those of the whole rule."""

    finding: Finding
    is_new: bool
    has_own_message: bool

    @property
    def sources(self) -> list[str]:
        return sources_of(self.finding)

    @property
    def places(self) -> Sequence[Origin]:
        """The first places; none where the line names the only one, and its row is shown."""
        origins = self.finding.origins
        return () if len(origins) == len(self.finding.rows) == 1 else origins[:PLACES]

    @property
    def places_left(self) -> int:
        return max(len(self.finding.origins) - PLACES, 0)

    @property
    def rows(self) -> list[ShownRow]:
        return [_row(row) for row in self.finding.rows]

    @property
    def is_kept_back(self) -> bool:
        """Whether a cell of its rows is."""
        return any(text is None for row in self.finding.rows for _, text in row.cells)


@dataclass(frozen=True, slots=True)
class ShownRule:
    """The findings of a rule: the first as `cases`, of which `fresh` are new."""

    group: FindingGroup
    cases: list[ShownCase]
    fresh: int

    @property
    def first(self) -> Finding:
        return self.group.first

    @property
    def count(self) -> int:
        return self.group.count

    @property
    def left(self) -> int:
        return self.group.count - len(self.cases)

    @property
    def is_placed(self) -> bool:
        """Whether it is known where the rule is written."""
        return self.first.place != Origin()

    @property
    def reasons(self) -> list[str]:
        """Why its findings are known."""
        return [*dict.fromkeys(one.known for one in self.group.findings if one.known)]


class ShownFindings(NamedTuple):
    """Rules, and how many more there are."""

    rules: list[ShownRule]
    left: int


def shown_findings(findings: Iterable[Finding], new: Iterable[Finding]) -> ShownFindings:
    """What is shown of the findings, of which some are new."""
    groups, left = grouped(findings), ALL_CASES
    fresh = {*new}  # not by identity, which rows without a name of their own share
    rules = []
    for group in groups[:RULES]:
        most = min(CASES, max(left, 1))
        left -= min(most, group.count)
        rules.append(_rule(group, most, fresh))
    return ShownFindings(rules, max(len(groups) - RULES, 0))


def choices(shown: ShownFindings) -> dict[str, list[str]]:
    """What findings can be narrowed down by: the values of each property that has several."""
    groups = [rule.group for rule in shown.rules]
    sources = (name for group in groups for one in group.findings for name in sources_of(one))
    every = {
        "severity": dict.fromkeys(group.first.severity.value for group in groups),
        "kind": dict.fromkeys(group.first.kind.value for group in groups),
        "source": dict.fromkeys(sources),
        "rule": dict.fromkeys(group.first.rule for group in groups),
    }
    return {name: [*values] for name, values in every.items() if len(values) > 1}


def sources_of(finding: Finding) -> list[str]:
    """The names of the sources that a finding's rows are in: the folders below data/sources."""
    files = (origin.file.partition("data/sources/")[2].partition("/") for origin in finding.origins)
    return list(dict.fromkeys(name.replace(" ", "_") for name, slash, _ in files if slash))


def _rule(group: FindingGroup, most: int, new: set[Finding]) -> ShownRule:
    said = (group.first.fact, group.first.messages)
    cases = [
        ShownCase(one, one in new, (one.fact, one.messages) != said) for one in group.examples(most)
    ]
    return ShownRule(group, cases, sum(one in new for one in group.findings) if new else 0)


def _row(row: SourceRow) -> ShownRow:
    cells = [
        (name, text, name in row.marked)
        for index, (name, text) in enumerate(row.cells)
        if index < COLUMNS or name in row.marked
    ]
    return ShownRow(row.origin, cells, len(row.cells) - len(cells))
