"""`hrdgraph release`: the built graph as a versioned folder that can be published, with what
changed since the last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.publish.publication_check import refused
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    table,
    tell,
)
from hrdgraph.cli.shared.option_values import PathTo
from hrdgraph.cli.shared.progress import progress

if TYPE_CHECKING:
    from hrdgraph.library.releases import Release
    from hrdgraph.ontology import Ontology


@click.command()
@click.argument("version", required=False)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path),
    help="The folder of all releases (default: releases in the project).",
)
@click.option("--date", metavar="YYYY-MM-DD", help="The date of issue (default: today).")
@click.option(
    "--since",
    type=PathTo(path_type=Path),
    help="The release to compare with (default: the last one).",
)
@click.option(
    "--address", metavar="URL", help="Where the folder of this release will be found on the web."
)
@click.option(
    "--licence",
    default="",
    help="The licence of the whole (default: that of each source, as the graph says it).",
)
@click.option(
    "--clear-removals",
    is_flag=True,
    help="Say in the patch, for all to read, which statements were taken out.",
)
@click.option(
    "--even-with-violations",
    "--anyway",
    is_flag=True,
    help="Release although the last build has violations.",
)
@project_option
@json_option
@language_option
def command(
    version: str | None, root: Path, as_json: bool, lang: str | None, **options: Any
) -> int:
    """Write a release of the last build: sorted N-Quads, Turtle, JSON-LD, VoID and DCAT,
    RO-Crate, checksums and changes.

    VERSION names it; without it, its date does. What was taken out since the last release is
    told in the patch by keyed digests, which only those can read who hold that release: a
    statement may have been taken out for somebody's safety. Exit code 0: written, or nothing has
    changed. 1: the input is wrong. 3: refused for violations.
    """
    from hrdgraph.api import Graph
    from hrdgraph.library.releases import release

    project = opened(root)
    graph, language = Graph(project), languages(lang, project)[0]
    with refused(project, done="released") as outcome, progress(quiet=as_json) as step:
        made = release(
            version,
            project=graph,
            **options,
            progress=lambda stage, done, total: step(_stage(stage, language), done, total),
        )
    if not outcome.code:
        (_tell_json if as_json else _tell)(made, graph.ontology, language)
    return outcome.code


def _tell_json(made: Release, ontology: Ontology, _: str) -> None:
    from hrdgraph.release.difference_sentences import sentences

    if made.folder is None:
        echo_json({"version": None, "changes": f"nothing has changed since {made.previous}"})
        return
    files = [{"name": part.name, "bytes": part.size, "sha256": part.sha256} for part in made.files]
    changes = sentences(made.change, made.previous, ontology, "en")
    echo_json(
        {
            "version": made.version,
            "issued": made.issued,
            "folder": str(made.folder),
            "changes": changes,
            "files": files,
        }
    )


def _tell(made: Release, ontology: Ontology, language: str) -> None:
    from hrdgraph.release.difference_sentences import sentences

    if made.folder is None:
        tell("release-unchanged", language, previous=made.previous)
        return
    rows = [(part.name, number(part.size, language), part.sha256[:16] + "…") for part in made.files]
    table(headings(("file", "bytes", "sha256"), language), rows)
    click.echo("\n" + sentences(made.change, made.previous, ontology, language))
    tell("release-folder", language, folder=made.folder)
    tell("release-next", language)


def _stage(stage: str, language: str) -> str:
    return phrase(f"stage-{stage.replace(' ', '-')}", language)
