"""`hrdgraph site`: the pages of the built graph as files, for any static host."""

from __future__ import annotations

from pathlib import Path

import click

from hrdgraph.cli.shared.common import languages, opened, progress
from hrdgraph.cli.shared.threads import processors
from hrdgraph.cli.shared.words import told
from hrdgraph.errors import OutputError, ProjectError


@click.command()
@click.argument(
    "root", metavar="[PROJECT]", type=click.Path(path_type=Path, file_okay=False), default=Path()
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder of the site; replaced if it is one.",
)
@click.option(
    "--base-url",
    "address",
    default="",
    metavar="URL",
    help="Where the site will stand, for its sitemap.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=None,
    help="How many processes write (default: one a processor).",
)
@click.option(
    "--even-with-violations",
    "--anyway",
    "anyway",
    is_flag=True,
    help="Write although the last build has violations, or was not validated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing while writing.")
def command(
    root: Path, target: Path, address: str, processes: int | None, anyway: bool, quiet: bool
) -> int:
    """Write the pages of the graph built in PROJECT (this folder) as files: what `hrdgraph
    serve` shows, with search in the browser.

    A build with violations, or one that was not validated, is written only with
    --even-with-violations. Exit code 0: written. 1: the input is wrong. 3: refused for
    violations.
    """
    from hrdgraph.api import Graph
    from hrdgraph.cli.publish.publication_check import VIOLATIONS, is_refused
    from hrdgraph.cli.shared.destination import check_place
    from hrdgraph.privacy.withdrawal_state import check_current, remember_output

    check_place(target)
    project = opened(root)
    check_current(project)
    graph, language = Graph(project), languages(None, project)[0]
    if not anyway and is_refused(graph.manifest, project, done="written"):
        return VIOLATIONS
    if address and not address.startswith(("https://", "http://")):
        raise OutputError(
            "site-address-malformed",
            address=address,
        )
    try:
        from hrdgraph.web.site import write_site
    except ModuleNotFoundError as error:
        raise ProjectError("pages-need-library", library=error.name, hint="install-web") from error
    count = processes or processors()
    with progress(quiet=quiet) as tell:
        files = write_site(
            graph,
            target,
            address=address,
            processes=count,
            progress=lambda step: tell(told(step, language)),
        )
    remember_output(project, target)
    click.echo(told("{count} {count:file|files} in {folder}", language, count=files, folder=target))
    return 0
