"""What is published into derived statements, in a graph of their own: the project's CONSTRUCT
queries and the conflict rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from hrdgraph.conflicts import (
    ChangedTerms,
    ClaimColumns,
    ConflictRules,
    Disagreements,
    chosen,
    disagreements,
    joined,
    moved,
    preferred,
    rules_of,
    stated,
)
from hrdgraph.evidence import FUNCTIONS
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.memory import BuildMemory, NoMemory
from hrdgraph.pipeline.stages.graphs_again import GraphsAgain
from hrdgraph.queries import DERIVE, Catalogue, derive
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.change import difference
from hrdgraph.stage_progress import Tell, counted, nobody
from hrdgraph.store import Store

# derivations whose names sort from here on see the alternatives that were found
_AFTER_CONFLICTS: Final = "40"
_GRAPHS: Final = "derived graphs"
_CONFLICTS: Final = "conflicts"


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
    memory: BuildMemory | None = None,
) -> DerivationResult:
    """Run queries/derive in the order of their file names, and the conflict rules among them;
    what they make is in the store as well.

    `known` is what the store holds: the public graph. Conflicts need the dates and the members
    (10 to 39); who has won (45) and corroboration (60) need to know which claims contradict each
    other; a preference needs the corroboration. With a memory, what the last build made is taken
    over where nothing has changed, and patched elsewhere.
    """
    rules, queries = rules_of(ontology), catalogue.topic(DERIVE)
    first = [query for query in queries if query.name < _AFTER_CONFLICTS]
    others = [query for query in queries if query.name >= _AFTER_CONFLICTS]
    again = GraphsAgain(memory or NoMemory(), _GRAPHS)
    conflicting = ConflictsAgain(memory or NoMemory(), rules, known)
    each = counted(first, tell, 0, len(queries))
    made = derive(store, each, graph=graph, functions=FUNCTIONS)
    found, facts = conflicting.disagreements(again.union("early", [*made.values()]))
    conflicts = again.same("conflicts", joined(found, facts, graph))
    store.add(conflicts)
    each = counted(others, tell, len(first), len(queries))
    late = derive(store, each, graph=graph, functions=FUNCTIONS)
    all_made = again.union("late", [facts.derived, conflicts, *late.values()])
    choice, facts = conflicting.choice(found, all_made)
    preferences = again.same("preferences", chosen(choice, facts, graph))
    store.add(preferences)
    derived = again.union("derived", [facts.derived, preferences])
    each_in_its_own = [
        again.within(name, part, graph, IRI(f"{graph.value}/{name}"))
        for name, part in (made | late).items()
    ]
    by_rule = again.disjoint("by rule", each_in_its_own)
    whole = again.union("whole", [known, derived])
    again.keep()
    return DerivationResult(derived, by_rule, whole, facts, found, choice)


class ConflictsAgain:
    """Disagreements and preferences: those of the last build, in the positions that terms have
    now, where rules see nothing of what has changed."""

    def __init__(self, memory: BuildMemory, rules: ConflictRules, known: ColumnGraph) -> None:
        self._memory, self._rules, self._known = memory, rules, known
        last = memory.recall(_CONFLICTS)
        self._last: _Conflicts | None = last if last and last.rules is rules else None
        self._early = known

    def disagreements(self, early: ColumnGraph) -> tuple[Disagreements, ClaimColumns]:
        """What claims disagree about, by what was derived up to then."""
        facts, last = ClaimColumns(self._known, early), self._last
        self._early = early
        if last is None:
            return disagreements(self._rules, facts), facts
        seeing = self._changed(last, last.early, early).seeing(self._rules)
        others = last.found.without(seeing).moved(last.known, self._known)
        if not seeing:
            return others, facts
        self._last = None  # what is preferred depends on it
        return disagreements(replace(self._rules, rules=seeing), facts, others), facts

    def choice(self, found: Disagreements, late: ColumnGraph) -> tuple[pl.DataFrame, ClaimColumns]:
        """Which claims are preferred, by all that was derived."""
        facts, last = ClaimColumns(self._known, late), self._last
        if last is None or self._changed(last, last.late, late).are_weighed():
            choice = preferred(pl.concat([found.pairs, stated(facts)]), self._rules, facts)
        else:
            choice = moved(last.choice, last.known, self._known)
        kept = _Conflicts(self._rules, self._known, self._early, late, found, choice)
        self._memory.keep(_CONFLICTS, kept)
        return choice, facts

    def _changed(self, last: _Conflicts, before: ColumnGraph, now: ColumnGraph) -> ChangedTerms:
        """Of what the graph says, and what was derived from it, otherwise than in the last
        build."""
        return ChangedTerms.of((difference(last.known, self._known), difference(before, now)))


@dataclass(frozen=True)
class _Conflicts:
    """What a build found by some rules."""

    rules: ConflictRules
    known: ColumnGraph
    early: ColumnGraph
    late: ColumnGraph
    found: Disagreements
    choice: pl.DataFrame
