"""`hrdgraph reconcile`: a built graph into pairs that may be one thing, for a person to judge."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.api.words import headings
from hrdgraph.catalogue import phrase, render
from hrdgraph.cli.shared.common import (
    echo_json,
    error_told,
    json_option,
    language_option,
    languages,
    opened,
    project_option,
    table,
    tell,
)
from hrdgraph.cli.shared.option_values import Number, OneOf, PathTo, WholeNumber
from hrdgraph.cli.shared.progress import progress
from hrdgraph.library.files.output_format import format_of
from hrdgraph.library.files.writing import write_out
from hrdgraph.library.identity import KINDS, reconcile

if TYPE_CHECKING:
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.identity.matching.propose import Proposal, Proposals
    from hrdgraph.identity.records import Record
    from hrdgraph.project import Project


@click.command()
@project_option
@click.option(
    "--kind",
    type=OneOf(KINDS),
    multiple=True,
)
@click.option(
    "--min-score",
    type=Number(0, 1),
    default=0.5,
    show_default=True,
)
@click.option(
    "--limit",
    type=WholeNumber(1),
    default=50,
    show_default=True,
)
@click.option(
    "--with-withheld",
    is_flag=True,
)
@click.option(
    "--jobs",
    type=WholeNumber(1, 64),
)
@click.option(
    "--output",
    "-o",
    type=PathTo(path_type=Path, dir_okay=False),
)
@json_option
@language_option
def command(
    root: Path,
    with_withheld: bool,
    output: Path | None,
    as_json: bool,
    lang: str | None,
    **options: Any,
) -> None:
    """Propose pairs that may be one and the same, and say why."""
    format_of(output, "csv", ("csv",))
    project = opened(root)
    language = languages(lang, project)[0]
    with progress() as step:
        pairs = reconcile(project, with_withheld=with_withheld, progress=step, **options)
    found = pairs.proposals
    say_unasked(pairs.unasked, language)
    if with_withheld:
        tell("withheld-compared", language, err=True)
    if output is not None:
        _write(found, output, language)
    elif as_json:
        echo_json(_as_dict(found, language))
    else:
        _show(found, project, language)


def _write(found: Proposals, output: Path, language: str) -> None:
    from hrdgraph.identity.proposals import proposals_table

    write_out(proposals_table(found.best, language).encode(), output)
    tell("pairs-written", language, err=True, count=len(found.best), file=quote(str(output)))
    if found.found > len(found.best):
        tell("best-pairs", language, err=True, found=found.found)


def say_unasked(error: HrdgraphError | None, language: str) -> None:
    """Say that withheld years kept nobody apart, and the error for which they did not."""
    if error is not None:
        told = error_told(error, language)
        tell("years-not-compared", language, err=True, fact=told)


def _show(found: Proposals, project: Project, language: str) -> None:
    if found.best:
        columns = headings(("score", "left", "right", "why"), language)
        title = phrase("pairs-may-be-one", language, title=project.title_in(language))
        table(columns, [_row(item, project.base, language) for item in found.best], title=title)
    pairs = phrase("pairs-to-judge", language, count=found.found)
    shown = (
        ", " + phrase("pairs-shown", language, count=len(found.best))
        if found.found > len(found.best)
        else ""
    )
    compared = phrase("joint-semicolon", language).join(
        render(fact, language) for fact in found.candidates.facts()
    )
    judged = phrase("pairs-judged", language, count=found.judged, compared=compared)
    click.echo(pairs + shown + phrase("joint-semicolon", language) + judged)
    if found.best:
        tell("reconcile-next", language)


def _row(item: Proposal, base: str, language: str) -> tuple[str, str, str, str]:
    left, right = (
        f"{record.names[0]}\n{record.iri.removeprefix(base)}" for record in (item.left, item.right)
    )
    return f"{item.comparison.score:.2f}", left, right, item.comparison.why(language)


def _as_dict(found: Proposals, language: str) -> dict[str, object]:
    return {
        "found": found.found,
        "judged": found.judged,
        "compared": found.candidates.pairs.height,
        "left_out_keys": found.candidates.left_out,
        "pairs": [
            {
                "score": item.comparison.score,
                "left": _side(item.left),
                "right": _side(item.right),
                "why": item.comparison.why(language),
                "reasons": [
                    {"code": reason.code, "points": reason.points, "words": reason.words}
                    for reason in item.comparison.reasons
                ],
            }
            for item in found.best
        ],
    }


def _side(record: Record) -> dict[str, object]:
    return {
        "iri": record.iri,
        "kind": record.kind,
        "names": record.names,
        "sources": record.sources,
    }
