"""Push a built graph to another server graph by graph, or write it for its bulk loader."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hrdgraph.atomic_files import whole_folder, writing_to
from hrdgraph.catalogue import is_not
from hrdgraph.errors import Origin, OutputError
from hrdgraph.library.building import check_fit, graph_at
from hrdgraph.library.calls import Progress, Stages, UsageError
from hrdgraph.library.graph import Graph
from hrdgraph.library.inputs import project_at
from hrdgraph.privacy.readable_build import ReadableBuild, remember_output
from hrdgraph.project import Project
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.store.remote_access import RemoteGraphs, login
from hrdgraph.store.remote_session import (
    PushRecord,
    mark_under_way,
    record_graph,
    second_graph,
    union_graph,
)
from hrdgraph.vocab import DCTERMS

USER, PASSWORD, TOKEN = "HRDGRAPH_PUSH_USER", "HRDGRAPH_PUSH_PASSWORD", "HRDGRAPH_PUSH_TOKEN"
# the numbers and truth values of XML Schema, at the end of a line
_TYPED: Final = re.compile(
    r'"([+\-0-9.a-z]{1,40})"\^\^<http://www\.w3\.org/2001/XMLSchema#'
    r"(decimal|boolean|[a-zA-Z]*(?:[iI]nteger|[iI]nt|[sS]hort|[lL]ong|[bB]yte))> \.\n\Z"
)
_TAGGED: Final = re.compile(r'"@[A-Za-z0-9-]+ \.\n\Z')


@dataclass(frozen=True)
class PushedGraphs:
    """What was sent: how many statements by named graph.

    >>> import hrdgraph
    >>> hrdgraph.PushedGraphs({"http://e.org/a": 2, "http://e.org/b": 3}).total
    5
    """

    statements: Mapping[str, int]

    @property
    def total(self) -> int:
        """Count all of them."""
        return sum(self.statements.values())


def push(
    to: str, *, project: str | Path | Project | Graph = ".", update: str = "", gzip: bool = False,
    union: bool = False, even_with_violations: bool = False, progress: Progress | None = None,
) -> PushedGraphs:  # fmt: skip
    """Send the built graph to a server: each named graph takes the place of the one of its name
    there, at the graph store `to`.

    With the address of its updates (`update`), only what has changed is sent: each graph is read
    there, and what it has too much is removed, what it lacks added. Name and password, or a
    token, stand in the environment: HRDGRAPH_PUSH_USER and HRDGRAPH_PUSH_PASSWORD, or
    HRDGRAPH_PUSH_TOKEN. Graphs of other names are left alone; one of an earlier push that is no
    more is removed. A graph of its own, `_pushed`, says which build is there,
    so that `query` and `serve` can ask it; with `union`, a further one has each statement once,
    which they want of servers that repeat a statement for each graph that has it.
    `gzip` sends less over a slow line. UsageError for what is no address, ProjectError for a build
    with violations, HrdgraphError where the server does not answer or refuses.

    >>> import hrdgraph
    >>> hrdgraph.push("no address", even_with_violations=True)
    Traceback (most recent call last):
    ...
    hrdgraph.library.calls.UsageError: 'no address' is not a web address...
    """
    for address in (to, *([update] if update else [])):
        check_address(address)
    built = _fit(project, anyway=even_with_violations)
    digest = ReadableBuild(built.project).digest

    token, user, password = (os.environ.get(name, "") for name in (TOKEN, USER, PASSWORD))
    account = (user, password) if user and not token else None
    there = RemoteGraphs(to, update, login(user, password, token), gzip, account=account)
    graphs: dict[str, list[str]] = {}
    for s, p, o, g in built.columns.text().select("s", "p", "o", "g").iter_rows():
        graphs.setdefault(g[1:-1], []).append(f"{s} {p} {o} .\n")
    stages, sent = Stages(progress, len(graphs) + union), {}
    held = _RemoteHolding(there, built.project.graph_base, graphs, update=bool(update))
    for name, lines in graphs.items():
        stages(name)
        sent[name] = held.take(name, lines)
    if union:
        stages(union_graph(built.project.graph_base))
        held.take(union_graph(built.project.graph_base), _distinct(graphs))
    held.close(PushRecord(digest, tuple(sorted(graphs)), len(built), union))
    return PushedGraphs(sent)


class _RemoteHolding:
    """What a server holds of a project. While it is changed, its record says that it is."""

    def __init__(
        self, there: RemoteGraphs, base: str, names: Iterable[str], *, update: bool
    ) -> None:
        self._there, self._base, self._update = there, base, update
        self._known = there.lines(record_graph(base))
        part = f"<{DCTERMS.hasPart.value}> <"
        named = (line.partition(part)[2].partition(">")[0] for line in self._known if part in line)
        self._before = tuple(sorted(name for name in named if name.startswith(base)))
        self._graphs = tuple(sorted({*self._before, *names}))
        self._is_begun = False

    def take(self, name: str, lines: list[str]) -> int:
        """Replace the content of a graph with lines, and return how many were sent."""
        if not self._update:
            self._begin()
            return self._there.replace_graph(name, lines)
        removed, added = _changes(self._there.lines(name), lines)
        if removed or added:
            self._begin()
        return self._there.change(name, removed, added)

    def close(self, record: PushRecord) -> None:
        """Remove the graphs that are no more, and say what is there now."""
        gone = set(self._before) - set(record.graphs)
        gone |= set() if record.has_union else {union_graph(self._base)} & self._unions()
        for name in sorted(gone):
            self._begin()
            self._there.delete(name)
        lines = record.lines(self._base)
        if self._is_begun or self._known != set(lines):
            self._there.replace_graph(second_graph(self._base), lines)
            self._there.replace_graph(record_graph(self._base), lines)

    def _unions(self) -> set[str]:
        union = union_graph(self._base)
        return {union} if any(f"<{union}>" in line for line in self._known) else set()

    def _begin(self) -> None:
        if not self._is_begun:
            self._is_begun = True
            self._there.replace_graph(
                record_graph(self._base), mark_under_way(self._graphs).lines(self._base)
            )


def _distinct(graphs: Mapping[str, list[str]]) -> list[str]:
    return sorted({line for lines in graphs.values() for line in lines})


def _changes(there: set[str], lines: list[str]) -> tuple[list[str], list[str]]:
    """Return what a graph there has too much, and what it lacks. A server may write a value in
    another form (`1.50` as `1.5`, an integer of another kind): one of equal value is left."""
    known = {by_value(line): line for line in _canonical(there)}
    wanted = {by_value(line): line for line in lines}
    removed = sorted(known[key] for key in known.keys() - wanted.keys())
    return removed, sorted(wanted[key] for key in wanted.keys() - known.keys())


def by_value(line: str) -> str:
    """Write a line with numbers, truth values and language tags in one form."""
    match = _TYPED.search(line)
    if match is None:
        return _TAGGED.sub(lambda tag: tag[0].lower(), line)
    lexical, kind = match.groups()
    start = line[: match.start()]
    if kind == "boolean":
        return f"{start}{lexical in ('true', '1')}"
    try:
        return f"{start}{Decimal(lexical).normalize():f}"
    except InvalidOperation:  # no number: it is compared as it stands
        return line


def _canonical(lines: set[str]) -> set[str]:
    quads = parse("".join(sorted(lines)).encode(), format_named("nt"))
    return {f"{q.subject.n3()} {q.predicate.n3()} {q.object.n3()} .\n" for q in quads}


def check_address(address: str) -> None:
    """UsageError where an address is none of the web."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError(is_not(address, "address"), hint="copy-address")


