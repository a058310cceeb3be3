"""What is published into derived statements, in a graph of their own: the project's CONSTRUCT
queries and the conflict rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from hrdgraph.conflicts import (
    ClaimColumns,
    ConflictRules,
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
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store import Store

# derivations whose names sort from here on see the alternatives that were found
_AFTER_CONFLICTS: Final = "40"


@dataclass(frozen=True)
class DerivationResult:
    """The derived statements, and what each query made of them, in a graph of its own; the
    disagreements that were found, and which claims are preferred, in positions of `facts`."""

    graph: ColumnGraph
    rules: ColumnGraph
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
    early = ColumnGraph.union(made.values())
    facts = ClaimColumns(known, early)
    found = disagreements(rules, facts)
    conflicts = joined(found, facts, graph)
    store.add(conflicts)
    each = counted(others, tell, len(first), len(queries))
    late = derive(store, each, graph=graph, functions=FUNCTIONS)
    facts = ClaimColumns(known, ColumnGraph.union([early, conflicts, *late.values()]))
    choice = _choose(found, rules, facts)
    preferences = chosen(choice, facts, graph)
    store.add(preferences)
    return DerivationResult(
        ColumnGraph.union([facts.derived, preferences]),
        _by_rule(made | late, graph),
        facts,
        found,
        choice,
    )


def _by_rule(made: Mapping[str, ColumnGraph], graph: IRI) -> ColumnGraph:
    """What each query made, in a graph of its name below that of all: a statement that two make
    is there twice."""
    frames = [
        part.text().with_columns(g=pl.lit(IRI(f"{graph.value}/{name}").n3()))
        for name, part in made.items()
    ]
    return ColumnGraph.from_text(pl.concat(frames) if frames else pl.DataFrame(schema=TEXT_SCHEMA))


def _choose(found: Disagreements, rules: ConflictRules, facts: ClaimColumns) -> pl.DataFrame:
    return preferred(pl.concat([found.pairs, stated(facts)]), rules, facts)
