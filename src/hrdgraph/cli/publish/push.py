"""`hrdgraph push`: the built graph into another server, over SPARQL."""

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
from hrdgraph.cli.shared.progress import progress
from hrdgraph.library.handing_on import check_address, push


@click.command()
@click.option("--to", required=True, metavar="URL", help="The graph store of the server.")
@click.option(
    "--update",
    default="",
    metavar="URL",
    help="Where it takes updates: only what has changed is sent.",
)
@click.option(
    "--union",
    is_flag=True,
    help="Send a graph of all statements too, each once: Oxigraph and Virtuoso need it to be asked "
    "by `query --store` and `serve --store`.",
)
@click.option("--gzip", is_flag=True, help="Send packed; not every server takes it.")
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Send although the last build has violations, or was not validated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing while sending.")
@json_option
@language_option
@project_option
def command(
    root: Path, to: str, quiet: bool, lang: str | None, as_json: bool, **options: Any
) -> int:
    """Send the built graph to a server that speaks the SPARQL 1.1 Graph Store Protocol: each
    named graph takes the place of the one of its name there.

    With --update, each graph is read there, and only what it lacks or has too much is sent. Name
    and password stand in HRDGRAPH_PUSH_USER and HRDGRAPH_PUSH_PASSWORD, a token in
    HRDGRAPH_PUSH_TOKEN. Graphs of other names are left alone. Exit code 0: sent. 1: the input is
    wrong, or the server refused. 3: refused for violations.
    """
    check_address(to)
    project = opened(root)
    language, count = languages(lang, project)[0], 0
    with refused(project, done="exported") as outcome, progress(quiet=quiet) as step:
        count = push(to, project=project, progress=step, **options).total
    if as_json and not outcome.code:
        echo_json({"statements": count, "server": to})
    elif not outcome.code:
        tell("statements-sent", language, count=count)
    return outcome.code
