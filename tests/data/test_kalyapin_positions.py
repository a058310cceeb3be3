"""Every passage that the Kalyapin tables cite is where they say, and says what they say."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

Rows = Callable[[Path], list[dict[str, str]]]
EXPECTED_ROWS = {
    "acts.csv": 2, "attributes.csv": 9, "award_events.csv": 1, "awards.csv": 2, "conferrals.csv": 4, "defenders.csv": 2, "editions.csv": 2, "events.csv": 1, "foundings.csv": 2, "media.csv": 1,
    "more_evidence.csv": 21, "organisations.csv": 5, "people.csv": 3, "quotations.csv": 3, "roles.csv": 6, "situations.csv": 11,
}  # fmt: skip


@pytest.fixture(scope="module")
def page(shared: Callable[[str], Path]) -> str:
    return shared("sources/kalyapin-fr.txt").read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def folder(sources: Path) -> Path:
    return sources / "kalyapin-page"


def row_key(row: dict[str, str]) -> str:
    return row.get("id") or row.get("key") or f"{row['award_key']}/{row['year']}"


def cited(page: str, row: dict[str, str]) -> str:
    return page[int(row["evidence_start"]) : int(row["evidence_end"])]


def test_the_digest_of_the_page_is_the_one_described(page: str, folder: Path, rows: Rows) -> None:
    digest = hashlib.sha256(page.encode()).hexdigest()
    described = tomllib.loads((folder / "source.toml").read_text("utf-8"))["document"]
    [document] = rows(folder / "documents.csv")
    assert (digest, described["address"]) == (described["sha256"], document["address"])
    assert document["sha256"] == digest


def test_every_table_is_held_against_the_page(folder: Path, rows: Rows) -> None:
    found = {
        path.name: len(table)
        for path in folder.glob("*.csv")
        if "evidence_start" in (table := rows(path))[0]
    }
    assert found == EXPECTED_ROWS


@pytest.mark.parametrize("name", sorted(EXPECTED_ROWS))
def test_positions_and_digests_hold(name: str, page: str, folder: Path, rows: Rows) -> None:
    for row in rows(folder / name):
        words = cited(page, row)
        assert 0 <= int(row["evidence_start"]) < int(row["evidence_end"]) <= len(page), row
        assert words == words.strip(), row
        assert hashlib.sha256(words.encode()).hexdigest() == row["evidence_sha256"], row


def test_each_cited_passage_is_found_in_other_texts_of_the_page(folder: Path, rows: Rows) -> None:
    known = {
        (row["start"], row["end"], row["sha256"]) for row in rows(folder.parents[1] / "anchors.csv")
    }
    columns = ("evidence_start", "evidence_end", "evidence_sha256")
    every = {
        tuple(row[name] for name in columns)
        for file in EXPECTED_ROWS
        for row in rows(folder / file)
    }
    assert every - known == set()


@pytest.mark.parametrize("name", sorted(EXPECTED_ROWS))
def test_the_cited_words_say_it(name: str, page: str, folder: Path, rows: Rows) -> None:
    wanted: dict[tuple[str, str], list[str]] = {}
    for row in rows(Path(__file__).with_name("kalyapin_expected_words.csv")):
        if row["table"] == name:
            wanted.setdefault((row["row"], row["passage_start"]), []).append(row["words"])
    passages = {
        (row_key(row), row["evidence_start"]): cited(page, row) for row in rows(folder / name)
    }
    assert wanted.keys() == passages.keys()
    for key, words in wanted.items():
        assert [word for word in words if word not in passages[key]] == [], key


def test_the_noise_of_the_page_is_never_cited(page: str, folder: Path, rows: Rows) -> None:
    noise = ("Back to top", "igor_kalyapin_on_receiving")
    stretches = [(page.index(words), page.index(words) + len(words)) for words in noise]
    for name in EXPECTED_ROWS:
        for row in rows(folder / name):
            start, end = int(row["evidence_start"]), int(row["evidence_end"])
            assert not any(start < last and first < end for first, last in stretches), (name, row)


def test_the_page_is_undated_so_no_present_role_is_dated(folder: Path, rows: Rows) -> None:
    roles = rows(folder / "roles.csv")
    present = [row for row in roles if row["ended"] == "false"]
    assert len(present) == 3
    assert all(not row["date"] and not row["attested_at"] for row in present)
    assert [row["person"] for row in roles if row["ended"] == "true"] == ["Mary_Robinson"]
    assert [row["id"] for row in roles if not row["organisation"]] == ["01-president"]


def test_what_the_page_contradicts_stands_side_by_side(folder: Path, rows: Rows) -> None:
    for name, pairs in (("conferrals.csv", 2), ("foundings.csv", 1), ("attributes.csv", 1)):
        links = {
            row["id"]: row["alternative_to"] for row in rows(folder / name) if row["alternative_to"]
        }
        assert len(links) == 2 * pairs
        assert all(links[links[key]] == key for key in links)
    recipients = {row["recipient"]: row["status"] for row in rows(folder / "conferrals.csv")}
    assert recipients == {"Joint_Mobile_Group": "asserted", "Igor_Kalyapin": "contested"}


def test_no_date_is_finer_than_the_page_says(folder: Path, rows: Rows) -> None:
    dates = {
        row["id"]: row["date"]
        for name in ("conferrals", "foundings", "events")
        for row in rows(folder / f"{name}.csv")
        if row["date"]
    }
    assert dates == {
        "06-front-line-2011-group": "2011-04", "08-martin-ennals-2013-group": "2013",
        "04-joint-mobile-group": "2009-11", "11-estemirova-2009": "2009",
    }  # fmt: skip


def test_two_acts_of_one_event_and_a_situation_that_is_none(folder: Path, rows: Rows) -> None:
    acts = rows(folder / "acts.csv")
    assert {row["type"] for row in acts} == {"abduction", "killing"}
    assert {row["event"] for row in acts} == {"11-estemirova-2009"}
    situations = rows(folder / "situations.csv")
    assert sum(bool(row["abuses"]) for row in situations) == 9
    assert [row["subdivisions"] for row in situations if row["subdivisions"]] == [
        "RU-CE; RU-IN; RU-DA",
        "RU-CE",
    ]
