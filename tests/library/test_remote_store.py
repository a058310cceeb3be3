"""`query --store` and `serve --store`: what was pushed is asked there, and nobody who was withdrawn since is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.graph_server import GraphStore, running
from tests.small_projects import add_countries
from tests.web.endpoint.conftest import eventually
from tests.web.test_withdrawal_served import Served

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, ProjectError
from hrdgraph.library.searching import RemoteGraph, store_at
from hrdgraph.library.serving import _elsewhere
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import open_project
from hrdgraph.store.remote_session import record_graph, union_graph

ADA: Final = "https://example.org/id/person/Ada_Example"
COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ASKED: Final = f"ASK {{ <{ADA}> ?p ?o }}"


@pytest.fixture
def there() -> Iterator[GraphStore]:
    with running() as server:
        yield server


@pytest.fixture
def pushed(small_built: Path, there: GraphStore) -> Path:
    hrdgraph.push(there.address, project=small_built, union=True, even_with_violations=True)
    return small_built


def rebuilt(project: Path) -> None:
    build(open_project(project), BuildOptions(validate=False))


def test_a_server_gives_the_answers_of_the_folder(pushed: Path, there: GraphStore) -> None:
    here, away = hrdgraph.open(pushed), hrdgraph.open(pushed, store=there.queries)
    assert isinstance(away, RemoteGraph)
    assert len(away) == len(here)
    asked = 0
    for question in here.questions():
        if all(p.default is not None for p in question.parameters):
            asked += 1
            assert away.answer(question.name) == here.answer(question.name), question.name
    assert asked > 3
    texts = [COUNT, "CONSTRUCT { ?s a hrd:Award } { ?s a hrd:Award }", "SELECT DISTINCT ?g { GRAPH ?g { ?s a hrd:Award } } ORDER BY ?g"]  # fmt: skip
    for text in texts:
        assert away.answer(text) == here.answer(text), text
    with pytest.raises(HrdgraphError, match="no hrd:Awrad"):
        away.answer("SELECT ?s { ?s a hrd:Awrad }")
    for refused in (lambda: away.explain("Ada Example"), lambda: away.columns, lambda: away.store):
        with pytest.raises(ProjectError) as told:
            refused()
        assert told.value.code == "remote-store-only-asked"


def test_the_command_asks_a_server(pushed: Path, there: GraphStore, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    arguments = ["query", COUNT, "--project", str(pushed), "--format", "csv"]
    assert run(arguments) == 0
    here = capsys.readouterr().out
    assert run([*arguments, "--store", there.queries]) == 0
    assert capsys.readouterr().out == here
    search = "SELECT ?s { SERVICE hrd:search { ?s hrd:query 'ada exampel' } ?s a foaf:Person }"
    assert run([arguments[0], search, *arguments[2:], "--store", there.queries]) == 0
    assert capsys.readouterr().out.split() == ["s", ADA]
    assert run([*arguments, "--store", there.queries, "--explain-plan"]) == 2
    assert run([*arguments, "--store", "no address"]) == 1
    assert run([*arguments, "--store", "http://127.0.0.1:1/"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_who_was_withdrawn_since_the_push_is_not_asked_for(pushed: Path, there: GraphStore) -> None:
    away = hrdgraph.open(pushed, store=there.queries)
    assert away.answer(ASKED)
    hrdgraph.withdraw(ADA, reason="asked for", project=pushed)
    codes = []
    for _ in range(3):  # before a build, before a push, after both
        try:
            fresh = hrdgraph.open(pushed, store=there.queries)
            codes.append(str(bool(fresh.answer(ASKED))))
        except ProjectError as error:
            codes.append(error.code)
        if len(codes) == 1:
            rebuilt(pushed)
        elif len(codes) == 2:
            hrdgraph.push(there.address, project=pushed, union=True, even_with_violations=True)
    assert codes == [*["remote-store-older-than-withdrawal"] * 2, "False"]
    with pytest.raises(HrdgraphError):
        away.answer(ASKED)  # what was opened before
    (pushed / "build" / "manifest.json").unlink()  # it is not known any more what is there
    with pytest.raises(ProjectError) as told:
        hrdgraph.open(pushed, store=there.queries)
    assert told.value.code == "remote-store-older-than-withdrawal"


@pytest.mark.heavy
def test_a_push_takes_away_what_is_no_more(pushed: Path, there: GraphStore) -> None:
    base = open_project(pushed).graph_base
    graphs = {quad.graph_name.value for quad in there.store}
    assert {record_graph(base), union_graph(base), f"{base}example"} <= graphs
    (pushed / "data/sources/example/source.toml").unlink()
    for file in (pushed / "data/sources/example").iterdir():
        file.unlink()
    (pushed / "data/sources/example").rmdir()
    add_countries(pushed)
    rebuilt(pushed)
    hrdgraph.push(there.address, project=pushed, even_with_violations=True)
    graphs = {quad.graph_name.value for quad in there.store}
    assert not {union_graph(base), f"{base}example"} & graphs
    there.seen.clear()
    hrdgraph.push(there.address, update=there.address, project=pushed, even_with_violations=True)
    assert {method for method, *_ in there.seen} == {"GET"}


def test_a_push_that_ends_early_is_not_asked(pushed: Path, there: GraphStore) -> None:
    put = there.RequestHandlerClass.do_PUT  # type: ignore[attr-defined]
    count = 0

    class Failing(there.RequestHandlerClass):  # type: ignore[name-defined,misc]
        def do_PUT(self) -> None:
            nonlocal count
            count += 1
            if count == 3:
                self.server.failing = [400]
            put(self)

    there.RequestHandlerClass = Failing
    with pytest.raises(HrdgraphError):
        hrdgraph.push(there.address, project=pushed, union=True, even_with_violations=True)
    with pytest.raises(ProjectError) as told:
        hrdgraph.open(pushed, store=there.queries)
    assert told.value.code == "remote-store-without-push"
    hrdgraph.push(there.address, project=pushed, union=True, even_with_violations=True)
    assert hrdgraph.open(pushed, store=there.queries).answer(ASKED)


def test_a_login_goes_over_tls_or_not_at_all(pushed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = open_project(pushed)
    monkeypatch.setenv("HRDGRAPH_STORE_TOKEN", "t0ken")
    with pytest.raises(HrdgraphError) as told:
        store_at(project, "http://store.example.org/sparql", 1)
    assert told.value.code == "remote-store-login-in-the-open"
    store = store_at(project, "https://store.example.org/sparql", 1)
    assert "t0ken" not in repr(store)
    for address in ("", "file:///etc/passwd", "https://", "https://u:p@e.org/", "https://e.org/ x"):
        with pytest.raises(HrdgraphError) as told:
            store_at(project, address, 1)
        assert "u:p" not in str(told.value)


@pytest.mark.heavy
def test_serves_from_a_server(pushed: Path, there: GraphStore) -> None:
    digest = ReadableBuild(open_project(pushed)).digest
    remote = _elsewhere(open_project(pushed), digest, there.queries, 20)
    served = Served(pushed, remote=remote)
    asked = f"/sparql?query=ASK+%7B+%3C{ADA}%3E+%3Fp+%3Fo+%7D"
    try:
        assert served.get(asked).json()["boolean"] is True
        assert served.get("/sparql?query=ASK%7B").json()["code"] == "query-malformed-at"
        assert served.get("/sparql?query=ASK%7BSERVICE%3Chttp://x/%3E%7B%7D%7D").status_code == 400
        graph = "/sparql/graphs?graph=https%3A%2F%2Fexample.org%2Fgraph%2Fexample"
        assert ADA in served.get(graph, "application/n-triples").text
        assert ADA in served.get("/sparql/graphs?default", "application/n-triples").text
        assert served.get("/sparql/graphs?graph=https%3A%2F%2Fother.org%2F").status_code == 404
        found = "/sparql?query=SELECT+%3Fs+%7BSERVICE+hrd%3Asearch%7B%3Fs+hrd%3Aquery+%22ada+exampel%22%7D%7D"
        assert eventually(lambda: ADA in served.get(found).text, 30)
        there.failing = [500] * 40
        for _ in range(40):  # more than a visitor may fail: these are no failures of the visitor
            answer = served.get("/sparql?query=ASK%7B%7D")
            assert (answer.status_code, answer.json()["code"]) == (503, "remote-store-refused")
        there.failing = []
        assert served.get(asked).json()["boolean"] is True
        hrdgraph.withdraw(ADA, reason="asked for", project=pushed)
        assert served.get(asked).status_code in (410, 503)
        rebuilt(pushed)
        assert served.get(asked).status_code in (410, 503)  # until the build is there
        hrdgraph.push(there.address, project=pushed, union=True, even_with_violations=True)
        assert eventually(lambda: served.get(asked).status_code == 200, 30)
        assert served.get(asked).json()["boolean"] is False
        assert eventually(lambda: served.get(found).status_code == 200, 30)
        assert "Ada" not in served.get(found).text
    finally:
        served.stop()


@pytest.mark.heavy
def test_serves_nothing_where_the_server_has_another_build(pushed: Path, there: GraphStore) -> None:
    hrdgraph.withdraw(ADA, reason="asked for", project=pushed)
    rebuilt(pushed)
    with pytest.raises(ProjectError) as told:
        _elsewhere(
            open_project(pushed), ReadableBuild(open_project(pushed)).digest, there.queries, 20
        )
    assert told.value.code == "remote-store-without-push"
