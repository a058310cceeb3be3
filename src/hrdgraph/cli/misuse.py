"""What is said of a command that is called wrongly, by click or by the library, into an error with
a code, fields and a way out."""

from __future__ import annotations

from collections.abc import Sequence

import click

from hrdgraph.catalogue import Message
from hrdgraph.cli.option_values import name_of
from hrdgraph.library.calls import UsageError
from hrdgraph.nearest import meant, nearest


def misuse_of(error: click.ClickException | UsageError, arguments: Sequence[str]) -> UsageError:
    """The error that a person or a program is told; where nothing else leads out, the help of the
    command does."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    told = error if isinstance(error, UsageError) else _of_click(error, context, arguments)
    if told.advice:
        return told
    command = context.command_path if context else " ".join(["hrdgraph", *arguments[:1]])
    return UsageError(told.message, origin=told.origin, hint=Message("see-help", command=command))


def _of_click(
    error: click.ClickException, context: click.Context | None, arguments: Sequence[str]
) -> UsageError:
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        return UsageError("option-unknown", option=name, hint=_meant(name, context))
    if isinstance(error, click.NoSuchCommand) and context:
        return _unknown_command(error.command_name, context)
    if isinstance(error, click.MissingParameter) and error.param:
        return _missing(error.param)
    if isinstance(error, click.BadOptionUsage):
        return _option_usage(error.option_name, arguments)
    if type(error) is click.UsageError and context and (extra := _extra(context, arguments)):
        return UsageError("arguments-extra", arguments=tuple(extra), count=len(extra))
    return UsageError("library-says", reason=error.format_message())


def _unknown_command(name: str, context: click.Context) -> UsageError:
    group = context.command
    known = group.list_commands(context) if isinstance(group, click.Group) else []
    hint = meant(name, known, Message("there-is-these", known=tuple(known)), count=2)
    return UsageError("command-unknown", command=name, hint=hint)


def _meant(name: str, context: click.Context | None) -> Message | None:
    """The option of the command that was likely meant: all begin alike, so hyphens do not count."""
    params = context.command.get_params(context) if context else []
    bare = {option.lstrip("-"): f"'{option}'" for param in params for option in param.opts}
    near = nearest(name.lstrip("-"), bare)
    return Message("did-you-mean-one", names=(bare[near],)) if near else None


def _missing(param: click.Parameter) -> UsageError:
    code = "option-missing" if isinstance(param, click.Option) else "argument-missing"
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    hint = Message("there-is-these", known=tuple(choices)) if choices else None
    return UsageError(code, option=name_of(param), hint=hint)


def _option_usage(name: str, arguments: Sequence[str]) -> UsageError:
    is_given = any(argument.startswith(f"{name}=") for argument in arguments)
    return UsageError("option-takes-nothing" if is_given else "option-without-value", option=name)


def _extra(context: click.Context, arguments: Sequence[str]) -> list[str]:
    """The arguments that a command has no place for: those of its own line that are left when it
    is read once more."""
    own = arguments[len(context.command_path.split()) - 1 :]
    return context.command.make_parser(context).parse_args(list(own))[1]
