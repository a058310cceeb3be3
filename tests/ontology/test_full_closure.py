"""The OWL 2 RL closure of the ontology and all shipped data brings no contradiction."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pytest
import rdflib
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF

import hrdgraph


@pytest.mark.heavy
def test_core_and_data_do_not_contradict(built: Path) -> None:
    closed = rdflib.Graph()
    for subject, predicate, value, _ in hrdgraph.open(built).to_rdflib().quads():
        closed.add((subject, predicate, value))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    assert [
        str(o)
        for s in closed.subjects(RDF.type, ERRNS.ErrorMessage)
        for o in closed.objects(s, ERRNS.error)
    ] == []
    assert list(closed.subjects(RDF.type, OWL.Nothing)) == []
