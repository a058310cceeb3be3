"""`hrdgraph site`: the pages of the built graph as files, for any static host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.publish.publication_check import refused
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_argument,
    tell,
)
from hrdgraph.cli.shared.option_values import PathTo, WholeNumber
from hrdgraph.cli.shared.progress import progress


@click.command()
@project_argument
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path),
    required=True,
    help="The folder of the site; replaced if it is one.",
)
@click.option(
    "--base-url", default="", metavar="URL", help="Where the site will stand, for its sitemap."
)
@click.option(
    "--processes",
    type=WholeNumber(1, 64),
    default=None,
    help="How many processes write (default: one a processor).",
)
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Write although the last build has violations, or was not validated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing while writing.")
@json_option
@language_option
def command(
    root: Path, output: Path, quiet: bool, lang: str | None, as_json: bool, **options: Any
) -> int:
    """Write the pages of the graph built in PROJECT (this folder) as files: what `hrdgraph
    serve` shows, with search in the browser.

    A build with violations, or one that was not validated, is written only with
    --even-with-violations. Exit code 0: written. 1: the input is wrong. 3: refused for
    violations.
    """
    from hrdgraph.library.publishing import site

    project = opened(root)
    language, files = languages(lang, project)[0], 0
    with refused(project, done="written") as outcome, progress(quiet=quiet) as step:
        files = site(
            output,
            project=project,
            **options,
            progress=lambda stage, done, total: step(_stage(stage, language), done, total),
        )
    if as_json and not outcome.code:
        echo_json({"files": files, "folder": str(output)})
    elif not outcome.code:
        tell("files-in-folder", language, count=files, folder=output)
    return outcome.code


def _stage(stage: str, language: str) -> str:
    return phrase(f"stage-{stage.replace(' ', '-')}", language)
