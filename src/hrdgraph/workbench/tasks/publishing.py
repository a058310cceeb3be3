"""What goes before the public as tasks: releases, sites, withdrawals and their check."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from hrdgraph.errors import HrdgraphError
from hrdgraph.library.progress import Progress
from hrdgraph.library.publishing import site
from hrdgraph.library.releases import diff, release
from hrdgraph.library.withdrawal import decide, find_withdrawn
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import RELEASES
from hrdgraph.release.bundle import latest_release


def change_since_release(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """What changed since the last release; no version where there is none."""
    root = Path(given["project"])
    last = latest_release(root / RELEASES)
    if last is None:
        return {"version": "", "totals": {}}
    return {"version": last[0], "totals": dict(diff(last[1], root).totals)}


def make_release(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write a release; no folder where nothing changed since the last one."""
    root = Path(given["project"])
    made = release(given["version"] or None, project=root, progress=progress)
    return {
        "version": made.version,
        "folder": str(made.folder) if made.folder else "",
        "previous": made.previous,
        "files": len(made.files),
    }


def make_site(given: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the pages as files."""
    folder = Path(given["folder"]).expanduser()
    count = site(
        folder, project=Path(given["project"]), base_url=given["address"], progress=progress
    )
    return {"files": count, "folder": str(folder)}


def take_down(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Withdraw a thing, or let it be published again; the names that it is about, and who else
    bears one of them."""
    decided = decide(
        given["thing"],
        reason=given["reason"],
        code=given["code"],
        who=given["who"],
        undo=given["undo"],
        project=Path(given["project"]),
    )
    with suppress(HrdgraphError):  # it is down, whatever cannot be read
        _throw_away(open_project(Path(given["project"])))
    namesakes = [f"{each.name}: {each.iri}" for each in decided.namesakes]
    missing = decided.is_mentioned is False
    return {"names": decided.names, "namesakes": namesakes, "missing": missing}


def _throw_away(project: Project) -> None:
    """Throw away the files that nobody agreed to yet, where they tell of what was withdrawn."""
    inbox = project.drafts_dir / "inbox"
    if not inbox.is_dir():
        return
    left = find_withdrawn([inbox], project=project).left
    for folder in inbox.iterdir():
        if any(item.place.startswith(f"{folder}{os.sep}") for item in left):
            shutil.rmtree(folder, ignore_errors=True)


def check_withdrawn(given: dict[str, Any], _: Progress) -> dict[str, Any]:
    """Where something of what was withdrawn still stands."""
    project = open_project(Path(given["project"]))
    _throw_away(project)
    found = find_withdrawn(project=project)
    return {
        "names": found.names,
        "pieces": found.pieces,
        "left": [
            {"place": item.place, "kind": item.kind, "text": item.text} for item in found.left
        ],
        "older": list(found.older),
    }
