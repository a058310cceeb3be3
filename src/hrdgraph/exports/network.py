"""Make a network of a graph: people, organisations, awards and events, connected by claims.

Nodes are IRIs with `label`, `kind` (person, organisation, award, event, agent), `country` (codes)
and `names` (all of them). Edges are keyed by their claim, one for each, from the one who acts to
what is acted on. Attributes: `kind`, `claim` (IRI), `detail`, `date` (as in the source) and
`status`. A finalist has an edge `finalist`, never `won`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from hrdgraph.fact_kinds import Kind, whole_properties
from hrdgraph.mapping.facts.layout import load_shipped_kinds
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.vocab import FOAF, HRD, ORG, RDF, RDFS, SKOS

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]


class TaggedLabel(NamedTuple):
    """A label with its language tag ("" for none); `preferred` marks `skos:prefLabel`."""

    text: str
    language: str
    preferred: bool


def best(names: Iterable[TaggedLabel], languages: Sequence[str], fallback: str) -> str:
    """Choose the name to show: a preferred label before another name, then by the order of
    `languages`, then untagged, then by text."""
    order = {language.lower(): number for number, language in enumerate(languages)}

    def rank(name: TaggedLabel) -> tuple[bool, int, str]:
        tag = name.language.lower()
        place = order.get(tag, order.get(tag.partition("-")[0], len(order) + bool(tag)))
        return not name.preferred, place, name.text

    return min(names, key=rank, default=TaggedLabel(fallback, "", False)).text


Links = dict[str, list[str]]


@dataclass(frozen=True)
class PredicateIndex:
    """Reads a graph one predicate at a time. IRIs and lexical forms are plain texts, in the order
    of the graph."""

    graph: ColumnGraph
    languages: tuple[str, ...]

    def links(self, predicate: IRI, subjects: Collection[str] = ()) -> Links:
        """Return objects by subject; of some subjects only, if given."""
        links: Links = {}
        rows = self._rows(predicate, subjects)
        terms = self.graph.terms
        for s, o in zip(terms.gather(rows["s"]), terms.gather(rows["o"]), strict=True):
            links.setdefault(_text(s), []).append(_text(o))
        return links

    def _rows(self, predicate: IRI, subjects: Collection[str]) -> pl.DataFrame:
        quads = self.graph.where(p=predicate).quads
        if subjects:
            wanted = [self.graph.position(f"<{subject}>") for subject in subjects]
            quads = quads.filter(pl.col("s").is_in(wanted))
        return quads.select("s", "o").unique().sort("s", "o")

    def of_class(self, classes: Iterable[IRI]) -> list[str]:
        """Return the subjects of any of `classes`, sorted."""
        subjects = {s for kind in classes for s in self.graph.where(p=RDF.type, o=kind).quads["s"]}
        return [_text(self.graph.terms[position]) for position in sorted(subjects)]

    def names(self, subjects: Collection[str] = ()) -> dict[str, tuple[TaggedLabel, ...]]:
        """Return all labels by subject, preferred ones first; of some subjects only, if given."""
        labels: dict[str, tuple[TaggedLabel, ...]] = {}
        for predicate in (SKOS.prefLabel, RDFS.label, SKOS.altLabel):
            rows = self._rows(predicate, subjects)
            terms = self.graph.terms
            for s, o in zip(terms.gather(rows["s"]), terms.gather(rows["o"]), strict=True):
                value = parse_term(o)
                if isinstance(value, Literal):
                    subject = _text(s)
                    labels[subject] = (
                        *labels.get(subject, ()),
                        TaggedLabel(value.value, value.language, predicate != SKOS.altLabel),
                    )
        return labels


def _text(term: str) -> str:
    if term.startswith("<"):
        return term[1:-1]
    value = parse_term(term)
    return value.value if isinstance(value, Literal) else term


def code(iri: str) -> str:
    """Return the last part of an IRI: `laureate` of `…/outcome/laureate`."""
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def label_of(iri: str, names: dict[str, tuple[TaggedLabel, ...]], languages: Sequence[str]) -> str:
    """Return the label of a thing; without one, its code in plain words."""
    return best(names.get(iri, ()), languages, code(iri).replace("-", " "))


KINDS: Final[dict[str, tuple[IRI, ...]]] = {
    "award": (HRD.Award,),
    "organisation": (ORG.Organization, ORG.FormalOrganization, ORG.OrganizationalCollaboration),
    "person": (FOAF.Person,),
    "event": (HRD.HumanRightsEvent,),
    "agent": (FOAF.Agent, HRD.HumanRightsDefender),
}


class Edge(NamedTuple):
    """One statement between two things. `claim` is the node of the graph that makes it and has its
    evidence."""

    source: str
    target: str
    kind: str
    claim: str
    detail: str = ""
    date: str = ""


def network(
    graph: ColumnGraph, languages: Sequence[str] = ("en",), kinds: Mapping[str, Kind] | None = None
) -> nx.MultiDiGraph:
    """Build the network, nodes and edges in the order of their IRIs. Labels are chosen by
    `languages`, the first that exists; `kinds` are those of a project."""
    import networkx as nx

    facts = PredicateIndex(graph, tuple(languages))
    names = facts.names()
    links_of = cache(facts.links)  # kinds share properties, and all of them the date
    result = nx.MultiDiGraph()
    kinds = load_shipped_kinds() if kinds is None else kinds
    for iri, attributes in sorted(_nodes(facts, names, kinds)):
        result.add_node(iri, **attributes)
    status, disputed = facts.links(HRD.claimStatus), facts.links(HRD.disputed)
    edges = {
        edge
        for kind in kinds.values()
        for edge in _edges_of_kind(facts, links_of, kind, kinds, names)
    }
    for edge in sorted(edges):
        if edge.source in result and edge.target in result and edge.source != edge.target:
            result.add_edge(
                edge.source, edge.target, key=f"{edge.kind} {edge.claim}", kind=edge.kind,
                claim=edge.claim, detail=edge.detail, date=edge.date,
                status=find_status(status.get(edge.claim, ()), disputed.get(edge.claim, ())),
            )  # fmt: skip
    return result


def _nodes(
    facts: PredicateIndex, names: dict[str, tuple[TaggedLabel, ...]], kinds: Mapping[str, Kind]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield each thing once, with the first kind that fits."""
    countries = [
        facts.links(predicate) for predicate in (HRD.country, HRD.nationality, HRD.countryOfWork)
    ]
    done: set[str] = set()
    named = {thing for kind in kinds.values() for item in kind.columns for thing in item.of}
    own = {
        name: kind.classes
        for name, kind in kinds.items()
        if kind.is_own and (kind.thing in named or not kind.is_claim)
    }
    for kind, classes in (KINDS | own).items():
        for iri in facts.of_class(classes):
            if iri in done:
                continue
            done.add(iri)
            data = next((links[iri] for links in countries if iri in links), [])
            label = label_of(iri, names, facts.languages)
            all_names = tuple(dict.fromkeys(name.text for name in names.get(iri, ()))) or (label,)
            country = ", ".join(map(code, data))
            yield iri, {"label": label, "kind": kind, "country": country, "names": all_names}


