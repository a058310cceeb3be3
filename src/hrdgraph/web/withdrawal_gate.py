"""What was withdrawn since the served build was made into a refusal: 410 for the thing itself, and
503 for all else until a build without it is served, or what is left of the last one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrdgraph.errors import HrdgraphError
from hrdgraph.privacy.withdrawal_state import ListMark, gone_keys, list_mark, names_down
from hrdgraph.project import Project
from hrdgraph.web.endpoint.problems import Problem
from hrdgraph.web.endpoint.replies import problem_response

_LOG: Final = logging.getLogger("hrdgraph.web")
_GONE: Final = Problem(410, "thing-withdrawn")
_CLOSED: Final = Problem(503, "graph-awaits-withdrawal")
_PLACES: Final = ("/id/", "/data/")  # before the key of a thing in an address


@dataclass(frozen=True)
class Decision:
    """The names that are down, the keys of those of which it is said that they are gone, and
    whether the list could be read at all."""

    down: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    is_read: bool = True

    def lets_through(self, known: frozenset[str]) -> bool:
        """Whether something may be shown that was made when these names were down."""
        return self.is_read and self.down <= known


class WithdrawalGate:
    """Lets a request through where the build that is served was made after all withdrawals. The
    list is looked at before each answer and each part of one, and read again only where its file
    or the ledger has changed; one that cannot be read lets nothing through. So an answer that is
    under way is broken off."""

    def __init__(self, app: ASGIApp, project: Project, known: Callable[[], frozenset[str]]) -> None:
        self._app, self._project, self._known = app, project, known
        self._mark: ListMark | None = None
        self._decision = Decision()
        self._reading = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = self._known()  # of what answers this request, to its end
        is_begun, is_held = False, not (await self._decided()).lets_through(known)

        async def heeding(message: Message) -> None:
            nonlocal is_begun, is_held
            is_held = is_held or not (await self._decided()).lets_through(known)
            if not is_held:
                is_begun = True
                await send(message)

        if not is_held:
            await self._app(scope, receive, heeding)  # 410 is a page in the visitor's language
        # to return without the last message is to break the connection off
        if is_held and not is_begun:
            is_gone = _is_of(scope["path"], (await self._decided()).gone)
            await problem_response(_GONE if is_gone else _CLOSED)(scope, receive, send)

    async def _decided(self) -> Decision:
        if (mark := list_mark(self._project)) != self._mark:
            async with self._reading:
                if mark != self._mark:
                    self._decision = await asyncio.to_thread(_decide, self._project)
                    self._mark = mark
        return self._decision


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
