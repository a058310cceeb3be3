"""Commands about tables that people type: a workbook, the kinds of rows, a date."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrdgraph.catalogue import Message, phrase, render
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.command_from_function import FILE, CommandCall, argument, command, option
from hrdgraph.cli.common import echo_json, table
from hrdgraph.cli.option_values import WholeNumber

if TYPE_CHECKING:
    from hrdgraph.evidence.dating import DateResult
    from hrdgraph.fact_kinds import Kind

NOT_READ = 1


@command("tables template", kind=argument(metavar="KIND…", required=True), output=option(type=FILE))
def show_template(call: CommandCall, path: Path) -> None:
    """Say where the workbook is."""
    call.answer(
        {"file": str(path), "kinds": list(call.given["kind"])}, "template-written", path=path
    )


@command("tables kinds", project="optional")
def show_kinds(call: CommandCall, kinds: list[Kind]) -> None:
    """List the kinds of fact tables, or the columns of one that people type."""
    asked, language = call.given["kind"], call.language
    if call.is_json:
        answers = [{**asdict(kind), "file": kind.file.name} for kind in kinds]
        echo_json(answers if asked is None else answers[0])
        return
    texts = [kind.description(language) for kind in kinds]
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


@command("tables date", language=option("-l"), pivot=option(type=WholeNumber(1000, 9999)))
def show_date(call: CommandCall, date_result: DateResult) -> int:
    """Print a date as EDTF with its first and last day, or its readings where there are several."""
    if call.is_json:
        echo_json(date_result.as_dict())
    else:
        click.echo("\n".join(_date_lines(date_result, call.language)))
    return 0 if date_result.edtf else NOT_READ


def _date_lines(date_result: DateResult, language: str) -> list[str]:
    if date_result.edtf is None:
        refused = Message("text-not-read", reason=date_result.reason)
        readings = (render(reading.message, language) for reading in date_result.readings)
        return [render(refused, language), *(f"  {line}" for line in readings)]
    lines = [_days(date_result, language)]
    if how := next((reading.why for reading in date_result.readings if reading.calendar), None):
        lines.append(render(how, language))
    if date_result.lost:
        lines.append(phrase("date-words-not-kept", language, words=", ".join(date_result.lost)))
    return [date_result.edtf, *(f"  {line}" for line in lines)]


def _days(date_result: DateResult, language: str) -> str:
    values = date_result.as_dict()
    first, last = values["earliest"], values["latest"]
    if not (first or last or "/" in str(date_result.edtf) or ".." in str(date_result.edtf)):
        return phrase("days-beyond-calendar", language)
    return phrase("days-from-to", language, first=first or "…", last=last or "…")
