"""What commands share: options that mean the same everywhere, the project and the language, the
word of a person who takes what is restricted, and how answers are printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import islice, pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import click

from hrdgraph.catalogue import LANGUAGES, phrase
from hrdgraph.cli.option_values import OneOf, PathTo
from hrdgraph.cli.process import visible
from hrdgraph.errors import HrdgraphError, ProjectError, group_alike
from hrdgraph.library.calls import UsageError

if TYPE_CHECKING:
    from hrdgraph.catalogue.message import Value
    from hrdgraph.project import Project


VIOLATIONS: Final = 3  # the exit code where something is found that nobody has explained
F = TypeVar("F", bound=Callable[..., Any])
_PIECES: Final = 1 << 16  # of a JSON text that are written at once


def project_option(function: F) -> F:
    """`--project DIR`, the folder with hrdgraph.toml; this folder without it."""
    path = PathTo(path_type=Path, file_okay=False)
    return click.option("--project", "-p", "root", type=path, default=Path())(function)


def project_argument(function: F) -> F:
    """Add the project as the argument `[PROJECT]`, or as `--project DIR`; else this folder."""

    @wraps(function)
    def command(*arguments: Any, place: Path | None, root: Path, **options: Any) -> Any:
        if place is not None and root != Path():
            raise UsageError("not-together", names="PROJECT, --project", hint="keep-one")
        return function(*arguments, root=root if place is None else place, **options)

    path = PathTo(path_type=Path, file_okay=False)
    argument = click.argument("place", metavar="[PROJECT]", required=False, default=None, type=path)
    return cast("F", argument(project_option(command)))


def language_option(function: F) -> F:
    """`--lang`, the language of labels and messages; that of the environment without it."""
    return click.option("--lang", default=None)(function)


def json_option(function: F) -> F:
    """`--json`, for machines."""
    return click.option("--json", "as_json", is_flag=True)(function)


def open_in(root: Path, *, with_sources: bool = True, only: Sequence[str] = ()) -> Project:
    """Open the project in a folder, with all of its sources or some."""
    from hrdgraph.project import open_project

    project = open_project(root, with_sources=with_sources, only=only)
    context = click.get_current_context(silent=True)
    if context and isinstance(context.obj, list):  # for errors that come later, see `app`
        context.obj[:] = project.languages
    from hrdgraph.tempfiles import sweep

    for folder in filter(None, (str(project.root), os.environ.get("CACHE_DIRECTORY"))):
        sweep(Path(folder), ".serve-")
    return project


def languages(chosen: str | None, project: Project | None = None) -> tuple[str, ...]:
    """Return the languages to try for labels: the one chosen or the system's first, then the
    project's. A chosen one that neither the project nor this program speaks is told."""
    known = project.languages if project else LANGUAGES
    first = (chosen or (_system_language() if project else "")).lower()
    spoken = dict.fromkeys((*known, *LANGUAGES))
    first = first.partition("-")[0] if first not in spoken else first
    if chosen and first not in spoken:
        names = ", ".join(spoken)
        tell("language-not-known", find_language(()), err=True, chosen=chosen, known=names)
    return (first, *(tag for tag in known if tag != first)) if chosen or first in known else known


def spoken_language(chosen: str | None) -> str:
    """Return the language of a command's words without a project: the one chosen, or the
    system's."""
    system = _system_language()
    return languages(chosen or (system if system in LANGUAGES else None))[0]


def find_language(arguments: Sequence[str], known: Sequence[str] = ()) -> str:
    """Return the language of a person by the arguments of her command: `--lang`, else the
    system's; where that is none of ours, the first of those `known`, a project's."""
    options = list(takewhile(lambda argument: argument != "--", arguments))
    given = [option.partition("=")[2] for option in options if option.startswith("--lang=")]
    given += [value for option, value in pairwise(options) if option == "--lang"]
    first = (given[-1].lower() if given else _system_language())[:2]
    return first if given or first in LANGUAGES or not known else known[0][:2]


def render_error(error: HrdgraphError, language: str) -> str:
    """Tell a person an error in her language, or in English."""
    return phrase("error", language, fact=error.text(language))


def _system_language() -> str:
    return next(
        (
            os.environ[name][:2]
            for name in ("LC_ALL", "LC_MESSAGES", "LANG")
            if os.environ.get(name)
        ),
        "",
    )


def tell(
    code: str, language: str, /, *, err: bool = False, apart: bool = False, **fields: Value
) -> None:
    """Print the sentence of a code; `apart` from what stands above it."""
    click.echo("\n" * apart + phrase(code, language, **fields), err=err)


