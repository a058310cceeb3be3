"""`hrdgraph template`: a workbook to type facts in."""

from __future__ import annotations

from pathlib import Path

import click

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


@click.command()
@click.argument("names", metavar="KIND…", nargs=-1, required=True)
@click.option(
    "--output",
    "-o",
    required=True,
    type=PathTo(path_type=Path, dir_okay=False),
    help="The workbook: registre.xlsx",
)
@json_option
@project_option
@language_option
def command(
    names: tuple[str, ...], output: Path, root: Path, lang: str | None, as_json: bool
) -> None:
    """Write a workbook to type in, with a sheet for each KIND of facts: headings in your
    language, drop-downs, explanations.

    `hrdgraph kinds` lists the kinds; `hrdgraph import` makes a source of what was typed, without
    a question.
    """
    from hrdgraph.library.importing import template

    project = opened(root)
    language = languages(lang, project)[0]
    path = template(*names, output=output, project=project, lang=language)
    if as_json:
        echo_json({"file": str(path), "kinds": list(names)})
    else:
        tell("template-written", language, path=path)
