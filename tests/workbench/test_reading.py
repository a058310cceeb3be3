"""A page to its facts in a real browser, by keys: proposals accepted, refused, mended and taken back; rows made of words that are selected."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.workbench.test_stories import built, quiet, until

pytestmark = pytest.mark.heavy

NEWS = (
    "<html lang=en><title>News</title><p>Ada Example won the Example Award in 2023.</p>"
    "<p>Ada Example was arrested in Goma on 4 March 2021. The police took her papers from her office.</p>"
)
SELECT = """(words) => {
  const line = [...document.querySelectorAll('#page-text [data-at]')].find((one) => one.textContent.includes(words));
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT); const at = line.textContent.indexOf(words);
  const range = document.createRange(); let passed = 0, node;
  while ((node = walker.nextNode())) {
    const end = passed + node.length;
    if (passed <= at && at < end) range.setStart(node, at - passed);
    if (passed < at + words.length && at + words.length <= end) range.setEnd(node, at + words.length - passed);
    passed = end;
  }
  const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
  document.getElementById('page-text').dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
}"""


def read_page(page: Any, path: Path, room: str = "Pages") -> None:
    page.click(f"nav >> text={room}")
    page.set_input_files("#files", str(path))
    page.wait_for_selector("#now h2", timeout=120_000)


def key(page: Any, name: str) -> str:
    """Press a key of the page, outside of any field; what is told after it."""
    page.evaluate("document.activeElement.blur()")
    with page.expect_navigation(timeout=20_000):
        page.keyboard.press(name)
    page.wait_for_load_state()
    told = page.query_selector("#now > .verdict")
    return told.inner_text() if told else ""


def rows_of(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / f"extracted-{kind}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_page_to_its_facts(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    whole: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "news.html").write_text(NEWS, "utf-8")
    page = visitor(workbench(whole).address)
    read_page(page, tmp_path / "news.html")
    assert violations(page)[0] == []
    assert page.inner_text("mark")
    page.fill("#now input[name=who]", "Ada")
    waiting = page.inner_text(".steps")
    assert key(page, "a").startswith("Accepted")
    assert page.input_value("#now input[name=who]") == "Ada"  # asked once
    key(page, "r")
    assert "Taken back" in key(page, "z")
    key(page, "z")
    assert page.inner_text(".steps") == waiting
    while "arrest" not in page.inner_text("#now-title"):
        key(page, "a")
    page.keyboard.press("m")
    page.fill("[name='cell.place']", "Goma, airport")
    page.keyboard.press("Enter")
    page.wait_for_selector("#now > .verdict >> text=airport")
    folder = whole / "data/sources/news"
    [row] = rows_of(folder, "act")
    assert row["place"] == "Goma, airport"
    text = page.evaluate(
        "[...document.querySelectorAll('#page-text [data-at]')].map((one) => one.textContent).join('')"
    )
    words = "The police took her papers from her office"
    page.evaluate(SELECT, words)
    assert page.input_value("#pick-words") == words
    key(page, "n")
    assert page.inner_text("#now blockquote") == words
    assert violations(page)[0] == []
    page.select_option("#kind", "act")
    page.wait_for_load_state()
    page.select_option("[name='cell.type']", "confiscation")
    page.click("[name='cell.victim']")
    page.evaluate(SELECT, "Ada Example")  # into the cell that one stands in
    assert page.input_value("[name='cell.victim']") == "Ada Example"
    page.click("text=More columns")
    page.fill("[name='cell.date']", "31 February 2021")
    page.click("text=Write the row")
    page.wait_for_selector("[aria-invalid]")  # no such day, said at its cell
    assert violations(page)[0] == []
    page.fill("[name='cell.date']", "4 March 2021")
    page.click("text=Write the row")
    page.wait_for_selector("#now > .verdict >> text=Accepted")
    row = next(one for one in rows_of(folder, "act") if one["type"] == "confiscation")
    start, end = int(row["evidence_start"]), int(row["evidence_end"])
    assert row["evidence_sha256"] == sha256(words.encode()).hexdigest()
    assert end - start == len(words)
    assert words in text
    page.click("#now >> text=acts")
    page.wait_for_selector("#cell-0-1")
    page.keyboard.press("F4")  # the words of a row, one key away
    page.wait_for_selector("#evidence-box[open] mark")
    assert page.inner_text("#evidence-box mark").startswith("Ada Example was arrested")
    assert "are in the copy of the page" in page.inner_text("#evidence-box .verdict")
    assert violations(page)[0] == []
    page.keyboard.press("Escape")
    decided = (whole / "data/extraction.csv").read_text("utf-8")
    assert "accepted" in decided
    assert "police" not in decided
    built(page)
    assert "violations" not in page.inner_text("#build-state .verdict")
    # what only a paper without an address says is restricted
    assert "/act/news/" not in (whole / "build/graph.nq").read_text("utf-8")
    quiet(page)


def test_what_the_words_do_not_say_is_asked_for(
    workbench: Callable[..., Any], visitor: Callable[..., Any], small: Path, tmp_path: Path
) -> None:
    (tmp_path / "prize.html").write_text(
        "<html lang=en><title>Prize</title><p>Ada Example won the Example Award.</p>", "utf-8"
    )
    page = visitor(workbench(small).address)
    read_page(page, tmp_path / "prize.html")
    page.fill("#now input[name=who]", "Ada")
    while "laureate" not in page.inner_text("#now-title"):
        key(page, "u")
    assert "do not contain everything" in page.inner_text("#now")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("a")  # the browser asks for the cell, and nothing is written
    assert page.evaluate("document.activeElement.name") == "cell.year"
    assert not (small / "data/sources/prize").exists()
    page.keyboard.type("2019")
    page.keyboard.press("Enter")
    page.wait_for_selector("#now > .verdict >> text=2019")
    [row] = rows_of(small / "data/sources/prize", "conferral")
    assert row["year"] == "2019"


def test_words_are_selected_by_keys_alone(
    workbench: Callable[..., Any], visitor: Callable[..., Any], small: Path, tmp_path: Path
) -> None:
    (tmp_path / "news.html").write_text(NEWS, "utf-8")
    page = visitor(workbench(small).address)
    read_page(page, tmp_path / "news.html")
    page.focus("#page-text")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    until(page, "document.getElementById('pick-words').value.startsWith('Ada Example')")


@pytest.mark.parametrize(
    "size",
    [{"width": 390, "height": 844}, {"width": 640, "height": 450}],
    ids=["phone", "zoom-200"],
)
def test_a_phone_can_review_and_so_can_who_zooms(
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    small: Path,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    (tmp_path / "news.html").write_text(
        "<html lang=ar><title>أخبار</title><p>فازت Ada Example بجائزة.</p><p>Ada Example won the Example Award in 2023.</p>",
        "utf-8",
    )
    running = workbench(small)
    page = visitor(running.address)
    page.set_viewport_size(size)
    for path in (
        "/?start=1",
        "/sources",
        "/findings",
        "/publish",
        "/same",
        "/build",
        "/tour?step=1",
    ):
        page.goto(running.host + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page)[0] == [], path
    page.keyboard.press("Escape")  # leaves the tour out
    page.wait_for_selector(".tour", state="detached")
    read_page(page, tmp_path / "news.html")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('[data-at]')).direction") == "rtl"
    assert violations(page)[0] == []
    page.fill("#now input[name=who]", "Ada")
    page.click("#now button[value=unsure], #now button[value=accept]")
    page.wait_for_selector("#now > .verdict")
    quiet(page)


def test_the_seed_page_to_its_facts(
    shared: Callable[[str], Path],
    workbench: Callable[..., Any],
    visitor: Callable[..., Any],
    violations: Callable[..., Any],
    tmp_path: Path,
) -> None:
    lines = shared("sources/kalyapin-fr.txt").read_text("utf-8").splitlines()
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())
    (tmp_path / "kalyapin.html").write_text(
        f"<html lang=fr><title>Igor Kalyapin</title>{body}", "utf-8"
    )
    page = visitor(workbench(tmp_path).address, "fr")
    page.fill("input[name=title]", "Défenseurs")
    page.click("button >> text=Créer le projet")
    read_page(page, tmp_path / "kalyapin.html")
    page.fill("input[name=address]", "https://www.frontlinedefenders.org/fr/profile/igor-kalyapin")
    page.click("text=La lire à cette adresse")
    page.wait_for_selector("summary >> text=frontlinedefenders", timeout=120_000)
    assert violations(page)[0] == []
    page.fill("#now input[name=who]", "Ada")
    refused = (
        "DDH",
        "ONG",
        "Natalia Estemirova : responsable",
        "Prix Front Line Defenders, 2011-04",
    )
    for _ in range(60):
        title = page.inner_text("#now-title")
        if title == "Propositions":
            break
        wrong = any(text in title for text in refused) or not page.is_visible("[data-key=a]")
        asks = page.is_visible("#now .unsure")
        key(page, "r" if wrong else "u" if asks else "a")
    folder = tmp_path / "défenseurs/data/sources/kalyapin"
    years = {(row["recipient"], row["year"]) for row in rows_of(folder, "conferral")}
    assert ("Igor Kalyapin", "2011") in years
    assert ("Igor Kalyapin", "2013") in years
    built(page)
    graph = (folder.parents[2] / "build/graph.nq").read_text("utf-8")
    assert graph.count("evidence-status/verified") > 10
    page.click("nav >> text=Graphe")
    page.wait_for_load_state()
    quiet(page)
