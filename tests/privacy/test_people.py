"""People at risk, living people, people who were taken down: what of them stays and what goes."""

from __future__ import annotations

from datetime import date

import pytest

from hrdgraph.privacy.levels import Policy
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.privacy.withdrawn_names import make_tombstones
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, ORG, PROV, RDF, SCHEMA, SKOS, XSD

LISTS, PAGES, ONTOLOGY = (
    IRI(f"https://w3id.org/hrdgraph/graph/{name}") for name in ("lists", "pages", "ontology")
)
Statements = list[tuple[IRI, IRI, Term]]
AT_RISK = Policy(award_lists=frozenset({LISTS}))
WITHHELD = HRDV["visibility/withheld"]


def node(name: str) -> IRI:
    return IRI(f"http://x/{name}")


ANA, BO, PRIZE, CLAIM, OTHER, EVENT, ACT, PLACE = map(
    node, ("ana", "bo", "prize", "claim", "other", "event", "act", "place")
)


def graph(parts: Statements, at: IRI) -> list[Quad]:
    return [Quad(*part, at) for part in parts]


def person(who: IRI, name: str) -> Statements:
    return [(who, RDF.type, FOAF.Person), (who, SKOS.prefLabel, Literal(name))]


def conferral(claim: IRI, who: IRI) -> Statements:
    return [
        (claim, RDF.type, HRD.AwardConferral),
        (claim, HRD.recipient, who),
        (claim, HRD.edition, PRIZE),
    ]


FLAG: Statements = [(ANA, HRD.atRisk, Literal("true", XSD.boolean.value))]
ROLE: Statements = [
    (OTHER, RDF.type, ORG.Membership),
    (OTHER, ORG.member, ANA),
    (OTHER, HRD.note, Literal("a role")),
]


def publish(*quads: list[Quad], policy: Policy = AT_RISK) -> set[Quad]:
    return set(
        publish_graph(
            ColumnGraph.from_quads([quad for part in quads for quad in part]), policy
        ).graph
    )


def text(quads: set[Quad]) -> str:
    return " ".join(term.n3() for quad in quads for term in quad if term is not None)


def test_of_a_person_at_risk_only_the_award_list_speaks() -> None:
    listed = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA)], LISTS)
    more = graph(
        [
            *ROLE,
            (ANA, HRD.occupation, Literal("lawyer")),
            (BO, FOAF.member, ANA),
            *person(ANA, "Анна"),
        ],
        PAGES,
    )
    same_list = graph(
        [(ANA, HRD.country, node("country")), (ANA, HRD.note, Literal("a note"))], LISTS
    )
    assert publish(listed, more, same_list, graph(FLAG, PAGES)) == set(listed)


def test_without_the_flag_all_of_it_is_public() -> None:
    listed = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA)], LISTS)
    more = graph([*ROLE, *person(ANA, "Анна")], PAGES)
    assert publish(listed, more) == {*listed, *more}
    for word in ("false", "0", "no"):
        no = graph([(ANA, HRD.atRisk, Literal(word, XSD.boolean.value))], PAGES)
        assert publish(listed, more, no) == {*listed, *more}


@pytest.mark.parametrize("value", ["1", "yes", "maybe", ""])
def test_in_doubt_a_person_is_at_risk(value: str) -> None:
    listed = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA)], LISTS)
    assert publish(
        listed, graph(ROLE, PAGES), graph([(ANA, HRD.atRisk, Literal(value))], PAGES)
    ) == set(listed)


def test_a_person_at_risk_in_no_award_list_goes_whole() -> None:
    others = graph([*person(BO, "Bo"), *conferral(node("c2"), BO)], LISTS)
    secret = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA), *ROLE], PAGES)
    assert publish(others, secret, graph(FLAG, PAGES)) == set(others)


def test_a_withheld_conferral_is_no_public_award_list() -> None:
    listed = graph(
        [*person(ANA, "Ana"), *conferral(CLAIM, ANA), (CLAIM, HRD.visibility, WITHHELD)], LISTS
    )
    assert publish(listed, graph(FLAG, LISTS)) == set()


def test_the_flag_counts_from_a_withheld_source() -> None:
    listed, more = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA)], LISTS), graph(ROLE, PAGES)
    secret = node("secret-graph")
    policy = Policy(graphs={secret: "withheld"}, award_lists=frozenset({LISTS}))
    assert publish(listed, more, graph(FLAG, secret), policy=policy) == set(listed)


def test_an_event_with_a_victim_at_risk_goes() -> None:
    event: Statements = [
        (EVENT, RDF.type, HRD.HumanRightsEvent),
        (EVENT, HRD.act, ACT),
        (ACT, RDF.type, HRD.Act),
        (ACT, HRD.victim, ANA),
    ]
    listed = graph([*person(ANA, "Ana"), *conferral(CLAIM, ANA)], LISTS)
    assert publish(listed, graph(event, PAGES), graph(FLAG, PAGES)) == set(listed)


EXACT = graph([(SCHEMA.latitude, HRD.livingVisibility, WITHHELD)], ONTOLOGY)
WHERE: Statements = [(PLACE, RDF.type, SCHEMA.Place), (PLACE, SCHEMA.latitude, Literal("43.31"))]


