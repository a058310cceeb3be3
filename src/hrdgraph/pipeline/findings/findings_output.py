"""What was found in a build into the files that tell of it: findings.json, and findings.xlsx
where cells are to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hrdgraph.catalogue import phrase
from hrdgraph.explain import Lineage, SourcePlan
from hrdgraph.pipeline.findings.cell_columns import with_columns
from hrdgraph.pipeline.findings.mentions import with_mentions
from hrdgraph.pipeline.findings.row_excerpts import first_of_each_rule, with_rows
from hrdgraph.pipeline.result import BuildOptions, Result
from hrdgraph.privacy import level_of
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.privacy.redaction import public_findings
from hrdgraph.project import Project, Source
from hrdgraph.project.model import PRIVATE
from hrdgraph.validate import Finding, Shapes
from hrdgraph.validate.findings.history import FILE, Since, compared, read_findings, write_findings
from hrdgraph.validate.findings.source_rows import TypedRows
from hrdgraph.validate.report.findings import CASES


@dataclass(frozen=True)
class FindingsOutput:
    """The findings with their cells, rows and suggestions, what is new among them, the files
    that hold them all, and notes on these; and the same of what may be passed on."""

    findings: tuple[Finding, ...]
    since: Since | None
    files: tuple[str, ...]
    notes: tuple[str, ...]
    public: tuple[Finding, ...]
    public_since: Since | None


@dataclass(frozen=True)
class FindingContext:
    """What completes a finding: the mappings, the way back from statements to rows, the shapes,
    and the rows as they were typed; and what must not be repeated of these."""

    plans: tuple[SourcePlan, ...]
    lineage: Lineage
    shapes: Shapes
    typed: TypedRows
    secrets: Secrets


def tell(
    project: Project,
    sources: tuple[Source, ...],
    result: Result,
    said: FindingContext,
    folder: Path,
    options: BuildOptions,
) -> FindingsOutput:
    """Write the files: into `private` what is for whoever builds, beside it what may be
    published. The last build, while it is still there, tells what is new: if it was of the same
    sources, looked at in the same way."""
    last, private = project.build_dir, make_private(folder)
    findings = _completed(project, result, said)
    since = _written(private / FILE, last / PRIVATE / FILE, findings, _scope(sources, options))
    public = public_findings(findings, said.secrets, said.typed, result.graph)
    opened = tuple(source for source in sources if level_of(source.visibility) <= options.shown)
    public_since = _written(folder / FILE, last / FILE, public, _scope(opened, options))
    files, notes = _workbook(project, findings, said, private)
    return FindingsOutput(
        findings, since, (FILE, *files), notes, public, public_since and public_since.as_public()
    )


def make_private(folder: Path) -> Path:
    """The folder for what nobody else should see: closed to others, and passed over by git."""
    private = folder / PRIVATE
    private.mkdir(mode=0o700)
    (private / ".gitignore").write_text("*\n", encoding="utf-8")
    return private


def _scope(sources: tuple[Source, ...], options: BuildOptions) -> dict[str, object]:
    return {"sources": [source.name for source in sources], "validated": options.validate}


def _written(
    path: Path, last: Path, findings: tuple[Finding, ...], scope: dict[str, object]
) -> Since | None:
    """Write findings; what is new among them."""
    write_findings(path, findings, scope)
    before = read_findings(last, scope)
    return None if before is None else compared(findings, before)


def _completed(project: Project, result: Result, said: FindingContext) -> tuple[Finding, ...]:
    found = with_mentions(result.findings, result.graph, said.lineage)
    found = with_columns(found, said.plans, said.typed, project.root)
    if any(finding.value and not finding.suggestion and not finding.known for finding in found):
        from hrdgraph.validate.findings.suggestions import suggested

        found = suggested(found, result.graph, said.shapes)
    return tuple(
        with_rows(found, said.typed, result.graph, first_of_each_rule(CASES), said.secrets)
    )


def _workbook(
    project: Project, findings: tuple[Finding, ...], said: FindingContext, folder: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the files written, and what the person should know of it."""
    opened = [finding for finding in findings if not finding.known]
    files = {origin.file for finding in opened for origin in finding.origins if origin.row}
    if not files:
        return (), ()
    from hrdgraph.validate.findings.workbook import EXTRA, workbook
    from hrdgraph.validate.findings.workbook import FILE as WORKBOOK

    language, tables = project.languages[0], {file: said.typed.table(file) for file in files}
    made = workbook(opened, tables.get, language)
    if made is not None:
        (folder / WORKBOOK).write_bytes(made)
        return (WORKBOOK,), ()
    return (), (phrase("workbook-needs-extra", language, file=WORKBOOK, command=EXTRA),)


def with_told(result: Result, told: FindingsOutput) -> Result:
    """The result with all that was told."""
    return replace(
        result,
        findings=told.findings,
        since=told.public_since,
        notes=told.notes,
        public=told.public,
    )
