"""What a build takes as choices, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hrdgraph.errors import HrdgraphError
from hrdgraph.evidence.citations import EvidenceReport
from hrdgraph.findings.history import Since
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.privacy.levels import Level
from hrdgraph.rdf import ColumnGraph

LEFT_OUT: Final = "left-out.csv"  # what a build left out and why, as a table to correct


@dataclass(frozen=True)
class Accountability:
    """The word of a person who answers for a build that is not for everybody."""

    who: str
    reason: str
    when: date


@dataclass(frozen=True)
class BuildOptions:
    """What a person may choose: some sources only, warnings as failures, no SHACL (for a quick
    look; the manifest says so), and, on somebody's word, what is restricted too."""

    only: tuple[str, ...] = ()
    strict: bool = False
    validate: bool = True
    answer: Accountability | None = None
    # what an unreadable cell of a table of facts costs: the "cell", the "row", or the build
    # ("stop"); "": what the source says, else the cell
    on_error: str = ""
    on: str = ""  # the engine of sources that are large

    @property
    def shown(self) -> Level:
        """Return the highest level that is let through."""
        return Level.PUBLIC if self.answer is None else Level.RESTRICTED


@dataclass(frozen=True)
class Result:
    """A finished build. `public` are those of the findings that are about what is published,
    without a word that is not, and `since` says what is new among them, None where there is no
    last build of the same sources to compare with. `failed` says whether what was found keeps it
    from being published; `notes` are lines for the person who built."""

    graph: ColumnGraph
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    evidence: EvidenceReport
    withheld: Mapping[str, int]
    failed: bool
    manifest: Mapping[str, object] = field(default_factory=dict)
    since: Since | None = None
    notes: tuple[str, ...] = ()
    public: tuple[Finding, ...] = ()
    left_out: tuple[HrdgraphError, ...] = ()  # why cells and rows were left out
    rows_left_out: int = 0  # rows of these cells that say nothing without them


def is_failed(findings: tuple[Finding, ...], *, strict: bool) -> bool:
    """Tell whether there is a violation (or, if strict, a warning) that nobody has explained."""
    fatal = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
    return any(finding.severity in fatal and not finding.known for finding in findings)
