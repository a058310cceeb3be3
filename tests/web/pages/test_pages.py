"""Pages tell what the graph says: each fact with its sources and its precision, what disagrees side by side, names shown rightly."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from hrdgraph.web.pages.links import Links
from hrdgraph.web.pages.pages import Pages

KALYAPIN = "id/person/Igor_Kalyapin"
GROUP = "id/organisation/Joint_Mobile_Group"
LIVE = Links()
VOID = {"meta", "link", "input", "br", "img", "wbr", "path", "circle", "rect"}


class Nested(HTMLParser):
    """Checks that elements are closed in order, that ids are there once, and that nothing is inline that a strict policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.inline += [name for name in named if name.startswith("on") or name == "style"]
        # of a type that is data, and never run
        runs = tag == "script" and named.get("type") != "application/ld+json"
        self.inline += [tag] if tag == "style" or (runs and not named.get("src")) else []
        self.ids += [str(named["id"])] if "id" in named else []
        self.targets += (
            [str(named["href"])[1:]] if str(named.get("href", "")).startswith("#") else []
        )
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def shown(pages: Pages, path: str, language: str = "en") -> str:
    page = pages.page(language, path, LIVE)
    assert page is not None, path
    return page.body.decode()


def plain(html: str) -> str:
    """The words of a page in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


SAMPLE = [
    "", "browse", "search", "awards", "countries", "sources", "sources/award-lists", "queries", "editor", "ontology", "data", "validation", "changes",
    "about", "list/person", KALYAPIN, GROUP, "id/award/nobel-peace-prize", "id/edition/martin-ennals-award/2013", "id/country/RU",
    "id/subdivision/RU-CE", "id/city/geneva", "id/award-event/defender-pages/003-ceremony", "id/event/kalyapin-page/11-estemirova-2009", "id/conferral/kalyapin-page/06-front-line-2011-group",
]  # fmt: skip


@pytest.mark.sampled(24)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("path", SAMPLE)
def test_pages_are_well_formed_and_have_nothing_inline(
    pages: Pages, path: str, language: str
) -> None:
    html = shown(pages, path, language)
    seen = Nested()
    seen.feed(html)
    assert seen.open == []
    assert seen.inline == []
    assert sorted(set(seen.ids)) == sorted(seen.ids)
    assert set(seen.targets) <= set(seen.ids)
    assert f'<html lang="{language}">' in html
    assert html.count('rel="alternate" hreflang=') == 4  # and one for who reads none of the three


@pytest.mark.heavy
def test_claims_of_one_thing_and_documents_of_its_name_have_titles_of_their_own(
    pages: Pages,
) -> None:
    documents = (f"documents/{key}" for key in pages.site.documents_by_key)
    claims = (
        f"id/{thing.key}"
        for thing in pages.site.things.values()
        if thing.kind in ("founding", "quotation")
    )
    titles = [
        re.findall("<title>(.*?)</title>", shown(pages, path, "fr"))[0]
        for path in (KALYAPIN, *documents, *claims)
    ]
    assert len(titles) > 100
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("path", "summary"),
    [
        (
            "id/country/RU",
            "Fédération de Russie · Pays · Se trouve en – Europe orientale · Codes – RU · RUS",
        ),
        (
            "id/person/Natalia_Estemirova",
            "Natalia Estemirova · Personne · Des sources présentent cette personne comme défenseure des droits humains"
            " · Ce qui s’est passé : enlèvement et homicide",
        ),
        ("queries", "Des questions toutes prêtes."),
        ("sources/countries", "Pays – 249"),
    ],
)
def test_pages_have_a_summary_in_their_language(pages: Pages, path: str, summary: str) -> None:
    found = re.findall('<meta name="description" content="([^"]*)">', shown(pages, path, "fr"))
    assert [text[: len(summary)] for text in found] == [summary]


def test_the_closest_date_of_an_event_comes_first(pages: Pages) -> None:
    words = plain(shown(pages, "id/event/award-lists/5bc4a907c49d706e"))
    assert "7 October 2006 (award-lists), 2006 (defender-pages)" in words


@pytest.mark.heavy
def test_every_page_of_one_language_can_be_made(pages: Pages) -> None:
    paths = list(pages.paths())
    assert len(paths) > 3000
    for path in paths[::7]:
        assert pages.page("es", path, LIVE) is not None, path


def test_a_life_is_told_in_parts_with_sources(pages: Pages) -> None:
    words = plain(shown(pages, KALYAPIN))
    for part in (
        "Awards",
        "Founded",
        "Roles",
        "What was said",
        "In chronological order",
        "Linked people and organisations",
        "As data",
    ):
        assert part in words
    assert "characters 1455–1596 and 2465–2530" in words
    assert "frontlinedefenders.org · awarding body" in words
    assert "April 2011" in words
    assert "Sources call this person a human rights defender" in words


def test_an_award_tells_when_it_was_announced_and_handed_over(pages: Pages) -> None:
    edition = plain(shown(pages, "id/edition/martin-ennals-award/2022", "fr")).partition(
        "Annonce et cérémonie"
    )[2]
    assert (
        "Annonce selon 2 éditeurs indépendants Date 19 janvier 2022 Qui a été annoncé prix remporté Source HURIDOCS"
        in edition
    )
    assert "Cérémonie Prévu Date 2 juin 2022" in edition
    assert "Ville Genève Source" in edition  # once, though the page and the vocabulary both say it
    award = plain(shown(pages, "id/award/martin-ennals-award")).partition(
        "Announcement and ceremony"
    )[2]
    assert (
        "Announcement – Martin Ennals Award for Human Rights Defenders 2012 Date 24 April 2012 Who was announced finalist"
        in award
    )
    city = plain(shown(pages, "id/city/geneva", "es"))
    assert "Ceremonia – Premio Martin Ennals 2014" in city
    assert "Se encuentra en" in city or "Suiza" in city


def test_both_years_of_an_award_stand_side_by_side_with_their_sources(pages: Pages) -> None:
    glance, _, words = plain(shown(pages, "id/award/martin-ennals-award")).partition("Also stated")
    assert "Since – The sources disagree 1992, 1993" in glance
    assert (
        words.index("Year of creation – 1992")
        < words.index("Le Courrier")
        < words.index("Year of creation – 1993")
        < words.index("Wikipedia")
    )


def test_what_disagrees_stands_side_by_side_and_once(pages: Pages) -> None:
    html = shown(pages, KALYAPIN)
    disputes = [
        plain(fact)
        for fact in re.split(r'<li class="fact', html)[1:]
        if "The sources disagree" in fact
    ]
    assert len([fact for fact in disputes if "Front Line Defenders Award" in fact]) == 1
    first = disputes[0]
    assert "Laureate – Joint Mobile Group" in first
    assert "Laureate – Igor Kalyapin" in first
    assert first.index("said by 2 independent publishers") < first.index("contested")


def test_the_same_claim_of_two_sources_is_told_once(pages: Pages) -> None:
    html = shown(pages, "id/edition/martin-ennals-award/2013")
    titles = re.findall(r'<h3 class="title">(.*?)</h3>', html, re.S)
    assert len([title for title in titles if "Joint Mobile Group" in title]) == 1
    assert "Amnesty International" in html
    assert "Front Line Defenders" in html


@pytest.mark.parametrize(
    ("language", "month"), [("en", "April 2011"), ("fr", "avril 2011"), ("es", "abril de 2011")]
)
def test_dates_are_said_in_the_language(pages: Pages, language: str, month: str) -> None:
    assert month in plain(shown(pages, GROUP, language))


def test_names_in_other_scripts_have_language_and_direction(pages: Pages) -> None:
    assert '<bdi lang="ar" dir="rtl">إيجور كاليابين</bdi>' in shown(pages, KALYAPIN)
    assert 'dir="rtl"' not in re.search(r"<h1>.*?</h1>", shown(pages, KALYAPIN), re.S)[0]  # type: ignore[index]


def test_the_name_is_in_the_language_of_the_reader(pages: Pages) -> None:
    for language, name in (
        ("en", "Russian Federation"),
        ("fr", "Fédération de Russie"),
        ("es", "Federación de Rusia"),
    ):
        assert f"<h1>{name}</h1>" in shown(pages, "id/country/RU", language)


def test_who_was_distinguished_in_a_year_is_named_once(pages: Pages) -> None:
    words = (
        plain(shown(pages, "id/award/martin-ennals-award"))
        .partition("nominees 2025")[2]  # what was announced in these years stands above
        .partition("2022")[2]
        .partition("2021")[0]
    )
    for name in ("Abdulhadi Al-Khawaja", "Daouda Diallo", "Pham Doan Trang"):
        assert words.count(name) == 1
        assert f"{name} laureate, joint laureate" in words


def test_a_contested_award_is_no_plain_fact_in_a_table(pages: Pages) -> None:
    html = shown(pages, "id/award/martin-ennals-award")
    row = re.search(r'<li class="doubted">(.*?)</li>', html, re.S)
    assert row is not None
    assert "Kalyapin" in row[1]
    assert "contested" in row[1]


def test_facets_narrow_down_and_unknown_values_find_nothing(pages: Pages) -> None:
    page = pages.page("en", "browse", LIVE, {"kind": "person", "country": "country/RU"})
    assert page is not None
    assert "Igor Kalyapin" in plain(page.body.decode())  # his page says that it is where he works
    assert "Natalia Estemirova" not in plain(
        page.body.decode()
    )  # that she worked there is contested
    bodies = pages.page("en", "browse", LIVE, {"kind": "organisation", "country": "country/RU"})
    assert bodies is not None
    assert "Joint Mobile Group" in plain(bodies.body.decode())
    nothing = pages.page("en", "browse", LIVE, {"kind": "unicorn", "page": "99999999999"})
    assert nothing is not None
    assert "Nothing matches all the values you chose" in plain(nothing.body.decode())


def test_a_claim_has_a_page_and_so_has_a_document(pages: Pages) -> None:
    html = shown(pages, "id/conferral/kalyapin-page/06-front-line-2011-group")
    assert "Claim" in html
    link = re.search(r'href="/en/(documents/\w+)"', html)
    assert link is not None
    assert "Facts from this document" in shown(pages, link[1])


def test_what_is_not_there_has_no_page(pages: Pages) -> None:
    for path in (
        "nothing",
        "id/nothing",
        "id/",
        "sources/nothing",
        "documents/0",
        "list/unicorn",
        "queries/x/y",
        "id/evidence/x",
    ):
        assert pages.page("en", path, LIVE) is None, path


@pytest.mark.heavy
def test_equal_input_gives_equal_bytes(pages: Pages) -> None:
    again = Pages(pages.site)
    for path in SAMPLE:
        assert shown(pages, path) == shown(again, path)
    assert pages.index.document() == again.index.document()


def test_titles_of_source_pages_are_no_sentences_of_theirs(pages: Pages) -> None:
    """The words of a source stay there: of the page about Kalyapin, pages hold positions and no sentence."""
    assert "Le Groupe mobile" not in shown(pages, GROUP, "fr")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "killing"), ("fr", "homicide"), ("es", "homicidio")]
)
def test_the_summary_of_a_person_holds_nothing_that_is_contested(
    pages: Pages, language: str, said: str
) -> None:
    """The page about him puts awards of his group under his name, and whether he alone founded it is disputed too; his line of time
    says both, and what his group won. What nobody disputes leads: that somebody was killed, on the most precise day."""
    found = pages.page(language, KALYAPIN, Links())
    assert found is not None
    body = found.body.decode()
    lead = plain(body.partition('<p class="lead">')[2].partition("</p>")[0])
    assert not [word for word in ("Ennals", "Front Line", "founde", "fonda") if word in lead]
    line = plain(body.partition('<ol class="timeline">')[2].partition("</ol>")[0])
    assert re.search("2013 [^–]+ – Joint Mobile Group", line)
    killed = pages.page(language, "id/person/Anna_Politkovskaya", Links())
    assert killed is not None
    first = re.search('<p class="lead">(.*?)</p>', killed.body.decode())
    assert first is not None
    assert first[1].count(said) == 1
    assert "2006" in first[1]
    assert "7" in first[1].partition("2006")[0]
    group = pages.page(language, GROUP, Links())
    assert group is not None
    assert "Ennals" in plain(group.body.decode()).partition("2013")[0]


def test_narrow_screens_have_a_short_name_of_the_site(pages: Pages) -> None:
    found = pages.page("es", "about", Links())
    assert found is not None
    assert '<span class="brief">Personas defensoras</span>' in found.body.decode()


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (
            "person/Natalia_Estemirova",
            "What happened: abduction and killing (about July 2009).",
        ),
        ("person/Igor_Kalyapin", "president (Joint Mobile Group)"),
        ("organisation/Joint_Mobile_Group", "Martin Ennals Award for Human Rights Defenders 2013"),
    ],
)
def test_a_lead_says_the_main_thing(pages: Pages, thing: str, said: str) -> None:
    lead = shown(pages, f"id/{thing}").partition('class="lead')[2].partition("</p>")[0]
    assert said in plain(lead)


def test_what_an_event_precedes_says_that_it_is_contested(pages: Pages) -> None:
    text = plain(shown(pages, "id/event/kalyapin-page/11-estemirova-2009"))
    assert "Joint Mobile Group (contested)" in text


def test_a_list_by_award_and_decade_has_who_won_then(pages: Pages) -> None:
    asked = {"kind": "person", "award": "award/martin-ennals-award", "decade": "1990"}
    found = pages.page("en", "browse", Links(), asked)
    assert found is not None
    text = plain(found.body.decode())
    assert "Nataša Kandić" in text
    assert "Jacqueline Moudeina" not in text


def test_a_list_is_ordered_and_taken_away(pages: Pages) -> None:
    found = pages.page("en", "browse", Links(), {"kind": "event", "order": "-date"})
    assert found is not None
    text = found.body.decode()
    assert 'href="/api/v1/events.csv"' in text
    assert text.index("Conviction – Mzia Amaglobeli") < text.index("Release – Maksym Butkevych")
    narrowed = pages.page("en", "browse", Links(), {"kind": "person", "country": "country/RU"})
    assert narrowed is not None
    assert "api/v1/people.csv?country=country%2FRU" in narrowed.body.decode()
