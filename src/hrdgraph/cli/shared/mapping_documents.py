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
        help="What relative IRIs of a mapping are resolved against.  [default: "
        "http://example.com/base/]",
    ),
    click.option(
        "--database",
        help="The database, as a URL, that R2RML leaves open: sqlite:file.db, "
        "postgresql://user@host/name …",
    ),
    click.option(
        "--datatypes",
        type=OneOf(["check", "keep"]),
        help="Texts that their datatype does not allow, such as 31/12/2001 as xsd:date: errors, or "
        "written as they are.  [default: check]",
    ),
    click.option(
        "--outside",
        is_flag=True,
        help="Let the mapping read files outside its folder, and write targets outside this one.",
    ),
    click.option("--servers", is_flag=True, help="Let the mapping ask database servers."),
)


def reading_options(function: F) -> F:
    """`--base`, `--database`, `--datatypes`, `--outside` and `--servers`, which the functions of
    the library take as they are."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
