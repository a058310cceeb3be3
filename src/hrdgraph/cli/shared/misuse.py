"""What click says of a command that is called wrongly into an error with a code, fields and a way
out."""

from __future__ import annotations

import click

from hrdgraph.catalogue import Message
from hrdgraph.library.misuse import UsageError
from hrdgraph.nearest import meant


def misuse_of(error: click.ClickException) -> UsageError:
    """The error that a person or a program is told; in the words of click where it has no code."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    help_of = Message("see-help", command=context.command_path if context else "hrdgraph")
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        return UsageError("option-unknown", option=name, hint=_meant(name, context, help_of))
    param = getattr(error, "param", None)
    if isinstance(error, click.MissingParameter) and param and not _has_choices(param):
        code = "option-missing" if isinstance(param, click.Option) else "argument-missing"
        name = param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(context)
        return UsageError(code, option=name, hint=help_of)
    return UsageError("library-says", reason=error.format_message(), hint=help_of)


def _has_choices(param: click.Parameter) -> bool:
    return isinstance(param.type, click.Choice)


def _meant(name: str, context: click.Context | None, otherwise: Message) -> Message:
    """The option of the command that was likely meant."""
    params = context.command.get_params(context) if context else []
    return meant(name, [option for param in params for option in param.opts], otherwise)
