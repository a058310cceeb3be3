"""`hrdgraph serve`: the built graph before the public: a SPARQL endpoint, and pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from hrdgraph.cli.publish.publication_check import VIOLATIONS, is_refused
from hrdgraph.cli.shared.common import Number, Size, opened
from hrdgraph.errors import HrdgraphError
from hrdgraph.project.manifest import read_manifest

if TYPE_CHECKING:
    from hrdgraph.web.app import Serving


@click.command()
@click.argument(
    "root", metavar="[PROJECT]", type=click.Path(path_type=Path, file_okay=False), default=Path()
)
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
    type=click.IntRange(0, 65535),
    help="The port; 0 for any that is free.",
)
@click.option(
    "--workers",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
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
    type=click.IntRange(1, 10_000),
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
    type=click.IntRange(0),
    help="Failed queries of one client at once, then 429; 0: any.",
)
@click.option(
    "--allow-service",
    "services",
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
    "anyway",
    is_flag=True,
    help="Serve although violations were found, or none looked for.",
)
def command(root: Path, host: str, port: int, quiet: bool, **options: Any) -> int:
    """Serve the graph that was built in PROJECT (this folder): queries at /sparql, graphs at
    /sparql/graphs, pages at /.

    Reading only. A new build is taken up when it is there, if it has no violations. Ends with
    Ctrl-C.
    """
    try:
        from hrdgraph.web.server import listen, serve, start_logging
    except ModuleNotFoundError as error:
        raise HrdgraphError(
            "serving-needs-library", library=error.name, hint="install-web"
        ) from error
    _check_address(options["public_url"], wanted=options["behind_proxy"])
    from hrdgraph.privacy.withdrawal_state import check_current

    project = opened(root)
    check_current(project)
    if not options["anyway"] and is_refused(read_manifest(project)[0], project, done="served"):
        return VIOLATIONS
    start_logging(quiet=quiet)
    with listen(host, port) as line:
        number = line.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        shown = f"http://{name}:{number}{_prefix(options['path_prefix'])}/"
        serve(project, _settings(options, host), line, lambda _: _tell(project.title, shown))
    return 0


def _settings(options: dict[str, Any], host: str) -> Serving:
    from hrdgraph.web.app import Serving
    from hrdgraph.web.endpoint.settings import EndpointAccess, EndpointLimits

    names = ("workers", "timeout", "memory", "queue", "client_seconds", "client_errors")
    return Serving(
        limits=EndpointLimits(**{name: options[name] for name in names}),
        access=EndpointAccess(
            frozenset(options["services"]),
            sandbox=_is_public(options, host),
            log_queries=options["log_queries"],
        ),
        behind_proxy=options["behind_proxy"],
        prefix=_prefix(options["path_prefix"]) or _prefix(urlsplit(options["public_url"]).path),
        address=options["public_url"],
        pages=not options["no_pages"],
        anyway=options["anyway"],
    )


def _check_address(address: str, *, wanted: bool) -> None:
    if wanted and not address:
        raise click.UsageError(
            "--behind-proxy wants --public-url: answers name that address, whatever a visitor says"
        )
    parts = urlsplit(address)
    if address and (
        parts.scheme not in ("http", "https")
        or not parts.netloc.isascii()
        or not parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise click.UsageError(
            "--public-url is no address of a site: write for instance https://data.example.org/"
        )


def _is_public(options: dict[str, Any], host: str) -> bool:
    """Whether others than this machine are served, and nobody said that they may be without a
    sandbox."""
    alone = host in ("localhost", "::1") or host.startswith("127.")
    return not options["without_sandbox"] and not (
        alone and not options["behind_proxy"] and not options["public_url"]
    )


def _prefix(text: str) -> str:
    return f"/{text.strip('/')}" if text.strip("/") else ""


def _tell(title: str, address: str) -> None:
    click.echo(f"{title}\n  pages    {address}\n  queries  {address}sparql\nCtrl-C ends it.")
    sys.stdout.flush()
