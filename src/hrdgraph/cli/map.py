"""`hrdgraph map`: any RML mapping and its files into RDF, outside a project too."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from hrdgraph.cli.common import output as output_stream

if TYPE_CHECKING:
    from hrdgraph.mapping import Plan

FORMATS = ("nq", "nt", "ttl", "trig", "rdfxml")


@click.command()
@click.argument("mapping", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@click.option("--format", "-f", "format", type=click.Choice(FORMATS), default="nq", show_default=True)
@click.option("--base", default="http://example.com/base/", show_default=True, help="What relative IRIs are resolved against.")
@click.option("--check", is_flag=True, help="Only check the mapping against its files; read no row.")
def command(mapping: Path, output: Path | None, format: str, base: str, check: bool) -> None:
    """Run the RML document MAPPING over the files that it names, beside it.

    The result is a set: no quad is there twice. What is wrong with the mapping is said before a row is read, all of it at once.
    """
    from hrdgraph.mapping import bind, read_mapping

    plan = bind(read_mapping(mapping, base=base))
    if check:
        click.echo(f"{mapping}: {len(plan.rules)} rules, nothing wrong")
        return
    with output_stream(output) as out:
        if format in ("nq", "nt"):
            _write_lines(plan, out, graphs=format == "nq")
        else:
            _write_graph(plan, out, format, base)


def _write_lines(plan: Plan, out: BinaryIO, *, graphs: bool) -> None:
    from hrdgraph.mapping import LineSink, run

    with closing(LineSink(plan, out, graphs=graphs)) as sink:
        run(plan, sink)
        sink.finish()


def _write_graph(plan: Plan, out: BinaryIO, format: str, base: str) -> None:
    from hrdgraph.export import export
    from hrdgraph.mapping import GraphSink, run

    sink = GraphSink()
    run(plan, sink)
    export(sink.graph(), format, out, context=Path(), base=base)
