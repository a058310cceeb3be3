"""Run a workbench over a project on this machine until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Final

import uvicorn

from hrdgraph.errors import OutputError
from hrdgraph.project import open_project
from hrdgraph.project.open import SETTINGS
from hrdgraph.web.server import listen
from hrdgraph.workbench_app.app import application
from hrdgraph.workbench_app.gate import ENTRANCE
from hrdgraph.workbench_app.workplace import Workplace

_HOST: Final = "127.0.0.1"
_USUAL: Final = 8723
_LAST: Final = 3  # seconds that answers under way are given in the end


def run(
    place: Path, port: int, ready: Callable[[str], None], *, read_only: bool, browser: bool
) -> None:
    """Run until the process is told to stop."""
    root, here = _places(place)
    workplace = Workplace(root, here, read_only=read_only)
    with _line(port) as line:
        address = f"http://{_HOST}:{line.getsockname()[1]}{ENTRANCE}?key={workplace.key}"
        config = uvicorn.Config(
            application(workplace, line.getsockname()[1]), ws="none", log_config=None,
            access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=_LAST,
        )  # fmt: skip
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        asyncio.run(
            _AnnouncedServer(config, lambda: _begun(address, ready, browser=browser)).serve([line])
        )


def _line(port: int) -> socket:
    """Open a socket at a port; if none is named, at the usual one if it is free, so that windows
    find a restarted workbench again."""
    if port == 0:
        with suppress(OutputError):
            return listen(_HOST, _USUAL)
    return listen(_HOST, port)


def _places(place: Path) -> tuple[Path | None, Path]:
    """Return the project to open, if any, and the folder for new ones. ProjectError where a named
    one is none."""
    if (place / SETTINGS).is_file():
        open_project(place)
        return place, place.resolve().parent
    if place.resolve() != Path.cwd():
        open_project(place)  # says what is missing
    return None, place.resolve()


def _begun(address: str, ready: Callable[[str], None], *, browser: bool) -> None:
    ready(address)
    if browser:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()


class _AnnouncedServer(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self._begun()
