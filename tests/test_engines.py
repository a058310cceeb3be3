"""An engine is found by its address among the packages that are installed, and its absence is an error with a way out."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from hrdgraph import engines
from hrdgraph.errors import MappingError


def open_only_tortoise(address: str, memory: int, jobs: int) -> object | None:
    return (address, memory, jobs) if address == "tortoise" else None


def install(monkeypatch: pytest.MonkeyPatch, *entries: EntryPoint) -> None:
    monkeypatch.setattr(engines, "entry_points", lambda **_: entries)


def test_the_package_that_knows_an_address_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("slow", "tests.test_engines:open_only_tortoise", engines.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda _: open_only_tortoise)
    install(monkeypatch, entry)
    assert engines.find_engine("tortoise", 1 << 20, 2) == ("tortoise", 1 << 20, 2)
    with pytest.raises(MappingError) as caught:
        engines.find_engine("hare", 1 << 20, 2)
    assert caught.value.code == "not-known-here"


def test_without_a_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)
    with pytest.raises(MappingError) as caught:
        engines.find_engine("sail", 1 << 20, 2)
    assert caught.value.code == "not-known-here"
    assert "hrdgraph-cluster" in caught.value.hint
