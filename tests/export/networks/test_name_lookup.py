"""What is typed finds one thing, or says why not."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from hrdgraph.errors import QueryError
from hrdgraph.exports.network_measures import find, find_thing
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio import read_quads


@pytest.mark.parametrize(
    "text",
    [
        "ada lukac",
        "ADA ŁUKAČ",
        "ада лукач",
        "https://w3id.org/hrdgraph/id/person/ada",
        "<https://w3id.org/hrdgraph/id/person/ada>",
    ],
)
def test_ways_to_say_it(text: str, net: nx.MultiDiGraph, base: str) -> None:
    assert find(net, text) == base + "person/ada"


def test_two_things_of_one_name(net: nx.MultiDiGraph, base: str) -> None:
    with pytest.raises(QueryError, match="'TWIN' is the name of 2 things") as caught:
        find(net, "TWIN")
    assert f"Twin (person) <{base}person/twin-1>" in caught.value.hint
    assert f"<{base}person/twin-2>" in caught.value.hint
    with pytest.raises(QueryError) as caught:
        find(net, "TWIN", "es")
    assert f"Twin (persona) <{base}person/twin-1>" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Lukac", "Ada Łukač"),
        ("Torch Awrd", "Torch Award"),
        ("prize", "Lamp Prize"),
        ("Lampp", "Lamp Prize"),
    ],
)
def test_the_nearest_is_suggested(text: str, label: str, net: nx.MultiDiGraph) -> None:
    with pytest.raises(QueryError, match="nothing is called") as caught:
        find(net, text)
    assert f"'{label}'" in caught.value.hint


def test_nothing_like_it(net: nx.MultiDiGraph) -> None:
    with pytest.raises(QueryError) as caught:
        find(net, "qqqqqq")
    assert caught.value.hint == "give its IRI"


def test_everything_with_a_label_can_be_found(graph: ColumnGraph, base: str) -> None:
    assert find_thing(graph, "exland").value == base + "country/XA"


def test_an_organisation_comes_before_a_country_of_that_name(graph: ColumnGraph, base: str) -> None:
    assert find_thing(graph, "lantern").value == base + "organisation/lantern"


def test_a_thing_is_suggested_before_a_word_of_the_ontology(base: str, tmp_path: Path) -> None:
    lines = [
        f'<{base}person/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ada Example" .',
        f"<{base}person/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .",
        '<http://e.org/given> <http://www.w3.org/2000/01/rdf-schema#label> "respuesta dada por"@es .',
    ]
    (tmp_path / "a.nt").write_text("\n".join(lines), "utf-8")
    graph = ColumnGraph.from_quads(read_quads(tmp_path / "a.nt"))
    with pytest.raises(QueryError) as caught:
        find_thing(graph, "Ada")
    assert caught.value.hint == "did you mean 'Ada Example'?"


def test_a_thing_that_is_not_there(graph: ColumnGraph) -> None:
    with pytest.raises(QueryError, match="nothing is called 'Lampe'") as caught:
        find_thing(graph, "Lampe")
    assert "'Lamp Prize'" in caught.value.hint
