"""`hrdgraph cite`: words in a page's text into the three cells that cite them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import word
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    misused,
    opened,
    project_option,
    spoken,
    tell,
)
from hrdgraph.cli.shared.option_values import PathTo

if TYPE_CHECKING:
    from hrdgraph.evidence.location import WordPosition


@click.command()
@click.argument("file", type=PathTo(path_type=Path, dir_okay=False), required=False)
@click.argument("words", required=False)
@click.option(
    "--before",
    default="",
)
@click.option(
    "--after",
    default="",
)
@click.option(
    "--encoding",
    default="",
)
@click.option(
    "--suggest",
    is_flag=True,
)
@click.option(
    "--source",
    default="",
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path, dir_okay=False),
)
@project_option
@json_option
@language_option
def command(
    file: Path | None,
    words: str | None,
    suggest: bool,
    source: str,
    output: Path | None,
    root: Path,
    as_json: bool,
    lang: str | None,
    **around: str,
) -> None:
    """Find WORDS in FILE, a page or its text, and print what cites them."""
    if suggest:
        from hrdgraph.cli.curate.cite_suggestions import show_suggestions
        from hrdgraph.library.citing import suggest_citations

        found_words = suggest_citations(opened(root), source=source)
        show_suggestions(found_words, output, as_json=as_json, language=spoken(lang))
        return
    if file is None or words is None:
        raise misused("argument-missing", option="FILE" if file is None else "WORDS")
    from hrdgraph.library.curation import cite

    found = cite(file, words, **around)
    if as_json:
        echo_json(_as_dict(found))
    else:
        _show(found, file, spoken(lang))


def _as_dict(found: WordPosition) -> dict[str, object]:
    return {
        "evidence_start": found.start,
        "evidence_end": found.end,
        "evidence_sha256": found.digest,
        "document_sha256": found.document,
    } | ({found.unit: found.at} if found.at is not None else {})


def _show(found: WordPosition, file: Path, language: str) -> None:
    click.echo("evidence_start,evidence_end,evidence_sha256")
    click.echo(f"{found.start},{found.end},{found.digest}")
    if found.at is not None:
        unit = word(found.unit, language)
        tell("words-found-at", language, apart=True, err=True, unit=unit, at=found.at)
    code = "verified" if _is_taken(file, found.document) else "unverified"
    tell(f"document-digest-{code}", language, apart=True, err=True, digest=found.document)


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
