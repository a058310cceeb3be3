"""A project folder into its built graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hrdgraph.api.graph import Graph
from hrdgraph.project import open_project


def open(path: str | Path = ".", *, languages: Sequence[str] = ()) -> Graph:
    """Open the built graph of a project folder, without search, for parts of this program;
    `hrdgraph.open` is for others. ProjectError where it is no project or has not been built."""
    return Graph(open_project(Path(path)), languages)
