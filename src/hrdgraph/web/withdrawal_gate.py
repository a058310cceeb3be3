"""What was withdrawn since the served build was made into a refusal: 410 for the thing itself, and
503 for all else until a build without it is served."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from hrdgraph.errors import HrdgraphError
from hrdgraph.privacy.withdrawal_state import gone_keys, names_down
from hrdgraph.project import Project
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import problem_response

_LOG: Final = logging.getLogger("hrdgraph.web")
_GONE: Final = Problem(410, "this has been withdrawn", "do not ask for it again")
_CLOSED: Final = Problem(
    503,
    "something was withdrawn since this graph was built",
    "nothing is shown until it is built again: try later",
)
_PLACES: Final = ("/id/", "/data/")  # before the key of a thing in an address
Mark = tuple[tuple[int, int, int, int] | None, ...]


@dataclass(frozen=True)
class Decision:
    """The names that are down, the keys of those of which it is said that they are gone, and
    whether the list could be read at all."""

    down: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    is_read: bool = True


class WithdrawalGate:
    """Lets a request through where the build that is served was made after all withdrawals. The
    list is looked at before each answer, and read again only where its file or the ledger has
    changed; one that cannot be read lets nothing through."""

    def __init__(self, app: ASGIApp, project: Project, known: Callable[[], frozenset[str]]) -> None:
        self._app, self._project, self._known = app, project, known
        self._mark: Mark | None = None
        self._decision = Decision()
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        decision = await self._decided()
        if decision.is_read and not decision.down - self._known():
            await self._app(scope, receive, send)  # where 410 is a page in the visitor's language
        else:
            is_gone = _is_of(scope["path"], decision.gone)
            await problem_response(_GONE if is_gone else _CLOSED)(scope, receive, send)

    async def _decided(self) -> Decision:
        if (mark := self._look()) != self._mark:
            async with self._reading:
                if mark != self._mark:
                    self._decision = await asyncio.to_thread(_decide, self._project)
                    self._mark = mark
        return self._decision

    def _look(self) -> Mark:
        return tuple(map(_state, (self._project.withdrawn_file, self._project.judgements_file)))


def _state(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _decide(project: Project) -> Decision:
    try:
        return Decision(names_down(project), gone_keys(project))
    except HrdgraphError as error:
        _LOG.error("the list of withdrawals cannot be read, so nothing is shown: %s", error.code)
        return Decision(is_read=False)


def _is_of(path: str, keys: frozenset[str]) -> bool:
    """Whether an address is that of one of the things, in any language and form."""
    plain = unquote(path).rstrip("/")
    found = (plain.partition(place)[2] for place in _PLACES)
    return any(key and (key in keys or key.rpartition(".")[0] in keys) for key in found)
