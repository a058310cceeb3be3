"""Only the browser of this machine that knows the secret gets in, and only pages of ours change something."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from hrdgraph.workbench_app.gate import Gate
from hrdgraph.workbench_app.server import application
from hrdgraph.workbench_app.workplace import Workplace

HOST = "127.0.0.1:8000"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{HOST}"}


class Client:
    """Asks a workbench on a folder, with no server between."""

    def __init__(self, root: Path | None, here: Path, *, read_only: bool = False) -> None:
        self.workplace = Workplace(root, here, read_only=read_only)
        self.app = application(self.workplace, 8000)
        assert isinstance(self.app, Gate)
        self.cookies = {self.app.cookie: self.workplace.secret}

    def ask(
        self, path: str, method: str = "GET", cookies: bool = True, **options: Any
    ) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(
                transport=transport,
                base_url=f"http://{HOST}",
                cookies=self.cookies if cookies else None,
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())

    def post(
        self, path: str, data: dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        form = {"project": self.workplace.mark, **data}
        return self.ask(path, "POST", data=form, headers={**FORM, **(headers or {})})


@pytest.fixture
def client(small: Path, tmp_path: Path) -> Any:
    made = Client(small, tmp_path)
    yield made
    made.workplace.close()


def test_without_the_secret_nothing_is_shown(client: Client) -> None:
    for path in ("/", "/sources", "/graph/en/", "/static/site.css", "/build"):
        answer = client.ask(path, cookies=False)
        assert answer.status_code == 403, path
        assert "Small" not in answer.text


def test_the_address_of_the_terminal_lets_in(client: Client) -> None:
    assert client.ask("/enter?key=nonsense", cookies=False).status_code == 403
    answer = client.ask(f"/enter?key={client.workplace.key}", cookies=False)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert client.workplace.secret in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_a_language_of_the_command_line_comes_before_that_of_the_browser(client: Client) -> None:
    entrance = f"/enter?key={client.workplace.key}&tag="
    assert client.ask(entrance + "fr", cookies=False).headers["location"] == "/language?tag=fr"
    assert client.ask("/language?tag=fr").headers["set-cookie"].startswith("hrdgraph-language=fr;")
    assert client.ask(entrance + "xx", cookies=False).headers["location"] == "/"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1:9000", "localhost", "127.0.0.1.evil.example:8000", ""]
)
def test_no_other_name_leads_here(client: Client, host: str) -> None:
    assert client.ask("/sources", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Content-Type": "text/plain"}, {"Content-Type": ""},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    ],
)  # fmt: skip
def test_only_our_own_pages_change_something(
    client: Client, small: Path, headers: dict[str, str]
) -> None:
    answer = client.post("/sources/remove", {"source": "example"}, headers)
    assert answer.status_code == 403
    assert (small / "data/sources/example").is_dir()


def test_a_page_of_another_project_changes_nothing(client: Client, small: Path) -> None:
    answer = client.post("/sources/remove", {"source": "example", "project": "0" * 16})
    assert answer.status_code == 400
    assert "another project" in answer.text
    assert (small / "data/sources/example").is_dir()


def test_read_only_changes_nothing(small: Path, tmp_path: Path) -> None:
    client = Client(small, tmp_path, read_only=True)
    assert client.ask("/sources").status_code == 200
    assert '<form method="post"' not in client.ask("/sources").text
    for path in ("/sources/remove", "/build", "/new", "/open", "/sources"):
        assert client.post(path, {"source": "example"}).status_code == 403, path
    assert (small / "data/sources/example").is_dir()
    client.workplace.close()


def test_every_answer_loads_nothing_foreign_and_is_kept_nowhere(client: Client) -> None:
    for path in ("/sources", "/findings", "/nothing", "/build"):
        headers = client.ask(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_an_upload_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["hrdgraph.workbench_app.gate"], "LONGEST", 1000)
    answer = client.ask(
        "/sources", "POST", files={"files": ("a.csv", b"x" * 5000)}, data={"project": client.workplace.mark},
        headers={"Origin": f"http://{HOST}"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert not list((client.workplace.root / ".workbench").glob("inbox/*"))


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_way_leads_outside(client: Client, address: str) -> None:
    answer = client.ask("/language", params={"tag": "fr", "next": address})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("secret", ["clé", "\u9375", "%ff", "\x00", "a" * 5000])
def test_a_key_or_cookie_of_any_text_is_refused(client: Client, secret: str) -> None:
    assert client.ask("/enter", cookies=False, params={"key": secret}).status_code == 403
    cookie = f"hrdgraph-workbench-8000={secret}".encode()
    answer = client.ask("/sources", cookies=False, headers={"Cookie": cookie})  # type: ignore[dict-item]
    assert answer.status_code == 403
    assert answer.text.strip()


TABLE = '"source": "example", "table": "people.csv"'


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000, '{"a":' * 100_000, '{"project": "MARK", "what": "set", "row": 2, "column": 0, "old": "x", "new": "\\ud800", TABLE}',
        '{"project": "MARK", "what": [], "row": 2, "column": 0, TABLE}', '{"project": "MARK", "source": {}, "table": []}', "\ufffd", "",
        '{"project": "MARK", "what": "delete", "row": 2, "cells": 7, TABLE}', '{"project": "MARK", "what": "set", "row": 1e400, TABLE}',
        '{"project": "MARK", "what": "set", "row": 2, "column": 99, "old": "a", "new": "b", TABLE}',
        '{"project": "MARK", "what": "replace", "row": 2, "column": 99, "old": "a", "new": "b", TABLE}',
    ],
)  # fmt: skip
def test_a_request_of_any_form_is_answered_with_words(client: Client, body: str) -> None:
    sent = body.replace("MARK", client.workplace.mark).replace("TABLE", TABLE)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Origin": f"http://{HOST}"}  # fmt: skip
    answer = client.ask("/table/change", "POST", content=sent.encode(), headers=headers)
    assert answer.status_code in (400, 403, 409), answer.text
    assert answer.json()
    journals = client.workplace.root / ".workbench"
    assert b"ud800" not in b"".join(path.read_bytes() for path in journals.rglob("*.jsonl"))


@pytest.mark.parametrize(
    "path", ["/table?row=²", "/table/rows?from=²&sort=٣", "/table/evidence?id=²", "/table/check?column=²", "/tour?step=²", "/same?at=²"]
)  # fmt: skip
def test_a_number_of_any_script_is_no_fault(client: Client, path: str) -> None:
    joined = "&" if "?" in path else "?"
    answer = client.ask(f"{path}{joined}source=example&table=people.csv")
    assert answer.status_code < 500
