"""`hrdgraph serve` as an operator meets it: starting, stopping, building anew, a proxy, a log."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from tests.web.endpoint.conftest import Running, alive, eventually, serving

from hrdgraph.cli.app import run
from hrdgraph.errors import ProjectError
from hrdgraph.project import open_project
from hrdgraph.project.model import read_manifest
from hrdgraph.web.app import ServedBuild, Server, Serving, _application, open_build, shelter
from hrdgraph.web.endpoint.limits import EndpointLimits
from hrdgraph.web.server import _serve, listen

AWARDS = "SELECT (COUNT(*) AS ?n) { ?s a hrd:Award }"


@pytest.fixture
def copy(project: Path, tmp_path: Path) -> Path:
    """A project of one's own to build anew and spoil."""
    return shutil.copytree(
        project,
        tmp_path / "project",
        copy_function=os.link,
        ignore=shutil.ignore_patterns(".serve-*"),
    )


def rewrite(manifest: Path, **changes: object) -> None:
    """A new file with the same name, as a build writes it: the links keep the old one."""
    made = json.loads(manifest.read_text()) | changes
    manifest.unlink()
    manifest.write_text(json.dumps(made))


@pytest.mark.heavy
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_soon_and_ends_in_order(
    serve: Callable[..., Running], copy: Path, number: signal.Signals
) -> None:
    running = serve(pages=False, folder=copy)
    assert running.took < 5  # 0.6 s on a quiet machine
    assert running.query(AWARDS).status_code == 200
    assert eventually(lambda: len(running.workers) == 3)
    workers = running.workers
    assert running.stop(number) == 0
    assert eventually(lambda: not any(alive(worker) for worker in workers))
    assert list(copy.glob(".serve-*")) == []


@pytest.mark.heavy
def test_a_query_that_outlasts_its_server_is_told(serve: Callable[..., Running]) -> None:
    running = serve(pages=False)
    with ThreadPoolExecutor() as pool:
        long = pool.submit(
            running.query, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        )
        time.sleep(1)
        assert running.stop() == 0
        assert (long.result().status_code, long.result().json()["detail"]) == (
            503,
            "the server cannot answer at the moment",
        )
    assert "Traceback" not in running.log.read_text()


@pytest.mark.heavy
def test_what_a_killed_server_left_is_removed_by_the_next(
    serve: Callable[..., Running], copy: Path
) -> None:
    serve(pages=False, folder=copy).stop(signal.SIGKILL)
    (left,) = copy.glob(".serve-*")
    os.utime(left, (0, 0))  # what was just made may not be locked yet
    serve(pages=False, folder=copy).stop()
    assert list(copy.glob(".serve-*")) == []


