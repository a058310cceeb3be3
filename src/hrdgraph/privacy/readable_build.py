"""What was made of a project (builds, here or on a server, and what commands wrote elsewhere) and
which of it may be read, because nothing was withdrawn since."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from hrdgraph.errors import HrdgraphError, Origin, ProjectError
from hrdgraph.privacy.withdrawals import close_folder, names_down, read_list_mark
from hrdgraph.project import Project, open_project
from hrdgraph.project.model import PRIVATE, read_manifest, read_private_manifest
from hrdgraph.tempfiles import TemporaryFolder

if TYPE_CHECKING:
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store.remote_session import PushRecord

KEY: Final = "withdrawn"  # of the private manifest: all names that were down when it was built
SERVED: Final = ".serve-"  # begins the names of folders in which a server keeps what it shows
_OUTPUTS: Final = "outputs.txt"


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
        self._known = read_recorded(project.build_dir) if known is None else known
        self._mark: object = None
        self.check()

    def check(self) -> None:
        """ProjectError where something was withdrawn since the build was made."""
        mark = read_list_mark(self._project)
        if mark == self._mark:
            return
        if count := len(names_down(self._project) - self._known):
            raise ProjectError("withdrawn-since-build", count=count)
        self._mark = mark

    def columns(self) -> ColumnGraph:
        """Return the graph, in columns."""
        self.check()
        return self._columns

    def rules(self) -> ColumnGraph:
        """Return which query (by the last part of its IRI) derived what."""
        self.check()
        return self._rules

    def store(self) -> Path:
        """Return the folder of the store."""
        self.check()
        return self._project.store_dir

    def private_file(self, name: str) -> Path:
        """Return the path of a file that only whoever builds may see."""
        self.check()
        return self._project.build_dir / PRIVATE / name

    @cached_property
    def _columns(self) -> ColumnGraph:
        from hrdgraph.rdfio.columns import load_columns  # who only asks goes without columns

        return load_columns(self._project.columns_dir)

    @cached_property
    def _rules(self) -> ColumnGraph:
        from hrdgraph.rdfio.columns import load_columns

        return load_columns(self._project.columns_dir / "rules")


class RemoteBuild(ReadableBuild):
    """What a server holds. Before each reading the list of withdrawals is looked at. Where anybody
    is down, the server must hold the last build of this folder, and that must have been made when
    they were: of another build it is not known whom it shows."""

    def __init__(self, project: Project, record: PushRecord) -> None:
        self._project, self._record = project, record
        self.manifest: Mapping[str, Any] = {"quads": record.count}
        self.digest = record.digest
        self._mark: object = None
        self.check()

    def check(self) -> None:
        """ProjectError where something was withdrawn since the build was made, or may have
        been."""
        mark = read_list_mark(self._project)
        if mark == self._mark:
            return
        down = names_down(self._project)
        if down and self._record.digest != _read_digest(self._project):
            raise ProjectError(
                "remote-store-older-than-withdrawal", count=len(down), hint="push-build"
            )
        if count := len(down - read_recorded(self._project.build_dir)):
            raise ProjectError("remote-store-older-than-withdrawal", count=count, hint="push-build")
        self._mark = mark

    def _refuse(self, name: str = "") -> NoReturn:
        """ProjectError: a server has no files."""
        raise ProjectError("remote-store-only-asked", file=name)

    columns = rules = store = private_file = _refuse


class LoadedBuild(ReadableBuild):
    """Statements from elsewhere, asked with the questions of a project. Those of an output (a
    release at `path`) are not read once something was withdrawn that it may still show."""

    def __init__(self, project: Project, graph: ColumnGraph, path: Path | None = None) -> None:
        self._project, self._path, self._columns = project, path, graph
        self.manifest: Mapping[str, Any] = {"quads": len(graph)}
        self.digest = ""
        self.check()

    def check(self) -> None:
        """ProjectError where something was withdrawn since the statements were written."""
        if self._path is not None:
            check_readable(self._path)

    def store(self) -> Path:
        """Return the folder of a store that lasts as long as this."""
        self.check()
        return self._filled

    @cached_property
    def _filled(self) -> Path:
        from hrdgraph.store.oxigraph import OxigraphStore

        self._folder = TemporaryFolder()  # gone with this object
        path = Path(self._folder.name) / "store"
        OxigraphStore.write(path, self._columns)
        return path

    def _refuse(self, name: str = "") -> NoReturn:
        """ProjectError: it is not known how the statements were made."""
        raise ProjectError("loaded-graph-only-asked", file=name)

    rules = private_file = _refuse


def _read_digest(project: Project) -> str:
    """Return the digest of the last build, or ""."""
    try:
        return read_manifest(project)[1]
    except HrdgraphError:
        return ""


def read_recorded(build: Path) -> frozenset[str]:
    """Return the names that were down when a build was made; none where it does not say, so that
    all that is down now counts as newer."""
    return frozenset(read_private_manifest(build).get(KEY) or ())


def read_built_graph(project: Project) -> ColumnGraph | None:
    """Return the graph of the last build, whatever was withdrawn since: for whoever withdraws.
    None where it cannot be read."""
    from hrdgraph.rdfio.columns import load_columns

    try:
        return load_columns(project.columns_dir) if project.is_built else None
    except Exception:  # a damaged build must not keep anybody up
        return None


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
    parts = [
        part for output in list_outputs(project) for part in list_output_parts(project, output)
    ]
    inside = [
        part
        for part in parts
        if wanted.is_relative_to(part.resolve()) or part.resolve().is_relative_to(wanted)
    ]
    if older := list_older_outputs(project, inside):
        raise ProjectError("output-older-than-withdrawal", origin=Origin(str(older[0])))


def list_served_folders(project: Project) -> list[Path]:
    """List the folders of running and of killed servers."""
    places = filter(None, (str(project.root), os.environ.get("CACHE_DIRECTORY")))
    return sorted(
        path for place in places for path in Path(place).glob(f"{SERVED}*") if path.is_dir()
    )


def remember_output(project: Project, path: Path) -> None:
    """Note where an output was written, so that it is looked at when something is withdrawn. Where
    that cannot be noted, it is not: a project that cannot be written is not one's own."""
    file = project.withdrawn_reasons_file.parent / _OUTPUTS
    line = str(path.absolute())
    if line in _lines(file):
        return
    try:
        close_folder(file.parent)
        with open(file, "a", encoding="utf-8", opener=partial(os.open, mode=0o600)) as out:
            out.write(f"{line}\n")
    except OSError:
        return


