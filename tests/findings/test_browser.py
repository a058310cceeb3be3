"""The report in a real browser: accessible, quiet on the network, narrowed down by its filters, whole without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hrdgraph.findings.report_data import ReportData
from hrdgraph.findings.report_page import render

pytestmark = pytest.mark.heavy


Opened = Callable[..., Any]
Violations = Callable[[Any], tuple[list[Any], int, str]]


@pytest.fixture
def opened(chromium: Any, report_data: ReportData, tmp_path: Path) -> Iterator[Opened]:
    """A page of the report in a context of its own; whatever it asks for, says or pops up is in `asked`."""
    (tmp_path / "report.html").write_text(render(report_data), encoding="utf-8")
    contexts = []

    def open_page(language: str = "en", **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": 1100, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.asked.append(message.text))
        page.on("pageerror", lambda error: page.asked.append(str(error)))
        page.on("dialog", lambda dialog: page.asked.append(dialog.message))
        page.goto((tmp_path / "report.html").as_uri() + f"#{language}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_axe_finds_nothing_at_levels_a_and_aa(
    opened: Opened, violations: Violations, language: str, scheme: str
) -> None:
    page = opened(language, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found, passed, told = violations(page)
    assert found == [], told
    assert passed > 15


def test_only_the_file_itself_is_asked_for_and_no_hostile_word_runs(opened: Opened) -> None:
    page = opened()
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    page.wait_for_timeout(200)
    assert page.asked == [page.url.partition("#")[0]]


def shown(page: Any, language: str = "en") -> int:
    return int(page.locator(f"#{language} section:has(.filters) .cases > li:not([hidden])").count())


def test_filters_narrow_down_and_give_all_back(opened: Opened) -> None:
    page = opened()
    form = page.locator("#en form.filters")
    assert form.is_visible()
    assert shown(page) == 15
    form.get_by_label("Severity").select_option("warning")
    assert shown(page) == 1
    assert page.locator("#en output").inner_text() == "Shown: 1 of 15"
    form.get_by_role("button").click()
    page.wait_for_timeout(50)
    assert shown(page) == 15
    form.get_by_label("Contains the words").fill("MARTEN_ennals")
    assert shown(page) == 1
    form.get_by_label("Contains the words").fill("no such words")
    assert shown(page) == 0
    assert (
        page.locator("#en details.rule:visible").count() == 1
    )  # the known finding, which is no part of the choice
    form.get_by_role("button").click()
    form.get_by_label("Only what is new").check()
    assert shown(page) == 1
    assert shown(page, "fr") == 15


def test_a_case_opens_by_keyboard_to_its_row(opened: Opened) -> None:
    page = opened()
    page.locator("#en details.rule summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#en mark").first.inner_text() == "marten_ennals"
    assert page.locator("#en mark").first.is_visible()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_without_a_script_everything_can_be_read(opened: Opened) -> None:
    page = opened("fr", java_script_enabled=False)
    assert page.locator("form:visible").count() == 0
    assert page.locator("article:visible").count() == 1
    page.locator("#fr details.rule summary").first.click()
    page.locator("#fr details.case summary").first.click()
    assert page.locator("#fr .marked").first.is_visible()
    assert page.locator("#fr h1").inner_text().startswith("Defenders and awards")


def test_a_narrow_window_does_not_scroll_sideways(opened: Opened) -> None:
    page = opened()
    page.set_viewport_size({"width": 360, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
