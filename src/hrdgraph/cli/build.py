"""`hrdgraph build`: the graph from the sources, and a summary of what it holds and what to do next."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.cli.answering import include_options
from hrdgraph.cli.common import echo_json, json_option, language_option, languages, opened, progress, table
from hrdgraph.cli.threads import SMALL_PROJECT, limit_threads

if TYPE_CHECKING:
    from hrdgraph.pipeline import Result
    from hrdgraph.pipeline.result import Answer
    from hrdgraph.project import Project

VIOLATIONS = 3


@click.command()
@click.argument("root", metavar="[PROJECT]", required=False, default=Path(), type=click.Path(path_type=Path, file_okay=False))
@click.option("--only", multiple=True, metavar="SOURCE", help="Build from this source only; may be given again.")
@click.option("--strict", is_flag=True, help="Let warnings fail the build too.")
@click.option("--no-validate", is_flag=True, help="Skip the shapes, for a quick look; the manifest says so.")
@include_options
@json_option
@language_option
def command(
    root: Path,
    only: tuple[str, ...],
    strict: bool,
    no_validate: bool,
    answer: Answer | None,
    as_json: bool,
    lang: str | None,
) -> int:
    """Build the graph from the sources of PROJECT (this folder, unless named).

    The result is in PROJECT/build, which changes only when everything has succeeded. All of it but build/private may be published.
    With --include restricted it is in PROJECT/build-restricted, for which a person answers, and build/ stays as it is.

    Exit code 0: built. 1: something in the input is wrong, and nothing was changed. 3: built, but with violations (with
    --strict: or warnings) that nobody has explained yet.
    """
    project = opened(root)
    tables = (source.table_file(table) for source in project.sources for table in source.tables)
    limit_threads(tables, small=SMALL_PROJECT)
    gc.set_threshold(100_000)  # what a build makes lives to its end: looking for garbage every 700 objects finds none
    from hrdgraph.pipeline import Options, build

    with progress(quiet=as_json) as step:
        result = build(project, Options(only, strict, not no_validate, answer), step)
    if as_json:
        from hrdgraph.validate import summary

        since = result.since.as_dict() if result.since else None
        echo_json({"manifest": result.manifest, "withheld": dict(result.withheld), "findings": summary(result.public) | {"since": since}})
    else:
        _show(result, project if answer is None else project.restricted(), languages(lang, project))
    _warn_of_idle(result, project if answer is None else project.restricted())
    return VIOLATIONS if result.failed else 0


def _show(result: Result, project: Project, tags: Sequence[str]) -> None:
    from hrdgraph.validate import table as finding_rows

    shown = {source.name for source in project.sources if source.visibility == "public" or project.output != "build"}
    rows = [(name, f"{count:,}") for name, count in result.counts.items() if name in shown]
    table(("source", "statements"), [*rows, ("in all, published and derived", f"{len(result.graph):,}")])
    _show_evidence(result, project)
    found = finding_rows(result.public, tags[0])
    if found:
        click.echo()
        table(("found", "times", "rule", "what", "look at"), found)
    _show_since(result)
    if len(result.counts) < len(project.sources):
        click.echo(
            f"\nonly {', '.join(result.counts)}: {project.output}/ now holds a part of the project; build without --only for the whole"
        )
    _show_next(result, project)


def _warn_of_idle(result: Result, project: Project) -> None:
    """Say which withdrawals take nothing down, without a name: of a log, nobody knows who reads it."""
    from hrdgraph.pipeline.found import IDLE

    idle = [finding for finding in result.findings if finding.rule == IDLE and not finding.known]
    for place in (origin for finding in idle for origin in finding.origins):
        click.echo(f"error: {place}: this withdrawal takes nothing down: no source mentions the thing under this name", err=True)
    if idle:
        where = project.build_dir / "private" / "report.html"
        click.echo(f"  hint: do not publish this build; {where} says more, and so does `hrdgraph withdraw --check`", err=True)


def _show_since(result: Result) -> None:
    since = result.since
    if since and since.is_change:
        click.echo("\nsince the last build: " + ", ".join(f"{count} {name}" for name, count in since.counts().items()))


def _show_evidence(result: Result, project: Project) -> None:
    evidence, withheld = result.evidence, sum(result.withheld.values())
    missing = [str(folder) for folder in project.snapshot_dirs if evidence.unverifiable and not folder.is_dir()]
    why = f" (there is no folder {', '.join(missing)})" if missing else ""
    click.echo(
        f"\nevidence: {evidence.verified} passages verified, {evidence.unverifiable} without a snapshot to compare{why},"
        f" {evidence.whole} whole documents"
    )
    if withheld:
        click.echo(f"withheld: {withheld} statements are left out (private/report.html says of what kind)")
    alone = len(result.findings) - len(result.public)
    if alone:
        click.echo(f"for you:  {alone} findings about what is not public are in private/report.html only")


def _show_next(result: Result, project: Project) -> None:
    from hrdgraph.project.model import PRIVATE

    click.echo()
    if project.output != "build":
        click.echo(f"This build holds what is restricted: {project.build_dir} must not be published, and no other command opens it.")
        click.echo("next:    hrdgraph export --include restricted --output graph.restricted.ttl")
        return
    if result.failed:
        click.echo("The graph stands, but it has violations: correct the rows named here, or explain them in data/known_findings.csv.")
    for note in result.notes:
        click.echo(f"note:    {note}")
    private = project.build_dir / PRIVATE
    click.echo(f"report:  {private / 'report.html'}   (for you; all of {project.build_dir} but {PRIVATE}/ may be published)")
    if (private / "findings.xlsx").exists():
        click.echo(f"tables:  {private / 'findings.xlsx'}")
    place = "" if project.root == Path() else f" -p {project.root}"
    click.echo(f"next:    hrdgraph queries{place}   ·   hrdgraph explain{place} NAME   ·   hrdgraph export{place} --format jsonld")
