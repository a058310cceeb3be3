"""Paths as people see them: from the project folder, with `/`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

# where the wheel carries the ontology and the questions, and where a checkout has them
SHARED: Final = (
    Path(__file__).parent / "project" / "shared",
    Path(__file__).parents[2],
)
BROUGHT: Final = ("ontology", "queries", "data/sources/countries")
# as texts, since a build asks of hundreds of paths
_OURS: Final = [(base, tuple(f"{base.as_posix()}/{name}/" for name in BROUGHT)) for base in SHARED]


@lru_cache(maxsize=4096)
def project_path(path: Path, root: Path | None) -> str:
    """Return a path as seen from the folder `root`, or in what hrdgraph brings; as it is where it
    lies elsewhere.

    >>> project_path(Path("/project/data/sources"), Path("/project"))
    'data/sources'
    """
    text = f"{path.as_posix()}/"
    bases = [base for base, folders in _OURS if text.startswith(folders)]
    if not bases and root is not None and path.is_relative_to(root):
        bases = [root]
    return path.relative_to(bases[0]).as_posix() if bases else str(path)
