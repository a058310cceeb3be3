"""Paths of the shipped data, and of the texts that stay outside the repository."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ROOT, SHARED


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> Path:
    return ROOT / "data" / "sources"


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """A file of what is not shipped; the test fails, with the way out, where it is missing."""

    def find(name: str) -> Path:
        if not (SHARED / name).exists():
            pytest.fail(
                f"{SHARED / name} is missing. Put the shared folder beside the repository, or name it: HRDGRAPH_SHARED=DIR make test"
            )
        return SHARED / name

    return find


@pytest.fixture(scope="session")
def rows() -> Callable[[Path], list[dict[str, str]]]:
    """The rows of a CSV file, by the names of its columns."""

    def read(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read
