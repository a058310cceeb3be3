"""What a large graph asks of the pages: one thing costs what belongs to it, and what all share is made once, whoever asks at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest

from hrdgraph.web.memo import MemoMap, once
from hrdgraph.web.pages import claim_nodes as claims
from hrdgraph.web.pages.documents import SitemapFiles
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages
from hrdgraph.web.pages.routes import PageCache
from hrdgraph.web.pages.search_index import SiteIndex
from hrdgraph.web.pages.site import Site
from hrdgraph.web.reconciliation import matching, routes

pytestmark = pytest.mark.heavy

KEY = "person/Igor_Kalyapin"


class Counter:
    """A function that counts its calls, each of which takes a moment."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.calls = 0
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        self.calls += 1
        time.sleep(0.05)
        return self._function(*arguments)


@pytest.fixture
def fresh(site: Site) -> Site:
    """A site of which nothing has been asked."""
    return Site.of(site.graph)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(lambda job: job(), jobs))


def test_the_page_of_a_thing_waits_for_no_index(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SiteIndex, "of", None)
    assert Pages(fresh).page("en", f"id/{KEY}", Links()) is not None


def test_the_page_of_a_thing_makes_the_claims_that_it_tells(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Counter(claims.claim_of)
    monkeypatch.setattr("hrdgraph.web.pages.site.claim_of", made)
    Pages(fresh).page("en", "id/award/alison-des-forges-award", Links())
    assert 0 < made.calls < len(fresh.claims) / 5


def test_what_is_asked_by_many_at_once_is_made_once(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, index, listed = (
        PageCache(Pages(fresh)),
        Counter(SiteIndex.of),
        Counter(SitemapFiles.__init__),
    )
    monkeypatch.setattr(SiteIndex, "of", index)
    monkeypatch.setattr(SitemapFiles, "__init__", lambda self, pages: listed(self, pages))
    names = [partial(kept.file, "things.json")] * 4
    maps = [partial(kept.sitemap, "sitemap.xml", "http://example.org/")] * 4
    pages = [partial(kept.page, tag, "browse", Links(), {}) for tag in fresh.languages]
    assert all(at_once(*names, *maps, *pages))
    assert index.calls == listed.calls == 1


def test_who_asks_for_another_page_does_not_wait(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages, asked = Pages(fresh), Event()
    make = pages.page

    def slow(language: str, path: str, *rest: Any) -> Any:
        assert path != "data" or asked.wait(20), "the other page was not made meanwhile"
        return make(language, path, *rest)

    monkeypatch.setattr(pages, "page", slow)
    kept = PageCache(pages)

    def other() -> Any:
        time.sleep(0.1)
        found = kept.page("en", "about", Links(), {})
        asked.set()
        return found

    assert all(at_once(partial(kept.page, "en", "data", Links(), {}), other))


def test_reconciling_in_all_languages_gathers_the_records_once(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered = Counter(matching.records_of)
    monkeypatch.setattr(matching, "records_of", gathered)
    pages = Pages(fresh)
    known = {
        handler.__self__.matcher._known
        for route in routes(pages)
        if (handler := getattr(route, "endpoint", None))
    }
    assert len(known) == 1
    at_once(
        *(
            partial(next(iter(known)).near, matching.Record("", "person", ("Igor Kalyapin",)))
            for _ in range(4)
        )
    )
    assert gathered.calls == 1


def test_a_property_is_worked_out_by_one_thread_while_others_wait() -> None:
    made = Counter(lambda: object())

    class Holder:
        @once
        def value(self) -> object:
            return made()

    holder = Holder()
    assert len(set(at_once(*[lambda: holder.value] * 4))) == 1
    assert made.calls == 1


def test_of_values_that_are_made_when_they_are_asked_for_the_last_are_kept() -> None:
    made = Counter(str)
    values = MemoMap(lambda: range(3), range(3), made, 1)
    assert [values[2], values[2], values.get(7), 7 in values, list(values), len(values)] == [
        "2",
        "2",
        None,
        False,
        [0, 1, 2],
        3,
    ]
    assert made.calls == 1
    assert [*values.values(), values[0]] == ["0", "1", "2", "0"]
    assert made.calls == 5
    with pytest.raises(KeyError):
        values[7]


def test_what_most_visitors_ask_for_can_be_made_before(
    fresh: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages(fresh)
    pages.prepare()
    monkeypatch.setattr(SiteIndex, "of", None)
    assert pages.page("fr", "", Links()) is not None
    assert pages.page("en", "search", Links(), {"q": "kalyapin"}) is not None


def test_a_sitemap_of_several_files_names_every_page_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (
        SitemapFiles(Pages(site))
        .file("sitemap.xml", "https://example.org/", Links("https://example.org/"))
        .decode()
    )
    monkeypatch.setattr("hrdgraph.web.pages.documents._MOST", 400)
    listed = SitemapFiles(Pages(site))
    index, *parts = [
        listed.file(name, "https://example.org/", Links("https://example.org/")).decode()
        for name in listed.names
    ]
    assert [
        part for part in listed.names[1:] if f"<loc>https://example.org/{part}</loc>" in index
    ] == list(listed.names[1:])
    assert all(0 < part.count("<url>") <= 400 for part in parts)
    assert [line for part in parts for line in part.splitlines()[2:-1]] == whole.splitlines()[2:-1]


def test_a_form_offers_all_things_of_a_kind_or_none(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Pages(site)
    query = pages.query("laureates-in-year")
    assert query is not None
    offered = b"<option"
    assert offered in pages.question("en", query, {}, None, Links()).body
    monkeypatch.setattr("hrdgraph.web.pages.views.questions._OFFERED", 3)
    assert offered not in pages.question("en", query, {}, None, Links()).body
