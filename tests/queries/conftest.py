"""The project's queries, and a small graph that has an answer to each of them."""

from __future__ import annotations

import csv
import json
import re
from ast import literal_eval
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.ontology import load
from hrdgraph.pipeline.stages.derivation import derive_all
from hrdgraph.project import open_shipped_model
from hrdgraph.queries.catalogue import Catalogue, find
from hrdgraph.queries.run import run
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse, read_quads
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import HRD, RDFS

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "data" / "sources"
QUERIES = HERE.parents[1] / "queries"
BASE = "https://w3id.org/hrdgraph/id/"
DERIVED = IRI("https://w3id.org/hrdgraph/graph/derived")
SHORT = {
    BASE: "",
    "https://w3id.org/hrdgraph/vocabulary/": "v:",
    "https://w3id.org/hrdgraph/graph/": "g:",
    "https://w3id.org/hrdgraph/ontology#": "hrd:",
    "http://doc.example/": "doc:",
    "https://schema.org/": "schema:",
    "http://www.w3.org/ns/org#": "org:",
    "http://xmlns.com/foaf/0.1/": "foaf:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs:",
}


def plain_text(term: Term | None) -> str:
    """A term as the golden files write it."""
    if term is None:
        return ""
    if isinstance(term, BlankNode):
        return term.n3()
    space = next(
        (space for space in SHORT if isinstance(term, IRI) and term.value.startswith(space)), None
    )
    return term.value if space is None else SHORT[space] + term.value[len(space) :]


def graph_of(turtle: str = "") -> ColumnGraph:
    """The sample, what properties do in its claims, and some TriG."""
    quads = read_quads(HERE / "sample.trig")
    head = "".join(
        line + "\n"
        for line in (HERE / "sample.trig").read_text("utf-8").splitlines()
        if line.startswith("PREFIX")
    )
    roles = (
        quad._replace(graph=IRI("https://w3id.org/hrdgraph/graph/ontology"))
        for quad in load(open_shipped_model()).quads
        if quad.predicate in (HRD.claimRole, HRD.identifiedBy, RDFS.subClassOf)
    )
    return ColumnGraph.from_quads([*quads, *roles, *parse(head + turtle, format_named("trig"))])


@pytest.fixture(scope="session")
def sample_graph() -> ColumnGraph:
    """The sample, without what is derived from it."""
    return graph_of()


def store_of(catalogue: Catalogue, turtle: str = "") -> OxigraphStore:
    store = OxigraphStore.create()
    graph = graph_of(turtle)
    store.add(graph)
    derive_all(store, catalogue, load(open_shipped_model()), graph, DERIVED)
    return store


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return find(QUERIES)


@pytest.fixture(scope="session")
def sample(catalogue: Catalogue) -> OxigraphStore:
    """The sample with what is derived from it."""
    return store_of(catalogue)


@pytest.fixture(scope="session")
def sample_with(catalogue: Catalogue) -> Callable[[str], OxigraphStore]:
    """A function: TriG that uses the prefixes of the sample → the sample and this, with what is derived."""
    return lambda turtle: store_of(catalogue, turtle)


@pytest.fixture(scope="session")
def plain() -> Callable[[Term | None], str]:
    return plain_text


Row = dict[str, str]
Ask = Callable[..., list[tuple[str, ...]]]
WON = {"laureate", "joint", "joint-laureate", "special", "special-prize", "honorary"}


def value(term: Term | None) -> str:
    text = "" if term is None else str(getattr(term, "value", ""))
    return text.removeprefix(BASE)


