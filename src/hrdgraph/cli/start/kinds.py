"""`hrdgraph kinds`: the kinds of fact tables, and the columns of one."""

from __future__ import annotations

from dataclasses import asdict
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
    from hrdgraph.kinds import Column, Kind


@click.command()
@click.argument("kind", required=False)
@project_option
@json_option
@language_option
def command(kind: str | None, root: Path, as_json: bool, lang: str | None) -> None:
    """List the kinds of fact tables, or say what the columns of one, KIND, are called and hold."""
    from hrdgraph.library.building import kinds

    project = opened(root)
    known, language = kinds(kind, project=project), languages(lang, project)[0]
    if kind is None:
        _list(known, language, as_json=as_json)
        return
    [found] = known
    if as_json:
        echo_json(_as_dict(found))
        return
    click.echo(
        f"{found.label(language)}: {found.descriptions.get(language, found.descriptions['en'])}\n"
    )
    table(
        headings(("column", "heading", "holds", "needed", "example"), language),
        [_row(item, language) for item in _typed(found)],
    )
    tell("kind-next", language, apart=True, name=found.name)


def _list(kinds: list[Kind], language: str, *, as_json: bool) -> None:
    if as_json:
        echo_json([_as_dict(kind) for kind in kinds])
        return
    rows = [
        (kind.name, kind.label(language), kind.descriptions.get(language, kind.descriptions["en"]))
        for kind in kinds
    ]
    table(headings(("kind", "what", "a row"), language), rows)
    tell("kinds-next", language, apart=True)


def _typed(kind: Kind) -> list[Column]:
    """The columns that a person types."""
    return [column for column in kind.columns if not column.technical]


def _row(column: Column, language: str) -> tuple[str, ...]:
    holds = f"{column.type} {column.scheme}".strip() + (" ;" if column.many else "")
    needed = "✓" if column.required and not column.unless else ""
    return column.name, column.label(language), holds, needed, column.example


def _as_dict(kind: Kind) -> dict[str, object]:
    return {**asdict(kind), "file": kind.file.name}
