"""One thing with all that is said of it."""

from __future__ import annotations

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.exports.subset import subset
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import HRD, RDF

BASE = "https://w3id.org/hrdgraph/id/"


def _subjects(graph: ColumnGraph) -> set[str]:
    return {quad.subject.n3()[1:-1].removeprefix(BASE) for quad in graph}


def test_a_person_has_claims_evidence_documents_and_labels(small: ColumnGraph) -> None:
    part = subset(small, BASE + "person/one/ada")
    assert _subjects(part) == {
        "person/one/ada", "person/two/ada",  # the alias says who it is
        "conferral/one/1", "conferral/one/2", "role/one/1", "act/one/1", "event/one/1",  # claims, and the event around an act
        "edition/lamp/2011", "evidence/one/1", "evidence/one/2", "selector/one/1", "https://press.example/a%20b",
        "award/lamp", "organisation/one/lantern", "country/XA",  # labels only
    }  # fmt: skip


def test_what_is_only_mentioned_has_labels_only(small: ColumnGraph) -> None:
    part = subset(small, BASE + "person/one/ada")
    predicates = {
        quad.predicate.value.rpartition("/")[2]
        for quad in part
        if quad.subject.n3() == f"<{BASE}award/lamp>"
    }
    assert predicates == {"22-rdf-syntax-ns#type", "core#prefLabel"}


def test_an_award_has_the_conferrals_of_its_editions(small: ColumnGraph) -> None:
    assert {"edition/lamp/2011", "conferral/one/1", "conferral/one/2"} <= _subjects(
        subset(small, BASE + "award/lamp")
    )


def test_the_ceremony_of_an_edition_is_with_the_award_and_tells_the_edition_with_it(
    small: ColumnGraph,
) -> None:
    ceremony, edition, graph = (
        IRI(f"{BASE}{name}") for name in ("award-event/one/1", "edition/lamp/2011", "graph/one")
    )
    said = [
        Quad(ceremony, RDF.type, HRD.CeremonyEvent, graph),
        Quad(ceremony, HRD.eventOf, edition, graph),
    ]
    whole = ColumnGraph.union([small, ColumnGraph.from_quads(said)])
    assert "award-event/one/1" in _subjects(subset(whole, BASE + "award/lamp"))
    alone = subset(whole, ceremony.value)
    assert [quad for quad in alone if quad.subject == edition and quad.predicate == HRD.editionYear]


def test_rivals_of_a_claim_are_shown(small: ColumnGraph) -> None:
    part = _subjects(subset(small, BASE + "organisation/one/lantern"))
    assert {"conferral/one/1", "conferral/one/2"} <= part
    assert "event/one/1" not in part


def test_others_stay_out(small: ColumnGraph) -> None:
    assert _subjects(subset(small, BASE + "person/one/bo")) == {"person/one/bo", "conferral/one/3"}


def test_graph_names_are_kept(small: ColumnGraph) -> None:
    part = subset(small, BASE + "award/lamp")
    assert {quad.graph.value.rpartition("/")[2] for quad in part if quad.graph} == {
        "one",
        "derived",
    }
    assert set(part.lines()) < set(small.lines())


def test_a_subclass_of_claim_in_the_graph_is_a_claim(small: ColumnGraph) -> None:
    own = small.text().with_columns(
        p=small.text()["p"],
        o=small.text()["o"].replace(
            "<https://w3id.org/hrdgraph/ontology#Act>", "<http://e.org/Own>"
        ),
    )
    extra = own.head(1).select(
        s=own["s"].head(1).replace(own["s"][0], "<http://e.org/Own>"),
        p=own["p"]
        .head(1)
        .replace(own["p"][0], "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"),
        o=own["o"].head(1).replace(own["o"][0], "<https://w3id.org/hrdgraph/ontology#Claim>"),
        g="g",
    )
    without, declared = ColumnGraph.from_text(own), ColumnGraph.from_text(own.vstack(extra))
    assert "act/one/1" not in _subjects(subset(without, BASE + "person/one/ada"))
    assert {"act/one/1", "event/one/1"} <= _subjects(subset(declared, BASE + "person/one/ada"))


def test_an_unknown_thing_gets_the_nearest(small: ColumnGraph) -> None:
    with pytest.raises(QueryError) as caught:
        subset(small, BASE + "person/one/adda")
    assert f"<{BASE}person/one/ada>" in caught.value.hint
