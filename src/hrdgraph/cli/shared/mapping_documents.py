"""The options that say how a mapping document is read, for every command that takes one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from hrdgraph.cli.shared.option_values import OneOf

if TYPE_CHECKING:
    pass

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS: Final = (
    click.option(
        "--base",
    ),
    click.option(
        "--database",
    ),
    click.option(
        "--datatypes",
        type=OneOf(["check", "keep"]),
    ),
    click.option(
        "--outside",
        is_flag=True,
    ),
    click.option(
        "--servers",
        is_flag=True,
    ),
)


def reading_options(function: F) -> F:
    """`--base`, `--database`, `--datatypes`, `--outside` and `--servers`, which the functions of
    the library take as they are."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
