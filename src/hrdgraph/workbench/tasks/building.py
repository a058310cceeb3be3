"""The build of a project as a task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hrdgraph.library.building import build
from hrdgraph.library.progress import Progress


def build_project(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Build, and say what came of it in numbers."""
    done = build(
        Path(given["project"]),
        on_error="skip" if given.get("skip") else "stop",
        progress=progress,
    )
    result = done.result
    return {
        "failed": done.failed,
        "statements": len(result.graph),
        "counts": dict(done.counts),
        "findings": len(result.findings),
        "withheld": sum(result.withheld.values()),
        "withheld_for": {reason: count for reason, count in result.withheld.items() if count},
        "left_out": len(result.left_out),
    }
