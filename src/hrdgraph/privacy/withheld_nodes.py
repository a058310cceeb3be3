"""Marked nodes into all nodes that must go with them: upward to the claims that speak of them,
downward to what only they mention."""

from __future__ import annotations

import polars as pl

from hrdgraph.privacy.node_kinds import standing
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdf.marks import Columns, beginning, find
from hrdgraph.vocab import HRD, OA, RDF

# A node that loses every one of these means nothing any more: evidence without its document, an
# event without its acts, an allegation
# without the act.
_NEEDED = (
    OA.hasSource,
    OA.hasSelector,
    HRD.act,
    HRD.involvedIn,
    HRD.aboutAct,
    HRD.takenAt,
    HRD.evidence,
)


def with_their_claims(
    graph: ColumnGraph, said: Columns, told: Columns, marked: pl.Series, is_claim: pl.Series
) -> pl.Series:
    """The marked nodes and, until nothing changes, the nodes that `said` (what could be public
    otherwise) cannot say without them. `told` is the same with the statements that are private
    by themselves."""
    awarded = told.objects(told.having("p", find(graph, (HRD.edition,))))
    while True:
        lost = said.having("o", marked)
        parties, statements = _parties(graph, said, lost, is_claim), _statements(graph, said, lost)
        grown = (
            marked
            | parties
            | statements
            | _bereft(graph, said, lost, is_claim)
            | _idle(graph, said, awarded, marked)
        )
        if grown.sum() == marked.sum():
            return marked
        marked = grown


def _parties(graph: ColumnGraph, said: Columns, lost: pl.Series, is_claim: pl.Series) -> pl.Series:
    """Claims that name a withheld person or thing. That a claim names a withheld claim (its
    alternative, what it came after) does not withhold it, nor does one piece of evidence of
    several."""
    about_things = (
        lost & ~said.having("o", is_claim) & ~said.having("p", find(graph, (HRD.evidence,)))
    )
    return said.subjects(about_things & said.having("s", is_claim))


def _statements(graph: ColumnGraph, said: Columns, lost: pl.Series) -> pl.Series:
    """Reified statements of which any part is withheld."""
    return said.subjects(
        lost & said.having("p", find(graph, (RDF.subject, RDF.predicate, RDF.object)))
    )


def _bereft(graph: ColumnGraph, said: Columns, lost: pl.Series, is_claim: pl.Series) -> pl.Series:
    bereft = said.none
    for predicate in _NEEDED:
        uses = said.having("p", find(graph, (predicate,)))
        emptied = said.subjects(uses & lost) & ~said.subjects(uses & ~lost)
        bereft = bereft | (emptied & is_claim if predicate == HRD.evidence else emptied)
    return bereft


def _idle(graph: ColumnGraph, said: Columns, awarded: pl.Series, marked: pl.Series) -> pl.Series:
    """Announcements and ceremonies of editions that were awarded, and of which no conferral
    stays: they would tell that, when and where."""
    stays = said.objects(said.having("p", find(graph, (HRD.edition,))) & ~said.having("s", marked))
    events = said.having("p", find(graph, (HRD.eventOf,)))
    without = said.having("o", awarded & ~stays)
    return said.subjects(events & without) & ~said.subjects(events & ~without)


def orphans(
    graph: ColumnGraph, told: Columns, hidden: pl.Series, seeds: pl.Series, skipped: pl.Series
) -> pl.Series:
    """The nodes that only withheld statements speak of.

    `told` are the statements of public graphs, of which the `hidden` are withheld already;
    `seeds` are terms to start from, and `skipped` marks statements that are not followed. What
    can be reached from a seed goes unless something that stands on its own still leads to it. A
    graph of which nothing is withheld is published as it is, so all that it describes stands.
    """
    touched = told.only(~skipped).reach(seeds) & ~beginning(graph, '"')
    rest = told.only(~hidden)
    described_whole = rest.subjects(rest.having("g", ~told.mark(told.g.filter(hidden))))
    own = described_whole | standing(graph, told) | rest.mark(rest.g) | rest.mark(rest.p)
    return touched & ~rest.reach(own | rest.subjects(~rest.having("s", touched)))


def torn(
    graph: ColumnGraph, columns: Columns, private: pl.Series, seen: pl.Series, is_claim: pl.Series
) -> pl.Series:
    """The nodes that lose by a private statement what they cannot be without: a reified
    statement any of its parts, a claim its last evidence, an event its last act, evidence its
    document."""
    found = columns.subjects(
        private & columns.having("p", find(graph, (RDF.subject, RDF.predicate, RDF.object)))
    )
    for predicate in _NEEDED:
        uses = columns.having("p", find(graph, (predicate,)))
        emptied = columns.subjects(private & uses) & ~columns.subjects(seen & uses)
        found = found | (emptied & is_claim if predicate == HRD.evidence else emptied)
    return found
