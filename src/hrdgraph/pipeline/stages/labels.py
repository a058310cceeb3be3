"""Call claims, events, editions and documents by what they are made of, in each language of the
project: most sources give them no name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import polars as pl

from hrdgraph.catalogue.words import join_texts
from hrdgraph.fact_kinds import Kind, claim_kinds
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.vocab import DCTERMS, FOAF, HRD, RDF, RDFS, SKOS

_NAMES: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name)
_BETWEEN: Final = " – "
_LISTED: Final = 3  # names of one part of a label
# these have labels of their own before others are called by them
_FIRST: Final = (HRD.AwardEdition, HRD.HumanRightsEvent)
_ENDS: Final = ("subject", "agent", "object", "")
_OTHERS: Final = ("other agent", "other object", "place")  # where there is none of these


def label_facts(
    graph: ColumnGraph, kinds: Mapping[str, Kind], ontology: Ontology, languages: Sequence[str],
    name: IRI,
) -> ColumnGraph:  # fmt: skip
    """Return labels for what has none, in a graph of that name."""
    called = {**claim_kinds(kinds), "edition": kinds["edition"]}
    composer = _Composer(graph, called.values(), ontology)
    rows = [
        (graph.terms[node], RDFS.label.n3(), Literal(text, language=tag).n3(), name.n3())
        for node, tag, text in [*composer.facts(languages), *composer.documents()]
    ]
    return ColumnGraph.from_text(pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row"))


class _Composer:
    """What facts consist of, in positions of a graph, and what things are called."""

    def __init__(self, graph: ColumnGraph, kinds: Iterable[Kind], ontology: Ontology) -> None:
        self._graph, self._ontology = graph, ontology
        self._classes = {
            place: (iri, kind)
            for kind in kinds
            for iri in kind.classes
            if (place := graph.position(iri)) is not None
        }
        told = {
            item.predicate
            for _, kind in self._classes.values()
            for item in kind.attributes
            if item.predicate
        }
        self._said: dict[int, dict[int, list[int]]] = {}
        for s, p, o in self._rows(told):
            self._said.setdefault(s, {}).setdefault(p, []).append(o)
        self._names: dict[int, dict[str, str]] = {}
        for predicate in _NAMES:
            rows = self._rows({predicate})
            texts = graph.terms.gather([o for *_, o in rows]).to_list()
            for (s, *_), term in zip(rows, map(parse_term, texts), strict=True):
                if isinstance(term, Literal):
                    self._names.setdefault(s, {}).setdefault(term.language, term.value)

    def _rows(self, predicates: Iterable[IRI]) -> list[tuple[int, int, int]]:
        places = [place for iri in predicates if (place := self._graph.position(iri)) is not None]
        quads = self._graph.quads.filter(pl.col("p").is_in(places)).select("s", "p", "o")
        return quads.unique().sort("s", "p", "o").rows()

    def facts(self, languages: Sequence[str]) -> Iterator[tuple[int, str, str]]:
        """Nodes with a language and what they are called in it: editions and events first, since
        other facts are called by them."""
        typed = [
            (self._classes[o][0] not in _FIRST, s, *self._classes[o])
            for s, _, o in self._rows({RDF.type})
            if o in self._classes and s not in self._names
        ]
        for _, node, iri, kind in sorted(typed, key=lambda row: row[:2]):
            entry = self._ontology.get(iri)
            # nothing is called in a language that the ontology does not speak
            for tag in (tag for tag in languages if entry and tag in entry.labels):
                text = self._compose(node, iri, kind, tag)
                if text and tag not in self._names.get(node, {}):
                    self._names.setdefault(node, {})[tag] = text
                    yield node, tag, text

    def documents(self) -> Iterator[tuple[int, str, str]]:
        """Source documents without a title, with their publishers and addresses."""
        documents = self._graph.where(p=RDF.type, o=HRD.SourceDocument).quads["s"].unique().sort()
        publishers = {s: self._name(o, "") for s, _, o in self._rows({DCTERMS.publisher})}
        for node in documents:
            if node not in self._names:
                address = self._graph.terms[node].strip("<>").partition("://")[2].strip("/")
                text = _BETWEEN.join(filter(None, (publishers.get(node, ""), address)))
                if text:
                    yield node, "", text

    def _compose(self, node: int, iri: IRI, kind: Kind, tag: str) -> str:
        if kind.class_iri == HRD.AwardEdition:
            both = (self._along(node, HRD.editionOf), self._along(node, HRD.editionYear))
            return " ".join(self._join_names(places, tag) for places in both if places)
        own = self._parts(node, kind)
        parts = [part for p in kind.properties("part") for part in self._along(node, p)]
        if parts and not any(own[role] for role in ("kind", "subject", "agent")):
            # an event is called by its acts
            every = [self._parts(part, kind) for part in parts for kind in self._kinds_of(part)]
            own = {role: [o for each in every for o in each[role]] for role in own}
        sort = [o for o in own["kind"] if (not self._graph.terms[o].startswith('"'))]
        what = self._join_names(sort, tag) or self._ontology.label(iri, (tag,))
        ends = [places for role in _ENDS if (places := own[role])]
        ends = ends or [places for role in _OTHERS if (places := own[role])][:1]
        named = [self._join_names(places, tag) for places in ends]
        return _BETWEEN.join([what[:1].upper() + what[1:], *named]) if named or sort else ""

    def _parts(self, node: int, kind: Kind) -> dict[str, list[int]]:
        """Return what a fact says by the roles of that; with `other` before it who else takes part,
        which does not tell the fact from others."""
        found: dict[str, list[int]] = {role: [] for role in (*_ENDS, "kind", *_OTHERS)}
        for item in kind.attributes:
            is_other = item.role in ("agent", "object", "") and item.identifies != "true"
            role = f"other {item.role}" if is_other else item.role
            if role in found and item.predicate and item.type not in ("yes-no", "date"):
                found[role] += self._along(node, item.predicate)
        return found

    def _kinds_of(self, node: int) -> list[Kind]:
        classes = self._graph.objects(self._graph.terms[node], RDF.type)
        places = (self._graph.position(term) for term in classes)
        return [self._classes[place][1] for place in places if place in self._classes][:1]

    def _along(self, node: int, predicate: IRI) -> list[int]:
        place = self._graph.position(predicate)
        return self._said.get(node, {}).get(-1 if place is None else place, [])

    def _join_names(self, places: Sequence[int], tag: str) -> str:
        names = list(dict.fromkeys(self._name(place, tag) for place in places))
        return join_texts(names[:_LISTED] + (["…"] if len(names) > _LISTED else []), tag)

    def _name(self, place: int, tag: str) -> str:
        names = self._names.get(place)
        if names:
            return next(names[each] for each in (tag, "", "en", *names) if each in names)
        term = parse_term(self._graph.terms[place])
        if isinstance(term, IRI):
            return self._ontology.label(term, (tag,))
        return term.value if isinstance(term, Literal) else ""
