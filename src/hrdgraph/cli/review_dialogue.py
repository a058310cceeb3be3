"""Ask about one pair after another on the terminal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.catalogue import Vocabulary, phrase
from hrdgraph.cli.common import read_key
from hrdgraph.cli.import_command import confirm
from hrdgraph.cli.process import visible
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.review import TEN, RecordLine, Side, side_of

if TYPE_CHECKING:
    from hrdgraph.identity.review import ReviewPair, Session

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
        _ask(session, facts_of, words, language)
    except (KeyboardInterrupt, EOFError, click.Abort):
        click.echo()
    click.echo(words["rebuild"])


def _ask(
    session: Session, facts_of: Callable[[str], Sequence[RecordLine]], words: Vocabulary,
    language: str,
) -> None:  # fmt: skip
    shown = None
    while True:
        pair = session.next()
        if pair is None:
            click.echo(words["done"])
            if not session.has_decided:
                break
        elif pair is not shown:
            _show(pair, facts_of, session.count_open(), words, language)
        key = _key(words)
        if key in ("q", "", "\x04"):
            break
        shown = _act(key, session, pair, words, language)


def _act(
    key: str, session: Session, pair: ReviewPair | None, words: Vocabulary, language: str
) -> ReviewPair | None:
    """Do what a key says; the pair that needs not be shown again, where it is still the one that
    is asked about."""
    if key in _VERDICTS and pair:
        _judge(session, pair, _VERDICTS[key], words, language)
    elif key == "a" and pair:
        return _judge_all_alike(session, pair, words, language)
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


def _key(words: Vocabulary) -> str:
    click.echo(f"\n{words['keys']}\n> ", nl=False)
    return read_key()


def _judge_all_alike(
    session: Session, pair: ReviewPair, words: Vocabulary, language: str
) -> ReviewPair | None:
    """Judge all pairs the same that the same reasons find, once ten of them were shown; the pair
    where the person does not agree."""
    found = session.find_alike(pair)
    for one in found[:TEN]:
        click.echo(visible(f"  {one.left.names[0]}  =  {one.right.names[0]}"))
    if not confirm("review-all-alike", language, default=False, count=len(found)):
        return pair
    _judge(session, pair, Verdict.SAME, words, language, found)
    return None


def _judge(
    session: Session, pair: ReviewPair, verdict: Verdict, words: Vocabulary, language: str,
    others: Sequence[ReviewPair] = (),
) -> None:  # fmt: skip
    suggested = pair.comparison.why(language) if verdict is not Verdict.NOT_SAME else None
    if verdict is Verdict.SAME and (acts := session.find_acts(pair)):
        names = (f"  {act.left.names[0]}" for act in acts)
        click.echo("\n".join((words["acts-too"], *map(visible, names))))
    why = click.prompt(words["why"], default=suggested)
    try:
        done = session.judge(pair, verdict, why, others=others)
    except HrdgraphError as error:
        click.echo(words["refused"] + words[":"] + " " + error.text(language), err=True)
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
    made = Table(show_header=False, expand=sys.stdout.isatty(), padding=(0, 1))
    heads = [f"{side.name} ({side.kind})\n{side.iri}" for side in sides]
    cells = ["\n".join(_lines(side, language)) for side in sides]
    made.add_row(*(Text(visible(text), style="bold", overflow="fold") for text in heads))
    made.add_row(*(Text(visible(text), overflow="fold") for text in cells))
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    console.print(made)
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
