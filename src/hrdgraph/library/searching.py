"""Search a built graph, here or on a server, in queries: `SERVICE hrd:search` finds what the pages
find."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hrdgraph.catalogue import Message, is_not
from hrdgraph.errors import HrdgraphError, Origin, ProjectError
from hrdgraph.library.calls import date_of
from hrdgraph.library.graph import Graph, open_reader
from hrdgraph.library.inputs import graph_in, graph_of, is_text, project_at
from hrdgraph.privacy.readable_build import LoadedBuild, RemoteBuild, check_readable
from hrdgraph.project import Project
from hrdgraph.project.model import RELEASES
from hrdgraph.queries.model import Query
from hrdgraph.sparql.search_clause import SearchHit, has_search, with_found
from hrdgraph.store.remote_access import RemoteAccess, host_of, is_protected, login
from hrdgraph.store.remote_session import RemoteReader, RemoteStore
from hrdgraph.store.worker_process import USUAL, BoundedReader, WorkerLimits

if TYPE_CHECKING:
    from hrdgraph.explain.explainer import Explainer
    from hrdgraph.rdf import ColumnGraph
    from hrdgraph.store.contract import Reader
    from hrdgraph.web.pages.pages import Pages


USER, PASSWORD, TOKEN = (f"HRDGRAPH_STORE_{name}" for name in ("USER", "PASSWORD", "TOKEN"))


def store_at(project: Project, address: str, seconds: float) -> RemoteStore:
    """Return a server that takes queries at an address. Who asks is said in the environment.
    Raises HrdgraphError where that is no address, or a password would go there in the open."""
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not address.isascii() or not address.isprintable() or " " in address:
        raise HrdgraphError(is_not(address, "address"), hint="copy-address")
    if "@" in parts.netloc:
        hint = Message("give-login-in-environment", start="HRDGRAPH_STORE")
        raise HrdgraphError("remote-store-address-with-login", host=host_of(address), hint=hint)
    token, user, password = (os.environ.get(name, "") for name in (TOKEN, USER, PASSWORD))
    headers = login(user, password, token)
    if headers and not is_protected(address):
        raise HrdgraphError("remote-store-login-in-the-open", host=host_of(address))
    account = (user, password) if user and not token else None
    return RemoteStore(address, project.graph_base, RemoteAccess(headers, seconds, account))


def open(
    path: Any = ".", *, languages: Sequence[str] = (), store: str = "", as_of: str | date = "",
    project: str | Path | Project = ".",
) -> Graph:  # fmt: skip
    """Open the built graph of a project, whose folder is `path`. ProjectError where it is none or
    has not been built. What is no folder, a graph of rdflib, statements, an RDF file or its text,
    is asked with the questions of a `project`.

    With `as_of`, a day, the release that was the last one on that day is asked: what was public
    then. ProjectError where there was none yet.
    With `store`, the address of a server's queries, the graph that `hrdgraph graphs push` has sent
    there is asked instead; name and password stand in HRDGRAPH_STORE_USER and
    HRDGRAPH_STORE_PASSWORD, a token in HRDGRAPH_STORE_TOKEN.

    >>> import hrdgraph
    >>> hrdgraph.open(".").project.title
    'Human rights defenders, their organisations, awards and events'
    """
    if isinstance(path, Graph):
        return path
    is_place = isinstance(path, Project) or (
        isinstance(path, str | Path) and not is_text(path) and not Path(path).is_file()
    )
    if not is_place:
        return LoadedGraph(project_at(project), graph_of(path), languages)
    opened = project_at(path)
    if as_of:
        return open_release(opened, str(as_of), languages)
    if store:
        return RemoteGraph(opened, store, languages)
    return SearchingGraph(opened, languages)


def open_release(
    project: Project, day: str, languages: Sequence[str] = (), limits: WorkerLimits | None = None
) -> LoadedGraph:
    """Open the last release of a project on a day. ProjectError where there was none, UsageError
    for what is no day."""
    from hrdgraph.exports.release import latest_release

    release = latest_release(project.root / RELEASES, date_of(day))
    if release is None:
        raise ProjectError("no-release-by-day", date=day, origin=Origin(str(project.root)))
    check_readable(release[1])
    return LoadedGraph(project, graph_in(release[1]), languages, limits, release[1])


class SearchingGraph(Graph):
    """A `Graph` whose names are indexed when a query first searches."""

    def read_question(
        self, question: str, parameters: Mapping[str, object] | None, language: str,
        stdin: Callable[[], str] = str,
    ) -> tuple[Query, dict[str, str]]:  # fmt: skip
        """Return the query that is meant, with what its searches find, and what is given for its
        parameters."""
        query, given = super().read_question(question, parameters, language, stdin)
        if has_search(query.text):
            text = with_found(query.text, self._search, query.words(given))
            query = replace(query, text=text)
        return query, given

    def _search(self, text: str, most: int) -> list[SearchHit]:
        from hrdgraph.web.saved_queries import rank_hits

        return rank_hits(self.pages, text, most)

    @cached_property
    def pages(self) -> Pages:
        """Return the pages of the graph, with its index of names."""
        from hrdgraph.web.pages import Site
        from hrdgraph.web.pages.pages import Pages

        return Pages(Site.of(self._indexed_graph))

    @property
    def _indexed_graph(self) -> Graph:
        return self


class LoadedGraph(SearchingGraph):
    """Statements from elsewhere, of a file, of rdflib or of a release, as a `Graph`."""

    def __init__(
        self, project: Project, graph: ColumnGraph, languages: Sequence[str] = (),
        limits: WorkerLimits | None = None, path: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(project, languages, limits, LoadedBuild(project, graph, path))

    @cached_property
    def _reader(self) -> BoundedReader:
        return open_reader(self._build.store(), 0, self._limits)

    @property
    def _explainer(self) -> Explainer:
        self._build.rules()  # refuses: how the statements were made is not known
        return super()._explainer


class RemoteGraph(SearchingGraph):
    """The graph that `hrdgraph graphs push` has sent to a server: questions and SPARQL are asked
    there. Names that a query searches are looked for in the build of the folder, which is what was
    pushed. What needs the columns of a build (explaining, exporting, names in place of IRIs) is
    refused, and so is everything once something was withdrawn that the server may still show."""

    def __init__(
        self, project: Project, address: str, languages: Sequence[str] = (),
        limits: WorkerLimits = USUAL,
    ) -> None:  # fmt: skip
        self._remote = RemoteReader(store_at(project, address, limits.seconds), limits)
        super().__init__(project, languages, limits, RemoteBuild(project, self._remote.record))

    @property
    def reader(self) -> Reader:
        """Return what `query` and `answer` ask."""
        self._build.check()
        return self._remote

    @property
    def _indexed_graph(self) -> Graph:
        return Graph(self.project)
