"""`hrdgraph queries`: the questions that a project can answer, by topic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.api.words import headings
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

if TYPE_CHECKING:
    from hrdgraph.queries import Parameter, Query


@click.command()
@project_option
@json_option
@language_option
def command(root: Path, as_json: bool, lang: str | None) -> None:
    """List the questions that a project has, with their parameters."""
    from hrdgraph.queries import find

    project = opened(root)
    questions = find(project.queries_dir).questions
    if as_json:
        echo_json([_as_dict(query) for query in questions])
        return
    language = languages(lang, project)[0]
    rows = [
        (query.topic, query.name, query.title(language), _parameters(query, language))
        for query in questions
    ]
    table(headings(("topic", "name", "question", "parameters"), language), rows)
    tell("queries-next", language, apart=True)


def _parameters(query: Query, language: str) -> str:
    return " ".join(_parameter(parameter, language) for parameter in query.parameters)


def _parameter(parameter: Parameter, language: str) -> str:
    """A parameter, with what holds where it is not given: of a language, that of who asks."""
    if parameter.type.value == "language":
        return f"[{parameter.name}={language}]"
    if parameter.default is not None:
        return f"[{parameter.name}={parameter.default}]"
    return f"[{parameter.name}]" if parameter.optional else parameter.name


def _as_dict(query: Query) -> dict[str, object]:
    return {
        "topic": query.topic,
        "name": query.name,
        "titles": dict(query.titles),
        "parameters": [
            {
                "name": p.name,
                "type": p.type.value,
                "scope": p.scope,
                "text": p.text,
                "default": p.default,
                "optional": p.optional,
            }
            for p in query.parameters
        ],
        "columns": [{"name": column.name, "text": column.text} for column in query.columns],
    }
