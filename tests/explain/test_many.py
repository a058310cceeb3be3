"""A thing that thousands of claims are about: its first claims are told, the others counted, and none costs much."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import hrdgraph
from hrdgraph import Graph
from hrdgraph.cli.app import run
from hrdgraph.library.explained import ENOUGH, FIRST, Explained, short_lines
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.rdf import ColumnGraph

FEW, MANY = 12, 1_200
SMALL, LARGE = "edition/example-award/2023", "edition/example-award/2024"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an edition that few received and one that many did."""
    root = tmp_path_factory.mktemp("many") / "p"
    assert run(["init", str(root)]) == 0
    numbers = range(FEW + MANY)
    pages = [f"https://example.org/page/{number // 10}" for number in numbers]
    people = [("key", "name", "source_url"), *((f"P{n}", f"Person {n}", pages[n]) for n in numbers)]
    received = [
        ("example-award", 2023 if n < FEW else 2024, f"P{n}", "joint-laureate", "2024-12", pages[n])
        for n in numbers
    ]
    write(root / "data" / "sources" / "example" / "people.csv", people)
    conferrals = [("award_key", "year", "person_key", "outcome", "date", "source_url"), *received]
    write(root / "data" / "sources" / "example" / "conferrals.csv", conferrals)
    build(open_project(root), BuildOptions(validate=False))
    return root


def write(path: Path, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.fixture(scope="module")
def graph(root: Path) -> Graph:
    return hrdgraph.open(root, languages=["en"])


@pytest.fixture(scope="module")
def large(graph: Graph) -> Explained:
    return graph.explain(LARGE)


def page(explanation: Explained, graph: Graph) -> list[str]:
    return list(short_lines(explanation, graph.project.base, "en"))


@pytest.mark.heavy
def test_all_is_told_unless_one_asks_for_the_first(large: Explained, graph: Graph) -> None:
    assert (len(large.facts), large.untold) == (1 + MANY, {})
    some = graph.explain(LARGE, most=3)
    assert some.facts == large.facts[:4]
    assert sum(some.untold.values()) == MANY - 3
    assert {kind for kind, _ in some.untold} == {"award conferral"}
    assert some.as_dict()["untold"] == MANY - 3
    assert "untold" not in large.as_dict()


@pytest.mark.heavy
def test_the_page_is_the_same_whether_the_others_are_told_or_counted(
    large: Explained, graph: Graph, built: Path
) -> None:
    assert page(graph.explain(LARGE, most=ENOUGH), graph) == page(large, graph)
    shipped, counted = hrdgraph.open(built, languages=["en"]), 0
    for thing in (
        "country/CN",
        "country/RU",
        "person/Igor_Kalyapin",
        "edition/nobel-peace-prize/1984",
    ):
        some = shipped.explain(thing, most=FIRST)
        counted += sum(some.untold.values())
        assert page(some, shipped) == page(shipped.explain(thing), shipped), thing
    assert counted > 50


@pytest.mark.heavy
def test_rows_that_the_page_does_not_show_are_not_looked_up(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = hrdgraph.open(built, languages=["en"])
    claim = "conferral/kalyapin-page/07-front-line-2011-header"
    things = ("person/Igor_Kalyapin", claim, "edition/nobel-peace-prize/1984")
    whole = [graph.explain(thing).lines() for thing in things]
    assert [graph.explain(thing, most=ENOUGH, brief=True).lines() for thing in things] == whole
    assert any(".csv row" in line for line in whole[1])

    def looked_up(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("hrdgraph.explain.lineage.plan_source", looked_up)
    assert (
        hrdgraph.open(built, languages=["en"]).explain(things[0], most=ENOUGH, brief=True).lines()
        == whole[0]
    )


@pytest.mark.heavy
def test_a_claim_more_looks_for_nothing_in_the_whole_graph(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, where = list[object](), ColumnGraph.where

    def counted(graph: ColumnGraph, **asked: Any) -> ColumnGraph:
        looks.append(asked)
        return where(graph, **asked)

    monkeypatch.setattr(ColumnGraph, "where", counted)
    assert len(graph.explain(SMALL).facts) == 1 + FEW
    few = len(looks)
    assert len(graph.explain(LARGE).facts) == 1 + MANY
    assert len(looks) == 2 * few


@pytest.mark.heavy
def test_rows_that_are_looked_up_in_parts_are_the_same(
    large: Explained, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hrdgraph.explain.explainer._TOGETHER", 7)
    assert hrdgraph.open(root, languages=["en"]).explain(LARGE) == large


@pytest.mark.heavy
def test_how_far_it_is_can_be_told(graph: Graph) -> None:
    whole, some = list[tuple[int, int]](), list[tuple[int, int]]()
    graph.explain(LARGE, progress=lambda *done: whole.append(done))
    graph.explain(LARGE, most=3, progress=lambda *done: some.append(done))
    assert whole == [(done, 1 + MANY) for done in range(1 + MANY)]
    assert some[:MANY] == [(done, MANY) for done in range(MANY)]


@pytest.mark.heavy
def test_the_command_counts_and_says_how_to_see_all(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", LARGE, "--project", str(root), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "award conferral: 1,200\n" in said
    assert "  … and 1,195 more\n" in said
    assert said.splitlines()[-1].startswith(
        f'for all details of 1,201 facts, with rows, rules and words: hrdgraph explain "{LARGE}" --full'
    )
    assert run(["explain", LARGE, "--project", str(root), "--lang", "fr"]) == 0
    assert "1\N{NARROW NO-BREAK SPACE}201 faits, avec lignes" in capsys.readouterr().out


@pytest.mark.heavy
@pytest.mark.parametrize("option", ["--full", "--json"])
def test_whoever_wants_all_gets_all(
    option: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", LARGE, "--project", str(root), "--lang", "en", option]) == 0
    said = capsys.readouterr().out
    assert all(f"/P{number}" in said for number in range(FEW, FEW + MANY))
    if option == "--json":
        assert len(json.loads(said)["facts"]) == 1 + MANY


@pytest.mark.heavy
def test_a_terminal_sees_how_far_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("hrdgraph.cli.progress._SHORT", -1)
    monkeypatch.setattr("sys.stderr", terminal)
    assert run(["explain", LARGE, "--project", str(root), "--lang", "es", "--full"]) == 0
    assert "0 de 1201" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[K")
