"""Roles, events and evidence in the whole build, against answers computed in Python from the shipped tables alone."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.heavy

Ask = Callable[..., list[tuple[str, ...]]]
BASE = "https://w3id.org/hrdgraph/id/"
PAGE = "person/kalyapin-page/Igor_Kalyapin"
Row = dict[str, str]


def test_roles_in_an_organisation(facts: Any, ask: Ask) -> None:
    concepts = {row["role"]: row["concept"] for row in facts.table("award-lists", "role_concepts")}
    for name in ("Human Rights Center Viasna", "Martin Ennals Foundation"):
        wanted = [
            (
                facts.agent(row["person"]),
                f"https://w3id.org/hrdgraph/vocabulary/role/{concept.strip()}",
                _during(row),
                row["as_of"],
            )
            for row in facts.table("award-lists", "roles")
            if row["organisation"] == name
            for concept in concepts[row["role"]].split(";")
        ]
        assert wanted
        rows = ask(
            "roles-in-organisation",
            "person role during attested claim",
            organisation=facts.organisation(name),
        )
        assert sorted(row[:4] for row in rows if "/award-lists/" in row[4]) == sorted(wanted)


def _during(row: Row) -> str:
    return f"{row['from']}/{row['to']}" if row["from"] or row["to"] else ""


@pytest.mark.parametrize(
    ("day", "certainty"),
    [
        ("1995-12-31", []),
        ("1996-07-01", ["possible"]),
        ("2003-01-01", ["certain"]),
        ("2020-06-01", ["possible"]),
        ("2024-01-01", ["possible"]),
    ],
)
def test_who_had_a_role_at_a_date(day: str, certainty: list[str], facts: Any, ask: Ask) -> None:
    """Bialiatski founded Viasna in 1996 (so 1996/), and a page of 2020 still says so."""
    rows = ask(
        "roles-at-date",
        "person role certainty",
        organisation=facts.organisation("Human Rights Center Viasna"),
        date=day,
    )
    found = [
        sure
        for who, role, sure in rows
        if who == facts.agent("Ales Bialiatski") and role.endswith("/founder")
    ]
    assert found == certainty


def test_events_of_a_year(facts: Any, ask: Ask) -> None:
    for year in ("2009", "2020", "2021"):
        lists = [
            row["kind"]
            for row in facts.table("award-lists", "events")
            if re.match(rf"{year}(-\d\d){{0,2}}[~?]?$", row["date"])
        ]
        pages = [
            row["type"]
            for row in facts.table("defender-pages", "acts")
            if re.match(rf"{year}(-\d\d){{0,2}}[~?]?$", row["date"])
        ]
        rows = ask(
            "events-in-period",
            "event act_kind certainty",
            from_=f"{year}-01-01",
            to=f"{year}-12-31",
        )
        kinds = [
            kind.rpartition("/")[2]
            for _, kind, certainty in dict.fromkeys(rows)
            if certainty == "certain"
        ]
        assert sorted(kinds) == sorted(lists + pages)  # the one of the Kalyapin page is one of them


def test_events_of_a_kind_are_some_of_all(ask: Ask) -> None:
    period = {"from_": "1990-01-01", "to": "2025-12-31"}
    every, killings = (
        set(ask("events-in-period", "event act_kind", **period, **kind))
        for kind in ({}, {"kind": "killing"})
    )
    assert killings == {row for row in every if row[1].endswith("/killing")}
    assert 0 < len(killings) < len(every)


def test_acts_against_a_person(facts: Any, ask: Ask) -> None:
    rows = [row for row in facts.table("award-lists", "events") if row["victims"] == "Cao Shunli"]
    assert len(rows) == 2
    wanted = {
        (row["kind"], row["date"], f"country/{row['country_iso2']}", row["source_url"])
        for row in rows
    }
    addresses = {row["key"]: row["address"] for row in facts.table("defender-pages", "pages")}
    wanted |= {
        (row["type"], row["date"], f"country/{row['country_iso2']}", addresses[row["page"]])
        for row in facts.table("defender-pages", "acts")
        if row["victim"] == "Cao_Shunli"
    }
    assert len(wanted) == 3
    found = ask("acts-against", "kind date country document", victim=facts.agent("Cao Shunli"))
    assert {(kind.rpartition("/")[2], *rest) for kind, *rest in found} == wanted


def test_situations_in_russia_are_those_of_the_page(facts: Any, ask: Ask) -> None:
    wanted = set()
    for row in facts.table("kalyapin-page", "situations"):
        places = [
            f"subdivision/{code.strip()}" for code in row["subdivisions"].split(";") if code.strip()
        ] or [f"country/{row['country_iso2']}"]
        for abuse in [text.strip() for text in row["abuses"].split(";")]:
            wanted |= {(f"situation/kalyapin-page/{row['id']}", place, abuse) for place in places}
    found = {
        (statement, place, abuse.rpartition("/")[2])
        for statement, place, abuse in ask(
            "situations-in-country", "statement place abuse", country="RU"
        )
    }
    assert found == wanted


def test_persons_whom_several_sources_name(facts: Any, ask: Ask) -> None:
    """Two sources share a person exactly where the ledger says so."""
    with (facts.sources.parent / "judgements.csv").open(encoding="utf-8", newline="") as lines:
        same = [row for row in csv.DictReader(lines) if row["judgement"] == "same"]
    groups: dict[str, set[str]] = defaultdict(set)
    for row in same:
        for side in ("left", "right"):
            iri = row[side].removeprefix(BASE)
            if iri.startswith("person/"):
                groups[facts.canonical(iri)].add(iri.split("/")[1])
    wanted = {(who, str(len(sources))) for who, sources in groups.items() if len(sources) > 1}
    assert len(wanted) > 10
    assert set(ask("persons-in-several-sources", "person sources")) == wanted


def test_testimonies_with_their_places_in_the_page(facts: Any, ask: Ask) -> None:
    ours = {
        row["id"]
        for row in facts.table("kalyapin-page", "quotations")
        if row["speaker"] == "Igor_Kalyapin" and row["kind"] == "testimony"
    }
    assert len(ours) == 2
    rows = [
        row
        for row in facts.table("kalyapin-page", "quotations")
        + facts.table("kalyapin-page", "more_evidence")
        if row["id"] in ours
    ]
    wanted = {("Testimony", row["evidence_start"], row["evidence_end"]) for row in rows}
    wanted |= {
        ("Quotation", "", "")
        for row in facts.table("defender-pages", "quotations")
        if row["speaker"] == "Igor_Kalyapin"
    }
    found = ask("testimonies-of-person", "kind start end", person="kalyapin-page/Igor_Kalyapin")
    assert {(re.split("[#/]", kind)[-1], start, end) for kind, start, end in found} == wanted


def test_founders_of_a_group_with_what_contradicts_them(facts: Any, ask: Ask) -> None:
    group = facts.organisation("Joint Mobile Group")
    wanted = {
        (
            f"founding/kalyapin-page/{row['id']}",
            row["founder_text"] or "Igor Kalyapin",
            row["date"],
            row["status"],
            f"founding/kalyapin-page/{row['alternative_to']}",
        )
        for row in facts.table("kalyapin-page", "foundings")
    }
    found = ask(
        "founders-of-organisation", "founding name date status alternative", organisation=group
    )
    found = [
        (founding, name, date, status.rpartition("/")[2], alternative)
        for founding, name, date, status, alternative in found
    ]
    assert {row for row in found if "/kalyapin-page/" in row[0]} == wanted
    assert [row[1:3] for row in found if "/award-lists/" in row[0]] == [
        ("Igor Kalyapin", "2009-11")
    ]


def test_organisations_founded_after_the_murder(facts: Any, ask: Ask) -> None:
    """Stated of the Joint Mobile Group; shown by dates for each organisation whose founding lies wholly after 2009."""
    found = ask(
        "organisations-founded-after",
        "organisation date basis",
        event="kalyapin-page/11-estemirova-2009",
    )
    stated = [row for row in found if row[2] == "stated"]
    assert stated == [(facts.organisation("Joint Mobile Group"), "2009-11", "stated")]
    later = {
        (facts.organisation(row["name"]), row["founded"])
        for row in facts.table("award-lists", "organisations")
        if row["founded"][:4] > "2009"
    } | {
        (facts.on_page("organisation", row["organisation"]), row["date"])
        for row in facts.table("defender-pages", "foundings")
        if row["date"][:4] > "2009"
    }
    assert later
    # the murder has the day of one source beside the year of the other: by it the group came later, too
    later.add((facts.organisation("Joint Mobile Group"), "2009-11"))
    assert {row[:2] for row in found if row[2] == "dates"} == later


def test_a_collective_was_founded_after_a_massacre(facts: Any, ask: Ask) -> None:
    found = ask(
        "organisations-founded-after", "organisation date basis", event="defender-pages/009-yirgou"
    )
    assert [row for row in found if row[2] == "stated"] == [
        (facts.on_page("organisation", "CISC"), "2019-01~", "stated")
    ]


def test_claims_that_disagree(facts: Any, ask: Ask) -> None:
    found = ask("claims-that-disagree", "property value other_value document other_document")
    said = {
        (name.rpartition("#")[2], frozenset([(left, page), (right, other)]))
        for name, left, right, page, other in found
        if page != other
    }
    rows = {
        (row["award_key"], row["year"]): row for row in facts.table("award-lists", "alternatives")
    }
    wanted = set()
    for key, column, name in (
        (("ludovic-trarieux-prize", "1985"), "date", "date"),
        (("sakharov-prize", "1988"), "country_iso2", "recipientCountry"),
        (("un-human-rights-prize", "2023"), "country_iso2", "recipientCountry"),
        (("pace-human-rights-prize", "2011"), "recipient_name", "recipient"),
    ):
        pages = {rows[key]["left_source_url"], rows[key]["right_source_url"]}
        recipients = {rows[key]["left_recipient"], rows[key]["right_recipient"]}
        lines = [
            row
            for row in facts.table("award-lists", "conferrals")
            if (row["award_key"], row["year"]) == key
        ]
        lines = [
            row
            for row in lines
            if row["source_url"] in pages and row["recipient_name"] in recipients
        ]
        turn = {
            "date": str,
            "country_iso2": lambda code: f"country/{code}",
            "recipient_name": facts.agent,
        }[column]
        wanted.add((name, frozenset((turn(row[column]), row["source_url"]) for row in lines)))
    # several pages name the group; the header of Kalyapin's page, which is contested, puts his name above both awards
    header, group = (
        "https://frontlinedefenders.org/fr/profile/igor-kalyapin",
        facts.agent("Joint Mobile Group"),
    )
    person = facts.canonical("person/kalyapin-page/Igor_Kalyapin")
    for key in (("front-line-defenders-award", "2011"), ("martin-ennals-award", "2013")):
        lines = [
            row
            for row in facts.table("award-lists", "conferrals")
            if (row["award_key"], row["year"]) == key
        ]
        pages = {
            row["source_url"] for row in lines if row["recipient_name"] == "Joint Mobile Group"
        } | _naming_the_group(facts, *key)
        wanted |= {("recipient", frozenset([(group, page), (person, header)])) for page in pages}
    # since when there is the Martin Ennals Award: each page that says 1992 against the list
    (listed,) = (
        row for row in facts.table("award-lists", "awards") if row["key"] == "martin-ennals-award"
    )
    assert listed["founded_year"] == "1993"
    addresses = {row["key"]: row["address"] for row in facts.table("defender-pages", "pages")}
    for row in facts.table("defender-pages", "award_years"):
        if row["award_key"] == "martin-ennals-award":
            wanted.add(
                (
                    "object",
                    frozenset(
                        [("1993", listed["source_url"]), (row["year"], addresses[row["page"]])]
                    ),
                )
            )
    # two days of one evening, each on a page of the same publisher
    by_id = {row["id"]: row for row in facts.table("award-lists-2", "conferrals") if row["id"]}
    for row in by_id.values():
        other = by_id[row["alternative_to"]]
        wanted.add(
            (
                "date",
                frozenset((one["date"], one["source_url"]) for one in (row, other)),
            )
        )
    # two pages of the Right Livelihood Award of 2004, and nothing that tells them apart
    to_memorial, to_her = (
        "https://www.positive.news/archive/bianca-jagger-receives-alternative-nobel-prize/",
        "http://eng.yabloko.ru/Press/2010/07162010-estemirova.html",
    )
    pair = [(facts.in_second("Memorial"), to_memorial)]
    pair.append((facts.on_page("person", "Natalya_Estemirova"), to_her))
    wanted.add(("recipient", frozenset(pair)))
    assert said == wanted


def _naming_the_group(facts: Any, award: str, year: str) -> set[str]:
    """The addresses among the pages in five languages that give an award to the Joint Mobile Group."""
    addresses = {row["key"]: row["address"] for row in facts.table("defender-pages", "pages")}
    rows = facts.table("defender-pages", "conferrals")
    wanted = (award, year, "Joint_Mobile_Group")
    return {
        addresses[row["page"]]
        for row in rows
        if (row["award_key"], row["year"], row["recipient"]) == wanted
    }


def test_the_evidence_of_a_claim_is_that_of_its_row(facts: Any, ask: Ask) -> None:
    claim = "06-front-line-2011-group"
    rows = [
        row
        for row in facts.table("kalyapin-page", "conferrals")
        + facts.table("kalyapin-page", "more_evidence")
        if row["id"] == claim
    ]
    wanted = {(row["evidence_start"], row["evidence_end"], row["evidence_sha256"]) for row in rows}
    assert len(wanted) == 2
    assert (
        set(ask("evidence-of-claim", "start end digest", claim=f"conferral/kalyapin-page/{claim}"))
        == wanted
    )


def test_names_of_a_country_in_a_language(facts: Any, ask: Ask) -> None:
    with (facts.sources / "countries" / "UNSD-fr.csv").open(
        encoding="utf-8-sig", newline=""
    ) as lines:
        names = {row["ISO-alpha2 Code"]: row["Country or Area"] for row in csv.DictReader(lines)}
    for code in ("RU", "CI", "BY"):
        first = ask(
            "names-of-thing", "name tag rank preferred", thing=f"country/{code}", lang="fr"
        )[0]
        assert first == (names[code], "fr", "1", "true")


def test_claims_that_each_source_makes(facts: Any, ask: Ask) -> None:
    """One claim a row for conferrals; a source is a graph, and the countries claim nothing."""
    counts = {
        source.rpartition("/")[2]: int(claims) for source, claims in ask("sources", "source claims")
    }
    assert counts.keys() == {
        "award-lists",
        "award-lists-2",
        "defender-pages",
        "kalyapin-page",
        "nobel-peace",
    }
    rows = ask("claims-with-one-source", "claim document", kind="hrd:AwardConferral")
    cited = {page for _, page in rows}
    assert cited <= {
        row["source_url"] for row in facts.table("award-lists", "conferrals")
    } | _other_pages(facts)


def _other_pages(facts: Any) -> set[str]:
    page = {row["address"] for row in facts.table("kalyapin-page", "documents")}
    page |= {row["address"] for row in facts.table("defender-pages", "pages")}
    page |= {row["source_url"] for row in facts.table("award-lists-2", "conferrals")}
    return page | set(_addresses_of_nobel(facts))


def _addresses_of_nobel(facts: Any) -> Iterator[str]:
    for row in facts.table("nobel-peace", "Nobel_dfmerge_2_1"):
        yield f"https://api.nobelprize.org/2/laureate/{row['id']}"


def test_everything_about_a_person_has_a_source(facts: Any, ask: Ask) -> None:
    rows = ask(
        "everything-about-person",
        "subject property value document publisher",
        person=PAGE.removeprefix("person/"),
    )
    assert all(document and publisher for *_, document, publisher in rows)
    roles = {
        subject
        for subject, name, *_ in rows
        if name.endswith("#member") and "/kalyapin-page/" in subject
    }
    assert roles == {
        f"role/kalyapin-page/{row['id']}"
        for row in facts.table("kalyapin-page", "roles")
        if row["person"] == "Igor_Kalyapin"
    }
    said = {
        row["source_url"]
        for row in facts.table("award-lists", "roles")
        if row["person"] == "Igor Kalyapin"
    }
    assert said <= {document for *_, document, _ in rows}
