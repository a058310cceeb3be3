"""What search engines, card makers and feed readers are told: valid, harmless, and nothing that is contested."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from hrdgraph.web.pages import Site
from hrdgraph.web.pages.documents import Feed
from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages, citations

KALYAPIN = "id/person/Igor_Kalyapin"
GROUP = "id/organisation/Joint_Mobile_Group"
ATOM = "{http://www.w3.org/2005/Atom}"


def read_data(pages: Pages, path: str) -> dict[str, Any]:
    made = pages.page("en", path, Links())
    assert made is not None
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', made.body.decode(), re.S
    )
    assert not set("<>&") & set(text)
    found: dict[str, Any] = json.loads(text)
    assert found["@context"] == "https://schema.org"
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (KALYAPIN, "Person"),
        (GROUP, "Organization"),
        ("id/country/RU", "Country"),
        ("id/award/martin-ennals-award", "Thing"),
        ("id/event/kalyapin-page/11-estemirova-2009", "Event"),
        ("id/vocabulary/claim-status/contested", "DefinedTerm"),
        ("id/evidence/kalyapin-page/1455-1596", "WebPage"),
        ("data", "Dataset"),
        ("", "Dataset"),
        ("about", "WebPage"),
    ],
)
def test_every_page_says_what_it_is_about(pages: Pages, path: str, kind: str) -> None:
    found = read_data(pages, path)
    assert found["@type"] == kind
    assert found["name"]


def test_nothing_contested_is_told_as_a_fact(pages: Pages) -> None:
    assert "Martin Ennals" not in str(read_data(pages, KALYAPIN).get("award", ""))
    assert any("2013" in award for award in read_data(pages, GROUP)["award"])


def test_full_addresses_where_they_are_known(site: Site) -> None:
    pages = Pages(Site.of(site.graph, address="https://e.org/x/"))
    assert read_data(pages, "data")["distribution"][0]["contentUrl"].startswith(
        "https://e.org/x/files/"
    )
    html = pages.page("fr", "awards", Links("/x/"))
    assert html is not None
    text = html.body.decode()
    assert '<link rel="canonical" href="https://e.org/x/fr/awards">' in text
    for tag in ("en", "fr", "es"):
        assert f'hreflang="{tag}" href="https://e.org/x/{tag}/awards"' in text
    assert 'hreflang="x-default" href="https://e.org/x/en/awards"' in text
    assert '<meta property="og:url" content="https://e.org/x/fr/awards">' in text


def test_a_page_says_how_to_cite_it(pages: Pages) -> None:
    desk = pages.desk("en", Links())
    view = pages.view(desk, KALYAPIN, {})
    assert view is not None
    ways = citations(desk, view)
    assert list(ways) == ["APA", "BibTeX", "CSL-JSON"]
    assert all(view.iri in text and "Igor Kalyapin" in text for text in ways.values())
    assert json.loads(ways["CSL-JSON"])[0]["URL"] == view.iri
    assert ways["BibTeX"].count("{") == ways["BibTeX"].count("}")
    made = pages.page("es", KALYAPIN, Links())
    assert made is not None
    assert "Citar esta página" in made.body.decode()


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_feed_is_atom(site: Site, language: str) -> None:
    feed = ElementTree.fromstring(Feed(site).document(language, "https://e.org/"))
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 50
    days = [entry.findtext(f"{ATOM}updated") for entry in entries]
    assert days == sorted(days, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == days[0]
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 50
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.attrib["href"].startswith(f"https://e.org/{language}/id/")


def test_the_feed_is_served(client: Any) -> None:
    answer = client.get("/fr/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml"
    assert client.get("/feed.atom", headers={"Accept-Language": "es"}).text.count("/es/id/") == 50
    assert client.get("/xx/feed.atom").status_code == 404
