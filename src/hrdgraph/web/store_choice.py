"""A served build → what answers its queries: its own store, or the server that it was pushed to."""

from __future__ import annotations

import logging
from typing import Final

from hrdgraph.errors import HrdgraphError
from hrdgraph.store.oxigraph import KNOWN_PREFIXES
from hrdgraph.store.remote_reader import RemoteReader
from hrdgraph.store.remote_session import RemoteStore, told_to_workers
from hrdgraph.web.endpoint.service import Build
from hrdgraph.web.served_builds import ServedBuild

_LOG: Final = logging.getLogger("hrdgraph.web")


def build_of(served: ServedBuild, remote: RemoteStore | None) -> Build:
    """What the endpoint is told to answer from."""
    if remote is None:
        return Build(served.store, served.digest, KNOWN_PREFIXES)
    return Build(None, served.digest, KNOWN_PREFIXES, told_to_workers(remote, served.source))


def is_elsewhere(remote: RemoteStore | None, digest: str) -> bool:
    """Whether the server that is asked has a build; true where none is asked."""
    if remote is None:
        return True
    try:
        return RemoteReader(remote, digest=digest).record.digest == digest
    except HrdgraphError as error:
        _LOG.debug("the build is not on the server yet: %s", error)
        return False
