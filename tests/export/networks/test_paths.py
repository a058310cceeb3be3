"""Paths in words, with the claims that say so."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import pytest

from hrdgraph.errors import QueryError
from hrdgraph.exports.network_measures import Route
from hrdgraph.exports.network_measures import path_between as path_between_iris
from hrdgraph.exports.thing_finder import ThingFinder
from hrdgraph.rdf import ColumnGraph

Way = Callable[..., Route]


@pytest.fixture
def path_between(net: nx.MultiDiGraph, graph: ColumnGraph, base: str) -> Way:
    """The path between two things by their names."""
    find = ThingFinder(graph, base, ("en",)).find
    return lambda a, b, *more: path_between_iris(net, find(a).value, find(b).value, *more)


def test_words_and_claims(path_between: Way, base: str) -> None:
    route = path_between("jury", "BO BERG")
    assert route.labels == ("Jury", "Lamp Prize", "Lantern", "בו")
    assert [step.words for step in route.steps] == [
        "Lamp Prize is conferred by Jury",
        "Lantern won Lamp Prize (2011)",
        "בו is or was a member of Lantern; בו spoke of Lantern",
    ]
    assert route.steps[2].claims == (base + "role/2", base + "quotation/1")
    assert str(route).splitlines()[1] == "Lantern won Lamp Prize (2011)"


def test_a_way_without_contested_links_is_preferred(path_between: Way) -> None:
    assert path_between("Torch Award", "Lantern").labels == ("Torch Award", "בו", "Lantern")


def test_a_contested_link_is_marked(path_between: Way) -> None:
    assert [step.words for step in path_between("Ada Łukač", "Torch Award").steps] == [
        "Ada Łukač won Torch Award (2012) [contested]"
    ]


def test_words_are_in_the_language_of_who_asks(path_between: Way) -> None:
    said = [
        path_between("jury", "BO BERG", language).steps[2].words for language in ("fr", "es", "pt")
    ]
    assert said[:2] == [
        "Lantern compte ou a compté בו parmi ses membres\N{NO-BREAK SPACE}; בו a parlé de : Lantern",
        "Lantern tiene o tuvo a בו entre sus miembros; בו habló de Lantern",
    ]
    assert said[2] == "בו is or was a member of Lantern; בו spoke of Lantern"


def test_a_refuted_link_is_none(path_between: Way) -> None:
    assert len(path_between("Cy", "Torch Award").steps) == 3


def test_events(path_between: Way) -> None:
    (step,) = path_between("Cy", "abduction, death in custody (2009)").steps
    assert step.words == "Cy was a victim of abduction, death in custody (2009)"
    assert len(step.claims) == 2


def test_from_a_thing_to_itself(path_between: Way) -> None:
    assert path_between("Cy", "cy").steps == ()


def test_nothing_leads_there(path_between: Way) -> None:
    with pytest.raises(QueryError, match="nothing leads from 'Cy' to 'lone'"):
        path_between("Cy", "lone")


def test_every_kind_of_edge_has_words(net: nx.MultiDiGraph, path_between: Way) -> None:
    for u, v in set(net.edges()):
        if net.nodes[u]["label"].lower() != "twin":
            steps = path_between(u, v).steps
            assert steps
            assert all(step.words for step in steps)
