"""The commands by name, and what becomes of errors: a clear message, an exit code, never a
traceback.

Exit codes: 0 done; 1 something in the input is wrong; 2 the command was called wrongly; 3 the
graph was built but has violations (or, with --strict, warnings); 70 an error in hrdgraph itself;
130 interrupted, and 128 with the number of any other signal that asked it to end.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import takewhile
from typing import Any, Final, NoReturn

import click

from hrdgraph.catalogue import Message, has_sentence, phrase
from hrdgraph.cli.command_from_function import COMMANDS as MADE
from hrdgraph.cli.common import echo_utf8, find_language, render_error
from hrdgraph.cli.option_values import misuse_of
from hrdgraph.cli.process import Ended, guard, settle, silence
from hrdgraph.errors import HrdgraphError, Origin, reason_of
from hrdgraph.library.calls import UsageError

SECTIONS: Final = {  # of the help, with the modules of their commands
    "start": {
        "init": "start_commands",
        "import": "import_command",
        "build": "build_command",
        "upgrade": "start_commands",
        "workbench": "start_commands",
    },
    "ask": {
        "query": "query_command",
        "explain": "explain_command",
        "validate": "validate_command",
        "map": "mappings_commands",
    },
    "publish": {
        "export": "publish_commands",
        "serve": "publish_commands",
        "site": "publish_commands",
        "mcp": "publish_commands",
        "release": "publish_commands",
        "withdraw": "withdraw_command",
    },
    "groups": {
        name: f"{name}_commands" for name in ("tables", "names", "pages", "mappings", "graphs")
    },
}
MODULES: Final = {name: file for section in SECTIONS.values() for name, file in section.items()}
COMMANDS: Final = tuple(MODULES)


def help_text(*codes: str) -> str:
    """Return the first of several codes that the catalogue has, in the language of the person."""
    code = next((code for code in codes if has_sentence(code)), codes[0])
    text = phrase(code, find_language(sys.argv[1:]))
    if "{formats}" in text:
        from hrdgraph.exports.formats import FORMATS

        return text.replace("{formats}", ", ".join(FORMATS))
    return text


def _first_sentence(command: str) -> str:
    """Return what a command does, in short; of a group, its whole line."""
    if has_sentence(group := f"help-group-{command}"):
        return help_text(group)
    whole = re.sub(r" \([^)]*\)", "", help_text(command_code(command)))
    return re.split(r"\s?[:;.] |\.?\n", whole, maxsplit=1)[0] + "."


def option_codes(command: str, option: str) -> tuple[str, str]:
    """Return the codes of an option's help, its own first."""
    name = option.strip("_").replace("_", "-")
    return f"{command_code(command)}-{name}", f"help-{name}"


def command_code(path: str) -> str:
    """Return the code of the help of a command, which is the same in a group as outside it."""
    return f"help-{path.rpartition(' ')[2]}"


