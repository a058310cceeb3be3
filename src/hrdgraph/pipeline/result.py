"""What a build takes as choices, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hrdgraph.evidence import EvidenceReport
from hrdgraph.rdf import ColumnGraph
from hrdgraph.validate import Finding, Severity
from hrdgraph.validate.since import Since

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a person may choose: some sources only, warnings as failures, no SHACL (for a quick look; the manifest says so)."""

    only: tuple[str, ...] = ()
    strict: bool = False
    validate: bool = True


@dataclass(frozen=True)
class Result:
    """A finished build. `failed` says whether what was found keeps it from being published; `since` is None where there is no last
    build of the same sources to compare with; `notes` are lines for the person who built."""

    graph: ColumnGraph
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    evidence: EvidenceReport
    withheld: Mapping[str, int]
    failed: bool
    manifest: Mapping[str, object] = field(default_factory=dict)
    since: Since | None = None
    notes: tuple[str, ...] = ()


def is_failed(findings: tuple[Finding, ...], *, strict: bool) -> bool:
    """Whether there is a violation (or, if strict, a warning) that nobody has explained."""
    fatal = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
    return any(finding.severity in fatal and not finding.known for finding in findings)
