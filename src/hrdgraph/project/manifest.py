"""The manifest of a build into what it says, and whether the build may be published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, ProjectError
from hrdgraph.project.model import Project


def read_manifest(project: Project) -> tuple[Mapping[str, Any], str]:
    """The manifest of the last build and its SHA-256, which changes with any file of the build.
    ProjectError where there is none, or it is damaged."""
    path = project.manifest_file
    try:
        data = path.read_bytes()
        return json.loads(data), hashlib.sha256(data).hexdigest()
    except FileNotFoundError as error:
        raise ProjectError(
            "graph-not-built", origin=Origin(str(path)), hint="build-first"
        ) from error
    except (OSError, ValueError) as error:
        raise ProjectError(
            "manifest-damaged", reason=error, origin=Origin(str(path)), hint="build-again"
        ) from error


def why_unfit(manifest: Mapping[str, Any]) -> Message:
    """Why a build is not to be published; without a code where it may be."""
    if not manifest["failed"]:
        return Message("" if manifest["validated"] else "last-build-unvalidated")
    return Message("last-build-has", found=_found(manifest["findings"]))


def _found(counts: Mapping[str, int]) -> Message:
    """The worst of the findings, counted."""
    violations, warnings = counts["violation"], counts["warning"]
    if violations:
        return Message("violations-counted", count=violations)
    if warnings:
        return Message("warnings-strict", count=warnings)
    return Message("findings-not-public")
