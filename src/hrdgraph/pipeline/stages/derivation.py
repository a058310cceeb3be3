"""Derive statements from what is published, in a graph of their own: the project's CONSTRUCT
queries and the conflict rules."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.conflicts.agreement import state_agreement
from hrdgraph.conflicts.compare import Disagreements, disagreements
from hrdgraph.conflicts.preference import (
    choose_claims,
    find_stated,
    link_alternatives,
    mark_disputed,
    state_choice,
)
from hrdgraph.conflicts.rules import ClaimColumns, rules_of
from hrdgraph.ontology import Ontology
from hrdgraph.queries.catalogue import DERIVE, Catalogue
from hrdgraph.queries.run import derive
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.sparql import MANY, ColumnAnswers, ColumnStore
from hrdgraph.sparql.column_dataset import ColumnDataset
from hrdgraph.sparql.translation import translate_kept
from hrdgraph.stage_progress import Tell, nobody, tell_each
from hrdgraph.store.contract import (
    NO_FUNCTIONS,
    NO_PARAMETERS,
    Answer,
    Functions,
    Parameters,
    Store,
)
from hrdgraph.store.oxigraph import FEW, OxigraphStore, remove_logs

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
    store: Store, catalogue: Catalogue, ontology: Ontology, known: ColumnGraph, graph: IRI,
    tell: Tell = nobody,
) -> DerivationResult:  # fmt: skip
    """Run queries/derive in the order of their file names, and the conflict rules among them;
    what they make is in the store as well.

    `known` is what the store holds: the public graph. Conflicts need the dates and the members
    (10 to 39); who has won (45) and how many say the same need to know which claims contradict each
    other; a preference needs that number.
    """
    rules, queries = rules_of(ontology), catalogue.topic(DERIVE)
    first = [query for query in queries if query.name < _AFTER_CONFLICTS]
    later = [query for query in queries if query.name >= _AFTER_CONFLICTS]
    each = tell_each(first, tell, 0, len(queries))
    early = derive(store, each, graph=graph)
    facts = ClaimColumns(known, ColumnGraph.union([*early.values()]))
    conflicting = disagreements(rules, facts)
    disputed = mark_disputed(conflicting, rules, facts, graph)
    conflicts = ColumnGraph.union([link_alternatives(conflicting, facts, graph), disputed])
    facts = ClaimColumns(known, ColumnGraph.union([facts.derived, conflicts]))
    agreement = state_agreement(ontology, facts, disputed, graph)
    conflicts = ColumnGraph.union([conflicts, agreement])
    store.add(conflicts)
    each = tell_each(later, tell, len(first), len(queries))
    late = derive(store, each, graph=graph)
    facts = ClaimColumns(known, ColumnGraph.union([facts.derived, conflicts, *late.values()]))
    choice = choose_claims(pl.concat([conflicting.pairs, find_stated(facts)]), rules, facts)
    preferences = state_choice(choice, facts, graph)
    store.add(preferences)
    derived = ColumnGraph.union([facts.derived, preferences])
    by_rule = ColumnGraph.union(
        part.rename(
            pl.Series([graph.n3()], dtype=pl.String),
            pl.Series([IRI(f"{graph.value}/{name}").n3()], dtype=pl.String),
        )
        for name, part in (early | late).items()
    )
    whole = ColumnGraph.union([known, derived])
    return DerivationResult(derived, by_rule, whole, facts, conflicting, choice)


class RuleStore:
    """Answers rules and checks: of a large graph from its columns, of a smaller one in memory.

    Meanwhile the store on disk, which costs most, is filled with what is known at first, and at
    the end with the rest: two loads take half the time of one load and many additions. The store
    of a large graph is left for later, until somebody asks what columns do not answer
    (`store_filling`); that of a few statements is a file. It keeps the contract of `Store`."""

    def __init__(self, graph: ColumnGraph, folder: Path, *, many: int = MANY) -> None:
        self._folder = folder
        self._given, self._known = ColumnGraph.union([]), [graph]
        self._engine: Store | None = None
        self._store: OxigraphStore | None = None
        self._thread = ThreadPoolExecutor(1)
        self._first: Future[OxigraphStore] | None = None
        self._begun: Future[None] | None = None
        self._is_large = len(graph) >= many
        self._is_small = len(graph) < min(many, FEW)
        if not self._is_large and not self._is_small:
            self._given, self._first = graph, self._thread.submit(_on_disk, folder, graph)

    def query(
        self, text: str, *, parameters: Parameters = NO_PARAMETERS,
        functions: Functions = NO_FUNCTIONS,
    ) -> Answer:  # fmt: skip
        """Answer a query; see `Reader.query`."""
        return self._engine_to_ask().query(text, parameters=parameters, functions=functions)

    def construct(
        self, text: str, *, graph: IRI | None = None, functions: Functions = NO_FUNCTIONS
    ) -> ColumnGraph:
        """Return the triples of a CONSTRUCT query; see `Store.construct`."""
        return self._engine_to_ask().construct(text, graph=graph, functions=functions)

    def add(self, graph: ColumnGraph) -> None:
        """Add quads."""
        if self._engine is None:
            self._known.append(graph)
        else:
            self._engine.add(graph)

    def keep(self, graph: ColumnGraph) -> None:
        """Begin to leave a store in the folder, with all of a graph; `finish` waits for it. Of a
        large graph none is left, where nothing has needed it. Another is loaded beside what comes
        next."""
        self._engine, self._known = None, []  # nobody asks from now on
        if self._is_small:
            OxigraphStore.write(self._folder, graph)
        elif self._store is not None or not self._is_large:
            self._begun = self._thread.submit(self._leave, graph)

    def finish(self) -> None:
        """Wait until the store is finished. Raises why it could not be."""
        if self._begun is not None:
            self._begun.result()

    def close(self) -> None:
        """Let go of the folder, whatever became of the store."""
        self._thread.shutdown()
        first = self._first
        is_filled = first is not None and first.exception() is None
        for store in (self._store, first.result() if first and is_filled else None):
            if store is not None:
                store.close()

    def _leave(self, graph: ColumnGraph) -> None:
        store = self._fill(graph) if self._store is None else self._store
        store.settle()
        store.close()
        remove_logs(self._folder)

    def _engine_to_ask(self) -> Store:
        if self._engine is None:
            graph, *added = self._known
            self._engine = self._in_columns(graph) if self._is_large else OxigraphStore.create()
            for part in added if self._is_large else self._known:
                self._engine.add(part)
        return self._engine

    def _in_columns(self, graph: ColumnGraph) -> ColumnStore:
        answers = ColumnAnswers(ColumnDataset.of(graph), translate_kept)
        return ColumnStore(graph, self._fill, answers)

    def _fill(self, graph: ColumnGraph) -> OxigraphStore:
        first = self._first
        self._store = OxigraphStore.create(self._folder) if first is None else first.result()
        self._store.add(graph.minus(self._given))
        self._store.settle()
        return self._store


def _on_disk(folder: Path, graph: ColumnGraph) -> OxigraphStore:
    store = OxigraphStore.create(folder)
    store.add(graph)
    return store
