"""`hrdgraph date`: a date as a source writes it → its EDTF and its first and last day, or its
readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hrdgraph.catalogue import NO_MESSAGE, Message, phrase, render
from hrdgraph.cli.shared.common import asked_in, echo_json, json_option
from hrdgraph.cli.shared.option_values import OneOf, WholeNumber

if TYPE_CHECKING:
    from hrdgraph.evidence.dating import DateResult

NOT_READ = 1


@click.command()
@click.argument("text")
@click.option(
    "--language",
    "-l",
    default="",
    help="The language of the text: ar, en, es, fr, pt or ru (default: all are tried).",
)
@click.option(
    "--pivot",
    type=WholeNumber(1000, 9999),
    help="The last year that two digits can mean: with 2025, 09 is 2009 and 89 is 1989.",
)
@click.option(
    "--order",
    type=OneOf(["dmy", "mdy"]),
    help="The order of day and month in figures, where the source states it.",
)
@click.option(
    "--calendar",
    type=OneOf(["gregorian", "hijri", "persian"]),
    help="The calendar of a date in figures of the years 1300 to 1499.",
)
@json_option
def command(
    text: str,
    language: str,
    pivot: int | None,
    order: str | None,
    calendar: str | None,
    as_json: bool,
) -> int:
    """Read TEXT, a date such as "avril 2011" or "entre 2006 et 2009". What is not certain is not
    read: its readings are shown.

    The exit code is 1 where it is not read.
    """
    from hrdgraph.library.curation import date

    found = date(text, language=language, pivot=pivot, order=order, calendar=calendar)
    if as_json:
        echo_json(found.as_dict())
    else:
        click.echo("\n".join(_lines(found)))
    return 0 if found.edtf else NOT_READ


def _lines(found: DateResult) -> list[str]:
    language = asked_in(())
    if found.edtf is None:
        refused = Message("text-not-read", reason=found.reason)
        lines = (reading.message for reading in found.readings)
        return [render(refused, language), *(f"  {render(line, language)}" for line in lines)]
    kept = phrase("date-words-not-kept", language, words=", ".join(found.lost))
    how = next((reading.why for reading in found.readings if reading.calendar), NO_MESSAGE)
    notes = [render(how, language)] * bool(how) + [kept] * bool(found.lost)
    return [found.edtf, *(f"  {line}" for line in (_days(found, language), *notes))]


def _days(found: DateResult, language: str) -> str:
    said = found.as_dict()
    first, last = said["earliest"], said["latest"]
    if not (first or last or "/" in str(found.edtf) or ".." in str(found.edtf)):
        return phrase("days-beyond-calendar", language)
    text = "days-from-to" if first and last else "days-from-open" if first else "days-to-open"
    text = text if first or last else "days-open"
    return phrase(text, language, first=first, last=last)
