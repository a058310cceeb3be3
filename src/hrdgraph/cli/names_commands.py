"""Commands about names that may mean the same: pairs to judge, and one judgement."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from shlex import quote
from typing import TYPE_CHECKING, Any, Final

import click

from hrdgraph.catalogue import LANGUAGES, Vocabulary, phrase, render
from hrdgraph.catalogue.words import headings
from hrdgraph.cli.command_from_function import FILE, CommandCall, argument, command, option
from hrdgraph.cli.common import echo_json, languages, read_key, render_error, table, tell
from hrdgraph.cli.import_command import confirm
from hrdgraph.cli.option_values import Number, WholeNumber
from hrdgraph.cli.process import visible
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.review import TEN, RecordLine, ReviewPair, Session, Side, side_of
from hrdgraph.library.destination import write_out
from hrdgraph.library.output_format import format_of

if TYPE_CHECKING:
    from hrdgraph.identity.judgements import AppendResult
    from hrdgraph.identity.matching.propose import Proposal, Proposals
    from hrdgraph.identity.records import Record
    from hrdgraph.library.identity import ProposedPairs
    from hrdgraph.project import Project


_VERDICTS: Final = {"s": Verdict.SAME, "n": Verdict.NOT_SAME, "u": Verdict.UNSURE}
_SHOWN: Final = 12  # facts of a side; the page has more
_PLACES: Final = 3


def ask_all(
    session: Session, facts_of: Callable[[str], Sequence[RecordLine]], language: str
) -> None:
    """Ask until no pair is left or the reviewer stops, with Ctrl-C too: what was decided is on
    the disk."""
    words = Vocabulary("review", language)
    if sys.stdin.isatty() and sys.stdout.isatty():
        # Have the arrow keys move within a line, and Ctrl-C end the waiting for one at once:
        # Polars has it wait for the end of the line.
        with suppress(ImportError):  # not on Windows, whose terminal moves by itself
            import_module("readline")
        if hasattr(signal, "siginterrupt"):
            signal.siginterrupt(signal.SIGINT, True)
    try:
        shown = None
        while True:
            pair = session.next()
            if pair is None:
                click.echo(words["done"])
                if not session.has_decided:
                    break
            elif pair is not shown:
                _show(pair, facts_of, session.count_open(), words, language)
            click.echo(f"\n{words['keys']}\n> ", nl=False)
            key = read_key()
            if key in ("q", "", "\x04"):
                break
            shown = _act(key, session, pair, words, language)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo()
    click.echo(words["rebuild"])


def _act(
    key: str, session: Session, pair: ReviewPair | None, words: Vocabulary, language: str
) -> ReviewPair | None:
    """Do what a key says. Return the pair if it is still to be decided, so that it is not shown a
    second time."""
    if key in _VERDICTS and pair:
        _judge(session, pair, _VERDICTS[key], words, language)
    elif key == "a" and pair:
        alike = session.find_alike(pair)
        for similar in alike[:TEN]:
            click.echo(visible(f"  {similar.left.names[0]}  =  {similar.right.names[0]}"))
        if not confirm("review-all-alike", language, default=False, count=len(alike)):
            return pair
        _judge(session, pair, Verdict.SAME, words, language, alike)
        return None
    elif key == "k" and pair:
        session.skip(pair)
        click.echo(words["skipped"])
    elif key == "b":
        click.echo(
            words["taken-back"] if session.undo(words["taken-back-why"]) else words["nothing-back"]
        )
    else:
        click.echo(
            "\n".join(words[code] for code in ("keys", "about-same", "about-not", "about-unsure"))
        )
        return pair
    return None


def _judge(
    session: Session, pair: ReviewPair, verdict: Verdict, words: Vocabulary, language: str,
    more_pairs: Sequence[ReviewPair] = (),
) -> None:  # fmt: skip
    suggested = pair.comparison.why(language) if verdict is not Verdict.NOT_SAME else None
    if verdict is Verdict.SAME and (acts := session.find_acts(pair)):
        names = (f"  {act.left.names[0]}" for act in acts)
        click.echo("\n".join((words["acts-too"], *map(visible, names))))
    why = click.prompt(words["why"], default=suggested)
    try:
        done = session.judge(pair, verdict, why, more_pairs=more_pairs)
    except HrdgraphError as error:
        click.echo(words["candidate-refused"].format(error.text(language)), err=True)
        session.skip(pair)
        return
    click.echo(words["written"].format("; ".join(row.describe(language) for row in done.rows)))


def _show(
    pair: ReviewPair, facts_of: Callable[[str], Sequence[RecordLine]], left: int, words: Vocabulary,
    language: str,
) -> None:  # fmt: skip
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    sides = [side_of(record, facts_of(record.iri), words) for record in (pair.left, pair.right)]
    grid = Table(show_header=False, expand=sys.stdout.isatty(), padding=(0, 1))
    heads = [f"{side.name} ({side.kind})\n{side.iri}" for side in sides]
    cells = ["\n".join(_lines(side, language)) for side in sides]
    grid.add_row(*(Text(visible(text), style="bold", overflow="fold") for text in heads))
    grid.add_row(*(Text(visible(text), overflow="fold") for text in cells))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(grid)
    console.print(
        f"{words['left'].format(left)}. {words['score']}{words[':']} {pair.comparison.score:.2f}.",
        markup=False,
    )
    console.print(words["because"] + words[":"] + " " + pair.comparison.why(language), markup=False)


def _lines(side: Side, language: str) -> Iterator[str]:
    for label, values in side.values:
        yield phrase(
            "name-value", language, name=label,
            value=phrase("joint-semicolon", language).join(values),
        )  # fmt: skip
    yield from ("",) if side.facts else ()
    for fact in side.facts[:_SHOWN]:
        yield f"– {fact.text}"
        yield from (f"    {place}" for place in fact.places[:_PLACES])
    if len(side.facts) > _SHOWN:
        yield f"… +{len(side.facts) - _SHOWN}"


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
    proposals, language, output = pairs.proposals, call.language, call.given["output"]
    tell_unasked(pairs.unasked, language)
    if call.given["with_withheld"]:
        call.tell("withheld-compared", err=True)
    if output is not None:
        from hrdgraph.identity.matching.propose import proposals_table

        write_out(proposals_table(proposals.best, language).encode(), output)
        call.tell("pairs-written", err=True, count=len(proposals.best), file=quote(str(output)))
        if proposals.found > len(proposals.best):
            call.tell("best-pairs", err=True, found=proposals.found)
    elif call.is_json:
        echo_json(_pairs_dict(proposals, language))
    else:
        _print_pairs(proposals, call.project, language)


def tell_unasked(error: HrdgraphError | None, language: str) -> None:
    """Say that withheld years kept nobody apart, and the error for which they did not."""
    if error is not None:
        tell("years-not-compared", language, err=True, fact=render_error(error, language))


def _print_pairs(listed: Proposals, project: Project, language: str) -> None:
    if listed.best:
        columns = headings(("score", "left", "right", "why"), language)
        title = phrase("pairs-may-be-one", language, title=project.title_in(language))
        table(
            columns, [_pair_row(item, project.base, language) for item in listed.best], title=title
        )
    pairs = phrase("pairs-to-judge", language, count=listed.found)
    shown = (
        ", " + phrase("pairs-shown", language, count=len(listed.best))
        if listed.found > len(listed.best)
        else ""
    )
    compared = phrase("joint-semicolon", language).join(
        render(fact, language) for fact in listed.candidates.facts()
    )
    judged = phrase("pairs-judged", language, count=listed.judged, compared=compared)
    click.echo(pairs + shown + phrase("joint-semicolon", language) + judged)
    if listed.best:
        tell("reconcile-next", language)


def _pair_row(item: Proposal, base: str, language: str) -> tuple[str, str, str, str]:
    left, right = (
        f"{record.names[0]}\n{record.iri.removeprefix(base)}" for record in (item.left, item.right)
    )
    return f"{item.comparison.score:.2f}", left, right, item.comparison.why(language)


def _pairs_dict(proposals: Proposals, language: str) -> dict[str, object]:
    return {
        "found": proposals.found,
        "judged": proposals.judged,
        "compared": proposals.candidates.pairs.height,
        "left_out_keys": proposals.candidates.left_out,
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
            for item in proposals.best
        ],
    }


def _side(record: Record) -> dict[str, object]:
    return {
        "iri": record.iri, "kind": record.kind, "names": record.names, "sources": record.sources,
    }  # fmt: skip


@command("names review", json=False, from_=option(type=FILE), min_score=option(type=SCORE))
def ask_about_pairs(call: CommandCall, session: Session) -> None:
    """Ask about pairs in the terminal, one after the other."""
    from hrdgraph.library.identity import record_facts

    tags = languages(call.given["lang"], call.project)
    language = next((tag for tag in tags if tag in LANGUAGES), "en")
    tell_unasked(session.unasked, language)
    facts_of = record_facts(call.project, tags, language)
    ask_all(session, lambda iri: facts_of(iri, language), language)


@command("names judge", verdict=argument(metavar="VERDICT"))
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
