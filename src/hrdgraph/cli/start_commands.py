"""Commands that begin a project: init, kinds, template, workbench."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from hrdgraph.catalogue.words import headings
from hrdgraph.cli.common import asked_in, echo_json, project_argument, table, tell
from hrdgraph.cli.generate import FILE, CommandCall, argument, command, option, register
from hrdgraph.cli.option_values import WholeNumber

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Kind


@command("init")
def show_init(call: CommandCall, folder: Path) -> None:
    """Say that the project is there, and what to do next."""
    call.answer({"folder": str(folder)}, "project-made", folder=folder)
    if not call.is_json:
        example = folder / "data" / "sources" / "example"
        call.tell(
            "project-made-next", command=f"hrdgraph build {quote(str(folder))}", example=example
        )


@command("template", kind=argument(metavar="KIND…", required=True), output=option(type=FILE))
def show_template(call: CommandCall, path: Path) -> None:
    """Say where the workbook is."""
    call.answer(
        {"file": str(path), "kinds": list(call.given["kind"])}, "template-written", path=path
    )


@command("kinds")
def show_kinds(call: CommandCall, kinds: list[Kind]) -> None:
    """List the kinds of fact tables, or the columns of one that people type."""
    asked, language = call.given["kind"], call.language
    if call.is_json:
        answers = [{**asdict(kind), "file": kind.file.name} for kind in kinds]
        echo_json(answers if asked is None else answers[0])
        return
    texts = [kind.descriptions.get(language, kind.descriptions["en"]) for kind in kinds]
    if asked is None:
        rows = [
            (kind.name, kind.label(language), text) for kind, text in zip(kinds, texts, strict=True)
        ]
        table(headings(("kind", "what", "a row"), language), rows)
        call.tell("kinds-next", apart=True)
        return
    kind = kinds[0]
    columns = [
        (
            column.name,
            column.label(language),
            f"{column.type} {column.scheme}".strip() + " ;" * column.many,
            "✓" if column.required and not column.unless else "",
            column.example,
        )
        for column in kind.columns
        if not column.technical
    ]
    click.echo(f"{kind.label(language)}: {texts[0]}\n")
    table(headings(("column", "heading", "holds", "needed", "example"), language), columns)
    call.tell("kind-next", apart=True, name=kind.name)


@register("workbench")
@click.command()
@project_argument
@click.option("--port", default=0, show_default=True, type=WholeNumber(0, 65535))
@click.option("--read-only", is_flag=True)
@click.option("--no-browser", is_flag=True)
@click.option("--shortcut", is_flag=True)
def workbench(root: Path, port: int, read_only: bool, no_browser: bool, shortcut: bool) -> int:
    """Open the workbench. There need not be a project yet."""
    from hrdgraph.workbench_app.opening import workbench, write_shortcut

    if shortcut:
        path = write_shortcut(Path.cwd(), root)
        tell("workbench-shortcut", asked_in(()), path=path)
        return 0

    def show_address(address: str) -> None:
        tell("workbench-at", asked_in(()), address=address)
        sys.stdout.flush()

    workbench(root, port=port, read_only=read_only, browser=not no_browser, ready=show_address)
    return 0
