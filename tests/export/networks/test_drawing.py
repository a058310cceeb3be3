"""What a picture is to show."""

from __future__ import annotations

import networkx as nx

from hrdgraph.exports.network_picture import drawing


def test_the_largest_component_and_its_caption(net: nx.MultiDiGraph) -> None:
    content = drawing(net)
    assert len(content.marks) == 8
    assert (
        content.caption
        == "8 of 11 things: the largest connected part. Smaller groups with no link to it are not drawn."
    )


def test_the_core_of_a_large_network(net: nx.MultiDiGraph) -> None:
    content = drawing(net, largest=3)
    assert content.caption.startswith(
        "3 of 11 things: the core of the largest connected part (8 things)"
    )
    assert {mark.label for mark in content.marks} == {"Lantern", "Ada Łukač", "Lamp Prize"}, (
        "they have most neighbours"
    )


def test_all_of_a_connected_network(net: nx.MultiDiGraph, base: str) -> None:
    whole = net.subgraph(
        [base + name for name in ("person/ada", "person/bo", "award/torch")]
    ).copy()
    assert (
        drawing(whole).caption == "All 3 things and the 2 relations that claims state between them."
    )


def test_who_was_named_only_is_hollow(net: nx.MultiDiGraph, base: str) -> None:
    net.remove_edge(base + "person/ada", base + "award/torch")
    hollow = {mark.label for mark in drawing(net).marks if mark.hollow}
    assert hollow == {"Ada Łukač"}


def test_winning_is_stronger_than_being_named(net: nx.MultiDiGraph) -> None:
    assert not any(mark.hollow for mark in drawing(net).marks)
    assert sorted(line.kind for line in drawing(net).lines) == [
        "named",
        "other",
        "other",
        "other",
        "other",
        "other",
        "won",
        "won",
        "won",
    ]


def test_latin_names_are_shown(net: nx.MultiDiGraph) -> None:
    assert "Bo Berg" in {mark.label for mark in drawing(net).marks}


def test_nothing_to_draw() -> None:
    assert drawing(nx.MultiDiGraph()).marks == ()
