"""What a process may take: never more than it was given, and less where no kernel ends it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hrdgraph.processes import bounds, child_process

TAKEN_AWAY = Path(__file__).parents[1] / "windows" / "taken_away"
_END = """
from hrdgraph.processes.bounds import limit_memory, limit_time
{limit}
while True:
    held = [bytes(1 << 20) for _ in range({count})]
"""


@pytest.mark.parametrize(
    ("limit", "count", "bound"),
    [("limit_memory(200 << 20)", 2_000, child_process.MEMORY), ("limit_time(0)", 1, "time")],
)
def test_a_process_is_ended_where_no_kernel_does_it(limit: str, count: int, bound: str) -> None:
    """It says by its exit code which bound it has run into."""
    ended = subprocess.run(
        [sys.executable, "-c", _END.format(limit=limit, count=count)],
        env=child_process.environment() | {"PYTHONPATH": str(TAKEN_AWAY)}, timeout=60, check=False,
    )  # fmt: skip
    assert child_process.bound_reached(ended.returncode) == bound


@pytest.mark.parametrize(
    ("given", "soft"), [(1, 1), (1_000_000, 1_052), (bounds.resource.RLIM_INFINITY, 1_052)]
)
def test_time_is_taken_within_what_the_process_was_given(
    given: int, soft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = list[tuple[int, int]]()
    monkeypatch.setattr(bounds.time, "process_time", lambda: 50.0)  # what it has taken so far
    monkeypatch.setattr(bounds.resource, "getrlimit", lambda _: (given, given))
    monkeypatch.setattr(bounds.resource, "setrlimit", lambda _, limits: limited.append(limits))
    bounds.limit_time(1_000)
    assert limited == [(soft, given)]
