"""Make a new project, build it, once or for each change, and tell whether a build may be
published."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.library.calls import Progress, Stages, UsageError, check_choice
from hrdgraph.library.inputs import project_at
from hrdgraph.nearest import hint_at
from hrdgraph.paths import project_path

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Kind
    from hrdgraph.findings.model import Finding
    from hrdgraph.library.graph import Graph
    from hrdgraph.pipeline.result import Accountability, Result
    from hrdgraph.project import Project
    from hrdgraph.project.folders import Upgrade


# of a build, but for its sources: reading, naming, loading, deriving, checking, validating, writing
_STAGES: Final = 7


def init(folder: str | Path, *, title: str = "", lang: str = "en") -> Path:
    """Make a new project in a `folder`: settings, ontology, questions, and one example source.
    Returns the folder.
    `title` is that of the project, and `lang` the language of its notes. ProjectError where the
    folder is not empty.

    >>> import hrdgraph, tempfile
    >>> folder = hrdgraph.init(tempfile.mkdtemp() + "/prizes", title="Prizes")
    >>> (folder / "hrdgraph.toml").is_file()
    True
    """
    from hrdgraph.library.destination import check_place
    from hrdgraph.project import create_project

    path = Path(folder)
    check_place(path)
    create_project(path, title or path.resolve().name, lang)
    return path


def kinds(kind: str | None = None, *, project: str | Path | Project = ".") -> list[Kind]:
    """Return the kinds of fact tables with their columns, or only the one named `kind`. Outside
    a project they are those of this version. ProjectError for an unknown name.

    >>> import hrdgraph
    >>> hrdgraph.kinds("award")[0].columns[0].name
    'key'"""
    from hrdgraph.project import open_shipped_model
    from hrdgraph.project.open import SETTINGS

    is_nowhere = project in (".", Path()) and not Path(SETTINGS).exists()
    known = open_shipped_model().kinds if is_nowhere else project_at(project).kinds
    if kind is None:
        return list(known.values())
    if kind not in known:
        raise ProjectError("not-known-here", name=kind, hint=hint_at(kind, known))
    return [known[kind]]


def upgrade(project: str | Path | Project = ".") -> Upgrade:
    """Move a project that an older version made over to this one: hrdgraph's own ontology and
    questions are used from the package, what the project adds lies in `local`, and what was
    changed in a copy is put aside. Nothing that people wrote is lost. ProjectError where the
    folder is no project.

    >>> import hrdgraph, tempfile
    >>> hrdgraph.upgrade(hrdgraph.init(tempfile.mkdtemp() + "/prizes")).is_needed
    False
    """
    from hrdgraph.project.folders import upgrade_project

    return upgrade_project(project_at(project))


@dataclass(frozen=True)
class FinishedBuild:
    """A finished build. `failed` says whether violations keep it from being published; `result`
    has all that was found; `seconds` went by while it was built. `changed` are the files that were
    changed since the build before, where `watch` made it: paths as seen from the project.

    >>> import hrdgraph, tempfile
    >>> done = hrdgraph.build(hrdgraph.init(tempfile.mkdtemp() + "/prizes"), validate=False)
    >>> done.counts["example"] > 10, done.failed, done.findings
    (True, False, ())
    >>> bool(done.graph().query("ASK { ?s a hrd:Award }"))
    True
    """

    project: Project
    result: Result
    seconds: float = 0.0
    changed: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.result.failed

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many statements each source made."""
        return self.result.counts

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong or doubtful, and may be shown to all."""
        return self.result.public

    def graph(self) -> Graph:
        """Return the graph that was built, to be asked."""
        from hrdgraph.library.searching import SearchingGraph

        return SearchingGraph(self.project)

    def __repr__(self) -> str:
        state = "with violations" if self.failed else "fit to be published"
        return (
            f"<hrdgraph build, {len(self.result.graph)} statements, {len(self.findings)} "
            f"findings, {state}>"
        )

    def _repr_html_(self) -> str:
        from hrdgraph.library.answers import html_table

        return html_table(self.counts.items(), ("source", "statements"), caption=repr(self))


def build(
    project: str | Path | Project = ".", *, only: Sequence[str] = (), strict: bool = False,
    validate: bool = True, on_error: Literal["cell", "row", "stop"] | None = None,
    on: str | None = None, include: str | None = None, who: str = "", reason: str = "",
    progress: Progress | None = None,
) -> FinishedBuild:  # fmt: skip
    """Build the graph from the sources of a project, into its build folder, which changes only
    when everything has succeeded.

    `only` names sources; `strict` lets warnings fail the build too; `validate=False` skips the
    shapes. Sources that say `large = true` are mapped `on` an engine of another package.
    With `include="restricted"`, on the word of `who` and for a `reason`, the build holds
    what is restricted too and goes to a folder of its own. `progress` is called with the stage,
    how many stages are done, and of how many; and again while it goes on, with a `StagePart`,
    the name of the stage that says how many rows, queries, shapes or files of it are done.
    A cell of a table of facts that cannot be read is left out, and the row with it where it says
    nothing without (`"cell"`, unless the source says otherwise); `on_error="row"` leaves out its
    row, `"stop"` nothing. Raises what is wrong with the input as an HrdgraphError, all of it at
    once (`Problems`).

    >>> import hrdgraph, tempfile
    >>> done = hrdgraph.build(hrdgraph.init(tempfile.mkdtemp() + "/prizes"), validate=False)
    >>> done.failed, done.counts["example"] > 10
    (False, True)
    """
    from hrdgraph.pipeline import BuildOptions
    from hrdgraph.pipeline import build as build_project

    check_choice(on_error or "cell", ("cell", "row", "stop"))
    began, opened = time.monotonic(), project_at(project, only)
    answer = read_accountability(include, who, reason)
    stages = Stages(progress, _STAGES + len(only or opened.sources) - (not validate))
    result = build_project(
        opened,
        BuildOptions(tuple(only), strict, validate, answer, on_error or "", on or ""),
        stages,
    )
    shown = opened if answer is None else opened.for_restricted()
    return FinishedBuild(shown, result, time.monotonic() - began)


def read_accountability(include: str | None, who: str, reason: str) -> Accountability | None:
    """Return the word of a person who answers for what is restricted; None where nothing
    restricted is wanted."""
    from hrdgraph.pipeline.result import Accountability

    if include is None:
        return None
    if include != "restricted":
        raise UsageError("not-known-here", name=include, known="restricted", hint="there-is")
    if not (who.strip() and reason.strip()):
        raise ProjectError("restricted-needs-confirmation", hint="restricted-without-person")
    return Accountability(who.strip(), reason.strip(), date.today())


def graph_at(project: str | Path | Project | Graph) -> Graph:
    """Return the built graph of a project, or as it is."""
    from hrdgraph.library.graph import Graph

    return project if isinstance(project, Graph) else Graph(project_at(project))


PAUSE: Final = 0.3  # seconds between two looks at the files

States = dict[Path, tuple[int, ...]]


def watch(
    project: str | Path | Project = ".", *, only: Sequence[str] = (), strict: bool = False,
    validate: bool = True, on_error: Literal["cell", "row", "stop"] | None = None,
    on: str | None = None, include: str | None = None, who: str = "", reason: str = "",
    progress: Progress | None = None,
) -> Iterator[FinishedBuild | HrdgraphError]:  # fmt: skip
    """Build a project, and again whenever a file of it has changed: without end, each build or
    the error that stopped it.

    The arguments are those of `build`. What is wrong with the input is yielded, not raised;
    ProjectError where there is no project.

    >>> import hrdgraph, tempfile
    >>> builds = hrdgraph.watch(hrdgraph.init(tempfile.mkdtemp() + "/prizes"), validate=False)
    >>> next(builds).failed
    False
    """
    root = project_at(project, only).root
    for changed in _changes(root):
        try:
            done = build(
                root, only=only, strict=strict, validate=validate, on_error=on_error, on=on,
                include=include, who=who, reason=reason, progress=progress,
            )  # fmt: skip
            yield replace(done, changed=changed)
        except HrdgraphError as error:
            yield error


def _changes(root: Path) -> Iterator[tuple[str, ...]]:
    """Yield once at the start, then the changed files each time some have changed and are no
    longer being written. Files are looked at in turns, which works on every disk, shared
    folders too.
    """
    from hrdgraph.identity.persistent_iris import FILE

    built: States | None = None
    before = _states(root)
    while True:
        now = _states(root)
        if now == before and now != built:
            changed = () if built is None else _find_changes(built, now, root)
            built = now
            yield changed
            places = (root / "data", root / "data" / FILE)
            built |= {path: state for path, state in _states(root).items() if path in places}
        else:
            time.sleep(PAUSE)
        before = now


def _find_changes(before: States, now: States, root: Path) -> tuple[str, ...]:
    """List the files that are new, gone or others, without folders, which change with them."""
    paths = sorted(path for path in before | now if before.get(path) != now.get(path))
    return tuple(project_path(path, root) for path in paths if not path.is_dir())


def _states(root: Path) -> States:
    """Size and times of every file that people write in a project."""
    from hrdgraph.project.model import OWN

    states: States = {}
    for name in OWN:
        place = root / name
        for path in (place, *place.rglob("*")):
            try:
                state = path.stat()
            except OSError:  # gone meanwhile
                continue
            states[path] = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return states


class UnfitError(ProjectError):
    """The last build has violations that nobody has explained: nothing of it is published."""


def check_fit(graph: Graph, *, anyway: bool) -> None:
    """UnfitError for a build with violations, ProjectError where nobody has looked for any;
    nothing if it is published `anyway`."""
    check_manifest(graph.manifest, graph.project, anyway=anyway)


def check_manifest(manifest: Mapping[str, Any], project: Project, *, anyway: bool) -> None:
    """Do the same for what the manifest of a build says."""
    from hrdgraph.project.model import PRIVATE, why_unfit

    reason = Message("") if anyway else why_unfit(manifest)
    if reason and not manifest["failed"]:
        raise ProjectError(reason, hint=Message("build-with-validation"))
    if reason:
        report = project.build_dir / PRIVATE / "report.html"
        way = Message("correct-and-build", report=report)
        raise UnfitError(reason, hint=Message("serve-all-the-same", way=way))