_REASONS: Final = 12  # why cells are left out: shown, the rest is in the worksheet


def tell_left_out(code: str, errors: Sequence[HrdgraphError], file: Path, language: str) -> None:
    """Say why cells are left out: each reason once, the most common first, and in which `file`
    all of them stand."""
    tell(code, language, apart=True, count=len(errors))
    reasons = group_alike(errors)
    for reason in reasons[:_REASONS]:
        click.echo(render_error(reason[0], language))
        if more := len(reason) - 1:
            tell("and-more", language, count=more)
    if more := len(reasons[_REASONS:]):
        tell("and-more", language, count=more)
    tell("left-out-listed", language, file=file)


def parameter_pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return the parameters of a question, each given as KEY=VALUE."""
    return dict(_pair(text) for text in texts)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError("param-without-value", text=text)
    return name.strip(), value


def name_options(names: Iterable[str]) -> str:
    """Return the names of parameters as they are typed: `--as-of, --store`."""
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)


def echo_json(value: object) -> None:
    """Print a value as JSON, piece by piece: the whole text of a large one takes more memory
    than the value."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=2).iterencode(value)
    while piece := "".join(islice(pieces, _PIECES)):
        click.echo(visible(piece).encode(), nl=False)
    click.echo(b"")


def echo_utf8(text: str) -> None:
    """Print what programs read: JSON is UTF-8 whatever the terminal speaks."""
    click.echo(visible(text).encode())


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """Print a table that fits the terminal. On a pipe, lines are not folded."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    printed = Table(
        title=visible(title) or None, title_justify="left", box=None, pad_edge=False,
        header_style="bold",
    )  # fmt: skip
    for name in columns:
        printed.add_column(name, overflow="fold")
    for row in rows:
        printed.add_row(*(Text(visible(cell)) for cell in row))
    console.print(printed)


def findings_table(rows: Sequence[Sequence[str]], language: str) -> None:
    """Print findings, each kind once, with how often it was found."""
    from hrdgraph.catalogue.words import headings, word

    columns = headings(("found", "times", "rule", "what", "look at"), language)
    table(columns, [(word(row[0], language), *row[1:]) for row in rows])


WORD = "I answer for it"


def include_options(function: F) -> F:
    """`--include restricted` with `--who`, `--reason` and `--i-answer-for-it`: a person's word,
    which is asked for on a terminal."""

    @wraps(function)
    def command(
        *arguments: Any, include: str | None, who: str, reason: str, word: bool, **options: Any
    ) -> Any:
        who, reason = read_answer(include, who, reason, word=word)
        return function(*arguments, include=include, who=who, reason=reason, **options)

    options = (
        click.option("--include", type=OneOf(["restricted"])),
        click.option("--who", default="", metavar="NAME"),
        click.option("--reason", default=""),
        click.option("--i-answer-for-it", "word", is_flag=True),
    )
    for option in reversed(options):
        command = option(command)
    return cast("F", command)


def read_answer(include: str | None, who: str, reason: str, *, word: bool) -> tuple[str, str]:
    """Return who answers, and for what: empty where nothing restricted is wanted. Asked for on a
    terminal; elsewhere all three options are needed."""
    if include is None:
        if who or reason or word:
            options = "--who, --reason, --i-answer-for-it"
            raise UsageError("goes-with", option=options, options="--include restricted")
        return "", ""
    if not word and sys.stdin.isatty():
        who, reason = _ask_answer(who, reason)
    elif not (word and who.strip() and reason.strip()):
        raise ProjectError("restricted-needs-confirmation", hint="confirm-restricted")
    return who.strip(), reason.strip()


def _ask_answer(who: str, reason: str) -> tuple[str, str]:
    language = find_language(sys.argv[1:])
    click.echo(phrase("restricted-copy-warning", language), err=True)
    who = who.strip() or click.prompt(phrase("ask-who-answers", language), err=True)
    reason = reason.strip() or click.prompt(phrase("ask-what-for", language), err=True)
    typed = click.prompt(phrase("ask-type-word", language, word=WORD), err=True)
    if typed.strip().lower() != WORD.lower():
        raise ProjectError("restricted-not-confirmed")
    return who, reason


def read_key() -> str:
    """Read a key, or the first letter of a line where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip().lower()[:1]
    key = click.getchar()
    click.echo(key if key.isprintable() else "")
    return key.lower()
