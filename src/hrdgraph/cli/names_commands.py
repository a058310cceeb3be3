"""Commands about names that may mean the same: pairs to judge, and one judgement."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from hrdgraph.catalogue import LANGUAGES, phrase, render
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.common import echo_json, error_told, languages, table, tell
from hrdgraph.cli.generate import FILE, CommandCall, argument, command, option
from hrdgraph.cli.option_values import Number, WholeNumber
from hrdgraph.library.destination import write_out
from hrdgraph.library.output_format import format_of

if TYPE_CHECKING:
    from hrdgraph.errors import HrdgraphError
    from hrdgraph.identity.judgements import AppendResult
    from hrdgraph.identity.matching.propose import Proposal, Proposals
    from hrdgraph.identity.records import Record
    from hrdgraph.identity.review import Session
    from hrdgraph.library.identity import ProposedPairs
    from hrdgraph.project import Project

SCORE = Number(0, 1)


def _check_table(given: dict[str, Any]) -> None:
    format_of(given["output"], "csv", ("csv",))


@command(
    "names reconcile",
    check=_check_table,
    min_score=option(type=SCORE),
    limit=option(type=WholeNumber(1)),
    jobs=option(type=WholeNumber(1, 64)),
    output=option(type=FILE),
)
def show_pairs(call: CommandCall, pairs: ProposedPairs) -> None:
    """Print pairs that may be one thing, or write them to a file."""
    found, language, output = pairs.proposals, call.language, call.given["output"]
    tell_unasked(pairs.unasked, language)
    if call.given["with_withheld"]:
        call.tell("withheld-compared", err=True)
    if output is not None:
        from hrdgraph.identity.matching.propose import proposals_table

        write_out(proposals_table(found.best, language).encode(), output)
        call.tell("pairs-written", err=True, count=len(found.best), file=quote(str(output)))
        if found.found > len(found.best):
            call.tell("best-pairs", err=True, found=found.found)
    elif call.is_json:
        echo_json(_pairs_dict(found, language))
    else:
        _print_pairs(found, call.project, language)


def tell_unasked(error: HrdgraphError | None, language: str) -> None:
    """Say that withheld years kept nobody apart, and the error for which they did not."""
    if error is not None:
        told = error_told(error, language)
        tell("years-not-compared", language, err=True, fact=told)


def _print_pairs(found: Proposals, project: Project, language: str) -> None:
    if found.best:
        columns = headings(("score", "left", "right", "why"), language)
        title = phrase("pairs-may-be-one", language, title=project.title_in(language))
        table(
            columns, [_pair_row(item, project.base, language) for item in found.best], title=title
        )
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


def _pair_row(item: Proposal, base: str, language: str) -> tuple[str, str, str, str]:
    left, right = (
        f"{record.names[0]}\n{record.iri.removeprefix(base)}" for record in (item.left, item.right)
    )
    return f"{item.comparison.score:.2f}", left, right, item.comparison.why(language)


def _pairs_dict(found: Proposals, language: str) -> dict[str, object]:
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
        "iri": record.iri, "kind": record.kind, "names": record.names, "sources": record.sources,
    }  # fmt: skip


@command("names review", json=False, from_=option(type=FILE), min_score=option(type=SCORE))
def ask_about_pairs(call: CommandCall, session: Session) -> None:
    """Ask about pairs in the terminal, one after the other."""
    from hrdgraph.cli.review_dialogue import ask_all
    from hrdgraph.library.identity import record_facts

    tags = languages(call.given["lang"], call.project)
    language = next((tag for tag in tags if tag in LANGUAGES), "en")
    tell_unasked(session.unasked, language)
    facts_of = record_facts(call.project, tags, language)
    ask_all(session, lambda iri: facts_of(iri, language), language)


@command("names judge", lang=False, verdict=argument(metavar="VERDICT"))
def show_judged(call: CommandCall, done: AppendResult) -> None:
    """Print the rows that were added."""
    if call.is_json:
        added = [
            {"left": row.left, "verdict": row.verdict.value, "right": row.right, "who": row.who}
            for row in done.rows
        ]
        echo_json({"added": added, "known": done.known})
    else:
        rows = "\n".join(row.describe(call.language) for row in done.rows)
        click.echo(rows or phrase("judgement-there-already", call.language))
    # Warn where judgements make something one with what is withdrawn, or part it from that: the
    # next build hides it, or shows it.
    from hrdgraph.privacy.withdrawals import withdrawals_of

    hidden, shown = withdrawals_of(call.project).compare_ledgers(done.before, done.ledger)
    for iri in hidden:
        tell("judgement-joins-withdrawn", call.language, err=True, iri=iri)
    for iri in shown:
        tell("judgement-parts-withdrawn", call.language, err=True, iri=iri)
