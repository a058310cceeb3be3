"""A derived statement back to what it follows from, and so to rows and words, in one step."""

from __future__ import annotations

import json
import time
from pathlib import Path

import polars as pl
import pytest

import hrdgraph
from hrdgraph import Graph
from hrdgraph.cli.app import run
from hrdgraph.conflicts.agreement import state_agreement
from hrdgraph.conflicts.rules import ClaimColumns
from hrdgraph.evidence.dates import FUNCTIONS
from hrdgraph.queries.catalogue import BECAUSE, DERIVE
from hrdgraph.queries.model import Query
from hrdgraph.queries.run import grounds
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import DCTERMS, HRD, ORG, SCHEMA

PLACE = IRI("https://w3id.org/hrdgraph/graph/derived")
GROUP = "organisation/Joint_Mobile_Group"
CLAIM = "conferral/kalyapin-page/06-front-line-2011-group"
HEADER = "conferral/kalyapin-page/07-front-line-2011-header"
WON = (GROUP, "hrd:hasWon", "award/martin-ennals-award")


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built, languages=["en"])


def derived(graph: Graph, predicate: IRI, most: int) -> list[Quad]:
    """Some of the derived statements of a property, from all over the graph."""
    quads = list(graph.columns.where(p=predicate, g=IRI(graph.project.graph_name("derived"))))
    return quads[:: max(len(quads) // most, 1)]


def told(graph: Graph, *what: str) -> list[Quad]:
    return [
        statement.quad for fact in graph.explain(*what).grounds for statement in fact.statements
    ]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "predicate",
    [
        ORG.memberOf, HRD.earliest, HRD.latest, HRD.attestedEarliest, HRD.attestedLatest, HRD.hasWon, SCHEMA.award, HRD.precedes,
        HRD.independentPublishers, HRD.claimStatus,
    ],
    ids=lambda predicate: predicate.value.rpartition("#")[2],
)  # fmt: skip
def test_the_rules_derive_it_again_from_its_grounds_alone(predicate: IRI, graph: Graph) -> None:
    for quad in derived(graph, predicate, 8):
        grounds = told(graph, quad.subject.n3(), quad.predicate.n3(), quad.object.n3())
        facts, none = ColumnGraph.from_quads(grounds), ColumnGraph.union([])
        agreed = state_agreement(graph.ontology, ClaimColumns(facts, none), none, PLACE)
        with OxigraphStore.create() as store:
            store.add(facts)
            again = [
                *agreed,
                *(
                    one
                    for rule in graph.queries.topic(DERIVE)
                    for one in store.query(rule.text, functions=FUNCTIONS)
                ),
            ]
        assert (quad.subject, quad.predicate, quad.object) in {
            (one.subject, one.predicate, one.object) for one in again
        }, quad


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "predicate", [HRD.alternativeTo, HRD.conflictAbout, HRD.preferredTo, HRD.preferredBecause]
)
def test_conflicts_and_preferences_have_the_answers_of_both_sides(
    predicate: IRI, graph: Graph
) -> None:
    for quad in derived(graph, predicate, 20):
        assert len(told(graph, quad.subject.n3(), quad.predicate.n3(), quad.object.n3())) > 1, quad


@pytest.mark.heavy
def test_the_grounds_of_one_statement_cost_the_same_in_a_larger_graph(graph: Graph) -> None:
    """What is asked for the reason begins at the statement: no query looks at all claims to find those of one."""
    reasons = {query.name: query for query in graph.queries.topic(BECAUSE)}
    asked = {
        "corroboration": HRD.independentPublishers,
        "preferred": HRD.preferredTo,
        "has-won": HRD.hasWon,
        "member-of": ORG.memberOf,
    }
    with copied(graph, 1) as one, copied(graph, 8) as many:
        for name, predicate in asked.items():
            quads = derived(graph, predicate, 6)
            alone, among = (
                min(seconds(store, reasons[name], quads) for _ in range(3)) for store in (one, many)
            )
            # the store joins the dates of all claims by hashing: a statement may take 50 ms for it;
            # what tells claims apart it reads of all claims of the class
            most = 0.5 if name == "corroboration" else 0.05
            assert among < max(2.5 * alone, most * len(quads)), (name, alone, among)


