"""`hrdgraph build`: the graph from the sources, and a summary of what it holds and what to do
next."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings, word
from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_argument,
    table,
)
from hrdgraph.cli.shared.option_values import OneOf
from hrdgraph.cli.shared.progress import part_said, progress
from hrdgraph.cli.shared.restricted_copy import include_options
from hrdgraph.library.threads import SMALL_PROJECT, limit_threads

if TYPE_CHECKING:
    from hrdgraph.pipeline import Result
    from hrdgraph.project import Project

VIOLATIONS = 3


@click.command()
@project_argument
@click.option(
    "--only",
    multiple=True,
    shell_complete=completion.sources,
    metavar="SOURCE",
    help="Build from this source only; may be given again.",
)
@click.option("--strict", is_flag=True, help="Let warnings fail the build too.")
@click.option(
    "--no-validate", is_flag=True, help="Skip the shapes, for a quick look; the manifest says so."
)
@click.option(
    "--on-error",
    type=OneOf(["stop", "skip"]),
    default="stop",
    help="Rows of fact tables with cells that cannot be read: stop, or leave out and list them.",
)
@click.option(
    "--on",
    metavar="ENGINE",
    help="Map sources that say large = true on an engine: sail, or sc://HOST.",
)
@click.option("--watch", is_flag=True, help="Build again whenever a file changes, until Ctrl-C.")
@include_options
@json_option
@language_option
def command(
    root: Path,
    only: tuple[str, ...],
    strict: bool,
    no_validate: bool,
    watch: bool,
    include: str | None,
    as_json: bool,
    lang: str | None,
    **word: str,
) -> int:
    """Build the graph from the sources of PROJECT (this folder, unless named).

    The result is in PROJECT/build, which changes only when everything has succeeded. All of it
    but build/private may be published. With --include restricted it is in
    PROJECT/build-restricted, for which a person answers, and build/ stays as it is.

    Exit code 0: built. 1: something in the input is wrong, and nothing was changed. 3: built,
    but with violations (with
    --strict: or warnings) that nobody has explained yet.
    """
    project = opened(root)
    tables = (source.table_file(table) for source in project.sources for table in source.tables)
    limit_threads(tables, small=SMALL_PROJECT)
    from hrdgraph.library.building import build

    language = languages(lang, project)[0]
    if watch:
        from hrdgraph.cli.start.watching import show_builds
        from hrdgraph.library.watching import watch as builds

        each = builds(
            root, only=only, strict=strict, validate=not no_validate, include=include, **word,
            progress=None,
        )  # fmt: skip
        return show_builds(each, language, as_json=as_json)
    with progress(quiet=as_json) as step:
        done = build(
            project, only=only, strict=strict, validate=not no_validate, include=include, **word,
            progress=lambda stage, count, total: step(
                _step(stage, language), count, total, part_said(stage, language)
            ),
            memory=None,
        )  # fmt: skip
    result, project = done.result, done.project
    if as_json:
        from hrdgraph.validate import summary

        since = result.since.as_dict() if result.since else None
        echo_json(
            {
                "manifest": result.manifest,
                "withheld": dict(result.withheld),
                "findings": summary(result.public) | {"since": since},
            }
        )
    else:
        _show(result, project, language)
    _warn_of_idle(result, project)
    return VIOLATIONS if result.failed else 0


def _step(text: str, language: str) -> str:
    """What is being done, with the name of a source that it is done with."""
    from hrdgraph.pipeline.stages.mapping import UNNAMED

    what, _, source = text.partition(" ")
    source = phrase("source-not-public", language) if source == UNNAMED else source
    return f"{phrase(f'stage-{what}', language)} {source}".strip()


def _show(result: Result, project: Project, language: str) -> None:
    from hrdgraph.validate import table as finding_rows

    shown = {
        source.name
        for source in project.sources
        if source.visibility == "public" or project.output != "build"
    }
    rows = [
        (name, number(count, language)) for name, count in result.counts.items() if name in shown
    ]
    total = (phrase("all-published-derived", language), number(len(result.graph), language))
    table(headings(("source", "statements"), language), [*rows, total])
    _show_evidence(result, project, language)
    found = finding_rows(result.public, language)
    if found:
        click.echo()
        table(
            headings(("found", "times", "rule", "what", "look at"), language),
            [(word(row[0], language), *row[1:]) for row in found],
        )
    since = result.since
    if since and since.is_change:
        click.echo(
            "\n"
            + phrase(
                "since-last-build",
                language,
                **since.counts(),
            )
        )
    if len(result.counts) < len(project.sources):
        text = "build-of-a-part"
        click.echo(
            "\n" + phrase(text, language, sources=", ".join(result.counts), output=project.output)
        )
    _say_examples(project, language)
    _say_unread(result, language)
    _say_left_out(result, language)
    _show_next(result, project, language)


def _say_left_out(result: Result, language: str) -> None:
    """List what was left out, with its place and why."""
    from hrdgraph.cli.shared.common import error_told

    if result.left_out:
        rows = {
            (error.origin.file, error.origin.part, error.origin.row) for error in result.left_out
        }
        text = "unreadable-rows-left-out"
        click.echo("\n" + phrase(text, language, count=len(rows)))
        for error in result.left_out:
            click.echo(error_told(error, language))


def _say_unread(result: Result, language: str) -> None:
    """Name the columns that nothing reads: to who builds, since a heading may be a secret."""
    from hrdgraph.pipeline.findings.unread_columns import RULE

    found = [finding for finding in result.findings if finding.rule == RULE and not finding.known]
    for place in (origin for finding in found for origin in finding.origins):
        text = "column-read-by-nothing"
        click.echo(phrase(text, language, heading=place.column, file=place.file))


def _say_examples(project: Project, language: str) -> None:
    """Say that the examples of a new project stand beside sources of its own."""
    from hrdgraph.project import EXAMPLES

    names = [source.name for source in project.sources]
    there = [name for name in EXAMPLES if name in names]
    if there and len(names) > len(there) + ("countries" in names):
        text = "examples-still-there"
        folders = ", ".join(f"data/sources/{name}" for name in there)
        click.echo("\n" + phrase(text, language, folders=folders))


def _warn_of_idle(result: Result, project: Project) -> None:
    """Say which withdrawals take nothing down, without a name: of a log, nobody knows who reads
    it."""
    from hrdgraph.privacy.withdrawals import IDLE

    idle = [finding for finding in result.findings if finding.rule == IDLE and not finding.known]
    for place in (origin for finding in idle for origin in finding.origins):
        click.echo(
            f"error: {place}: this withdrawal takes nothing down: no source mentions the thing "
            f"under this name",
            err=True,
        )
    if idle:
        where = project.build_dir / "private" / "report.html"
        click.echo(
            f"  hint: do not publish this build; {where} says more, and so does `hrdgraph withdraw "
            f"--check`",
            err=True,
        )


def _show_evidence(result: Result, project: Project, language: str) -> None:
    evidence, withheld = result.evidence, sum(result.withheld.values())
    missing = [
        str(folder)
        for folder in project.snapshot_dirs
        if evidence.unverifiable and not folder.is_dir()
    ]
    why = phrase("folders-missing", language, folders=", ".join(missing)) if missing else ""
    verified = phrase("passages-verified", language, count=evidence.verified)
    whole = phrase("documents-whole", language, count=evidence.whole)
    text = "evidence-line"
    click.echo(
        "\n"
        + phrase(
            text,
            language,
            why=why,
            verified=verified,
            unverifiable=evidence.unverifiable,
            whole=whole,
        )
    )
    if evidence.moved or evidence.ambiguous or evidence.gone:
        text = "evidence-other-text"
        click.echo(
            phrase(
                text,
                language,
                moved=evidence.moved,
                ambiguous=evidence.ambiguous,
                gone=evidence.gone,
            )
        )
    if withheld:
        text = "statements-withheld"
        click.echo(phrase(text, language, count=withheld))
    alone = len(result.findings) - len(result.public)
    if alone:
        text = "findings-for-you"
        click.echo(phrase(text, language, count=alone))


def _show_next(result: Result, project: Project, language: str) -> None:
    from hrdgraph.project.model import PRIVATE

    click.echo()
    if project.output != "build":
        text = "build-restricted"
        click.echo(phrase(text, language, build=project.build_dir))
        click.echo(
            phrase(
                "build-next",
                language,
                commands="hrdgraph export --include restricted --output graph.restricted.ttl",
            )
        )
        return
    private = project.build_dir / PRIVATE
    report, tables = private / "report.html", private / "findings.xlsx"
    if result.failed:
        text = "build-with-violations"
        click.echo(phrase(text, language, report=report, known="data/known_findings.csv"))
    for note in result.notes:
        click.echo(phrase("build-note", language, note=note))
    text = "build-report"
    click.echo(phrase(text, language, report=report, build=project.build_dir, private=PRIVATE))
    if tables.exists():
        click.echo(phrase("build-tables", language, tables=tables))
    place = "" if project.root == Path() else f" -p {quote(str(project.root))}"
    asked = phrase("build-next-explain", language, place=place)
    commands = f"hrdgraph queries{place}   ·   {asked}   ·   hrdgraph export{place} --format jsonld"
    click.echo(phrase("build-next", language, commands=commands))
