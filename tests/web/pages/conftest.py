"""A site over the built project, prepared once a worker; a client of its routes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

import hrdgraph
from hrdgraph.web.pages import Site
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import routes


class Client:
    """Asks an application of the pages only, with no server between; redirects are not followed."""

    def __init__(self, site: Site) -> None:
        self._app = Starlette(routes=routes(Pages(site)))

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://testserver"
            ) as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture(scope="session")
def site(built: Path) -> Site:
    return Site.of(hrdgraph.open(built))


@pytest.fixture(scope="session")
def pages(site: Site) -> Pages:
    return Pages(site)


@pytest.fixture(scope="session")
def client(site: Site) -> Client:
    return Client(site)


@pytest.fixture(scope="session")
def client_of() -> type[Client]:
    """What makes a client of the routes of another site."""
    return Client