def copied(graph: Graph, times: int) -> OxigraphStore:
    """A store in which all things are there so many times, under other names."""
    text, base = graph.columns.text().with_columns(g=pl.lit("")), graph.project.base
    others = [
        text.with_columns(pl.col("s", "p", "o").str.replace(base, f"{base}{n}/", literal=True))
        for n in range(1, times)
    ]
    store = OxigraphStore.create()
    store.add(ColumnGraph.from_text(pl.concat([text, *others])), union=False)
    return store


def seconds(store: OxigraphStore, query: Query, quads: list[Quad]) -> float:
    start = time.process_time()
    assert all(grounds(store, query, quad) for quad in quads)
    return time.process_time() - start


def test_every_ground_has_rows_or_a_rule(graph: Graph) -> None:
    grounds = graph.explain(*WON).grounds
    assert [fact.kind for fact in grounds].count("award conferral") == 3
    assert all(
        statement.traces or statement.derived_by
        for fact in grounds
        for statement in fact.statements
    )
    assert {row.file for fact in grounds for one in fact.statements for trace in one.traces for row in trace.rows} > {
        "data/sources/kalyapin-page/conferrals.csv", "data/sources/defender-pages/conferrals.csv", "data/sources/award-lists/conferrals.csv",
    }  # fmt: skip
    assert any(passage.start is not None for fact in grounds for passage in fact.passages)


def test_a_claim_that_is_contested_is_no_ground_of_a_win(graph: Graph) -> None:
    found = {
        fact.node.value.rpartition("/")[2]
        for fact in graph.explain(GROUP, "hrd:hasWon", "award/front-line-defenders-award").grounds
    }
    assert "06-front-line-2011-group" in found
    assert "07-front-line-2011-header" not in found


def test_the_two_answers_about_an_award_are_shown(graph: Graph) -> None:
    grounds = told(
        graph, "award/martin-ennals-award", "hrd:conflictAbout", "hrdv:conflict-rule/award-year"
    )
    assert {getattr(quad.object, "value", "") for quad in grounds} == {"1992", "1993"}


def test_what_decided_is_shown_of_both_claims(graph: Graph) -> None:
    grounds = told(graph, CLAIM, "hrd:preferredTo", HEADER)
    assert {
        quad.predicate for quad in grounds if quad.graph != IRI(graph.project.graph_name("derived"))
    } == {HRD.claimStatus}
    assert {getattr(quad.object, "value", "").rpartition("/")[2] for quad in grounds} >= {
        "asserted",
        "contested",
    }


def test_what_a_source_says_and_what_the_ledger_says_has_no_grounds(graph: Graph) -> None:
    assert (
        graph.explain(CLAIM, "hrd:date", '"2011-04"^^<http://id.loc.gov/datatypes/edtf>').grounds
        == ()
    )
    quad = derived(graph, DCTERMS.isReplacedBy, 1)[0]
    assert told(graph, quad.subject.n3(), quad.predicate.n3(), quad.object.n3()) == []


def test_reasons_are_no_questions(graph: Graph) -> None:
    assert graph.queries.topic(BECAUSE)
    assert not set(graph.queries.topic(BECAUSE)) & set(graph.queries.questions)


@pytest.mark.heavy
def test_the_command_says_how_to_ask_and_answers(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            [
                "explain",
                "role/kalyapin-page/13-head-memorial-chechnya",
                "--project",
                str(built),
                "--lang",
                "en",
                "--full",
            ]
        )
        == 0
    )
    asked = capsys.readouterr().out.splitlines()[-1]
    assert asked.startswith(
        "to see what a derived statement follows from: hrdgraph explain role/kalyapin-page/13-head-memorial-chechnya "
    )
    assert run(["explain", *WON, "--project", str(built), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "— what it was derived from —" in said
    assert "data/sources/kalyapin-page/conferrals.csv row 4" in said
    assert run(["explain", *WON, "--project", str(built), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["grounds"]) == 4