@pytest.mark.parametrize(
    "link",
    [
        [(ANA, SCHEMA.latitude, Literal("43.31"))],
        [(ANA, SCHEMA.location, PLACE), *WHERE],
        [
            (ACT, RDF.type, HRD.Act),
            (ACT, HRD.victim, ANA),
            (ACT, SCHEMA.latitude, Literal("43.31")),
        ],
        [
            (EVENT, HRD.act, ACT),
            (ACT, RDF.type, HRD.Act),
            (ACT, HRD.victim, ANA),
            (EVENT, SCHEMA.location, PLACE),
            *WHERE,
        ],
        [(ANA, SCHEMA.location, node("p2")), (node("p2"), SCHEMA.geo, PLACE), *WHERE],
    ],
)
def test_exact_places_of_the_living_go_and_of_the_dead_stay(link: Statements) -> None:
    said = graph([*person(ANA, "Ana"), *link], PAGES)
    assert "43.31" not in text(publish(EXACT, said))
    died = graph([(ANA, HRD.deathDate, Literal("2011"))], PAGES)
    assert publish(EXACT, said, died) == {*EXACT, *said, *died}


def test_a_death_that_is_withheld_is_none() -> None:
    said = graph(
        [
            *person(ANA, "Ana"),
            (ANA, SCHEMA.latitude, Literal("43.31")),
            (ANA, HRD.deathDate, Literal("2011")),
        ],
        PAGES,
    )
    assert "43.31" not in text(
        publish(EXACT, said, policy=Policy(properties={HRD.deathDate: "withheld"}))
    )


def test_a_killing_is_a_death_and_where_an_office_is_may_be_told() -> None:
    killed: Statements = [
        (ACT, RDF.type, HRD.Act),
        (ACT, HRD.victim, ANA),
        (ACT, HRD.actType, HRDV["act-type/killing"]),
    ]
    said = graph([*person(ANA, "Ana"), (ANA, SCHEMA.latitude, Literal("43.31")), *killed], PAGES)
    assert publish(EXACT, said) == {*EXACT, *said}
    office = graph(
        [
            (BO, RDF.type, ORG.Organization),
            (BO, SCHEMA.location, PLACE),
            *WHERE,
            *person(ANA, "Ana"),
            (ANA, ORG.memberOf, BO),
        ],
        PAGES,
    )
    assert publish(EXACT, office) == {*EXACT, *office}


def test_of_what_was_withdrawn_nothing_stays_and_of_others_all() -> None:
    hers = graph(
        [
            *person(ANA, "Ana Example"),
            *conferral(CLAIM, ANA),
            (node("doc"), RDF.type, HRD.SourceDocument),
        ],
        LISTS,
    )
    linked = graph(
        [
            (OTHER, HRD.alternativeTo, CLAIM),
            (OTHER, HRD.note, Literal("as it was for ana example, too")),
        ],
        LISTS,
    )
    others = graph(
        [*person(BO, "Bo"), *conferral(OTHER, BO), (OTHER, HRD.note, Literal("a bananaexample"))],
        LISTS,
    )
    result = publish(hers, linked, others, policy=Policy(withdrawn=frozenset({ANA})))
    assert result == {*others, hers[-1]}


def test_a_name_that_another_bears_too_and_the_name_of_an_award_stay() -> None:
    hers = graph(person(ANA, "Ana Example"), LISTS)
    award = graph(
        [(PRIZE, RDF.type, HRD.Award), (PRIZE, SKOS.prefLabel, Literal("Ana Example Prize"))], LISTS
    )
    noted = graph([*person(BO, "Bo"), (BO, HRD.note, Literal("won with Ana Example"))], LISTS)
    policy = Policy(withdrawn=frozenset({ANA}))
    assert publish(hers, award, noted, policy=policy) == {*award, *noted[:-1]}
    namesake = graph(person(node("other-ana"), "Ana Example"), LISTS)
    assert publish(hers, award, noted, namesake, policy=policy) == {*award, *noted, *namesake}


def test_names_in_scripts_that_do_not_part_words() -> None:
    hers, noted = (
        graph(person(ANA, "刘晓波"), LISTS),
        graph([*person(BO, "Bo"), (BO, HRD.note, Literal("他认识刘晓波吗"))], LISTS),
    )
    assert publish(hers, noted, policy=Policy(withdrawn=frozenset({ANA}))) == set(noted[:-1])


def test_a_tombstone_says_that_and_when() -> None:
    [kind, when] = make_tombstones([(ANA, date(2026, 11, 24))], PAGES)
    assert kind == Quad(ANA, RDF.type, HRD.Withdrawn, PAGES)
    assert when == Quad(
        ANA, PROV.invalidatedAtTime, Literal("2026-11-24T00:00:00Z", XSD.dateTime.value), PAGES
    )


def test_evidence_of_something_private_keeps_its_document_only() -> None:
    proof, place = node("proof"), node("selector")
    cited = graph(
        [*person(ANA, "Ana"), (ANA, HRD.evidence, proof), (proof, OA.hasSource, node("doc"))], PAGES
    )
    words = graph(
        [
            (proof, OA.hasSelector, place),
            (place, OA.start, Literal("7")),
            (proof, HRD.quoteDigest, Literal("abc")),
        ],
        PAGES,
    )
    birth = graph([(ANA, HRD.birthDate, Literal("1968"))], PAGES)
    policy = Policy(properties={HRD.birthDate: "withheld"})
    assert publish(cited, words, birth, policy=policy) == set(cited)
    assert publish(cited, words, policy=policy) == {*cited, *words}


def test_one_source_is_one_though_it_writes_into_two_graphs() -> None:
    proof, other = node("proof"), node("elsewhere")
    cited = graph(
        [*person(ANA, "Ana"), (ANA, HRD.evidence, proof), (proof, OA.hasSource, node("doc"))], PAGES
    )
    words = graph([(proof, HRD.quoteDigest, Literal("abc"))], PAGES)
    birth = graph([(ANA, HRD.birthDate, Literal("1968"))], other)
    policy = Policy(properties={HRD.birthDate: "withheld"}, rooms=((other.value, PAGES.value),))
    assert publish(cited, words, birth, policy=policy) == set(cited)
