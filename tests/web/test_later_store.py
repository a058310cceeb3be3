"""A server fills the store that a large build has left for later, in the build where it can, and of
nothing but what it serves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.project import Project, open_project
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.store_filling import is_for_later
from hrdgraph.web.app import ServedBuild, fill_later_store, open_build

SOURCE = """title = "A"
publisher = "B"
address = "http://x/"
licence = "CC0-1.0"
language = "en"
visibility = "public"
mapping = "mapping.ttl"
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def laid(build: Path, graph: ColumnGraph) -> None:
    save_columns(graph, build / "columns")
    prepare_columns(graph, build / "columns", many=0)
    (build / "manifest.json").write_text(json.dumps({"quads": len(graph)}), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    (root / "data" / "sources" / "a").mkdir(parents=True)
    (root / "data" / "sources" / "a" / "source.toml").write_text(SOURCE, encoding="utf-8")
    (root / "data" / "sources" / "a" / "mapping.ttl").write_text("", encoding="utf-8")
    (root / "hrdgraph.toml").write_text(
        'format = 1\ntitle = "A"\nbase = "http://x/"\n', encoding="utf-8"
    )
    made = open_project(root)
    laid(made.build_dir, people(300))
    return made


def filled(project: Project, served: ServedBuild) -> bool:
    return asyncio.run(fill_later_store(project, served))


def counted(store: Path) -> int:
    with OxigraphStore.open(store) as opened:
        answer = opened.query(COUNT)
    assert isinstance(answer, Solutions)
    return int(answer.rows[0][0].value)  # type: ignore[union-attr]


def test_it_is_made_once_in_the_build_and_laid_aside(project: Project, tmp_path: Path) -> None:
    served = open_build(project, tmp_path / "served")
    assert is_for_later(served.store)
    assert filled(project, served)
    assert not filled(project, served)
    assert counted(served.store) == counted(project.store_dir) == len(people(300))
    again = open_build(project, tmp_path / "again")
    assert not is_for_later(again.store)


def test_of_a_build_that_was_replaced_it_is_made_of_what_is_served(
    project: Project, tmp_path: Path
) -> None:
    served = open_build(project, tmp_path / "served")
    project.build_dir.rename(tmp_path / "old")
    laid(project.build_dir, people(50))
    assert filled(project, served)
    assert counted(served.store) == len(people(300))


@pytest.mark.heavy
def test_a_build_that_cannot_be_written_is_served_with_a_store(
    project: Project, tmp_path: Path
) -> None:
    served = open_build(project, tmp_path / "served")
    (project.build_dir / "columns" / "quads.parquet").unlink()  # for root may write everything
    assert filled(project, served)
    assert counted(served.store) == len(people(300))
    assert is_for_later(project.store_dir)


def test_what_is_damaged_is_served_from_the_columns_alone(
    project: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    served = open_build(project, tmp_path / "served")
    for place in (project.build_dir, served.folder):
        (place / "columns" / "quads.parquet").unlink()
    assert not filled(project, served)
    assert "the store cannot be filled" in caplog.text
