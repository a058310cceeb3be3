"""A query of a project is read once for all processes, and again when it or the reader changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql import Untranslated, translation
from hrdgraph.sparql.algebra import Query
from hrdgraph.sparql.prepared_columns import prepare_answers, prepare_columns
from hrdgraph.sparql.translation import translate, translate_kept

TEXT = "SELECT ?s { ?s <http://x/name> ?name FILTER(STRLEN(?name) > 3) MINUS { ?s ?p 1 } }"
LEFT = "ASK { ?s <http://x/name>* ?o }"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))
    _next_process()
    return tmp_path / "cache"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were read, and not taken up."""
    found: list[str] = []

    def reading(text: str) -> Query:
        found.append(text)
        return translate(text)

    monkeypatch.setattr(translation, "translate", reading)
    return found


def _next_process() -> None:
    translation._read.cache_clear()


def test_a_query_is_read_once(read: list[str]) -> None:
    for _ in range(2):
        assert translate_kept(TEXT) == translate(TEXT)
        for _ in range(2):
            with pytest.raises(Untranslated) as error:
                translate_kept(LEFT)
            assert (error.value.reason, error.value.detail) == ("sparql-part-unknown", "*, +, ?")
        _next_process()
    assert read == [TEXT, LEFT]


def test_another_state_of_the_reader_reads_anew(
    read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    translate_kept(TEXT)
    _next_process()
    monkeypatch.setattr(translation, "_edition", lambda: "another")
    assert translate_kept(TEXT) == translate(TEXT)
    assert read == [TEXT, TEXT]


def test_what_is_damaged_is_read_anew(read: list[str], cache: Path) -> None:
    translate_kept(TEXT)
    _next_process()
    [path] = cache.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert translate_kept(TEXT) == translate(TEXT)
    assert read == [TEXT, TEXT]


def test_what_somebody_asks_is_not_kept(cache: Path, tmp_path: Path) -> None:
    graph, folder = people(300), tmp_path / "columns"
    save_columns(graph, folder)
    prepare_columns(graph, folder, many=0)
    assert prepare_answers(folder).find_solutions(TEXT)
    assert not cache.exists()
