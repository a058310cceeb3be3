"""A graph handed on: pushed to a server whole or as what has changed, through failures that pass; and written for bulk loaders."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.graph_server import GraphStore, Handler, running

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, OutputError
from hrdgraph.exports.bulk import bulk_files
from hrdgraph.library.calls import UsageError
from hrdgraph.library.handing_on import by_value
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad
from hrdgraph.store import remote_access as remote_graphs
from hrdgraph.store.remote_access import RemoteGraphs, host_of, login, parts_of

G = "https://e.org/graph/one"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphStore]:
    monkeypatch.setattr(remote_graphs.time, "sleep", lambda _: None)
    with running() as server:
        yield server


def ours(server: GraphStore) -> list[ox.Quad]:
    """The quads of what a push sends, but for what it says of itself."""
    base = "https://w3id.org/hrdgraph/graph/"
    names = [quad for quad in server.store if str(quad.graph_name.value).startswith(base)]
    return [quad for quad in names if "/_pushed" not in quad.graph_name.value]


def record(server: GraphStore) -> list[ox.Quad]:
    name = ox.NamedNode("https://w3id.org/hrdgraph/graph/_pushed")
    return list(server.store.quads_for_pattern(None, None, None, name))


def held(server: GraphStore) -> set[str]:
    return {f"{quad} ." for quad in server.store}


def test_the_whole_graph_is_there_after_a_push(
    built: Path, there: GraphStore, capsys: pytest.CaptureFixture[str]
) -> None:
    there.store.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal("old"), ox.NamedNode("https://w3id.org/hrdgraph/graph/derived")))  # fmt: skip
    there.store.add(ox.Quad(ox.NamedNode("x:a"), ox.NamedNode("x:b"), ox.Literal("other"), ox.NamedNode("https://e.org/other")))  # fmt: skip
    arguments = [
        "graphs",
        "push",
        "--project",
        str(built),
        "--to",
        there.address,
        "--anyway",
        "--gzip",
    ]
    assert run([*arguments, "--quiet"]) == 0
    graph = hrdgraph.open(built).columns
    assert f"{len(graph):,} statements" in capsys.readouterr().out
    assert len(ours(there)) == len(graph)
    assert len(there.store) == len(ours(there)) + 1 + 2 * len(
        record(there)
    )  # and a graph that is none of ours
    assert not list(there.store.quads_for_pattern(None, None, ox.Literal("old"), None))


def test_only_what_has_changed_is_sent_where_updates_are_taken(there: GraphStore) -> None:
    remote = RemoteGraphs(there.address, there.address)
    remote.replace_graph(G, [f'<x:s{at}> <x:p> "{at}" .\n' for at in range(10)])
    there.seen.clear()
    known = remote.lines(G)
    wanted = {f'<x:s{at}> <x:p> "{at}" .\n' for at in range(5, 12)}
    assert remote.change(G, sorted(known - wanted), sorted(wanted - known)) == 7
    assert remote.lines(G) == wanted
    assert [method for method, *_ in there.seen] == ["GET", "POST", "POST", "GET"]


@pytest.mark.heavy
def test_pushing_the_same_again_sends_nothing(built: Path, there: GraphStore) -> None:
    options: dict[str, Any] = {"project": built, "even_with_violations": True}
    hrdgraph.push(there.address, **options)
    before = held(there)
    there.seen.clear()
    assert hrdgraph.push(there.address, update=there.address, **options).total == 0
    assert {method for method, *_ in there.seen} == {"GET"}
    assert held(there) == before


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"1.50"^^<X#decimal>', '"1.5"^^<X#decimal>', True),
        ('"7"^^<X#nonNegativeInteger>', '"7"^^<X#integer>', True),
        ('"007"^^<X#int>', '"7"^^<X#integer>', True),
        ('"1"^^<X#boolean>', '"true"^^<X#boolean>', True),
        ('"a"@EN', '"a"@en', True),
        ('"7"^^<X#integer>', '"8"^^<X#integer>', False),
        ('"7"^^<X#integer>', '"7"', False),
        ('"2011"^^<X#gYear>', '"2011"^^<X#integer>', False),
        ('"x"^^<X#integer>', '"x"^^<X#int>', False),
        ('"a"@en', '"a"@fr', False),
    ],
)
def test_values_are_compared_and_not_how_they_are_written(one: str, other: str, same: bool) -> None:
    first, second = (
        by_value(f"<x:s> <x:p> {term.replace('X#', 'http://www.w3.org/2001/XMLSchema#')} .\n")
        for term in (one, other)
    )
    assert (first == second) is same


def test_many_statements_go_in_parts(there: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_graphs, "LINES", 4)
    lines = [f"<x:s{at}> <x:p> <x:o> .\n" for at in range(10)]
    assert RemoteGraphs(there.address).replace_graph(G, lines) == 10
    assert [method for method, *_ in there.seen] == ["PUT", "POST", "POST"]
    assert len(there.store) == 10
    assert [len(part) for part in parts_of("abcdefg", 3)] == [3, 3, 1]


def test_what_fails_in_passing_is_tried_again(there: GraphStore) -> None:
    there.failing = [503, 429, 502]
    assert RemoteGraphs(there.address).replace_graph(G, ["<x:s> <x:p> <x:o> .\n"]) == 1
    assert len(there.seen) == 4


def test_a_refusal_is_told_with_the_server_and_no_password(there: GraphStore) -> None:
    there.failing = [401]
    address = there.address.replace("://", "://user:secret@")
    with pytest.raises(HrdgraphError) as told:
        RemoteGraphs(address.replace("user:secret@", "")).replace_graph(
            G, ["<x:s> <x:p> <x:o> .\n"]
        )
    assert told.value.code == "remote-store-refused"
    assert "HRDGRAPH_PUSH_TOKEN" in str(told.value.hint)
    assert "secret" not in host_of(address)


def test_a_redirect_is_not_followed_with_the_password(there: GraphStore) -> None:
    there.failing = [302]
    with pytest.raises(HrdgraphError, match="302"):
        RemoteGraphs(there.address, headers=login("a", "b", "")).replace_graph(
            G, ["<x:s> <x:p> <x:o> .\n"]
        )
    assert len(there.seen) == 1


def test_who_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_graphs.time, "sleep", lambda _: None)
    with pytest.raises(HrdgraphError) as told:
        RemoteGraphs("http://127.0.0.1:1/").replace_graph(G, ["<x:s> <x:p> <x:o> .\n"])
    assert told.value.code == "remote-store-unreachable"


@pytest.mark.parametrize("address", ["", "x", "file:///etc/passwd", "ftp://e.org/", "https:///x"])
def test_what_is_no_address_of_a_server_is_refused(address: str, built: Path) -> None:
    with pytest.raises(UsageError):
        hrdgraph.push(address, project=built, even_with_violations=True)


def test_who_asks_is_said_in_the_environment_only() -> None:
    assert login("", "", "") == {}
    assert login("a", "b", "") == {"Authorization": "Basic YTpi"}
    assert login("a", "b", "t") == {"Authorization": "Bearer t"}


@pytest.mark.heavy
def test_parts_for_bulk_loaders_hold_the_graph(built: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    assert (
        run(["graphs", "bulk", "--project", str(built), "--output", str(folder), "--anyway"]) == 0
    )
    graph = hrdgraph.open(built).columns
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["statements"] == len(graph) == sum(p["statements"] for p in manifest["parts"])
    for part in manifest["parts"]:
        data = (folder / part["name"]).read_bytes()
        assert (sha256(data).hexdigest(), len(data)) == (part["sha256"], part["bytes"])
    text = b"".join(gzip.decompress((folder / p["name"]).read_bytes()) for p in manifest["parts"])
    assert text == graph.document()
    store = ox.Store()
    store.bulk_load(text, format=ox.RdfFormat.N_QUADS)
    assert len(store) == len(graph)
    for script in folder.glob("*.sh"):
        assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    with pytest.raises(OutputError):
        hrdgraph.bulk(folder, project=built, even_with_violations=True)


def test_a_large_graph_has_several_parts() -> None:
    graph = ColumnGraph.from_quads(
        Quad(IRI(f"x:{at}"), IRI("x:p"), Literal(str(at)), IRI(G)) for at in range(10)
    )
    files = dict(bulk_files(graph, size=4))
    assert [name for name in files if name.startswith("part-")] == [
        "part-0000.nq.gz", "part-0001.nq.gz", "part-0002.nq.gz",
    ]  # fmt: skip
    assert files == dict(bulk_files(graph, size=4))
    assert next(name for name, _ in bulk_files(ColumnGraph.from_quads([]))) == "part-0000.nq.gz"


def test_a_server_that_asks_for_a_digest_gets_one(there: GraphStore) -> None:
    """Virtuoso's way: who comes with the password is refused without a word of what it would take."""
    seen: list[str] = []

    class Asking(Handler):
        def do_PUT(self) -> None:
            login = self.headers.get("Authorization", "")
            seen.append(login.partition(" ")[0])
            if login.startswith("Digest"):
                super().do_PUT()
                return
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(401)
            if not login:
                self.send_header("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm="MD5"')  # fmt: skip
            self.send_header("Content-Length", "0")
            self.end_headers()

    there.RequestHandlerClass = Asking
    remote = RemoteGraphs(there.address, headers=login("a", "b", ""), account=("a", "b"))
    assert remote.replace_graph(G, ["<x:s> <x:p> <x:o> .\n"]) == 1
    assert seen == ["Basic", "", "Digest"]
    assert remote.replace_graph(G, ["<x:s> <x:p> <x:p> .\n"]) == 1
    assert seen[3:] == ["", "Digest"]  # it knows it now
    wrong = RemoteGraphs(there.address, headers=login("a", "b", ""), account=None)
    with pytest.raises(HrdgraphError) as told:
        wrong.replace_graph(G, ["<x:s> <x:p> <x:o> .\n"])
    assert told.value.code == "remote-store-refused"
