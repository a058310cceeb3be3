"""The shipped tables are what was compiled, whole, and everything in them is classified."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.data.conftest import published

Rows = Callable[[Path], list[dict[str, str]]]
FACTS = {
    "awards": 26,
    "conferrals": 679,
    "people": 529,
    "organisations": 200,
    "roles": 124,
    "events": 60,
}
RAW = {
    "nobel-peace": ("nobel", ["Nobel_dfmerge_2_1.csv"]),
    "countries": (
        "countries",
        [
            "country-codes.csv",
            *(f"UNSD-{language}.csv" for language in ("en", "fr", "es", "ru", "ar", "cn")),
        ],
    ),
}


@pytest.fixture(scope="module")
def lists(sources: Path) -> Path:
    return sources / "award-lists"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_facts_are_shipped_unchanged(
    name: str, lists: Path, shared: Callable[[str], Path], rows: Rows
) -> None:
    compiled = published(shared(f"facts/{name}.csv").read_bytes().decode())
    assert (lists / f"{name}.csv").read_bytes().decode() == compiled
    assert len(rows(lists / f"{name}.csv")) == FACTS[name]


FOR_TESTS = re.compile(
    r"//(?:[\w.-]+[.-])?(?:staging|preprod|preview|dev|uat)[.-]|//(?:qa|test)\.|(?:eanadev|go-vip|arc-cdn)\.|/preview/"
)


def test_no_source_is_a_server_for_tests(sources: Path) -> None:
    texts = (path.read_text("utf-8") for path in sources.rglob("*.csv"))
    read = {address for text in texts for address in re.findall(r"https?://[^\s,;\"]+", text)}
    assert [address for address in read if FOR_TESTS.search(address)] == []
    assert FOR_TESTS.search("https://digital-staging.thehill.com/a")


@pytest.mark.parametrize("source", sorted(RAW))
def test_raw_files_are_shipped_unchanged(
    source: str, sources: Path, shared: Callable[[str], Path]
) -> None:
    folder, files = RAW[source]
    for name in files:
        assert (sources / source / name).read_bytes() == shared(
            f"data/{folder}/{name}"
        ).read_bytes(), name


def test_a_day_of_an_announcement_or_ceremony_is_in_the_note_of_a_row_of_the_same_page(
    lists: Path, rows: Rows
) -> None:
    """Nothing is invented: day, year or place stand in a note, or in the date of the row whose note says that it is the ceremony's."""
    listed = rows(lists / "conferrals.csv")
    for event in rows(lists / "award_events.csv"):
        key = (event["award_key"], event["year"], event["source_url"])
        noted = [
            row
            for row in listed
            if (row["award_key"], row["year"], row["source_url"]) == key and row["note"]
        ]
        words = (
            ("announced",)
            if event["kind"] == "Announcement"
            else ("ceremony", "handed over", "presented")
        )
        said = " ".join(
            f"{row['note']} {row['date']} {row['year']}"
            for row in noted
            if any(word in row["note"] for word in words)
        )
        assert event["date"] in said, event
        assert event["place"] in said, event
        assert bool(event["planned"]) == ("planned" in said), event


def hosts(lists: Path, rows: Rows) -> set[str]:
    addresses = [row["source_url"] for name in FACTS for row in rows(lists / f"{name}.csv")]
    return {(urlsplit(address).hostname or "").removeprefix("www.") for address in addresses}


def test_every_host_has_its_publisher_and_no_other_is_listed(lists: Path, rows: Rows) -> None:
    table = rows(lists / "publishers.csv")
    assert [row["host"] for row in table] == sorted(hosts(lists, rows))
    assert all(row["publisher"] and row["reliability"] for row in table)


def test_a_copy_of_wikipedia_is_published_by_wikipedia(lists: Path, rows: Rows) -> None:
    table = rows(lists / "publishers.csv")
    copies = [row for row in table if row["mirror_of"].endswith("wikipedia.org")]
    assert len(copies) > 20
    assert {(row["publisher"], row["reliability"]) for row in copies} == {("Wikipedia", "mirror")}
    assert {row["publisher"] for row in table if "wikipedia" in row["host"]} == {"Wikipedia"}


def test_every_address_of_a_host_called_wikipedia_is_a_wikipedia_page(
    lists: Path, rows: Rows
) -> None:
    by_proxy = {
        row["host"]
        for row in rows(lists / "publishers.csv")
        if row["host"] in {"melakarnets.com", "naturehabitats.org"}
    }
    addresses = {row["source_url"] for name in FACTS for row in rows(lists / f"{name}.csv")}
    proxied = [
        a for a in addresses if (urlsplit(a).hostname or "").removeprefix("www.") in by_proxy
    ]
    assert len(proxied) >= 2
    assert all("wikipedia.org" in address for address in proxied)


