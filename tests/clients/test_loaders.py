"""The graph handed on to the servers that people have: what `bulk` writes is loaded by Oxigraph, Jena TDB2 and Virtuoso, `push` sends to
them, whole and as a change, and `query` and `serve` ask them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.clients.conftest import java
from tests.clients.servers import GraphServer, virtuoso
from tests.web.endpoint.conftest import Running, eventually

import hrdgraph
from hrdgraph.store.remote_access import RemoteGraphs, login

pytestmark = pytest.mark.heavy

COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/hrdgraph/graph/') && !CONTAINS(STR(?g), '/_pushed')) }"


def counted(endpoint: str, **more: Any) -> int:
    headers = {"Accept": "application/sparql-results+json"}
    answer = httpx.get(endpoint, params={"query": COUNT}, headers=headers, timeout=120, **more)
    return int(answer.raise_for_status().json()["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(scope="module")
def bulk(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("bulk") / "parts"
    return folder, hrdgraph.bulk(folder, project=built, even_with_violations=True)


def test_oxigraph_loads_the_parts(bulk: tuple[Path, int], oxigraph: Path) -> None:
    folder, size = bulk
    path = f"{oxigraph.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "oxigraph.sh"], cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True, timeout=300)  # fmt: skip
    from pyoxigraph import Store

    assert len(Store.read_only(str(folder / "store"))) == size


def test_jena_tdb2_loads_the_parts(bulk: tuple[Path, int], jena: str, tmp_path: Path) -> None:
    """Its distribution has a script of this name, which starts this class."""
    folder, size = bulk
    (tmp_path / "tdb2.tdbloader").write_text(f'#!/bin/sh\nexec java -cp "{jena}" tdb2.tdbloader "$@"\n')  # fmt: skip
    (tmp_path / "tdb2.tdbloader").chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "jena-tdb2.sh"], cwd=folder, env=os.environ | {"PATH": path}, check=True, capture_output=True, timeout=600)  # fmt: skip
    asked = java(jena, "tdb2.tdbquery", f"--loc={folder / 'tdb2'}", "--results=csv", COUNT)
    assert asked.stdout.split() == ["n", str(size)]


def test_virtuoso_loads_the_parts(
    bulk: tuple[Path, int], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Into a server of its own: one that loaded them, then took pushes and changes, answers some questions no more."""
    folder, size = bulk
    with virtuoso(tmp_path, tmp_path_factory.getbasetemp()) as server:
        command = ["sh", "virtuoso.sh", f"127.0.0.1:{server.sql}", "dba"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
        assert counted(server.queries) == size
        asked = [*command[:-1], "wrong"]
        refused = subprocess.run(asked, cwd=folder, check=False, capture_output=True, text=True, timeout=600)  # fmt: skip
        assert refused.returncode != 0


GIVEN = {
    "award": "martin-ennals-award", "year": "2013", "country": "RU", "place": "city/geneva", "organisation": "organisation/Joint_Mobile_Group",
    "person": "person/Igor_Kalyapin", "victim": "person/Nasrin_Sotoudeh", "thing": "person/Igor_Kalyapin", "text": "Kalyapin", "lang": "fr",
    "event": "event/kalyapin-page/11-estemirova-2009", "from": "2009-01-01", "to": "2012-12-31", "date": "2015-06-01", "theme": "torture",
    "one": "person/Denis_Mukwege", "other": "person/Nadia_Murad", "claim": "conferral/award-lists-2/00001e989bc95aa2",
}  # fmt: skip
TEXTS = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s a hrd:Award } } ORDER BY ?g",
    "CONSTRUCT { ?s a hrd:Award } { ?s a hrd:Award }",
    "CONSTRUCT WHERE { ?s hrd:planned ?o }",
    "ASK { ?s a hrd:Award }",
    'SELECT ?who ?score { SERVICE hrd:search { ?who hrd:query "kalyapn" ; hrd:score ?score } ?who a foaf:Person }',
)


