"""A site into the rows of its index, with the labels of their facets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hrdgraph.vocab import HRD
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, earliest, status
from hrdgraph.web.pages.graph_view import GraphView
from hrdgraph.web.pages.search.award_words import NAMED_SO, words_for
from hrdgraph.web.pages.search.folding import fold
from hrdgraph.web.pages.site import Site, Thing
from hrdgraph.web.pages.wording.labels import Labels

FACETS: Final = ("kind", "country", "award", "decade", "source", "status")


_TOLD: Final = (HRD.occupation, HRD.organisationKind, HRD.activity)


@dataclass(frozen=True)
class IndexRow:
    """A thing as it is searched: its names in each language of the site, its folded names, its
    values for each facet, and what people may call it where it is an award."""

    thing: Thing
    names: tuple[str, ...]
    folded: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    told: tuple[str, ...] = ()
    award_words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Fact:
    """What a claim adds to the facets of the things that it is about. Few are different, so each
    stands for thousands of claims."""

    decade: str
    status: str
    sources: frozenset[int]


def facts_of(site: Site) -> dict[int, set[_Fact]]:
    """What claims say of each thing for its facets, in one walk through the claims."""
    found: dict[int, set[_Fact]] = {}
    for node in site.claims:
        if site.kinds[node] != "act":
            fact = _fact(site.said, node)
            for other in (node, *site.told.about(node)):
                found.setdefault(other, set()).add(fact)
    return found


def _fact(said: GraphView, node: int) -> _Fact:
    year, held = earliest(said, node)[:4], status(said, node)
    return _Fact(
        f"{year[:3]}0" if year.isdigit() and held not in DOUBTED else "", held, said.sources(node)
    )


def index_row(
    site: Site, thing: Thing, speakers: Sequence[Labels], facts: Iterable[_Fact]
) -> IndexRow:
    """A thing as it is searched, named by each of the speakers, with the facts about it."""
    names = tuple(labels.of(thing.node).text for labels in speakers)
    every = dict.fromkeys([*names, *(found.text for found in (*thing.names, *thing.others))])
    values = {
        "kind": (thing.kind,),
        "country": _keys(site, _countries(site, thing)),
        "award": _keys(site, _awards(site, thing)),
        **_told(facts, site, thing),
    }
    folded = tuple(dict.fromkeys(filter(None, map(fold, every))))
    told = tuple(value.text for value in site.said.values(thing.node, *_TOLD))
    award_words = words_for(folded) if thing.kind in NAMED_SO else frozenset[str]()
    return IndexRow(thing, names, folded, values, told, award_words)


def _keys(site: Site, nodes: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted({site.key_of(node) for node in nodes if node in site.kinds}))


def _countries(site: Site, thing: Thing) -> Iterable[int]:
    return [thing.node] if thing.kind == "country" else site.countries_of(thing.node)


def _awards(site: Site, thing: Thing) -> Iterable[int]:
    if thing.kind in ("award", "edition"):
        return (
            [thing.node] if thing.kind == "award" else site.said.objects(thing.node, HRD.editionOf)
        )
    received = site.said.subjects(HRD.recipient, thing.node)
    editions = {edition for node in received for edition in site.said.objects(node, HRD.edition)}
    return {award for edition in editions for award in site.said.objects(edition, HRD.editionOf)}


def _told(facts: Iterable[_Fact], site: Site, thing: Thing) -> dict[str, tuple[str, ...]]:
    names = {node: name for name, node in site.sources.items()}
    graphs = {graph for fact in facts for graph in fact.sources} | site.said.sources(thing.node)
    return {
        "decade": tuple(sorted({fact.decade for fact in facts if fact.decade}))
        if thing.kind != "country"
        else (),
        "source": tuple(sorted(names[graph] for graph in graphs if graph in names)),
        "status": tuple(sorted({fact.status for fact in facts if fact.status})),
    }


def facet_labels(
    site: Site, rows: Sequence[IndexRow], speakers: Sequence[Labels]
) -> dict[str, dict[str, list[str]]]:
    """The labels of the values of each facet, by each of the speakers."""
    found: dict[str, dict[str, list[str]]] = {facet: {} for facet in FACETS}
    for row in rows:
        for facet, values in row.values.items():
            for value in values:
                if value not in found[facet]:
                    found[facet][value] = [
                        _facet_label(site, facet, value, labels) for labels in speakers
                    ]
    return found


def _facet_label(site: Site, facet: str, value: str, labels: Labels) -> str:
    if facet in ("country", "award"):
        return labels.of(node).text if (node := site.node_of(value)) is not None else value
    if facet == "decade":
        return labels.words("date_decade", decade=value)
    return (
        value
        if facet == "source"
        else labels.words(f"{'kinds' if facet == 'kind' else facet}_{value}", n=2)
    )
