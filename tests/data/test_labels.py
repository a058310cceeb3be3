"""What somebody meets in the shipped graph has a name; what the recorders remarked is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

import hrdgraph

LANGUAGES = ("en", "fr", "es")


@pytest.fixture(scope="module")
def graph(built: Path) -> hrdgraph.Graph:
    return hrdgraph.open(built)


@pytest.mark.parametrize("kind", ["hrd:Claim", "hrd:AwardEdition", "hrd:HumanRightsEvent"])
def test_everything_is_called_in_each_language(graph: hrdgraph.Graph, kind: str) -> None:
    for tag in LANGUAGES:
        unnamed = graph.query(
            f"SELECT ?it {{ ?it a {kind} FILTER NOT EXISTS {{ ?it rdfs:label ?l FILTER(LANG(?l) = '{tag}') }} }}"
        )
        assert list(unnamed) == []


def test_documents_are_called(graph: hrdgraph.Graph) -> None:
    unnamed = "?it a hrd:SourceDocument FILTER NOT EXISTS { ?it rdfs:label|dcterms:title ?l }"
    assert list(graph.query(f"SELECT ?it {{ {unnamed} }}")) == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_people_are_found_by_the_documented_pattern(graph: hrdgraph.Graph, tag: str) -> None:
    pattern = f"skos:prefLabel ?n FILTER(LANG(?n) IN ('{tag}', 'en', ''))"
    unnamed = f"?it a foaf:Person FILTER NOT EXISTS {{ ?it {pattern} }}"
    assert list(graph.query(f"SELECT ?it {{ {unnamed} }}")) == []


@pytest.mark.parametrize(
    ("name", "tag", "label"),
    [
        (
            "event/kalyapin-page/11-estemirova-2009",
            "fr",
            "Enlèvement et homicide – Natalia Estemirova",
        ),
        (
            "conferral/kalyapin-page/08-martin-ennals-2013-group",
            "en",
            "Laureate – Joint Mobile Group – Martin Ennals Award for Human Rights Defenders 2013",
        ),
        ("edition/martin-ennals-award/2013", "es", "Premio Martin Ennals 2013"),
        ("founding/kalyapin-page/03-joint-mobile-group", "en", "Founding – Joint Mobile Group – Igor Kalyapin"),
        ("attribute/kalyapin-page/19-works-in-russia", "en", "Country of work – Igor Kalyapin – Russian Federation"),
    ],
)  # fmt: skip
def test_a_fact_is_called_by_what_it_says(
    graph: hrdgraph.Graph, name: str, tag: str, label: str
) -> None:
    said = graph.query(
        f"SELECT ?l {{ <https://w3id.org/hrdgraph/id/{name}> rdfs:label ?l FILTER(LANG(?l) = '{tag}') }}"
    )
    assert [str(row["l"]) for row in said] == [label]


def test_remarks_are_not_public_and_hide_no_cited_words(graph: hrdgraph.Graph) -> None:
    assert list(graph.query("SELECT ?it { ?it hrd:note ?remark }")) == []
    assert len(list(graph.query("SELECT ?it { ?it hrd:quoteDigest ?digest }"))) == 51


def test_a_label_says_what_it_follows_from(graph: hrdgraph.Graph) -> None:
    event = "event/kalyapin-page/11-estemirova-2009"
    told = str(graph.explain(event, "rdfs:label", "Abduction and killing – Natalia Estemirova"))
    assert "ontology/tables" in told
    assert "victim: Natalia Estemirova" in told
