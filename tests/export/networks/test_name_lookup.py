"""What is typed finds one thing, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.exports.thing_finder import ThingFinder
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.read import read_quads


@pytest.fixture(scope="module")
def things(graph: ColumnGraph, base: str) -> ThingFinder:
    return ThingFinder(graph, base, ("en",))


@pytest.mark.parametrize(
    "text",
    [
        "ada lukac",
        "ADA ŁUKAČ",
        "ада лукач",
        "Ada_Lukac",
        "person/ada",
        "ada",
        "https://w3id.org/hrdgraph/id/person/ada",
        "<https://w3id.org/hrdgraph/id/person/ada>",
    ],
)
def test_ways_to_say_it(text: str, things: ThingFinder, base: str) -> None:
    assert things.find(text).value == base + "person/ada"


@pytest.mark.parametrize("text", ["XA", "xa", "country/XA", "exland"])
def test_a_country_by_code_key_and_name(text: str, things: ThingFinder, base: str) -> None:
    assert things.find(text).value == base + "country/XA"


def test_a_key_without_its_kind(things: ThingFinder, base: str) -> None:
    assert things.find("torch/2012").value == base + "edition/torch/2012"
    assert things.find("lamp", lambda iri: "/award/" in iri).value == base + "award/lamp"


def test_two_things_of_one_name(things: ThingFinder, base: str) -> None:
    with pytest.raises(QueryError, match="'TWIN' is the name of 2 things") as caught:
        things.find("TWIN")
    assert f"<{base}person/twin-1>" in caught.value.hint
    assert f"<{base}person/twin-2>" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Lukac", "Ada Łukač"),
        ("Torch Awrd", "Torch Award"),
        ("prize", "Lamp Prize"),
        ("Lampp", "Lamp Prize"),
    ],
)
def test_the_nearest_is_suggested(text: str, label: str, things: ThingFinder) -> None:
    with pytest.raises(QueryError, match="nothing is called") as caught:
        things.find(text)
    assert f"'{label}'" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["qqqqqq", "torch/2099", "https://w3id.org/hrdgraph/id/person/nobody"]
)
def test_nothing_like_it(text: str, things: ThingFinder) -> None:
    with pytest.raises(QueryError, match="nothing is called"):
        things.find(text)


def test_an_organisation_comes_before_a_country_of_that_name(
    things: ThingFinder, base: str
) -> None:
    assert things.find("lantern").value == base + "organisation/lantern"
    in_countries = things.find("lantern", lambda iri: "/country/" in iri)
    assert in_countries.value == base + "country/XA"


def test_a_thing_is_suggested_before_a_word_of_the_ontology(base: str, tmp_path: Path) -> None:
    lines = [
        f'<{base}person/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Ada Example" .',
        f"<{base}person/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .",
        '<http://e.org/given> <http://www.w3.org/2000/01/rdf-schema#label> "respuesta dada por"@es .',
    ]
    (tmp_path / "a.nt").write_text("\n".join(lines), "utf-8")
    graph = ColumnGraph.from_quads(read_quads(tmp_path / "a.nt"))
    with pytest.raises(QueryError) as caught:
        ThingFinder(graph, base).find("Ada")
    assert caught.value.hint == "did you mean 'Ada Example'?"