class Facts:
    """The shipped tables as sets of plain facts; people, groups and organisations are canonical IRIs without the base.

    Only two things are taken from the store, so that the tables' names can be compared with its IRIs: which IRI has which
    name in the award lists, and which old IRI stands for which canonical one.
    """

    sources = SOURCES

    def __init__(self, store: OxigraphStore) -> None:
        self._canonical = dict(self._pairs(store, "SELECT ?a ?b { ?a dcterms:isReplacedBy ?b }"))
        graph = "<https://w3id.org/hrdgraph/graph/award-lists>"
        kinds = {
            "people": "a foaf:Person",
            "organisations": "a org:Organization",
            "others": "a foaf:Agent",
        }
        self._by_name = {
            table_name: {
                name: thing
                for thing, name in self._pairs(
                    store, f"SELECT ?t ?n {{ GRAPH {graph} {{ ?t skos:prefLabel ?n ; {kind} }} }}"
                )
            }
            for table_name, kind in kinds.items()
        }

        second = "<https://w3id.org/hrdgraph/graph/award-lists-2>"
        self._in_second = {
            name: thing
            for thing, name in self._pairs(
                store, f"SELECT ?t ?n {{ GRAPH {second} {{ ?t skos:altLabel|skos:prefLabel ?n }} }}"
            )
        }

    @staticmethod
    def _pairs(store: OxigraphStore, text: str) -> list[tuple[str, str]]:
        answer = store.query(text)
        assert isinstance(answer, Solutions)
        return [(value(left), value(right)) for left, right in answer.rows]

    @staticmethod
    def table(source: str, name: str) -> list[Row]:
        """The rows of a shipped table."""
        with (SOURCES / source / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    def canonical(self, iri: str) -> str:
        return self._canonical.get(iri, iri)

    def agent(self, name: str) -> str:
        return next(names[name] for names in self._by_name.values() if name in names)

    def in_second(self, name: str) -> str:
        """Whom the second award list names."""
        return self._in_second[name]

    def organisation(self, name: str) -> str:
        return self._by_name["organisations"][name]

    @cached_property
    def conferrals(self) -> list[tuple[str, str, str, str, str]]:
        """Award, year, recipient, outcome, country: what all sources say, but what is contested by another recipient."""
        lists = [
            (
                row["award_key"],
                row["year"],
                self.agent(row["recipient_name"]),
                row["outcome"],
                row["country_iso2"],
            )
            for row in self.table("award-lists", "conferrals")
            if (row["award_key"], row["year"], row["recipient_name"]) not in self.contested
        ]
        page = [
            (
                row["award_key"],
                row["year"],
                self.canonical(f"{row['recipient_kind']}/kalyapin-page/{row['recipient']}"),
                row["outcome"],
                row["recipient_country_iso2"],
            )
            for row in self.table("kalyapin-page", "conferrals")
            if row["status"] != "contested"
        ]
        second = [
            (
                row["award_key"],
                row["year"],
                self.in_second(row["recipient_name"]),
                row["outcome"],
                row["country_iso2"],
            )
            for row in self.table("award-lists-2", "conferrals")
        ]
        return (
            lists
            + second
            + page
            + self.on_pages
            + [(award, year, who, "laureate", "") for award, year, who, _ in self.nobel]
        )

    @cached_property
    def on_pages(self) -> list[tuple[str, str, str, str, str]]:
        """The same of the pages in five languages, which give no country beside the recipient."""
        return [
            (
                row["award_key"],
                row["year"],
                self.on_page(row["recipient_kind"], row["recipient"]),
                row["outcome"],
                "",
            )
            for row in self.table("defender-pages", "conferrals")
        ]

    def on_page(self, kind: str, key: str) -> str:
        """Whom the pages in five languages name."""
        return self.canonical(f"{kind}/defender-pages/{key}")

    @cached_property
    def contested(self) -> set[tuple[str, str, str]]:
        """The rows marked as disagreeing whose other side has another recipient."""
        others = {
            (row["award_key"], row["year"])
            for row in self.table("award-lists", "alternatives")
            if row["left_recipient"] != row["right_recipient"]
        }
        rows = [
            row
            for row in self.table("award-lists", "conferrals")
            if row["note"].startswith("DISAGREES")
        ]
        return {
            (row["award_key"], row["year"], row["recipient_name"])
            for row in rows
            if (row["award_key"], row["year"]) in others
        }

    @cached_property
    def nobel(self) -> set[tuple[str, str, str, str]]:
        """Award, year, laureate, share, from the lists of prizes in the cells of the raw file."""
        found = set()
        for row in self.table("nobel-peace", "Nobel_dfmerge_2_1"):
            for prize in _prizes(row["nobelPrizes"]):
                if prize["category"]["en"] == "Peace":
                    found.add(
                        (
                            "nobel-peace-prize",
                            str(prize["awardYear"]),
                            self._laureate(row),
                            prize["portion"],
                        )
                    )
        return found

    def _laureate(self, row: Row) -> str:
        person = row["knownName.en"] or row["fullName.en"]
        kind, name = ("person", person) if person else ("organisation", row["orgName.en"])
        return self.canonical(f"{kind}/nobel-peace/{_slug(name)}")

    @cached_property
    def wins(self) -> set[tuple[str, str, str]]:
        """Award, year, winner."""
        return {
            (award, year, who) for award, year, who, outcome, _ in self.conferrals if outcome in WON
        }

    @cached_property
    def won(self) -> dict[str, set[str]]:
        """Winner → awards."""
        found: dict[str, set[str]] = defaultdict(set)
        for award, _, who in self.wins:
            found[who].add(award)
        return found


def _prizes(cell: str) -> list[Any]:
    try:
        return list(json.loads(cell))
    except ValueError:
        return list(literal_eval(cell))


def _slug(name: str) -> str:
    return re.sub(r"\s+", "_", name.strip()).replace("'", "%27").replace(",", "%2C")


@pytest.fixture(scope="session")
def facts(built_store: OxigraphStore) -> Facts:
    return Facts(built_store)


@pytest.fixture(scope="session")
def ask(built_store: OxigraphStore, catalogue: Catalogue) -> Ask:
    def asked(name: str, columns: str, **parameters: str) -> list[tuple[str, ...]]:
        answer = run(
            built_store,
            catalogue[name],
            {key.rstrip("_"): text for key, text in parameters.items()},
            BASE,
        )
        assert isinstance(answer, Solutions)
        return [tuple(value(term) for term in row) for row in answer.project(columns.split()).rows]

    return asked
