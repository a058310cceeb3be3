"""What each client has used into whether it may go on: worker seconds and failed queries, which
come back with time."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import os
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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
        """The name under which a client is kept: all of an IPv6 network of one subscriber is one
        client."""
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
