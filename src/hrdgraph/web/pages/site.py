"""A built graph into a site: everything that pages are made of, prepared once. Reads the publishable build and nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hrdgraph.rdf import IRI
from hrdgraph.store import Answer
from hrdgraph.vocab import FOAF, HRD, OWL, RDF, RDFS, SKOS
from hrdgraph.web.pages.citations import Document
from hrdgraph.web.pages.claims import Claim, claims_of
from hrdgraph.web.pages.kinds import LISTED, aliases_of, kinds_of, withdrawn_of
from hrdgraph.web.pages.naming import Name, names_of
from hrdgraph.web.pages.said import Said
from hrdgraph.web.pages.words import LANGUAGES

if TYPE_CHECKING:
    from hrdgraph.api import Graph
    from hrdgraph.ontology import Ontology
    from hrdgraph.queries import Catalogue, Query

Ask = Callable[["Query", Mapping[str, str]], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Thing:
    """What has a page of its own. `key` is its IRI without the base, or a name made of a digest where it has another base."""

    node: int
    iri: str
    key: str
    kind: str
    names: tuple[Name, ...]
    others: tuple[Name, ...]


@dataclass(frozen=True, eq=False)
class Site:
    """A prepared graph. Frozen but for what is worked out when it is first asked for; safe to share between threads."""

    graph: Graph
    said: Said
    things: Mapping[int, Thing]
    by_key: Mapping[str, int]
    aliases: Mapping[str, int]
    claims: Mapping[int, Claim]
    documents: Mapping[int, Document]
    told: Mapping[int, tuple[int, ...]]
    address: str
    ask: Ask

    @classmethod
    def of(cls, graph: Graph, *, address: str = "", ask: Ask | None = None) -> Site:
        """Prepare a built graph. `address` is where the site will stand (`https://example.org/`), or nothing where that is not
        known; `ask` answers saved queries, in this process where none is given.
        """
        said = Said.of(graph.columns)
        base = graph.project.base
        kinds = kinds_of(said, base)
        documents: dict[int, Document] = {}
        hidden = frozenset(said.at(graph.project.graph_name(name)) for name in ("derived", "ontology"))
        claims = claims_of(said, kinds, documents, hidden)
        things = {node: _thing(said, node, kind, base) for node, kind in kinds.items()}
        aliases = {key: node for key, node in aliases_of(said, base).items() if node in things}
        return cls(
            graph=graph,
            said=said,
            things=things,
            by_key={thing.key: node for node, thing in things.items()},
            aliases=aliases,
            claims=claims,
            documents=_all_documents(said, documents),
            told=_told(claims),
            address=address.rstrip("/") + "/" if address else "",
            ask=ask or (lambda query, parameters: graph.answer(query.name, dict(parameters))),
        )

    def title(self, language: str) -> str:
        """The name of the project in a language."""
        return self.graph.project.title_in(language)

    @property
    def files(self) -> Path:
        """The folder of the build, with the downloads."""
        return self.graph.project.build_dir

    @property
    def base(self) -> str:
        """The IRI that things are minted under."""
        return self.graph.project.base

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the build says of itself."""
        return self.graph.manifest

    @property
    def ontology(self) -> Ontology:
        """The ontology and its vocabularies."""
        return self.graph.ontology

    @property
    def queries(self) -> Catalogue:
        """The saved queries."""
        return self.graph.queries

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the project that pages can speak, its first one first; English where there is none."""
        return tuple(tag for tag in self.graph.project.languages if tag in LANGUAGES) or ("en",)

    @cached_property
    def uses(self) -> Counter[str]:
        """How often the graph uses each predicate, and each class, by IRI."""
        found: Counter[int] = Counter()
        kinds = self.said.at(RDF.type)
        for facts in self.said.outgoing.values():
            found.update({predicate: len(objects) for predicate, objects in facts.items()})
            found.update(facts.get(kinds, ()))
        return Counter({self.said.iri(node): count for node, count in found.items()})

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The keys of things that were taken back: their addresses answer 410."""
        return withdrawn_of(self.said, self.base)

    @cached_property
    def sources(self) -> Mapping[str, int]:
        """The named graphs of the sources, by their names."""
        names = {str(name): self.said.at(self.graph.project.graph_name(str(name))) for name in self.manifest.get("sources", ())}
        return {name: node for name, node in sorted(names.items()) if node >= 0}

    @cached_property
    def listed(self) -> tuple[Thing, ...]:
        """The things that lists and searches show: people, organisations, awards, editions, events, and countries of which
        something is said."""
        return tuple(thing for thing in self.things.values() if thing.kind in LISTED and self._is_told(thing))

    def _is_told(self, thing: Thing) -> bool:
        return thing.kind != "country" or bool(self.of_country.get(thing.node)) or thing.node in self.told

    @cached_property
    def of_country(self) -> Mapping[int, tuple[int, ...]]:
        """The people, groups and organisations of each country."""
        found: dict[int, list[int]] = {}
        for thing in self.things.values():
            if thing.kind in ("person", "organisation", "group"):
                for country in self.countries_of(thing.node):
                    found.setdefault(country, []).append(thing.node)
        return {country: tuple(nodes) for country, nodes in found.items()}

    def countries_of(self, node: int) -> list[int]:
        """The countries of a thing: its own, of its nationality, or where it works; of a region, the country around it."""
        found = self.said.objects(node, HRD.country, HRD.nationality, HRD.countryOfWork)
        return list(dict.fromkeys(self.country_around(place) for place in found))

    def country_around(self, place: int) -> int:
        """The country that a place lies in; a country itself, or what has none, stays."""
        thing = self.things.get(place)
        around = self.said.first(place, SKOS.broader) if thing and thing.kind == "place" else -1
        return around if around >= 0 and (up := self.things.get(around)) and up.kind == "country" else place

    def claims_about(self, node: int) -> list[Claim]:
        """The claims that are told on the page of a thing."""
        return [self.claims[claim] for claim in self.told.get(node, ())]

    def thing(self, key: str) -> Thing | None:
        """The thing of a key."""
        node = self.by_key.get(key)
        return None if node is None else self.things[node]

    def document_key(self, document: Document) -> str:
        """The name of a document's page."""
        return sha256(document.address.encode()).hexdigest()[:16]

    @cached_property
    def documents_by_key(self) -> Mapping[str, Document]:
        """The documents by the names of their pages."""
        return {self.document_key(document): document for document in self.documents.values()}

    @cached_property
    def cited_in(self) -> Mapping[int, tuple[Claim, ...]]:
        """The claims that cite each document."""
        found: dict[int, list[Claim]] = {}
        for claim in self.claims.values():
            for node in dict.fromkeys(citation.document.node for citation in claim.citations):
                found.setdefault(node, []).append(claim)
        return {node: tuple(claims) for node, claims in found.items()}

    @cached_property
    def context(self) -> tuple[str, bytes]:
        """The path of the JSON-LD context and its bytes. The path has the version and the digest, so it never means another."""
        document = json.loads(self.graph.project.context_file.read_bytes())
        version = document.get("version", 1) if "@context" in document else 1
        data = json.dumps({"@context": document.get("@context", document)}, ensure_ascii=False, indent=1).encode()
        return f"context/v{version}-{sha256(data).hexdigest()[:12]}.jsonld", data


