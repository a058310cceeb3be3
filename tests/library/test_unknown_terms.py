"""A query that finds nothing says which of its terms the ontology does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.errors import QueryError

VOCABULARY = "https://w3id.org/hrdgraph/vocabulary"


@pytest.mark.parametrize(
    ("term", "meant"),
    [
        ("hrd:awrd", "hrd:Award"),
        ("hrdv:Award", "hrd:Award"),  # of the other namespace
        ("hrdv:outcomes", "hrdv:outcome"),
        (f"<{VOCABULARY}/outcome/lauraete>", "hrdv:outcome/laureate"),
    ],
)
def test_it_names_the_term_that_was_meant(term: str, meant: str, built: Path) -> None:
    with pytest.raises(QueryError) as caught:
        hrdgraph.open(built).query(f"SELECT * {{ ?s ?p {term} }}")
    assert caught.value.code == "term-not-in-ontology"
    advice = caught.value.advice
    assert advice is not None
    assert advice.as_dict()["fields"]["names"][0] == meant


def test_a_count_of_nothing_names_it_too(built: Path) -> None:
    graph = hrdgraph.open(built)
    with pytest.raises(QueryError, match="hrd:awrd"):
        graph.query("SELECT (COUNT(*) AS ?n) { ?s a hrd:awrd }")
    none = "SELECT (COUNT(*) AS ?n) { ?s a hrd:Award FILTER(false) }"
    assert str(graph.query(none)).split()[2] == "0"


@pytest.mark.parametrize("term", ["hrdv:gender", f"<{VOCABULARY}/gender>", '"hrd:awrd"', "foaf:x"])
def test_a_term_that_is_there_or_of_others_is_no_error(term: str, built: Path) -> None:
    hrdgraph.open(built).query(f"SELECT * {{ ?s <http://example.org/p> {term} }}")
