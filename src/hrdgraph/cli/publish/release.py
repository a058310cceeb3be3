"""`hrdgraph release`: the built graph as a versioned folder that can be published, with what
changed since the last."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    languages,
    opened,
    progress,
    project_option,
    table,
)
from hrdgraph.cli.shared.words import headings, told
from hrdgraph.errors import Origin, OutputError, ProjectError
from hrdgraph.project.model import RELEASES
from hrdgraph.translation import number

if TYPE_CHECKING:
    from hrdgraph.api import Graph
    from hrdgraph.release import Differences


@click.command()
@click.argument("version", required=False)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of all releases (default: releases in the project).",
)
@click.option("--date", "issued", metavar="YYYY-MM-DD", help="The date of issue (default: today).")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
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
    "anyway",
    is_flag=True,
    help="Release although the last build has violations.",
)
@project_option
@json_option
def command(version: str | None, root: Path, as_json: bool, anyway: bool, **options: Any) -> int:
    """Write a release of the last build: sorted N-Quads, Turtle, JSON-LD, VoID and DCAT,
    RO-Crate, checksums and changes.

    VERSION names it; without it, its date does. What was taken out since the last release is
    told in the patch by keyed digests, which only those can read who hold that release: a
    statement may have been taken out for somebody's safety. Exit code 0: written, or nothing has
    changed. 1: the input is wrong. 3: refused for violations.
    """
    from hrdgraph.api import Graph
    from hrdgraph.cli.publish.publication_check import VIOLATIONS, is_refused
    from hrdgraph.cli.shared.destination import check_place
    from hrdgraph.privacy.withdrawal_state import check_current, remember_output
    from hrdgraph.release.difference_sentences import sentences

    project = opened(root)
    check_current(project)
    graph, language = Graph(project), languages(None, project)[0]
    if not anyway and is_refused(graph.manifest, project, done="released"):
        return VIOLATIONS
    issued = _date(options["issued"])
    releases = options["folder"] or root / RELEASES
    _check_name(version or issued)
    check_place(releases / (version or issued))
    with progress(quiet=as_json) as step:
        step(told("comparing", language))
        previous, changes = _changes(graph, releases, options["since"])
        if changes is not None and not changes:
            _tell_nothing(previous, as_json, language)
            return 0
        step(told("writing", language))
        made = _write(graph, version or issued, issued, releases, (previous, changes), options)
    remember_output(project, releases / (version or issued))
    if as_json:
        echo_json(made)
    else:
        _tell(made, sentences(changes, previous, graph.ontology, language), language)
    return 0


def _date(text: str | None) -> str:
    try:
        return (date.fromisoformat(text) if text else date.today()).isoformat()
    except ValueError:
        raise click.UsageError(f"'{text}' is no date; write YYYY-MM-DD") from None


def _check_name(version: str) -> None:
    if not version.strip(".") or set(version) & set('/\\:*?"<>| '):
        raise ProjectError("version-names-no-folder", version=version)


def _changes(graph: Graph, releases: Path, since: Path | None) -> tuple[str, Differences | None]:
    """The name of the release to compare with, and what has changed; an empty name and None for
    a first release."""
    from hrdgraph.cli.publish.diff import graph_in
    from hrdgraph.release import compare
    from hrdgraph.release.bundle import latest_release

    last = (since.name, since) if since else latest_release(releases)
    if last is None:
        return "", None
    _check_unchanged(last[1])
    return last[0], compare(graph_in(last[1]), graph.columns)


def _check_unchanged(release: Path) -> None:
    """OutputError where the graph of a release is not the one that was released: changes since
    it would fit nobody's copy."""
    from hrdgraph.release.bundle import CHECKSUMS, GRAPH, check_release

    if (release / CHECKSUMS).is_file() and GRAPH in check_release(release):
        hint = "put the release back as it was published, or name another with --since"
        raise OutputError(
            "release-damaged",
            origin=Origin(str(release / GRAPH)),
            hint=hint,
        )


def _write(
    graph: Graph,
    version: str,
    issued: str,
    releases: Path,
    since: tuple[str, Differences | None],
    options: dict[str, Any],
) -> dict[str, Any]:
    from hrdgraph.release import Bundle, write_release
    from hrdgraph.release.difference_sentences import sentences

    address = (options["address"] or f"{graph.project.base}dataset/{version}").rstrip("/") + "/"
    bundle = Bundle(
        project=graph.project,
        graph=graph.columns,
        ontology=graph.ontology,
        version=version,
        issued=issued,
        address=address,
        licence=options["licence"] or "The licence of each source is given with its named graph.",
        changes=since[1],
        previous=since[0],
        clear_removals=options["clear_removals"],
    )
    parts = write_release(bundle, releases / version)
    files = [{"name": part.name, "bytes": part.size, "sha256": part.sha256} for part in parts]
    changes = sentences(bundle.changes, bundle.previous, bundle.ontology, "en")
    return {
        "version": version,
        "issued": issued,
        "folder": str(releases / version),
        "changes": changes,
        "files": files,
    }


def _tell_nothing(previous: str, as_json: bool, language: str) -> None:
    if as_json:
        echo_json({"version": None, "changes": f"nothing has changed since {previous}"})
    else:
        click.echo(
            told(
                "nothing has changed since {previous}: no release is written",
                language,
                previous=previous,
            )
        )


def _tell(made: dict[str, Any], changes: str, language: str) -> None:
    rows = [
        (file["name"], number(file["bytes"], language), file["sha256"][:16] + "…")
        for file in made["files"]
    ]
    table(headings(("file", "bytes", "sha256"), language), rows)
    click.echo("\n" + changes)
    click.echo(told("release: {folder}", language, folder=made["folder"]))
    click.echo(
        told("next:    publish the folder as it is; `sha256sum -c SHA256SUMS` checks it", language)
    )
