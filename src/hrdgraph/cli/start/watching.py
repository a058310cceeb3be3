"""`hrdgraph build --watch`: a build for each change, and a line for each build."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.catalogue import number, phrase
from hrdgraph.cli.shared.common import error_told, tell
from hrdgraph.cli.shared.streams import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hrdgraph.errors import HrdgraphError
    from hrdgraph.library.building import FinishedBuild

_SHOWN: Final = 3  # files that are named


def show_builds(
    builds: Iterator[FinishedBuild | HrdgraphError], language: str, *, as_json: bool
) -> int:
    """A line for each build until Ctrl-C, with what it took; of one that failed, why."""
    from hrdgraph.errors import HrdgraphError

    try:
        for done in builds:
            if as_json:
                click.echo(visible(json.dumps(_as_json(done, language), ensure_ascii=False)))
            elif isinstance(done, HrdgraphError):
                click.echo(f"{_now()}  {error_told(done, language)}", err=True)
            else:
                click.echo(f"{_now()}  {_line(done, language)}")
            if not as_json:
                tell("watching", language, err=True)
    except KeyboardInterrupt:
        pass
    return 0


def _line(done: FinishedBuild, language: str) -> str:
    result = done.result
    found = [finding for finding in result.public if not finding.known]
    severities = [finding.severity.value for finding in found]
    line = phrase(
        "watched-build",
        language,
        statements=number(len(result.graph), language),
        violations=severities.count("violation"),
        warnings=severities.count("warning"),
        new=result.since.counts()["new"] if result.since else 0,
        seconds=f"{done.seconds:.1f}",
    )
    return f"{line}  ({_changes(done.changed, language)})" if done.changed else line


def _changes(files: tuple[str, ...], language: str) -> str:
    """The names of the first files that have changed, and how many more there are."""
    shown, more = ", ".join(files[:_SHOWN]), len(files) - _SHOWN
    return f"{shown}, {phrase('more-files', language, count=more)}" if more > 0 else shown


def _as_json(done: FinishedBuild | HrdgraphError, language: str) -> dict[str, object]:
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.findings.tally import summary

    if isinstance(done, HrdgraphError):
        place, text = str(done.origin), done.text(language)
        return {"built": False, "code": done.code, "place": place, "text": text}
    return {
        "built": True,
        "changed": list(done.changed),
        "failed": done.failed,
        "statements": len(done.result.graph),
        "findings": summary(done.result.public),
        "seconds": round(done.seconds, 2),
    }


def _now() -> str:
    return time.strftime("%H:%M:%S")
