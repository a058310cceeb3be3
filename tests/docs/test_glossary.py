"""A stranger finds each word of the command line and of the library in the glossary."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Final

import click

import hrdgraph
from hrdgraph.cli.app import COMMANDS, app

PAGE: Final = (Path(__file__).parents[2] / "docs/reference/glossary.md").read_text("utf-8")
WORDS: Final = set(re.findall(r"`(?:--)?([\w -]+)`", PAGE))
# words of every day, which mean here what they mean anywhere; the help says the rest
PLAIN: Final = {
    "address",
    "after",
    "anyway",
    "base",
    "before",
    "by",
    "check",
    "clear-removals",
    "database",
    "datatypes",
    "dry-run",
    "encoding",
    "even-with-violations",
    "explain-plan",
    "fail-if",
    "format",
    "from",
    "full",
    "gzip",
    "host",
    "i-answer-for-it",
    "include",
    "inferred",
    "jobs",
    "json",
    "lang",
    "language",
    "limit",
    "memory",
    "min-score",
    "model",
    "model-address",
    "name",
    "no-browser",
    "no-validate",
    "on-error",
    "order",
    "output",
    "outside",
    "path",
    "port",
    "processes",
    "publisher",
    "quiet",
    "read-only",
    "reason",
    "rejected",
    "review",
    "replace",
    "send-away",
    "servers",
    "show-prompt",
    "timeout",
    "title",
    "to",
    "top",
    "watch",
    "what",
    "who",
    "why",
    "with-withheld",
    "write",
    "yes",
    "answers",
    "as-of",
    "certain",
    "calendar",
    "conflicts",
    "shortcut",
}


def options() -> set[str]:
    """The long names of all options, without their hyphens."""
    root = click.Context(app)
    commands = [one for name in COMMANDS if (one := app.get_command(root, name))]
    inner = [one for group in commands for one in getattr(group, "commands", {}).values()]
    names = (name for one in (*commands, *inner) for param in one.params for name in param.opts)
    return {name[2:] for name in names if name.startswith("--")}


def test_each_command_and_class_is_there() -> None:
    classes = {name for name in hrdgraph.__all__ if inspect.isclass(getattr(hrdgraph, name))}
    said = WORDS | {word.partition(" ")[0] for word in WORDS}
    assert (classes | {*COMMANDS}) - said == set()


def test_each_option_is_there_or_needs_no_word() -> None:
    assert options() - WORDS - PLAIN == set()
    assert options() >= PLAIN, "an option that is gone"
