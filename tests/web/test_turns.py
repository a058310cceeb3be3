"""Turns of threads: whoever asks for much waits for who asks for little, and what waits has bounds."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from hrdgraph.web.endpoint.limits import Budget
from hrdgraph.web.endpoint.negotiation import Problem
from hrdgraph.web.endpoint.service import Disk, DiskFull, Spool
from hrdgraph.web.turns import Turns, Visited, client_of_request, in_turn


def test_who_asks_for_much_does_not_keep_who_asks_for_little_waiting() -> None:
    async def run() -> None:
        turns, order = Turns(Budget(0, 0)), []
        many = [
            asyncio.ensure_future(turns.run("many", lambda: time.sleep(0.05))) for _ in range(30)
        ]
        await asyncio.sleep(0.01)
        started = time.monotonic()
        await asyncio.gather(
            *(turns.run(name, lambda name=name: order.append(name)) for name in ("a", "b", "c"))
        )  # type: ignore[misc]
        assert time.monotonic() - started < 0.5
        assert sum(task.done() for task in many) < 15
        for task in many:
            task.cancel()
        await asyncio.gather(*many, return_exceptions=True)
        assert await turns.run("many", lambda: 7) == 7
        turns.close()

    asyncio.run(run())


def test_two_pieces_of_one_client_are_never_at_work_at_once() -> None:
    at_work, most = [0], [0]

    def work() -> None:
        at_work[0] += 1
        most[0] = max(most[0], at_work[0])
        time.sleep(0.01)
        at_work[0] -= 1

    async def run() -> None:
        turns = Turns(Budget(0, 0))
        await asyncio.gather(*(turns.run("one", work) for _ in range(8)))
        turns.close()

    asyncio.run(run())
    assert most == [1]


def test_what_waits_and_what_is_used_have_bounds() -> None:
    async def run() -> None:
        hold, turns = threading.Event(), Turns(Budget(5, 0))
        held = [asyncio.ensure_future(turns.run("many", hold.wait)) for _ in range(49)]
        await asyncio.sleep(0.01)
        with pytest.raises(Problem) as caught:
            await turns.run("many", hold.wait)
        assert caught.value.status == 503
        hold.set()
        await asyncio.gather(*held)
        turns._budget.charge("many", seconds=50)
        with pytest.raises(Problem) as caught:
            await turns.run("many", hold.wait)
        assert caught.value.status == 429
        turns.close()

    asyncio.run(run())


def test_an_error_and_a_cancelled_piece_give_the_turn_back() -> None:
    async def run() -> None:
        turns, hold = Turns(Budget(0, 0)), threading.Event()
        with pytest.raises(ZeroDivisionError):
            await turns.run("a", lambda: 1 / 0)
        gone = asyncio.ensure_future(turns.run("a", lambda: hold.wait(0.05)))
        await asyncio.sleep(0.01)
        gone.cancel()
        assert await turns.run("a", lambda: "next") == "next"
        turns.close()

    asyncio.run(run())


def test_a_client_has_so_many_requests_open() -> None:
    async def run() -> None:
        seen: list[str] = []
        release = asyncio.Event()

        async def app(_scope: object, _receive: object, _send: object) -> None:
            seen.append(await in_turn(client_of_request, "nobody"))
            await release.wait()

        visited, statuses = Visited(app, Budget(0, 0)), []  # type: ignore[arg-type]

        async def send(message: dict[str, object]) -> None:
            statuses.append(message.get("status"))

        async def receive() -> dict[str, object]:
            return {"type": "http.disconnect"}

        scope = {"type": "http", "client": ("192.0.2.1", 1), "method": "GET"}
        scope |= {"headers": [], "query_string": b""}
        tasks = [asyncio.ensure_future(visited(scope, receive, send)) for _ in range(60)]  # type: ignore[arg-type]
        while len(seen) < 48:
            await asyncio.sleep(0.01)
        assert statuses.count(429) == 12
        assert len(set(seen)) == 1
        assert "192" not in seen[0]
        await asyncio.sleep(0)
        release.set()
        await asyncio.gather(*tasks)
        assert not visited._open

    asyncio.run(run())


def test_what_answers_take_on_disk_is_bounded_and_given_back() -> None:
    disk = Disk(3 << 20, 2 << 20)

    async def run() -> None:
        full = Spool(1 << 30, disk.share("a"))
        for _ in range(5):
            full.write(b"x" * (400 << 10))
        with pytest.raises(DiskFull):
            full.write(b"x" * (400 << 10))
        other = Spool(1 << 30, disk.share("b"))
        other.write(b"x" * (400 << 10))
        with pytest.raises(DiskFull):
            other.write(b"x" * (1 << 20))
        full.close()
        full.close()
        other.write(b"x" * (1 << 20))
        other.close()
        assert not disk._used

    asyncio.run(run())
