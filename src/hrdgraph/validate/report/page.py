"""Report data → report.html: one file that asks nothing of the network, in several languages;
its one script only narrows findings down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.html_templates import InlineFile, Templates, all_visible
from hrdgraph.validate.findings.model import Finding, Severity, open_violations, short
from hrdgraph.validate.report.data import ReportData
from hrdgraph.validate.report.findings import ShownFindings, choices, shown_findings
from hrdgraph.validate.report.words import ReportLanguage

GONE: Final = 20  # findings of the last build that are no more
_PACKAGE: Final = "hrdgraph.validate.report"
_TEMPLATES: Final = Templates(_PACKAGE, {"short": short})
_SCRIPT: Final = InlineFile(_PACKAGE, "report.js")


def render(data: ReportData) -> str:
    """The whole page. Every value is escaped; equal data give equal text."""
    languages = [language for language in data.languages if language in LANGUAGES] or ["en"]
    page = _TEMPLATES.render(
        "report.html",
        data=data,
        editions=[ReportLanguage(language, data.labels) for language in languages],
        shown=ReportView(data),
        script=_SCRIPT,
    )
    return all_visible(page)


@dataclass(frozen=True)
class ReportView:
    """What the editions of a report share, whatever their language."""

    data: ReportData
    most_gone: int = GONE

    @cached_property
    def open(self) -> ShownFindings:
        """What nobody has explained, worst first."""
        return shown_findings(self._unexplained, self.data.since.new)

    @cached_property
    def known(self) -> ShownFindings:
        """What is known, with its explanations."""
        known = (finding for finding in self.data.findings if finding.known)
        return shown_findings(known, self.data.since.new)

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """By what findings can be narrowed down."""
        return choices(self.open)

    @property
    def is_narrowed(self) -> bool:
        """Whether there is anything to narrow down."""
        return len(self._unexplained) > 1

    @cached_property
    def _unexplained(self) -> list[Finding]:
        return [finding for finding in self.data.findings if not finding.known]

    @property
    def violations(self) -> int:
        """How many are open."""
        return len(open_violations(self.data.findings))

    @property
    def tiles(self) -> dict[str, int]:
        """The counts that stand on top."""
        severities = [finding.severity for finding in self._unexplained]
        return {
            "statements": self.data.quads,
            "sources_tile": len(self.data.sources),
            "violations": severities.count(Severity.VIOLATION),
            "warnings": severities.count(Severity.WARNING),
            "infos": severities.count(Severity.INFO),
            "known_tile": len(self.data.findings) - len(severities),
        }

    @property
    def sections(self) -> list[str]:
        """Their names, in order."""
        since = ["since"] if self.data.since.is_change else []
        return ["next", *since, "findings", "known", "holds", "evidence", "withheld", "sources"]

    @property
    def steps(self) -> dict[str, int]:
        """What is to be done next, each with its count or 0."""
        evidence = self.data.evidence
        warned = any(finding.severity is Severity.WARNING for finding in self._unexplained)
        steps = {
            "next_fix": (self.violations > 0, 0),
            "next_broken": (evidence.broken > 0, evidence.broken),
            "next_warn": (warned, 0),
            "next_unverifiable": (evidence.unverifiable > 0, evidence.unverifiable),
            "next_ask": (True, 0),
        }
        return {name: count for name, (is_due, count) in steps.items() if is_due}

    @property
    def sources(self) -> list[str]:
        """The names of the sources that a class has things of."""
        named = {name for line in self.data.classes for name in line.by_source}
        return [source.name for source in self.data.sources if source.name in named]
