"""A built graph whose queries may search: `SERVICE hrd:search` finds what the pages find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hrdgraph.api import Graph
from hrdgraph.api.remote import RemoteGraph
from hrdgraph.errors import ProjectError
from hrdgraph.project import open_project
from hrdgraph.queries import Query
from hrdgraph.sparql.search_clause import SearchHit, has_search, with_found

if TYPE_CHECKING:
    from hrdgraph.web.pages.pages import Pages


def open(path: str | Path = ".", *, languages: Sequence[str] = (), store: str = "") -> Graph:
    """Open the built graph of a project, whose folder is `path`. ProjectError where it is none or
    has not been built.

    With `store`, the address of a server's queries, the graph that `hrdgraph push` has sent there
    is asked instead; name and password stand in HRDGRAPH_STORE_USER and HRDGRAPH_STORE_PASSWORD,
    a token in HRDGRAPH_STORE_TOKEN.

    >>> import hrdgraph
    >>> hrdgraph.open(".").project.title
    'Human rights defenders, their organisations, awards and events'
    """
    if store:
        return SearchingRemoteGraph(open_project(Path(path)), store, languages)
    return SearchingGraph(open_project(Path(path)), languages)


class SearchingGraph(Graph):
    """A `Graph` whose names are indexed when a query first searches."""

    def asked(
        self,
        question: str,
        parameters: Mapping[str, str] | None,
        language: str,
        stdin: Callable[[], str] = str,
    ) -> tuple[Query, dict[str, str]]:
        """The query that is meant, with what its searches find, and what is given for its
        parameters."""
        query, given = super().asked(question, parameters, language, stdin)
        if has_search(query.text):
            found = with_found(query.text, self._search, query.words(given))
            query = replace(query, text=found)
        return query, given

    def _search(self, text: str, most: int) -> list[SearchHit]:
        from hrdgraph.web.saved_queries import scored

        return scored(self._pages, text, most)

    @cached_property
    def _pages(self) -> Pages:
        try:
            from hrdgraph.web.pages import Site
            from hrdgraph.web.pages.pages import Pages
        except ModuleNotFoundError as error:
            raise ProjectError(
                "pages-need-library", library=error.name or "", hint="install-web"
            ) from error
        return Pages(Site.of(self._searched()))

    def _searched(self) -> Graph:
        """The graph whose names are indexed."""
        return self


class SearchingRemoteGraph(SearchingGraph, RemoteGraph):
    """A `RemoteGraph` whose queries may search: names are looked for in the build of the folder,
    which is what was pushed, and the server is sent what they are the names of."""

    def _searched(self) -> Graph:
        return Graph(self.project)
