"""`--include restricted`: the options, and the word of a person without whom nothing restricted
leaves the sources."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from hrdgraph.catalogue import phrase
from hrdgraph.cli.shared.common import asked_in, misused
from hrdgraph.cli.shared.option_values import OneOf
from hrdgraph.errors import ProjectError

F = TypeVar("F", bound=Callable[..., Any])
WORD = "I answer for it"


def include_options(function: F) -> F:
    """`--include restricted` with `--who`, `--reason` and `--i-answer-for-it`: a person's word,
    which is asked for on a terminal."""

    @wraps(function)
    def command(
        *arguments: Any, include: str | None, who: str, reason: str, word: bool, **others: Any
    ) -> Any:
        who, reason = answered(include, who, reason, word=word)
        return function(*arguments, include=include, who=who, reason=reason, **others)

    options = (
        click.option(
            "--include",
            type=OneOf(["restricted"]),
        ),
        click.option(
            "--who",
            default="",
            metavar="NAME",
        ),
        click.option(
            "--reason",
            default="",
            metavar="TEXT",
        ),
        click.option(
            "--i-answer-for-it",
            "word",
            is_flag=True,
        ),
    )
    for option in reversed(options):
        command = option(command)
    return cast("F", command)


def answered(include: str | None, who: str, reason: str, *, word: bool) -> tuple[str, str]:
    """Who answers, and for what: empty where nothing restricted is wanted. Asked for on a
    terminal; elsewhere all three options are needed."""
    if include is None:
        if who or reason or word:
            raise misused("options-of-restricted")
        return "", ""
    if not word and sys.stdin.isatty():
        who, reason = _asked(who, reason)
    elif not (word and who.strip() and reason.strip()):
        raise ProjectError("restricted-needs-confirmation", hint="confirm-restricted")
    return who.strip(), reason.strip()


def _asked(who: str, reason: str) -> tuple[str, str]:
    language = asked_in(sys.argv[1:])
    click.echo(phrase("restricted-copy-warning", language), err=True)
    who = who.strip() or click.prompt(phrase("ask-who-answers", language), err=True)
    reason = reason.strip() or click.prompt(phrase("ask-what-for", language), err=True)
    typed = click.prompt(phrase("ask-type-word", language, word=WORD), err=True)
    if typed.strip().lower() != WORD.lower():
        raise ProjectError("restricted-not-confirmed")
    return who, reason
