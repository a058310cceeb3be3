"""Each row of a check query is a finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import Origin, Problems, QueryError
from hrdgraph.findings.model import Kind
from hrdgraph.pipeline.stages.checking import run_checks
from hrdgraph.queries.model import Query
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.store.oxigraph import OxigraphStore

HERE = Path(__file__).parents[1] / "shacl"
ID = "https://w3id.org/hrdgraph/id/"


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    store = OxigraphStore.create()
    store.add(ColumnGraph.from_quads(read_quads(HERE / "data.ttl")))
    return store


def check(text: str, **parts: object) -> Query:
    return Query(
        "no-evidence",
        "checks",
        text,
        **{"path": HERE / "queries" / "checks" / "no-evidence.rq", **parts},
    )


NO_EVIDENCE = "SELECT ?focus ?value WHERE { ?focus a hrd:AwardConferral ; hrd:outcome ?value MINUS { ?focus hrd:evidence ?e } }"


def test_a_row_is_a_finding(store: OxigraphStore) -> None:
    texts = (("en", "{?focus} cites nothing"), ("fr", "{?focus} ne cite rien"))
    (found,) = run_checks(
        [check(NO_EVIDENCE, severity="warning", messages=texts)], store, root=HERE
    )
    assert (found.severity.value, found.kind, found.rule) == (
        "warning",
        Kind.CHECK,
        "checks/no-evidence",
    )
    assert (found.focus, found.value) == (
        ID + "bad",
        "<https://w3id.org/hrdgraph/vocabulary/outcome/laureat>",
    )
    assert found.message("fr") == f"{ID}bad ne cite rien"
    assert found.place == Origin("queries/checks/no-evidence.rq")


def test_without_severity_and_messages_it_is_a_violation_that_tells_its_title(
    store: OxigraphStore,
) -> None:
    (found,) = run_checks(
        [
            check(
                NO_EVIDENCE,
                titles=(("en", "Uncited conferrals"), ("fr", "Attributions sans preuve")),
            )
        ],
        store,
    )
    assert found.severity.value == "violation"
    assert found.message("fr") == "Ceci enfreint la règle."


def test_no_row_no_finding(store: OxigraphStore) -> None:
    assert run_checks([check("SELECT ?focus WHERE { ?focus a hrd:Award }")], store) == []


def test_checks_that_cannot_run_are_told_together(store: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r"no-evidence\.rq"):
        run_checks([check("SELECT ?x WHERE { ?x a ?y }")], store)
    with pytest.raises(Problems):
        run_checks([check("SELECT ?x WHERE { ?x a ?y }"), check("SELECT {")], store)
