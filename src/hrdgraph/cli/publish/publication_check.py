"""A build that must not be published: one refusal that says why, for all commands that put
something before the public."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from hrdgraph.catalogue import Message
from hrdgraph.cli.shared.common import VIOLATIONS, asked_in, echo_json, error_told
from hrdgraph.errors import ProjectError
from hrdgraph.library.fitness import UnfitError

if TYPE_CHECKING:
    from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE

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
        from hrdgraph.findings.history import FILE, worst_rules

        asked = click.get_current_context().params.get("lang")
        language = asked_in(("--lang", asked) if asked else (), project.languages)
        fact = Message("nothing-published", done=Message(f"done-{done}"), reason=error.message)
        refusal = ProjectError(fact, hint=error.advice)
        rules = list(worst_rules(project.build_dir / PRIVATE / FILE, _RULES, language))
        outcome.code = VIOLATIONS
        if click.get_current_context().params.get("as_json"):
            echo_json({"error": refusal.as_dict() | {"rules": rules}})
            return
        first, _, way_out = error_told(refusal, language).partition("\n")
        click.echo("\n".join([first, *(f"  {line}" for line in rules), way_out]), err=True)
