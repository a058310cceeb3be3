"""Make the bytes of a page from a site, a language and a path: the one core of the live pages and
of the static ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from hrdgraph.errors import HrdgraphError, QueryError
from hrdgraph.queries.model import Query
from hrdgraph.store.contract import Answer
from hrdgraph.web.memo import once
from hrdgraph.web.pages.labels import Labels
from hrdgraph.web.pages.links import Links, spaces_of
from hrdgraph.web.pages.naming import names_of
from hrdgraph.web.pages.rendering import write
from hrdgraph.web.pages.search_index import SiteIndex
from hrdgraph.web.pages.site import Site, Thing
from hrdgraph.web.pages.view import Desk, View
from hrdgraph.web.pages.views import about, lists, ontology, questions, sources, thing
from hrdgraph.web.pages.views.about import ReleaseChanges, changes_of
from hrdgraph.web.pages.views.thing import SharedPage

SINGLE: Final = (
    "", "browse", "search", "awards", "countries", "sources", "queries", "editor", "ontology",
    "data", "validation", "changes", "about",
)  # fmt: skip
NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class RenderedPage:
    """A finished page."""

    body: bytes
    view: View
    status: int = 200


class Pages:
    """Makes the pages of a site. What is asked of the store is handed in by the caller, so that
    nothing here waits."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._labels = {
            tag: Labels(site, site.words_in(tag, marked=True)) for tag in site.languages
        }

    @once
    def index(self) -> SiteIndex:
        """Names and facets of all things."""
        return SiteIndex.of(self.site)

    @once
    def changes(self) -> ReleaseChanges | None:
        """Return what is new since the last release."""
        return changes_of(self.site)

    def prepare(self) -> None:
        """Work out what the home page, lists and searches need: in a large graph a visitor would
        wait for it."""
        for language in self.site.languages:
            self.page(language, "", Links())
        _ = self.index

    def desk(self, language: str, links: Links) -> Desk:
        """Return what pages of a language are made with."""
        labels = self._labels[language]
        return Desk(self.site, lambda: self.index, labels.words, labels, links)

    def page(
        self, language: str, path: str, links: Links, query: Mapping[str, str] = NOTHING
    ) -> RenderedPage | None:
        """Return the page of a path, but for those of queries; None where there is none."""
        desk = self.desk(language, links)
        view = self.view(desk, path, query)
        return None if view is None else finish(desk, view)

    def question(
        self, language: str, query: Query, given: Mapping[str, str],
        answer: Answer | HrdgraphError | None, links: Links, piece: int = 1,
    ) -> RenderedPage:  # fmt: skip
        """Return the page of a query with its answer, or with a piece of it."""
        desk = self.desk(language, links)
        return finish(desk, questions.question_view(desk, query, given, answer, piece))

    def shared_page(self, language: str, page: SharedPage, links: Links) -> RenderedPage:
        """Return a page of several things, of a large site of files."""
        desk = self.desk(language, links)
        return finish(desk, page.view(desk))

    def missing(self, language: str, links: Links, status: int = 404) -> RenderedPage:
        """Return the page for an unknown address (404), or for one that was withdrawn (410)."""
        desk = self.desk(language, links)
        what = "thing_withdrawn" if status == 410 else "missing"
        link, values = desk.link(what, ""), {"what": what}
        view = View("missing.html", link, "missing", values, indexed=False, status=status)
        return finish(desk, view)

    def view(self, desk: Desk, path: str, query: Mapping[str, str]) -> View | None:
        """Return the view of a path."""
        head, _, rest = path.partition("/")
        if not rest:
            return self._single(desk, head, query)
        if head == "id":
            thing_found = self.find(rest)
            return thing.thing_view(desk, thing_found) if thing_found else None
        if head == "list":
            return lists.list_view(desk, rest)
        makers = {"sources": sources.source_view, "documents": sources.document_view}
        return makers[head](desk, rest) if head in makers else None

    def _single(self, desk: Desk, head: str, query: Mapping[str, str]) -> View | None:
        asked = {"browse": lists.browse_view, "search": lists.search_view}
        if head in asked:
            return asked[head](desk, query)
        if head == "editor":
            return about.editor_view(desk, query.get("query", ""))
        makers = {
            "": about.home_view, "awards": lists.awards_view, "countries": lists.countries_view,
            "sources": sources.sources_view, "queries": questions.questions_view,
            "ontology": ontology.ontology_view, "data": about.data_view,
            "validation": about.validation_view,
            "changes": lambda desk: about.changes_view(desk, self.changes),
            "about": about.about_view,
        }  # fmt: skip
        return makers[head](desk) if head in makers else None

    def find(self, key: str) -> Thing | None:
        """Return the thing of a key, however its letters are escaped."""
        return self.site.thing(key) or self._by_plain_key(key) or self._record(key)

    def path_of(self, thing: Thing) -> str:
        """Return the path of its page in every language: a source has one that tells more."""
        source = thing.key.removeprefix("graph/")
        is_source = thing.kind == "graph" and source in self.site.sources
        return f"sources/{source}" if is_source else f"id/{thing.key}"

    def find_successor(self, key: str) -> Thing | None:
        """Find the thing that has replaced an old key, however its letters are escaped."""
        node = self._plain_aliases.get(unquote(key))
        return (
            None if node is None or self.site.node_of(key) is not None else self.site.things[node]
        )

    def is_withdrawn(self, key: str) -> bool:
        """Tell whether the thing of a key was taken back, however its letters are escaped."""
        return unquote(key) in self._plain_withdrawn and self.site.node_of(key) is None

    def _record(self, key: str) -> Thing | None:
        """Return what the graph describes and no list shows: a passage, a place in a text; a
        concept, a named graph, the software."""
        iri = f"{self.site.base}{key}"
        node = self.site.rdf.find(iri)
        own = (
            node in self.site.rdf.outgoing
            and not self.find_successor(key)
            and not self.is_withdrawn(key)
        )
        return Thing(node, iri, key, "record", (), ()) if own else self._outside(key)

    def _outside(self, key: str) -> Thing | None:
        """Return what the key of another namespace names."""
        rdf = self.site.rdf
        for space in spaces_of(self.site.graph.project):
            iri = f"{space.prefix}{key.removeprefix(space.folder)}"
            node = rdf.find(iri) if key.startswith(space.folder) else -1
            if node >= 0 and (node in rdf.outgoing or node in rdf.sizes):
                names = names_of(rdf, node)
                is_part = space.kind == "graph" and node not in rdf.sizes
                return Thing(node, iri, key, "record" if is_part else space.kind, *names)
        return None

    def _by_plain_key(self, key: str) -> Thing | None:
        plain = unquote(key)
        candidates = [
            node
            for node in (self.site.node_of(plain), self._keys_without_escapes.get(plain))
            if node is not None
        ]
        return (
            self.site.things[max(candidates, key=self.site.order.__getitem__)]
            if candidates
            else None
        )

    @once
    def _keys_without_escapes(self) -> dict[str, int]:
        """Return the things whose keys have escapes, by their keys without them."""
        iris = ((self.site.rdf.iri(node), node) for node in self.site.kinds)
        return {unquote(self.site.key_of(node)): node for iri, node in iris if "%" in iri}

    @once
    def _plain_aliases(self) -> dict[str, int]:
        return {unquote(key): node for key, node in self.site.aliases.items()}

    @once
    def _plain_withdrawn(self) -> frozenset[str]:
        return frozenset(map(unquote, self.site.withdrawn))

    def query(self, name: str) -> Query | None:
        """Return the saved query of a name, checks and derivations left out."""
        try:
            query = self.site.graph.queries[name]
        except QueryError:
            return None
        return query if query in self.site.graph.queries.questions else None

    def paths(self, *, claims: bool = True) -> Iterator[str]:
        """Yield the path of every page of a language but those of queries, in a fixed order;
        without `claims`, of claims those of events only."""
        yield from SINGLE
        for kind in sorted(self.index.by_kind):
            yield from lists.list_paths(self.index, kind)
        yield from (f"sources/{key}" for key in self.site.sources)
        yield from (f"documents/{key}" for key in sorted(self.site.documents_by_key))
        kinds = self.site.kinds.items()
        yield from (
            f"id/{self.site.key_of(node)}"
            for node, kind in kinds
            if claims or kind == "event" or not self.site.topics.is_claim(node)
        )


def finish(desk: Desk, view: View) -> RenderedPage:
    """Write a view as bytes."""
    return RenderedPage(write(desk, view).encode(), view, view.status)
