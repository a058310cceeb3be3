"""The algebra of queries that the last process kept is that which would be read; another query, and
all are read anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.sparql import Untranslated, translation
from hrdgraph.sparql.kept_algebra import read_queries

ASKED = "SELECT ?s { ?s a ?t . FILTER NOT EXISTS { ?s <http://e.org/p> ?o } }"
REFUSED = "DESCRIBE <http://e.org/a>"


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRDGRAPH_CACHE", str(tmp_path / "cache"))


def _as_next_process() -> None:
    translation._TAKEN_UP.clear()
    translation._read.cache_clear()


def test_queries_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _as_next_process()
    first = translation.translate(ASKED)
    read_queries("here", [ASKED, REFUSED])
    _as_next_process()
    monkeypatch.setattr(translation, "_made", None)
    read_queries("here", [REFUSED, ASKED])
    assert translation.translate(ASKED) == first
    with pytest.raises(Untranslated):
        translation.translate(REFUSED)
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_another_query_is_read() -> None:
    _as_next_process()
    read_queries("here", [ASKED])
    _as_next_process()
    read_queries("here", [ASKED.replace("?t", "<http://e.org/T>")])
    assert ASKED not in translation._TAKEN_UP
