"""What is left of a built graph once more is withdrawn: nothing that the next build will not say too."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from hrdgraph.explain.lineage import Lineage, names_of, plan_sources
from hrdgraph.identity.judgements import read_ledger
from hrdgraph.mapping.facts.layout import with_kinds
from hrdgraph.ontology import load
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.public_graph import hold, snapshots_of
from hrdgraph.pipeline.stages.mapping import map_sources
from hrdgraph.privacy.publication import policy_of, show
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.privacy.visibility import remove_things
from hrdgraph.project import Project, open_project
from hrdgraph.rdf import IRI, ColumnGraph

Row = tuple[str, str, str, str]


def rows(graph: ColumnGraph) -> set[Row]:
    return set(graph.text().select("s", "p", "o", "g").rows())  # type: ignore[arg-type]


class NextBuild:
    """What a build says once things are withdrawn, before it derives anything."""

    def __init__(self, root: Path) -> None:
        self.project: Project = with_kinds(open_project(root))
        project, self.ledger = self.project, read_ledger(self.project.judgements_file)
        ontology, plans = load(project), plan_sources(project, project.sources)
        mapped = map_sources(project, plans, ontology, lambda *_: None)
        self._policy = policy_of(
            project, project.sources, ontology, self.ledger, mapped.graph, rooms=mapped.rooms
        )
        lineage = Lineage(plans, names_of(self.ledger), project.root)
        self._graph = hold(
            project, project.sources, mapped.graph, snapshots_of(project), lineage
        ).graph

    def names(self, thing: str) -> frozenset[str]:
        return frozenset(next((one for one in self.ledger.clusters if thing in one), (thing,)))

    def without(self, names: frozenset[str]) -> set[Row]:
        policy = replace(self._policy, withdrawn=frozenset(map(IRI, names)))
        return rows(show(self.project, self._graph, policy, self.ledger).graph)


def things(graph: ColumnGraph, project: Project, kind: str) -> list[str]:
    start = f"<{project.base}{kind}/"
    return [text[1:-1] for text in graph.terms if text.startswith(start)]


@pytest.mark.heavy
def test_of_each_thing_no_more_is_left_than_the_next_build_says(small: Path) -> None:
    build(open_project(small), BuildOptions(validate=False))
    graph, expected = ReadableBuild(open_project(small)).columns(), NextBuild(small)
    for kind in ("person", "award", "organisation", "conferral", "event", "role", "country"):
        for thing in things(graph, expected.project, kind)[:12]:
            names = expected.names(thing)
            left = remove_things(graph, names, expected.ledger.clusters)
            assert not rows(left) - expected.without(names), thing
            assert not any(left.position(IRI(name)) for name in names)
            assert len(left) > len(graph) // 3, thing


# two sources say it of one person under two names; once the club is withdrawn, only one of them
# has anything to say of the person, so the name that the other gave goes too
CLUB: Final = "<https://e.org/club>"
SAID: Final = [
    ("<https://e.org/role>", "<https://e.org/by>", "<https://e.org/ada>", "<g:one>"),
    ("<https://e.org/ada>", "<https://e.org/name>", '"Ada"', "<g:one>"),
    ("<https://e.org/role>", "<https://e.org/of>", CLUB, "<g:one>"),
    (CLUB, "<https://e.org/name>", '"Club"', "<g:one>"),
    ("<https://e.org/prize>", "<https://e.org/to>", "<https://e.org/ada>", "<g:two>"),
    ("<https://e.org/ada>", "<https://e.org/born>", '"1990"', "<g:two>"),
    ("<https://e.org/ada>", "<https://e.org/rank>", '"7"', "<g:x/derived>"),
]


def graph_of(said: list[Row]) -> ColumnGraph:
    import polars as pl

    return ColumnGraph.from_text(pl.DataFrame(said, schema=["s", "p", "o", "g"], orient="row"))


def test_what_nothing_leads_to_any_more_goes_with_its_names() -> None:
    role_is_gone = [row for row in SAID if row[0] != "<https://e.org/role>"]
    assert rows(remove_things(graph_of(SAID), ["https://e.org/role"], ())) == {
        row for row in role_is_gone if row[3] == "<g:two>"
    }
    joined = (("https://e.org/ada", "https://e.org/ada2"),)
    assert rows(remove_things(graph_of(SAID), ["https://e.org/role"], joined)) == set()


def test_nothing_that_was_derived_stays() -> None:
    left = rows(remove_things(graph_of(SAID), ["https://e.org/nothing"], ()))
    assert left == {row for row in SAID if row[3] != "<g:x/derived>"}


@pytest.mark.heavy
def test_of_shipped_things_no_more_is_left_than_the_next_build_says(built: Path) -> None:
    graph, expected = ReadableBuild(open_project(built)).columns(), NextBuild(built)
    chosen = random.Random(22)
    for kind in ("person", "organisation", "award", "event", "city", "country"):
        every = things(graph, expected.project, kind)
        for thing in chosen.sample(every, min(len(every), 20)):
            names, clusters = expected.names(thing), expected.ledger.clusters
            left = rows(remove_things(graph, names, clusters))
            # a built graph does not tell which row named somebody whom judgements have joined
            joined = {f"<{name}>" for cluster in clusters for name in cluster}
            more = [row for row in left - expected.without(names) if not joined.intersection(row)]
            assert not more, thing
            assert not {f"<{name}>" for name in names} & {text for row in left for text in row}, (
                thing
            )
