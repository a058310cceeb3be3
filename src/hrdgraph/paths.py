"""Paths as people see them: from the project folder, with `/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=4096)
def project_path(path: Path, root: Path | None) -> str:
    """A path as seen from the folder `root`; as it is where it lies elsewhere.

    >>> project_path(Path("/project/data/sources"), Path("/project"))
    'data/sources'
    """
    inside = root is not None and path.is_relative_to(root)
    return path.relative_to(root).as_posix() if root and inside else str(path)
