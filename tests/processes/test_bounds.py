"""What a process may take: never more than it was given, and less where no kernel ends it."""

from __future__ import annotations

import struct
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


@pytest.mark.sampled(1)
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


def answer_of(code: bytes, machine: int, call: int) -> int:
    """What the kernel does with a system call under a filter: a machine of the four instructions that it uses."""
    steps, at, loaded = list(struct.iter_unpack("HBBI", code)), 0, 0
    while True:
        kind, jump, other, value = steps[at]
        if kind == 0x20:  # load the word at this place of: number of the call, machine
            loaded = {0: call, 4: machine}[value]
        elif kind == 0x06:
            return int(value)
        else:
            at += jump if (loaded == value if kind == 0x15 else loaded >= value) else other
        at += 1


@pytest.mark.parametrize("machine", bounds._CALLS)
def test_a_filter_refuses_its_calls_and_no_others(machine: str) -> None:
    """EACCES for each call by which a process reaches out; other machines and x32 count otherwise, and get no further."""
    number, calls = bounds._CALLS[machine]
    code = bounds._filter(number, calls)
    refused = {call for call in range(1000) if answer_of(code, number, call) == 0x5000D}
    assert refused == {*calls}
    assert {answer_of(code, number, call) for call in {*range(1000)} - refused} == {0x7FFF0000}
    assert answer_of(code, number, 0x40000000) == answer_of(code, number, 0x40000029) == 0x5000D
    others = (0, number + 1, *(of for of, _ in bounds._CALLS.values() if of != number))
    assert {answer_of(code, of, call) for of in others for call in (0, *calls)} == {0x80000000}


_REACH = """
import errno, os, socket, subprocess, sys
from hrdgraph.processes.bounds import block_network_and_programs
one = socket.socket()
if not block_network_and_programs():
    sys.exit(3)
ways = (
    socket.socket, socket.socketpair, lambda: one.bind(("127.0.0.1", 0)), lambda: one.connect(("127.0.0.1", 9)),
    one.listen, lambda: os.execv("/bin/true", ["true"]), lambda: subprocess.run(["/bin/true"]),
)
for number, way in enumerate(ways):
    try:
        way()
        print("went through", number)
    except OSError as error:
        print(end="" if error.errno == errno.EACCES else f"{number} {error} ")
with open(sys.executable, "rb") as file:
    print("opens", len(file.read(4)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux")
def test_a_process_that_is_kept_in_reaches_nothing_and_still_opens_files() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _REACH], env=child_process.environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "opens 4\n", "")
