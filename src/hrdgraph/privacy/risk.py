"""People at risk, and living people, into marks on what is said of them beyond what a public
award list says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.privacy.node_kinds import of_class
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning, find
from hrdgraph.vocab import FOAF, HRD, HRDV, ORG, RDF, RDFS, SCHEMA, SKOS

NAMES: Final = (SKOS.prefLabel, SKOS.altLabel, RDFS.label, FOAF.name, SCHEMA.name)
_DEATHS: Final = tuple(
    HRDV[f"act-type/{name}"] for name in ("killing", "death", "death-in-custody")
)
_DEAD: Final = tuple(HRDV[f"fate/{name}"] for name in ("dead", "remains-identified"))
_DEATH_DATES: Final = (
    HRD.deathDate,
    SCHEMA.deathDate,
    IRI("http://www.wikidata.org/prop/direct/P570"),
)
_DEAD_ENDS: Final = (
    FOAF.Agent,
    FOAF.Person,
    ORG.Organization,
    ORG.FormalOrganization,
    ORG.OrganizationalCollaboration,
    HRD.Award,
    HRD.AwardEdition,
    HRD.SourceDocument,
    SKOS.Concept,
)


@dataclass(frozen=True, eq=False)
class Risk:
    """Nodes that go whole, and statements that go one by one."""

    nodes: pl.Series
    quads: pl.Series


def at_risk(
    graph: ColumnGraph,
    columns: Columns,
    told: pl.Series,
    marked: pl.Series,
    is_claim: pl.Series,
    lists: Collection[IRI],
) -> Risk | None:
    """All about the people who are flagged (hrd:atRisk, anything but false) that is not in a
    conferral of a public award list; there, their names and what they are stay too. A flagged
    person in no such conferral goes whole. None where nobody is flagged.
    """
    people = _flagged(graph, columns)
    if not people.any():
        return None
    listed = told & columns.having("g", find(graph, lists))
    conferrals = of_class(graph, columns, (HRD.AwardConferral,)) & ~marked
    named = columns.having("o", people)
    in_lists = listed & named & columns.having("s", conferrals)
    kept, known = columns.subjects(in_lists), columns.objects(in_lists)
    claims = columns.subjects(told & named & columns.having("s", is_claim)) & ~kept
    identity = listed & columns.having("p", find(graph, (RDF.type, *NAMES, HRD.evidence)))
    about = columns.having("s", people) & ~identity
    return Risk(claims | (people & ~known), told & (about | (named & ~columns.having("s", kept))))


def people_at_risk(graph: ColumnGraph) -> frozenset[IRI]:
    """The people who are flagged (hrd:atRisk, anything but false)."""
    found = graph.terms.filter(_flagged(graph, Columns.of(graph)))
    return frozenset(IRI(text[1:-1]) for text in found if text.startswith("<"))


def _flagged(graph: ColumnGraph, columns: Columns) -> pl.Series:
    flags = columns.only(columns.having("p", find(graph, (HRD.atRisk,))))
    no = graph.terms.gather(flags.o).str.contains(r'(?i)^"(?:false|0|no)"')
    return flags.subjects(~no)


def exact_places(
    graph: ColumnGraph,
    columns: Columns,
    seen: pl.Series,
    is_claim: pl.Series,
    properties: pl.Series,
    persons: pl.Series,
) -> pl.Series:
    """A mark on the statements of `properties` that say exactly where a living person is or was:
    of the person, of a claim or event that names one, or of a place that either points at.
    Whoever is not said to be dead in what is `seen` is living. `persons` count as persons though
    they are not said to be any.
    """
    exact = columns.having("p", properties)
    if not exact.any():
        return exact
    said = columns.only(seen)
    living = (of_class(graph, columns, (FOAF.Person,)) | persons) & ~_dead(graph, said)
    naming = said.subjects(said.having("o", living) & said.having("s", is_claim))
    events = said.subjects(said.having("p", find(graph, (HRD.act,))) & said.having("o", naming))
    ends = of_class(graph, columns, _DEAD_ENDS) | is_claim | beginning(graph, f"<{HRDV}")
    links = said.only(~said.having("o", ends))
    return exact & columns.having("s", links.reach(living | naming | events))


def _dead(graph: ColumnGraph, said: Columns) -> pl.Series:
    dated = said.subjects(said.having("p", find(graph, _DEATH_DATES)))
    deaths = said.subjects(
        said.having("p", find(graph, (HRD.actType,))) & said.having("o", find(graph, _DEATHS))
    )
    fates = said.subjects(
        said.having("p", find(graph, (HRD.fate,))) & said.having("o", find(graph, _DEAD))
    )
    found = said.objects(said.having("p", find(graph, (HRD.fateOf,))) & said.having("s", fates))
    return (
        dated
        | found
        | said.objects(said.having("p", find(graph, (HRD.victim,))) & said.having("s", deaths))
    )
