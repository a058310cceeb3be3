"""`hrdgraph import`: workbooks and tables into sources, with what was guessed, why, and what is
left to say."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.cli.shared.common import (
    echo_json,
    error_told,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    table,
)
from hrdgraph.cli.shared.words import headings, told
from hrdgraph.errors import HrdgraphError, OutputError, Problems

if TYPE_CHECKING:
    from hrdgraph.kinds import Kind
    from hrdgraph.kinds.guess import Meaning
    from hrdgraph.pipeline.importing.propose import Proposal, Proposer
    from hrdgraph.project import Project

_ALOUD = 5  # rows read aloud
_SHOWN = 12  # errors of cells
_DAYS_FIRST = ("fr", "es", "pt", "ru", "ar")


@click.command()
@click.argument(
    "files",
    metavar="FILE…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--name", default="", help="The name of the source (default: that of the first file)."
)
@click.option("--title", default="", help="Its title (default: the name of the first file).")
@click.option(
    "--publisher",
    default="",
    help="Who made the table: your organisation (default: the title of the project).",
)
@click.option(
    "--kind",
    default="",
    help="The kind of the rows, where it is not to be guessed: `hrdgraph kinds` lists them.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: take every guess, also those in doubt.")
@click.option("--dry-run", is_flag=True, help="Show the guesses; write nothing.")
@project_option
@json_option
@language_option
def command(
    files: tuple[Path, ...], name: str, title: str, publisher: str, kind: str, yes: bool, dry_run: bool, root: Path, as_json: bool,
    lang: str | None,
) -> int:  # fmt: skip
    """Make a source of workbooks, CSV files and exports: FILE… stays what it is, and becomes a
    folder of data/sources.

    What a heading means is guessed from it and from the cells below, in six languages; only what
    is in doubt is asked. Run again on a newer copy, it brings the source up to date. Exit code
    1: cells that cannot be read are left, and told.
    """
    from hrdgraph.pipeline.importing.propose import Proposer

    project = opened(root)
    language = languages(lang, project)[0]
    proposer = Proposer(project, language)
    name = name or re.sub(r"[\W_]+", "-", files[0].stem.casefold()).strip("-") or "table"
    if not dry_run and _updated(project, files, name, language, as_json=as_json):
        return 0
    found, left = _proposals(proposer, files, kind)
    asks = not (yes or dry_run or as_json) and sys.stdin.isatty()
    questions = 0
    chosen: list[Proposal] = []
    for proposal in found:
        if not as_json:
            _show(proposal, proposer, language)
        if asks:
            proposal, asked = _asked(proposal, proposer, language)
            questions += asked
        chosen.append(_settled(proposal, language))
    if as_json:
        echo_json(
            {
                "source": name,
                "tables": [_as_dict(item) for item in chosen],
                "left_out": left,
                "written": not dry_run,
            }
        )
    for place in left if not as_json else ():
        click.echo(told("not read, since it is no table of facts: {place}", language, place=place))
    if dry_run:
        return 0
    if any(item.doubts for item in chosen) and not (yes or asks):
        click.echo(
            told(
                "nothing is written: {count} {count:thing is|things are} in doubt; answer in a "
                "terminal, or accept with --yes",
                language,
                count=sum(item.doubts for item in chosen),
            ),
            err=True,
        )
        return 1
    return _write(
        project,
        name,
        title or files[0].stem,
        publisher or project.title,
        language,
        chosen,
        proposer,
        as_json=as_json,
    )


def _proposals(
    proposer: Proposer, files: Sequence[Path], kind: str
) -> tuple[list[Proposal], list[str]]:
    from hrdgraph.pipeline.importing.propose import known_kind

    found: list[Proposal] = []
    left: list[str] = []
    for file in files:
        proposals, rest = proposer.of(file)
        left += [f"{file.name}, {place}" for place in rest]
        for proposal in proposals:
            other = (
                proposer.as_kind(proposal, known_kind(proposer.kinds, kind).name)
                if kind
                else proposal
            )
            if other is None:
                needed = ", ".join(
                    column.label("en") for column in proposer.kinds[kind].columns if column.required
                )
                raise HrdgraphError(
                    f"{file.name}: no columns for rows of the kind '{kind}'",
                    hint=f"it needs: {needed}",
                )
            found.append(other)
    return found, left


def _show(proposal: Proposal, proposer: Proposer, language: str) -> None:
    """What a table is taken for, and five of its rows read aloud."""
    kind = proposer.kinds[proposal.guess.kind]
    where = ", ".join(filter(None, (proposal.file.name, proposal.sheet)))
    text = "{where}: headings in row {row}, {count} {count:row|rows}: {kind}{doubt}"
    doubt = f" ({' / '.join(proposal.guess.others)}?)" if proposal.guess.doubt else ""
    click.echo(
        "\n"
        + told(
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
    rows += [(name, "", told("not read", language), "") for name in proposal.guess.unread]
    table(headings(("heading", "means", "because", ""), language), rows)
    if proposal.dates or proposal.dates_doubt:
        click.echo(
            told(
                "dates: {order}",
                language,
                order=proposal.dates or told("the order of day and month is in doubt", language),
            )
        )
    if proposal.unknown:
        click.echo(told("not known: {texts}", language, texts=", ".join(proposal.unknown)))
    if proposal.region.dropped:
        numbers = ", ".join(map(str, proposal.region.dropped))
        click.echo(
            told(
                "totals or remarks, left out: {count:row|rows} {numbers}",
                language,
                count=len(proposal.region.dropped),
                numbers=numbers,
            )
        )
    for sentence in _aloud(proposal, kind, language):
        click.echo(f"  · {sentence}")


def _row(meaning: Meaning, kind: Kind, language: str) -> tuple[str, str, str, str]:
    column = kind.column(meaning.column)
    reasons = {
        "exact": "the heading says it",
        "alike": "the heading is like it",
        "cells": "the cells are such",
    }
    reason = told(reasons[meaning.reason], language)
    if meaning.share is not None and meaning.share < 1:
        reason += " " + told(
            "({share} % of the cells fit)", language, share=round(100 * meaning.share)
        )
    return (
        meaning.heading,
        column.label(language) if column else meaning.column,
        reason,
        "?" if meaning.doubt else "",
    )


def _aloud(proposal: Proposal, kind: Kind, language: str) -> list[str]:
    from hrdgraph.kinds.sentences import sentence_of

    cells = [
        {name: proposal.cell(row, name) for name in proposal.columns}
        for row in proposal.rows[:_ALOUD]
    ]
    known = [
        {name: "" if text in proposal.unknown else text for name, text in row.items()}
        for row in cells
    ]
    defaults = {
        column.name: column.default
        for column in kind.columns
        if column.default and not column.default.startswith("@")
    }
    return [sentence_of(kind, {**defaults, **row}, language) for row in known]


def _asked(proposal: Proposal, proposer: Proposer, language: str) -> tuple[Proposal, int]:
    """The proposal after the questions about what is in doubt, and how many they were."""
    count = 0
    if proposal.guess.doubt:
        kinds = [proposal.guess.kind, *proposal.guess.others]
        count += 1
        chosen = click.prompt(
            told("what are the rows?", language), default=kinds[0], type=click.Choice(kinds)
        )
        proposal = (
            (proposer.as_kind(proposal, chosen) or proposal) if chosen != kinds[0] else proposal
        )
        proposal = replace(proposal, guess=replace(proposal.guess, doubt=False))
    kind = proposer.kinds[proposal.guess.kind]
    kept: list[Meaning] = []
    for meaning in proposal.guess.meanings:
        count += meaning.doubt
        column = kind.column(meaning.column)
        text = told(
            "does '{heading}' mean '{column}'?",
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
        order = click.prompt(
            told("in dates of figures, which comes first?", language),
            default="dmy",
            type=click.Choice(["dmy", "mdy"]),
        )
        proposal = replace(proposal, dates=order, dates_doubt=False)
    return proposal, count


def _settled(proposal: Proposal, language: str) -> Proposal:
    """Where no date tells the order, days come first in languages that write so; in English it
    stays open."""
    if proposal.dates_doubt and language in _DAYS_FIRST:
        return replace(proposal, dates="dmy")
    return proposal


def _write(
    project: Project,
    name: str,
    title: str,
    publisher: str,
    language: str,
    chosen: Sequence[Proposal],
    proposer: Proposer,
    *,
    as_json: bool,
) -> int:
    from hrdgraph.pipeline.importing.write import write_source

    try:
        before = _head(project, name)
        folder = write_source(
            project,
            name,
            before.get("title", title),
            before.get("publisher", publisher),
            before.get("language", language),
            chosen,
            proposer.kinds,
        )
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", hint="may you write there?"
        ) from error
    errors = _cell_errors(project.root, name)
    if not as_json:
        click.echo(
            "\n"
            + told(
                "written: {folder}; the file stays the source: edit it, save, build",
                language,
                folder=folder,
            )
        )
        _tell(errors, language)
        click.echo(told("next:    {commands}", language, commands="hrdgraph build"))
    return 1 if errors else 0


def _head(project: Project, name: str) -> dict[str, str]:
    """What the description of a source says already."""
    source = next((item for item in project.sources if item.name == name), None)
    return (
        {}
        if source is None
        else {"title": source.title, "publisher": source.publisher, "language": source.language}
    )


def _updated(
    project: Project, files: Sequence[Path], name: str, language: str, *, as_json: bool
) -> bool:
    """Bring newer copies of files to a source that has them: True where its description fits
    them as it is."""
    from hrdgraph.pipeline.importing.update import update_files

    change = update_files(project, name, files)
    if change is None:
        return False
    if as_json:
        echo_json(
            {
                "source": name,
                "updated": True,
                "rows": {file: list(counts) for file, counts in change.items()},
            }
        )
    for file, (before, after) in change.items() if not as_json else ():
        text = (
            "{file} is brought up to date: {before} {before:row|rows} before, {after} now; "
            "what its columns mean is as before"
        )
        click.echo(told(text, language, file=file, before=before, after=after))
    if not as_json:
        _tell(_cell_errors(project.root, name), language)
    return True


def _cell_errors(root: Path, name: str) -> list[HrdgraphError]:
    """Everything that cannot be read in the tables of a source."""
    from hrdgraph.mapping.facts.checks import with_kinds
    from hrdgraph.project import open_project
    from hrdgraph.validate.tables.checks import check_tables, read_tables

    try:
        project = with_kinds(open_project(root))
        source = project.source(name)
        return check_tables(read_tables(project.sources), (source,))
    except Problems as problems:
        return list(problems.errors)
    except HrdgraphError as error:
        return [error]


def _tell(errors: Sequence[HrdgraphError], language: str) -> None:
    if not errors:
        return
    text = (
        "{count} {count:cell or place cannot|cells or places cannot} be read yet; mend them in "
        "the table, or build with --on-error skip:"
    )
    click.echo(told(text, language, count=len(errors)), err=True)
    for error in errors[:_SHOWN]:
        click.echo(error_told(error, language), err=True)


def _as_dict(proposal: Proposal) -> dict[str, Any]:
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
        "dates": proposal.dates,
        "dates_in_doubt": proposal.dates_doubt and not proposal.dates,
        "unknown": list(proposal.unknown),
        "delimiter": proposal.delimiter,
        "encoding": proposal.encoding,
    }
