"""The store of a large build is made when something asks for it: once, whole, and of that build."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.errors import OutputError, ProjectError
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql.planner import COLUMNS, STORE, ChosenEngine
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.store import store_filling
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.store_filling import fill_store, is_for_later
from hrdgraph.store.worker_process import COLUMNS_WORKER, BoundedReader

PATH = "SELECT (COUNT(*) AS ?n) { ?s <http://x/prize>+ ?o }"
ONE = "SELECT ?n { <http://x/person/7> <http://x/name> ?n }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def laid(folder: Path, graph: ColumnGraph) -> Path:
    """A build that has left its store for later; where that store will be."""
    save_columns(graph, folder / "columns")
    prepare_columns(graph, folder / "columns", many=0)
    return folder / "store"


def number(reader: BoundedReader | OxigraphStore, text: str) -> str:
    answer = reader.query(text)
    assert isinstance(answer, Solutions)
    return answer.rows[0][0].value  # type: ignore[union-attr]


def test_columns_answer_until_something_needs_the_store(tmp_path: Path) -> None:
    store, told = laid(tmp_path / "build", people(1_000)), []
    reader = BoundedReader(store, main=COLUMNS_WORKER)
    reader.on_filling = lambda: told.append("filling")
    assert number(reader, ONE) == "Name 7"
    choice = reader.choice(ONE)
    assert choice == ChosenEngine(COLUMNS, "sparql-store-unmade", solutions=choice.solutions)  # type: ignore[attr-defined]
    assert int(number(reader, COUNT)) == len(people(1_000))
    assert (is_for_later(store), told) == (True, [])
    assert reader.choice(PATH) == ChosenEngine(STORE, "sparql-part-unknown", "*, +, ?")
    assert is_for_later(store)  # to say who would answer fills nothing
    assert number(reader, PATH) == "10"
    assert (is_for_later(store), told) == (False, ["filling"])
    assert number(reader, PATH) == "10"
    assert reader.choice(ONE).engine == STORE  # type: ignore[attr-defined]
    assert told == ["filling"]
    reader.close()
    assert sorted(path.name for path in store.parent.iterdir()) == ["columns", "store"]
    assert not list(store.glob("LOG*"))


def test_two_that_ask_at_once_fill_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, made = laid(tmp_path / "build", people(300)), []
    fill = store_filling.fill_elsewhere

    def noted(place: Path, columns: Path) -> None:
        made.append(place)
        fill(place, columns)

    monkeypatch.setattr(store_filling, "fill_elsewhere", noted)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill_store, [store] * 4))
    assert len(made) == 1
    with OxigraphStore.open(store) as opened:
        assert int(number(opened, COUNT)) == len(people(300))


def test_a_build_that_comes_meanwhile_keeps_nothing_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was withdrawn between two builds is in no store of the second."""
    store = laid(tmp_path / "build", people(300))
    gone = ColumnGraph.from_quads(
        [Quad(IRI("http://x/a"), IRI("http://x/p"), Literal("b"), IRI("http://x/g"))]
    )
    fill, swapped = store_filling.fill_elsewhere, []

    def overtaken(place: Path, columns: Path) -> None:
        fill(place, columns)
        if not swapped:
            swapped.append(store.parent.rename(tmp_path / "old"))
            laid(store.parent, gone)

    monkeypatch.setattr(store_filling, "fill_elsewhere", overtaken)
    fill_store(store)
    with OxigraphStore.open(store) as opened:
        assert number(opened, COUNT) == "1"
    assert sorted(path.name for path in store.parent.iterdir()) == ["columns", "store"]


def test_what_breaks_off_leaves_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = laid(tmp_path / "build", people(300))

    def broken(place: Path, _: Path) -> None:
        place.mkdir()
        (place / "CURRENT").write_text("half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(store_filling, "fill_elsewhere", broken)
    with pytest.raises(OutputError) as error:
        fill_store(store)
    assert error.value.code == "unwritable"
    assert is_for_later(store)
    assert [path.name for path in store.parent.iterdir()] == ["columns"]


def test_damaged_columns_are_told(tmp_path: Path) -> None:
    store = laid(tmp_path / "build", people(300))
    (store.parent / "columns" / "quads.parquet").write_bytes(b"PAR1")
    with pytest.raises(ProjectError) as error:
        fill_store(store)
    assert error.value.code == "unreadable"


def test_a_build_of_a_small_graph_has_no_store_for_later(tmp_path: Path) -> None:
    store = laid(tmp_path / "build", people(10))
    shutil.rmtree(store.parent / "columns" / "asked")
    assert not is_for_later(store)
    with pytest.raises(ProjectError, match="no store"):
        BoundedReader(store, main=COLUMNS_WORKER).query(ONE)