def list_remembered_outputs(project: Project) -> list[Path]:
    """List the outputs that were noted and are still there."""
    file = project.withdrawn_reasons_file.parent / _OUTPUTS
    return [path for line in _lines(file) if (path := Path(line)).exists()]


def _lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line]
    except (OSError, UnicodeDecodeError):
        return []


def list_outputs(project: Project) -> list[Path]:
    """List all that is known to have been made of a project, and is there: builds, releases,
    sites, what servers keep, and what commands wrote elsewhere."""
    paths = [*project.output_dirs, *list_served_folders(project), *list_remembered_outputs(project)]
    inside = [path.resolve() for path in paths]
    return [
        path
        for number, path in enumerate(paths)
        if not any(inside[number].is_relative_to(other) for other in inside[:number])
    ]


def list_older_outputs(project: Project, paths: Iterable[Path]) -> list[Path]:
    """List the outputs that are older than the last withdrawal, whatever is in them. A build says
    what was down when it was made; a server's folder is as old as the build that it shows; of
    all else the times of the files are compared with that of the list."""
    down = names_down(project)
    if not down:
        return []
    parts = [part for path in paths for part in list_output_parts(project, path)]
    return [part for part in parts if _is_older(project, part, down)]


def list_output_parts(project: Project, path: Path) -> list[Path]:
    """List the contents of the folder of releases or of a server; of any other path, itself."""
    is_many = (
        path.name.startswith(SERVED) or path.resolve() == (project.root / "releases").resolve()
    )
    return sorted(path.iterdir()) if is_many and path.is_dir() else [path]


def _is_older(project: Project, path: Path, down: frozenset[str]) -> bool:
    builds = {each.build_dir.resolve() for each in (project, project.for_restricted())}
    if path.resolve() in builds:
        return bool(down - read_recorded(path))
    if path.parent.name.startswith(SERVED):
        if (path / PRIVATE).is_dir():  # a copy that the server has made itself
            return bool(down - read_recorded(path))
        return not _is_last_build(project, path) or bool(down - read_recorded(project.build_dir))
    times = [file.stat().st_mtime_ns for file in _files(path)]
    return bool(times) and max(times) < project.withdrawn_file.stat().st_mtime_ns


def _is_last_build(project: Project, path: Path) -> bool:
    try:
        return (path / "manifest.json").read_bytes() == project.manifest_file.read_bytes()
    except OSError:
        return False


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
