"""What a shell offers when a person presses Tab: names of questions, things, formats and sources.

Nothing is said where there is no project or no build: a shell asks at every key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.errors import HrdgraphError

if TYPE_CHECKING:
    from hrdgraph.project import Project

MOST: Final = 50  # names that are offered at once
Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _offer(names: Callable[[Project, str], Iterable[str]]) -> Complete:
    """Offer the names that begin as what is typed."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            from hrdgraph.project import open_project

            known = names(open_project(context.params.get("root") or Path()), incomplete)
        except HrdgraphError:
            return []
        return [name for name in known if name.startswith(incomplete)][:MOST]

    return complete


def _questions(project: Project, _: str) -> Iterable[str]:
    from hrdgraph.queries.catalogue import find

    return [query.name for query in find(*project.queries_dirs).questions]


def _things(project: Project, typed: str) -> Iterable[str]:
    """Paths below the base, the next part of each: `award/`, then the awards."""
    from hrdgraph.privacy.readable_build import ReadableBuild

    start = f"<{project.base}"
    texts = ReadableBuild(project).columns().terms
    paths = (
        texts.filter(texts.str.starts_with(start + typed))
        .str.strip_chars("<>")
        .str.strip_prefix(project.base)
    )
    depth = typed.count("/") + 1
    return dict.fromkeys(
        "/".join(text.split("/")[:depth]) + "/" * (text.count("/") >= depth) for text in paths
    )


def _sources(project: Project, _: str) -> Iterable[str]:
    return [source.name for source in project.sources]


questions = _offer(_questions)
things = _offer(_things)
sources = _offer(_sources)


def formats(*names: str) -> Complete:
    """Offer the names of formats, of an export where none are given, and those that people know
    them by too."""

    def complete(
        _context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[str]:
        from hrdgraph.exports.formats import FORMATS
        from hrdgraph.rdfio.formats import ALIASES

        own = names or tuple(FORMATS)
        every = [*own, *(alias for alias, known in ALIASES.items() if known in own)]
        return [name for name in every if name.startswith(incomplete)]

    return complete
