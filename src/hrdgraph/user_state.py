"""Folders of the person who runs the program: what a project folder must not decide by itself.

A project may come from somebody else. Whether its changes are committed, what can be undone in
its tables and which folders it may lead to are kept here, never in the project.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Final

_NAME: Final = "hrdgraph"
_NOWHERE: Final = Path(os.devnull)  # for somebody without a home: nothing can be written below it


def state_folder() -> Path:
    """Return the person's folder for what the program keeps between its runs."""
    from platformdirs import user_state_path

    folder = user_state_path(_NAME, appauthor=False)
    return folder if folder.is_absolute() else _NOWHERE


def cache_folder() -> Path:
    """Return the person's folder for what can be made again."""
    from platformdirs import user_cache_path

    folder = user_cache_path(_NAME, appauthor=False)
    return folder if folder.is_absolute() else _NOWHERE


def project_state(root: Path) -> Path:
    """Return the person's folder for what is kept about a project, known by where it lies."""
    place = os.path.normcase(root.resolve())
    return state_folder() / "projects" / sha256(place.encode("utf-8", "surrogatepass")).hexdigest()


def find_allowed_folders_file() -> Path:
    """Return the file in which a person lists folders that projects may lead to."""
    from platformdirs import user_config_path

    folder = user_config_path(_NAME, appauthor=False)
    return (folder if folder.is_absolute() else _NOWHERE) / "allowed-folders.txt"


def read_allowed_folders() -> list[Path]:
    """Return the folders that projects may lead to, links followed; one stands on each line."""
    try:
        text = find_allowed_folders_file().read_text("utf-8-sig")
    except (OSError, ValueError):
        return []
    folders = (Path(line.strip()) for line in text.splitlines() if line.strip())
    return [folder.resolve() for folder in folders if folder.is_absolute()]
