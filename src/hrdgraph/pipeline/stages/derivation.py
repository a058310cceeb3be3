"""What is published into derived statements, in a graph of their own: the project's CONSTRUCT
queries and the conflict rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.conflicts import (
    ClaimColumns,
    Disagreements,
    chosen,
    disagreements,
    joined,
    preferred,
    rules_of,
    stated,
)
from hrdgraph.evidence import FUNCTIONS
from hrdgraph.ontology import Ontology
from hrdgraph.queries import DERIVE, Catalogue, derive
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store import Store

# derivations whose names sort from here on see the alternatives that were found
_AFTER_CONFLICTS: Final = "40"


@dataclass(frozen=True)
class DerivationResult:
    """The derived statements, and what each query made of them, in a graph of its own; all with
    what they were derived from; the disagreements that were found, and which claims are
    preferred, in positions of `facts`."""

    graph: ColumnGraph
    rules: ColumnGraph
    whole: ColumnGraph
    facts: ClaimColumns
    found: Disagreements
    choice: pl.DataFrame


def derive_all(
    store: Store,
    catalogue: Catalogue,
    ontology: Ontology,
    known: ColumnGraph,
    graph: IRI,
    tell: Tell = nobody,
) -> DerivationResult:
    """Run queries/derive in the order of their file names, and the conflict rules among them;
    what they make is in the store as well.

    `known` is what the store holds: the public graph. Conflicts need the dates and the members
    (10 to 39); who has won (45) and corroboration (60) need to know which claims contradict each
    other; a preference needs the corroboration.
    """
    rules, queries = rules_of(ontology), catalogue.topic(DERIVE)
    first = [query for query in queries if query.name < _AFTER_CONFLICTS]
    others = [query for query in queries if query.name >= _AFTER_CONFLICTS]
    each = counted(first, tell, 0, len(queries))
    made = derive(store, each, graph=graph, functions=FUNCTIONS)
    facts = ClaimColumns(known, ColumnGraph.union([*made.values()]))
    found = disagreements(rules, facts)
    conflicts = joined(found, facts, graph)
    store.add(conflicts)
    each = counted(others, tell, len(first), len(queries))
    late = derive(store, each, graph=graph, functions=FUNCTIONS)
    facts = ClaimColumns(known, ColumnGraph.union([facts.derived, conflicts, *late.values()]))
    choice = preferred(pl.concat([found.pairs, stated(facts)]), rules, facts)
    preferences = chosen(choice, facts, graph)
    store.add(preferences)
    derived = ColumnGraph.union([facts.derived, preferences])
    by_rule = ColumnGraph.union(
        _rename_graph(part, graph, IRI(f"{graph.value}/{name}"))
        for name, part in (made | late).items()
    )
    whole = ColumnGraph.union([known, derived])
    return DerivationResult(derived, by_rule, whole, facts, found, choice)


def _rename_graph(graph: ColumnGraph, old: IRI, new: IRI) -> ColumnGraph:
    return graph.rename(*(pl.Series([name.n3()], dtype=pl.String) for name in (old, new)))