@pytest.fixture
def writer(graph_server: GraphServer, monkeypatch: pytest.MonkeyPatch) -> GraphServer:
    """A server, and who may write to it in the environment. Virtuoso takes a digest of the password only, and offers that only
    where no other login came."""
    if graph_server.account:
        monkeypatch.setenv("HRDGRAPH_PUSH_USER", graph_server.account[0])
        monkeypatch.setenv("HRDGRAPH_PUSH_PASSWORD", graph_server.account[1])
    return graph_server


def test_a_push_whole_and_as_a_change(built: Path, writer: GraphServer) -> None:
    """All of it; then nothing, as nothing has changed; then what was changed there: seven statements gone, and one more."""
    options: dict[str, Any] = {"project": built, "even_with_violations": True}
    assert hrdgraph.push(writer.store, **options).total == counted(writer.queries)
    options["update"] = writer.update
    assert hrdgraph.push(writer.store, **options).total == 0
    headers = login(*writer.account, "") if writer.account else {}
    there = RemoteGraphs(writer.store, writer.update, headers, account=writer.account)
    graph = "https://w3id.org/hrdgraph/graph/kalyapin-page"
    gone = sorted(line for line in there.lines(graph) if "_:" not in line)[:7]
    assert there.change(graph, gone, ['<https://e.org/a> <https://e.org/p> "more" .\n']) == 8
    assert hrdgraph.push(writer.store, **options).total == 8
    assert hrdgraph.push(writer.store, **options).total == 0


def test_questions_there_get_the_answers_of_the_folder(built: Path, writer: GraphServer) -> None:
    """All of them, with values and without those that need not be, and each form of query. Statements are the union of the
    graphs, once each."""
    hrdgraph.push(writer.store, project=built, union=True, even_with_violations=True)
    here, away = hrdgraph.open(built), hrdgraph.open(built, store=writer.queries)
    wrong, full = [], 0
    for question in here.questions():
        names = [each.name for each in question.parameters]
        needed = {each.name for each in question.parameters if not (each.optional or each.default)}
        for some in (set(names), needed):
            given = {name: GIVEN[name] for name in names if name in some and name in GIVEN}
            expected = rows_of(here.query(question.name, given))
            full += bool(expected)
            if rows_of(away.query(question.name, given)) != expected:
                wrong.append((question.name, given))
    assert wrong == []
    assert full > 45
    for text in TEXTS:
        assert away.answer(text) == here.answer(text), text


def rows_of(answer: Any) -> list[str]:
    """The rows in any order: of equal ones, servers give these or those first."""
    return sorted(map(repr, answer))


def test_pages_and_endpoint_over_a_server(built: Path, writer: GraphServer, tmp_path: Path) -> None:
    hrdgraph.push(writer.store, project=built, union=True, even_with_violations=True)
    folder = tmp_path / "project"
    shutil.copytree(built, folder, copy_function=os.link)
    over = Running(folder, "--store", writer.queries, client_errors=0)
    try:
        # names are put in order beside the first answers
        assert eventually(lambda: over.query(TEXTS[6]).status_code == 200)
        asked = {text: over.query(text, accept="text/csv, text/turtle").text for text in TEXTS}
        here = hrdgraph.open(built)
        assert int(asked[TEXTS[1]].split()[1]) == len(here)
        assert asked[TEXTS[3]].count("a hrd:Award") == len(here.query(TEXTS[3])) > 10
        assert "true" in over.query(TEXTS[5], accept="application/sparql-results+json").text
        assert "Igor_Kalyapin" in asked[TEXTS[6]]
        ready = f"{over.address}/queries/laureates-in-year.csv?award=martin-ennals-award&year=2013"
        assert "Joint Mobile Group" in httpx.get(ready, timeout=60).text
        for path in ("/en/id/person/Igor_Kalyapin", "/data/person/Igor_Kalyapin.ttl", "/api/v1/people?q=Kalyapin"):  # fmt: skip
            answer = httpx.get(over.address + path, timeout=60)
            assert (answer.status_code, "Kalyapin" in answer.text) == (200, True), path
        assert over.query("SELECT nothing").status_code == 400
    finally:
        over.stop()
