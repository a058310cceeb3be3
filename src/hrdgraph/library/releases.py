"""Compare versions of a graph, apply a patch, and write a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.catalogue import Message, write_like
from hrdgraph.errors import Origin, OutputError, ProjectError, SourceError, raise_all
from hrdgraph.findings.model import short
from hrdgraph.library.answers import Answer, Statements, html_table
from hrdgraph.library.building import check_fit, graph_at
from hrdgraph.library.calls import Progress, Stages, date_of
from hrdgraph.library.graph import Graph
from hrdgraph.library.inputs import graph_in, graphs_in
from hrdgraph.privacy.readable_build import check_readable, remember_output
from hrdgraph.project.model import RELEASES
from hrdgraph.stage_progress import Tell, within

if TYPE_CHECKING:
    import polars

    from hrdgraph.exports.changes import Differences
    from hrdgraph.exports.release import ReleaseFile
    from hrdgraph.project import Project


@dataclass(frozen=True)
class GraphChange(Answer):
    """What changed between two graphs. It is true where something did; `crossed` are the
    conditions that are met.

    >>> import hrdgraph, pathlib, tempfile
    >>> old, new = (pathlib.Path(tempfile.mkdtemp(), name) for name in ("old.nt", "new.nt"))
    >>> _ = old.write_text('<http://e.org/a> <http://e.org/p> "1" .')
    >>> _ = new.write_text('<http://e.org/a> <http://e.org/p> "2" .')
    >>> change = hrdgraph.diff(old, new, fail_if=["removed > 0"])
    >>> bool(change), change.totals["added"], len(change.added), len(change.removed)
    (True, 1, 1, 1)
    >>> len(change.crossed), change.to_polars().height >= 0
    (1, True)
    """

    differences: Differences
    crossed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.differences)

    @property
    def totals(self) -> dict[str, int]:
        """Statements before, and how many things are new, gone and changed, statements added and
        removed."""
        return self.differences.totals

    @property
    def added(self) -> Statements:
        """Return the statements that only the new graph has."""
        return Statements(self.differences.added)

    @property
    def removed(self) -> Statements:
        """Return the statements that only the old graph has."""
        return Statements(self.differences.removed)

    def to_polars(self) -> polars.DataFrame:
        """Return a row for each class that changed."""
        return self.differences.by_class

    def __repr__(self) -> str:
        return (
            f"<hrdgraph change, {self.totals['added']} statements added, "
            f"{self.totals['removed']} removed>"
        )

    def _repr_html_(self) -> str:
        return html_table(self.totals.items())


def diff(
    old: Any, new: Any, *, fail_if: Sequence[str] = (), patch: str | Path | None = None
) -> GraphChange:
    """Compare two graphs: RDF files, releases, build folders or project folders, graphs of rdflib,
    opened graphs, or statements.

    `fail_if` are conditions such as "removed > 5%" or "foaf:Person gone > 0": those that are met
    come back in `crossed`. `patch` is a file for the change as an RDF Patch, deletions in clear.
    `old` and `new` are any two of these. OutputError for a condition that cannot be read,
    SourceError where there is no graph.

    >>> import hrdgraph
    >>> bool(hrdgraph.diff("build", "."))
    False
    """
    from hrdgraph.exports.changes import compare, parse_threshold, patch_lines, write_patch
    from hrdgraph.library.destination import write_out
    from hrdgraph.library.output_format import format_of

    target = None if patch is None else Path(patch)
    format_of(target, "rdfp", ("rdfp",))
    thresholds = [parse_threshold(text) for text in fail_if]
    paths = [Path(item) for item in (old, new) if isinstance(item, str | Path)]
    for path in paths:
        check_readable(path)
    differences = compare(*graphs_in(old, new))
    if target is not None:
        lines = write_patch(patch_lines(differences, clear=True))
        write_out(lines, target, inputs=paths, option="--patch")
    return GraphChange(
        differences, tuple(item.text for item in thresholds if item.is_crossed(differences))
    )


def patch(old: str | Path, patch: str | Path) -> Statements:
    """Apply a patch (changes.rdfp of a release) to the graph that it was made for. Both graphs
    are checked by their SHA-256.
    `old` is an RDF file. SourceError where the `patch` was made for another graph.

    >>> import hrdgraph, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "old.nq").write_text('<http://e.org/a> <http://e.org/p> "1" .\\n')
    >>> _ = (folder / "new.nq").write_text('<http://e.org/a> <http://e.org/p> "2" .\\n')
    >>> _ = hrdgraph.diff(folder / "old.nq", folder / "new.nq", patch=folder / "changes.rdfp")
    >>> print(hrdgraph.patch(folder / "old.nq", folder / "changes.rdfp").serialize("nq"), end="")
    <http://e.org/a> <http://e.org/p> "2" .
    """
    from hrdgraph.exports.changes import apply_patch

    file = Path(patch)
    check_readable(Path(old))
    try:
        with file.open(encoding="utf-8") as lines:
            return Statements(apply_patch(graph_in(Path(old)), lines, file.name))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError.unreadable(file, error) from error


@dataclass(frozen=True)
class Release:
    """A release: its folder and files, and what changed since the `previous` one. Without a
    folder nothing has changed, and none is written.

    >>> import hrdgraph
    >>> hrdgraph.Release("1.0", "2026-01-31", None, (), None, "").folder is None
    True
    """

    version: str
    issued: str
    folder: Path | None
    files: tuple[ReleaseFile, ...]
    change: Differences | None
    previous: str

    def __bool__(self) -> bool:
        return self.folder is not None


def release(
    version: str | None = None, *, project: str | Path | Project | Graph = ".",
    output: str | Path | None = None, date: str | None = None, since: str | Path | None = None,
    address: str | None = None, licence: str = "", clear_removals: bool = False,
    even_with_violations: bool = False, check: bool = False, progress: Progress | None = None,
) -> Release:  # fmt: skip
    """Write a release of the last build: sorted N-Quads, Turtle, JSON-LD, VoID and DCAT,
    RO-Crate, checksums and changes.

    `version` names it; without it, its `date` does (of today). `output` is the folder of all
    releases; `since` the release to compare with, the last one where it is not given. What was
    taken out is told in the patch by keyed digests, or with `clear_removals` in clear.
    ProjectError for a build with violations, unless it is to be released `even_with_violations`.
    `address` and `licence` are those that the description of the release names.
    With `check`, pySHACL judges the graph too; ProjectError names each finding that only one of
    the two engines has, and nothing is written.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> hrdgraph.build(project).failed
    False
    >>> made = hrdgraph.release("1.0", project=project, date="2026-01-31")
    >>> made.folder.name, made.files[0].name
    ('1.0', 'graph.nq')
    """
    from hrdgraph.library.destination import check_place

    graph = graph_at(project)
    check_fit(graph, anyway=even_with_violations)
    issued = date_of(date)
    name = version or issued
    releases = Path(output) if output is not None else graph.project.root / RELEASES
    if not name.strip(".") or set(name) & set('/\\:*?"<>| '):
        raise ProjectError("value-not-as-expected", value=name, hint=write_like("2026.1"))
    check_place(releases / name)
    remember_output(graph.project, releases / name)
    stages = Stages(progress, 3 if check else 2)
    if check:
        stages("validating")
        _check_second_opinion(graph, within(stages, "validating"))
    stages("comparing")
    last = _last_release(releases, None if since is None else Path(since))
    if clear_removals and last is not None:
        check_readable(last[1])  # what was withdrawn since would be told in clear
    previous, change = _changes(graph, last)
    if change is not None and not change:
        return Release(name, issued, None, (), change, previous)
    stages("writing")
    options = {"address": address, "licence": licence, "clear_removals": clear_removals}
    files = _write(graph, name, issued, releases, (previous, change), options)
    return Release(name, issued, releases / name, files, change, previous)


def _check_second_opinion(graph: Graph, tell: Tell) -> None:
    """Raise ProjectError for all findings that columns have and pySHACL has not, or the other way
    round, unless the reason is known."""
    from hrdgraph.shacl.shapes import read_shapes
    from hrdgraph.shacl.validator import compare_engines

    shapes = read_shapes(graph.project)
    differences = [item for item in compare_engines(graph.columns, shapes, tell) if not item.reason]
    raise_all(
        [
            ProjectError(
                "engines-disagree",
                rule=short(item.finding.rule),
                focus=item.finding.focus,
                engine=item.found_by,
                origin=item.finding.place,
                hint="report-engines-disagree",
            )
            for item in differences
        ]
    )


def _last_release(releases: Path, since: Path | None) -> tuple[str, Path] | None:
    """Return the name and folder of the release to compare with; None for a first release."""
    from hrdgraph.exports.release import latest_release

    return (since.name, since) if since else latest_release(releases)


def _changes(graph: Graph, last: tuple[str, Path] | None) -> tuple[str, Differences | None]:
    """Return the name of the last release, and what has changed since; "" and None for a first
    release. What was withdrawn since is counted, and told by keyed digests only."""
    from hrdgraph.exports.changes import compare

    if last is None:
        return "", None
    # changes since a release whose graph is not the one that was released would fit nobody's copy
    release = last[1]
    from hrdgraph.exports.release import CHECKSUMS, GRAPH, check_release

    if (release / CHECKSUMS).is_file() and GRAPH in check_release(release):
        hint = Message("put-release-back-published-or")
        origin = Origin(str(release / GRAPH))
        raise OutputError("differs-from", file=CHECKSUMS, origin=origin, hint=hint)
    return last[0], compare(graph_in(last[1]), graph.columns)


def _write(
    graph: Graph, version: str, issued: str, releases: Path, since: tuple[str, Differences | None],
    options: dict[str, Any],
) -> tuple[ReleaseFile, ...]:  # fmt: skip
    from hrdgraph.exports.release import Bundle, write_release

    address = (options["address"] or f"{graph.project.base}dataset/{version}").rstrip("/") + "/"
    bundle = Bundle(
        project=graph.project, graph=graph.columns, ontology=graph.ontology, version=version,
        issued=issued, address=address,
        licence=options["licence"] or "The licence of each source is given with its named graph.",
        changes=since[1], previous=since[0], clear_removals=options["clear_removals"],
    )  # fmt: skip
    return tuple(write_release(bundle, releases / version))
