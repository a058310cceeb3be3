"""`hrdgraph export`: the graph, one entity, or the answer to a CONSTRUCT question in a format of choice."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.common import opened, project_option
from hrdgraph.errors import ProjectError

if TYPE_CHECKING:
    from hrdgraph.project import Project

VIOLATIONS = 3
RULES = 5  # named when nothing is exported


@click.command()
@click.option("--format", "-f", "format", default="ttl", help="nq, nt, ttl, trig, rdfxml, jsonld, jsonld-framed, csv, graphml, gexf.")
@click.option("--entity", "-e", metavar="IRI|NAME", help="Only this thing, with its facts and their evidence.")
@click.option("--query", "-q", metavar="NAME|FILE|-", help="Only what this CONSTRUCT question gives.")
@click.option("--param", "-P", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file (for csv: a folder or a .zip) instead of standard output.")
@click.option(
    "--even-with-violations",
    "--anyway",
    "anyway",
    is_flag=True,
    help="Export although the last build has violations, or was not validated.",
)
@project_option
def command(
    format: str, entity: str | None, query: str | None, parameters: tuple[str, ...], output: Path | None, anyway: bool, root: Path
) -> int:
    """Write the built graph in another format, literals exactly as built.

    A build with violations, or one that was not validated, is exported only with --even-with-violations. Known findings
    (data/known_findings.csv) do not count. Exit code 0: exported. 1: the input is wrong. 3: refused for violations.
    """
    from hrdgraph.api import open as open_graph

    graph = open_graph(root)
    if not anyway and is_refused(graph.manifest, root):
        return VIOLATIONS
    chosen, thing = graph.columns, None
    if entity is not None:
        thing, chosen = graph.entity(entity)
    elif query is not None:
        chosen = graph.constructed(query, dict(text.partition("=")[::2] for text in parameters))
    if format in ("graphml", "gexf"):
        from hrdgraph.cli.networks import write_network

        write_network(chosen, graph.languages, format, output)
        return 0
    from hrdgraph.export import FORMATS, export

    if format == "csv" and output is None and sys.stdout.isatty():
        raise click.UsageError("csv makes several tables: name a folder or a .zip with --output")
    if format not in FORMATS:
        raise click.UsageError(f"no format is called '{format}'; one of {', '.join([*FORMATS, 'graphml', 'gexf'])}")
    project = opened(root)
    export(chosen, format, output or sys.stdout.buffer, context=project.context_file, base=project.base, root=thing)
    return 0


def is_refused(manifest: Mapping[str, Any], root: Path) -> bool:
    """Whether the last build has violations, which is said; ProjectError where nobody has looked."""
    if not manifest["failed"] and not manifest["validated"]:
        hint = "run `hrdgraph build` without --no-validate, or say --even-with-violations"
        raise ProjectError("the last build was not validated", hint=hint)
    if manifest["failed"]:
        _refuse(manifest, opened(root))
    return bool(manifest["failed"])


def _refuse(manifest: Mapping[str, Any], project: Project) -> None:
    """Say what keeps the graph from being published: the worst rules, and where to look."""
    from hrdgraph.validate.since import FILE, worst_rules

    counts = manifest["findings"]
    found = f"{counts['violation']:,} violations" if counts["violation"] else f"{counts['warning']:,} warnings (built with --strict)"
    click.echo(f"error: nothing is exported: the last build has {found} that nobody has explained", err=True)
    for line in worst_rules(project.build_dir / FILE, RULES):
        click.echo(f"  {line}", err=True)
    click.echo(
        f"  hint: see {project.build_dir / 'report.html'}; correct the rows, or explain them in data/known_findings.csv, and build"
        " again; --even-with-violations exports all the same",
        err=True,
    )
