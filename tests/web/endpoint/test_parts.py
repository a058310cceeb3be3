"""The parts of an endpoint by themselves: turns, budgets, spools, formats."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.endpoint.conftest import alive

from hrdgraph.errors import ProjectError
from hrdgraph.web.endpoint.limits import Budget
from hrdgraph.web.endpoint.negotiation import FORMS, choose, matches, takes_gzip
from hrdgraph.web.endpoint.pool import Charge, Full, Pool, Worker
from hrdgraph.web.endpoint.service import Spool, TooLarge


@given(st.lists(st.binary(max_size=400_000), max_size=12), st.integers(0, 12))
def test_a_spool_gives_back_what_was_put(parts: list[bytes], read_early: int) -> None:
    async def run() -> bytes:
        spool = Spool(1 << 30)
        for part in parts[:read_early]:
            spool.write(part)
        reading = asyncio.ensure_future(_all(spool))
        await asyncio.sleep(0)
        for part in parts[read_early:]:
            spool.write(part)
        spool.end()
        got = await reading
        spool.close()
        return got

    assert asyncio.run(run()) == b"".join(parts)


async def _all(spool: Spool) -> bytes:
    return b"".join([part async for part in spool.parts()])


def test_a_spool_never_ends_well_after_an_error() -> None:
    async def run() -> None:
        spool = Spool(100)
        spool.write(b"x" * 90)
        await spool.settle(50)
        with pytest.raises(TooLarge):
            spool.write(b"x" * 20)
        spool.end(TooLarge())
        spool.end()
        with pytest.raises(TooLarge):
            await _all(spool)
        with pytest.raises(TooLarge):
            await spool.settle(None)

    asyncio.run(run())


def test_budgets_come_back_with_time() -> None:
    now = [0.0]
    budget = Budget(10, 3, clock=lambda: now[0])
    one, other = budget.client("192.0.2.1"), budget.client("192.0.2.2")
    budget.charge(one, seconds=25)
    assert (budget.wait(one), budget.wait(other)) == (31, 0)
    now[0] += 31
    assert budget.wait(one) == 0
    for _ in range(3):
        budget.charge(other, errors=1)
    assert budget.wait(other) == 2
    now[0] += 2
    assert budget.wait(other) == 0


def test_clients_are_not_kept_by_address() -> None:
    budget = Budget(1, 1)
    assert budget.client("2001:db8:1:2::1") == budget.client("2001:db8:1:2:ffff::9")
    assert budget.client("2001:db8:1:3::1") != budget.client("2001:db8:1:2::1")
    assert "192" not in budget.client("192.0.2.1")
    assert Budget(1, 1).client("192.0.2.1") != budget.client("192.0.2.1")


def test_no_bound_is_no_bound() -> None:
    budget = Budget(0, 0)
    budget.charge("x", seconds=1e9, errors=10**6)
    assert budget.wait("x") == 0


def test_turns_go_round_and_the_last_worker_is_for_who_has_none(built: Path) -> None:
    async def run() -> None:
        pool = Pool(Charge(built / "build" / "store", {}, 1 << 28), 1, 4)
        await pool.start()
        first = await pool.acquire("many", 5)
        greedy = [asyncio.ensure_future(pool.acquire("many", 5)) for _ in range(3)]
        other = await pool.acquire("one", 5)  # the second worker, which "many" does not get
        await asyncio.sleep(0.05)
        assert not any(turn.done() for turn in greedy)
        late = asyncio.ensure_future(pool.acquire("late", 5))
        await asyncio.sleep(0)
        more = asyncio.ensure_future(
            pool.acquire("more", 5)
        )  # all places are taken: the last of who has most goes
        with pytest.raises(Full):
            await greedy.pop()
        with pytest.raises(Full):
            await pool.acquire("many", 5)
        pool.release("one", other, whole=True)
        pool.release("late", await late, whole=True)
        assert not any(turn.done() for turn in greedy)
        pool.release("more", await more, whole=True)
        pool.release("many", first, whole=True)
        worker = await greedy[0]
        pool.release("many", worker, whole=False)  # killed, and replaced
        pool.release("many", await greedy[1], whole=True)
        heavy = await pool.acquire("heavy", 5, used=60)
        with pytest.raises(Full):
            await pool.acquire("heavier", 0.05, used=70)
        await pool.acquire("light", 5, used=0.1)
        with pytest.raises(Full):
            await pool.acquire("lighter", 0.05)
        turns = [
            asyncio.ensure_future(pool.acquire(name, 5, used))
            for name, used in (("a", 9.0), ("b", 0.5))
        ]
        await asyncio.sleep(0)
        pool.release("heavy", heavy, whole=True)
        await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
        assert [turn.done() for turn in turns] == [False, True]  # who has used less
        turns[0].cancel()
        numbers = pool.processes
        await pool.close()
        assert numbers
        assert not any(alive(number) for number in numbers)
        with pytest.raises(Full):
            await pool.acquire("a", 5)

    asyncio.run(run())


def test_a_store_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be read"):
        asyncio.run(Worker.start(Charge(tmp_path / "none", {}, 1 << 28)))


@given(st.text(max_size=60))
def test_no_accept_header_breaks(accept: str) -> None:
    for offers in FORMS.values():
        assert choose(accept, offers) in (None, *offers)
    takes_gzip(accept)
    matches(accept, 'W/"x"')


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_the_better_liked_wins(one: float, two: float) -> None:
    media = choose(
        f"text/csv;q={one:.4f}, application/sparql-results+xml;q={two:.4f}", FORMS["solutions"]
    )
    assert media is not None
    assert media.name == ("csv" if round(one, 4) > round(two, 4) else "xml")
