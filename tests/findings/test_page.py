"""The report is one safe, well-formed file in three languages, equal for equal data."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from hrdgraph.errors import Origin
from hrdgraph.findings.history import NO_CHANGE, Since, compare_findings
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.findings.report_data import ALL_CASES, CASES, RULES, ReportData
from hrdgraph.findings.report_page import render

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


def test_nothing_is_asked_of_the_network(page: Page, report_data: ReportData) -> None:
    assert not page.all("img", "link", "iframe", "object", "embed", "base", "video", "audio", "svg")
    for tag, attributes in page.elements:
        assert not [
            name
            for name in attributes
            if name.startswith("on") or name in ("src", "srcset", "style", "background", "action")
        ], tag
        assert "href" not in attributes or (
            tag == "a" and re.match(r"#|https://", attributes["href"])
        )
    style = render(report_data).partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|expression|//", style)


def test_one_script_runs_which_the_policy_names_and_which_asks_for_nothing(
    page: Page, report_data: ReportData
) -> None:
    assert page.all("script") == [{}]
    script = render(report_data).partition("<script>")[2].partition("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    [policy] = [
        a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"
    ]
    allowed = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert allowed == {
        "default-src": "'none'", "style-src": "'unsafe-inline'", "script-src": f"'sha256-{digest}'", "form-action": "'none'", "base-uri": "'none'"
    }  # fmt: skip
    assert not re.search(
        r"fetch|XMLHttp|import|eval|innerHTML|document\.write|localStorage|location|http", script
    )


def test_without_the_script_all_is_there_and_no_dead_control(page: Page) -> None:
    assert len(page.all("form")) == 3
    assert all("hidden" in a for a in page.all("form"))
    hidden = [tag for tag, attributes in page.elements if "hidden" in attributes]
    assert set(hidden) == {"form"}


def test_every_control_has_a_label(page: Page) -> None:
    labels = [a["for"] for a in page.all("label")]
    controls = [a["id"] for a in page.all("input", "select")]
    assert sorted(labels) == sorted(controls)
    assert len(controls) == 3 * 5  # one source alone is nothing to choose from


def test_hostile_words_are_shown_as_words(page: Page) -> None:
    told = "".join(page.words)
    assert told.count("<script>alert('x')</script>") > 9
    assert "[U+202E]gnp.exe [U+0007]" in told
    assert "\u202e" not in told
    assert not [a for a in page.all("a") if "javascript" in a["href"]]


def test_three_languages_each_say_the_same_things(page: Page, report_data: ReportData) -> None:
    assert [a["lang"] for a in page.all("article")] == ["en", "fr", "es"]
    editions = [
        Page("<article" + part.partition("</main>")[0])
        for part in render(report_data).split("<article")[1:]
    ]
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
    boxes = [
        a
        for _, a in page.elements
        if a.get("role") in ("region", "group") and a.get("tabindex") == "0"
    ]
    assert len(page.all("table")) == len(boxes)
    assert all(a["aria-label"] for a in boxes)


def test_the_row_is_shown_as_typed_with_its_cell_marked(report_data: ReportData) -> None:
    english = render(report_data).split("<article")[1]
    row = (
        '<th scope="row">2</th><td class="marked"><mark><bdi>marten_ennals</bdi></mark><span class="here">look here</span></td>'
        '<td><bdi>2013</bdi></td><td><span class="soft">not shown</span></td><td></td>'
    )
    assert row in english
    assert "Cells that are not published are not shown here" in english
    assert '<mark>(empty)</mark><span class="here">look here</span>' in english


def test_what_changed_since_the_last_build_is_said(report_data: ReportData) -> None:
    english, french, _ = render(report_data).split("<article")[1:]
    assert "ince the last build: 1 new, 2 gone, 15 unchanged" in english
    assert "epuis la dernière construction : 1 nouveaux, 2 disparus, 15 inchangés" in french
    assert english.count('data-new="1"') == 1
    assert "conferral/award-lists/99" in english
    unchanged = render(replace(report_data, since=Since(unchanged=17)))
    assert "Since the last build" not in unchanged
    assert 'data-new="1"' not in unchanged


def test_of_rows_that_are_alike_only_those_are_new_that_came(report_data: ReportData) -> None:
    rows = [Origin("data/sources/a/t.csv", row=number, column="key") for number in (2, 3, 4)]
    found = tuple(
        Finding(
            severity=Severity.WARNING,
            kind=Kind.SOURCE,
            rule="a/required",
            messages=(("en", "Fill in."),),
            focus=f"t.csv#row={origin.row}",
            origins=(origin,),
        )
        for origin in rows
    )
    english = render(
        replace(report_data, findings=found, since=compare_findings(found, found[:2]))
    ).split("<article")[1]
    assert "ince the last build: 1 new, 0 gone, 2 unchanged" in english
    assert '<span class="badge new">New: 1</span>' in english
    assert english.count('data-new="1"') == 1


def many(findings: tuple[Finding, ...], rules: int, each: int) -> tuple[Finding, ...]:
    return tuple(
        replace(findings[0], rule=f"rule-{r}", focus=f"{findings[0].focus}/{n}")
        for r in range(rules)
        for n in range(each)
    )


def test_thousands_of_one_kind_are_one_line_that_opens(report_data: ReportData) -> None:
    page = render(
        replace(report_data, findings=many(report_data.findings, 1, 10_000), since=NO_CHANGE)
    )
    english = page.split("<article")[1]
    assert english.count('<details class="case">') == CASES
    assert (
        "Not shown here: 9,975. All are in <kbd>findings.json</kbd>, <kbd>findings.xlsx</kbd>."
        in english
    )
    assert len(page) < 200_000


def test_a_report_of_very_many_rules_stays_readable(report_data: ReportData) -> None:
    page = render(
        replace(report_data, findings=many(report_data.findings, 1_000, 30), since=NO_CHANGE)
    )
    english = page.split("<article")[1]
    assert english.count('<details class="rule"') == RULES
    assert english.count('<details class="case">') <= ALL_CASES + RULES
    assert "Not shown here: 800." in english
    assert len(page) < 3_000_000


def test_counts_examples_and_rows_are_shown(report_data: ReportData) -> None:
    english = "".join(Page("<article" + render(report_data).split("<article")[1]).words)
    assert "data/sources/award-lists/conferrals.csv, row 6, column 'address'" in english
    assert "data/sources/award-lists/conferrals.csv, row 13, column 'address'" in english
    assert "And 13 more" in english
    assert "Did you mean martin_ennals?" in english
    assert "The header of the page puts the award under Kalyapin" in english
    assert "… (1,605 characters in all)" in english


def test_a_clean_build_says_so(report_data: ReportData) -> None:
    clean = replace(report_data, findings=(), withheld=(), since=NO_CHANGE)
    told = "".join(Page(render(clean)).words)
    assert "no violation is open" in told
    assert "None" in told
    assert "Ninguno" in told


def test_cells_left_out_are_counted_and_nothing_is_said_of_what_is_withheld_in_public(
    report_data: ReportData,
) -> None:
    told = "".join(Page(render(replace(report_data, withheld=(), left_out=2))).words)
    assert "2 cells cannot be read and are left out" in told
    assert "None" not in told
    public = "".join(Page(render(replace(report_data, withheld=None))).words)
    assert "Not published" not in public
    assert "None" not in public


def test_a_graph_that_no_shape_has_seen_is_not_called_good(report_data: ReportData) -> None:
    unseen = render(replace(report_data, findings=(), validated=False))
    assert unseen.count('class="verdict unsure"') == 3
    assert 'class="verdict good"' not in unseen
    assert 'class="verdict bad"' in render(replace(report_data, validated=False))


@pytest.mark.parametrize("languages", [("fr",), ("es", "en")])
def test_the_first_language_of_the_project_leads(
    report_data: ReportData, languages: tuple[str, ...]
) -> None:
    page = Page(render(replace(report_data, languages=languages)))
    assert [a["lang"] for a in page.all("article")] == list(languages)
    assert page.all("html")[0]["lang"] == languages[0]


def test_unknown_languages_fall_back_to_english(report_data: ReportData) -> None:
    assert [
        a["lang"] for a in Page(render(replace(report_data, languages=("ru",)))).all("article")
    ] == ["en"]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", " https://x.example/", ""],
)
def test_only_web_addresses_become_links(report_data: ReportData, address: str) -> None:
    first, *_ = report_data.sources
    told = render(replace(report_data, sources=(replace(first, address=address, licence="<w>"),)))
    assert '<th scope="row">Igor Kalyapin, profile page <code class="soft">' in told
    assert "<td>&lt;w&gt;</td>" in told
    good = "https://x.example/?a=1&b=2"
    told = render(replace(report_data, sources=(replace(first, address=good),)))
    assert '<a href="https://x.example/?a=1&amp;b=2" rel="noreferrer">Igor' in told


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    *((text, ground) for text in ("text", "soft", "link") for ground in ("ground", "card")),
    *((name, f"{name}-ground") for name in ("violation", "warning", "info", "good")),
    ("warning", "card"),  # "look here"
    ("warning", "ground"),
]


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_words_stand_out_from_their_ground_in_light_and_dark(
    report_data: ReportData, text: str, ground: str
) -> None:
    style = render(report_data).partition("<style>")[2].partition("</style>")[0]
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
        for part in style.split("prefers-color-scheme: dark", 1)
    )
    for colours in (light, dark):
        assert contrast(colours[text], colours[ground]) >= 4.5
