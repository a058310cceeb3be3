"""Paths of the shipped data, and its tables as rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from tests.conftest import ROOT

# copies for tests are no sources: the same pages stand at these addresses for everybody
PUBLIC: Final = {
    "https://web.dev.ohchr.un-icc.cloud/": "https://www.ohchr.org/",
    "https://metis-preview-portal.eanadev.org/": "https://www.europeana.eu/",
    "https://metis-publish-portal.eanadev.org/": "https://www.europeana.eu/",
    "https://preview.auswaertiges-amt.de/blueprint/servlet/": "https://www.auswaertiges-amt.de/",
    "https://digital-staging.thehill.com/": "https://thehill.com/",
    "https://staging.rferl.org/": "https://www.rferl.org/",
    "https://qa.philanthropynewsdigest.org/": "https://philanthropynewsdigest.org/",
    "https://irishtimes-irishtimes-prod.web.arc-cdn.net/": "https://www.irishtimes.com/",
    "https://voa.pangea-cms.com/preview/en-US/": "https://www.voanews.com/",
}


def published(text: str) -> str:
    """The text with the public addresses of pages that were read on a server for tests."""
    for copy, page in PUBLIC.items():
        text = text.replace(copy, page)
    return text


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> Path:
    return ROOT / "data" / "sources"


@pytest.fixture(scope="session")
def rows() -> Callable[[Path], list[dict[str, str]]]:
    """The rows of a CSV file, by the names of its columns."""

    def read(path: Path) -> list[dict[str, str]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read
