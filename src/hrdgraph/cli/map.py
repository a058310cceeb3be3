"""`hrdgraph map`: any RML mapping and its files into RDF, outside a project too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.common import write_out

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
    write_out(_lines(plan, format) if format in ("nq", "nt") else _written(plan, format, base), output)


def _lines(plan: Plan, format: str) -> bytes:
    from hrdgraph.mapping import LineSink, run

    sink, out = LineSink(graphs=format == "nq"), BytesIO()
    run(plan, sink)
    sink.write(out)
    return out.getvalue()


def _written(plan: Plan, format: str, base: str) -> bytes:
    from hrdgraph.export import export
    from hrdgraph.mapping import GraphSink, run

    sink, out = GraphSink(), BytesIO()
    run(plan, sink)
    export(sink.graph(), format, out, context=Path(), base=base)
    return out.getvalue()