class Formatter(click.HelpFormatter):
    """Writes what click itself says of a command in the language of the person."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        usage = f"{help_text('help-usage')}{help_text('word-colon')} "
        super().write_usage(prog, _translate_line(args), prefix or usage)

    def write_heading(self, heading: str) -> None:
        word = help_text(f"help-heading-{heading.lower()}") if heading in _OF_CLICK else heading
        self.write(f"{'':>{self.current_indent}}{word}{help_text('word-colon')}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        super().write_dl(
            [(name, _translate_line(text)) for name, text in rows], col_max, col_spacing
        )


class Context(click.Context):
    """A context whose help is written so."""

    formatter_class = Formatter


def _translate_line(text: str) -> str:
    """Translate a line of help with the words of click in it."""
    for code, words in _SENTENCES.items():
        text = text.replace(words, help_text(code)) if words in text else text
    return text


def _translate_word(word: re.Match[str]) -> str:
    """Translate what stands for a value in the usage of a command."""
    code = f"help-type-{word[0].lower()}"
    return help_text(code) if has_sentence(code) else word[0]


def localise(command: click.Command, path: str) -> click.Command:
    """Have the help of a command, and of those in it, be in the language of the person."""
    command.context_class = Context
    command.help = help_text(f"help-group-{path}", command_code(path))
    command.short_help = command.help.partition("\n")[0]  # click would cut it off
    for param in command.params:
        own: str | None = vars(param).setdefault("own_metavar", param.metavar)
        if isinstance(param, click.Option) and param.name:
            param.help = help_text(*option_codes(path, long_name(param)))
            own = own or (None if param.is_flag else _TYPES.get(param.type.name))
        param.metavar = own and re.sub("[A-Z]+", _translate_word, own)
    for name, inner in getattr(command, "commands", {}).items():
        localise(inner, f"{path} {name}")
    return command


def long_name(option: click.Option) -> str:
    """Return the first long name of an option, without its hyphens."""
    return next((name for name in option.opts if name.startswith("--")), option.opts[0]).lstrip("-")


_OF_CLICK: Final = ("Options", "Commands")
_SENTENCES: Final = {
    "help-of-help": "Show this message and exit.", "help-of-version": "Show the version and exit.",
    "help-default": "[default: ", "help-required": "[required]", "help-usage-options": "[OPTIONS]",
    "help-usage-command": "COMMAND [ARGS]...",
}  # fmt: skip
_TYPES: Final = {
    **dict.fromkeys(("integer", "integer range", "float", "float range"), "NUMBER"), "text": "TEXT",
    **dict.fromkeys(("path", "file"), "FILE"), "directory": "DIRECTORY", "size": "SIZE",
    "day": "DAY",
}  # fmt: skip


MISUSED: Final = 2
INTERRUPTED: Final = 130
FAULT: Final = 70  # EX_SOFTWARE of sysexits.h
# objects more than there were, at which circles of references are looked for: by the 700 of Python
# that takes 6% of the CPU time of a build of the shipped project, and 9% of an explanation
_ALLOCATED: Final = 20_000


class _ReaderGone(Exception):
    """Whoever read our output has gone. A BrokenPipeError would not reach us: click ends the
    process on it, with 1."""


@contextmanager
def _catch_broken_pipe() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderGone from error


class Commands(click.Group):
    """A group whose commands are imported when they are needed: `--help` loads none of them."""

    context_class = Context

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with _catch_broken_pipe():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _catch_broken_pipe():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        import_module(f"hrdgraph.cli.{MODULES[cmd_name]}")
        command = MADE[cmd_name]()
        is_shown = isinstance(command, click.Group) or any(
            argument in ("--help", "-h") for argument in (ctx.args or sys.argv)
        )
        return localise(command, cmd_name) if is_shown else command

    def get_help(self, ctx: click.Context) -> str:
        self.help = help_text("help-hrdgraph")
        return super().get_help(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- the signature is click's
        width = max(map(len, COMMANDS))
        for section, commands in SECTIONS.items():
            with formatter.section(help_text(f"help-section-{section}")):
                formatter.write_dl(
                    [(name.ljust(width), _first_sentence(name)) for name in commands]
                )


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="hrdgraph", message="%(prog)s %(version)s")
def app() -> None:
    """Run the command line."""


def prepare() -> None:
    """Make the process ready for any command."""
    guard()
    gc.set_threshold(_ALLOCATED)
    sys.unraisablehook = _unraisable


def main() -> NoReturn:
    """Run the command line in a process that is prepared, and exit."""
    code = run(sys.argv[1:])
    settle()
    gc.freeze()  # cycles among what ends anyway: without, a small mapping takes a tenth longer
    sys.exit(code)


def _unraisable(what: Any) -> None:
    """Say what came up where nothing can be raised, but for an interruption: it is said already,
    or can be made again."""
    if what.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(what)


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code."""
    known: list[str] = []  # the languages of the project, once it is opened
    try:
        result = app.main(arguments, prog_name="hrdgraph", standalone_mode=False, obj=known)
        sys.stdout.flush()
    except (_ReaderGone, BrokenPipeError):
        silence(sys.stdout)  # nothing is wrong, and the interpreter must not try to flush again
        return 0
    except (
        KeyboardInterrupt,
        click.Abort,
    ) as error:  # before the others: click's is a RuntimeError
        click.echo(phrase("interrupted-unchanged", find_language(arguments, known)), err=True)
        ended = error.__cause__ if isinstance(error, click.Abort) else error
        return 128 + ended.args[0] if isinstance(ended, Ended) else INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:  # its message is the help
        error.show()
        return MISUSED
    except (click.ClickException, UsageError) as error:
        is_in_group = " ".join(arguments[:2]) in MADE
        _tell(misuse_of(error, arguments, " ".join(arguments[: 1 + is_in_group])), arguments, known)
        return MISUSED
    except Exception as error:  # a person is told in a sentence, with the exit code
        if isinstance(error, HrdgraphError):
            _tell(error, arguments, known)
            return 1
        if os.environ.get("HRDGRAPH_DEBUG"):
            raise error
        # no fault of ours, though we should have known better where it comes from
        if isinstance(error, OSError):
            hint = "check-file-and-disk"
            fact = Message("library-says", reason=reason_of(error))
            _tell(
                HrdgraphError(fact, origin=Origin(str(error.filename or "")), hint=hint),
                arguments,
                known,
            )
            return 1
        # not a failure that a person can mend: say so, instead of showing the inside of the program
        click.echo(f"error: an error in hrdgraph itself: {type(error).__name__}: {error}", err=True)
        click.echo("  hint: HRDGRAPH_DEBUG=1 shows where; please report it", err=True)
        return FAULT
    return result if isinstance(result, int) else 0


def _wants_json(arguments: list[str]) -> bool:
    return "--json" in takewhile(lambda argument: argument != "--", arguments)


def _tell(error: HrdgraphError, arguments: list[str], known: list[str]) -> None:
    """Tell an error to machines, in English, or to the person, in a language of hers."""
    if _wants_json(arguments) and _is_told(
        json.dumps({"error": error.as_dict()}, ensure_ascii=False, indent=2)
    ):
        return
    click.echo(render_error(error, find_language(arguments, known)), err=True)
    for item in getattr(error, "errors", (error,)) if sys.stderr.isatty() else ():
        for context in getattr(item, "contexts", ()):  # words of a page: for eyes, never for a log
            click.echo(f"  {context}", err=True)


def _is_told(text: str) -> bool:
    try:
        echo_utf8(text)
    except (BrokenPipeError, HrdgraphError):  # nobody reads it there
        return False
    return True
