"""A built graph whose queries may search: `SERVICE hrd:search` finds what the pages find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from hrdgraph.api import Graph
from hrdgraph.errors import ProjectError
from hrdgraph.queries import Query
from hrdgraph.sparql.search_clause import SearchHit, has_search, with_found


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
            query = replace(query, text=with_found(query.text, self._search))
        return query, given

    def _search(self, text: str, most: int) -> list[SearchHit]:
        try:
            from hrdgraph.web.pages import Site
            from hrdgraph.web.pages.pages import Pages
            from hrdgraph.web.pages.search.scored_search import scored
        except ModuleNotFoundError as error:
            raise ProjectError(
                "pages-need-library", library=error.name or "", hint="install-web"
            ) from error
        return scored(Pages(Site.of(self)), text, most)
