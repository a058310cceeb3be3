"""A build folder into its graph and its manifest, while nothing was withdrawn since it was made:
the one place that decides whether a build may be read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.errors import Origin, ProjectError
from hrdgraph.privacy.withdrawal_state import (
    known_outputs,
    list_mark,
    names_down,
    older_outputs,
    output_parts,
    recorded,
)
from hrdgraph.project import Project, open_project
from hrdgraph.project.manifest import read_manifest
from hrdgraph.project.model import PRIVATE

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph


class ReadableBuild:
    """The last build of a project. Before each reading the list of withdrawals is looked at, and
    ProjectError ends the reading where something was withdrawn since the build was made; so what
    holds one for hours still heeds a withdrawal at once.

    `digest` is that of its manifest. `known` are the names that were down when it was made, where
    the folder itself does not say. ProjectError where there is no build, or it is damaged.
    """

    def __init__(self, project: Project, known: frozenset[str] | None = None) -> None:
        self._project = project
        self.manifest: Mapping[str, Any]
        self.manifest, self.digest = read_manifest(project)
        self._known = recorded(project.build_dir) if known is None else known
        self._mark: object = None
        self.check()

    def check(self) -> None:
        """ProjectError where something was withdrawn since the build was made."""
        mark = list_mark(self._project)
        if mark == self._mark:
            return
        if count := len(names_down(self._project) - self._known):
            raise ProjectError("withdrawn-since-build", count=count)
        self._mark = mark

    def columns(self) -> ColumnGraph:
        """The graph, in columns."""
        self.check()
        return self._columns

    def rules(self) -> ColumnGraph:
        """Which query derived what: its name is the last part of the IRI in place of the graph."""
        self.check()
        return self._rules

    def store(self) -> Path:
        """The folder of the store."""
        self.check()
        return self._project.store_dir

    def private(self, name: str) -> Path:
        """A file that only whoever builds may see."""
        self.check()
        return self._project.build_dir / PRIVATE / name

    @cached_property
    def _columns(self) -> ColumnGraph:
        from hrdgraph.rdfio import load_columns  # who only asks goes without columns

        return load_columns(self._project.columns_dir)

    @cached_property
    def _rules(self) -> ColumnGraph:
        from hrdgraph.rdfio import load_columns

        return load_columns(self._project.columns_dir / "rules")


def built_names(project: Project) -> frozenset[str]:
    """The IRIs of the last build, whatever was withdrawn since: for whoever withdraws. None where
    there is no build."""
    if not project.is_built:
        return frozenset()
    from hrdgraph.rdfio import load_columns

    texts = load_columns(project.columns_dir).terms
    return frozenset(text[1:-1] for text in texts if text.startswith("<"))


def check_readable(path: Path) -> None:
    """ProjectError for a file or folder that is an output of a project, or lies in one, and is
    older than its last withdrawal. The projects are that in which it lies, and that in which one
    works, which knows what it wrote elsewhere."""
    for root in dict.fromkeys(filter(None, map(_project_above, (path, Path.cwd())))):
        if any((root / "data").glob("**/withdrawn*.csv")):  # else nothing was ever withdrawn
            _check_outputs(open_project(root), path.resolve())


def _project_above(path: Path) -> Path | None:
    place = path.resolve()
    return next(
        (each for each in (place, *place.parents) if (each / "hrdgraph.toml").is_file()), None
    )


def _check_outputs(project: Project, path: Path) -> None:
    wanted = project.build_dir.resolve() if path == project.root.resolve() else path
    parts = [part for one in known_outputs(project) for part in output_parts(project, one)]
    inside = [
        part
        for part in parts
        if wanted.is_relative_to(part.resolve()) or part.resolve().is_relative_to(wanted)
    ]
    if older := older_outputs(project, inside):
        raise ProjectError("output-older-than-withdrawal", origin=Origin(str(older[0])))
