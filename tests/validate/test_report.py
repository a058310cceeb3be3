"""The report is one safe, well-formed file in three languages, equal for equal data."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from hrdgraph.validate.markup import Html, element, escaped, join, link
from hrdgraph.validate.report import render
from hrdgraph.validate.report_data import ReportData
from hrdgraph.validate.report_texts import TEXTS, number

GOLDEN = Path(__file__).parent / "golden" / "report.html"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """What a page is made of: elements in order with their attributes, and every fault in their nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture
def page(report_data: ReportData) -> Page:
    return Page(render(report_data))


def test_it_is_as_it_was(report_data: ReportData) -> None:
    """After a change that is meant, write the file anew and look at it in a browser, light and dark."""
    assert render(report_data) == GOLDEN.read_text("utf-8")


def test_elements_are_nested_and_ids_are_unique(page: Page) -> None:
    assert (page.faults, page.open) == ([], [])
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) > 20


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.elements}
    inner = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert set(inner) <= ids
    assert {"en", "fr", "es"} <= set(inner)


def test_nothing_is_asked_of_the_network_and_no_script_runs(page: Page, report_data: ReportData) -> None:
    assert not page.all("script", "img", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "svg")
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style", "background", "action")], tag
        assert "href" not in attributes or (tag == "a" and re.match(r"#|https://", attributes["href"]))
    style = render(report_data).partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|expression|//", style)


def test_hostile_words_are_shown_as_words(page: Page) -> None:
    told = "".join(page.words)
    assert told.count("<script>alert('x')</script>") > 9
    assert "[U+202E]gnp.exe [U+0007]" in told
    assert "\u202e" not in told
    assert not [a for a in page.all("a") if "javascript" in a["href"]]


def test_three_languages_each_say_the_same_things(page: Page, report_data: ReportData) -> None:
    assert [a["lang"] for a in page.all("article")] == ["en", "fr", "es"]
    editions = [Page("<article" + part) for part in render(report_data).split("<article")[1:]]
    shapes = [[tag for tag, _ in edition.elements] for edition in editions]
    assert shapes[0] == shapes[1] == shapes[2]
    assert "13 infracciones están abiertas" in "".join(editions[2].words)
    assert "Indiquez où c'est écrit" in "".join(editions[1].words)


def test_words_in_another_language_say_so(report_data: ReportData) -> None:
    spanish = render(report_data).split("<article")[3]
    assert '<span lang="en"><bdi>This award is not in the list of awards.</bdi></span>' in spanish


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_and_table_headers_are_there(page: Page) -> None:
    assert len(page.all("main")) == 1
    assert all(a.get("aria-label") for a in page.all("nav"))
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    assert len(page.all("table")) == len([a for _, a in page.elements if a.get("role") == "region" and a.get("tabindex") == "0"])


def test_counts_examples_and_rows_are_shown(report_data: ReportData) -> None:
    english = "".join(Page("<article" + render(report_data).split("<article")[1]).words)
    assert "data/sources/award-lists/conferrals.csv, row 6, column “address”" in english
    assert "row 7, column “address”" not in english
    assert "Not shown here: 7." in english
    assert "and 13 more" in english
    assert "Did you mean martin_ennals?" in english
    assert "The header of the page puts the award under Kalyapin" in english
    assert "… (1,605 characters in all)" in english


def test_a_clean_build_says_so(report_data: ReportData) -> None:
    clean = replace(report_data, findings=(), withheld=())
    told = "".join(Page(render(clean)).words)
    assert "no violation is open" in told
    assert "Nothing was kept back." in told
    assert "No se encontró nada." in told


def test_a_graph_that_no_shape_has_seen_is_not_called_good(report_data: ReportData) -> None:
    unseen = render(replace(report_data, findings=(), validated=False))
    assert unseen.count('class="verdict unsure"') == 3
    assert 'class="verdict good"' not in unseen
    assert 'class="verdict bad"' in render(replace(report_data, validated=False))


@pytest.mark.parametrize("languages", [("fr",), ("es", "en")])
def test_the_first_language_of_the_project_leads(report_data: ReportData, languages: tuple[str, ...]) -> None:
    page = Page(render(replace(report_data, languages=languages)))
    assert [a["lang"] for a in page.all("article")] == list(languages)
    assert page.all("html")[0]["lang"] == languages[0]


def test_unknown_languages_fall_back_to_english(report_data: ReportData) -> None:
    assert [a["lang"] for a in Page(render(replace(report_data, languages=("ru",)))).all("article")] == ["en"]


def test_every_text_is_there_in_every_language_with_the_same_places() -> None:
    places = [{name: sorted(re.findall(r"\{\w+\}", text)) for name, text in texts.items()} for texts in TEXTS.values()]
    assert places[0] == places[1] == places[2]


@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [(0, "en", "0"), (1234567, "en", "1,234,567"), (1234, "fr", "1\u202f234"), (1234, "es", "1234"), (12345, "es", "12\u202f345")],
)
def test_numbers_are_written_as_the_language_does(count: int, language: str, expected: str) -> None:
    assert number(count, language) == expected


def test_markup_escapes_all_but_markup() -> None:
    assert escaped('<&">\x00') == "&lt;&amp;&quot;&gt;[U+0000]"
    assert join("<", Html("<b>")) == "&lt;<b>"
    assert element("p", "<", class_='"x', title=None, lang="") == '<p class="&quot;x">&lt;</p>'


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", " https://x.example/", ""])
def test_only_web_addresses_become_links(address: str) -> None:
    assert link(address, "<w>") == "&lt;w&gt;"
    assert link("https://x.example/?a=1&b=2", "w") == '<a href="https://x.example/?a=1&amp;b=2" rel="noreferrer">w</a>'