def _thing(said: Said, node: int, kind: str, base: str) -> Thing:
    iri = said.iri(node)
    key = iri[len(base) :] if iri.startswith(base) and len(iri) > len(base) else f"elsewhere/{sha256(iri.encode()).hexdigest()[:16]}"
    names, others = names_of(said, node)
    return Thing(node, iri, key, kind, names, others)


def _told(claims: Mapping[int, Claim]) -> Mapping[int, tuple[int, ...]]:
    """Which claims each thing's page tells. Acts are told by their events, which have their victims too."""
    found: dict[int, list[int]] = {}
    for claim in claims.values():
        for node in sorted(claim.about) if claim.kind != "act" else ():
            found.setdefault(node, []).append(claim.node)
    return {node: tuple(told) for node, told in found.items()}


def _all_documents(said: Said, met: dict[int, Document]) -> Mapping[int, Document]:
    from hrdgraph.web.pages.citations import document_of

    for node in said.typed(HRD.SourceDocument):
        met.setdefault(node, document_of(said, node))
    return dict(sorted(met.items()))


SAME_AS = (SKOS.exactMatch, OWL.sameAs)
LINKS = (FOAF.homepage, FOAF.page, RDFS.seeAlso)


def links_of(said: Said, node: int, *predicates: IRI) -> list[str]:
    """The addresses elsewhere that a node says with some predicates, of the web only."""
    found = (said.value(o).text for o in said.objects(node, *predicates))
    return [text for text in dict.fromkeys(found) if text.startswith(("https://", "http://"))]
