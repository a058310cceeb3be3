"""`hrdgraph serve`: the built graph before the public: a SPARQL endpoint, and pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from hrdgraph.cli.publish.publication_check import refused
from hrdgraph.cli.shared.common import opened, project_argument
from hrdgraph.cli.shared.option_values import Number, Size, WholeNumber


@click.command()
@project_argument
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; 0.0.0.0 for all of this machine.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=WholeNumber(0, 65535),
    help="The port; 0 for any that is free.",
)
@click.option(
    "--workers",
    default=4,
    show_default=True,
    type=WholeNumber(1, 64),
    help="Queries answered at a time.",
)
@click.option(
    "--timeout",
    default=30.0,
    show_default=True,
    type=Number(0.1, 3600),
    help="Seconds that a query may take.",
)
@click.option(
    "--memory",
    default="512M",
    show_default=True,
    type=Size("M", least=1),
    help="Memory that a query may take; without a letter, megabytes.",
)
@click.option(
    "--queue",
    default=64,
    show_default=True,
    type=WholeNumber(1, 10_000),
    help="Queries that may wait; others get 503.",
)
@click.option(
    "--client-seconds",
    default=120.0,
    show_default=True,
    type=Number(0),
    help="Worker seconds of one client at once, then 429; 0: any.",
)
@click.option(
    "--client-errors",
    default=60,
    show_default=True,
    type=WholeNumber(0),
    help="Failed queries of one client at once, then 429; 0: any.",
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="IRI",
    help="A server that queries may ask with SERVICE.",
)
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Believe X-Forwarded-For: only a proxy reaches the port. Wants --public-url.",
)
@click.option(
    "--path-prefix",
    default="",
    metavar="/PATH",
    help="The path below which the proxy shows this server.",
)
@click.option(
    "--public-url",
    default="",
    metavar="URL",
    help="Where the public finds it: the only address that answers name.",
)
@click.option(
    "--without-sandbox",
    is_flag=True,
    help="Serve the public also where workers cannot be kept from the network.",
)
@click.option(
    "--store",
    default="",
    metavar="URL",
    help="Ask the server that this build was pushed to: the address of its queries.",
)
@click.option("--no-pages", is_flag=True, help="Only the endpoint.")
@click.option(
    "--log-queries",
    is_flag=True,
    help="Note queries in the log. Addresses of visitors are never noted.",
)
@click.option("--quiet", "-q", is_flag=True, help="Note only what goes wrong.")
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Serve although violations were found, or none looked for.",
)
def command(root: Path, quiet: bool, no_pages: bool, **options: Any) -> int:
    """Serve the graph that was built in PROJECT (this folder, unless named): queries at /sparql,
    graphs at /sparql/graphs, pages at /.

    Reading only. A new build is taken up when it is there, if it has no violations; with --store,
    when it was pushed there too (name and password stand in HRDGRAPH_STORE_USER and
    HRDGRAPH_STORE_PASSWORD, a token in HRDGRAPH_STORE_TOKEN). Ends with Ctrl-C.
    """
    from hrdgraph.library.serving import serve, start_logging

    start_logging(quiet=quiet)
    project = opened(root)
    with refused(project, done="served") as outcome:
        serve(
            project,
            pages=not no_pages,
            **options,
            ready=lambda address: _tell(project.title, address),
        )
    return outcome.code


def _tell(title: str, address: str) -> None:
    click.echo(f"{title}\n  pages    {address}\n  queries  {address}sparql\nCtrl-C ends it.")
    sys.stdout.flush()
