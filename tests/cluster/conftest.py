"""An engine for tests: one Sail for all of them, or a visible skip where it is not installed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.cluster.session import EngineLimits

LIMITS = EngineLimits(512 << 20, 2)


def lines_in(folder: Path) -> list[str]:
    """The lines of a bulk folder, as its manifest names the parts; sorted."""
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = [gzip.decompress((folder / part["name"]).read_bytes()) for part in manifest["parts"]]
    lines = [line for part in parts for line in part.decode().split("\n") if line]
    assert len(lines) == manifest["statements"]
    assert {part["name"] for part in manifest["parts"]} == {p.name for p in folder.glob("part-*")}
    return sorted(lines)


@pytest.fixture(scope="session")
def sail() -> Iterator[Any]:
    """A session of an embedded Sail."""
    pytest.importorskip("pysail", reason="needs the extra sail: pip install 'hrdgraph[sail]'")
    from hrdgraph.cluster.session import session_on

    with session_on("sail", LIMITS) as session:
        yield session


@pytest.fixture
def mapped(sail: Any, tmp_path: Path) -> Callable[..., list[str]]:
    """Runs a plan on Sail, and gives its lines."""
    from hrdgraph.cluster.mapping_job import JobOptions, map_on

    count = iter(range(1000))

    def lines(plan: Any, **options: Any) -> list[str]:
        folder = tmp_path / f"out-{next(count)}"
        map_on(plan, folder, JobOptions("sail", LIMITS, **options), sail)
        return lines_in(folder)

    return lines