def test_violations_are_not_served(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", str(copy)]) == 1
    assert "the last build was not checked" in capsys.readouterr().err
    rewrite(
        copy / "build" / "manifest.json",
        failed=True,
        validated=True,
        findings={"violation": 2, "warning": 0, "info": 0, "known": 0},
    )
    assert run(["serve", str(copy)]) == 3
    assert "2 violations" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "fact"),
    [
        ({"memory": "much"}, "'much' is not a size"),
        ({"timeout": 0}, "timeout takes a number from 0.1 to 3600, not '0'"),
        ({"workers": 0}, "workers takes a number from 1 to 64, not '0'"),
        ({"client_seconds": -1}, "client_seconds takes a number from 0"),
        ({"worker": 3}, "did you mean 'workers'"),
        ({"behind_proxy": True}, "behind_proxy is set, so public_url must be too"),
        ({"public_url": "ftp://e.org"}, "is not a web address"),
        ({"public_url": "https://e.org/?x=1"}, "is not a web address"),
        ({"public_url": "e.org"}, "is not a web address"),
    ],
)
def test_wrong_settings_are_said_at_their_place(
    copy: Path, settings: dict[str, object], fact: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(copy, **settings):
        assert run(["serve", str(copy)]) == 1
    told = capsys.readouterr().err
    assert "hrdgraph.toml, [serve]" in told
    assert fact in told


def test_nothing_built_and_a_port_that_is_taken(
    small: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", str(small)]) == 1
    assert "hrdgraph build" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as line:
        assert (
            run(["serve", str(copy), "--anyway", "--quiet", "--port", str(line.getsockname()[1])])
            == 1
        )
    assert "--port chooses another" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/none", 404), ("POST", "/page", 405), ("GET", "/fault", 500)],
)
def test_errors_of_the_application_are_problem_details(method: str, path: str, status: int) -> None:
    async def ask() -> httpx.Response:
        paths: list[BaseRoute] = [
            Route("/page", Response, methods=["GET"]),
            Route("/fault", lambda _: 1 / 0),
        ]  # type: ignore[arg-type,return-value]
        transport = httpx.ASGITransport(app=_application(paths), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            return await client.request(method, path)

    answer = asyncio.run(ask())
    said = answer.json()
    assert (answer.status_code, said["status"]) == (status, status)
    assert said["detail"]
    assert said["hint"]
    assert status != 405 or "GET" in answer.headers["allow"].split(", ")


def test_an_answer_does_not_wait_for_the_network() -> None:
    """Of a socket that does not name TCP, asyncio does not know that it is one, and every second packet waits 40 ms for a receipt."""

    async def connected() -> int:
        accepted: list[int] = []

        class Peer(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                accepted.append(
                    transport.get_extra_info("socket").getsockopt(
                        socket.IPPROTO_TCP, socket.TCP_NODELAY
                    )
                )
                transport.close()

        with listen("127.0.0.1", 0) as line:
            server = await asyncio.get_running_loop().create_server(Peer, sock=line)
            reader, writer = await asyncio.open_connection(*line.getsockname())
            await reader.read()
            writer.close()
            server.close()
        return accepted[0]

    assert asyncio.run(connected()) != 0


@pytest.mark.heavy
def test_a_new_build_is_taken_up_and_a_bad_one_is_not(
    serve: Callable[..., Running], copy: Path
) -> None:
    """Its store is gone from the build folder; what was linked of it goes on answering, in new workers too."""
    rewrite(copy / "build" / "manifest.json", validated=True)
    running = serve(pages=False, folder=copy, anyway=False)
    first = running.query(AWARDS).headers["etag"]
    new = shutil.copytree(copy / "build", copy / "next")
    rewrite(new / "manifest.json", failed=True)
    shutil.rmtree(copy / "build")
    new.rename(copy / "build")
    assert eventually(lambda: "not served" in running.log.read_text())
    for number in running.workers:
        os.kill(number, signal.SIGKILL)
    assert eventually(
        lambda: running.query(AWARDS).headers.get("etag") == first
    )  # one that a dying worker took has an error
    rewrite(copy / "build" / "manifest.json", failed=False, title="another")
    assert eventually(lambda: running.query(AWARDS).headers.get("etag", first) != first)
    assert eventually(
        lambda: len(list(next(copy.glob(".serve-*")).iterdir())) == 1
    )  # the old links are gone
    assert running.stop() == 0


@pytest.mark.heavy
def test_downloads_are_of_the_build_that_is_served(
    serve: Callable[..., Running], copy: Path
) -> None:
    """One that may not be published is not handed out either, whatever takes its place in the build folder."""
    rewrite(copy / "build" / "manifest.json", validated=True)
    served = (copy / "build" / "graph.nq").read_bytes()
    running = serve(folder=copy, anyway=False)
    (copy / "build" / "graph.nq").unlink()
    (copy / "build" / "graph.nq").write_text("<x:a> <x:b> <x:c> .\n")
    rewrite(copy / "build" / "manifest.json", failed=True)
    assert eventually(lambda: "not served" in running.log.read_text())
    assert httpx.get(f"{running.address}/files/graph.nq").content == served
    running.stop()


@pytest.mark.heavy
def test_pages_are_of_the_build_that_is_served(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever takes its place in the build folder before they are made."""
    rewrite(copy / "build" / "manifest.json", validated=True)
    mount = Server._mount

    def spoil(server: Server) -> None:
        shutil.rmtree(copy / "build" / "columns")
        rewrite(copy / "build" / "manifest.json", failed=True, quads=1)
        mount(server)

    monkeypatch.setattr(Server, "_mount", spoil)

    async def served() -> str:
        server = Server(open_project(copy), Serving(limits=EndpointLimits(workers=1)))
        async with (
            server.running(),
            httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://h") as client,
        ):
            return (await client.get("/en/id/award/example-award")).text

    assert "Ada Example" in asyncio.run(served())


def test_a_term_that_is_nowhere_is_named_and_the_answer_stays(
    serve: Callable[..., Running],
) -> None:
    running = serve()
    text = "SELECT * { ?x a hrd:Awrd ; hrd:edition ?y ; foaf:nam ?z }"
    assert eventually(lambda: "warning" in running.query(text).headers)
    answer = running.query(text)
    assert answer.headers["warning"].count("299") == 1
    assert "hrd:Awrd: the ontology has no hrd:Awrd; did you mean hrd:Award" in str(answer.headers)
    assert len(answer.text.splitlines()) == 1
    known = "SELECT * { ?x a hrd:Award ; hrd:visibility hrdv:visibility\\/public } LIMIT 1"
    assert "warning" not in running.query(known).headers


@pytest.mark.heavy
def test_pages_that_are_made_too_late_take_no_place(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build comes while the pages of the one before are being made, and its own are there first."""
    made: list[str] = []

    def pages(_: Server, build: ServedBuild, __: object) -> tuple[list[BaseRoute], Any, Any]:
        time.sleep(0 if made else 0.5)
        route = Route("/which", lambda _: Response(build.digest))
        return [route], lambda *_: [], lambda *_: []

    monkeypatch.setattr(Server, "_pages_of", pages)

    async def served() -> tuple[str, str]:
        server = Server(open_project(copy), Serving(limits=EndpointLimits(workers=1), anyway=True))
        async with (
            server.running(),
            httpx.AsyncClient(transport=httpx.ASGITransport(server), base_url="http://h") as client,
        ):
            await asyncio.sleep(0.1)
            made.append("one")
            rewrite(copy / "build" / "manifest.json", title="another")
            await server._look()
            await asyncio.sleep(0.8)
            for _ in range(100):  # on a busy machine the pages of the later build take their time
                if (answer := await client.get("/which")).status_code == 200:
                    break
                await asyncio.sleep(0.1)
            assert server._served is not None
            return answer.text, server._served.digest

    shown, digest = asyncio.run(served())
    assert shown == digest


@pytest.mark.heavy
def test_a_build_is_taken_up_while_queries_run(serve: Callable[..., Running], copy: Path) -> None:
    running = serve(pages=False, folder=copy)
    tags = {running.query(AWARDS).headers["etag"]}
    for title in ("one",):
        end = time.monotonic() + 3
        rewrite(copy / "build" / "manifest.json", title=title)
        while time.monotonic() < end:
            answer = running.query(AWARDS)
            assert answer.status_code == 200
            tags.add(answer.headers["etag"])
    assert len(tags) == 2


def test_the_log_has_no_address_and_no_query(serve: Callable[..., Running]) -> None:
    running = serve(pages=False)
    running.query(AWARDS, source="127.0.0.77")
    httpx.get(f"{running.address}/sparql", params={"query": "ASK { <x:secret> ?p ?o }"})
    running.stop()
    log = running.log.read_text()
    assert "POST /sparql 200" in log
    assert "GET /sparql 200" in log
    assert not any(word in log for word in ("127.0.0", "secret", "Award"))


@pytest.mark.heavy
def test_queries_are_noted_where_that_is_asked_for(serve: Callable[..., Running]) -> None:
    running = serve(pages=False, log_queries=True)
    running.query("ASK\n{ <x:noted> ?p 'é\r\n' }", accept="*/*")
    running.stop()
    (line,) = [line for line in running.log.read_text().splitlines() if "noted" in line]
    assert "\\n{ <x:noted>" in line
    assert "127.0.0" not in line


@pytest.mark.heavy
@pytest.mark.parametrize(
    "kept", [True, False], ids=["prefix kept by the proxy", "prefix taken away"]
)
def test_behind_a_proxy(serve: Callable[..., Running], kept: bool) -> None:
    public = {"public_url": "https://data.example.org/graph/", "sandbox": False}
    running = serve(pages=False, behind_proxy=True, **public, path_prefix="/graph", client_errors=2)
    root = f"http://127.0.0.1:{running.port}{'/graph' if kept else ''}"
    said = {
        "x-forwarded-proto": "ftp",
        "x-forwarded-host": "evil.example",
        "x-forwarded-for": "203.0.113.9, 198.51.100.1",
    }
    for host in (
        {},
        {"host": "evil.example"},
        {"forwarded": "host=evil.example", "x-original-host": "evil.example"},
    ):
        told = httpx.get(f"{root}/sparql", headers={**said, **host}).text
        assert "sd:endpoint <https://data.example.org/graph/sparql>" in told
        assert "evil" not in told
    statuses = [
        httpx.get(
            f"{root}/sparql?query=x",
            headers=said | {"x-forwarded-for": f"203.0.113.{n}, 198.51.100.1"},
        )
        for n in range(4)
    ]
    assert [answer.status_code for answer in statuses] == [
        400,
        400,
        429,
        429,
    ]  # the last address counts: the others anybody can write
    assert int(statuses[-1].headers["retry-after"]) > 0
    assert (
        httpx.get(
            f"{root}/sparql?query=ASK%7B%7D", headers=said | {"x-forwarded-for": "198.51.100.2"}
        ).status_code
        == 200
    )
    running.stop()


def test_forwarded_headers_are_not_believed_without_a_proxy(serve: Callable[..., Running]) -> None:
    running = serve(pages=False, client_errors=2)
    for number, status in enumerate([400, 400, 429]):
        said = {"x-forwarded-for": f"203.0.113.{number}", "x-forwarded-host": "evil.example"}
        assert httpx.get(f"{running.address}/sparql?query=x", headers=said).status_code == status
    running.stop()


@pytest.mark.heavy
def test_a_target_in_absolute_form_is_the_path_at_its_host(serve: Callable[..., Running]) -> None:
    running = serve(pages=False, path_prefix="/graph")
    asked = b"GET http://data.example.org/graph/sparql HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"
    answer = asyncio.run(talk(running.port, [asked], 0))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"<http://data.example.org/graph/sparql>" in answer
    running.stop()


async def talk(port: int, pieces: list[bytes], pause: float, *, read: bool = True) -> bytes:
    """Send pieces slowly; what comes back until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)
            if reader.at_eof():
                break
        return await asyncio.wait_for(reader.read(), 6) if read else b""
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.heavy
def test_slow_and_silent_clients_are_shown_out(project: Path) -> None:
    """All at once: no byte at all, a byte of a header now and then, half a body, and a long answer that nobody takes."""
    slow = Serving(
        limits=EndpointLimits(slow=1.5, workers=2, timeout=20, client_seconds=0),
        pages=False,
        anyway=True,
    )

    async def meet() -> None:
        with listen("127.0.0.1", 0) as line:
            port = line.getsockname()[1]
            ready = asyncio.Event()
            server = asyncio.create_task(
                _serve(open_project(project), slow, line, lambda _: ready.set())
            )
            await ready.wait()
            began = time.monotonic()
            post = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"
            silent, dripping, half = await asyncio.gather(
                talk(port, [], 0),
                talk(port, [b"GET /sparql HTTP/1.1\r\n", *[b"X: y\r\n"] * 50], 0.2),
                talk(port, [post], 0),
            )
            assert time.monotonic() - began < 8
            assert (silent, dripping) == (b"", b"")
            assert b" 408 " in half.partition(b"\r\n")[0]
            await never_reading(port)
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"http://127.0.0.1:{port}/sparql?query=ASK%7B%7D")).json()[
                    "boolean"
                ] is True
            server.cancel()
            await asyncio.gather(server, return_exceptions=True)

    asyncio.run(meet())


async def never_reading(port: int) -> None:
    """Ask for everything, take nothing: the connection is reset."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.transport.pause_reading()
    writer.write(
        b"GET /sparql?query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+.+%3Fs+%3Fq+%3Fr+%7D HTTP/1.1\r\nHost: h\r\n\r\n"
    )
    await asyncio.sleep(4)
    writer.transport.resume_reading()
    try:
        got = await reader.read()
    except ConnectionError:
        got = b""
    assert not got.endswith(b"\r\n0\r\n\r\n")
    writer.close()


@pytest.mark.heavy
def test_many_connections_from_one_address(serve: Callable[..., Running]) -> None:
    running = serve(pages=False)
    held = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(200)]
    try:
        assert eventually(lambda: running.query(AWARDS, source="127.0.0.9").status_code == 200)
    finally:
        for line in held:
            line.close()
    assert eventually(lambda: running.query(AWARDS).status_code == 200)
    running.stop()


def test_what_was_looked_at_is_opened_and_nothing_that_came_since(
    copy: Path, tmp_path: Path
) -> None:
    opened = open_project(copy)
    looked = read_manifest(opened)
    rewrite(copy / "build" / "manifest.json", failed=True)
    with pytest.raises(ProjectError, match="is being built"):
        open_build(opened, tmp_path / "kept", looked)


@pytest.mark.heavy
def test_a_store_that_cannot_be_linked_is_copied(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    opened = open_project(copy)
    monkeypatch.setenv("CACHE_DIRECTORY", str(tmp_path))
    with shelter(opened) as folder:
        assert folder is not None
        assert folder.parent == tmp_path
        monkeypatch.setattr(os, "link", refuse)
        copied = open_build(opened, folder).store
        assert {path.name for path in copied.iterdir()} == {
            path.name for path in (copy / "build" / "store").iterdir()
        }
        assert copied.parent.parent == folder
    assert not folder.exists()
    assert open_build(opened, None).store == opened.store_dir
