"""Bound what the endpoint gives to one query and to one client, and guess what a query costs."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hrdgraph.store.tokens import tokens_of

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
    sandbox: bool = False  # whether workers that could reach a network are refused
    log_queries: bool = False
    # the path below the top of the server where the data set is described, if it is
    described: str = ""
    editor: str = ""  # and the page where a person writes queries, if there is one


_CLIENTS: Final = 10_000  # remembered; whoever was not seen for longest is forgotten
_SECONDS_BACK: Final = 0.5  # worker seconds that come back in a second
_ERRORS_BACK: Final = 0.5  # failed queries that are forgiven in a second


@dataclass(slots=True)
class _Usage:
    seconds: float
    errors: float
    when: float


class Budget:
    """What is left to each client. Clients are kept as keyed digests, in memory only: nobody can
    read addresses from them."""

    def __init__(
        self, seconds: float, errors: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._errors = errors
        self._clock = clock
        self._key = os.urandom(16)
        self._used: OrderedDict[str, _Usage] = OrderedDict()

    def client(self, host: str) -> str:
        """Name a client: all of an IPv6 network of one subscriber is one client."""
        try:
            address = ipaddress.ip_address(host)
            if address.version == 6:
                host = str(ipaddress.ip_network((address, 64), strict=False))
        except ValueError:
            pass
        return hashlib.blake2b(
            host.encode("utf-8", "replace"), key=self._key, digest_size=12
        ).hexdigest()

    def wait(self, client: str) -> int:
        """Seconds until this client may ask again; 0 for at once."""
        used = self._now(client)
        waits = [0.0]
        if self._seconds and used.seconds >= self._seconds:
            waits.append((used.seconds - self._seconds) / _SECONDS_BACK + 1)
        if self._errors and used.errors > self._errors - 1:
            waits.append((used.errors + 1 - self._errors) / _ERRORS_BACK)
        return math.ceil(max(waits))

    def used(self, client: str) -> float:
        """Seconds of workers that a client has used and that have not come back."""
        return self._now(client).seconds

    def charge(self, client: str, *, seconds: float = 0.0, errors: int = 0) -> None:
        """Note what a client has used."""
        used = self._now(client)
        used.seconds += seconds
        used.errors += errors

    def _now(self, client: str) -> _Usage:
        now = self._clock()
        used = self._used.setdefault(client, _Usage(0.0, 0.0, now))
        self._used.move_to_end(client)
        passed, used.when = now - used.when, now
        used.seconds = max(0.0, used.seconds - passed * _SECONDS_BACK)
        used.errors = max(0.0, used.errors - passed * _ERRORS_BACK)
        if len(self._used) > _CLIENTS:
            self._used.popitem(last=False)
        return used


_SHAPES: Final = 5_000  # remembered; what was not asked for longest is forgotten
_SHORT: Final = 0.25  # seconds of a processor up to which a query is cheap
_WEIGHT: Final = 0.3  # of the last run: one that was dear by chance is forgiven in two
_LOOKED_AT: Final = 2_000  # characters of a text that has a shape; a longer one is its own
_TERM: Final = "[vi]"
_ONE_PATTERN: Final = re.compile(
    r"(?: BASE i| PREFIX ii)*"
    r"(?: SELECT (?: DISTINCT )?(?:\*|v+|v*\( COUNT \([*v]\) AS v\))"
    rf"| ASK | CONSTRUCT (?:\{{{_TERM}{{3}}\.?\}})?| DESCRIBE i)"
    rf"(?:(?: WHERE )?\{{{_TERM}{_TERM}(?:{_TERM}|tg?)\.?\}})?"
    r"(?: GROUP  BY v+)?(?: LIMIT n)?(?: OFFSET n)?"
)
_LETTERS: Final = {"var": "v", "iri": "i", "name": "i", "text": "t", "tag": "g", "number": "n"}


class Cost(IntEnum):
    """What a query is likely to cost. It decides who goes first, never who is answered."""

    CHEAP = 0
    UNKNOWN = 1
    DEAR = 2


class QueryCosts:
    """What the queries of each shape cost of late. A shape is the text without its IRIs, its
    literals and its numbers, and is kept as a digest, in memory only."""

    def __init__(self) -> None:
        self._dear: OrderedDict[bytes, float] = OrderedDict()  # the share of runs that were dear

    def guess(self, text: str) -> Cost:
        """Guess what a query costs."""
        share = self._dear.get(_shape(text))
        if share is None:
            return Cost.CHEAP if _is_look_up(text) else Cost.UNKNOWN
        return Cost.DEAR if share > 0.5 else Cost.CHEAP

    def learn(self, text: str, seconds: float) -> None:
        """Take up what a query cost, in seconds of a processor."""
        shape, dear = _shape(text), float(seconds > _SHORT)
        before = self._dear.get(shape, dear)
        self._dear[shape] = before + _WEIGHT * (dear - before)
        self._dear.move_to_end(shape)
        if len(self._dear) > _SHAPES:
            self._dear.popitem(last=False)


def _shape(text: str) -> bytes:
    plain = text
    if len(text) <= _LOOKED_AT:
        blanks = {"iri": "<", "text": '"', "number": "0"}
        plain = " ".join(blanks.get(token.kind, token.text) for token in tokens_of(text))
    return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=16).digest()


def _is_look_up(text: str) -> bool:
    """Tell whether a query has one pattern, so that it reads each statement once at most."""
    if len(text) > _LOOKED_AT:
        return False
    letters = (
        f" {token.text} "
        if token.kind == "word" and token.text != "a"
        else "i"
        if token.kind == "word"
        else _LETTERS.get(token.kind, token.text)
        for token in tokens_of(text)
    )
    return _ONE_PATTERN.fullmatch("".join(letters)) is not None
