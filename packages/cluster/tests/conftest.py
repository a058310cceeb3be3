"""An engine for tests: one Sail for all of them, or a visible skip where it is not installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path += [str(HERE), str(ROOT)]  # what these tests share, and what all tests share

from support import LIMITS, lines_in  # noqa: E402
from tests import parts  # noqa: E402
from tests.conftest import pytest_collection_modifyitems  # noqa: E402, F401

parts.register_profiles()


@pytest.fixture(scope="session")
def sail() -> Iterator[Any]:
    """A session of an embedded Sail."""
    pytest.importorskip("pysail", reason="needs pip install 'hrdgraph-cluster[sail]'")
    from hrdgraph_cluster.session import session_on

    with session_on("sail", LIMITS) as session:
        yield session


@pytest.fixture
def mapped(sail: Any, tmp_path: Path) -> Callable[..., list[str]]:
    """Runs a plan on Sail, and gives its lines."""
    from hrdgraph_cluster.mapping_job import JobOptions, map_on

    count = iter(range(1000))

    def lines(plan: Any, **options: Any) -> list[str]:
        folder = tmp_path / f"out-{next(count)}"
        map_on(plan, folder, JobOptions("sail", LIMITS, **options), sail)
        return lines_in(folder)

    return lines
