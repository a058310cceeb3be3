"""A finished graph into the files of the build folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hrdgraph.export import export
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.manifest import OUTPUTS, digests, input_files, versions, write_manifest
from hrdgraph.pipeline.reported import report_data
from hrdgraph.pipeline.result import Result
from hrdgraph.pipeline.told import Told, with_told
from hrdgraph.project import Project, Source
from hrdgraph.rdfio import save_columns
from hrdgraph.validate import Severity, render

FILES = {"graph.nq": "nq", "graph.trig": "trig", "graph.ttl": "ttl", "graph.jsonld": "jsonld"}
STORE = "store"  # the folder, filled before the files are written


def write_outputs(
    project: Project, sources: tuple[Source, ...], ontology: Ontology, result: Result, told: Told, folder: Path, *, validated: bool
) -> Result:
    """Write graph, columns, report and manifest beside the store and what tells of the findings; the result with its manifest."""
    for name, format in FILES.items():
        export(result.graph, format, folder / name, context=project.context_file, base=project.base)
    save_columns(result.graph, folder / "columns")
    result = with_told(result, told)
    report = render(replace(report_data(project, sources, ontology, result, validated=validated), files=told.files))
    (folder / "report.html").write_text(report, encoding="utf-8")
    made = _manifest(project, sources, result, folder, validated)
    write_manifest(folder / "manifest.json", made)
    return replace(result, manifest=made)


def _manifest(project: Project, sources: tuple[Source, ...], result: Result, folder: Path, validated: bool) -> dict[str, object]:
    unexplained = [finding for finding in result.findings if not finding.known]
    counts = {severity.value: sum(finding.severity is severity for finding in unexplained) for severity in Severity}
    changed = {"since": result.since.counts()} if result.since and result.since.is_change else {}
    return changed | {
        "title": project.title,
        "sources": [source.name for source in sources],
        "quads": len(result.graph),
        "quads_mapped": dict(result.counts),
        "findings": counts | {"known": len(result.findings) - len(unexplained)},
        "validated": validated,
        "failed": result.failed,
        "evidence": {
            "verified": result.evidence.verified,
            "unverifiable": result.evidence.unverifiable,
            "whole_document": result.evidence.whole,
        },
        "versions": versions(),
        "inputs": digests(input_files(project, sources), project.root),
        "outputs": digests([folder / name for name in OUTPUTS], folder),
    }
