"""`hrdgraph build`: the graph from the sources, and a summary of what it holds and what to do
next."""

from __future__ import annotations

import gc
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings, told
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
from hrdgraph.cli.shared.progress import progress
from hrdgraph.cli.shared.restricted_copy import include_options
from hrdgraph.library.threads import SMALL_PROJECT, limit_threads
from hrdgraph.translation import number

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
    type=click.Choice(["stop", "skip"]),
    default="stop",
    help="Rows of fact tables with cells that cannot be read: stop, or leave out and list them.",
)
@include_options
@json_option
@language_option
def command(
    root: Path,
    only: tuple[str, ...],
    strict: bool,
    no_validate: bool,
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
    # what a build makes lives to its end: looking for garbage every 700 objects finds none
    gc.set_threshold(100_000)
    from hrdgraph.library.building import build

    language = languages(lang, project)[0]
    with progress(quiet=as_json) as step:
        done = build(
            project, only=only, strict=strict, validate=not no_validate, include=include, **word,
            progress=lambda stage, count, total: step(_step(stage, language), count, total),
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
    source = told(UNNAMED, language) if source == UNNAMED else source
    return told(f"{what} {{source}}" if source else what, language, source=source)


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
    total = (told("in all, published and derived", language), number(len(result.graph), language))
    table(headings(("source", "statements"), language), [*rows, total])
    _show_evidence(result, project, language)
    found = finding_rows(result.public, language)
    if found:
        click.echo()
        table(
            headings(("found", "times", "rule", "what", "look at"), language),
            [(told(row[0], language), *row[1:]) for row in found],
        )
    since = result.since
    if since and since.is_change:
        click.echo(
            "\n"
            + told(
                "since the last build: {new} new, {gone} gone, {unchanged} unchanged",
                language,
                **since.counts(),
            )
        )
    if len(result.counts) < len(project.sources):
        text = (
            "only {sources}: {output}/ now holds a part of the project; build without --only "
            "for the whole"
        )
        click.echo(
            "\n" + told(text, language, sources=", ".join(result.counts), output=project.output)
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
        text = "left out: {count} {count:row|rows} with cells that cannot be read"
        click.echo("\n" + told(text, language, count=len(rows)))
        for error in result.left_out:
            click.echo(error_told(error, language))


def _say_unread(result: Result, language: str) -> None:
    """Name the columns that nothing reads: to who builds, since a heading may be a secret."""
    from hrdgraph.pipeline.findings.unread_columns import RULE

    found = [finding for finding in result.findings if finding.rule == RULE and not finding.known]
    for place in (origin for finding in found for origin in finding.origins):
        text = "nothing reads the column '{heading}' of {file}: say what it is, or add it to ignore"
        click.echo(told(text, language, heading=place.column, file=place.file))


def _say_examples(project: Project, language: str) -> None:
    """Say that the examples of a new project stand beside sources of its own."""
    from hrdgraph.project import EXAMPLES

    names = [source.name for source in project.sources]
    there = [name for name in EXAMPLES if name in names]
    if there and len(names) > len(there) + ("countries" in names):
        text = "the examples are still in the graph; to take them away, delete {folders}"
        folders = ", ".join(f"data/sources/{name}" for name in there)
        click.echo("\n" + told(text, language, folders=folders))


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
    why = (
        told(" (there is no folder {folders})", language, folders=", ".join(missing))
        if missing
        else ""
    )
    verified = told("{count} {count:passage|passages} verified", language, count=evidence.verified)
    whole = told("{count} whole {count:document|documents}", language, count=evidence.whole)
    text = "evidence: {verified}, {unverifiable} without a snapshot to compare{why}, {whole}"
    click.echo(
        "\n"
        + told(
            text,
            language,
            why=why,
            verified=verified,
            unverifiable=evidence.unverifiable,
            whole=whole,
        )
    )
    if evidence.moved or evidence.ambiguous or evidence.gone:
        text = (
            "          in another text of the page: {moved} found elsewhere in it, {ambiguous} in "
            "several places, {gone} in none"
        )
        click.echo(
            told(
                text,
                language,
                moved=evidence.moved,
                ambiguous=evidence.ambiguous,
                gone=evidence.gone,
            )
        )
    if withheld:
        text = (
            "withheld: {count} {count:statement is|statements are} left out "
            "(private/report.html says of what kind)"
        )
        click.echo(told(text, language, count=withheld))
    alone = len(result.findings) - len(result.public)
    if alone:
        text = (
            "for you:  {count} {count:finding|findings} about what is not public "
            "{count:is|are} in private/report.html only"
        )
        click.echo(told(text, language, count=alone))


def _show_next(result: Result, project: Project, language: str) -> None:
    from hrdgraph.project.model import PRIVATE

    click.echo()
    if project.output != "build":
        text = (
            "This build holds what is restricted: {build} must not be published, and no other "
            "command opens it."
        )
        click.echo(told(text, language, build=project.build_dir))
        click.echo(
            told(
                "next:    {commands}",
                language,
                commands="hrdgraph export --include restricted --output graph.restricted.ttl",
            )
        )
        return
    private = project.build_dir / PRIVATE
    report, tables = private / "report.html", private / "findings.xlsx"
    if result.failed:
        text = (
            "The graph stands, but it has violations: correct the rows that are named here and "
            "in {report}, or explain them in {known}."
        )
        click.echo(told(text, language, report=report, known="data/known_findings.csv"))
    for note in result.notes:
        click.echo(told("note:    {note}", language, note=note))
    text = "report:  {report}   (for you; all of {build} but {private}/ may be published)"
    click.echo(told(text, language, report=report, build=project.build_dir, private=PRIVATE))
    if tables.exists():
        click.echo(told("tables:  {tables}", language, tables=tables))
    place = "" if project.root == Path() else f" -p {quote(str(project.root))}"
    asked = told("hrdgraph explain{place} NAME", language, place=place)
    commands = f"hrdgraph queries{place}   ·   {asked}   ·   hrdgraph export{place} --format jsonld"
    click.echo(told("next:    {commands}", language, commands=commands))
