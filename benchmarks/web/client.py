"""Many clients of an HTTP server in one process, each with an address of its own: requests into
latencies and outcomes."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

HEAD = (
    "GET {path}?query={query} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: "
    "application/sparql-results+json\r\n\r\n"
)


@dataclass
class Seen:
    """What the clients met. Latencies are in seconds, of right answers only."""

    latencies: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    hostile: Counter[str] = field(default_factory=Counter)


class Broken(Exception):
    """The connection ended before the answer did."""


async def ask(
    host: str, port: int, path: str, query: str, source: str, line: list
) -> tuple[int, bytes]:
    """One request, on the connection in `line` where there is one."""
    if not line:
        line.extend(await asyncio.open_connection(host, port, local_addr=(source, 0)))
    reader, writer = line
    try:
        writer.write(HEAD.format(path=path, query=quote(query), host=host, port=port).encode())
        status = int((await reader.readuntil(b"\r\n")).split()[1])
        headers = {}
        while (text := await reader.readuntil(b"\r\n")) != b"\r\n":
            name, _, value = text.partition(b":")
            headers[name.lower()] = value.strip().lower()
        body = await _body(reader, headers)
    except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
        writer.close()
        line.clear()
        raise Broken from error
    if headers.get(b"connection") == b"close":
        writer.close()
        line.clear()
    return status, body


async def _body(reader: asyncio.StreamReader, headers: Mapping[bytes, bytes]) -> bytes:
    if headers.get(b"transfer-encoding") != b"chunked":
        return await reader.readexactly(int(headers.get(b"content-length", b"0")))
    parts = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)


async def load(
    address: tuple[str, int, str],
    right: Mapping[str, object],
    canon,
    hostile: Sequence[str],
    clients: int,
    enemies: int,
    seconds: float,
) -> Seen:
    """Let clients ask for some time, with pauses; some of them mean harm."""
    seen, end = Seen(), time.perf_counter() + seconds
    jobs = [
        _client(address, right, canon, number, end, seen) for number in range(clients - enemies)
    ]
    jobs += [_enemy(address, hostile, number, end, seen) for number in range(enemies)]
    await asyncio.gather(*jobs)
    return seen


async def _client(address, right, canon, number: int, end: float, seen: Seen) -> None:
    chance, line, source = random.Random(number), [], f"127.0.1.{number + 1}"
    queries = list(right)
    await asyncio.sleep(chance.random())
    while time.perf_counter() < end:
        query = chance.choice(queries)
        began = time.perf_counter()
        outcome = await _outcome(
            address, query, source, line, lambda body, query=query: canon(body) == right[query]
        )
        seen.outcomes[outcome] += 1
        if outcome == "right":
            seen.latencies.append(time.perf_counter() - began)
        await asyncio.sleep(chance.random())
    if line:
        line[1].close()


async def _outcome(address, query: str, source: str, line: list, is_right) -> str:
    try:
        async with asyncio.timeout(60):
            status, body = await ask(*address, query, source, line)
    except Broken:
        return "broken off"
    except (TimeoutError, OSError):
        line.clear()
        return "no answer"
    if status != 200:
        return str(status)
    try:
        return "right" if is_right(body) else "WRONG"
    except ValueError:
        return "WRONG"


async def _enemy(address, hostile: Sequence[str], number: int, end: float, seen: Seen) -> None:
    chance, line, source = random.Random(f"enemy{number}"), [], f"127.0.2.{number + 1}"
    while time.perf_counter() < end and hostile:
        seen.hostile[
            await _outcome(address, chance.choice(hostile), source, line, lambda _: True)
        ] += 1
        await asyncio.sleep(0.5)
