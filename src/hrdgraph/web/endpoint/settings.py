"""How much a public endpoint gives: to one query, to one client, to all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """Bounds of an endpoint. Times are in seconds, sizes in bytes."""

    workers: int = 4  # queries at a time; one more worker stands ready, for who has used little
    timeout: float = 30.0  # of one query, from when a worker takes it
    memory: int = 512 * MIB  # that one worker may take beside what it starts with
    queue: int = 64  # requests that wait for a worker
    patience: float = 15.0  # that one of them waits
    query: int = 64 << 10  # of the text of a query
    body: int = 256 << 10  # of a request: a query in a form is percent-encoded
    depth: int = 40  # of brackets in a query
    answer: int = 256 * MIB  # of one answer
    rows: int = 1_000_000  # of one answer, or triples. 0: any number
    # of all answers that clients have not taken yet; those of one client may be as long as one
    # answer
    disk: int = 1024 * MIB
    # of an answer that are kept before its first byte is sent: most errors still get a status
    buffer: int = 256 << 10
    slow: float = 15.0  # for a client to send its request, or to take what is sent
    # of workers that one client may use at once; half as fast as time they come back. 0: any number
    client_seconds: float = 120.0
    # failed queries of one client; one comes back in two seconds. 0: any number
    client_errors: int = 60


@dataclass(frozen=True, slots=True)
class EndpointAccess:
    """Who may be asked and told what."""

    services: frozenset[str] = frozenset()  # servers that SERVICE may ask
    writable: bool = False  # for tests only: a store in memory, without any bound on who changes it
    sandbox: bool = False  # whether workers that could reach a network are refused
    log_queries: bool = False
    # the path below the top of the server where the data set is described, if it is
    described: str = ""
    editor: str = ""  # and the page where a person writes queries, if there is one
