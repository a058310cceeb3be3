"""The contents of the report, as frozen values: findings by rule, sources, and counts of
classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.findings.history import NO_CHANGE, Since
from hrdgraph.findings.model import Finding, FindingGroup, SourceRow, group_findings
from hrdgraph.ontology import Ontology
from hrdgraph.project import Source
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import RDF

Words = Mapping[str, str]  # by language; "" is the text for all


@dataclass(frozen=True, slots=True)
class ClassCount:
    """The number of things of a class, in all and by source name. A thing of two sources counts
    once in `total`."""

    iri: str
    total: int
    by_source: Mapping[str, int] = field(default_factory=dict)
    labels: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """The number of cited places that match the page's words, could not be compared, or do not
    match."""

    verified: int = 0
    unverifiable: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class WithheldCount:
    """The number of statements of a property, or of claims of a visibility, kept out of the
    build."""

    what: str
    count: int
    labels: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportData:
    """The contents of the report; equal data give equal bytes. `labels` names things and
    properties by bare IRI. `validated` is False where the shapes were not run: the report then
    vouches for nothing. `counts` are the statements that the mapping of each source made. `files`
    hold all findings."""

    title: str
    version: str
    quads: int
    sources: tuple[Source, ...]
    classes: tuple[ClassCount, ...]
    findings: tuple[Finding, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    evidence: EvidenceCount = EvidenceCount()
    withheld: tuple[WithheldCount, ...] | None = ()  # None in a report that may be passed on
    left_out: int = 0  # cells that cannot be read
    labels: Mapping[str, Words] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en", "fr", "es")
    validated: bool = True
    since: Since = NO_CHANGE
    files: tuple[str, ...] = ("findings.json",)


def choose_words(words: Words, language: str, default: str = "") -> str:
    """Return the words in a language, else in English, for all, or in any."""
    return next((words[tag] for tag in (language, "en", "", *words) if tag in words), default)


CASES: Final = 25  # of one rule: a report of a million findings must open in a browser all the same
ALL_CASES: Final = 300  # of all rules together; beyond, a rule has one
RULES: Final = 200
PLACES: Final = 5  # source rows named for one finding
COLUMNS: Final = 40
CELL: Final = 120  # characters of a cell in a row; a marked one may be longer


class ShownRow(NamedTuple):
    """A row as typed: columns with their texts (None if kept back) and whether they are marked;
    `left` columns are not shown."""

    origin: Origin
    cells: list[tuple[str, str | None, bool]]
    left: int
    longest: int = CELL


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A finding of a rule. `has_own_message` if it differs from the rule's."""

    finding: Finding
    is_new: bool
    has_own_message: bool

    @property
    def sources(self) -> list[str]:
        return sources_of(self.finding)

    @property
    def places(self) -> Sequence[Origin]:
        """Return the first places; none if the line names the only one and its row is shown."""
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
        """Say whether a cell of its rows is kept back."""
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
        """Say whether the place of the rule is known."""
        return self.first.place != Origin()

    @property
    def reasons(self) -> list[str]:
        """Return the explanations of its known findings."""
        return [*dict.fromkeys(item.known for item in self.group.findings if item.known)]


class ShownFindings(NamedTuple):
    """Rules, and the number of further ones."""

    rules: list[ShownRule]
    left: int


def select_shown(findings: Iterable[Finding], new: Iterable[Finding]) -> ShownFindings:
    """Select the findings to show, some of which are new."""
    groups, free = group_findings(findings), ALL_CASES
    fresh = {*new}  # not by identity, which rows without a name of their own share
    rules = []
    for group in groups[:RULES]:
        most = min(CASES, max(free, 1))
        free -= min(most, group.count)
        rules.append(_rule(group, most, fresh))
    return ShownFindings(rules, max(len(groups) - RULES, 0))


def choices(shown: ShownFindings) -> dict[str, list[str]]:
    """Return the filters for findings: the values of each property that has several."""
    groups = [rule.group for rule in shown.rules]
    sources = (name for group in groups for item in group.findings for name in sources_of(item))
    every = {
        "severity": dict.fromkeys(group.first.severity.value for group in groups),
        "kind": dict.fromkeys(group.first.kind.value for group in groups),
        "source": dict.fromkeys(sources),
        "rule": dict.fromkeys(group.first.rule for group in groups),
    }
    return {name: [*values] for name, values in every.items() if len(values) > 1}


def sources_of(finding: Finding) -> list[str]:
    """Return the names of the sources of a finding's rows: the folders below data/sources."""
    files = (origin.file.partition("data/sources/")[2].partition("/") for origin in finding.origins)
    return list(dict.fromkeys(name.replace(" ", "_") for name, slash, _ in files if slash))


def _rule(group: FindingGroup, most: int, new: set[Finding]) -> ShownRule:
    own = (group.first.fact, group.first.messages)
    cases = [
        ShownCase(item, item in new, (item.fact, item.messages) != own)
        for item in group.examples(most)
    ]
    return ShownRule(group, cases, sum(item in new for item in group.findings) if new else 0)


def _row(row: SourceRow) -> ShownRow:
    cells = [
        (name, text, name in row.marked)
        for index, (name, text) in enumerate(row.cells)
        if index < COLUMNS or name in row.marked
    ]
    return ShownRow(row.origin, cells, len(row.cells) - len(cells))


def class_counts(
    graph: ColumnGraph, ontology: Ontology, sources: Mapping[str, str]
) -> list[ClassCount]:
    """Count the things of each class that the sources speak of, most first. `sources` names the
    source of each graph IRI."""
    names = {graph.position(IRI(graph_name)): name for graph_name, name in sources.items()}
    rows = graph.where(p=RDF.type).quads.filter(pl.col("g").is_in([*names.keys() - {None}]))
    things = pl.col("s").n_unique().alias("count")
    totals = rows.group_by("o").agg(things).sort("count", "o", descending=[True, False])
    by_class: dict[int, dict[str, int]] = {}
    for kind, name, count in rows.group_by("o", "g").agg(things).sort("o", "g").iter_rows():
        by_class.setdefault(kind, {})[names[name]] = count
    counted = (
        (graph.terms[kind][1:-1], total, by_class[kind]) for kind, total in totals.iter_rows()
    )
    return [ClassCount(iri, total, parts, _labels(ontology, iri)) for iri, total, parts in counted]


def _labels(ontology: Ontology, kind: str) -> dict[str, str]:
    entry = ontology.classes.get(IRI(kind))
    return dict(entry.labels) if entry else {}
