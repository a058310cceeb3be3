"""An outcome of validation → counted findings, those that are known apart, and what else the
command tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.shared.common import VIOLATIONS, echo_json, findings_table, table, tell
from hrdgraph.library.files.writing import output, write_out

if TYPE_CHECKING:
    from hrdgraph.findings.model import Finding
    from hrdgraph.findings.tally import Tally
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.shacl.inference import InferenceResult
    from hrdgraph.shacl.outcome import ValidationOutcome
    from hrdgraph.shacl.validator import ColumnSHACL

REPORTS = ("ttl", "jsonld")
BLOCK = 100_000  # triples of a report written at once
SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True)
class Wanted:
    """What a person wants to see: no less bad than this, of one shape, at one node."""

    severity: str = "info"
    shape: str = ""
    focus: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether a finding is wanted."""
        bad_enough = SEVERITIES.index(finding.severity.value) <= SEVERITIES.index(self.severity)
        return bad_enough and self.shape in ("", finding.rule) and self.focus in ("", finding.focus)


@dataclass(frozen=True)
class Sizes:
    """How many statements were looked at, and what rules have derived of them."""

    statements: int
    derived: InferenceResult | None

    def as_dict(self) -> dict[str, object]:
        """The part for machines; nothing where no rules were run."""
        if self.derived is None:
            return {}
        rules = [
            {"rule": one.rule, "makes": one.makes, "count": one.count}
            for one in self.derived.counts
        ]
        return {
            "derived": {"count": len(self.derived), "rounds": self.derived.rounds, "rules": rules}
        }

    def rows(self, language: str) -> list[tuple[str, str, str]]:
        """A row for each rule, and one for all."""
        if self.derived is None:
            return []
        from hrdgraph.findings.model import short

        rows = [
            (number(one.count, language), short(one.rule), ", ".join(map(short, one.makes)))
            for one in self.derived.counts
        ]
        total = phrase("all-in-rounds", language, count=self.derived.rounds)
        if not rows:
            total = phrase("rules-look-at-nothing", language)
        return [*rows, (number(len(self.derived), language), total, "")]


def counted(
    outcome: ValidationOutcome, warnings: Iterable[Finding], project: Project | None, wanted: Wanted
) -> list[Tally]:
    """Results and warnings about the shapes, counted by rule. Only findings of rules with known
    findings are made one by one."""
    from hrdgraph.findings.known_findings import marked, read_known
    from hrdgraph.findings.tally import tallied, together

    known = read_known(project.known_findings_file) if project else ()
    some, others = outcome.parted({row.rule for row in known})
    said = [*warnings]
    rules = {some.shapes.rule_of(batch.shape.node) for batch in some.batches} | {
        one.rule for one in said
    }
    findings = (finding for part in (said, _distinct(some)) for finding in part)
    apart = tallied(
        filter(wanted.fits, marked(findings, [row for row in known if row.rule in rules]))
    )
    return together([*apart, *others.tallies()])


def _distinct(outcome: ValidationOutcome) -> Iterable[Finding]:
    return {*outcome.findings()} if outcome.batches else ()


@dataclass(frozen=True)
class Validated:
    """A graph, with what was derived, held against shapes. `known` has its classes and properties,
    for warnings about the shapes."""

    engine: ColumnSHACL
    outcome: ValidationOutcome
    known: ColumnGraph
    sizes: Sizes
    wanted: Wanted

    def told(self, project: Project | None, format: str, language: str) -> int:
        """Print what is wanted of the outcome; the exit code."""
        from hrdgraph.findings.model import Severity

        if not self.outcome.rules:
            tell("shapes-without-target", language, err=True)
        wanted = self.wanted
        outcome = self.outcome.only(
            least=Severity(wanted.severity), rule=wanted.shape, focus=wanted.focus
        )
        if format in REPORTS:
            return _write_report(outcome, project, format)
        was_inferred = self.sizes.derived is not None
        warnings = self.engine.notices(self.known, outcome.shapes, inferred=was_inferred)
        found = counted(outcome, warnings, project, wanted)
        rules = [wanted.shape] if wanted.shape else outcome.rules
        _print(rules, found, format, language, self.sizes)
        return _exit_code(found)


def _write_report(outcome: ValidationOutcome, project: Project | None, format: str) -> int:
    """Write the report as it is made, without a finding for each result; the exit code."""
    with output(None) as stream:
        stream.writelines(_report(outcome, format))
    return _exit_code(counted(outcome, (), project, Wanted()))


def _exit_code(found: Sequence[Tally]) -> int:
    new = (tally.first.severity.value for tally in found if not tally.first.known)
    return VIOLATIONS if "violation" in new else 0


def _print(
    rules: Sequence[str], found: Sequence[Tally], format: str, language: str, sizes: Sizes
) -> None:
    from hrdgraph.findings.tally import junit, summary_of, table_of

    if format == "json":
        echo_json(summary_of(found) | sizes.as_dict())
    elif format == "junit":
        write_out(junit(found, rules, language), None)
    else:
        if derived := sizes.rows(language):
            table(headings(("derived", "by the rule", "of the property"), language), derived)
            click.echo()
        if rows := table_of(found, language):
            findings_table(rows, language)
        statements = phrase("statements-counted", language, count=sizes.statements)
        findings = phrase("findings-counted", language, count=sum(tally.count for tally in found))
        click.echo(f"{statements}, {findings}")


def _report(outcome: ValidationOutcome, format: str) -> Iterator[bytes]:
    """The report in parts. JSON-LD is one array of what is said, some of it at a time; blank
    nodes keep their labels."""
    from hrdgraph.rdfio import format_named, serialize

    if format == "ttl":
        yield from outcome.turtle()
        return
    quads, before = outcome.report(), b"["
    while part := list(islice(quads, BLOCK)):
        yield before + serialize(part, format_named(format), {}).strip()[1:-1]
        before = b",\n"
    yield b"]\n"
