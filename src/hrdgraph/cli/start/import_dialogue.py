"""What a table is taken for, shown and asked: the dialogue of `hrdgraph import`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import error_told, table

if TYPE_CHECKING:
    from hrdgraph.kinds import Kind
    from hrdgraph.kinds.guess import Meaning
    from hrdgraph.pipeline.importing.propose import TableProposal, TableProposer

_NAMESAKE: Final = "name-in-rows-that-differ"
_MISSING: Final = "column-missing-what"
_ALOUD: Final = 5  # rows read aloud
_DAYS_FIRST: Final = ("fr", "es", "pt", "ru", "ar")


def show_proposal(proposal: TableProposal, proposer: TableProposer, language: str) -> None:
    """What a table is taken for, and five of its rows read aloud."""
    kind = proposer.kinds[proposal.guess.kind]
    where = ", ".join(filter(None, (proposal.file.name, proposal.sheet)))
    text = "import-table"
    doubt = f" ({' / '.join(proposal.guess.others)}?)" if proposal.guess.doubt else ""
    click.echo(
        "\n"
        + phrase(
            text,
            language,
            where=where,
            row=proposal.region.header,
            count=len(proposal.rows),
            kind=kind.label(language),
            doubt=doubt,
        )
    )
    rows = [_row(meaning, kind, language) for meaning in proposal.guess.meanings]
    rows += [(name, "", phrase("word-not-read", language), "") for name in proposal.guess.unread]
    table(headings(("heading", "means", "because", ""), language), rows)
    if proposal.dates or proposal.dates_doubt:
        click.echo(
            phrase(
                "import-dates",
                language,
                order=proposal.dates or phrase("day-month-doubt", language),
            )
        )
    if proposal.unknown:
        click.echo(phrase("texts-not-known", language, texts=", ".join(proposal.unknown)))
    if proposal.region.dropped:
        numbers = ", ".join(map(str, proposal.region.dropped))
        click.echo(
            phrase(
                "totals-left-out",
                language,
                count=len(proposal.region.dropped),
                numbers=numbers,
            )
        )
    if proposal.missing:
        column = kind.column(proposal.missing)
        label = column.label(language) if column else proposal.missing
        click.echo(phrase(_MISSING, language, column=label))
    for item in proposal.namesakes:
        click.echo(
            phrase(_NAMESAKE, language, name=item.names[0], count=item.rows, what=item.heading)
        )
    for sentence in _aloud(proposal, kind, language):
        click.echo(f"  · {sentence}")


def _row(meaning: Meaning, kind: Kind, language: str) -> tuple[str, str, str, str]:
    column = kind.column(meaning.column)
    reasons = {
        "exact": "heading-says-it",
        "alike": "heading-like-it",
        "cells": "cells-are-such",
    }
    reason = phrase(reasons[meaning.reason], language)
    if meaning.share is not None and meaning.share < 1:
        reason += " " + phrase("cells-that-fit", language, share=round(100 * meaning.share))
    return (
        meaning.heading,
        column.label(language) if column else meaning.column,
        reason,
        "?" if meaning.doubt else "",
    )


def _aloud(proposal: TableProposal, kind: Kind, language: str) -> list[str]:
    from hrdgraph.kinds.sentences import sentence_of

    cells = [
        {name: proposal.cell(row, name) for name in proposal.columns}
        for row in proposal.rows[:_ALOUD]
    ]
    known = [
        {name: "" if text in proposal.unknown else text for name, text in row.items()}
        for row in cells
    ]
    defaults = dict(proposal.values) | {
        column.name: column.default
        for column in kind.columns
        if column.default and not column.default.startswith("@")
    }
    return [sentence_of(kind, {**defaults, **row}, language) for row in known]


def asked_proposal(
    proposal: TableProposal, proposer: TableProposer, language: str
) -> tuple[TableProposal, int]:
    """The proposal after the questions about what is in doubt, and how many they were."""
    count = 0
    if proposal.guess.doubt:
        kinds = [proposal.guess.kind, *proposal.guess.others]
        count += 1
        chosen = _asked_of(kinds, phrase("ask-kind", language), language)
        proposal = (
            (proposer.as_kind(proposal, chosen) or proposal) if chosen != kinds[0] else proposal
        )
        proposal = replace(proposal, guess=replace(proposal.guess, doubt=False))
    kind = proposer.kinds[proposal.guess.kind]
    kept: list[Meaning] = []
    for meaning in proposal.guess.meanings:
        count += meaning.doubt
        column = kind.column(meaning.column)
        text = phrase(
            "ask-heading",
            language,
            heading=meaning.heading,
            column=column.label(language) if column else "",
        )
        if not meaning.doubt or click.confirm(text, default=True):
            kept.append(replace(meaning, doubt=False))
    dropped = tuple(
        item.heading
        for item in proposal.guess.meanings
        if item.column not in {one.column for one in kept}
    )
    proposal = replace(
        proposal,
        guess=replace(
            proposal.guess, meanings=tuple(kept), unread=(*proposal.guess.unread, *dropped)
        ),
    )
    if proposal.dates_doubt:
        count += 1
        order = _asked_of(["dmy", "mdy"], phrase("ask-date-order", language), language)
        proposal = replace(proposal, dates=order, dates_doubt=False)
    if proposal.missing:
        count += 1
        proposal = _asked_value(proposal, proposer, language)
    kept_apart = []
    for item in proposal.namesakes:
        count += 1
        text = phrase("ask-one-and-same", language, name=item.names[0])
        if not click.confirm(text, default=False):
            kept_apart.append(item)
    return replace(proposal, namesakes=tuple(kept_apart), namesakes_asked=True), count


def _asked_of(choices: Sequence[str], text: str, language: str) -> str:
    """The answer, which is one of some words, the first if nothing is typed; asked again where it
    is another."""
    shown = f"{text} ({', '.join(choices)})"
    while (answer := click.prompt(shown, default=choices[0])) not in choices:
        click.echo(phrase("there-is-these", language, known=tuple(choices)))
    return str(answer)


def _asked_value(proposal: TableProposal, proposer: TableProposer, language: str) -> TableProposal:
    """The proposal with the answer to what no column says; asked again where it is no code."""
    from hrdgraph.errors import SourceError

    column = proposer.kinds[proposal.guess.kind].column(proposal.missing)
    label = column.label(language) if column else proposal.missing
    while True:
        text = phrase("ask-what-is-missing", language, column=label)
        try:
            return proposer.with_value(proposal, click.prompt(text))
        except SourceError as error:
            click.echo(error_told(error, language))


def settled_proposal(proposal: TableProposal, language: str) -> TableProposal:
    """Where no date tells the order, days come first in languages that write so; in English it
    stays open."""
    if proposal.dates_doubt and language in _DAYS_FIRST:
        return replace(proposal, dates="dmy")
    return proposal


def proposal_as_dict(proposal: TableProposal) -> dict[str, Any]:
    """A proposal for machines."""
    guess = proposal.guess
    return {
        "file": proposal.file.name,
        "sheet": proposal.sheet,
        "area": proposal.area,
        "header": proposal.region.header,
        "rows": len(proposal.rows),
        "left_out_rows": list(proposal.region.dropped),
        "kind": guess.kind,
        "kind_in_doubt": guess.doubt,
        "other_kinds": list(guess.others),
        "columns": [
            {
                "heading": item.heading,
                "column": item.column,
                "reason": item.reason,
                "share": item.share,
                "in_doubt": item.doubt,
            }
            for item in guess.meanings
        ],
        "not_read": list(guess.unread),
        "missing": proposal.missing,
        "values": dict(proposal.values),
        "dates": proposal.dates,
        "dates_in_doubt": proposal.dates_doubt and not proposal.dates,
        "unknown": list(proposal.unknown),
        "namesakes": [
            {"names": list(item.names), "rows": item.rows, "differ_in": item.heading}
            for item in proposal.namesakes
        ],
        "delimiter": proposal.delimiter,
        "encoding": proposal.encoding,
    }
