"""A graph in columns is saved and loaded unchanged; a missing or damaged one says so."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hrdgraph.errors import OutputError, ProjectError
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdfio.columns import load_columns, save_columns

A = IRI("http://e.org/a")
GRAPH = ColumnGraph.from_quads([Quad(A, A, Literal("é\n漢")), Quad(A, A, A, A)])


@pytest.mark.parametrize("graph", [GRAPH, ColumnGraph.union([])], ids=["small", "empty"])
def test_round_trip(graph: ColumnGraph, tmp_path: Path) -> None:
    save_columns(graph, tmp_path / "deep" / "columns")
    loaded = load_columns(tmp_path / "deep" / "columns")
    assert loaded == graph
    assert loaded.quads.schema == graph.quads.schema
    assert loaded.terms.to_list() == graph.terms.to_list()


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_columns(GRAPH, tmp_path / name)
    for file in ("terms.parquet", "quads.parquet"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_an_existing_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        save_columns(GRAPH, tmp_path)
    assert caught.value.origin.file == str(tmp_path)


def test_a_missing_graph_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="has not been built") as caught:
        load_columns(tmp_path)
    assert "hrdgraph build" in caught.value.hint


@pytest.mark.parametrize("file", ["terms.parquet", "quads.parquet"])
def test_one_missing_file(file: str, tmp_path: Path) -> None:
    save_columns(GRAPH, tmp_path / "columns")
    (tmp_path / "columns" / file).unlink()
    with pytest.raises(ProjectError):
        load_columns(tmp_path / "columns")


@pytest.mark.parametrize("file", ["terms.parquet", "quads.parquet"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "overwritten"])
def test_a_damaged_file(file: str, damage: str, tmp_path: Path) -> None:
    save_columns(GRAPH, tmp_path / "columns")
    path = tmp_path / "columns" / file
    data = path.read_bytes()
    path.write_bytes(
        {"cut": data[: len(data) // 2], "emptied": b"", "overwritten": b"x" * len(data)}[damage]
    )
    with pytest.raises(ProjectError, match="cannot be read") as caught:
        load_columns(tmp_path / "columns")
    assert "build" in caught.value.hint


def test_columns_of_something_else(tmp_path: Path) -> None:
    for file in ("terms.parquet", "quads.parquet"):
        pl.DataFrame({"other": ["x"]}).write_parquet(tmp_path / file)
    with pytest.raises(ProjectError, match="cannot be read"):
        load_columns(tmp_path)


def test_numbers_that_point_beyond_the_dictionary(tmp_path: Path) -> None:
    save_columns(GRAPH, tmp_path / "columns")
    GRAPH.terms.head(1).to_frame("term").write_parquet(tmp_path / "columns" / "terms.parquet")
    with pytest.raises(ProjectError, match="cannot be read"):
        load_columns(tmp_path / "columns")
