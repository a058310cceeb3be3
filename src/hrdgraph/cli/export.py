"""`hrdgraph export`: the graph, one entity, or the answer to a CONSTRUCT question in a format of choice."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from hrdgraph.cli.common import opened, project_option
from hrdgraph.errors import ProjectError


@click.command()
@click.option("--format", "-f", "format", default="ttl", help="nq, nt, ttl, trig, rdfxml, jsonld, jsonld-framed, csv, graphml, gexf.")
@click.option("--entity", "-e", metavar="IRI|NAME", help="Only this thing, with its facts and their evidence.")
@click.option("--query", "-q", metavar="NAME|FILE|-", help="Only what this CONSTRUCT question gives.")
@click.option("--param", "-P", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="A file (for csv: a folder or a .zip) instead of standard output.")
@click.option("--anyway", is_flag=True, help="Export although the last build has violations.")
@project_option
def command(
    format: str, entity: str | None, query: str | None, parameters: tuple[str, ...], output: Path | None, anyway: bool, root: Path
) -> None:
    """Write the built graph in another format, literals exactly as built.

    A build with violations, or one that was not validated, is exported only with --anyway.
    """
    from hrdgraph.api import open as open_graph

    graph = open_graph(root)
    _refuse_failed(graph.manifest, anyway)
    chosen, thing = graph.columns, None
    if entity is not None:
        thing, chosen = graph.entity(entity)
    elif query is not None:
        chosen = graph.constructed(query, dict(text.partition("=")[::2] for text in parameters))
    if format in ("graphml", "gexf"):
        from hrdgraph.cli.networks import write_network

        write_network(chosen, graph.languages, format, output)
        return
    from hrdgraph.export import FORMATS, export

    if format == "csv" and output is None and sys.stdout.isatty():
        raise click.UsageError("csv makes several tables: name a folder or a .zip with --output")
    if format not in FORMATS:
        raise click.UsageError(f"no format is called '{format}'; one of {', '.join([*FORMATS, 'graphml', 'gexf'])}")
    project = opened(root)
    export(chosen, format, output or sys.stdout.buffer, context=project.context_file, base=project.base, root=thing)


def _refuse_failed(manifest: Mapping[str, object], anyway: bool) -> None:
    if anyway:
        return
    if manifest["failed"]:
        raise ProjectError("the last build has violations", hint="see build/report.html; correct them, or say --anyway")
    if not manifest["validated"]:
        raise ProjectError("the last build was not validated", hint="run `hrdgraph build` without --no-validate, or say --anyway")
