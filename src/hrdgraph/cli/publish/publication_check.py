"""A build that must not be published: one refusal that says why, for all commands that put
something before the public."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.catalogue import Message
from hrdgraph.cli.shared.common import asked_in, error_told
from hrdgraph.errors import ProjectError
from hrdgraph.library.fitness import UnfitError

if TYPE_CHECKING:
    from hrdgraph.project import Project

VIOLATIONS: Final = 3  # the exit code of a refusal
_RULES: Final = 5  # named in a refusal


class CommandOutcome:
    """What came of a command: its exit code."""

    code = 0


@contextmanager
def refused(project: Project, *, done: str) -> Iterator[CommandOutcome]:
    """Where the block finds a build with violations, say so: the worst rules, and where to look.
    `done` is what would have been done with it (`exported`)."""
    outcome = CommandOutcome()
    try:
        yield outcome
    except UnfitError as error:
        from hrdgraph.validate.findings.history import FILE, worst_rules

        language = asked_in((), project.languages)
        fact = Message("nothing-published", done=Message(f"done-{done}"), reason=error.message)
        told = error_told(ProjectError(fact, hint=error.advice), language)
        first, _, way_out = told.partition("\n")
        rules = (f"  {line}" for line in worst_rules(project.build_dir / FILE, _RULES, language))
        click.echo("\n".join([first, *rules, way_out]), err=True)
        outcome.code = VIOLATIONS
