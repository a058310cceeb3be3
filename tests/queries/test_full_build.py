"""Questions asked of the whole build, against answers computed in Python from the shipped tables alone.

Only two things are taken from the store, so that the tables' names can be compared with its IRIs: which IRI has which name in
the award lists, and which old IRI stands for which canonical one.
"""

from __future__ import annotations

import csv
import json
import re
from ast import literal_eval
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from hrdgraph.queries import Catalogue, run
from hrdgraph.rdf import Term
from hrdgraph.store import OxigraphStore, Solutions

SOURCES = Path(__file__).parents[2] / "data" / "sources"
BASE = "https://w3id.org/hrdgraph/id/"
WON = {"laureate", "joint", "special", "honorary"}
PAGE = "person/kalyapin-page/Igor_Kalyapin"
Row = dict[str, str]
Ask = Callable[..., list[tuple[str, ...]]]


def table(source: str, name: str) -> list[Row]:
    with (SOURCES / source / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def value(term: Term | None) -> str:
    text = "" if term is None else str(getattr(term, "value", ""))
    return text.removeprefix(BASE)


class Facts:
    """The tables as sets of plain facts; people, groups and organisations are canonical IRIs without the base."""

    def __init__(self, store: OxigraphStore) -> None:
        self._canonical = dict(self._pairs(store, "SELECT ?a ?b { ?a dcterms:isReplacedBy ?b }"))
        graph = "<https://w3id.org/hrdgraph/graph/award-lists>"
        kinds = {"people": "a foaf:Person", "organisations": "a org:Organization", "others": "a foaf:Agent"}
        self._by_name = {
            table_name: {
                name: thing for thing, name in self._pairs(store, f"SELECT ?t ?n {{ GRAPH {graph} {{ ?t skos:prefLabel ?n ; {kind} }} }}")
            }
            for table_name, kind in kinds.items()
        }

    @staticmethod
    def _pairs(store: OxigraphStore, text: str) -> list[tuple[str, str]]:
        answer = store.query(text)
        assert isinstance(answer, Solutions)
        return [(value(left), value(right)) for left, right in answer.rows]

    def canonical(self, iri: str) -> str:
        return self._canonical.get(iri, iri)

    def agent(self, name: str) -> str:
        return next(names[name] for names in self._by_name.values() if name in names)

    def organisation(self, name: str) -> str:
        return self._by_name["organisations"][name]

    @cached_property
    def conferrals(self) -> list[tuple[str, str, str, str, str]]:
        """Award, year, recipient, outcome, country: what all sources say, but what is contested by another recipient."""
        lists = [
            (row["award_key"], row["year"], self.agent(row["recipient_name"]), row["outcome"], row["country_iso2"])
            for row in table("award-lists", "conferrals")
            if (row["award_key"], row["year"], row["recipient_name"]) not in self.contested
        ]
        page = [
            (
                row["award_key"],
                row["year"],
                self.canonical(f"{row['recipient_kind']}/kalyapin-page/{row['recipient']}"),
                row["outcome"],
                row["recipient_country_iso2"],
            )
            for row in table("kalyapin-page", "conferrals")
            if row["status"] != "contested"
        ]
        return lists + page + [(award, year, who, "laureate", "") for award, year, who, _ in self.nobel]

    @cached_property
    def contested(self) -> set[tuple[str, str, str]]:
        """The rows marked as disagreeing whose other side has another recipient."""
        others = {
            (row["award_key"], row["year"])
            for row in table("award-lists", "alternatives")
            if row["left_recipient"] != row["right_recipient"]
        }
        rows = [row for row in table("award-lists", "conferrals") if row["note"].startswith("DISAGREES")]
        return {(row["award_key"], row["year"], row["recipient_name"]) for row in rows if (row["award_key"], row["year"]) in others}

    @cached_property
    def nobel(self) -> set[tuple[str, str, str, str]]:
        """Award, year, laureate, share, from the lists of prizes in the cells of the raw file."""
        found = set()
        for row in table("nobel-peace", "Nobel_dfmerge_2_1"):
            for prize in _prizes(row["nobelPrizes"]):
                if prize["category"]["en"] == "Peace":
                    found.add(("nobel-peace-prize", str(prize["awardYear"]), self._laureate(row), prize["portion"]))
        return found

    def _laureate(self, row: Row) -> str:
        person = row["knownName.en"] or row["fullName.en"]
        kind, name = ("person", person) if person else ("organisation", row["orgName.en"])
        return self.canonical(f"{kind}/nobel-peace/{_slug(name)}")

    @cached_property
    def wins(self) -> set[tuple[str, str, str]]:
        """Award, year, winner."""
        return {(award, year, who) for award, year, who, outcome, _ in self.conferrals if outcome in WON}

    @cached_property
    def won(self) -> dict[str, set[str]]:
        """Winner → awards."""
        found: dict[str, set[str]] = defaultdict(set)
        for award, _, who in self.wins:
            found[who].add(award)
        return found


def _prizes(cell: str) -> list[dict[str, object]] | list:
    try:
        return list(json.loads(cell))
    except ValueError:
        return list(literal_eval(cell))


def _slug(name: str) -> str:
    return re.sub(r"\s+", "_", name.strip()).replace("'", "%27").replace(",", "%2C")


def award(key: str) -> str:
    return f"award/{key}"


@pytest.fixture(scope="module")
def facts(built_store: OxigraphStore) -> Facts:
    return Facts(built_store)


@pytest.fixture(scope="module")
def ask(built_store: OxigraphStore, catalogue: Catalogue) -> Ask:
    def asked(name: str, columns: str, **parameters: str) -> list[tuple[str, ...]]:
        answer = run(built_store, catalogue[name], {key.rstrip("_"): text for key, text in parameters.items()}, BASE)
        assert isinstance(answer, Solutions)
        return [tuple(value(term) for term in row) for row in answer.project(columns.split()).rows]

    return asked


def test_laureates_of_awards_in_their_years(facts: Facts, ask: Ask) -> None:
    keys = {"martin-ennals-award", "front-line-defenders-award", "pace-human-rights-prize", "ludovic-trarieux-prize"}
    editions = {(key, year) for key, year, *_ in facts.conferrals if key in keys}
    assert len(editions) > 50
    for key, year in sorted(editions):
        wanted = {who for won, when, who in facts.wins if (won, when) == (key, year)}
        assert {who for (who,) in ask("laureates-in-year", "laureate", award=key, year=year)} == wanted


def test_a_contested_header_makes_no_laureate(ask: Ask) -> None:
    for key, year in (("front-line-defenders-award", "2011"), ("martin-ennals-award", "2013")):
        names = ask("laureates-in-year", "name alternatives", award=key, year=year)
        assert names == [("Joint Mobile Group", "1")]


def test_laureates_of_a_country(facts: Facts, ask: Ask) -> None:
    wanted = {(year, award(key), who) for key, year, who, outcome, country in facts.conferrals if outcome in WON and country == "RU"}
    assert len(wanted) > 20
    assert set(ask("laureates-of-country", "edition_year award laureate", country="RU")) == wanted


def test_countries_by_number_of_laureates(facts: Facts, ask: Ask) -> None:
    people, awards = defaultdict(set), defaultdict(set)
    for key, _, who, outcome, country in facts.conferrals:
        if outcome in WON and country:
            people[country].add(who)
            awards[country].add(key)
    rows = ask("countries-with-most-laureates", "country laureates awards")
    assert {country: (laureates, known) for country, laureates, known in rows} == {
        f"country/{code}": (str(len(people[code])), str(len(awards[code]))) for code in people
    }
    counts = [int(count) for _, count, _ in rows]
    assert counts == sorted(counts, reverse=True)


def test_winners_of_several_awards(facts: Facts, ask: Ask) -> None:
    wanted = {(who, str(len(awards))) for who, awards in facts.won.items() if len(awards) > 1}
    assert len(wanted) > 20
    assert set(ask("winners-of-several", "winner awards")) == wanted


def test_awards_that_two_share(facts: Facts, ask: Ask) -> None:
    pairs = [("Denis Mukwege", "Nadia Murad"), ("Nelson Mandela", "Anatoly Marchenko"), ("Denis Mukwege", "Nelson Mandela")]
    sizes = set()
    for left, right in pairs:
        one, other = facts.agent(left), facts.agent(right)
        ours, theirs = ({(key, year) for key, year, winner in facts.wins if winner == who} for who in (one, other))
        wanted = {(award(key), year, when) for key, year in ours for shared, when in theirs if key == shared}
        sizes.add(len(wanted))
        assert set(ask("awards-shared", "award year_one year_other", one=one, other=other)) == wanted
    assert max(sizes) > 1


def test_finalists_who_later_won(facts: Facts, ask: Ask) -> None:
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


def test_editions_with_their_numbers(facts: Facts, ask: Ask) -> None:
    for key in ("sakharov-prize", "martin-ennals-award"):
        winners, finalists = defaultdict(set), defaultdict(set)
        for won, year, who, outcome, _ in facts.conferrals:
            if won == key:
                (winners if outcome in WON else finalists)[year].add(who)
        wanted = {(year, str(len(winners[year])), str(len(finalists[year]))) for year in {*winners, *finalists}}
        assert set(ask("editions-of-award", "edition_year winners finalists", award=key)) == wanted


def test_shares_of_the_nobel_peace_prize(facts: Facts, ask: Ask) -> None:
    """The file has 135 conferrals; a prize that is not shared has no share."""
    assert len(facts.nobel) == 135
    wanted = {(year, who, share) for _, year, who, share in facts.nobel if share != "1"}
    assert set(ask("shares-of-editions", "edition_year laureate share", award="nobel-peace-prize")) == wanted


def test_awards_that_a_body_confers(facts: Facts, ask: Ask) -> None:
    for body in ("European Parliament", "Front Line Defenders", "Human Rights Watch"):
        rows = [row for row in table("award-lists", "awards") if body in row["conferred_by"].split("; ")]
        assert rows
        wanted = {(award(row["key"]), row["founded_year"], row["scope"]) for row in rows}
        assert set(ask("awards-of-organisation", "award founded scope", organisation=facts.organisation(body))) == wanted


def test_who_accepted_on_whose_behalf(facts: Facts, ask: Ask) -> None:
    withheld = {(row["row"], row["item"]) for row in table("award-lists", "overrides") if row["column"] == "accepted_by"}
    wanted = set()
    for row in table("award-lists", "conferrals"):
        for name in filter(None, (name.strip() for name in row["accepted_by"].split(";"))):
            if (f"{row['award_key']}/{row['year']}/{row['recipient_name']}", name) not in withheld and name != row["recipient_name"]:
                wanted.add((award(row["award_key"]), row["year"], facts.agent(row["recipient_name"]), name))
    wanted.add((award("front-line-defenders-award"), "2011", facts.organisation("Joint Mobile Group"), "Igor Kalyapin"))
    assert len(wanted) > 15
    assert set(ask("accepted-on-behalf", "prize edition_year recipient accepted_by_name")) == wanted


def test_roles_in_an_organisation(facts: Facts, ask: Ask) -> None:
    concepts = {row["role"]: row["concept"] for row in table("award-lists", "role_concepts")}
    for name in ("Human Rights Center Viasna", "Martin Ennals Foundation"):
        wanted = [
            (facts.agent(row["person"]), f"https://w3id.org/hrdgraph/vocabulary/role/{concept.strip()}", _during(row), row["as_of"])
            for row in table("award-lists", "roles")
            if row["organisation"] == name
            for concept in concepts[row["role"]].split(";")
        ]
        assert wanted
        rows = ask("roles-in-organisation", "person role during attested claim", organisation=facts.organisation(name))
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
def test_who_had_a_role_at_a_date(day: str, certainty: list[str], facts: Facts, ask: Ask) -> None:
    """Bialiatski founded Viasna in 1996 (so 1996/), and a page of 2020 still says so."""
    rows = ask("roles-at-date", "person role certainty", organisation=facts.organisation("Human Rights Center Viasna"), date=day)
    found = [sure for who, role, sure in rows if who == facts.agent("Ales Bialiatski") and role.endswith("/founder")]
    assert found == certainty


def test_events_of_a_year(ask: Ask) -> None:
    for year in ("2009", "2020", "2021"):
        lists = [row["kind"] for row in table("award-lists", "events") if re.match(rf"{year}(-\d\d){{0,2}}[~?]?$", row["date"])]
        page = [act["type"] for act in table("kalyapin-page", "acts") if year == "2009"]
        rows = ask("events-in-period", "event act_kind certainty", from_=f"{year}-01-01", to=f"{year}-12-31")
        kinds = [kind.rpartition("/")[2] for _, kind, certainty in dict.fromkeys(rows) if certainty == "certain"]
        assert sorted(kinds) == sorted(lists + page)


def test_events_of_a_kind_are_some_of_all(ask: Ask) -> None:
    period = {"from_": "1990-01-01", "to": "2025-12-31"}
    every, killings = (set(ask("events-in-period", "event act_kind", **period, **kind)) for kind in ({}, {"kind": "killing"}))
    assert killings == {row for row in every if row[1].endswith("/killing")}
    assert 0 < len(killings) < len(every)


def test_acts_against_a_person(facts: Facts, ask: Ask) -> None:
    rows = [row for row in table("award-lists", "events") if row["victims"] == "Cao Shunli"]
    assert len(rows) == 2
    wanted = {(row["kind"], row["date"], f"country/{row['country_iso2']}", row["source_url"]) for row in rows}
    found = ask("acts-against", "kind date country document", victim=facts.agent("Cao Shunli"))
    assert {(kind.rpartition("/")[2], *rest) for kind, *rest in found} == wanted


def test_situations_in_russia_are_those_of_the_page(ask: Ask) -> None:
    wanted = set()
    for row in table("kalyapin-page", "situations"):
        places = [f"subdivision/{code.strip()}" for code in row["subdivisions"].split(";") if code.strip()] or [
            f"country/{row['country_iso2']}"
        ]
        for abuse in [text.strip() for text in row["abuses"].split(";")]:
            wanted |= {(f"situation/kalyapin-page/{row['id']}", place, abuse) for place in places}
    found = {
        (statement, place, abuse.rpartition("/")[2])
        for statement, place, abuse in ask("situations-in-country", "statement place abuse", country="RU")
    }
    assert found == wanted


def test_persons_whom_several_sources_name(facts: Facts, ask: Ask) -> None:
    """Two sources share a person exactly where the ledger says so."""
    with (SOURCES.parent / "judgements.csv").open(encoding="utf-8", newline="") as lines:
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


def test_testimonies_with_their_places_in_the_page(ask: Ask) -> None:
    ours = {row["id"] for row in table("kalyapin-page", "quotations") if row["speaker"] == "Igor_Kalyapin" and row["kind"] == "testimony"}
    assert len(ours) == 2
    rows = [row for row in table("kalyapin-page", "quotations") + table("kalyapin-page", "more_evidence") if row["id"] in ours]
    wanted = {("Testimony", row["evidence_start"], row["evidence_end"]) for row in rows}
    found = ask("testimonies-of-person", "kind start end", person="kalyapin-page/Igor_Kalyapin")
    assert {(kind.rpartition("#")[2], start, end) for kind, start, end in found} == wanted


def test_founders_of_a_group_with_what_contradicts_them(facts: Facts, ask: Ask) -> None:
    group = facts.organisation("Joint Mobile Group")
    wanted = {
        (
            f"founding/kalyapin-page/{row['id']}",
            row["founder_text"] or "Igor Kalyapin",
            row["date"],
            row["status"],
            f"founding/kalyapin-page/{row['alternative_to']}",
        )
        for row in table("kalyapin-page", "foundings")
    }
    found = ask("founders-of-organisation", "founding name date status alternative", organisation=group)
    found = [(founding, name, date, status.rpartition("/")[2], alternative) for founding, name, date, status, alternative in found]
    assert {row for row in found if "/kalyapin-page/" in row[0]} == wanted
    assert [row[1:3] for row in found if "/award-lists/" in row[0]] == [("Igor Kalyapin", "2009-11")]


def test_organisations_founded_after_the_murder(facts: Facts, ask: Ask) -> None:
    """Stated of the Joint Mobile Group; shown by dates for each organisation whose founding lies wholly after 2009."""
    found = ask("organisations-founded-after", "organisation date basis", event="kalyapin-page/11-estemirova-2009")
    stated = [row for row in found if row[2] == "stated"]
    assert stated == [(facts.organisation("Joint Mobile Group"), "2009-11", "stated")]
    later = {
        (facts.organisation(row["name"]), row["founded"]) for row in table("award-lists", "organisations") if row["founded"][:4] > "2009"
    }
    assert later
    assert {row[:2] for row in found if row[2] == "dates"} == later


def test_claims_that_disagree(facts: Facts, ask: Ask) -> None:
    found = ask("claims-that-disagree", "property value other_value document other_document")
    said = {
        (name.rpartition("#")[2], frozenset([(left, page), (right, other)])) for name, left, right, page, other in found if page != other
    }
    rows = {(row["award_key"], row["year"]): row for row in table("award-lists", "alternatives")}
    wanted = set()
    for key, column, name in (
        (("ludovic-trarieux-prize", "1985"), "date", "date"),
        (("sakharov-prize", "1988"), "country_iso2", "recipientCountry"),
        (("un-human-rights-prize", "2023"), "country_iso2", "recipientCountry"),
        (("pace-human-rights-prize", "2011"), "recipient_name", "recipient"),
    ):
        pages = {rows[key]["left_source_url"], rows[key]["right_source_url"]}
        recipients = {rows[key]["left_recipient"], rows[key]["right_recipient"]}
        lines = [row for row in table("award-lists", "conferrals") if (row["award_key"], row["year"]) == key]
        lines = [row for row in lines if row["source_url"] in pages and row["recipient_name"] in recipients]
        turn = {"date": str, "country_iso2": lambda code: f"country/{code}", "recipient_name": facts.agent}[column]
        wanted.add((name, frozenset((turn(row[column]), row["source_url"]) for row in lines)))
    assert said == wanted


def test_the_evidence_of_a_claim_is_that_of_its_row(ask: Ask) -> None:
    claim = "06-front-line-2011-group"
    rows = [row for row in table("kalyapin-page", "conferrals") + table("kalyapin-page", "more_evidence") if row["id"] == claim]
    wanted = {(row["evidence_start"], row["evidence_end"], row["evidence_sha256"]) for row in rows}
    assert len(wanted) == 2
    assert set(ask("evidence-of-claim", "start end digest", claim=f"conferral/kalyapin-page/{claim}")) == wanted


def test_names_of_a_country_in_a_language(ask: Ask) -> None:
    with (SOURCES / "countries" / "UNSD-fr.csv").open(encoding="utf-8-sig", newline="") as lines:
        names = {row["ISO-alpha2 Code"]: row["Country or Area"] for row in csv.DictReader(lines)}
    for code in ("RU", "CI", "BY"):
        first = ask("names-of-thing", "name tag rank preferred", thing=f"country/{code}", lang="fr")[0]
        assert first == (names[code], "fr", "1", "true")


def test_claims_that_each_source_makes(ask: Ask) -> None:
    """One claim a row for conferrals; a source is a graph, and the countries claim nothing."""
    counts = {source.rpartition("/")[2]: int(claims) for source, claims in ask("sources", "source claims")}
    assert counts.keys() == {"award-lists", "kalyapin-page", "nobel-peace"}
    rows = ask("claims-with-one-source", "claim document", kind="hrd:AwardConferral")
    cited = {page for _, page in rows}
    assert cited <= {row["source_url"] for row in table("award-lists", "conferrals")} | _other_pages()


def _other_pages() -> set[str]:
    page = {row["address"] for row in table("kalyapin-page", "documents")}
    return page | set(_addresses_of_nobel())


def _addresses_of_nobel() -> Iterator[str]:
    for row in table("nobel-peace", "Nobel_dfmerge_2_1"):
        yield f"https://api.nobelprize.org/2/laureate/{row['id']}"


def test_everything_about_a_person_has_a_source(ask: Ask) -> None:
    rows = ask("everything-about-person", "subject property value document publisher", person=PAGE.removeprefix("person/"))
    assert all(document and publisher for *_, document, publisher in rows)
    roles = {subject for subject, name, *_ in rows if name.endswith("#member") and "/kalyapin-page/" in subject}
    assert roles == {f"role/kalyapin-page/{row['id']}" for row in table("kalyapin-page", "roles") if row["person"] == "Igor_Kalyapin"}
    said = {row["source_url"] for row in table("award-lists", "roles") if row["person"] == "Igor Kalyapin"}
    assert said <= {document for *_, document, _ in rows}
