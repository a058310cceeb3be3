"""`hrdgraph init`: a new project folder that builds at once."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from hrdgraph.project import create_project


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="The title of the project (default: the folder's name).")
def command(folder: Path, title: str | None) -> None:
    """Make a new project in FOLDER: settings, ontology, questions, and one example source to copy from."""
    create_project(folder, title or folder.resolve().name)
    click.echo(f"made: {folder}")
    click.echo(f"next: hrdgraph build {quote(str(folder))}   then put your own tables beside {folder / 'data' / 'sources' / 'example'}")
