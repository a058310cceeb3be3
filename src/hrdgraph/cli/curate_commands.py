"""Commands that prepare facts: date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hrdgraph.catalogue import Message, phrase, render
from hrdgraph.cli.generate import CommandCall, command, option
from hrdgraph.cli.shared.common import echo_json
from hrdgraph.cli.shared.option_values import WholeNumber

if TYPE_CHECKING:
    from hrdgraph.evidence.dating import DateResult

NOT_READ = 1


@command("date", lang=False, language=option("-l"), pivot=option(type=WholeNumber(1000, 9999)))
def show_date(call: CommandCall, found: DateResult) -> int:
    """Print a date as EDTF with its first and last day, or its readings where there are several."""
    if call.is_json:
        echo_json(found.as_dict())
    else:
        click.echo("\n".join(_date_lines(found, call.language)))
    return 0 if found.edtf else NOT_READ


def _date_lines(found: DateResult, language: str) -> list[str]:
    if found.edtf is None:
        refused = Message("text-not-read", reason=found.reason)
        readings = (render(reading.message, language) for reading in found.readings)
        return [render(refused, language), *(f"  {line}" for line in readings)]
    lines = [_days(found, language)]
    if how := next((reading.why for reading in found.readings if reading.calendar), None):
        lines.append(render(how, language))
    if found.lost:
        lines.append(phrase("date-words-not-kept", language, words=", ".join(found.lost)))
    return [found.edtf, *(f"  {line}" for line in lines)]


def _days(found: DateResult, language: str) -> str:
    values = found.as_dict()
    first, last = values["earliest"], values["latest"]
    if not (first or last or "/" in str(found.edtf) or ".." in str(found.edtf)):
        return phrase("days-beyond-calendar", language)
    code = f"days-{'from' if first else 'to'}-{'to' if first and last else 'open'}"
    return phrase(code if first or last else "days-open", language, first=first, last=last)
