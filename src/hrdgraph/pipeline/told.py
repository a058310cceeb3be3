"""What was found in a build into the files that tell of it: findings.json, and findings.xlsx where cells are to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hrdgraph.explain import Lineage, SourcePlan
from hrdgraph.pipeline.columns import with_columns
from hrdgraph.pipeline.mentions import with_mentions
from hrdgraph.pipeline.result import Result
from hrdgraph.pipeline.shown import first_of_each_rule, with_rows
from hrdgraph.pipeline.typed import TypedRows
from hrdgraph.project import Project, Source
from hrdgraph.validate import Finding, Shapes
from hrdgraph.validate.report_findings import CASES
from hrdgraph.validate.since import FILE, Since, compared, read_findings, write_findings


@dataclass(frozen=True)
class Told:
    """The findings with their cells, rows and suggestions, what is new among them, the files that hold them all, and notes on these."""

    findings: tuple[Finding, ...]
    since: Since | None
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What completes a finding: the mappings, the way back from statements to rows, and the shapes."""

    plans: tuple[SourcePlan, ...]
    lineage: Lineage
    shapes: Shapes


def tell(project: Project, sources: tuple[Source, ...], result: Result, said: Said, folder: Path, *, validated: bool) -> Told:
    """Write the files. The last build, while it is still there, tells what is new: if it was of the same sources, looked at in the
    same way."""
    scope: dict[str, object] = {"sources": [source.name for source in sources], "validated": validated}
    typed = TypedRows(project.root, sources, said.plans)
    findings = _completed(project, result, said, typed)
    write_findings(folder / FILE, findings, scope)
    before = read_findings(project.build_dir / FILE, scope)
    since = None if before is None else compared(findings, before)
    files, notes = _workbook(project, findings, typed, folder)
    return Told(findings, since, (FILE, *files), notes)


def _completed(project: Project, result: Result, said: Said, typed: TypedRows) -> tuple[Finding, ...]:
    found = with_mentions(result.findings, result.graph, said.lineage)
    found = with_columns(found, said.plans, typed, project.root)
    if any(finding.value and not finding.suggestion and not finding.known for finding in found):
        from hrdgraph.validate.suggest import suggested

        found = suggested(found, result.graph, said.shapes)
    return tuple(with_rows(found, typed, result.graph, first_of_each_rule(CASES)))


def _workbook(project: Project, findings: tuple[Finding, ...], typed: TypedRows, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the files written, and what the person should know of it."""
    if not any(origin.row for finding in findings if not finding.known for origin in finding.origins):
        return (), ()
    from hrdgraph.validate.workbook import EXTRA, write_workbook
    from hrdgraph.validate.workbook import FILE as WORKBOOK

    if write_workbook(folder / WORKBOOK, findings, typed.table, project.languages[0]):
        return (WORKBOOK,), ()
    return (), (f"{WORKBOOK} (your tables with the cells marked) is written when its library is there: {EXTRA}",)


def with_told(result: Result, told: Told) -> Result:
    """The result with what was told."""
    return replace(result, findings=told.findings, since=told.since, notes=told.notes)
