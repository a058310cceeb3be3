"""Without its suite a test fails before it begins, and says where to get the suite."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="module")
def suite_is_there(request: pytest.FixtureRequest) -> None:
    """The folder that the module names as SUITE or SUITES."""
    folder: Path = getattr(request.module, "SUITE", None) or request.module.SUITES
    if not folder.is_dir():
        pytest.fail(
            f"{folder} is missing: `make suites` gets it (docs/reference/conformance.md)",
            pytrace=False,
        )
