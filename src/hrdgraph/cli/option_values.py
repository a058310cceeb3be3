"""What a person types for an option or an argument into a value; where it is none, an error with a
code, fields and a way out.

Commands take no type of click itself: what those say is an English sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from hrdgraph.catalogue import Message, kind_word
from hrdgraph.errors import HrdgraphError
from hrdgraph.library.calls import UsageError, bytes_of
from hrdgraph.nearest import hint_at, nearest


def name_of(param: click.Parameter | None) -> str:
    """Return an option as people know it, by its long name; an argument as the help names it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=lambda name: name.startswith("--"))
    return param.human_readable_name.strip("[]") if param else ""


def refuse(code: str, param: click.Parameter | None, **fields: Any) -> HrdgraphError:
    """Return the error of a value that an option or an argument does not take."""
    return UsageError(code, option=name_of(param), **fields)


class OneOf(click.Choice[str]):
    """One of some words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        with suppress(click.BadParameter):
            return super().convert(value, param, ctx)
        every = Message("there-is", known=tuple(self.choices))
        hint = hint_at(value, self.choices, every, count=2)
        raise refuse("option-takes-other", param, value=value, hint=hint)


class Number(click.FloatRange):
    """A number in a range: nan is in none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        with suppress(click.BadParameter):
            number: float = super().convert(value, param, ctx)
            if number == number:
                return number
        raise refuse("takes-not", param, value=value, kind=_within("number", self))


class WholeNumber(click.IntRange):
    """A whole number in a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        with suppress(click.BadParameter):
            number: int = super().convert(value, param, ctx)
            return number
        raise refuse("takes-not", param, value=value, kind=_within("whole-number", self))


def _within(kind: str, type: click.IntRange | click.FloatRange) -> Message:
    most, end = type.max, "above" if type.min_open else "from"
    code = f"range-{end}" if most is None else "range-from-to"
    return Message(code, kind=kind_word(kind), least=f"{type.min}", most=f"{most}")


class Size(click.ParamType[int]):
    """A number of bytes, such as 512M or 2G, `least` or more; one without a letter counts in the
    unit `plain`, else in bytes."""

    name = "size"

    def __init__(self, plain: str = "", *, least: int = 0) -> None:
        self._plain, self._least = plain, least

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 -- click gives it
    ) -> int:
        if isinstance(value, int):
            return value

        with suppress(ValueError):
            size = bytes_of(value, self._plain)
            if size >= self._least:
                return size
        raise refuse("takes-not", param, value=value, kind=kind_word("size"))


class Day(click.ParamType[date]):
    """A day as 2013-05-21."""

    name = "day"

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 -- click gives it
    ) -> date:
        with suppress(ValueError):
            return value if isinstance(value, date) else date.fromisoformat(value)
        raise refuse("takes-not", param, value=value, kind=Message("example-date"))


class PathTo(click.Path):
    """A path, not to a folder where a file is asked for, or the other way round."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        with suppress(click.BadParameter):
            return super().convert(value, param, ctx)
        raise refuse(self._fault(Path(value)), param, path=str(value))

    def _fault(self, path: Path) -> str:
        if not path.exists():
            return "option-path-missing"
        if path.is_dir():
            return "option-path-unreadable" if self.dir_okay else "file-is-folder"
        return "option-path-unreadable" if self.file_okay else "option-takes-folder"


class Place(PathTo):
    """A path, or a URL, which is a text."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a URL as it is; a path as a path."""
        if isinstance(value, str) and "://" in value:
            return value
        return super().convert(value, param, ctx)


def misuse_of(
    error: click.ClickException | UsageError, arguments: Sequence[str], name: str
) -> UsageError:
    """Return the error that a person or a program is told; where nothing else leads out, the help
    of the command `name` does."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    usage = error if isinstance(error, UsageError) else _of_click(error, context, arguments)
    if usage.advice:
        return usage
    command = context.command_path if context else f"hrdgraph {name}"
    return UsageError(
        usage.message, origin=usage.origin, hint=Message("see-address", address=f"{command} --help")
    )


def _of_click(
    error: click.ClickException, context: click.Context | None, arguments: Sequence[str]
) -> UsageError:
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        params = context.command.get_params(context) if context else []
        # all begin alike, so hyphens do not count
        bare = {option.lstrip("-"): option for param in params for option in param.opts}
        near = nearest(name.lstrip("-"), bare)
        hint = Message("did-you-mean", nearest=bare[near]) if near else None
        return UsageError("not-known-here", name=name, hint=hint)
    if isinstance(error, click.NoSuchCommand) and context:
        group = context.command
        known = group.list_commands(context) if isinstance(group, click.Group) else []
        hint = hint_at(error.command_name, known, count=2)
        return UsageError("not-known-here", name=error.command_name, hint=hint)
    if isinstance(error, click.MissingParameter) and error.param:
        choices = error.param.type.choices if isinstance(error.param.type, click.Choice) else ()
        hint = Message("there-is", known=tuple(choices)) if choices else None
        return UsageError("missing", option=name_of(error.param), hint=hint)
    if isinstance(error, click.BadOptionUsage):
        is_given = any(argument.startswith(f"{error.option_name}=") for argument in arguments)
        fact = "option-takes-nothing" if is_given else "option-without-value"
        return UsageError(fact, option=error.option_name)
    if type(error) is click.UsageError and context and (extra := _extra(context, arguments)):
        pairs = tuple(f"'-P {each}'" for each in extra if "=" in each)
        is_question = pairs and context.command.name == "query"
        hint = Message("did-you-mean-one", names=pairs) if is_question else None
        return UsageError("arguments-extra", arguments=tuple(extra), count=len(extra), hint=hint)
    return UsageError("library-says", reason=error.format_message())


def _extra(context: click.Context, arguments: Sequence[str]) -> list[str]:
    """Return the arguments that a command has no place for: those of its own line that are left
    when it is read once more."""
    own = arguments[len(context.command_path.split()) - 1 :]
    return context.command.make_parser(context).parse_args(list(own))[1]
