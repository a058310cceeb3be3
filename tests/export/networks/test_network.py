"""What claims say becomes edges, and nothing else does."""

from __future__ import annotations

import networkx as nx
import pytest

from hrdgraph.exports.network import network
from hrdgraph.rdf import ColumnGraph


@pytest.fixture
def edges(net: nx.MultiDiGraph, base: str) -> set[tuple[str, str, str, str]]:
    return {
        (
            u.removeprefix(base),
            kind,
            v.removeprefix(base),
            net.edges[u, v, key]["claim"].removeprefix(base),
        )
        for u, v, key, kind in net.edges(keys=True, data="kind")
    }


def test_all_edges(edges: set[tuple[str, str, str, str]]) -> None:
    assert edges == {
        ("organisation/lantern", "won", "award/lamp", "conferral/1"),
        ("person/ada", "accepted-for", "organisation/lantern", "conferral/1"),
        ("person/cy", "presented-to", "organisation/lantern", "conferral/1"),
        ("person/ada", "finalist", "award/lamp", "conferral/2"),
        ("person/ada", "won", "award/torch", "conferral/3"),
        ("person/bo", "won", "award/torch", "conferral/4"),
        ("person/cy", "won", "award/torch", "conferral/5"),
        ("person/ada", "role", "organisation/lantern", "role/1"),
        ("person/bo", "member", "organisation/lantern", "role/2"),
        ("person/ada", "founded", "organisation/lantern", "founding/1"),
        ("organisation/lantern", "founded-after", "event/1", "founding/1"),
        ("person/cy", "victim", "event/1", "act/1"),
        ("person/cy", "victim", "event/1", "act/2"),
        ("person/bo", "spoke-of", "organisation/lantern", "quotation/1"),
        ("award/lamp", "conferred-by", "organisation/jury", "award/lamp"),
    }


def test_a_finalist_has_not_won(net: nx.MultiDiGraph, base: str) -> None:
    said = [
        data["kind"]
        for data in net.get_edge_data(base + "person/ada", base + "award/lamp").values()
    ]
    assert said == ["finalist"]


def test_edge_attributes(net: nx.MultiDiGraph, base: str) -> None:
    (won,) = net.get_edge_data(base + "person/ada", base + "award/torch").values()
    assert won == {
        "kind": "won",
        "claim": base + "conferral/3",
        "detail": "joint laureate",
        "date": "2012",
        "status": "contested",
    }


def test_nodes(net: nx.MultiDiGraph, base: str) -> None:
    assert net.nodes[base + "person/ada"] == {
        "label": "Ada Łukač",
        "kind": "person",
        "country": "XA, XB",
        "names": ("Ada Łukač", "Ада Лукач"),
    }
    assert net.nodes[base + "person/bo"]["country"] == "XB"
    assert net.nodes[base + "person/lone"]["label"] == "lone"
    assert net.nodes[base + "event/1"]["label"] == "abduction, death in custody (2009)"
    assert base + "country/XA" not in net


def test_labels_follow_the_languages(graph: ColumnGraph, base: str) -> None:
    french = network(graph, ("fr", "en"))
    assert french.nodes[base + "award/lamp"]["label"] == "Prix de la lampe"
    assert french.nodes[base + "award/torch"]["label"] == "Torch Award"
    assert {data["detail"] for _, _, data in french.edges(data=True) if data["kind"] == "role"} == {
        "présidente"
    }


def test_an_empty_graph() -> None:
    assert len(network(ColumnGraph.union([]))) == 0
