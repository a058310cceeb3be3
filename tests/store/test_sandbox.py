"""What a process may take: on Linux alone can this be said of its memory."""

from __future__ import annotations

import pytest

from hrdgraph.store import sandbox


def test_elsewhere_than_on_linux_memory_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = list[int]()
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    monkeypatch.setattr(sandbox.resource, "setrlimit", lambda kind, _: limited.append(kind))
    sandbox.limit_memory_until_told(1)
    sandbox.limit_memory(1)
    assert set(limited) == {sandbox.resource.RLIMIT_CORE}
