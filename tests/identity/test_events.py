"""Events have identity: one killing that two sources tell of is proposed as one, and nothing else is."""

from __future__ import annotations

import pytest

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching.compare import THRESHOLD, compare
from hrdgraph.identity.matching.propose import NameShares, propose
from hrdgraph.identity.records import EVENT, PERSON, Record, records_of
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse

HEAD = """
PREFIX : <http://x/>
PREFIX hrd: <https://w3id.org/hrdgraph/ontology#>
PREFIX act: <https://w3id.org/hrdgraph/vocabulary/act-type/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH :graph\\/people { :ana a foaf:Person ; skos:prefLabel "Ana" . :bo a foaf:Person ; skos:prefLabel "Bo" }
"""


def event(
    name: str,
    kind: str,
    victim: str,
    first: str = "",
    last: str = "",
    country: str = "",
    source: str = "",
) -> str:
    days = f' ; hrd:earliest "{first}"^^xsd:date ; hrd:latest "{last}"^^xsd:date' if first else ""
    place = f" ; hrd:country :country\\/{country}" if country else ""
    return (
        f"GRAPH :graph\\/{source or name} {{ :{name} a hrd:HumanRightsEvent ; hrd:act :{name}-act{days}{place} . "
        f":{name}-act hrd:actType act:{kind} ; hrd:victim :{victim} }}\n"
    )


def events(text: str) -> list[Record]:
    graph = ColumnGraph.from_quads(list(parse(HEAD + text, format_named("trig"))))
    return [record for record in records_of(graph) if record.kind == EVENT]


MONTH = ("2009-07-01", "2009-07-31")
YEAR, DAY = ("2009-01-01", "2009-12-31"), ("2009-07-15", "2009-07-15")
PAIRS = {
    "a year and a day in it": (event("a", "killing", "ana", *YEAR) + event("b", "killing", "ana", *DAY), True),
    "a killing here, a death there": (event("a", "killing", "ana", *DAY) + event("b", "death", "ana", *DAY), True),
    "one arrest of one day": (event("a", "arrest", "ana", *DAY) + event("b", "arrest", "ana", *DAY), True),
    "two arrests of two days": (event("a", "arrest", "ana", *DAY) + event("b", "arrest", "ana", "2009-08-01", "2009-08-01"), False),
    "two victims": (event("a", "killing", "ana", *DAY) + event("b", "killing", "bo", *DAY), False),
    "two countries": (event("a", "killing", "ana", *DAY, "RU") + event("b", "killing", "ana", *DAY, "CN"), False),
    "an arrest and a release of one year": (event("a", "arrest", "ana", *YEAR) + event("b", "release", "ana", *YEAR), False),
    "two arrests of one month each": (event("a", "arrest", "ana", *MONTH) + event("b", "arrest", "ana", *MONTH), False),
    "two undated arrests": (event("a", "arrest", "ana") + event("b", "arrest", "ana"), False),
    "two arrests of one year in one list": (
        event("a", "arrest", "ana", *YEAR, source="list") + event("b", "arrest", "ana", *YEAR, source="list"), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_what_may_be_one_event_and_what_may_not(name: str) -> None:
    text, same = PAIRS[name]
    left, right = events(text)
    assert (compare(left, right).score >= THRESHOLD) is same
    assert compare(left, right).score == compare(right, left).score


def test_only_events_of_one_victim_are_compared_and_reasons_are_in_three_languages() -> None:
    found = events(
        "".join(
            event(f"e{number}", "killing", who, *DAY)
            for number, who in enumerate(("ana", "bo", "ana", "bo"))
        )
    )
    proposals = propose(found, Ledger(()), at_least=0.5)
    assert [(item.left.iri[-2:], item.right.iri[-2:]) for item in proposals.best] == [
        ("e0", "e2"),
        ("e1", "e3"),
    ]
    assert proposals.candidates.pairs.height == 2
    assert len({proposals.best[0].comparison.why(language) for language in ("en", "fr", "es")}) == 3


def test_an_event_without_acts_or_with_a_date_that_is_none_is_no_trouble() -> None:
    bad = 'GRAPH :graph\\/a { :a a hrd:HumanRightsEvent . :b a hrd:HumanRightsEvent ; hrd:act :c ; hrd:earliest "soon" . :c hrd:actType act:raid }'
    assert [(record.iri, record.days) for record in events(bad)] == [("http://x/b", None)]


def test_in_a_long_list_a_rare_name_says_more_than_a_common_one() -> None:
    crowd = [
        Record(f"http://x/{place}", PERSON, (f"Mohamed {chr(97 + place % 26)}{place}",))
        for place in range(600)
    ]
    pairs = [
        Record("http://x/m1", PERSON, ("Mohamed",)), Record("http://x/m2", PERSON, ("Mohamed",)),
        Record("http://x/r1", PERSON, ("Wamwilambwe",)), Record("http://x/r2", PERSON, ("Wamwilambwe",)),
    ]  # fmt: skip
    shares = NameShares([*crowd, *pairs])
    codes = [
        reason and reason.code for reason in (shares.reason(*pairs[:2]), shares.reason(*pairs[2:]))
    ]
    assert codes == ["common-name", "rare-name"]
    assert NameShares(pairs).reason(*pairs[2:]) is None  # four names tell nothing
