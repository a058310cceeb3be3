"""The manifest of a build into what it says, and whether the build may be published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.project.model import Project
from hrdgraph.translation import counted


def read_manifest(project: Project) -> tuple[Mapping[str, Any], str]:
    """The manifest of the last build and its SHA-256, which changes with any file of the build.
    ProjectError where there is none, or it is damaged."""
    path = project.manifest_file
    try:
        data = path.read_bytes()
        return json.loads(data), hashlib.sha256(data).hexdigest()
    except FileNotFoundError as error:
        raise ProjectError(
            "graph-not-built",
            origin=Origin(str(path)),
            hint="build-first",
        ) from error
    except (OSError, ValueError) as error:
        raise ProjectError(
            "manifest-damaged",
            reason=error,
            origin=Origin(str(path)),
            hint="build-again",
        ) from error


def why_unfit(manifest: Mapping[str, Any]) -> str:
    """Why a build is not to be published; nothing where it may be."""
    if not manifest["failed"]:
        return "" if manifest["validated"] else "the last build was not validated"
    return f"the last build has {_found(manifest['findings'])} that nobody has explained"


def _found(counts: Mapping[str, int]) -> str:
    """The worst of the findings, counted."""
    violations, warnings = counts["violation"], counts["warning"]
    if violations:
        return counted("{1} {1:violation|violations}", violations)
    if warnings:
        return counted("{1} {1:warning|warnings} (built with --strict)", warnings)
    return "findings about what is not public"
