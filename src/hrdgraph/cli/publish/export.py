"""`hrdgraph export`: the graph, one entity, or the answer to a CONSTRUCT question in a format of
choice."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.publish.publication_check import VIOLATIONS, is_refused
from hrdgraph.cli.shared.common import opened, parameter_pairs, project_option
from hrdgraph.cli.shared.output_format import ENDINGS, format_of
from hrdgraph.cli.shared.restricted_copy import include_options

if TYPE_CHECKING:
    from hrdgraph.api import Graph
    from hrdgraph.pipeline.result import Accountability
    from hrdgraph.project import Project
    from hrdgraph.rdf import ColumnGraph

NETWORKS = ("graphml", "gexf")
_ENDINGS = ENDINGS | {".zip": ("csv",)}  # its tables are packed there
UNMARKED = ("jsonld-framed", *NETWORKS)  # where the statement that says so has no place


@click.command()
@click.option(
    "--format",
    "-f",
    "format",
    help="nq, nt, ttl, trig, rdfxml, jsonld, jsonld-framed, csv, graphml, gexf.  [default: what "
    "the name of the output says, else ttl]",
)
@click.option(
    "--entity", "-e", metavar="IRI|NAME", help="Only this thing, with its facts and their evidence."
)
@click.option(
    "--query", "-q", metavar="NAME|FILE|-", help="Only what this CONSTRUCT question gives."
)
@click.option(
    "--param",
    "-P",
    "parameters",
    multiple=True,
    metavar="KEY=VALUE",
    help="A parameter of the question.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="A file (for csv: a folder or a .zip) instead of standard output.",
)
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
    format: str | None,
    entity: str | None,
    query: str | None,
    parameters: tuple[str, ...],
    output: Path | None,
    anyway: bool,
    answer: Accountability | None,
    root: Path,
) -> int:
    """Write the built graph in another format, literals exactly as built.

    A build with violations, or one that was not validated, is exported only with
    --even-with-violations. Known findings (data/known_findings.csv) do not count. With --include
    restricted, the build of `hrdgraph build --include restricted` is exported: on a person's
    word, into a file whose name says so. Exit code 0: exported. 1: the input is wrong. 3:
    refused for violations.
    """
    part = _Part(entity, query, parameter_pairs(parameters))
    format = _format(format, output)
    if output is not None:
        from hrdgraph.cli.shared.destination import check_place

        check_place(output)
    from hrdgraph.api import Graph
    from hrdgraph.privacy.withdrawal_state import check_current, remember_output

    project = opened(root)
    if answer is not None:
        _check_marked(format, output)
        project = project.restricted()
    check_current(project)
    graph = Graph(project)
    if not anyway and is_refused(graph.manifest, project, done="exported"):
        return VIOLATIONS
    thing, chosen = part.of(graph)
    if answer is not None:
        chosen = _marked(chosen, graph.columns, project)
    _write(chosen, thing, graph, format, output)
    if output is not None:
        remember_output(project, output)
    return 0


@dataclass(frozen=True)
class _Part:
    """What of a graph is wanted: a thing, what a question gives, or all of it."""

    entity: str | None
    query: str | None
    parameters: dict[str, str]

    def __post_init__(self) -> None:
        if self.entity is not None and self.query is not None:
            raise click.UsageError("--entity and --query choose different things: give one of them")
        if self.parameters and self.query is None:
            raise click.UsageError("--param needs --query, the question that it is a parameter of")

    def of(self, graph: Graph) -> tuple[str | None, ColumnGraph]:
        """The thing, where one is wanted, and the statements."""
        if self.entity is not None:
            return graph.entity(self.entity)
        return None, graph.columns if self.query is None else graph.constructed(
            self.query, self.parameters
        )


def _format(given: str | None, output: Path | None) -> str:
    from hrdgraph.export import FORMATS

    known = [*FORMATS, *NETWORKS]
    if given is not None and given not in known:
        raise click.UsageError(f"no format is called '{given}'; one of {', '.join(known)}")
    format = format_of(output, given, known, "ttl", _ENDINGS)
    if format == "csv" and (
        sys.stdout.isatty() if output is None else output.suffix.lower() == ".csv"
    ):
        raise click.UsageError("csv makes several tables: name a folder or a .zip with --output")
    return format


def _write(
    chosen: ColumnGraph, thing: str | None, graph: Graph, format: str, output: Path | None
) -> None:
    if format in NETWORKS:
        from hrdgraph.cli.publish.network_file import write_network

        write_network(chosen, graph.languages, format, output)
        return
    from hrdgraph.export import export

    project = graph.project
    export(
        chosen,
        format,
        output or sys.stdout.buffer,
        context=project.context_file,
        base=project.base,
        root=thing,
    )


def _check_marked(format: str, output: Path | None) -> None:
    """Refuse an output that would not say that it is restricted."""
    if format in UNMARKED:
        raise click.UsageError(
            f"{format} cannot say that it is restricted; use ttl, trig, nq, nt, rdfxml, jsonld or "
            f"csv"
        )
    if output is None or ".restricted" not in output.name:
        raise click.UsageError(
            f"name a file that says what it is: --output "
            f"graph.restricted.{'zip' if format == 'csv' else format}"
        )


def _marked(chosen: ColumnGraph, whole: ColumnGraph, project: Project) -> ColumnGraph:
    """What was chosen, with the statement that it is restricted."""
    from hrdgraph.rdf import IRI, ColumnGraph

    return ColumnGraph.union([chosen, whole.where(g=IRI(project.graph_name("restricted")))])
