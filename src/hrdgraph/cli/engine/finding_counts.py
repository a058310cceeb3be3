"""An outcome of validation → counted findings, those that are known apart, and what else the
command tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hrdgraph.catalogue import number, phrase

if TYPE_CHECKING:
    from hrdgraph.project import Project
    from hrdgraph.validate import Finding, Tally
    from hrdgraph.validate.engine.inference import InferenceResult
    from hrdgraph.validate.engine.outcome import ValidationOutcome

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
        from hrdgraph.validate.findings.model import short

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
    from hrdgraph.validate import marked, read_known, tallied, together

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
