"""`hrdgraph judgements`: the ledger into the formats of other tools, and theirs into the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    languages,
    opened,
    project_option,
    tell,
)
from hrdgraph.cli.shared.option_values import OneOf, PathTo
from hrdgraph.library.files.writing import write_out
from hrdgraph.library.identity import JUDGEMENTS
from hrdgraph.library.judgements import FORMATS

if TYPE_CHECKING:
    from hrdgraph.identity.recording.append import AppendResult
    from hrdgraph.project import Project


@click.group()
def command() -> None:
    """Export judgements about what is the same, import those of others, or add one by hand."""


@command.command("export")
@click.option(
    "--format",
    "-f",
    "format",
    type=OneOf(FORMATS),
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path, dir_okay=False),
)
@project_option
def export(format: str | None, output: Path | None, root: Path) -> None:
    """Write the judgements that stand."""
    from hrdgraph.library.judgements import judgements_text

    ledger = opened(root).judgements_file
    write_out(judgements_text(ledger, format, output).encode(), output, inputs=[ledger])


@command.command("import")
@click.argument("file", type=PathTo(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "-f",
    "format",
    type=OneOf(FORMATS),
)
@click.option(
    "--who",
    required=True,
)
@click.option(
    "--why",
    default="",
)
@click.option(
    "--prefix",
    default="",
)
@click.option(
    "--automatic",
    is_flag=True,
)
@click.option(
    "--dry-run",
    is_flag=True,
)
@json_option
@project_option
def import_(file: Path, dry_run: bool, root: Path, as_json: bool, **options: Any) -> None:
    """Add the judgements of FILE to data/judgements.csv."""
    from hrdgraph.library.judgements import import_judgements

    project = opened(root)
    read = import_judgements(file, project=project, dry_run=dry_run, **options)
    done = read.done
    language = languages(None, project)[0]
    if as_json:
        left_out = {reason: count for reason, count in read.left_out.items() if count}
        echo_json(_plain(done) | {"left_out": left_out, "dry_run": dry_run})
        _tell_moved(project, done, language)
        return
    added = phrase("judgements-counted", language, count=len(done.rows))
    tell(
            "judgements-would-be-added"
            if dry_run
            else "judgements-added",
            language, added=added, file=JUDGEMENTS, known=done.known)  # fmt: skip
    _tell_moved(project, done, language)
    for reason, count in read.left_out.items():
        why = phrase(reason, language)
        tell("lines-left-out", language, count=count, reason=why)


@command.command("add")
@click.argument("left")
@click.argument("verdict", metavar="VERDICT", type=OneOf(["same", "not-same", "unsure", "open"]))
@click.argument("right")
@click.option(
    "--why",
    required=True,
)
@click.option(
    "--who",
)
@click.option(
    "--replace",
    is_flag=True,
)
@json_option
@project_option
def add(left: str, verdict: str, right: str, root: Path, as_json: bool, **options: Any) -> None:
    """Add one judgement: `hrdgraph judgements add person/a/X same wd:Q42 --why …`."""
    from hrdgraph.library.judgements import judge

    project = opened(root)
    done = judge(left, verdict, right, project=project, **options)
    language = languages(None, project)[0]
    if as_json:
        echo_json(_plain(done))
    else:
        rows = "\n".join(row.told(language) for row in done.rows)
        click.echo(rows or phrase("judgement-there-already", language))
    _tell_moved(project, done, language)


def _plain(done: AppendResult) -> dict[str, Any]:
    """What was added, and how many judgements stood there already, for machines."""
    added = [
        {"left": row.left, "verdict": row.verdict.value, "right": row.right, "who": row.who}
        for row in done.rows
    ]
    return {"added": added, "known": done.known}


def _tell_moved(project: Project, done: AppendResult, language: str) -> None:
    """Warn where judgements make something one with what is withdrawn, or part it from that: the
    next build hides it, or shows it."""
    from hrdgraph.privacy.withdrawals import withdrawals_of

    hidden, shown = withdrawals_of(project).moved(done.before, done.ledger)
    for iri in hidden:
        tell("judgement-joins-withdrawn", language, err=True, iri=iri)
    for iri in shown:
        tell("judgement-parts-withdrawn", language, err=True, iri=iri)