def test_republished_texts_are_cited_and_their_first_publisher_is_known(
    lists: Path, rows: Rows
) -> None:
    addresses = {row["source_url"] for name in FACTS for row in rows(lists / f"{name}.csv")}
    publishers = {row["publisher"] for row in rows(lists / "publishers.csv")}
    table = rows(lists / "republished.csv")
    assert [
        row
        for row in table
        if row["source_url"] not in addresses or row["publisher"] not in publishers
    ] == []


@pytest.mark.parametrize(
    ("table", "column", "concepts", "key"),
    [
        ("roles", "role", "role_concepts", "role"),
        ("conferrals", "outcome", "outcome_concepts", "outcome"),
        ("organisations", "kind", "organisation_kinds", "kind"),
    ],
)
def test_every_word_of_a_list_has_its_concept(
    table: str, column: str, concepts: str, key: str, lists: Path, rows: Rows
) -> None:
    assert {row[key] for row in rows(lists / f"{concepts}.csv")} == {
        row[column] for row in rows(lists / f"{table}.csv")
    }


def test_every_concept_is_in_its_vocabulary(
    lists: Path, sources: Path, root: Path, rows: Rows
) -> None:
    vocabularies = root / "ontology" / "vocabularies"
    page = sources / "kalyapin-page"
    used = {
        "role": {row["concept"] for row in rows(lists / "role_concepts.csv")}
        | {row["role"] for row in rows(page / "roles.csv")},
        "outcome": {row["concept"] for row in rows(lists / "outcome_concepts.csv")},
        "reliability": {row["reliability"] for row in rows(lists / "publishers.csv")},
        "act-type": {row["kind"] for row in rows(lists / "events.csv")}
        | {row["type"] for row in rows(page / "acts.csv")},
    }
    used["act-type"] |= {
        item.strip()
        for row in rows(page / "situations.csv")
        for item in row["abuses"].split(";")
        if item.strip()
    }
    for scheme, codes in used.items():
        text = (vocabularies / f"{scheme}.ttl").read_text("utf-8")
        assert [code for code in sorted(codes) if f":{code} a skos:Concept" not in text] == [], (
            scheme
        )


def test_former_is_ended_and_nothing_else_is(lists: Path, rows: Rows) -> None:
    assert all(
        (row["ended"] == "true") == row["role"].startswith("former ")
        for row in rows(lists / "role_concepts.csv")
    )


def test_rows_that_disagree_have_their_alternative(lists: Path, rows: Rows) -> None:
    key = ("award_key", "year", "recipient_name", "source_url")
    conferrals = {tuple(row[name] for name in key): row for row in rows(lists / "conferrals.csv")}
    assert len(conferrals) == FACTS["conferrals"]
    table = rows(lists / "alternatives.csv")
    left = {(r["award_key"], r["year"], r["left_recipient"], r["left_source_url"]) for r in table}
    right = {
        (r["award_key"], r["year"], r["right_recipient"], r["right_source_url"]) for r in table
    }
    assert left == {k for k, row in conferrals.items() if row["note"].startswith("DISAGREES")}
    assert right <= conferrals.keys() - left


def test_overrides_name_something_that_is_there(lists: Path, rows: Rows) -> None:
    row_keys = {
        "conferrals.csv": lambda row: f"{row['award_key']}/{row['year']}/{row['recipient_name']}",
        "people.csv": lambda row: row["name"],
        "events.csv": lambda row: f"{row['kind']}/{row['date']}/{row['country_iso2']}",
    }
    for override in rows(lists / "overrides.csv"):
        key = row_keys[override["table"]]
        found = [row for row in rows(lists / override["table"]) if key(row) == override["row"]]
        assert found, override
        items = {
            item.strip()
            for row in found
            for item in (row[override["column"]], *row[override["column"]].split(";"))
        }
        assert override["item"] in items, override


def test_family_words_are_overridden(lists: Path, rows: Rows) -> None:
    hidden = {(row["table"], row["item"]) for row in rows(lists / "overrides.csv")}
    words = (
        "his son",
        "her son",
        "daughter",
        "spouse",
        "wife",
        "husband",
        "son of",
        "brother",
        "sister",
        "mother of",
        "father of",
    )
    for name, column in (
        ("conferrals", "accepted_by"),
        ("conferrals", "note"),
        ("people", "occupation"),
        ("events", "victims"),
    ):
        cells = {
            item.strip() for row in rows(lists / f"{name}.csv") for item in row[column].split(";")
        }
        exposed = {cell for cell in cells if any(word in cell.lower() for word in words)}
        assert {cell for cell in exposed if (f"{name}.csv", cell) not in hidden} == set()
