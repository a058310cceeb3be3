"""The projects that were opened last, by their folders; nothing else is remembered outside of a
project."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from hrdgraph.project.open import SETTINGS
from hrdgraph.user_state import state_folder

_MOST: Final = 8


def _file() -> Path:
    return state_folder() / "workbench.json"


def recent_projects() -> list[Path]:
    """The projects that were opened last and are still there, the last one first."""
    with suppress(OSError, ValueError):
        found = json.loads(_file().read_text("utf-8"))
        return [Path(text) for text in found if (Path(text) / SETTINGS).is_file()]
    return []


def remember_project(folder: Path) -> None:
    """Put a project first. Where nothing can be written, nothing is remembered."""
    known = [folder, *(one for one in recent_projects() if one != folder)]
    with suppress(OSError):
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(json.dumps([str(one) for one in known[:_MOST]]), "utf-8")
