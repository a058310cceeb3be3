"""A build that must not be published into a refusal that says why: one for all commands that put
something before the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from hrdgraph.catalogue import Message
from hrdgraph.cli.shared.common import asked_in, error_told
from hrdgraph.errors import ProjectError

if TYPE_CHECKING:
    from hrdgraph.project import Project

VIOLATIONS: Final = 3  # the exit code of a refusal
_RULES: Final = 5  # named in a refusal


def is_refused(manifest: Mapping[str, Any], project: Project, *, done: str) -> bool:
    """Whether the last build has violations, which is said: the worst rules, and where to look.
    `done` is what would have been done with it (`exported`). ProjectError where nobody has
    looked for violations."""
    from hrdgraph.project.manifest import why_unfit
    from hrdgraph.project.model import PRIVATE
    from hrdgraph.validate.findings.history import FILE, worst_rules

    reason = why_unfit(manifest)
    if reason and not manifest["failed"]:
        raise ProjectError(reason, hint="build-with-validation")
    if reason:
        report = project.build_dir / PRIVATE / "report.html"
        hint = Message("see-correct-rows-or-explain", report=report)
        language = asked_in((), project.languages)
        fact, _, way_out = error_told(
            ProjectError("nothing-published", done=done, reason=reason, hint=hint), language
        ).partition("\n")
        rules = (f"  {line}" for line in worst_rules(project.build_dir / FILE, _RULES, language))
        click.echo("\n".join([fact, *rules, way_out]), err=True)
    return bool(reason)
