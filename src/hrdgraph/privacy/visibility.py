"""A graph with everything in it into the graph that may be published. The one place that decides
this.

A statement is withheld when
 withdrawn  it is about or points at a thing that was taken down;
 property   its predicate is not public (hrd:defaultVisibility), or is a sub-property, equivalent
 or inverse of one that is not;
 source     its named graph is not public;
 column     a rule made it that reads a table or column that is not public;
 kept       it names somebody whom a row of its source keeps back, or whom a row of another source
 does and about whom nobody has answered yet;
 risk       it is about a person at risk, and in no conferral of a public award list;
 unlisted   it is said of a person, of a claim, or of what may be a person, by a property (or
 names a class) that neither the ontology
            nor the project names as public;
 place      it says exactly where a living person is or was (hrd:livingVisibility);
 claim      it is about a withheld node: one whose hrd:visibility is not public, or one that
 means nothing without such a node:
            a claim that names a withheld person or thing, a reified statement with a withheld
            part, a claim without evidence, an event without acts left, a ceremony or
            announcement without a conferral left, evidence without its document;
 mention    it points at a withheld node, or is the plain statement beside a withheld reified one;
 orphan     it is about or points at a node that only withheld statements speak of, under the
 name that they give it;
 words      it tells which words of a document say something withheld, or repeats them, or their
 digest;
 name       its words hold the name of a thing that was taken down;
 derived    it was derived while anything was withheld: no rule can tell what a count or a
 shortcut was made from, so derive from
            what is published, never before.
Whatever is not plainly public is withheld: an unknown or misspelt visibility too, and of two the
stricter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import polars as pl

from hrdgraph.privacy.allow_list import Missing, count_missing
from hrdgraph.privacy.kept_back import KeptBack
from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.reasons import REASONS, reasons_of
from hrdgraph.privacy.shadow_graphs import folded
from hrdgraph.rdf import ColumnGraph

_OPEN: Final = Policy()


@dataclass(frozen=True, eq=False)
class Published:
    """What may be published, and how many quads were withheld for which reason. No term is in
    the dictionary of `graph` that a published quad does not use. The counts, and the properties
    and classes that are said of persons and are not named as public (`missing`), are for whoever
    builds: published, they would say that there is more. So are the subjects (`exact`, N-Triples
    texts) of which a public column says too much of somebody living, and the people who are `kept`
    back.
    """

    graph: ColumnGraph
    withheld: Mapping[str, int]
    missing: tuple[Missing, ...] = ()
    exact: frozenset[str] = field(default=frozenset(), repr=False)
    kept: KeptBack | None = field(default=None, repr=False)


def published(graph: ColumnGraph, policy: Policy = _OPEN) -> Published:
    """Take out all that is above what the policy shows: all that is not public, unless it says
    otherwise.

    What the graph itself says of its properties counts as well. Derived statements are those of
    a graph whose IRI ends in `/derived`. The graph is in the names of its sources, and so is
    what is published: only then can it be told which of the names of one thing (`policy.joined`)
    nothing public gives it.
    """
    whole, hidden = folded(graph, policy.shown)
    reasons, kept = reasons_of(whole, hidden, policy)
    withheld, counts = pl.repeat(False, len(whole), dtype=pl.Boolean, eager=True), {}
    missing: tuple[Missing, ...] = ()
    for name in REASONS:
        if name == "unlisted":
            missing = count_missing(whole, reasons[name] & ~withheld)
        counts[name] = int((reasons[name] & ~withheld).sum())
        withheld = withheld | reasons[name]
    found = {name: count for name, count in counts.items() if count}
    # no text of what is withheld stays in the dictionary
    shown = ColumnGraph(whole.terms, whole.quads.filter(~withheld)).trimmed()
    exact = whole.quads["s"].filter(reasons["place"] & ~reasons["column"]).unique()
    subjects = frozenset(whole.terms.gather(exact))
    return Published(shown, MappingProxyType(found), missing, subjects, kept)
