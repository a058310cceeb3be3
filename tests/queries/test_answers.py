"""Answers of questions to what the sample does not say: open dates, seasons, outcomes that agree, and doubts about one year of several."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.queries.run import run
from hrdgraph.rdf import Term
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore

BASE = "https://w3id.org/hrdgraph/id/"
CITED = "hrd:evidence :evidence\\/alpha\\/a1"
BO = "hrd:recipient person:alpha\\/bo"
EVENT = f":x a hrd:HumanRightsEvent ; hrd:act :y ; {CITED} . :y a hrd:Act , hrd:Claim ; hrd:actType act:raid ; hrd:victim person:alpha\\/dee"
ROLE = f":x org:member person:alpha\\/dee ; org:organization group:beta\\/circle ; org:role role:member ; {CITED}"
PERIOD = {"from": "2003-01-01", "to": "2003-12-31"}
CASES = {
    "a laureate here, a joint laureate there": (
        f":x hrd:edition :edition\\/torch\\/2012 ; {BO} ; hrd:outcome outcome:joint-laureate",
        "laureates-in-year", {"award": "torch", "year": "2012"}, "laureate outcome claims",
        [("person/alpha/bo", "v:outcome/joint-laureate", "3"), ("person/beta/cy", "v:outcome/honorary", "1")],
    ),
    "contested in one year, won in another": (
        f":x hrd:edition :edition\\/torch\\/2010 ; {BO} ; hrd:outcome outcome:laureate ; hrd:alternativeTo :c1 ; hrd:claimStatus status:contested",
        "editions-of-award", {"award": "torch"}, "edition_year winners finalists",
        [("2010", "0", "1"), ("2011", "1", "0"), ("2012", "2", "0")],
    ),
    "some time before a day": (f'{EVENT} . :x hrd:date "[..2004]"^^edtf:edtf', "events-in-period", PERIOD, "event certainty", [("x", "possible")]),
    "before the years that have days": (f'{EVENT} . :x hrd:date "-0043"^^edtf:edtf', "events-in-period", PERIOD, "event certainty", []),
    "undated": (
        EVENT, "timeline-of-person", {"person": "alpha/dee"}, "date kind claim",
        [
            ("", "v:act-type/raid", "x"), ("", "v:role/secretary", "r4"), ("2009", "v:act-type/abduction", "event/alpha/e1"),
            ("2009", "v:act-type/killing", "event/alpha/e1"), ("2009-07-15", "v:act-type/killing", "event/beta/e2"),
        ],
    ),
    "a date before, and a date after": (
        f':x a hrd:Founding ; org:resultingOrganization group:alpha\\/wall ; hrd:date "[..2008]"^^edtf:edtf ; {CITED}',
        "claims-that-disagree", {}, "claim other value other_value",
        [
            ("c4", "c5", "2012-03-27", "2012-03-29"), ("c4", "c5", "country/CN", "country/TW"),
            ("c8", "c9", "organisation/beta/circle", "person/beta/cy"), ("f1", "f2", "person/beta/cy", "students"),
            ("f3", "x", "2010-11", "[..2008]"), ("i1", "i2", "organisation/alpha/fund", "unknown men"),
            ("l1", "l2", "v:fate/held", "v:fate/exiled"), ("o3", "o4", "2012", "2009"),
        ],
    ),
}  # fmt: skip
ROLES = [
    ("2001/2010-21", "2010-12-01", "possible"),  # it may have ended in March
    ("2001/2010-33", "2010-02-01", "possible"),
    ("2001/2010-21", "2009-12-01", "certain"),
    ("2001/2010-24", "2009-12-31", "possible"),  # a northern winter of 2010 may begin before
    ("2001-21/2010", "2002-01-01", "certain"),
    ("2001-24/2010", "2002-01-01", "possible"),
    ("2001/2010-05", "2010-04-30", "certain"),
]
Plain = Callable[[Term | None], str]
With = Callable[[str], OxigraphStore]


def asked(
    store: OxigraphStore,
    catalogue: Catalogue,
    name: str,
    parameters: dict[str, str],
    columns: str,
    plain: Plain,
) -> list[tuple[str, ...]]:
    answer = run(store, catalogue[name], parameters, BASE)
    assert isinstance(answer, Solutions)
    return [tuple(map(plain, row)) for row in answer.project(columns.split()).rows]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("case", CASES)
def test_the_answer(case: str, catalogue: Catalogue, sample_with: With, plain: Plain) -> None:
    said, name, parameters, columns, wanted = CASES[case]
    with sample_with(f"graph:alpha {{ {said} }}") as store:
        assert asked(store, catalogue, name, parameters, columns, plain) == wanted


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("date", "day", "certainty"), ROLES)
def test_the_end_of_a_role_is_no_more_certain_than_its_date(
    date: str, day: str, certainty: str, catalogue: Catalogue, sample_with: With, plain: Plain
) -> None:
    with sample_with(f'graph:alpha {{ {ROLE} ; hrd:date "{date}"^^edtf:edtf }}') as store:
        found = asked(
            store,
            catalogue,
            "roles-at-date",
            {"organisation": "organisation/beta/circle", "date": day},
            "claim certainty",
            plain,
        )
    assert ("x", certainty) in found


def test_two_answers_about_a_thing_have_each_the_page_that_gives_it(
    catalogue: Catalogue, sample_with: With, plain: Plain
) -> None:
    """One in a claim of its own; the other is said by the source, which cites a page for the thing."""
    years = 'award:torch hrd:foundedYear "1999"^^xsd:gYear'
    claim = ':x rdf:subject award:torch ; rdf:predicate hrd:foundedYear ; rdf:object "1999"^^xsd:gYear ; hrd:evidence :e . :e oa:hasSource doc:c'
    with sample_with(f"graph:beta {{ {years} . {claim} }}") as store:
        found = asked(
            store,
            catalogue,
            "claims-that-disagree",
            {},
            "claim value other_value document other_document",
            plain,
        )
    assert [row for row in found if row[0] == "award/torch"] == [
        ("award/torch", "1999", "2000", "doc:c", "doc:a1")
    ]


@pytest.mark.heavy
def test_an_edition_with_thousands_of_laureates_is_answered_at_once(
    catalogue: Catalogue, sample_with: Callable[[str], OxigraphStore], plain: Plain
) -> None:
    given = "hrd:edition :edition\\/torch\\/1999 ; hrd:outcome outcome:laureate ; hrd:recipient"
    conferrals = " ".join(f":given{n} {given} person:n{n} ." for n in range(4000))
    edition = (
        ':edition\\/torch\\/1999 hrd:editionOf award:torch ; hrd:editionYear "1999"^^xsd:gYear .'
    )
    with sample_with(f"graph:alpha {{ {edition} {conferrals} }}") as store:
        start = time.process_time()
        found = asked(
            store,
            catalogue,
            "laureates-in-year",
            {"award": "torch", "year": "1999"},
            "laureate outcome",
            plain,
        )
        spent = time.process_time() - start
    assert (len(found), {outcome for _, outcome in found}) == (4000, {"v:outcome/laureate"})
    assert spent < 4  # to look for each among all took several times as long
