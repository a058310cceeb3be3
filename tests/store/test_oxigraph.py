"""Oxigraph in a folder: opened, opened twice, held by another, broken, and full."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import HrdgraphError, OutputError, ProjectError
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad
from hrdgraph.store.contract import STATEMENTS, Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.vocab import XSD

EX = "http://example.org/"
QUAD = Quad(IRI(EX + "s"), IRI(EX + "p"), Literal("1.50", XSD.decimal.value), IRI(EX + "g"))
GRAPH = ColumnGraph.from_quads([QUAD])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with OxigraphStore.create(tmp_path / "store") as store:
        store.add(GRAPH)
    return tmp_path / "store"


def value(store: OxigraphStore) -> object:
    answer = store.query("SELECT ?o WHERE { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(answer, Solutions)
    return answer.column("o")[0]


def test_what_was_added_is_there_after_closing(folder: Path) -> None:
    with OxigraphStore.open(folder) as store:
        # Oxigraph's own form of the number: why exports come from the columns.
        assert value(store) == Literal("1.5", XSD.decimal.value)


def test_graphs_that_a_query_names_are_asked_as_one(folder: Path) -> None:
    """A triple that two of them have is there once, as in the graph that is asked where none is named."""
    other = QUAD._replace(graph=IRI(EX + "h"))
    with OxigraphStore.create(folder) as store:
        store.add(ColumnGraph.from_quads([other, other._replace(object=Literal("x"))]))
        answer = store.query(f"SELECT (COUNT(*) AS ?n) FROM <{EX}g> FROM <{EX}h> {{ ?s ?p ?o }}")
    assert isinstance(answer, Solutions)
    assert answer.column("n") == (Literal("2", XSD.integer.value),)


def test_two_readers_may_open_one_store(folder: Path) -> None:
    with OxigraphStore.open(folder) as one, OxigraphStore.open(folder) as other:
        assert value(one) == value(other)


def test_create_goes_on_with_a_store(folder: Path) -> None:
    with OxigraphStore.create(folder) as store:
        store.add(ColumnGraph.from_quads([QUAD._replace(subject=IRI(EX + "t"))]))
        assert store.query("ASK { <http://example.org/s> ?p ?o . <http://example.org/t> ?p ?o }")


def test_a_store_that_another_holds_is_refused(folder: Path) -> None:
    with (
        OxigraphStore.create(folder),
        pytest.raises(ProjectError, match="in use by another process") as caught,
    ):
        OxigraphStore.create(folder)
    assert caught.value.origin.file == str(folder)
    assert "wait" in caught.value.hint


def test_closing_lets_go_of_the_lock(folder: Path) -> None:
    OxigraphStore.create(folder).close()
    with OxigraphStore.create(folder) as store:
        assert store.query("ASK { <http://example.org/s> ?p ?o }")


def test_a_reader_cannot_write(folder: Path) -> None:
    with (
        OxigraphStore.open(folder) as store,
        pytest.raises(OutputError, match="cannot be written") as caught,
    ):
        store.add(GRAPH)
    assert "read-only" in caught.value.hint


def test_what_is_put_in_order_stays_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hrdgraph.store.oxigraph._LARGE", 0)
    with OxigraphStore.create(folder) as store:
        store.add(
            ColumnGraph.from_quads(
                [QUAD._replace(subject=IRI(f"{EX}{number}")) for number in range(30_000)]
            )
        )
        store.settle()
    with OxigraphStore.open(folder) as store:
        answer = store.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        assert isinstance(answer, Solutions)
        assert answer.column("n") == (Literal("30001", XSD.integer.value),)
        with pytest.raises(OutputError, match="cannot be written"):
            store.settle()


@pytest.mark.parametrize("name", ["CURRENT", "MANIFEST-000005"])
def test_a_corrupt_store_says_what_to_do(folder: Path, name: str) -> None:
    next(
        path for path in folder.iterdir() if path.name.startswith(name.partition("-")[0])
    ).write_bytes(b"not a store" * 9)
    with pytest.raises(ProjectError) as caught:
        OxigraphStore.open(folder)
    assert "hrdgraph build" in caught.value.hint


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="there is no store") as caught:
        OxigraphStore.open(tmp_path / "none")
    assert "hrdgraph build" in caught.value.hint
    assert not (tmp_path / "none").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ProjectError, match="holds other files"):
        OxigraphStore.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_the_way_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ProjectError, match="cannot be read"):
        OxigraphStore.create(tmp_path / "file")


def test_a_closed_store_is_an_error(folder: Path) -> None:
    store = OxigraphStore.open(folder)
    store.close()
    with pytest.raises(HrdgraphError, match="is closed"):
        store.query("ASK {}")


@pytest.mark.parametrize("text", ["<no scheme>", '"x"@waytoolonglanguagetag'])
def test_a_term_that_is_no_rdf_is_an_error(text: str) -> None:
    bad = ColumnGraph.from_text(
        GRAPH.text().with_columns(
            o=GRAPH.text()["o"].replace(
                {'"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>': text}
            )
        )
    )
    with OxigraphStore.create() as store, pytest.raises(HrdgraphError, match="not valid"):
        store.add(bad)


@pytest.mark.parametrize("count", [100, 25_000])
def test_few_and_many_quads_are_all_there(count: int, tmp_path: Path) -> None:
    quads = [
        QUAD._replace(subject=IRI(f"{EX}s{number}"), graph=IRI(f"{EX}g{number % 2}"))
        for number in range(count)
    ]
    with OxigraphStore.create(tmp_path / "store") as store:
        store.add(ColumnGraph.from_quads(quads))
    with OxigraphStore.open(tmp_path / "store") as store:
        answer = store.query(
            "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?m) WHERE { ?s ?p ?o }"
        )
    assert isinstance(answer, Solutions)
    assert answer.rows == ((Literal(str(count), XSD.integer.value),) * 2,)


def test_a_damaged_file_of_statements_is_told(tmp_path: Path) -> None:
    OxigraphStore.write(tmp_path / "store", GRAPH)
    with (tmp_path / "store" / STATEMENTS).open("a") as file:
        file.write("<half")
    with pytest.raises(ProjectError) as error:
        OxigraphStore.open(tmp_path / "store")
    assert "store-corrupt" in str(error.value.as_dict())


@pytest.mark.parametrize(
    ("blank", "is_small"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_what_is_loaded_in_parts_or_written_as_a_file_is_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank: bool, is_small: bool
) -> None:
    monkeypatch.setattr("hrdgraph.store.oxigraph._SMALL", 0)
    monkeypatch.setattr("hrdgraph.store.oxigraph.FEW", 1_000 if is_small else 0)
    monkeypatch.setattr("hrdgraph.store.oxigraph._PART", 7)
    monkeypatch.setattr("hrdgraph.store.oxigraph._LARGE", 10)
    last = BlankNode("b") if blank else IRI(f"{EX}o")
    quads = [
        Quad(
            IRI(f"{EX}s{n}"),
            IRI(f"{EX}p"),
            last if n % 2 else Literal(str(n)),
            IRI(f"{EX}g{n % 3}"),
        )
        for n in range(50)
    ]
    graph = ColumnGraph.from_quads([*quads, quads[0]._replace(graph=IRI(f"{EX}again"))])
    OxigraphStore.write(tmp_path / "store", graph)
    assert (tmp_path / "store" / STATEMENTS).exists() == is_small
    with OxigraphStore.open(tmp_path / "store") as store:
        named = store.query("SELECT ?s ?o ?g { GRAPH ?g { ?s ?p ?o } }")
        every = store.query("SELECT ?s ?o { ?s ?p ?o }")
    assert isinstance(named, Solutions)
    assert isinstance(every, Solutions)
    assert len(named) == len(set(named.rows)) == 51
    assert len(every) == len(set(every.rows)) == 50
