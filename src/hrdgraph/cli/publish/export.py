"""`hrdgraph export`: the graph, one entity, or the answer to a CONSTRUCT question in a format of
choice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hrdgraph.cli.publish.publication_check import refused
from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    language_option,
    misused,
    opened,
    parameter_pairs,
    project_option,
)
from hrdgraph.cli.shared.option_values import PathTo
from hrdgraph.cli.shared.restricted_copy import include_options
from hrdgraph.library.publishing import ON_STANDARD_OUTPUT, check_part, export, export_format


@click.command()
@click.argument("name", metavar="[NAME]", required=False, shell_complete=completion.things)
@click.option(
    "--format",
    "-f",
    "format",
    shell_complete=completion.formats(
        "nq", "nt", "ttl", "trig", "rdfxml", "jsonld", "jsonld-framed", "csv", "graphml", "gexf"
    ),
    help="nq, nt, ttl, trig, rdfxml, jsonld, jsonld-framed, csv, graphml, gexf.  [default: what "
    "the name of the output says, else ttl]",
)
@click.option(
    "--entity",
    "-e",
    shell_complete=completion.things,
    metavar="IRI|NAME",
    help="Only this thing, with its facts and their evidence.",
)
@click.option(
    "--query",
    "-q",
    shell_complete=completion.questions,
    metavar="NAME|FILE|-",
    help="Only what this CONSTRUCT question gives.",
)
@click.option(
    "--param", "-P", multiple=True, metavar="KEY=VALUE", help="A parameter of the question."
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path),
    help="A file (for csv: a folder or a .zip) instead of standard output.",
)
@click.option(
    "--with-names",
    is_flag=True,
    help="Say names as rdfs:label, schema:name and foaf:name too, for tools that look for these.",
)
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Export although the last build has violations, or was not validated.",
)
@include_options
@project_option
@language_option
def command(
    name: str | None,
    format: str | None,
    param: tuple[str, ...],
    output: Path | None,
    root: Path,
    **options: Any,
) -> int:
    """Write the built graph in another format, literals exactly as built: all of it, or of NAME
    alone, as with --entity. NAME may be the folder of a project too.

    A build with violations, or one that was not validated, is exported only with
    --even-with-violations. Known findings (data/known_findings.csv) do not count. With --include
    restricted, the build of `hrdgraph build --include restricted` is exported: on a person's
    word, into a file whose name says so. Exit code 0: exported. 1: the input is wrong. 3:
    refused for violations.
    """
    parameters = parameter_pairs(param)
    options.pop("lang")  # what is told asks the context for it
    root, options["entity"] = _meant(name, root, options["entity"])
    # what is called wrongly is said before anything is opened
    check_part(options["entity"], options["query"], parameters)
    place = output or ON_STANDARD_OUTPUT
    export_format(format, place)
    project = opened(root)
    with refused(project, done="exported") as outcome:
        export(place, project=project, format=format, param=parameters, **options)
    return outcome.code


def _meant(name: str | None, root: Path, entity: str | None) -> tuple[Path, str | None]:
    """The project folder and the thing, where a name says one of them."""
    if name is None:
        return root, entity
    if root == Path() and (Path(name) / "hrdgraph.toml").is_file():
        return Path(name), entity
    if entity is not None:
        raise misused("entity-twice")
    return root, name
