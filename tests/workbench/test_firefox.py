"""The same workbench in Firefox, by keys: a page to its facts, words selected, a cell changed and undone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.workbench.marionette import FIREFOX, Firefox
from tests.workbench.test_reading import NEWS, rows_of

pytestmark = pytest.mark.heavy


@pytest.fixture
def firefox() -> Iterator[Firefox]:
    if not FIREFOX:
        told = "no Firefox: `apt-get install firefox-esr`"
        pytest.fail(told) if os.environ.get("HRDGRAPH_BROWSER") else pytest.skip(told)
    made = Firefox()
    yield made
    made.close()


def broken(firefox: Firefox) -> list[str]:
    """What axe finds on the page that is shown, at levels A and AA."""
    axe = pytest.importorskip("axe_playwright_python")
    source = (Path(axe.__file__).parent / "axe.min.js").read_text("utf-8")
    firefox.ask("WebDriver:SetTimeouts", {"script": 60_000})
    found: list[str] = firefox.awaited(
        f"""{source}
        const wanted = {{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}};
        (window.axe || axe).run(document, wanted).then(
          (found) => done(found.violations.map((one) => one.id + " " + one.nodes[0].html.slice(0, 200))),
          (error) => done([String(error)]));"""
    )
    return found


def test_axe_finds_nothing_in_firefox(
    firefox: Firefox, workbench: Callable[..., Any], small: Path
) -> None:
    running = workbench(small)
    firefox.go(running.address)
    places = ("/?start=1", "/sources", "/build", "/findings", "/publish", "/same", "/pages")
    for path in (*places, "/nothing", "/table?source=example&table=people.csv"):
        firefox.go(running.host + path)
        firefox.until("document.readyState === 'complete'")
        assert broken(firefox) == [], path


def test_a_page_and_a_table_in_firefox(
    firefox: Firefox, workbench: Callable[..., Any], small: Path, tmp_path: Path
) -> None:
    (tmp_path / "news.html").write_text(NEWS, "utf-8")
    running = workbench(small)
    firefox.go(running.address)
    assert firefox.run("document.documentElement.lang") == "fr"
    firefox.go(running.host + "/pages")
    firefox.fill("#files", str(tmp_path / "news.html"))
    firefox.click("#drop button")
    firefox.until("!!document.querySelector('#now h2') && document.readyState === 'complete'")
    firefox.fill("#now input[name=who]", "Ada")
    firefox.run("document.activeElement.blur()")
    firefox.press("a")
    firefox.until("(document.querySelector('#now > .verdict') || {textContent: ''}).textContent.startsWith('Accepté')")  # fmt: skip
    assert rows_of(small / "data/sources/news", "person")
    firefox.until("document.readyState === 'complete' && document.activeElement.id === 'now'")
    firefox.run("document.getElementById('page-text').focus()")
    firefox.press("ArrowRight")
    firefox.press("Shift", "ArrowRight")
    firefox.until("document.getElementById('pick-words').value.includes(' ')")
    words = firefox.run("document.getElementById('pick-words').value")
    firefox.press("n")
    firefox.until("!!document.getElementById('kind')")
    assert firefox.run("document.querySelector('#now blockquote').textContent") == words
    firefox.go(running.host + "/table?source=example&table=people.csv")
    firefox.until("!!document.getElementById('cell-0-1') && document.getElementById('cell-0-1').textContent !== ''")  # fmt: skip
    before = firefox.run("document.getElementById('cell-0-1').textContent")
    firefox.run("document.getElementById('grid').focus()")
    firefox.press("ArrowRight")
    for letter in "Ada B":
        firefox.press(letter)
    firefox.press("Enter")
    firefox.until("document.getElementById('cell-0-1').textContent === 'Ada B'")
    firefox.until(
        "document.getElementById('state').textContent === 'Tout est enregistré dans le fichier.'"
    )
    assert "Ada B" in (small / "data/sources/example/people.csv").read_text("utf-8")
    firefox.click("#undo")
    firefox.until(f"document.getElementById('cell-0-1').textContent === {before!r}")
    firefox.run("document.getElementById('grid').focus()")
    firefox.press("F4")
    firefox.until("document.getElementById('evidence-box').open")
