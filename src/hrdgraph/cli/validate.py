"""`hrdgraph validate`: the built graph, or any RDF file, against the project's shapes or any others."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.common import echo_json, json_option, language_option, languages, opened, output, project_option, table, write_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.validate import Finding, Shapes
    from hrdgraph.validate.engine.outcome import Outcome

VIOLATIONS = 3
SEVERITIES = ("violation", "warning", "info")
REPORTS = {"turtle": "ttl", "jsonld": "jsonld"}
FORMATS = ("table", "json", *REPORTS, "junit")
BLOCK = 100_000  # triples of a report written at once


@click.command()
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="An RDF file instead of the built graph.")
@click.option(
    "--shapes", type=click.Path(path_type=Path), help="A file or folder of shapes, or a folder with shapes/*.ttl, instead of the project's."
)
@click.option("--format", "-f", "format", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--severity", type=click.Choice(SEVERITIES), default="info", show_default=True, help="Leave out what is less bad.")
@click.option("--shape", help="Only what this shape finds: its IRI, or with a known prefix.")
@click.option("--focus", help="Only what is found at this node: its IRI, or with a known prefix.")
@click.option("--explain", metavar="RULE", help="Say what a rule is for, with examples that pass and fail; validate nothing.")
@project_option
@json_option
@language_option
def command(
    data: Path | None, shapes: Path | None, format: str, severity: str, shape: str | None, focus: str | None, explain: str | None,
    root: Path, as_json: bool, lang: str | None,
) -> int:  # fmt: skip
    """Check the built graph (or the RDF file --data) against shapes. With --data and --shapes no project is needed.

    turtle and jsonld print a standard sh:ValidationReport. Exit code 0: no violation. 1: the input is wrong. 2: called
    wrongly. 3: violations. Known findings (data/known_findings.csv) do not count.
    """
    from hrdgraph.validate import ColumnSHACL, Severity

    project = None if (data or explain) and shapes and not (root / "hrdgraph.toml").is_file() else opened(root)
    if explain:
        from hrdgraph.cli.explained_rule import explain_rule

        explain_rule(explain, _shapes(shapes, project), project, _language(lang, project), as_json=as_json or format == "json")
        return 0
    graph = _data(data) if data else _built(root)
    chosen = _shapes(shapes, project)
    outcome = ColumnSHACL().run(graph, chosen).only(least=Severity(severity), rule=_iri(shape), focus=_iri(focus))
    if format in REPORTS and not as_json:
        return _write_report(graph, outcome, project, REPORTS[format])
    found = [one for one in _found(graph, outcome, project) if _is_wanted(one, severity, _iri(shape), _iri(focus))]
    _print(outcome, found, "json" if as_json else format, _language(lang, project), len(graph))
    return _exit_code(found)


def _exit_code(found: Iterable[Finding]) -> int:
    return VIOLATIONS if any(f.severity.value == "violation" and not f.known for f in found) else 0


def _write_report(graph: ColumnGraph, outcome: Outcome, project: Project | None, format: str) -> int:
    """Write the report as it is made, without a finding for each result unless some are known; the exit code."""
    from hrdgraph.validate import read_known

    with output(None) as stream:
        stream.writelines(_report(outcome, format))
    if project is not None and read_known(project.known_findings_file):
        return _exit_code(_found(graph, outcome, project))
    return VIOLATIONS if outcome.violated else 0


def _print(outcome: Outcome, found: Sequence[Finding], format: str, language: str, size: int) -> None:
    from hrdgraph.validate import junit, summary
    from hrdgraph.validate import table as rows_of

    if format == "json":
        echo_json(summary(found))
    elif format == "junit":
        write_out(junit(found, outcome.rules, language), None)
    else:
        if rows := rows_of(found, language):
            table(("found", "times", "rule", "what", "look at"), rows)
        click.echo(f"{size:,} statements, {len(found)} findings")


def _report(outcome: Outcome, format: str) -> Iterator[bytes]:
    """The report in parts: Turtle after Turtle is Turtle, and blank nodes keep their labels. JSON-LD is one part."""
    from hrdgraph.rdfio import format_named, serialize
    from hrdgraph.vocab import PREFIXES

    quads = outcome.report()
    size = BLOCK if format == "ttl" else None
    while part := list(islice(quads, size)):
        yield serialize(part, format_named(format), PREFIXES)


def _shapes(path: Path | None, project: Project | None) -> Shapes:
    from hrdgraph.validate import read_shapes, read_shapes_at

    if path is not None:
        return read_shapes_at(path, root=project.root if project else None)
    assert project is not None
    return read_shapes(project.ontology_dir, root=project.root)


def _built(root: Path) -> ColumnGraph:
    from hrdgraph.api import open as open_graph

    return open_graph(root).columns


def _data(path: Path) -> ColumnGraph:
    from hrdgraph.rdfio import read_columns

    return read_columns(path, base=f"file:///{path.name}")


def _found(graph: ColumnGraph, outcome: Outcome, project: Project | None) -> list[Finding]:
    """Results and warnings about the shapes, those that are known marked so."""
    from hrdgraph.validate import in_order, mark_known, notices, read_known

    found = in_order({*outcome.findings(), *notices(graph, outcome.shapes)})
    if project is None:
        return found
    rules = {finding.rule for finding in found}
    return mark_known(found, [row for row in read_known(project.known_findings_file) if row.rule in rules])


def _is_wanted(finding: Finding, severity: str, shape: str, focus: str) -> bool:
    bad_enough = SEVERITIES.index(finding.severity.value) <= SEVERITIES.index(severity)
    return bad_enough and shape in ("", finding.rule) and focus in ("", finding.focus)


def _iri(name: str | None) -> str:
    """An IRI in full; a name with a known prefix is one too."""
    from hrdgraph.validate.findings import SHORTENED

    prefix, _, rest = (name or "").strip("<>").partition(":")
    return f"{SHORTENED[prefix]}{rest}" if prefix in SHORTENED else (name or "").strip("<>")


def _language(chosen: str | None, project: Project | None) -> str:
    return languages(chosen, project)[0] if project else (chosen or "en")
