"""Columns that a build has prepared answer as those that were not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.errors import ProjectError
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql import ColumnAnswers, Untranslated, translation
from hrdgraph.sparql.prepared_columns import FOLDER, prepare_answers, prepare_columns

TEXT = """PREFIX : <http://x/>
SELECT ?c (COUNT(?s) AS ?n) (MIN(STRLEN(?name)) AS ?least) {
  ?s :country ?c ; :name ?name FILTER(?name > "Name 5" || EXISTS { ?s :prize ?p })
  OPTIONAL { ?s :year ?y FILTER(?y < "1950"^^<http://www.w3.org/2001/XMLSchema#gYear>) }
  MINUS { VALUES ?c { <http://x/country/1> UNDEF } ?s :prize ?c }
} GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 5"""
LEFT = "ASK { ?s <http://x/name>* ?o }"


@pytest.fixture
def columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))
    translation._read.cache_clear()
    graph, folder = people(300), tmp_path / "columns"
    save_columns(graph, folder)
    prepare_columns(graph, folder, [TEXT, LEFT], many=0)
    return folder


def test_answers_alike(columns: Path) -> None:
    assert prepare_answers(columns).query(TEXT) == ColumnAnswers.of(people(300)).query(TEXT)


def test_known_queries_are_not_read_again(columns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(translation, "translate", unwanted)
    translation._read.cache_clear()
    assert len(prepare_answers(columns).find_solutions(TEXT)) == 5
    with pytest.raises(Untranslated) as error:
        prepare_answers(columns).query(LEFT)
    assert error.value.detail == "*, +, ?"


def test_equal_graphs_give_equal_files(columns: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    prepare_columns(people(300), tmp_path / "again", [TEXT, LEFT], many=0)
    for name in ("terms.arrow", "quads.arrow"):
        again = (tmp_path / "again" / "asked" / name).read_bytes()
        assert (columns / "asked" / name).read_bytes() == again


def test_a_small_graph_is_not_prepared(tmp_path: Path) -> None:
    save_columns(people(10), tmp_path / "columns")
    prepare_columns(people(10), tmp_path / "columns", [TEXT])
    assert not (tmp_path / "columns" / FOLDER).is_dir()
    assert prepare_answers(tmp_path / "columns").query("ASK { ?s ?p ?o }")


def test_damage_is_told(columns: Path) -> None:
    (columns / "asked" / "terms.arrow").write_bytes(b"ARROW1")
    with pytest.raises(ProjectError) as error:
        prepare_answers(columns)
    assert error.value.code == "unreadable"
