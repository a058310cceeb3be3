"""`hrdgraph patch`: the last release and a patch into the next release's graph."""

from __future__ import annotations

from pathlib import Path

import click

from hrdgraph.cli.shared.option_values import PathTo
from hrdgraph.library.files.output_format import format_of
from hrdgraph.library.files.writing import output

_PATH = PathTo(path_type=Path)


@click.command()
@click.argument("old", type=_PATH)
@click.argument("patch", type=_PATH)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path),
    help="A file (.nq) instead of standard output.",
)
def command(old: Path, patch: Path, **options: Path | None) -> int:
    """Apply a patch (changes.rdfp) to the graph that it was made for, and write the new graph as
    sorted N-Quads.

    The result is what the patch promises, or nothing is written: both graphs are checked by
    their SHA-256.
    """
    format_of(options["output"], "nq", ("nq",))
    from hrdgraph.library.releases import patch as apply

    graph = apply(old, patch).graph
    with output(options["output"], inputs=(old, patch)) as stream:
        stream.write(graph.document())
    return 0
