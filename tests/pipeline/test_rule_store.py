"""Rules and checks say the same by columns and by the store; who answers by columns leaves no
store."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.ontology import load
from hrdgraph.pipeline.stages.checking import run_checks
from hrdgraph.pipeline.stages.derivation import RuleStore, derive_all
from hrdgraph.project import open_shipped_model
from hrdgraph.queries.catalogue import CHECKS, find
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore

ROOT = Path(__file__).parents[2]
DERIVED = IRI("https://w3id.org/hrdgraph/graph/derived")


def made(folder: Path, many: int) -> tuple[object, ...]:
    known = ColumnGraph.from_quads(read_quads(ROOT / "tests" / "queries" / "sample.trig"))
    catalogue, ontology = find(ROOT / "queries"), load(open_shipped_model())
    store = RuleStore(known, folder, many=many)
    derived = derive_all(store, catalogue, ontology, known, DERIVED)
    graph = ColumnGraph.union([known, derived.graph])
    found = run_checks(catalogue.topic(CHECKS), store)
    store.keep(graph)
    store.finish()
    store.close()
    assert folder.exists() == (many > 0)
    if many == 0:  # it is left for later
        with OxigraphStore.create(folder) as filled:
            filled.add(graph)
    kept = OxigraphStore.open(folder).query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(kept, Solutions)
    return graph.document(), derived.rules.document(), found, kept.rows, len(derived.graph) > 0


@pytest.mark.heavy
def test_columns_derive_and_check_what_the_store_does(tmp_path: Path) -> None:
    by_columns, by_store = made(tmp_path / "a", 0), made(tmp_path / "b", 1 << 40)
    assert by_columns == by_store
    assert by_columns[-1]
