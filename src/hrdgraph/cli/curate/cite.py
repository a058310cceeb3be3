"""`hrdgraph cite`: words in a page's text into the three cells that cite them."""

from __future__ import annotations

from pathlib import Path

import click

from hrdgraph.api.words import word
from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import echo_json, json_option, language_option, spoken


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("words")
@click.option(
    "--before",
    default="",
    help="What stands just before the words, where they stand in several places.",
)
@click.option("--after", default="", help="What stands just after them.")
@click.option(
    "--encoding",
    default="",
    help="The encoding of a page or text, where it does not say it and is not UTF-8.",
)
@json_option
@language_option
def command(
    file: Path, words: str, before: str, after: str, encoding: str, as_json: bool, lang: str | None
) -> None:
    """Find WORDS in FILE, a page or its text, and print their start, end and sha256 for the
    evidence columns of a table.

    The words must stand there exactly once: give what stands before or after them where they
    stand in several places. Other quotation marks, dashes, white space and Unicode forms do not
    matter; all else does.
    """
    from hrdgraph.library.curation import cite

    found = cite(file, words, before=before, after=after, encoding=encoding)
    if as_json:
        echo_json(
            {
                "evidence_start": found.start,
                "evidence_end": found.end,
                "evidence_sha256": found.digest,
                "document_sha256": found.document,
            }
            | ({found.unit: found.at} if found.at is not None else {})
        )
        return
    click.echo("evidence_start,evidence_end,evidence_sha256")
    click.echo(f"{found.start},{found.end},{found.digest}")
    language = spoken(lang)
    if found.at is not None:
        click.echo(
            "\n"
            + phrase(
                "words-found-at",
                language,
                unit=word(found.unit, language),
                at=found.at,
            ),
            err=True,
        )
    text = "document-digest-unverified"
    taken = "document-digest-verified"
    click.echo(
        "\n"
        + phrase(
            taken if _is_taken(file, found.document) else text, language, digest=found.document
        ),
        err=True,
    )


def _is_taken(file: Path, sha256: str) -> bool:
    """Whether a build of the project that the file or this folder is in finds the text; False
    where no project is in order."""
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.evidence.snapshots import Snapshots
    from hrdgraph.project import open_project
    from hrdgraph.project.open import SETTINGS

    places = (
        folder
        for start in (file.resolve().parent, Path.cwd())
        for folder in (start, *start.parents)
    )
    root = next((folder for folder in places if (folder / SETTINGS).is_file()), None)
    try:
        return (
            root is not None
            and Snapshots(open_project(root).snapshot_dirs).text(sha256) is not None
        )
    except HrdgraphError:  # the build says what is wrong
        return False
