"""Each check stays silent on a graph that is in order, and finds what a careless row would bring in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.queries.model import Query
from hrdgraph.queries.run import check
from hrdgraph.rdf import Term
from hrdgraph.store.oxigraph import OxigraphStore

EDITION = ":edition\\/torch\\/2011"
BROKEN = {
    "act-after-death": (
        'graph:alpha { :x hrd:act :y ; hrd:date "2012"^^edtf:edtf . :y hrd:actType act:arrest ; hrd:victim person:alpha\\/dee }',
        {"x": "2012"},
    ),
    "act-before-birth": (
        'graph:alpha { person:alpha\\/dee hrd:birthDate "2010-02"^^edtf:edtf }',
        {"event/alpha/e1": "2009", "event/beta/e2": "2009-07-15"},
    ),
    "agent-never-used": (
        'graph:alpha { person:x a foaf:Person ; skos:prefLabel "Xi" }',
        {"person/x": "Xi"},
    ),
    "agent-without-name": (
        "graph:alpha { :c1 hrd:acceptedBy person:x . person:y a foaf:Person }",
        {"person/x": "", "person/y": ""},
    ),
    "alternative-one-way": ("graph:derived { :c1 hrd:alternativeTo :c1 }", {"c1": "c1"}),
    "claim-without-evidence": (
        "graph:alpha { :x a hrd:Founding , hrd:Claim . :y a hrd:Act , hrd:Claim }",
        {"x": "", "y": ""},
    ),
    "conferral-without-award": (
        "graph:alpha { :x a hrd:AwardConferral ; hrd:edition :edition\\/no\\/2011 . :y a hrd:AwardConferral }",
        {"x": "edition/no/2011", "y": ""},
    ),
    "country-unknown": (
        "graph:alpha { :c1 hrd:recipientCountry country:XX }",
        {"c1": "country/XX"},
    ),
    "date-after-retrieval": (
        'graph:alpha { :c1 hrd:date "2021-03"^^edtf:edtf }',
        {"c1": "2021-03"},
    ),
    "dates-reversed": (
        'graph:alpha { :x hrd:date "2011-04"^^edtf:edtf , "2011-04-03"^^edtf:edtf , "2012"^^edtf:edtf }',
        {"x": "2012"},
    ),
    "edition-before-award": (
        'graph:alpha { :edition\\/torch\\/1999 hrd:editionOf award:torch ; hrd:editionYear "1999"^^xsd:gYear }',
        {"edition/torch/1999": "award/torch"},
    ),
    "event-without-act": ("graph:alpha { :x a hrd:HumanRightsEvent }", {"x": ""}),
    "evidence-without-document": (
        "graph:alpha { :c1 hrd:evidence :x . :c4 hrd:evidence :y . :y oa:hasSource doc:none }",
        {"c1": "x", "c4": "y"},
    ),
    "finalist-and-laureate": (
        f"graph:alpha {{ :x hrd:edition {EDITION} ; hrd:recipient person:alpha\\/ana ; hrd:outcome outcome:finalist }}",
        {"person/alpha/ana": "edition/torch/2011"},
    ),
    "order-against-dates": (
        'graph:alpha { :x hrd:after :event\\/alpha\\/e1 ; hrd:date "2008"^^edtf:edtf }',
        {"x": "event/alpha/e1"},
    ),
    "release-without-arrest": (
        "graph:alpha { :x hrd:act :y . :y hrd:actType act:release ; hrd:victim person:alpha\\/bo }",
        {"x": "person/alpha/bo"},
    ),
    "same-name-in-source": (
        'graph:alpha { person:x a foaf:Person ; skos:prefLabel "Bo Chen" }',
        {"person/alpha/bo": "person/x"},
    ),
    "two-preferred-names": (
        'graph:other { award:torch skos:prefLabel "Torch Prize"@en }',
        {"award/torch": "Torch Award"},
    ),
    "two-statuses": (
        "graph:derived { :c9 hrd:claimStatus status:verified }",
        {"c9": "v:claim-status/contested"},
    ),
    "verdict-before-charge": (
        'graph:alpha { :x hrd:chargedOn "2011-05"^^edtf:edtf ; hrd:verdictOn "2011-04-30"^^edtf:edtf }',
        {"x": "2011-04-30"},
    ),
    "won-without-conferral": (
        "graph:derived { person:alpha\\/dee hrd:hasWon award:lamp }",
        {"person/alpha/dee": "award/lamp"},
    ),
}


def checks(catalogue: Catalogue) -> dict[str, Query]:
    return {query.name: query for query in catalogue.topic("checks")}


def test_every_check_has_a_broken_graph(catalogue: Catalogue) -> None:
    assert checks(catalogue).keys() == BROKEN.keys()


def test_a_graph_in_order_has_no_violation(catalogue: Catalogue, sample: OxigraphStore) -> None:
    assert [
        violation for query in checks(catalogue).values() for violation in check(sample, query)
    ] == []


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_graph_has_the_violation(
    name: str,
    catalogue: Catalogue,
    sample_with: Callable[[str], OxigraphStore],
    plain: Callable[[Term | None], str],
) -> None:
    turtle, wanted = BROKEN[name]
    with sample_with(turtle) as store:
        found = check(store, checks(catalogue)[name])
    said = {plain(violation.focus): plain(violation.value) for violation in found}
    if name == "agent-never-used":
        said = {
            plain(violation.focus): "Xi" for violation in found if "Xi" in violation.messages[0][1]
        }
    assert said == wanted


POSSIBLE = [
    ("verdict-before-charge", 'graph:alpha { :x hrd:chargedOn "2011-05"^^edtf:edtf ; hrd:verdictOn "2011"^^edtf:edtf }'),
    ("act-after-death", 'graph:alpha { :x hrd:act :y ; hrd:date "2009-12"^^edtf:edtf . :y hrd:actType act:raid ; hrd:victim person:alpha\\/cy }'),
    ("act-before-birth", 'graph:alpha { person:alpha\\/dee hrd:birthDate "2009"^^edtf:edtf }'),
    (
        "release-without-arrest",
        "graph:alpha { :x hrd:act :y , :z . :y hrd:actType act:release ; hrd:victim person:alpha\\/bo . "
        ":z hrd:actType act:arrest ; hrd:victim person:alpha\\/bo }",
    ),
    ("order-against-dates", 'graph:alpha { :x hrd:after :event\\/alpha\\/e1 ; hrd:date "2009-01"^^edtf:edtf }'),  # the event may be of January too
    ("order-against-dates", 'graph:alpha { :x hrd:after :event\\/alpha\\/e1 ; hrd:date "[..2010]"^^edtf:edtf }'),
    ("dates-reversed", 'graph:alpha { :x hrd:date "2011"^^edtf:edtf , "2011-04"^^edtf:edtf }'),
    ("dates-reversed", 'graph:alpha { :event\\/alpha\\/e1 hrd:date "2012"^^edtf:edtf }'),  # told as a disagreement
    ("date-after-retrieval", 'graph:alpha { :o2 hrd:date "2031"^^edtf:edtf ; hrd:planned true }'),
    ("date-after-retrieval", 'graph:alpha { :c1 hrd:date "2020"^^edtf:edtf }'),  # the page was read in January 2020
    ("edition-before-award", 'graph:alpha { :edition\\/torch\\/1999 hrd:editionOf award:torch ; hrd:editionYear "1999"^^xsd:gYear . award:torch hrd:foundedYear "1998"^^xsd:gYear }'),
    ("finalist-and-laureate", f"graph:alpha {{ :x hrd:edition {EDITION} ; hrd:recipient person:alpha\\/ana ; hrd:outcome outcome:finalist ; hrd:alternativeTo :c2 , :c3 }}"),
    ("finalist-and-laureate", f"graph:alpha {{ :x hrd:edition {EDITION} ; hrd:recipient person:alpha\\/ana ; hrd:outcome outcome:finalist ; hrd:claimStatus status:refuted }}"),
    ("order-against-dates", 'graph:alpha { :x hrd:after :event\\/alpha\\/e1 ; hrd:date "2008"^^edtf:edtf ; hrd:claimStatus status:refuted }'),
]  # fmt: skip


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("name", "turtle"), POSSIBLE, ids=lambda value: str(value)[:60])
def test_what_is_only_possible_or_told_elsewhere_is_not_found(
    name: str, turtle: str, catalogue: Catalogue, sample_with: Callable[[str], OxigraphStore]
) -> None:
    with sample_with(turtle) as store:
        assert check(store, checks(catalogue)[name]) == []


def test_things_with_one_name_are_told_beside_the_first_of_them(
    catalogue: Catalogue,
    sample_with: Callable[[str], OxigraphStore],
    plain: Callable[[Term | None], str],
) -> None:
    same = " ".join(
        f'person:n{number} a foaf:Person ; skos:prefLabel "Unidentified" .' for number in range(9)
    )
    with sample_with(f"graph:alpha {{ {same} }}") as store:
        found = check(store, checks(catalogue)["same-name-in-source"])
    assert [(plain(one.focus), plain(one.value)) for one in found] == [
        ("person/n0", f"person/n{number}") for number in range(1, 9)
    ]


def test_a_refuted_conferral_is_none(
    catalogue: Catalogue,
    sample_with: Callable[[str], OxigraphStore],
    plain: Callable[[Term | None], str],
) -> None:
    conferral = "hrd:outcome outcome:laureate ; hrd:recipient person:alpha\\/dee ; hrd:edition :edition\\/lamp\\/1900"
    edition = ":edition\\/lamp\\/1900 hrd:editionOf award:lamp ."
    for status, wanted in (("asserted", []), ("refuted", ["person/alpha/dee"])):
        said = f"graph:alpha {{ :x {conferral} ; hrd:claimStatus status:{status} . {edition} person:alpha\\/dee hrd:hasWon award:lamp }}"
        with sample_with(said) as store:
            assert [
                plain(one.focus) for one in check(store, checks(catalogue)["won-without-conferral"])
            ] == wanted


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(BROKEN))
def test_messages_are_whole_sentences_in_three_languages(
    name: str, catalogue: Catalogue, sample_with: Callable[[str], OxigraphStore]
) -> None:
    with sample_with(BROKEN[name][0]) as store:
        messages = [violation.messages for violation in check(store, checks(catalogue)[name])]
    assert all([language for language, _ in texts] == ["en", "fr", "es"] for texts in messages)
    assert not [text for texts in messages for _, text in texts if "{?" in text]


def test_a_check_without_focus_is_an_error(sample: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r"a check is a SELECT query"):
        check(sample, Query("x", "checks", "SELECT ?s WHERE { ?s a hrd:Award }"))


def test_a_row_without_focus_is_an_error(sample: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r"thing that is wrong as \?focus"):
        check(sample, Query("x", "checks", "SELECT ?focus ?s WHERE { ?s a hrd:Award }"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("hrd:Award", "https://w3id.org/hrdgraph/ontology#Award"),
        ("'x'@en", "x"),
        ("''", ""),
        ("'{?focus}'", "{?focus}"),
    ],
)
def test_messages_hold_the_plain_value(value: str, text: str, sample: OxigraphStore) -> None:
    select = f"SELECT ?focus ?value {{ VALUES (?focus ?value) {{ (hrd:Act {value}) }} }}"
    found = check(sample, Query("x", "checks", select, messages=(("en", "<{?value}>"),)))
    assert found[0].messages == (("en", f"<{text}>"),)
