"""Columns that a build has prepared answer as those that were not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.errors import ProjectError
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql import ColumnAnswers, Untranslated, prepared_columns
from hrdgraph.sparql.prepared_columns import (
    FOLDER,
    from_json,
    prepare_answers,
    prepare_columns,
    to_json,
)
from hrdgraph.sparql.translation import translate

TEXT = """PREFIX : <http://x/>
SELECT ?c (COUNT(?s) AS ?n) (MIN(STRLEN(?name)) AS ?least) {
  ?s :country ?c ; :name ?name FILTER(?name > "Name 5" || EXISTS { ?s :prize ?p })
  OPTIONAL { ?s :year ?y FILTER(?y < "1950"^^<http://www.w3.org/2001/XMLSchema#gYear>) }
  MINUS { VALUES ?c { <http://x/country/1> UNDEF } ?s :prize ?c }
} GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 5"""
LEFT = "ASK { ?s <http://x/name>* ?o }"


@pytest.fixture
def columns(tmp_path: Path) -> Path:
    graph, folder = people(300), tmp_path / "columns"
    save_columns(graph, folder)
    prepare_columns(graph, folder, [TEXT, LEFT], many=0)
    return folder


def test_answers_alike(columns: Path) -> None:
    assert prepare_answers(columns).query(TEXT) == ColumnAnswers.of(people(300)).query(TEXT)


def test_known_queries_are_not_read_again(columns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted(text: str) -> None:
        raise AssertionError(text)

    monkeypatch.setattr(prepared_columns, "translate", unwanted)
    assert len(prepare_answers(columns).find_solutions(TEXT)) == 5
    with pytest.raises(Untranslated) as error:
        prepare_answers(columns).query(LEFT)
    assert error.value.detail == "*, +, ?"


@pytest.mark.parametrize(
    "said", ['{"edition": "old", "queries": {}}', "[]", "nothing", '{"edition": 1}']
)
def test_what_another_code_has_read_is_read_anew(columns: Path, said: str) -> None:
    (columns / "asked" / "questions.json").write_text(said, encoding="utf-8")
    assert len(prepare_answers(columns).find_solutions(TEXT)) == 5


def test_equal_graphs_give_equal_files(columns: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    prepare_columns(people(300), tmp_path / "again", [TEXT, LEFT], many=0)
    for name in ("terms.arrow", "quads.arrow", "questions.json"):
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


def test_algebra_comes_back_from_json() -> None:
    query = translate(TEXT)
    assert from_json(json.loads(json.dumps(to_json(query)))) == query
