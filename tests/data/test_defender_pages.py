"""The fourteen pages in five languages: every fact that was marked in them is in a table, or is listed here with the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Rows = Callable[[Path], list[dict[str, str]]]
Fact = dict[str, str]
TABLES = {
    "award_conferral": ("conferrals",),
    "nomination": ("conferrals",),
    "role": ("roles", "attributes"),
    "membership": ("roles",),
    "affiliation": ("roles",),
    "nationality": ("attributes",),
    "founding": ("foundings", "award_years"),
    "statement": ("quotations",),
    "event": ("acts", "situations"),
}
ABOUT = (
    "recipient",
    "member",
    "person",
    "founder",
    "organisation",
    "speaker",
    "victim",
    "victim_text",
    "affected_group",
    "award_key",
)
# what a fact calls what a table has under another name
CALLED = {
    "Prix Martin Ennals": "martin-ennals-award",
    "prix Martin Ennals": "martin-ennals-award",
    "Olof Palme Prize": "olof-palme-prize",
    "organisateurs du prix Martin Ennals": "Organisers_of_the_Martin_Ennals_Award",
    "жюри/сайт премии Мартина Энналса": "Jury_of_the_Martin_Ennals_Award",
    "شخصان": "two people who are not named",
    "": "210 people, by the count of the CISC",
}
NOT_DONE_TO = "it was not done to a defender"
LEFT_OUT = {
    ("event", "announcement"): "it is in award_events, see below",
    ("event", "ceremony"): "it is in award_events, see below",
    ("event", "award_acceptance"): "it is at the conferral",
    ("event", "protest"): NOT_DONE_TO,
    ("event", "publication"): NOT_DONE_TO,
    ("event", "organization_dissolution"): "by whom, and how, is not said; it is noted at the role",
    ("founding", "plusieurs médias indépendants"): "they have no names",
    (
        "founding",
        "Premio a la defensa de los Derechos Humanos",
    ): "a year of creation cannot be approximate",
    ("affiliation", "University of Grozny"): "to have studied there is no role",
}


@pytest.fixture(scope="module")
def pages(shared: Callable[[str], Path]) -> list[tuple[str, list[Fact]]]:
    marked = [json.loads(path.read_text("utf-8")) for path in sorted(shared("gold").glob("*.json"))]
    # a copy for tests is no source: the page stands at the office itself
    copy, official = "https://web.test.ohchr.un-icc.cloud/", "https://www.ohchr.org/"
    return [(page["url"].replace(copy, official), page["facts"]) for page in marked]


@pytest.fixture(scope="module")
def tables(sources: Path, rows: Rows) -> dict[str, list[Fact]]:
    return {path.stem: rows(path) for path in (sources / "defender-pages").glob("*.csv")}


@pytest.fixture(scope="module")
def matches(
    pages: list[tuple[str, list[Fact]]], tables: dict[str, list[Fact]]
) -> list[tuple[Fact, list[tuple[str, str]]]]:
    """Each marked fact with the rows of its page that say it, as table and id."""
    keys = {row["address"]: row["key"] for row in tables["pages"]}
    return [
        (fact, list(_rows(fact, keys[address], tables)))
        for address, facts in pages
        for fact in facts
    ]


def _rows(fact: Fact, page: str, tables: dict[str, list[Fact]]) -> Iterator[tuple[str, str]]:
    about = [_key(name, tables) for name in _names(fact)]
    for table in TABLES[fact["type"]]:
        for row in tables[table]:
            if (
                row["page"] == page
                and _agree(row, fact["date"])
                and any(row.get(column) in about for column in ABOUT)
            ):
                yield table, row["id"]


def _names(fact: Fact) -> list[str]:
    """Whom a fact is about; a founding is also about what was founded."""
    return [fact["subject"], fact["object"]] if fact["type"] == "founding" else [fact["subject"]]


def _key(name: str, tables: dict[str, list[Fact]]) -> str:
    named = {
        row["name"]: row["key"] for table in ("people", "organisations") for row in tables[table]
    }
    plain = re.sub(r" \([A-Z]+\)$", "", name)
    return CALLED.get(name) or named.get(plain, plain)


def _agree(row: Fact, date: str) -> bool:
    """Whether a row has the year of a date, where both have one."""
    years = set(re.findall(r"[0-9]{4}", date))
    times = {
        year
        for column in ("year", "date", "birth", "attested_at")
        for year in re.findall(r"[0-9]{4}", row.get(column) or "")
    }
    return not years or not times or bool(years & times)


def test_every_fact_that_was_marked_is_in_a_table_or_left_out_for_a_reason(
    matches: list[tuple[Fact, list[tuple[str, str]]]],
) -> None:
    assert len(matches) == 185
    missing = {
        (fact["type"], fact["subject"], fact["object"]) for fact, rows in matches if not rows
    }
    assert {fact for fact in missing if (fact[0], fact[2]) not in LEFT_OUT} == set()
    assert {(kind, what) for kind, _, what in missing} <= LEFT_OUT.keys()


def test_what_is_left_out_is_marked_somewhere(pages: list[tuple[str, list[Fact]]]) -> None:
    marked = {(fact["type"], fact["object"]) for _, facts in pages for fact in facts}
    assert LEFT_OUT.keys() <= marked


def test_no_row_says_what_nobody_marked(
    matches: list[tuple[Fact, list[tuple[str, str]]]], tables: dict[str, list[Fact]]
) -> None:
    said = {row for _, rows in matches for row in rows}
    claims = {
        (table, row["id"])
        for table in {name for names in TABLES.values() for name in names}
        for row in tables[table]
    }
    assert claims - said == set()


def test_the_pages_are_those_that_were_read(
    pages: list[tuple[str, list[Fact]]], tables: dict[str, list[Fact]]
) -> None:
    assert sorted(row["address"] for row in tables["pages"]) == sorted(
        address for address, _ in pages
    )


def test_a_day_of_announcement_is_no_day_of_conferral(
    pages: list[tuple[str, list[Fact]]], tables: dict[str, list[Fact]]
) -> None:
    keys = {row["address"]: row["key"] for row in tables["pages"]}
    announced = {
        (keys[address], fact["date"])
        for address, facts in pages
        for fact in facts
        if fact["object"] == "announcement"
    }
    assert len(announced) == 3
    assert announced.isdisjoint({(row["page"], row["date"]) for row in tables["conferrals"]})


def test_every_announcement_and_ceremony_is_in_the_table_as_it_was_marked(
    pages: list[tuple[str, list[Fact]]], tables: dict[str, list[Fact]]
) -> None:
    """Page, kind, day, place, and whether it was planned; one ceremony is marked at what was said on it, and at the conferral."""
    keys = {row["address"]: row["key"] for row in tables["pages"]}
    kinds = {"announcement": "Announcement", "ceremony": "CeremonyEvent"}
    marked = {
        (
            keys[address],
            kinds[fact["object"]],
            fact["date"],
            fact["place"].partition(",")[0],
            "planned" in fact.get("note", ""),
        )
        for address, facts in pages
        for fact in facts
        if fact["type"] == "event" and fact["object"] in kinds
    }
    marked.add(("ohchr-ennals", "CeremonyEvent", "2013-10-08", "", False))
    assert ("ohchr-ennals", "2013-10-08", "said at the ceremony") in {
        (r["page"], r["date"], r["note"]) for r in tables["quotations"]
    }
    assert {
        (r["page"], r["kind"], r["date"], r["place"], bool(r["planned"]))
        for r in tables["award_events"]
    } == marked
    editions = {(row["page"], row["award_key"], row["year"]) for row in tables["conferrals"]}
    assert {
        (row["page"], row["award_key"], row["year"]) for row in tables["award_events"]
    } <= editions


def test_a_publisher_is_as_reliable_here_as_in_the_lists(
    sources: Path, rows: Rows, tables: dict[str, list[Fact]]
) -> None:
    lists = {
        row["publisher"]: row["reliability"]
        for row in rows(sources / "award-lists" / "publishers.csv")
        if not row["mirror_of"]
    }
    both = [row for row in tables["pages"] if row["publisher"] in lists]
    assert len(both) == 6
    assert {
        row["publisher"]: row["reliability"]
        for row in both
        if lists[row["publisher"]] != row["reliability"]
    } == {}


def test_what_another_source_calls_an_award_is_no_other_name_of_it(
    sources: Path, rows: Rows, tables: dict[str, list[Fact]]
) -> None:
    """SKOS: no name is preferred and alternative at once."""
    lists = rows(sources / "award-lists" / "awards.csv")
    preferred = {
        (row["key"], row[f"name_{language}"], language)
        for row in lists
        for language in ("en", "fr", "es")
    }
    preferred |= {
        (row["key"], row["name"], row["language"])
        for row in rows(sources / "kalyapin-page" / "awards.csv")
    }
    other = {
        (row["key"], row["other_name"], row["language"])
        for row in tables["awards"]
        if row["other_name"]
    }
    assert other
    assert other & preferred == set()
