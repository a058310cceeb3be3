"""Many statements traced at once are traced as each by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import Origin
from hrdgraph.explain.lineage import Lineage, plan_sources
from hrdgraph.mapping.tracing import Trace
from hrdgraph.project import open_project
from hrdgraph.vocab import FOAF, HRD, RDF, SKOS

ID = "<https://example.org/id/"
ADA, BERTA, NOBODY = (
    f"{ID}person/example/{name}>" for name in ("Ada_Example", "Berta_Example", "Nobody")
)
ASKED = [
    (ADA, SKOS.prefLabel.n3(), '"Ada Example"'),
    (
        ADA,
        SKOS.altLabel.n3(),
        '"Ada Example"',
    ),  # what a mapping calls the preferred label may be another one in the graph
    (BERTA, SKOS.prefLabel.n3(), None),
    (BERTA, None, None),
    (ADA, None, FOAF.Person.n3()),
    (NOBODY, None, None),
    (BERTA, SKOS.prefLabel.n3(), '"Ada Example"'),
    (f"{ID}award/example-award>", RDF.type.n3(), HRD.Award.n3()),
    (f"{ID}award/example-award>", None, None),
]


@pytest.fixture(scope="module")
def lineage(tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    root = tmp_path_factory.mktemp("lineage") / "p"
    assert run(["init", str(root)]) == 0
    project = open_project(root)
    same = frozenset((ADA, f"{ID}person/elsewhere/ada>"))
    sources = [source for source in project.sources if source.name == "example"]
    return Lineage(
        plan_sources(project, sources),
        lambda text: same if text in same else frozenset((text,)),
        root,
    )


def rows_of(traces: list[Trace]) -> list[Origin]:
    return list(dict.fromkeys(row for trace in traces for row in trace.rows))


def test_many_at_once_are_traced_as_one_by_one(lineage: Lineage) -> None:
    for asked, found in zip(ASKED, lineage.each(ASKED), strict=True):
        assert set(found) == set(lineage.of(*asked)), asked


def test_rows_are_named_as_seen_from_the_project(lineage: Lineage) -> None:
    (first, *_), elsewhere, *_ = lineage.each(
        [ASKED[0], (f"{ID}person/elsewhere/ada>", None, None)]
    )
    assert [str(row) for row in first.rows] == ["data/sources/example/people.csv, row 2"]
    assert first in elsewhere


def test_a_name_that_identity_made_the_preferred_one_leads_to_its_row(built: Path) -> None:
    said = (
        "organisation/European_Parliament",
        "skos:prefLabel",
        '"Parlement européen"@fr',
    )
    found = {
        statement.source: statement.traces
        for statement in hrdgraph.open(built).explain(*said).facts[0].statements
    }
    assert found.keys() == {"award-lists", "defender-pages"}
    assert all(found.values())


def test_the_first_rows_are_those_of_all_ways(lineage: Lineage) -> None:
    for most in (1, 2, 3):
        for asked, first, every in zip(
            ASKED, lineage.each(ASKED, most=most), lineage.each(ASKED), strict=True
        ):
            assert rows_of(first)[:most] == rows_of(every)[:most], asked


def test_a_thing_of_many_rows_is_traced_to_the_first_of_them_only(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "p")]) == 0
    project = open_project(tmp_path / "p")
    (source,) = (source for source in project.sources if source.name == "example")
    rows = "".join(
        f"example-award,2023,Ada_Example,laureate,2023,https://example.org/{number}\n"
        for number in range(200)
    )
    with source.folder.joinpath("conferrals.csv").open("a", encoding="utf-8") as table:
        table.write(rows)
    many = Lineage(plan_sources(project, [source]), lambda text: frozenset((text,)), project.root)
    asked = [(f"{ID}edition/example-award/2023>", None, None)]
    assert len(many.each(asked)[0]) > 200
    assert len(many.each(asked, most=3)[0]) <= 3


def test_nothing_asked_is_nothing_found(lineage: Lineage) -> None:
    assert lineage.each([]) == []
    assert [len(found) for found in lineage.each(ASKED)][5:7] == [0, 0]
