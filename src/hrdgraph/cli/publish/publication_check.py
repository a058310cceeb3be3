"""A build that must not be published into a refusal that says why: one for all commands that put
something before the public."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

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
        raise ProjectError(
            reason, hint="run `hrdgraph build` without --no-validate, or say --even-with-violations"
        )
    if reason:
        report = project.build_dir / PRIVATE / "report.html"
        hint = (
            f"see {report}; correct the rows, or explain them in data/known_findings.csv, and "
            f"build again;"
            " --even-with-violations goes on all the same"
        )
        language = asked_in((), project.languages)
        fact, _, way_out = error_told(
            ProjectError("nothing-published", done=done, reason=reason, hint=hint), language
        ).partition("\n")
        rules = (f"  {line}" for line in worst_rules(project.build_dir / FILE, _RULES, language))
        click.echo("\n".join([fact, *rules, way_out]), err=True)
    return bool(reason)
