"""Whether the last build may be put before the public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import Message
from hrdgraph.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hrdgraph.api import Graph
    from hrdgraph.project import Project


class UnfitError(ProjectError):
    """The last build has violations that nobody has explained: nothing of it is published."""


def check_fit(graph: Graph, *, anyway: bool) -> None:
    """UnfitError for a build with violations, ProjectError where nobody has looked for any;
    nothing if it is published `anyway`."""
    check_manifest(graph.manifest, graph.project, anyway=anyway)


def check_manifest(manifest: Mapping[str, Any], project: Project, *, anyway: bool) -> None:
    """The same of what the manifest of a build says."""
    from hrdgraph.project.manifest import why_unfit
    from hrdgraph.project.model import PRIVATE

    reason = Message("") if anyway else why_unfit(manifest)
    if reason and not manifest["failed"]:
        raise ProjectError(reason, hint=Message("build-with-validation"))
    if reason:
        report = project.build_dir / PRIVATE / "report.html"
        hint = Message("see-correct-rows-or-explain", report=report)
        raise UnfitError(reason, hint=hint)
