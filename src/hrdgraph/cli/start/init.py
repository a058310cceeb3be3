"""`hrdgraph init`: a new project folder that builds at once."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from hrdgraph.cli.shared.common import echo_json, json_option, language_option, spoken, tell
from hrdgraph.cli.shared.option_values import PathTo
from hrdgraph.library.building import init


@click.command()
@click.argument("folder", type=PathTo(path_type=Path))
@click.option("--title", help="The title of the project (default: the folder's name).")
@json_option
@language_option
def command(folder: Path, title: str | None, lang: str | None, as_json: bool) -> None:
    """Make a new project in FOLDER: settings, ontology, questions, and one example source to
    copy from."""
    language = spoken(lang)
    init(folder, title=title or "", lang=language)
    if as_json:
        echo_json({"folder": str(folder)})
        return
    tell("project-made", language, folder=folder)
    tell(
        "project-made-next",
        language,
        command=f"hrdgraph build {quote(str(folder))}",
        example=folder / "data" / "sources" / "example",
    )
