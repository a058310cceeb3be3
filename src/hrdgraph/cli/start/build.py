"""`hrdgraph build`: the graph from the sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    VIOLATIONS,
    echo_json,
    json_option,
    language_option,
    languages,
    opened,
    project_argument,
)
from hrdgraph.cli.shared.option_values import OneOf
from hrdgraph.cli.shared.progress import part_said, progress
from hrdgraph.cli.shared.restricted_copy import include_options
from hrdgraph.cli.start.build_summary import BuildSummary, warn_of_idle
from hrdgraph.library.threads import SMALL_PROJECT, limit_threads

if TYPE_CHECKING:
    from hrdgraph.pipeline import Result


@click.command()
@project_argument
@click.option(
    "--only",
    multiple=True,
    shell_complete=completion.sources,
    metavar="SOURCE",
)
@click.option(
    "--strict",
    is_flag=True,
)
@click.option(
    "--no-validate",
    "validate",
    flag_value=False,
    default=True,
    type=bool,
)
@click.option(
    "--on-error",
    type=OneOf(["stop", "skip"]),
    default="stop",
)
@click.option(
    "--on",
    metavar="ENGINE",
)
@click.option(
    "--watch",
    is_flag=True,
)
@include_options
@json_option
@language_option
def command(root: Path, watch: bool, as_json: bool, lang: str | None, **options: Any) -> int:
    """Build the graph from the sources of PROJECT (this folder, unless named)."""
    project = opened(root)
    tables = (source.table_file(table) for source in project.sources for table in source.tables)
    limit_threads(tables, small=SMALL_PROJECT)
    from hrdgraph.library.building import build

    language = languages(lang, project)[0]
    if watch:
        from hrdgraph.cli.start.watching import show_builds
        from hrdgraph.library.watching import watch as builds

        return show_builds(builds(root, **options), language, as_json=as_json)
    with progress(quiet=as_json) as step:

        def told(stage: str, count: int, total: int) -> None:
            step(_step(stage, language), count, total, part_said(stage, language))

        done = build(project, progress=told, **options)
    if as_json:
        echo_json(_as_dict(done.result))
    else:
        BuildSummary(done.result, done.project, language).show()
    warn_of_idle(done.result, done.project)
    return VIOLATIONS if done.failed else 0


def _as_dict(result: Result) -> dict[str, object]:
    from hrdgraph.findings.tally import summary

    since = result.since.as_dict() if result.since else None
    findings = summary(result.public) | {"since": since}
    return {
        "manifest": result.manifest, "withheld": dict(result.withheld), "findings": findings
    }  # fmt: skip


def _step(text: str, language: str) -> str:
    """What is being done, with the name of a source that it is done with."""
    from hrdgraph.pipeline.stages.mapping import UNNAMED

    what, _, source = text.partition(" ")
    source = phrase("source-not-public", language) if source == UNNAMED else source
    return f"{phrase(f'stage-{what}', language)} {source}".strip()
