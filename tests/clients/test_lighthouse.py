"""Five templates as Lighthouse sees them, on the phone that it imitates: at least 95 of 100 for performance, accessibility, best
practices and search. Prints a table of what it found."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.clients.conftest import Node
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS
from tests.web.endpoint.conftest import Running

pytestmark = pytest.mark.heavy

LEAST: Final = 95
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
TEMPLATES: Final = {
    "home": "fr/",
    "person": "fr/id/person/Igor_Kalyapin",
    "award": "es/id/award/martin-ennals-award",
    "list": "en/list/person",  # what is narrowed down by facets is left to no search engine
    "answer": "fr/queries/winners-of-several",
}
_TRIES: Final = 3  # a busy machine makes a page look slow: the best run counts


@pytest.fixture(scope="module")
def site(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that knows its address, as one that the public finds."""
    folder = tmp_path_factory.mktemp("lighthouse") / "project"
    shutil.copytree(built, folder, copy_function=os.link)
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    running = Running(folder, "--port", str(port), public_url=f"http://127.0.0.1:{port}/")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def scores(request: pytest.FixtureRequest) -> Iterator[dict[str, dict[str, Any]]]:
    """What each template got; printed when all have been looked at."""
    found: dict[str, dict[str, Any]] = {}
    yield found
    if found:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("\n" + "\n".join(_table(found)))


def _table(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield f"{'':8}" + "".join(f"{name:>16}" for name in CATEGORIES) + "  LCP, CLS, TBT"
    for name, told in found.items():
        cells = "".join(f"{told[category]:>16}" for category in CATEGORIES)
        yield f"{name:8}{cells}  {told['paint']}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_lighthouse_gives_95_in_all_four(
    site: Running, node: Node, scores: dict[str, dict[str, Any]], name: str, tmp_path: Path
) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    if not node.tool("lighthouse").exists():
        pytest.skip("no Lighthouse: make clients")
    runs = list[dict[str, Any]]()
    for _ in range(_TRIES):
        runs.append(_looked_at(node, f"{site.address}/{TEMPLATES[name]}", tmp_path))
        if min(runs[-1][category] for category in CATEGORIES) >= LEAST:
            break
    best = max(runs, key=lambda run: min(run[category] for category in CATEGORIES))
    scores[name] = best
    assert min(best[category] for category in CATEGORIES) >= LEAST, best


def _looked_at(node: Node, address: str, folder: Path) -> dict[str, Any]:
    """The points of each category, what is below its best, and how fast the page was painted."""
    file, flags = folder / "report.json", " ".join(("--headless=new", *CHROMIUM_OPTIONS))
    options = [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", "--quiet"]
    node.run(
        "env", f"CHROME_PATH={CHROMIUM}", node.tool("lighthouse"), address, "--output=json", f"--output-path={file}", *options,
        "--no-enable-error-reporting",
    )  # fmt: skip
    report = json.loads(file.read_text("utf-8"))
    audits, kinds = report["audits"], report["categories"]
    assert all(kinds[category]["score"] is not None for category in CATEGORIES), report["runWarnings"]  # fmt: skip
    measured = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
    weighed = [ref["id"] for kind in kinds.values() for ref in kind["auditRefs"] if ref["weight"]]
    return {
        **{category: round(kinds[category]["score"] * 100) for category in CATEGORIES},
        "paint": ", ".join(str(audits[each].get("displayValue", "")) for each in measured),
        "below": [each for each in weighed if (audits[each]["score"] or 0) < 0.9 and audits[each]["score"] is not None],
    }  # fmt: skip
