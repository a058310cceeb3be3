"""`hrdgraph validate`: the built graph, or any RDF file, against the project's shapes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.common import echo_json, json_option, language_option, languages, opened, project_option, table

if TYPE_CHECKING:
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.validate import Finding

VIOLATIONS = 3


@click.command()
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="An RDF file instead of the built graph.")
@click.option(
    "--shapes", type=click.Path(path_type=Path, file_okay=False), help="A folder with shapes/*.ttl instead of the project's ontology."
)
@project_option
@json_option
@language_option
def command(data: Path | None, shapes: Path | None, root: Path, as_json: bool, lang: str | None) -> int:
    """Check the built graph (or the RDF file --data) against shapes.

    Exit code 0: no violation. 3: violations. Known findings (data/known_findings.csv) do not count.
    """
    from hrdgraph.validate import PySHACL, read_shapes, summary
    from hrdgraph.validate import table as rows_of

    project = opened(root)
    graph = _data(data) if data else _built(root)
    found = PySHACL().validate(graph, read_shapes(shapes or project.ontology_dir, root=project.root))
    found = _with_known(found, project)
    if as_json:
        echo_json(summary(found))
    else:
        rows = rows_of(found, languages(lang, project)[0])
        if rows:
            table(("found", "times", "rule", "what", "look at"), rows)
        click.echo(f"{len(graph):,} statements, {len(found)} findings")
    return VIOLATIONS if any(f.severity.value == "violation" and not f.known for f in found) else 0


def _built(root: Path) -> ColumnGraph:
    from hrdgraph.api import open as open_graph

    return open_graph(root).columns


def _data(path: Path) -> ColumnGraph:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.rdfio import read_quads

    return ColumnGraph.from_quads(read_quads(path, base=f"file:///{path.name}"))


def _with_known(found: list[Finding], project: Project) -> list[Finding]:
    from hrdgraph.validate import mark_known, read_known

    rules = {finding.rule for finding in found}
    known = [row for row in read_known(project.known_findings_file) if row.rule in rules]
    return mark_known(found, known)
