"""Connections that are opened and then left hanging do not keep others out."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from hrdgraph.web.server import _ALL, _CONNECTIONS, _ONE_HOST, guard_protocol, listen


def hang(port: int, host: str, begun: bytes) -> socket.socket:
    """A connection from an address of this machine on which a header begins and never ends."""
    line = socket.create_connection(("127.0.0.1", port), source_address=(host, 0))
    line.sendall(begun)
    return line


async def say_hello(_: Request) -> PlainTextResponse:
    """An answer."""
    return PlainTextResponse("здравствуйте")


@pytest.mark.sampled(1)
@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: h\r\n"], ids=["silent", "begun"])
def test_half_open_connections_of_many_addresses_keep_nobody_out(begun: bytes) -> None:
    app = Starlette(routes=[Route("/", say_hello)])

    async def meet() -> None:
        with listen("127.0.0.1", 0) as line, contextlib.ExitStack() as hanging:
            protocol = guard_protocol(15, _ONE_HOST, _ALL)
            config = uvicorn.Config(app, http=protocol, limit_concurrency=_CONNECTIONS, log_config=None, lifespan="off")  # fmt: skip
            server = uvicorn.Server(config)
            running = asyncio.create_task(server.serve([line]))
            port = line.getsockname()[1]
            for number in range(8 * 120):  # all at once: the loop takes none of them meanwhile
                hanging.enter_context(hang(port, f"127.0.0.{2 + number % 8}", begun))
            await asyncio.sleep(0.5)
            async with httpx.AsyncClient(timeout=5) as kept:
                for _ in range(5):  # a connection that is kept, and a new one
                    async with httpx.AsyncClient(timeout=5) as client:
                        for number in range(200):  # those that were shut out come again
                            hanging.enter_context(hang(port, f"127.0.0.{2 + number % 8}", begun))
                        for answer in await asyncio.gather(*(one.get(f"http://127.0.0.1:{port}/") for one in (kept, client))):  # fmt: skip
                            assert (answer.status_code, answer.text) == (200, "здравствуйте")
            assert len(server.server_state.connections) <= 160 + 2
            server.should_exit = True
            await running

    asyncio.run(meet())