def bulk(
    output: str | Path, *, project: str | Path | Project | Graph = ".",
    even_with_violations: bool = False,
) -> int:  # fmt: skip
    """Write the built graph for bulk loaders into a new folder: gzipped N-Quads in parts, a
    manifest with their digests, and what Oxigraph, Jena, Virtuoso and others want beside them.
    Returns how many statements there are.
    ProjectError for a build with violations, OutputError where `output` is there already.

    >>> import hrdgraph, json, tempfile
    >>> folder = tempfile.mkdtemp() + "/bulk"
    >>> count = hrdgraph.bulk(folder, even_with_violations=True)
    >>> with open(folder + "/manifest.json") as manifest:
    ...     json.load(manifest)["statements"] == count
    True
    """
    from hrdgraph.exports.bulk import bulk_files

    target, built = Path(output).resolve(), _fit(project, anyway=even_with_violations)
    if target.exists():
        raise OutputError("folder-exists", origin=Origin(str(target)), hint="choose-name")
    remember_output(built.project, target)
    with writing_to(target), whole_folder(target) as partial:
        for name, data in bulk_files(built.columns):
            (partial / name).write_bytes(data)
    return len(built.columns)


def _fit(project: str | Path | Project | Graph, *, anyway: bool) -> Graph:
    """Return the built graph of a project, where it may be published."""
    built = graph_at(project if isinstance(project, Graph) else project_at(project))
    check_fit(built, anyway=anyway)
    return built
