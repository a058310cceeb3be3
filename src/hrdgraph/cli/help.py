"""Help in the language of the person: groups of commands, descriptions and options, by their codes in the catalogue.

The code of a command is `help-<command>`, that of an option `help-<command>-<option>`, or `help-<option>` where
it means the same everywhere. What the catalogue does not have is shown as the command has it, in English.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from hrdgraph.cli.commands import COMMANDS, GROUPS
from hrdgraph.cli.shared.common import asked_in


def help_text(codes: Sequence[str], otherwise: str, language: str | None = None) -> str:
    """The first of several codes that the catalogue has, in the language of the person; else what is given."""
    from hrdgraph.catalogue import has_sentence, text

    spoken = language or asked_in(sys.argv[1:])
    code = next((code for code in codes if has_sentence(code)), "")
    return text(code, spoken) if code and spoken != "en" else otherwise


def option_codes(command: str, option: str) -> tuple[str, str]:
    """The codes of an option's help, its own first."""
    name = option.strip("_").replace("_", "-")
    return f"help-{command.replace(' ', '-')}-{name}", f"help-{name}"


def localise(command: click.Command, path: str) -> click.Command:
    """Have the help of a command, and of those in it, be in the language of the person."""
    command.help = help_text((f"help-{path.replace(' ', '-')}",), command.help or "")
    for one in command.params:
        if isinstance(one, click.Option) and one.name:
            one.help = help_text(option_codes(path, long_name(one)), one.help or "")
    for name, inner in getattr(command, "commands", {}).items():
        localise(inner, f"{path} {name}")
    return command


def long_name(option: click.Option) -> str:
    """The first long name of an option, without its hyphens."""
    return next((name for name in option.opts if name.startswith("--")), option.opts[0]).lstrip("-")


def write_groups(formatter: click.HelpFormatter) -> None:
    """The commands by what a person does."""
    width = max(map(len, COMMANDS))
    for group, commands in GROUPS.items():
        with formatter.section(help_text((f"help-group-{group}",), _HEADINGS[group])):
            rows = [(name.ljust(width), help_text((f"help-short-{name}",), text)) for name, text in commands.items()]
            formatter.write_dl(rows)


_HEADINGS: dict[str, str] = {
    "start": "Start",
    "ask": "Ask",
    "publish": "Publish",
    "curate": "Curate",
    "engine": "Mappings and shapes",
}


def wants_help(arguments: Sequence[Any]) -> bool:
    """Whether a command is only asked what it does."""
    return any(argument in ("--help", "-h") for argument in arguments)
