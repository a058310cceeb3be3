"""Find files that programs which keep a folder the same on several computers put beside one that
two people changed at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hrdgraph.project.model import OWN

_STEM: Final = r"(?P<stem>.+?)"
_NAMES: Final = tuple(
    re.compile(_STEM + end, re.I)
    for end in (
        # Dropbox, Nextcloud: in brackets, in the language of the computer
        r" \([^()]*(?:conflict|conflit|conflicto|conflito|konflikt|конфликт)[^()]*\)",
        r"_conflict-\d{8}-\d{6}",  # ownCloud
        r"\.sync-conflict-\d{8}-\d{6}(?:-\w+)?",  # Syncthing
        r"-(?:DESKTOP|LAPTOP|PC|MACBOOK|SURFACE)[\w-]*",  # OneDrive: the name of the computer
        r" \(\d{1,2}\)",  # Google Drive
    )
)


def find_conflicting_copies(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the conflicting copies in what people write, each with the file that it is a copy
    of, where that is there."""
    for name in ("", *OWN):
        for folder, folders, files in os.walk(root / name):
            if not name:
                folders.clear()
            for file in sorted(files):
                if (copied := _original(file)) and copied in files:
                    yield Path(folder, file), Path(folder, copied)


def _original(file: str) -> str:
    """Return the name of the file that one is a conflicting copy of, or ""."""
    stem, ending = os.path.splitext(file)
    match_of_stem = next((match for name in _NAMES if (match := name.fullmatch(stem))), None)
    return f"{match_of_stem['stem']}{ending}" if match_of_stem else ""
