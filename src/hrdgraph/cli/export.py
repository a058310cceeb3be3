"""`hrdgraph export`: the graph, one entity, or the answer to a CONSTRUCT question in a format of choice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.answering import include_options
from hrdgraph.cli.common import opened, project_option
from hrdgraph.cli.refusing import VIOLATIONS, is_refused

if TYPE_CHECKING:
    from hrdgraph.pipeline.result import Answer
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph

UNMARKED = ("jsonld-framed", "graphml", "gexf")  # where the statement that says so has no place


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
@include_options
@project_option
def command(
    format: str,
    entity: str | None,
    query: str | None,
    parameters: tuple[str, ...],
    output: Path | None,
    anyway: bool,
    answer: Answer | None,
    root: Path,
) -> int:
    """Write the built graph in another format, literals exactly as built.

    A build with violations, or one that was not validated, is exported only with --even-with-violations. Known findings
    (data/known_findings.csv) do not count. With --include restricted, the build of `hrdgraph build --include restricted` is
    exported: on a person's word, into a file whose name says so. Exit code 0: exported. 1: the input is wrong. 3: refused for
    violations.
    """
    from hrdgraph.api import Graph

    project = opened(root)
    if answer is not None:
        _check_marked(format, output)
        project = project.restricted()
    graph = Graph(project)
    if not anyway and is_refused(graph.manifest, project, done="exported"):
        return VIOLATIONS
    chosen, thing = graph.columns, None
    if entity is not None:
        thing, chosen = graph.entity(entity)
    elif query is not None:
        chosen = graph.constructed(query, dict(text.partition("=")[::2] for text in parameters))
    if answer is not None:
        chosen = _marked(chosen, graph.columns, project)
    if format in ("graphml", "gexf"):
        from hrdgraph.cli.networks import write_network

        write_network(chosen, graph.languages, format, output)
        return 0
    from hrdgraph.export import FORMATS, export

    if format == "csv" and output is None and sys.stdout.isatty():
        raise click.UsageError("csv makes several tables: name a folder or a .zip with --output")
    if format not in FORMATS:
        raise click.UsageError(f"no format is called '{format}'; one of {', '.join([*FORMATS, 'graphml', 'gexf'])}")
    export(chosen, format, output or sys.stdout.buffer, context=project.context_file, base=project.base, root=thing)
    return 0


def _check_marked(format: str, output: Path | None) -> None:
    """Refuse an output that would not say that it is restricted."""
    if format in UNMARKED:
        raise click.UsageError(f"{format} cannot say that it is restricted; use ttl, trig, nq, nt, rdfxml, jsonld or csv")
    if output is None or ".restricted" not in output.name:
        raise click.UsageError(f"name a file that says what it is: --output graph.restricted.{'zip' if format == 'csv' else format}")


def _marked(chosen: ColumnGraph, whole: ColumnGraph, project: Project) -> ColumnGraph:
    """What was chosen, with the statement that it is restricted."""
    from hrdgraph.rdf import IRI, ColumnGraph

    return ColumnGraph.union([chosen, whole.where(g=IRI(project.graph_name("restricted")))])
