"""`hrdgraph bulk`: the built graph for the bulk loaders of other servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hrdgraph.cli.publish.publication_check import refused
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    tell,
)
from hrdgraph.cli.shared.option_values import PathTo
from hrdgraph.library.handing_on import bulk


@click.command()
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path),
    required=True,
    help="A new folder for the parts.",
)
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Write although the last build has violations, or was not validated.",
)
@json_option
@language_option
@project_option
def command(root: Path, output: Path, lang: str | None, as_json: bool, **options: Any) -> int:
    """Write the built graph for bulk loaders: gzipped N-Quads in parts, a manifest with their
    digests, and what Oxigraph, Jena, Virtuoso, QLever, GraphDB, Stardog, Fuseki and Neptune want
    beside them.

    Exit code 0: written. 1: the input is wrong. 3: refused for violations.
    """
    project = opened(root)
    language, count = languages(lang, project)[0], 0
    with refused(project, done="written") as outcome:
        count = bulk(output, project=project, **options)
    if as_json and not outcome.code:
        echo_json({"statements": count, "folder": str(output)})
    elif not outcome.code:
        tell("statements-in-folder", language, count=count, folder=output)
    return outcome.code
