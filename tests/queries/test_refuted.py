"""What a person has refuted is no answer to a question about the world; questions about claims show it, with its status."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.queries.run import run
from hrdgraph.rdf import Term
from hrdgraph.store.contract import Solutions
from hrdgraph.store.oxigraph import OxigraphStore

BASE = "https://w3id.org/hrdgraph/id/"
HERE = Path(__file__).parent
TOPICS = (
    "awards",
    "events",
    "organisations",
    "people",
)  # "evidence" is about claims, and so are these two
ABOUT_CLAIMS = {"founders-of-organisation", "everything-about-person"}
QUESTIONS = {
    path.stem for topic in TOPICS for path in (HERE.parents[1] / "queries" / topic).glob("*.rq")
} - ABOUT_CLAIMS
CASES = [
    path for path in sorted((HERE / "golden").glob("*.csv")) if path.name.split(".")[0] in QUESTIONS
]
REFUTED = """
:x1 a hrd:AwardConferral ; hrd:edition :edition\\/torch\\/2010 ; hrd:recipient person:alpha\\/bo ; hrd:outcome outcome:laureate ;
  hrd:recipientCountry country:BR , country:CN ; hrd:acceptedByText "nobody" ; hrd:share "1/2" .
:x2 a hrd:AwardConferral ; hrd:edition :edition\\/lamp\\/2015 ; hrd:recipient person:alpha\\/ana ; hrd:outcome outcome:laureate , outcome:finalist ;
  hrd:recipientCountry country:BR , country:CN ; hrd:acceptedByText "nobody" ; hrd:share "1/2" .
:x3 a org:Membership ; org:member person:alpha\\/dee ; org:organization group:alpha\\/wall ; org:role role:chair ; hrd:date "2000/2020"^^edtf:edtf .
:x4 a hrd:Founding ; org:resultingOrganization group:alpha\\/wall ; hrd:founder person:alpha\\/dee ; hrd:date "2011"^^edtf:edtf .
:x5 a hrd:HumanRightsEvent ; hrd:act :x6 ; hrd:date "2009-07-16"^^edtf:edtf .
:x6 a hrd:Act ; hrd:victim person:alpha\\/dee ; hrd:actType act:attack .
:x7 a hrd:SituationStatement ; hrd:situationIn country:RU .
:x9 a hrd:AwardConferral ; hrd:edition :edition\\/torch\\/2011 ; hrd:recipient person:alpha\\/ana ; hrd:outcome outcome:laureate ;
  hrd:date "2011-09"^^edtf:edtf ; hrd:alternativeTo :c2 , :c3 .
:x8 a schema:Quotation ; schema:creator person:alpha\\/ana .
"""


@pytest.fixture(scope="module")
def refuted(sample_with: Callable[[str], OxigraphStore]) -> Iterator[OxigraphStore]:
    said = "".join(
        f":x{number} hrd:claimStatus status:refuted ; hrd:evidence :evidence\\/alpha\\/a1 .\n"
        for number in range(1, 10)
    )
    with sample_with(f"graph:alpha {{ {REFUTED} {said} }}") as store:
        yield store


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_refuted_claims_change_no_answer_about_the_world(
    case: Path, catalogue: Catalogue, refuted: OxigraphStore, plain: Callable[[Term | None], str]
) -> None:
    query = catalogue[case.name.split(".")[0]]
    first, *lines = case.read_text("utf-8").splitlines()
    assert first.startswith("#"), "the first line has the parameters: # award=lamp, or # alone"
    parameters = dict(pair.split("=", 1) for pair in shlex.split(first.removeprefix("#")))
    answer = run(refuted, query, parameters, BASE)
    assert isinstance(answer, Solutions)
    # what a person has refuted may leave another claim with one publisher less: it is told all the same
    rows = [[plain(term).replace("/verified", "/asserted") for term in row] for row in answer.rows]
    assert [list(answer.variables), *rows] == [
        [cell.replace("/verified", "/asserted") for cell in row] for row in csv.reader(lines)
    ]
