"""What is long comes in pieces, nothing is said twice, and what is named leads on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from hrdgraph.web.pages.labels import TextRun
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.views.lists import PER_LIST, number_of
from hrdgraph.web.pages.views.questions import ROWS_SHOWN, _worth_showing

HEADING = re.compile(r'<th scope="col">([^<]*)</th>')
ROW = re.compile(r"<tr><td")


def body(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_an_answer_comes_in_pieces_without_a_column_that_repeats_another(client: Any) -> None:
    first = body(client, "/fr/queries/winners-of-several")
    second = body(client, "/fr/queries/winners-of-several?page=2")
    assert len(HEADING.findall(first)) == 2  # who, and how many: the name is that of the link
    assert len(HEADING.findall(second)) in (2, 3)  # where one name is another, it is shown
    assert len(ROW.findall(first)) == ROWS_SHOWN
    assert 0 < len(ROW.findall(second)) < ROWS_SHOWN
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert 'class="chart"' in first
    assert 'class="chart"' not in second
    assert ROW.findall(body(client, "/fr/queries/winners-of-several?page=999")) == ROW.findall(second)  # fmt: skip
    odd = body(client, "/fr/queries/winners-of-several?page=-3%27")
    assert len(ROW.findall(odd)) == ROWS_SHOWN


def test_a_column_is_left_out_only_where_a_linked_one_has_every_text() -> None:
    link, same, other = TextRun("Ada", "/ada"), TextRun("Ada"), TextRun("Lovelace")
    assert _worth_showing([[link, same]], 2) == [0]
    assert _worth_showing([[link, other]], 2) == [0, 1]
    assert _worth_showing([[link, same], [link, other]], 2) == [0, 1]
    assert _worth_showing([[same, same]], 2) == [0, 1]  # neither leads anywhere
    assert _worth_showing([[link, link]], 2) == [0, 1]
    assert _worth_showing([[link, TextRun("")]], 2) == [0, 1]  # an empty column says so
    assert _worth_showing([], 2) == [0, 1]


def test_a_list_comes_in_pieces_that_hold_everything_once(pages: Pages) -> None:
    paths = [path for path in pages.paths() if path.startswith("list/person")]
    assert paths[:2] == ["list/person", "list/person/2"]
    entries = list[str]()
    for path in paths:
        page = pages.page("en", path, Links())
        assert page is not None
        text = page.body.decode()
        found = re.findall(r'<li><span class="name"><a href="([^"]*)"', text)
        assert len(found) <= PER_LIST
        entries += found
        for place in re.findall(r'<li><a href="#([^"]*)"', text):
            assert f'id="{place}"' in text
    people = [row for row in pages.index.rows if row.thing.kind == "person"]
    assert len(entries) == len(set(entries)) == len(people)
    for wrong in ("list/person/1", "list/person/0", "list/person/02", "list/person/99", "list/person/x", "list/person/2/3"):  # fmt: skip
        assert pages.page("en", wrong, Links()) is None


def test_a_number_of_a_page_is_never_an_error() -> None:
    asked = ("", "0", "-1", "2", "9" * 40, "١", "1e3")
    assert [number_of(text) for text in asked] == [1, 1, 1, 2, 1, 1, 1]


def test_publishers_lead_to_their_documents(client: Any) -> None:
    listed = re.findall(r'href="(/fr/sources/[^"#]*)#(publisher-\w+)"', body(client, "/fr/sources"))
    assert len(listed) > 100
    page, place = listed[0]
    assert f'id="{place}"' in body(client, page)
    document = re.search(r'href="(/fr/documents/\w+)"', body(client, page))
    assert document is not None
    assert "#publisher-" in body(client, document[1])


def test_sources_are_called_in_the_language_of_the_page(client: Any) -> None:
    assert "Prix des droits humains" in body(client, "/fr/sources")
    assert "Premios de derechos humanos" in body(client, "/es/sources")


def test_an_award_has_a_sentence_of_what_nobody_disputes(client: Any) -> None:
    for language, words in (
        ("en", "whom no source disputes"),
        ("fr", "qu’aucune source ne conteste"),
        ("es", "que ninguna fuente discute"),
    ):
        text = unescape(body(client, f"/{language}/id/award/martin-ennals-award"))
        lead = re.search(r'<p class="lead">([^<]*)</p>', text)
        assert lead is not None
        assert words in lead[1]
        assert "1994" in lead[1]
        assert "Kalyapin" not in lead[1]


def test_a_timeline_names_people(client: Any) -> None:
    text = unescape(body(client, "/fr/id/organisation/Joint_Mobile_Group"))
    line = text[text.index('<ol class="timeline">') :].partition("</ol>")[0]
    assert "Fondation – Joint Mobile Group – Igor Kalyapin (contestée)" in re.sub(
        r"<[^>]*>", "", line
    )
