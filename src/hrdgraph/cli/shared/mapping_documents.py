"""A mapping document into its plan, for every command that takes one, with the options that say
how it is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from hrdgraph.cli.shared.threads import limit_threads

if TYPE_CHECKING:
    from hrdgraph.mapping import Plan

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
        type=click.Choice(["check", "keep"]),
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
    """`--base`, `--database`, `--datatypes`, `--outside` and `--servers`, which go to `planned`
    as they are."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


class Planned(NamedTuple):
    """A plan that is bound to its sources, how many processors to use for it, and the files that
    its document names as sources."""

    plan: Plan
    jobs: int
    sources: tuple[Path, ...]


def planned(
    path: Path,
    *,
    base: str | None,
    database: str | None,
    datatypes: str | None,
    outside: bool,
    servers: bool,
    jobs: int | None = None,
) -> Planned:
    """Read a document, and hold it against its sources. The column engine gets as many threads
    as `limit_threads` says."""
    from hrdgraph.mapping import read_mapping
    from hrdgraph.mapping.language.reader import DEFAULT_BASE
    from hrdgraph.mapping.planning.required_columns import needed_columns
    from hrdgraph.sources.access import allowing

    with allowing(outside=outside, servers=servers):
        document = read_mapping(
            path, base=base or DEFAULT_BASE, database=database or "", ill_typed=datatypes == "keep"
        )
        sources = tuple(source.path for source in needed_columns(document))
        chosen = limit_threads(sources, jobs)
        from hrdgraph.mapping import bind  # only now, since it loads the column engine

        return Planned(bind(document), chosen, sources)
