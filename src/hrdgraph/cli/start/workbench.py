"""`hrdgraph workbench`: the whole way in a browser, on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hrdgraph.cli.shared.common import asked_in, project_argument, tell
from hrdgraph.cli.shared.option_values import WholeNumber


@click.command()
@project_argument
@click.option(
    "--port",
    default=0,
    show_default=True,
    type=WholeNumber(0, 65535),
    help="The port; 0 for any that is free.",
)
@click.option("--read-only", is_flag=True, help="For looking only: nothing can be changed.")
@click.option("--no-browser", is_flag=True, help="Show the address; open no browser.")
def command(root: Path, port: int, read_only: bool, no_browser: bool) -> int:
    """Open the workbench on PROJECT (this folder, unless named): tables in, graph out, in a
    browser.

    Only this machine reaches it, with the address that is shown. Without a project it offers to
    make one. Ends with Ctrl-C.
    """
    from hrdgraph.workbench.opening import workbench

    workbench(root, port=port, read_only=read_only, browser=not no_browser, ready=_tell)
    return 0


def _tell(address: str) -> None:
    tell("workbench-at", asked_in(()), address=address)
    sys.stdout.flush()
