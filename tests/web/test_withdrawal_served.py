"""A running server heeds a withdrawal at once, and goes on serving all else: from what it had, until there is a new build."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import httpx
import pytest
from tests.web.endpoint.conftest import eventually

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project
from hrdgraph.store.remote_session import RemoteStore
from hrdgraph.web import app as served_builds
from hrdgraph.web.app import Server, Serving, application
from hrdgraph.web.endpoint.limits import EndpointLimits

ADA: Final = "https://example.org/id/person/Ada_Example"
PAGES: Final = (
    "/en/", "/en/awards", "/en/data", "/en/validation", "/en/sources", "/sitemap.xml", "/void.ttl", "/en/search?q=example",
    "/en/id/award/example-award", "/en/id/person/Berta_Example", "/data/award/example-award.ttl", "/files/graph.nq", "/files/SHA256SUMS",
    "/reconcile?queries=%7B%22q%22%3A%7B%22query%22%3A%22Example%22%7D%7D", "/sparql?query=DESCRIBE+%3C" + ADA + "%3E",
    "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D", "/sparql?query=SELECT+*+%7BGRAPH+%3Fg+%7B%3Fs+%3Fp+%3Fo%7D%7D",
)  # fmt: skip


class Served:
    """A server in a thread, asked as a visitor asks."""

    def __init__(self, project: Path, rows: int = 0, remote: RemoteStore | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        limits = EndpointLimits(workers=1, rows=rows)
        self.server = Server(
            open_project(project), Serving(limits=limits, anyway=True, remote=remote)
        )
        self._running = self.server.running()
        self._wait(self._running.__aenter__())
        self._app = application(self.server)

    def _wait(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def get(self, path: str, accept: str = "*/*") -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
                return await one.get(path, headers={"accept": accept}, follow_redirects=True)

        answer: httpx.Response = self._wait(ask())
        return answer

    def stop(self) -> None:
        self._wait(self._running.__aexit__(None, None, None))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def serving(project: Path, rows: int = 0) -> Iterator[Served]:
    served = Served(project, rows)
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture
def project(small: Path) -> Path:
    build(open_project(small), BuildOptions(validate=False))
    return small


@pytest.mark.heavy
def test_all_else_is_served_without_the_person(project: Path) -> None:
    with serving(project) as served:
        assert eventually(lambda: "Ada" in served.get("/en/search?q=Example").text, 30)
        before = {path: served.get(path) for path in PAGES}
        assert {path for path, answer in before.items() if answer.status_code != 200} == set()
        assert run(["withdraw", ADA, "--reason", "asked for", "-p", str(project)]) == 0
        for path in PAGES:  # at once
            answer = served.get(path)
            assert "Ada" not in answer.text, path
            assert answer.status_code in (200, 404, 410, 503), path
        assert served.get("/en/id/person/Ada_Example").status_code == 410
        assert eventually(lambda: served.get("/en/search?q=Example").status_code == 200, 60)
        after = {path: served.get(path) for path in PAGES}
        told = {path: answer.text for path, answer in after.items()}
        assert [(path, text) for path, text in told.items() if re.search(r"\bAda\b", text)] == []
        assert {path for path, answer in after.items() if answer.status_code != 200} == {
            "/files/graph.nq"
        }
        assert "Berta" in after["/en/id/person/Berta_Example"].text
        assert served.get("/en/id/person/Ada_Example").status_code == 410
        assert before["/en/"].headers["etag"] != after["/en/"].headers["etag"]
        assert run(["withdraw", "--check", "-p", str(project)]) == 3  # the build is older
        folders = [path.name for path in project.glob(".serve-*/*") if path.is_dir()]
        assert eventually(lambda: all("redacted" in name for name in folders), 10), folders
        build(open_project(project), BuildOptions(validate=False))
        assert eventually(lambda: served.get("/files/graph.nq").status_code == 200, 60)
        assert "Ada" not in served.get("/files/graph.nq").text
        assert run(["withdraw", "--check", "-p", str(project)]) == 0


def test_a_copy_that_cannot_be_made_leaves_all_closed(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(f"{ADA} is a name")

    monkeypatch.setattr(served_builds, "remove_things", fails)
    with serving(project) as served, caplog.at_level("INFO", "hrdgraph.web"):
        assert served.get("/robots.txt").status_code == 200
        hrdgraph.withdraw(ADA, reason="asked for", project=project)
        assert eventually(lambda: "cannot be taken out" in caplog.text, 30)
        assert served.get("/sparql?query=ASK%7B%7D").status_code == 503
        assert "Ada" not in caplog.text
        build(open_project(project), BuildOptions(validate=False))
        assert eventually(lambda: served.get("/robots.txt").status_code == 200, 60)


def test_a_name_that_only_a_build_can_find_closes_all_until_there_is_one(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    description = project / "data" / "sources" / "example" / "source.toml"
    whole = description.read_bytes()
    with serving(project) as served, caplog.at_level("INFO", "hrdgraph.web"):
        assert served.get("/robots.txt").status_code == 200
        description.write_bytes(b"title = [")
        assert run(["withdraw", "Dr. Ada Maria Example", "--reason", "x", "-p", str(project)]) == 0
        assert served.get("/sparql?query=ASK%7B%7D").status_code == 503
        assert eventually(lambda: "cannot be taken out" in caplog.text, 30)
        assert run(["build", str(project)]) == 1
        assert {served.get(path).status_code for path in PAGES} == {503}
        description.write_bytes(whole)
        build(open_project(project), BuildOptions(validate=False))
        assert eventually(lambda: served.get("/robots.txt").status_code == 200, 60)
        assert "Ada" not in served.get("/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D").text


@pytest.mark.heavy
def test_a_withdrawal_of_what_nobody_sees_does_not_close_it_for_ever(project: Path) -> None:
    """The next build may be the same, byte by byte."""
    with serving(project) as served:
        listed = project / "data" / "withdrawn.csv"
        row = "https://example.org/id/person/nobody,withdraw,2026-01-01,me,other,no\n"
        listed.write_text(f"iri,action,when,who,code,tombstone\n{row}", encoding="utf-8")
        assert eventually(lambda: served.get("/robots.txt").status_code == 200, 30)
        assert eventually(lambda: served.get("/files/graph.nq").status_code == 404, 30)
        build(open_project(project), BuildOptions(validate=False))
        assert eventually(lambda: served.get("/files/graph.nq").status_code == 200, 60)
