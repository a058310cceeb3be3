"""`hrdgraph cite`: words in a page's text into the three cells that cite them."""

from __future__ import annotations

from pathlib import Path

import click

from hrdgraph.cli.common import echo_json, json_option


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("words")
@json_option
def command(file: Path, words: str, as_json: bool) -> None:
    """Find WORDS in FILE, the text of a page, and print their start, end and sha256 for the evidence columns of a table.

    The words must stand there exactly once, to the letter: take more of them where they stand in several places.
    """
    from hrdgraph.evidence import locate

    found = locate(file, words)
    if as_json:
        echo_json(
            {"evidence_start": found.start, "evidence_end": found.end, "evidence_sha256": found.digest, "document_sha256": found.document}
        )
        return
    click.echo("evidence_start,evidence_end,evidence_sha256")
    click.echo(f"{found.start},{found.end},{found.digest}")
    click.echo(f'\nfor [document] in source.toml: sha256 = "{found.document}"; keep the file in data/snapshots', err=True)