def _edges_of_kind(
    facts: PredicateIndex,
    links_of: Callable[[IRI], Links],
    kind: Kind,
    kinds: Mapping[str, Kind],
    names: dict[str, tuple[TaggedLabel, ...]],
) -> Iterator[Edge]:
    """Yield the edges of a kind of fact: from who acts to whom it is about, and from these to
    others who take part. An act is represented by its event, an edition by its award."""
    ends: dict[str, list[tuple[str, Links]]] = {"subject": [], "agent": [], "object": []}
    sorts: list[tuple[Mapping[str, str], Links]] = []
    times, years = [], []
    schemes = {item.scheme for item in kind.attributes if item.role == "kind"} - {""}
    for item in kind.attributes:
        is_sort = item.role == "kind" or item.scheme in schemes  # by code, else in words
        if item.predicate is None or not (is_sort or item.role in (*ends, "time")):
            continue
        links = links_of(item.predicate)
        if is_sort:
            sorts.append((item.edges, links))
        elif item.role == "time":
            # when it was said is not when it was
            times += [links] if item.predicate != HRD.attestedAt else []
        elif item.of == ("award",):
            years.append(_along(links, links_of(HRD.editionYear)))
            ends[item.role].append(("", _along(links, links_of(HRD.editionOf))))
        else:
            ends[item.role].append((item.edges.get("", ""), links))
    wholes: Links = {}
    for predicate in whole_properties(kind, kinds):
        for whole, parts in links_of(predicate).items():
            for part in parts:
                wholes.setdefault(part, []).append(whole)
    for claim in facts.of_class(kind.classes):
        of = {
            role: [(edge, node) for edge, links in ways for node in links.get(claim, ())]
            for role, ways in ends.items()
        }
        shown_as = wholes.get(claim, [] if kind.is_claim else [claim])
        of["object"] += [("", node) for node in shown_as]
        detail, when, word = "", "", kind.thing
        if kind.is_claim:
            when = _first_of([*times, *years], [*shown_as, claim])
            sort = next(((edges, links[claim]) for edges, links in sorts if claim in links), None)
            edges, nodes = sort or (sorts[0][0] if sorts else {}, [])
            detail = ", ".join(label_of(node, names, facts.languages) for node in nodes)
            words = {edges.get(code(node), edges.get("", "")) for node in nodes}
            word = words.pop() if len(words) == 1 else edges.get("", "")
        for edge, source, target in _pairs(of, is_thing=not kind.is_claim):
            yield Edge(source, target, edge or word or kind.thing, claim, detail, when)


def _along(links: Links, following: Links) -> Links:
    """Follow links to where others lead from there."""
    return {
        start: [end for node in between for end in following.get(node, ())]
        for start, between in links.items()
    }


def _pairs(
    of: dict[str, list[tuple[str, str]]], *, is_thing: bool
) -> Iterator[tuple[str, str, str]]:
    for edge, agent in of["agent"]:
        for _, other in of["subject"] or of["object"]:
            yield (edge, other, agent) if is_thing else (edge, agent, other)
    for edge, subject in of["subject"]:
        yield from ((edge or named, subject, other) for named, other in of["object"])


def _first_of(times: Iterable[Links], claims: Iterable[str]) -> str:
    times = list(times)
    values = (value for claim in claims for links in times for value in links.get(claim, ()))
    return next(values, "")


# the first that holds is the one to show
STATUSES: Final = ("refuted", "contested", "verified", "asserted")


def find_status(stated: Sequence[str], disputed: Sequence[str]) -> str:
    """Return the first of STATUSES that a claim has, or "", from the IRIs of its statuses and of
    what of it is disputed. A source may call contested what is so only in a detail."""
    codes = set(map(code, stated))
    if disputed and HRD.Claim.value not in disputed:
        codes -= {"contested"}
    return next((each for each in STATUSES if each in codes), "asserted" if stated else "")
