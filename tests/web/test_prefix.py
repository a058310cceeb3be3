"""Pages and the JSON API behind a proxy, below a prefix: in this process, as the server puts its parts together."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

import hrdgraph
from hrdgraph.web.json_api.routes import routes as api_routes
from hrdgraph.web.middleware import ProxyMiddleware
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import routes as page_routes

PUBLIC = "https://data.example.org/graph/"


@pytest.fixture(scope="module")
def behind(built: Path) -> ProxyMiddleware:
    pages = Pages(Site.of(hrdgraph.open(built), address=PUBLIC))
    app = Starlette(routes=[*api_routes(pages), *page_routes(pages)])
    return ProxyMiddleware(app, behind_proxy=True, prefix="graph", address=PUBLIC)


def ask(app: ProxyMiddleware, path: str, **headers: str) -> httpx.Response:
    """As a proxy asks that stands on this machine."""

    async def asked() -> httpx.Response:
        said = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "evil.example", **headers}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000"
        ) as client:
            return await client.get(path, headers=said)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    "path", ["/en/", "/en/browse", "/en/id/person/Igor_Kalyapin", "/en/queries", "/en/data"]
)
def test_every_link_of_a_page_stays_below_the_prefix(behind: ProxyMiddleware, path: str) -> None:
    kept, taken = (
        ask(behind, f"/graph{path}"),
        ask(behind, path),
    )  # the proxy leaves the prefix, or takes it away
    assert kept.status_code == taken.status_code == 200
    assert kept.text == taken.text
    links = re.findall(r"(?:href|src|action)=\"(/[^\"]*)\"", kept.text)
    assert links
    assert [link for link in links if not link.startswith("/graph/")] == []
    assert "evil.example" not in kept.text
    assert "127.0.0.1" not in kept.text


def test_redirects_and_programs_stay_below_it_too(behind: ProxyMiddleware) -> None:
    moved = ask(behind, "/graph/id/person/Igor_Kalyapin", Accept="text/html")
    assert moved.status_code == 303
    assert moved.headers["location"].startswith(("/graph/", PUBLIC))
    people = ask(behind, "/graph/api/v1/people?limit=1")
    assert people.status_code == 200
    assert people.json()["data"][0]["page"].startswith(PUBLIC)


def test_the_health_check_of_the_image_is_answered(behind: ProxyMiddleware) -> None:
    """Inside of the image nobody knows the prefix."""
    said = (Path(__file__).parents[2] / "Containerfile").read_text("utf-8")
    [path] = re.findall(r"urlopen\('http://127\.0\.0\.1:8000(/[^']*)'", said)
    assert ask(behind, path).status_code == 200


@pytest.mark.parametrize(
    ("behind_proxy", "address", "seen"),
    [
        (True, PUBLIC, "https data.example.org 198.51.100.1 /graph /en/"),
        (False, PUBLIC, "https data.example.org 127.0.0.1 /graph /en/"),
        (True, "", "http evil.example 198.51.100.1 /graph /en/"),
        (False, "", "http evil.example 127.0.0.1 /graph /en/"),
    ],
)
def test_a_request_is_for_the_public_address_and_of_whom_the_proxy_names(
    behind_proxy: bool, address: str, seen: str
) -> None:
    """Whatever a visitor writes in a header."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        client = request.client.host if request.client else ""
        path = request.url.path.removeprefix(scope["root_path"])
        said = [request.url.scheme, request.headers["host"], client, scope["root_path"], path]
        await PlainTextResponse(" ".join(said))(scope, receive, send)

    app = ProxyMiddleware(answer, behind_proxy=behind_proxy, prefix="graph", address=address)
    told = {"Host": "evil.example", "X-Forwarded-For": "203.0.113.9, 198.51.100.1", "X-Forwarded-Proto": "ftp"}  # fmt: skip
    assert ask(app, "/graph/en/", **told).text == seen
