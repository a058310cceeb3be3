"""Awards in the whole build, against answers computed in Python from the shipped tables alone (see `Facts` in conftest.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.heavy

Ask = Callable[..., list[tuple[str, ...]]]
WON = {"laureate", "joint", "joint-laureate", "special", "special-prize", "honorary"}
# What sources disagree about in the shipped data: who received a prize, and from which country somebody is.
WINNER_DISPUTED = {
    ("right-livelihood-award", "organisation/Memorial"),
    ("right-livelihood-award", "person/Natalia_Estemirova"),
}
COUNTRY_DISPUTED = {
    ("right-livelihood-award", "organisation/Memorial", "RU"),
    ("un-human-rights-prize", "organisation/Human_Rights_Center_Viasna", "RU"),
    ("sakharov-prize", "person/Anatoly_Marchenko", "UA"),
}


def award(key: str) -> str:
    return f"award/{key}"


def test_laureates_of_awards_in_their_years(facts: Any, ask: Ask) -> None:
    keys = {
        "martin-ennals-award",
        "front-line-defenders-award",
        "pace-human-rights-prize",
        "ludovic-trarieux-prize",
    }
    editions = {(key, year) for key, year, *_ in facts.conferrals if key in keys}
    assert len(editions) > 50
    for key, year in sorted(editions):
        wanted = {who for won, when, who in facts.wins if (won, when) == (key, year)}
        assert {
            who for (who,) in ask("laureates-in-year", "laureate", award=key, year=year)
        } == wanted


def test_a_contested_header_makes_no_laureate(ask: Ask) -> None:
    for key, year in (("front-line-defenders-award", "2011"), ("martin-ennals-award", "2013")):
        names = ask("laureates-in-year", "name alternatives", award=key, year=year)
        assert names == [("Joint Mobile Group", "1")]


def test_laureates_of_a_country(facts: Any, ask: Ask) -> None:
    wanted = {
        (year, award(key), who)
        for key, year, who, outcome, country in facts.conferrals
        if outcome in WON and country == "RU" and (key, who, country) not in COUNTRY_DISPUTED
    }
    assert len(wanted) > 20
    assert set(ask("laureates-of-country", "edition_year award laureate", country="RU")) == wanted


def test_countries_by_number_of_laureates(facts: Any, ask: Ask) -> None:
    people, awards = defaultdict(set), defaultdict(set)
    for key, _, who, outcome, country in facts.conferrals:
        if outcome in WON and country and (key, who, country) not in COUNTRY_DISPUTED:
            people[country].add(who)
            awards[country].add(key)
    rows = ask("countries-with-most-laureates", "country laureates awards")
    assert {country: (laureates, known) for country, laureates, known in rows} == {
        f"country/{code}": (str(len(people[code])), str(len(awards[code]))) for code in people
    }
    counts = [int(count) for _, count, _ in rows]
    assert counts == sorted(counts, reverse=True)


def test_winners_of_several_awards(facts: Any, ask: Ask) -> None:
    won = {
        who: [key for key in keys if (key, who) not in WINNER_DISPUTED]
        for who, keys in facts.won.items()
    }
    wanted = {(who, str(len(awards))) for who, awards in won.items() if len(awards) > 1}
    assert len(wanted) > 20
    assert set(ask("winners-of-several", "winner awards")) == wanted


def test_awards_that_two_share(facts: Any, ask: Ask) -> None:
    pairs = [
        ("Denis Mukwege", "Nadia Murad"),
        ("Nelson Mandela", "Anatoly Marchenko"),
        ("Denis Mukwege", "Nelson Mandela"),
    ]
    sizes = set()
    for left, right in pairs:
        one, other = facts.agent(left), facts.agent(right)
        ours, theirs = (
            {(key, year) for key, year, winner in facts.wins if winner == who}
            for who in (one, other)
        )
        wanted = {
            (award(key), year, when)
            for key, year in ours
            for shared, when in theirs
            if key == shared
        }
        sizes.add(len(wanted))
        assert (
            set(ask("awards-shared", "award year_one year_other", one=one, other=other)) == wanted
        )
    assert max(sizes) > 1


def test_finalists_who_later_won(facts: Any, ask: Ask) -> None:
    wanted = {
        (who, award(key), year, award(won), when, str(key == won).lower())
        for key, year, who, outcome, _ in facts.conferrals
        if outcome == "finalist"
        for won, when, winner in facts.wins
        if winner == who and when > year
    }
    assert wanted
    columns = "finalist finalist_of finalist_year won won_year same_award"
    assert set(ask("finalists-who-later-won", columns)) == wanted


def test_editions_with_their_numbers(facts: Any, ask: Ask) -> None:
    for key in ("sakharov-prize", "martin-ennals-award"):
        winners, finalists = defaultdict(set), defaultdict(set)
        for won, year, who, outcome, _ in facts.conferrals:
            if won == key:
                (winners if outcome in WON else finalists)[year].add(who)
        wanted = {
            (year, str(len(winners[year])), str(len(finalists[year])))
            for year in {*winners, *finalists}
        }
        assert set(ask("editions-of-award", "edition_year winners finalists", award=key)) == wanted


def test_shares_of_the_nobel_peace_prize(facts: Any, ask: Ask) -> None:
    """The file has 135 conferrals; that a prize was not shared it says too, by a portion of 1."""
    assert len(facts.nobel) == 135
    escaped = str.maketrans({"(": "%28", ")": "%29"})  # as a template writes them into an address
    wanted = {
        (year, facts.canonical(who.translate(escaped)), "1/1" if share == "1" else share)
        for _, year, who, share in facts.nobel
    }
    assert (
        set(ask("shares-of-editions", "edition_year laureate share", award="nobel-peace-prize"))
        == wanted
    )


def test_awards_that_a_body_confers(facts: Any, ask: Ask) -> None:
    for body in ("European Parliament", "Front Line Defenders", "Human Rights Watch"):
        rows = [
            row
            for row in facts.table("award-lists", "awards")
            if body in row["conferred_by"].split("; ")
        ]
        assert rows
        wanted = {(award(row["key"]), row["founded_year"], row["scope"]) for row in rows}
        assert (
            set(
                ask(
                    "awards-of-organisation",
                    "award founded scope",
                    organisation=facts.organisation(body),
                )
            )
            == wanted
        )


def test_who_accepted_on_whose_behalf(facts: Any, ask: Ask) -> None:
    withheld = {
        (row["row"], row["item"])
        for row in facts.table("award-lists", "overrides")
        if row["column"] == "accepted_by"
    }
    wanted = set()
    for row in facts.table("award-lists", "conferrals"):
        for name in filter(None, (name.strip() for name in row["accepted_by"].split(";"))):
            if (
                f"{row['award_key']}/{row['year']}/{row['recipient_name']}",
                name,
            ) not in withheld and name != row["recipient_name"]:
                wanted.add(
                    (award(row["award_key"]), row["year"], facts.agent(row["recipient_name"]), name)
                )
    wanted.add(
        (
            award("front-line-defenders-award"),
            "2011",
            facts.organisation("Joint Mobile Group"),
            "Igor Kalyapin",
        )
    )
    for row in facts.table("award-lists-2", "conferrals"):
        for name in filter(None, row["accepted_by"].split("; ")):
            recipient = facts.in_second(row["recipient_name"])
            wanted.add((award(row["award_key"]), row["year"], recipient, name))
    names = {row["key"]: row["name"] for row in facts.table("defender-pages", "people")}
    for row in facts.table("defender-pages", "conferrals"):
        if row["accepted_by"]:
            recipient = facts.on_page(row["recipient_kind"], row["recipient"])
            wanted.add((award(row["award_key"]), row["year"], recipient, names[row["accepted_by"]]))
    assert len(wanted) > 15
    assert set(ask("accepted-on-behalf", "prize edition_year recipient accepted_by_name")) == wanted


def test_announcements_and_ceremonies_are_those_of_the_tables(facts: Any, ask: Ask) -> None:
    rows = [
        row
        for source in ("award-lists", "defender-pages")
        for row in facts.table(source, "award_events")
    ]
    wanted = sorted(
        [(f"edition/{row['award_key']}/{row['year']}", row["date"], row["planned"]) for row in rows]
        + [
            (f"edition/{row['award']}/{row['year']}", "", "")
            for row in facts.table("kalyapin-page", "award_events")
        ]
    )
    assert len(wanted) == 22
    assert sorted(ask("announcements-and-ceremonies", "edition date planned")) == wanted
    of_2022 = ask(
        "announcements-and-ceremonies",
        "date place",
        award="martin-ennals-award",
        year="2022",
        lang="es",
    )
    assert of_2022 == [("2022-01-19", ""), ("2022-01-19", ""), ("2022-06-02", "Ginebra")]


def test_awards_are_found_by_the_city_of_their_ceremony_and_by_its_country(ask: Ask) -> None:
    """Three pages name the city, each in another language, and no page the country."""
    for place in ("city/geneva", "country/CH"):
        assert [words for (words,) in ask("awards-given-in-place", "words", place=place)] == [
            "Ginebra",
            "Geneva",
            "Genève",
        ]
