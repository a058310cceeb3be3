"""docs/reference/clients.md says the versions that are installed, and names tests that are there."""

from __future__ import annotations

import json
import re

import pytest
from tests.clients.conftest import HERE
from tests.conftest import ROOT

PAGE = (ROOT / "docs/reference/clients.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")][1:]  # fmt: skip
PACKAGES: dict[str, str] = json.loads((HERE / "node/package.json").read_text())["dependencies"]
NAMES = {
    "Comunica": "@comunica/query-sparql", "Yasgui": "@triply/yasgui", "TypeScript": "typescript", "N3.js": "n3", "jsonld.js": "jsonld",
}  # fmt: skip
PINNED = dict(re.findall(r"^([\w-]+)(?:\[\w+\])?==(\S+)$", (HERE / "requirements.txt").read_text(), re.M))  # fmt: skip
TOLD = {row[0]: row[1] for row in ROWS}


def test_every_client_that_is_installed_is_told_with_its_version() -> None:
    for name, version in TOLD.items():
        known = PACKAGES.get(NAMES.get(name, name)) or PINNED.get(name.lower())
        assert known in (None, version), name
    assert {"Comunica", "Yasgui", "Jena", "roc-validator"} <= TOLD.keys()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_every_row_names_its_test(row: list[str]) -> None:
    assert len(row) == 4
    for path in re.findall(r"`([\w/]+\.py)`", row[3]):
        assert (ROOT / path).is_file()


def test_no_address_of_a_registry_is_written() -> None:
    for path in HERE.rglob("*"):
        if path.is_file() and path.suffix in (".json", ".txt", ".npmrc"):
            assert "://" not in path.read_text("utf-8")
