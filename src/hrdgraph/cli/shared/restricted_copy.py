"""`--include restricted`: the options, and the word of a person without whom nothing restricted
leaves the sources."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from hrdgraph.errors import ProjectError

if TYPE_CHECKING:
    from hrdgraph.pipeline.result import Accountability

F = TypeVar("F", bound=Callable[..., Any])
WORD = "I answer for it"


def include_options(function: F) -> F:
    """`--include restricted` with `--who`, `--reason` and `--i-answer-for-it`; the command gets
    `answer`, a person's word or None."""

    @wraps(function)
    def command(
        *arguments: Any, include: str | None, who: str, reason: str, word: bool, **others: Any
    ) -> Any:
        return function(*arguments, answer=answered(include, who, reason, word=word), **others)

    options = (
        click.option(
            "--include",
            type=click.Choice(["restricted"]),
            help="Let what is restricted in; never what is withheld.",
        ),
        click.option(
            "--who",
            default="",
            metavar="NAME",
            help="With --include: the person who answers for the copy.",
        ),
        click.option(
            "--reason", default="", metavar="TEXT", help="With --include: what the copy is for."
        ),
        click.option(
            "--i-answer-for-it",
            "word",
            is_flag=True,
            help="With --include: your word, where nobody can be asked.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return cast("F", command)


def answered(include: str | None, who: str, reason: str, *, word: bool) -> Accountability | None:
    """The word of a person; None where nothing restricted is wanted. Asked for on a terminal;
    elsewhere all three options are needed."""
    from hrdgraph.pipeline.result import Accountability

    if include is None:
        if who or reason or word:
            raise click.UsageError(
                "--who, --reason and --i-answer-for-it go with --include restricted"
            )
        return None
    if not word and sys.stdin.isatty():
        who, reason = _asked(who, reason)
    elif not (word and who.strip() and reason.strip()):
        hint = "confirm-restricted"
        raise ProjectError("restricted-needs-confirmation", hint=hint)
    return Accountability(who.strip(), reason.strip(), date.today())


def _asked(who: str, reason: str) -> tuple[str, str]:
    click.echo(
        "This copy will hold what is restricted: it can put people at risk. It is marked, and must "
        "not be published.",
        err=True,
    )
    who = who.strip() or click.prompt("Who answers for it (name)", err=True)
    reason = reason.strip() or click.prompt("What is it for", err=True)
    typed = click.prompt(f"Type '{WORD}' to go on", err=True)
    if typed.strip().lower() != WORD.lower():
        raise ProjectError("restricted-not-confirmed")
    return who, reason
