"""A project folder, and a server that holds its graph, into answers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hrdgraph.api.graph import Graph
from hrdgraph.errors import HrdgraphError
from hrdgraph.privacy.readable_build import RemoteBuild
from hrdgraph.project import Project
from hrdgraph.store.remote_access import RemoteAccess, host_of, is_protected, login
from hrdgraph.store.remote_session import RemoteReader, RemoteStore
from hrdgraph.store.worker_process import USUAL, WorkerLimits

if TYPE_CHECKING:
    from hrdgraph.store.contract import Reader

USER, PASSWORD, TOKEN = (f"HRDGRAPH_STORE_{name}" for name in ("USER", "PASSWORD", "TOKEN"))


class RemoteGraph(Graph):
    """The graph that `hrdgraph push` has sent to a server, asked there: questions and SPARQL.
    What needs the columns of a build (explaining, exporting, names in place of IRIs) is refused,
    and so is everything once something was withdrawn that the server may still show."""

    def __init__(
        self,
        project: Project,
        address: str,
        languages: Sequence[str] = (),
        limits: WorkerLimits = USUAL,
    ) -> None:
        self._remote = RemoteReader(store_at(project, address, limits.seconds), limits)
        super().__init__(project, languages, limits, RemoteBuild(project, self._remote.record))

    @property
    def reader(self) -> Reader:
        """What `query` and `answer` ask."""
        self._build.check()
        return self._remote


def store_at(project: Project, address: str, seconds: float) -> RemoteStore:
    """A server that takes queries at an address. Who asks is said in the environment. Raises
    HrdgraphError where that is no address, or a password would go there in the open."""
    check_store_address(address)
    token, user, password = (os.environ.get(name, "") for name in (TOKEN, USER, PASSWORD))
    headers = login(user, password, token)
    if headers and not is_protected(address):
        raise HrdgraphError("remote-store-login-in-the-open", host=host_of(address))
    account = (user, password) if user and not token else None
    return RemoteStore(address, project.graph_base, RemoteAccess(headers, seconds, account))


def check_store_address(address: str) -> None:
    """HrdgraphError where an address is none of a server, or has a password in it."""
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not address.isascii() or not address.isprintable() or " " in address:
        raise HrdgraphError("remote-store-address-malformed", address=address)
    if "@" in parts.netloc:
        raise HrdgraphError("remote-store-address-with-login", host=host_of(address))
