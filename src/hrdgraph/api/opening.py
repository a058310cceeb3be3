"""A project folder into its built graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hrdgraph.api.graph import Graph
from hrdgraph.project import Project, open_project


def open(path: str | Path | Project = ".", *, languages: Sequence[str] = ()) -> Graph:
    """Open the built graph of a project or its folder, without search, for parts of this program;
    `hrdgraph.open` is for others. ProjectError where it is no project or has not been built."""
    project = path if isinstance(path, Project) else open_project(Path(path))
    return Graph(project, languages)
