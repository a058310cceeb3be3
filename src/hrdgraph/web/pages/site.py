"""Prepare a built graph as a site: everything that pages are made of, once. Reads the publishable
build and nothing else."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from hashlib import sha256
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from hrdgraph.catalogue import LANGUAGES
from hrdgraph.mapping.facts.layout import kinds_with_attributes
from hrdgraph.ontology import context_of
from hrdgraph.privacy.withdrawals import list_gone_keys
from hrdgraph.rdf import IRI
from hrdgraph.store.contract import Answer
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, OWL, RDFS, SKOS, own_namespace
from hrdgraph.web.memo import MemoMap, once
from hrdgraph.web.pages.awards import latest
from hrdgraph.web.pages.claim_nodes import (
    CitedDocument,
    Claim,
    ClaimProperties,
    ClaimTopics,
    PageCitation,
    citations_of,
    claim_of,
    document_of,
)
from hrdgraph.web.pages.graph_view import LISTED, GraphView, aliases_of, kinds_of, withdrawn_of
from hrdgraph.web.pages.naming import DisplayName, PageLanguage, names_of, say_label, words_in

if TYPE_CHECKING:
    from hrdgraph.fact_kinds import Column, Kind
    from hrdgraph.library.graph import Graph
    from hrdgraph.queries.model import Query

Ask = Callable[["Query", Mapping[str, str]], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Thing:
    """What has a page of its own. `key` is its IRI without the base, or a name made of a digest
    where it has another base."""

    node: int
    iri: str
    key: str
    kind: str
    names: tuple[DisplayName, ...]
    others: tuple[DisplayName, ...]


_PEOPLE: Final = ("person", "organisation", "group")
_COUNTRY: Final = (HRD.country, HRD.nationality, HRD.countryOfWork)
# things, of those of which most is told: where an example is wanted, one of these
_RANKED: Final = 50
_ELSEWHERE: Final = "elsewhere/"
# things, claims and documents that are held of each: a page with thousands needs them more than
# once
_KEPT: Final = 20_000


@dataclass(frozen=True, eq=False)
class Site:
    """A prepared graph. Things and claims are made when they are asked for. Frozen but for what
    is worked out then, once; safe to share between threads. `kinds` has the kind of every node
    with a page, `order` its place among them; `declared` are kinds by what their rows are.
    """

    graph: Graph
    declared: Mapping[str, Kind]
    rdf: GraphView
    kinds: Mapping[int, str]
    order: Mapping[int, int]
    aliases: Mapping[str, int]
    topics: ClaimTopics
    address: str
    ask: Ask

    @classmethod
    def of(cls, graph: Graph, *, address: str = "", ask: Ask | None = None) -> Site:
        """Prepare a built graph. `address` is where the site will stand
        (`https://example.org/`), or nothing where that is not known; `ask` answers saved
        queries, in this process where none is given.
        """
        view = GraphView.of(graph.columns)
        declared = kinds_with_attributes(graph.project)
        by_thing: dict[str, Kind] = {}
        for kind in declared.values():
            by_thing.setdefault(kind.thing, kind)
        own = {name: kind for name, kind in by_thing.items() if kind.is_own}
        properties = ClaimProperties(declared)
        kinds = kinds_of(view, graph.project.base, own | properties.kinds)
        order = {node: place for place, node in enumerate(kinds)}
        return cls(
            graph=graph,
            declared=by_thing,
            rdf=view,
            kinds=kinds,
            order=order,
            aliases={
                key: node
                for key, node in aliases_of(view, graph.project.base).items()
                if node in kinds
            },
            topics=ClaimTopics(view, kinds, order, properties),
            address=address.rstrip("/") + "/" if address else "",
            ask=ask or (lambda query, parameters: graph.answer(query.name, dict(parameters))),
        )

    @once
    def own_lists(self) -> Mapping[str, Kind]:
        """Return the kinds that are declared with a list of their own."""
        return {name: kind for name, kind in self.declared.items() if kind.is_listed}

    @once
    def attributes(self) -> Mapping[str, list[Column]]:
        """Return what things of each kind say, as it declares; but names and addresses of the
        Web, which have places of their own."""
        apart = {*LINKS, *SAME_AS, SKOS.prefLabel}
        kinds = {**self.declared, **self.topics.properties.kinds}
        by_role = {
            name: [column for column in kind.attributes if column.predicate not in apart]
            for name, kind in kinds.items()
        }
        return {**by_role, "group": by_role.get("organisation", [])}

    @cache  # noqa: B019 -- there is one of them for each site
    def attributes_of_things(self, kind: str) -> list[tuple[str, Column]]:
        """List what things say, each with its property: first as their own kind declares it, then
        as others do; nothing of no kind."""
        things = (name for name, of in self.declared.items() if kind and not of.is_claim)
        columns: dict[str, Column] = {}
        for item in (i for name in (kind, *things) for i in self.attributes.get(name, ())):
            if item.predicate:
                columns.setdefault(item.predicate.value, item)
        return list(columns.items())

    def coded(self, kind: str) -> list[Column]:
        """List the attributes of a kind that are codes."""
        return [column for column in self.attributes.get(kind, ()) if column.type == "code"]

    @once
    def facets(self) -> Mapping[str, Column]:
        """Return the codes by which lists and searches can be narrowed down, by their names."""
        return {column.field: column for kind in self.listed_kinds for column in self.coded(kind)}

    def space_of(self, coded: Column) -> str:
        """Return what the IRIs of the codes of an attribute begin with."""
        own = f"{own_namespace(self.base)}vocabulary/"
        return f"{own if coded.is_own_scheme else HRDV}{coded.scheme}/"

    def codes(self, nodes: Iterable[int]) -> tuple[str, ...]:
        """Return the last parts of the IRIs of concepts."""
        return tuple(dict.fromkeys(self.rdf.iri(node).rpartition("/")[2] for node in nodes))

    def codes_of(self, node: int) -> dict[str, tuple[str, ...]]:
        """Return the codes that a thing or claim says, by the names of its attributes."""
        coded = self.coded(self.kinds[node])
        pairs = ((column.field, column.predicate) for column in coded if column.predicate)
        return {name: self.codes(self.rdf.objects(node, way)) for name, way in pairs}

    def words_in(self, language: str, *, marked: bool = False) -> PageLanguage:
        """Return the words of pages in a language; a kind that the catalogue does not name is
        called as it declares."""
        kinds = {**self.topics.properties.kinds, **self.own_lists}
        say = partial(say_label, language=language, marked=marked)
        named = (
            (name, say(kind.singulars or kind.labels), say(kind.labels))
            for name, kind in kinds.items()
        )
        return words_in(language, tuple(named), marked=marked)

    @once
    def listed_kinds(self) -> tuple[str, ...]:
        """The kinds of things that lists and searches show."""
        return (*LISTED, *self.own_lists)

    @once
    def things(self) -> Mapping[int, Thing]:
        """Everything with a page of its own, in a fixed order."""
        return MemoMap(lambda: self.kinds, self.kinds, self._thing, _KEPT)

    @once
    def claims(self) -> Mapping[int, Claim]:
        """Return every claim, in the order of things."""
        hidden = frozenset(
            self.rdf.at(self.graph.project.graph_name(name)) for name in ("derived", "ontology")
        )
        every = dict.fromkeys(node for node in self.kinds if self.topics.is_claim(node))
        return MemoMap(
            lambda: every, every, lambda node: claim_of(self.topics, node, self.citations, hidden),
            _KEPT,
        )  # fmt: skip

    @once
    def latest(self) -> Mapping[int, list[int]]:
        """Return the editions that were conferred last, each with its laureates."""
        return latest(self.topics)

    @once
    def documents(self) -> Mapping[int, CitedDocument]:
        """Return the documents that claims cite, and what else is called one, by their
        addresses."""
        rdf = self.rdf
        places = {place for claim in self.claims for place in rdf.objects(claim, HRD.evidence)}
        cited = {node for place in places for node in rdf.objects(place, OA.hasSource)}
        every = dict.fromkeys(sorted({*rdf.members(HRD.SourceDocument), *cited}))
        return MemoMap(lambda: every, every, self.document, _KEPT)

    @once
    def citations(self) -> Callable[[int], tuple[PageCitation, ...]]:
        """Return a function that lists the cited places of a node."""
        return lru_cache(maxsize=_KEPT)(partial(citations_of, self.rdf, document=self.document))

    @once
    def document(self) -> Callable[[int], CitedDocument]:
        """Return a function that reads a document by its node."""
        return lru_cache(maxsize=_KEPT)(partial(document_of, self.rdf))

    @property
    def base(self) -> str:
        """Return the IRI that things are minted under."""
        return self.graph.project.base

    @once
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the project that pages speak, its first one first; English where
        there is none."""
        return tuple(tag for tag in self.graph.project.languages if tag in LANGUAGES) or ("en",)

    @once
    def withdrawn(self) -> frozenset[str]:
        """Return the keys of things that were taken back: their addresses answer 410."""
        return withdrawn_of(self.rdf, self.base) | list_gone_keys(self.graph.project)

    @once
    def sources(self) -> Mapping[str, int]:
        """Return the named graphs of the sources, by their names."""
        names = {
            str(name): self.rdf.at(self.graph.project.graph_name(str(name)))
            for name in self.graph.manifest.get("sources", ())
        }
        return {name: node for name, node in sorted(names.items()) if node >= 0}

    @once
    def all_listed(self) -> tuple[int, ...]:
        """Return the things that lists and searches show: people, organisations, awards, editions,
        events, what is of the project's own kinds, and countries of which something is said."""
        return tuple(
            node
            for node, kind in self.kinds.items()
            if kind in self.listed_kinds
            and (kind != "country" or self.people_of(node) or self.topics.of(node))
        )

    def of_kind(self, *kinds: str) -> list[int]:
        """Return the listed things of some kinds."""
        return [node for node in self.all_listed if self.kinds[node] in kinds]

    @once
    def most_told(self) -> Callable[..., list[int]]:
        """Return the function that lists some things of given kinds, those with most claims
        first."""

        def rank(*kinds: str) -> list[int]:
            return nsmallest(
                _RANKED,
                self.of_kind(*kinds),
                key=lambda node: (-len(self.topics.of(node)), self.key_of(node)),
            )

        return lru_cache(maxsize=64)(rank)

    def people_of(self, country: int) -> list[int]:
        """List the people, groups and organisations of a country, in the order of things."""
        places = [country, *self.rdf.subjects(SKOS.broader, country)]
        here = [place for place in places if self.country_around(place) == country]
        nodes = {
            node for place in here for way in _COUNTRY for node in self.rdf.subjects(way, place)
        }
        return sorted(
            (node for node in nodes if self.kinds.get(node) in _PEOPLE), key=self.order.__getitem__
        )

    def countries_of(self, node: int) -> list[int]:
        """List the countries of a thing: its own, of its nationality, or where it works; of a
        region, the country around it."""
        return list(
            dict.fromkeys(self.country_around(place) for place in self.rdf.objects(node, *_COUNTRY))
        )

    def countries_told(self, claim: int) -> list[int]:
        """List the countries that a claim names, or around the regions that it names, but not
        those about which the sources disagree."""
        disputed = self.rdf.objects(claim, HRD.disputed)
        ways = self.topics.properties.with_roles(self.kinds[claim], "place")
        safe = (way for way in ways if self.rdf.at(way) not in disputed)
        places = map(self.country_around, self.rdf.objects(claim, *safe))
        return list(dict.fromkeys(p for p in places if self.kinds.get(p) in ("country", "place")))

    def country_around(self, place: int) -> int:
        """Return the country that a place lies in; a country itself, or what has none, stays."""
        around = self.rdf.first(place, SKOS.broader) if self.kinds.get(place) == "place" else -1
        return around if self.kinds.get(around) == "country" else place

    def own_names(self, thing: Thing) -> tuple[DisplayName, ...]:
        """The names that somebody gave a thing: none where it is called by what it consists of."""
        is_composed = thing.kind == "edition" or self.topics.is_claim(thing.node)
        return () if is_composed else (*thing.names, *thing.others)

    def claims_about(self, node: int) -> list[Claim]:
        """List the claims that are told on the page of a thing."""
        return [self.claims[claim] for claim in self.topics.of(node)]

    def thing(self, key: str) -> Thing | None:
        """Return the thing of a key."""
        node = self.node_of(key)
        return None if node is None else self.things[node]

    def node_of(self, key: str) -> int | None:
        """Return the node of a key, None where no thing has it."""
        node = self.rdf.find(f"{self.base}{key}") if key else -1
        return (
            node
            if node in self.kinds
            else self._elsewhere.get(key)
            if key.startswith(_ELSEWHERE)
            else None
        )

    @once
    def _elsewhere(self) -> Mapping[str, int]:
        """Return the things with another base, by their keys."""
        return {
            key: node for node in self.kinds if (key := self.key_of(node)).startswith(_ELSEWHERE)
        }

    def key_of(self, node: int) -> str:
        """Return the key of a thing: its IRI without the base, or a name made of its digest."""
        iri = self.rdf.iri(node)
        own = iri.startswith(self.base) and len(iri) > len(self.base)
        return (
            iri[len(self.base) :] if own else f"{_ELSEWHERE}{sha256(iri.encode()).hexdigest()[:16]}"
        )

    def _thing(self, node: int) -> Thing:
        return Thing(
            node, self.rdf.iri(node), self.key_of(node), self.kinds[node],
            *names_of(self.rdf, node),
        )  # fmt: skip

    def document_key(self, document: CitedDocument) -> str:
        """Return the name of a document's page."""
        return sha256(document.address.encode()).hexdigest()[:16]

    @once
    def documents_by_key(self) -> Mapping[str, int]:
        """Return the documents by the names of their pages."""
        return {self.document_key(document): node for node, document in self.documents.items()}

    @once
    def publishers(self) -> Mapping[str, str]:
        """Return who published documents, each with the first source that cites one of theirs."""
        sources: dict[str, str] = {}
        for key, graph in self.sources.items():
            for document in self.documents.values():
                if graph in self.rdf.sources(document.node):
                    sources.setdefault(document.publisher or document.host, key)
        return sources

    def claims_citing(self, document: int) -> list[int]:
        """List the claims that cite a document."""
        places = self.rdf.subjects(OA.hasSource, document)
        claims = {
            node
            for place in places
            for node in self.rdf.subjects(HRD.evidence, place)
            if node in self.claims
        }
        return sorted(claims, key=self.order.__getitem__)

    @once
    def context(self) -> tuple[str, bytes]:
        """Return the path of the JSON-LD context and its bytes. The path has the version and the
        digest, so it never means another."""
        document = json.loads(context_of(self.graph.project))
        version = document.get("version", 1) if "@context" in document else 1
        data = json.dumps(
            {"@context": document.get("@context", document)}, ensure_ascii=False, indent=1
        ).encode()
        return f"context/v{version}-{sha256(data).hexdigest()[:12]}.jsonld", data


SAME_AS = (SKOS.exactMatch, OWL.sameAs)
LINKS = (FOAF.homepage, FOAF.page, RDFS.seeAlso)


def links_of(rdf: GraphView, node: int, *predicates: IRI) -> list[str]:
    """List the addresses elsewhere that a node says with some predicates, of the web only."""
    texts = (rdf.value(o).text for o in rdf.objects(node, *predicates))
    return [text for text in dict.fromkeys(texts) if text.startswith(("https://", "http://"))]
