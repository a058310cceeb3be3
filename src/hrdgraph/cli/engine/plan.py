"""`hrdgraph plan`: how a mapping will be run, before and after each rewrite of its plan."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from hrdgraph.cli.shared.common import echo_json, json_option
from hrdgraph.cli.shared.mapping_documents import reading_options
from hrdgraph.cli.shared.option_values import PathTo


@click.command()
@click.argument("mapping", metavar="MAPPING|SOURCE", type=PathTo(path_type=Path, dir_okay=True))
@reading_options
@json_option
def command(mapping: Path, as_json: bool, **reading: Any) -> None:
    """Print the plan of a mapping document before and after each rewrite: what is read, made
    and compared. SOURCE is a source of this project, with the mapping that its kinds give it."""
    from hrdgraph.library.mapping import plan

    made = plan(mapping, **reading)
    if as_json:
        echo_json([asdict(step) for step in made])
        return
    for number, step in enumerate(made, 1):
        click.echo(
            f"{number}. {step.name}: {step.why}\n\n  before\n"
            + _indented(step.before)
            + "\n  after\n"
            + _indented(step.after)
        )


def _indented(lines: tuple[str, ...]) -> str:
    return "".join(f"    {line}\n" for line in lines)
