"""`hrdgraph query`: a question and its parameters into an answer."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hrdgraph.cli.common import opened, parameter_pairs, project_option, write_out
from hrdgraph.cli.naming import format_of


@click.command()
@click.argument("question", metavar="NAME|FILE|-")
@click.option("--param", "-P", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter; may be given again.")
@click.option(
    "--format",
    "-f",
    "format",
    help="table, csv, tsv, json, xml, parquet; ttl or jsonld for CONSTRUCT.  [default: what the name of the output says, else table]",
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@project_option
def command(question: str, parameters: tuple[str, ...], format: str | None, output: Path | None, root: Path) -> None:
    """Ask a question: a NAME of `hrdgraph queries`, a FILE, SPARQL text, or - for standard input.

    Parameters are bound as terms: whatever stands in them, they cannot change what is asked.
    """
    values = parameter_pairs(parameters)  # what is called wrongly is said before anything is opened
    from hrdgraph.api import open as open_graph
    from hrdgraph.queries import FORMATS, write

    chosen = format_of(output, format, FORMATS, "table")
    graph = open_graph(root)
    answer = graph.answer(question, values, stdin=sys.stdin.read)
    write_out(write(answer, chosen, base=opened(root).base if chosen == "table" else ""), output, inputs=[Path(question)])
