"""Every row of the award lists is a claim of the published graph, cell by cell, with the page of its row; and no claim is without a row."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

BASE, LISTS = (
    "https://w3id.org/hrdgraph/id/",
    Path(__file__).parents[2] / "data" / "sources" / "award-lists",
)
Row = dict[str, str]
Told = tuple[tuple[str, str], ...]


def rows(table: str) -> list[Row]:
    with (LISTS / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


class Graph:
    """What the award lists say in the published graph: values as the last part of their IRI, or as text; agents by any of their names."""

    def __init__(self, path: Path) -> None:
        self.said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS):
            if quad.graph_name.value.endswith("/award-lists"):
                name = quad.predicate.value.replace("#", "/").rpartition("/")[2]
                self.said[quad.subject.value][name].add(quad.object.value)

    def claims(self, kind: str) -> Iterator[str]:
        return (
            node
            for node, said in self.said.items()
            if any(value.endswith(kind) for value in said["type"])
        )

    def pages(self, claim: str) -> set[str]:
        return {
            page
            for evidence in self.said[claim]["evidence"]
            for page in self.said[evidence]["hasSource"]
        }

    def names(self, node: str) -> set[str]:
        return self.said[node]["prefLabel"] | self.said[node]["altLabel"]

    def codes(self, claim: str, *properties: str) -> Told:
        return tuple(
            sorted(
                (name, value.rpartition("/")[2])
                for name in properties
                for value in self.said[claim][name]
            )
        )

    def texts(self, claim: str, *properties: str) -> Told:
        return tuple(
            sorted((name, value) for name in properties for value in self.said[claim][name])
        )


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return Graph(built / "build" / "graph.nq")


def test_conferrals(graph: Graph) -> None:
    outcomes = {row["outcome"]: row["concept"] for row in rows("outcome_concepts")}
    hidden = {
        (row["row"], row["item"]) for row in rows("overrides") if row["table"] == "conferrals.csv"
    }
    wanted: Counter[object] = Counter()
    for row in rows("conferrals"):
        key = f"{row['award_key']}/{row['year']}/{row['recipient_name']}"
        told = [("date", row["date"])]
        codes = [("outcome", outcomes[row["outcome"]]), ("recipientCountry", row["country_iso2"])]
        codes += [
            ("claimStatus", "contested" if row["note"].startswith("DISAGREES") else "asserted")
        ]
        accepted = len([item for item in items(row["accepted_by"]) if (key, item) not in hidden])
        whole = (
            f"{BASE}edition/{row['award_key']}/{row['year']}",
            row["recipient_name"],
            row["source_url"],
            accepted,
        )
        wanted[
            (*whole, *(tuple(sorted(pair for pair in pairs if pair[1])) for pairs in (told, codes)))
        ] += 1
    found: Counter[object] = Counter()
    for claim in graph.claims("#AwardConferral"):
        [edition], [recipient], [page] = (
            graph.said[claim]["edition"],
            graph.said[claim]["recipient"],
            graph.pages(claim),
        )
        names = {name for _, name, *_ in wanted if name in graph.names(recipient)}  # type: ignore[misc]
        accepted = len(graph.said[claim]["acceptedBy"] | graph.said[claim]["acceptedByText"])
        said = (
            graph.texts(claim, "date"),
            graph.codes(claim, "outcome", "recipientCountry", "claimStatus"),
        )
        [match] = {name for name in names if wanted[(edition, name, page, accepted, *said)]} or {""}
        found[(edition, match, page, accepted, *said)] += 1
    assert found == wanted


def test_roles(graph: Graph) -> None:
    concepts = defaultdict(list)
    for row in rows("role_concepts"):
        concepts[row["role"]].append(row)
    wanted: Counter[object] = Counter()
    for row in rows("roles"):
        dates = [("date", f"{row['from']}/{row['to']}")] if row["from"] or row["to"] else []
        dates += [("attestedAt", row["as_of"])] if row["as_of"] else []
        told = [
            *dates,
            ("roleText", row["role"]),
            *{("ended", one["ended"]) for one in concepts[row["role"]] if one["ended"]},
        ]
        codes = tuple(sorted(("role", one["concept"]) for one in concepts[row["role"]]))
        wanted[(tuple(sorted(told)), codes, row["source_url"])] += 1
    found = Counter(
        (
            graph.texts(claim, "date", "attestedAt", "roleText", "ended"),
            graph.codes(claim, "role"),
            page,
        )
        for claim in graph.claims("#Membership")
        for page in graph.pages(claim)
    )
    assert found == wanted


def test_events(graph: Graph) -> None:
    wanted = Counter(
        (
            row["kind"],
            row["date"],
            row["country_iso2"],
            len(items(row["victims"])),
            row["source_url"],
        )
        for row in rows("events")
    )
    found: Counter[object] = Counter()
    for event in graph.claims("#HumanRightsEvent"):
        [act], [page] = graph.said[event]["act"], graph.pages(event)
        victims = len(graph.said[act]["victim"] | graph.said[act]["victimText"])
        [(_, kind)], country = graph.codes(act, "actType"), graph.codes(event, "country")
        found[
            (
                kind,
                "".join(graph.said[event]["date"]),
                "".join(code for _, code in country),
                victims,
                page,
            )
        ] += 1
    assert found == wanted
