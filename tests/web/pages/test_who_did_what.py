"""Who is said to have done what, courts, interventions, fates and pictures, as pages tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.ontology import Ontology, load
from hrdgraph.project import Project, open_project
from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdfio.read import read_quads
from hrdgraph.vocab import HRD, XSD
from hrdgraph.web.pages import Site, labels
from hrdgraph.web.pages.graph_view import Value
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.naming import words_in
from hrdgraph.web.pages.pages import Pages

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Built:
    """What a site needs of a graph."""

    columns: ColumnGraph
    project: Project
    ontology: Ontology
    queries: Catalogue = field(default_factory=lambda: Catalogue(()))
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns)


@pytest.fixture(scope="module")
def made() -> Pages:
    """The pages of the small invented world."""
    project = open_project(ROOT)
    quads = list(read_quads(ROOT / "tests/queries/sample.trig"))
    return Pages(Site.of(Built(ColumnGraph.from_quads(quads), project, load(project))))  # type: ignore[arg-type]


def read_page(pages: Pages, language: str, key: str) -> str:
    """The words of the page of a thing."""
    page = pages.page(language, f"id/{key}", Links())
    assert page is not None, key
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.body.decode())).replace("&amp;", "&")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "person/alpha/dee",
            (
                "Alleged involvement",
                "Open Fund",
                "unknown men",
                "According to",
                "two witnesses",
                "contested",
            ),
        ),
        (
            "person/alpha/dee",
            (
                "Proceedings",
                "nobody brought to justice",
                "Interventions",
                "neighbours",
            ),
        ),
        (
            "person/alpha/bo",
            (
                "Criminal case",
                "standing by a wall",
                "Wall Court",
                "guilty",
                "2 years",
                "serving the sentence",
            ),
        ),
        (
            "person/alpha/bo",
            ("What happened to them afterwards", "Still held", "Urgent appeal", "no answer"),
        ),
        ("person/alpha/ana", ("Photograph", "Ana on the steps", "box 3")),
        ("event/gamma/e4", ("Number of victims", "3", "Part of", "Follows")),
        ("event/alpha/e1", ("Alleged perpetrators", "Open Fund", "unknown men")),
        ("organisation/alpha/wall", ("Works on", "watches walls")),
    ],
)
def test_a_page_tells_it(made: Pages, key: str, words: tuple[str, ...]) -> None:
    text = read_page(made, "en", key)
    assert [word for word in words if word not in text] == []


def test_who_is_refuted_to_have_done_it_is_not_named_with_the_event(made: Pages) -> None:
    text = (
        read_page(made, "en", "event/alpha/e1")
        .partition("Alleged perpetrators")[2]
        .partition("Source")[0]
    )
    assert "Open Fund (contested)" in text
    assert "Bo Chen" not in text


def test_other_languages_have_their_words(made: Pages) -> None:
    assert "Procédures" in read_page(made, "fr", "person/alpha/bo")
    assert "2 ans" in read_page(made, "fr", "person/alpha/bo")
    assert "Procesos" in read_page(made, "es", "person/alpha/bo")


@pytest.mark.parametrize("key", ["i1", "p1", "n1", "l1", "m1"])
def test_each_claim_has_a_page_of_its_own(made: Pages, key: str) -> None:
    assert "Claim" in read_page(made, "en", key)


@pytest.mark.parametrize(
    ("text", "datatype", "language", "words"),
    [
        ("P16Y", XSD.duration, "en", "16 years"),
        ("P1Y6M", XSD.duration, "fr", "1\xa0an, 6\xa0mois"),
        ("PT36H", XSD.duration, "es", "36 horas"),
        ("P", XSD.duration, "en", "P"),
        ("20000 MXN", HRD.money, "es", "20.000 pesos mexicanos"),
        ("1500.50 EUR", HRD.money, "fr", "1\u202f500,50 euros"),
    ],
)
def test_lengths_and_amounts_are_told_in_words(
    text: str, datatype: IRI, language: str, words: str
) -> None:
    made = object.__new__(labels.Labels)
    made.words = words_in(language)
    assert made.value_words(Value(text, "", datatype.value)) == words
