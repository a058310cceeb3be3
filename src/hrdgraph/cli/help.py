"""Help in the language of the person: groups of commands, descriptions and options, by their
codes in the catalogue.

The code of a command is `help-<command>`, that of an option `help-<command>-<option>`, or
`help-<option>` where it means the same everywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final

import click

from hrdgraph.cli.commands import COMMANDS, GROUPS
from hrdgraph.cli.common import asked_in


def help_text(*codes: str) -> str:
    """The first of several codes that the catalogue has, in the language of the person."""
    from hrdgraph.catalogue import has_sentence, phrase

    code = next((code for code in codes if has_sentence(code)), codes[0])
    return phrase(code, asked_in(sys.argv[1:]))


def option_codes(command: str, option: str) -> tuple[str, str]:
    """The codes of an option's help, its own first."""
    name = option.strip("_").replace("_", "-")
    return f"help-{command.replace(' ', '-')}-{name}", f"help-{name}"


class Formatter(click.HelpFormatter):
    """Writes what click itself says of a command in the language of the person."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        usage = f"{help_text('help-usage')}{help_text('help-colon')} "
        super().write_usage(prog, _worded(args), prefix or usage)

    def write_heading(self, heading: str) -> None:
        word = help_text(f"help-heading-{heading.lower()}") if heading in _OF_CLICK else heading
        self.write(f"{'':>{self.current_indent}}{word}{help_text('help-colon')}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl([(name, _worded(text)) for name, text in rows], col_max, col_spacing)


class Context(click.Context):
    """A context whose help is written so."""

    formatter_class = Formatter


def _worded(text: str) -> str:
    """A line of help with the words of click in it."""
    for code, words in _SENTENCES.items():
        text = text.replace(words, help_text(code)) if words in text else text
    return text


def localise(command: click.Command, path: str) -> click.Command:
    """Have the help of a command, and of those in it, be in the language of the person."""
    command.context_class = Context
    command.help = help_text(f"help-{path.replace(' ', '-')}")
    for one in command.params:
        if isinstance(one, click.Option) and one.name:
            one.help = help_text(*option_codes(path, long_name(one)))
            one.metavar = _worded_type(one)
    for name, inner in getattr(command, "commands", {}).items():
        localise(inner, f"{path} {name}")
    return command


def _worded_type(option: click.Option) -> str | None:
    """What a value of an option is, where click would say so in English."""
    own: str | None = vars(option).setdefault("own_metavar", option.metavar)
    word = _TYPES.get(option.type.name) if own is None and not option.is_flag else None
    return help_text(f"help-type-{word}") if word else own


def long_name(option: click.Option) -> str:
    """The first long name of an option, without its hyphens."""
    return next((name for name in option.opts if name.startswith("--")), option.opts[0]).lstrip("-")


def write_groups(formatter: click.HelpFormatter) -> None:
    """The commands by what a person does."""
    width = max(map(len, COMMANDS))
    for group, commands in GROUPS.items():
        with formatter.section(help_text(f"help-group-{group}")):
            formatter.write_dl(
                [(name.ljust(width), help_text(f"help-short-{name}")) for name in commands]
            )


_OF_CLICK: Final = ("Options", "Commands")
_SENTENCES: Final = {
    "help-of-help": "Show this message and exit.",
    "help-of-version": "Show the version and exit.",
    "help-default": "[default: ",
    "help-required": "[required]",
    "help-usage-options": "[OPTIONS]",
    "help-usage-command": "COMMAND [ARGS]...",
}
_TYPES: Final = {
    **dict.fromkeys(("integer", "integer range", "float", "float range"), "number"),
    "text": "text",
    **dict.fromkeys(("path", "file"), "file"),
    "directory": "directory",
    "size": "size",
    "day": "day",
}


def wants_help(arguments: Sequence[Any]) -> bool:
    """Whether a command is only asked what it does."""
    return any(argument in ("--help", "-h") for argument in arguments)
