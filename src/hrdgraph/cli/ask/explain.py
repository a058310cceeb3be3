"""`hrdgraph explain`: a thing or a triple back to the rows, rules and words behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from hrdgraph.cli.shared import completion
from hrdgraph.cli.shared.common import (
    echo_json,
    json_option,
    language_option,
    languages,
    misused,
    opened,
    project_option,
    spoken,
)
from hrdgraph.cli.shared.mapping_documents import reading_options
from hrdgraph.cli.shared.option_values import OneOf, PathTo

_COUNTED: Final = "facts-of-all"


@click.command()
@click.argument(
    "what", nargs=-1, metavar="IRI | SUBJECT PREDICATE OBJECT", shell_complete=completion.things
)
@click.option(
    "--mapping",
    type=PathTo(path_type=Path, dir_okay=False),
)
@click.option(
    "--statements",
    type=PathTo(allow_dash=True, dir_okay=False),
)
@click.option(
    "--on-error",
    type=OneOf(["fail", "skip"]),
)
@click.option(
    "--full",
    is_flag=True,
)
@reading_options
@project_option
@json_option
@language_option
def command(
    what: tuple[str, ...],
    mapping: Path | None,
    statements: str | None,
    on_error: str | None,
    full: bool,
    root: Path,
    as_json: bool,
    lang: str | None,
    **reading: Any,
) -> None:
    """Say where facts come from."""
    _check_call(what, mapping, statements, on_error, any(reading.values()))
    if mapping is None:
        _explain(what, root, lang, full=full, as_json=as_json)
        return
    from hrdgraph.cli.ask.mapping_traces import explain_mapping
    from hrdgraph.library.mapping_runs import bound

    plan, skips = bound(mapping, **reading).plan, on_error == "skip"
    asked, language = statements or what, spoken(lang)
    explain_mapping(plan, mapping, asked, language=language, skips=skips, as_json=as_json)


def _explain(
    what: tuple[str, ...], root: Path, lang: str | None, *, full: bool, as_json: bool
) -> None:
    from hrdgraph.api import open as open_graph
    from hrdgraph.api.explanation_summary import ENOUGH
    from hrdgraph.api.explanation_text import Heading
    from hrdgraph.cli.shared.progress import counting

    project = opened(root)
    tags = languages(lang, project)
    graph = open_graph(project, languages=tags)
    with counting(_COUNTED, tags[0]) as progress:
        most, brief = (None, False) if full or as_json else (ENOUGH, True)
        explanation = graph.explain(*what, most=most, progress=progress, brief=brief)
    if as_json:
        echo_json(explanation.as_dict())
        return
    for line in explanation.lines(full=full):
        click.echo(click.style(line, bold=True) if isinstance(line, Heading) else line)


def _check_call(
    what: tuple[str, ...],
    mapping: Path | None,
    statements: str | None,
    on_error: str | None,
    is_read: bool,
) -> None:
    if mapping is None and (statements or on_error or is_read):
        raise misused("options-of-mapping")
    if len(what) not in ((0,) if statements else (1, 3)):
        raise misused("give-iri-or-triple")
