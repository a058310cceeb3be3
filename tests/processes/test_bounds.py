"""What a process may take: on Linux alone can this be said of its memory; never more than it was given."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from hrdgraph.processes import bounds


def test_elsewhere_than_on_linux_memory_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = list[int]()
    monkeypatch.setattr(bounds.sys, "platform", "darwin")
    monkeypatch.setattr(bounds.resource, "setrlimit", lambda kind, _: limited.append(kind))
    bounds.limit_memory_until_told(1)
    bounds.limit_memory(1)
    assert set(limited) == {bounds.resource.RLIMIT_CORE}


@pytest.mark.parametrize(
    ("given", "soft"), [(1, 1), (1_000_000, 1_052), (bounds.resource.RLIM_INFINITY, 1_052)]
)
def test_time_is_taken_within_what_the_process_was_given(
    given: int, soft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = list[tuple[int, int]]()
    used = SimpleNamespace(ru_utime=40.5, ru_stime=9.5)  # what it has taken so far
    monkeypatch.setattr(bounds.resource, "getrusage", lambda _: used)
    monkeypatch.setattr(bounds.resource, "getrlimit", lambda _: (given, given))
    monkeypatch.setattr(bounds.resource, "setrlimit", lambda _, limits: limited.append(limits))
    bounds.limit_time(1_000)
    assert limited == [(soft, given)]
