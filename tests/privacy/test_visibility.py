"""What is withheld and what is not, case by case."""

from __future__ import annotations

import pytest

from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.visibility import Published, publish_graph
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import DCTERMS, FOAF, HRD, HRDV, OA, ORG, OWL, PROV, RDF, RDFS, SCHEMA, SKOS

G, H, DERIVED, ONTOLOGY = (
    IRI(f"https://w3id.org/hrdgraph/graph/{name}")
    for name in ("lists", "files", "derived", "ontology")
)
RESTRICTED, WITHHELD, PUBLIC = (
    HRDV[f"visibility/{code}"] for code in ("restricted", "withheld", "public")
)
BIRTH = {HRD.birthDate: WITHHELD}
Statements = list[tuple[IRI, IRI, Term]]


def node(name: str) -> IRI:
    return IRI(f"http://x/{name}")


ANA, BO, PRIZE, CLAIM, OTHER, DOC, PAGE = (
    node(name) for name in ("ana", "bo", "prize", "claim", "other", "doc", "page")
)


def person(who: IRI) -> Statements:
    return [(who, RDF.type, FOAF.Person), (who, SKOS.prefLabel, Literal(f"name of {who.value}"))]


def conferral(claim: IRI, who: IRI, *, page: IRI = PAGE) -> Statements:
    """A conferral with evidence, selector and document."""
    evidence, selector = IRI(f"{claim.value}-evidence"), IRI(f"{claim.value}-selector")
    return [
        (claim, RDF.type, HRD.AwardConferral),
        (claim, HRD.recipient, who),
        (claim, HRD.edition, PRIZE),
        (claim, HRD.motivation, Literal(f"because of {claim.value}")),
        (claim, HRD.evidence, evidence),
        (evidence, RDF.type, OA.SpecificResource),
        (evidence, OA.hasSource, page),
        (evidence, OA.hasSelector, selector),
        (evidence, HRD.quoteDigest, Literal(f"digest of {claim.value}")),
        (selector, OA.start, Literal("7")),
        (page, DCTERMS.title, Literal(f"title of {page.value}")),
    ]


def graph(*parts: Statements, at: IRI | None = G) -> ColumnGraph:
    return ColumnGraph.from_quads(Quad(*statement, at) for part in parts for statement in part)


def told(result: Published, *nodes: IRI) -> list[bool]:
    """For each node whether any term of the result tells of it, even inside a literal."""
    text = "\n".join(result.graph.terms)
    return [one.value in text for one in nodes]


def hide(who: IRI, how: Term = RESTRICTED) -> Statements:
    return [(who, HRD.visibility, how)]


def test_what_only_a_withheld_claim_says_of_somebody_stays_withheld_when_somebody_public_is_the_same() -> (
    None
):
    about: Statements = [
        (BO, SKOS.altLabel, Literal("Bobo")),
        (BO, HRD.occupation, Literal("lawyer")),
        (BO, FOAF.homepage, PAGE),
    ]
    secret = [*person(BO), *about, *conferral(CLAIM, BO), *hide(CLAIM)]
    public = graph(person(ANA), conferral(OTHER, ANA, page=DOC), at=H)
    result = publish_graph(
        ColumnGraph.union([public, graph(secret)]), Policy(joined=((BO.value, ANA.value),))
    )
    assert result.graph == public


def test_what_holds_for_one_name_holds_for_all() -> None:
    public = graph(person(ANA), conferral(OTHER, ANA), at=H)
    result = publish_graph(
        ColumnGraph.union([public, graph(person(BO), hide(BO))]),
        Policy(joined=((BO.value, ANA.value),)),
    )
    assert told(result, ANA, BO, OTHER) == [False, False, False]


PUBLIC_PRIZE: Statements = [
    (PRIZE, RDF.type, HRD.AwardEdition),
    (node("public"), HRD.mentions, PRIZE),
]


def test_where_nothing_is_withheld_nothing_changes() -> None:
    whole = ColumnGraph.union(
        [graph(person(ANA), conferral(CLAIM, ANA)), graph([(ANA, HRD.hasWon, PRIZE)], at=DERIVED)]
    )
    result = publish_graph(whole, Policy(BIRTH, {H: "withheld"}))
    assert result.graph == whole
    assert result.withheld == {}


def test_an_empty_graph_is_published_empty() -> None:
    assert len(publish_graph(ColumnGraph.from_quads([]), Policy(BIRTH)).graph) == 0


@pytest.mark.parametrize(
    "how", [RESTRICTED, WITHHELD, Literal("public"), HRDV["visibility/publik"], node("public")]
)
def test_a_claim_not_plainly_public_goes_with_all_that_only_it_mentions(how: Term) -> None:
    result = publish_graph(
        graph(
            person(ANA),
            conferral(CLAIM, ANA),
            hide(CLAIM, how),
            person(BO),
            conferral(OTHER, BO, page=DOC),
        )
    )
    assert told(result, CLAIM, ANA, PAGE) == [False, False, False]
    assert result.graph == graph(person(BO), conferral(OTHER, BO, page=DOC))


def test_public_is_public() -> None:
    whole = graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM, PUBLIC))
    assert publish_graph(whole).graph == whole


def test_of_two_visibilities_the_stricter_wins_even_from_another_graph() -> None:
    whole = ColumnGraph.union(
        [
            graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM, PUBLIC)),
            graph(hide(CLAIM, WITHHELD), at=H),
        ]
    )
    assert told(publish_graph(whole), CLAIM, ANA) == [False, False]


def test_a_person_with_another_public_claim_stays() -> None:
    public = [*person(ANA), *conferral(OTHER, ANA)]
    result = publish_graph(graph(public, conferral(CLAIM, ANA, page=DOC), hide(CLAIM)))
    assert result.graph == graph(public)


def test_the_shared_document_stays_and_the_private_one_goes() -> None:
    result = publish_graph(
        graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM), person(BO), conferral(OTHER, BO))
    )
    assert told(result, PAGE, CLAIM) == [True, False]


def test_a_withheld_property_goes_and_its_subject_stays() -> None:
    result = publish_graph(
        graph(person(ANA), [(ANA, HRD.birthDate, Literal("1968-03-01"))]), Policy(BIRTH)
    )
    assert result.graph == graph(person(ANA))
    assert result.withheld == {"property": 1}


@pytest.mark.parametrize(
    "value", [RESTRICTED, "restricted", "withheld", WITHHELD.value, "Public", ""]
)
def test_properties_are_withheld_by_concept_or_code(value: IRI | str) -> None:
    assert (
        len(
            publish_graph(
                graph([(ANA, HRD.birthDate, Literal("1968"))]), Policy({HRD.birthDate: value})
            ).graph
        )
        == 0
    )


@pytest.mark.parametrize("value", [PUBLIC, "public", PUBLIC.value])
def test_public_properties_by_concept_or_code(value: IRI | str) -> None:
    assert (
        len(
            publish_graph(
                graph([(ANA, HRD.birthDate, Literal("1968"))]), Policy({HRD.birthDate: value})
            ).graph
        )
        == 1
    )


def test_the_graph_says_itself_which_properties_are_withheld() -> None:
    ontology = graph(
        [
            (HRD.birthDate, HRD.defaultVisibility, WITHHELD),
            (HRD.birthDate, RDFS.label, Literal("birth")),
        ],
        at=ONTOLOGY,
    )
    result = publish_graph(
        ColumnGraph.union([ontology, graph([(ANA, HRD.birthDate, Literal("1968"))])])
    )
    assert result.graph == ontology


@pytest.mark.parametrize(
    "tie",
    [(SCHEMA.birthDate, RDFS.subPropertyOf, HRD.birthDate), (SCHEMA.birthDate, OWL.equivalentProperty, HRD.birthDate),
     (HRD.birthDate, OWL.equivalentProperty, SCHEMA.birthDate), (HRD.birthDate, OWL.inverseOf, SCHEMA.birthDate)],
)  # fmt: skip
def test_properties_below_or_beside_a_withheld_one_are_withheld(tie: tuple[IRI, IRI, Term]) -> None:
    result = publish_graph(graph([tie, (ANA, SCHEMA.birthDate, Literal("1968"))]), Policy(BIRTH))
    assert result.graph == graph([tie])


def test_a_broader_property_is_not() -> None:
    whole = graph(
        [(HRD.birthDate, RDFS.subPropertyOf, HRD.note), (ANA, HRD.note, Literal("a note"))]
    )
    assert publish_graph(whole, Policy(BIRTH)).graph == whole


def test_the_things_that_only_a_withheld_property_names_go() -> None:
    home = node("home")
    parts: Statements = [
        (ANA, SCHEMA.homeLocation, home),
        (home, RDFS.label, Literal("Rose Street")),
    ]
    result = publish_graph(graph(person(ANA), parts), Policy({SCHEMA.homeLocation: "withheld"}))
    assert result.graph == graph(person(ANA))


def attribute(claim: IRI, who: IRI, predicate: IRI, value: Term) -> Statements:
    return [(claim, RDF.type, HRD.AttributeClaim), (claim, RDF.subject, who), (claim, RDF.predicate, predicate), (claim, RDF.object, value),
            (who, predicate, value)]  # fmt: skip


def test_an_attribute_claim_of_a_withheld_property_goes_and_its_subject_stays() -> None:
    result = publish_graph(
        graph(person(ANA), attribute(CLAIM, ANA, HRD.birthDate, Literal("1968"))), Policy(BIRTH)
    )
    assert result.graph == graph(person(ANA))


def test_a_withheld_attribute_claim_takes_the_plain_statement_along() -> None:
    secret = attribute(CLAIM, ANA, FOAF.gender, Literal("f"))
    result = publish_graph(graph(person(ANA), conferral(OTHER, ANA), secret, hide(CLAIM)))
    assert result.graph == graph(person(ANA), conferral(OTHER, ANA))


def test_unless_a_public_claim_says_the_same() -> None:
    public, secret = (
        attribute(OTHER, ANA, FOAF.gender, Literal("f")),
        attribute(CLAIM, ANA, FOAF.gender, Literal("f")),
    )
    result = publish_graph(graph(person(ANA), public, secret, hide(CLAIM)))
    assert result.graph == graph(person(ANA), public)


def test_a_statement_about_a_withheld_claim_goes_too() -> None:
    about = attribute(OTHER, CLAIM, HRD.note, Literal("note"))
    assert told(
        publish_graph(graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM), about)), OTHER, CLAIM
    ) == [False, False]


def test_claims_that_name_a_withheld_person_go() -> None:
    result = publish_graph(
        graph(person(ANA), hide(ANA), conferral(CLAIM, ANA), person(BO), conferral(OTHER, BO))
    )
    assert told(result, ANA, CLAIM) == [False, False]
    assert result.graph == graph(person(BO), conferral(OTHER, BO))


def test_a_shared_claim_goes_for_one_withheld_partner() -> None:
    shared = [
        *conferral(CLAIM, ANA),
        (CLAIM, HRD.recipient, BO),
        (CLAIM, RDFS.label, Literal(f"to {ANA.value} and {BO.value}")),
    ]
    assert told(
        publish_graph(graph(person(ANA), hide(ANA), person(BO), conferral(OTHER, BO), shared)),
        ANA,
        CLAIM,
        BO,
    ) == [False, False, True]


def test_classes_below_a_claim_class_are_claims() -> None:
    mine = node("MyClaim")
    ontology = graph([(mine, RDFS.subClassOf, HRD.Claim)], at=ONTOLOGY)
    said = graph(
        person(ANA),
        hide(ANA),
        [(CLAIM, RDF.type, mine), (CLAIM, HRD.about, ANA), (CLAIM, HRD.note, Literal("secret"))],
    )
    assert publish_graph(ColumnGraph.union([ontology, said])).graph == ontology


def test_an_alternative_of_a_withheld_claim_stays_without_the_link() -> None:
    public = [*person(BO), *conferral(OTHER, BO)]
    linked: Statements = [(OTHER, HRD.alternativeTo, CLAIM), (CLAIM, HRD.alternativeTo, OTHER)]
    result = publish_graph(
        graph(public, linked, person(ANA), conferral(CLAIM, ANA, page=DOC), hide(CLAIM))
    )
    assert result.graph == graph(public)


def test_an_award_loses_a_withheld_organisation_and_stays() -> None:
    award: Statements = [(PRIZE, RDF.type, HRD.Award), (PRIZE, SKOS.prefLabel, Literal("a prize"))]
    result = publish_graph(
        graph(award, [(PRIZE, HRD.conferredBy, BO), (BO, RDF.type, ORG.Organization)], hide(BO))
    )
    assert result.graph == graph(award)


EVENT, ACT = node("event"), node("act")
EVENTS: Statements = [
    (EVENT, RDF.type, HRD.HumanRightsEvent),
    (EVENT, HRD.act, ACT),
    (EVENT, HRD.place, Literal(f"place of {EVENT.value}")),
    (ACT, RDF.type, HRD.Act),
    (ACT, HRD.victim, ANA),
    (ACT, HRD.victimText, Literal(f"words of {ACT.value}")),
]


@pytest.mark.parametrize("hidden", [EVENT, ACT, ANA])
def test_event_act_and_victim_go_together(hidden: IRI) -> None:
    assert told(publish_graph(graph(EVENTS, person(ANA), hide(hidden))), EVENT, ACT, ANA) == [
        False,
        False,
        False,
    ]


def test_an_event_with_another_act_stays() -> None:
    more: Statements = [
        (EVENT, HRD.act, OTHER),
        (OTHER, RDF.type, HRD.Act),
        (OTHER, HRD.victim, BO),
    ]
    result = publish_graph(graph(EVENTS, more, person(ANA), person(BO), hide(ACT)))
    assert told(result, EVENT, ACT, ANA, OTHER, BO) == [True, False, False, True, True]


CEREMONY: Statements = [
    (EVENT, RDF.type, HRD.CeremonyEvent),
    (EVENT, HRD.eventOf, PRIZE),
    (EVENT, HRD.place, Literal("a hall")),
    (EVENT, HRD.evidence, node("page-evidence")),
    (node("page-evidence"), OA.hasSource, PAGE),
    (HRD.place, HRD.livingVisibility, WITHHELD),
]


def test_the_place_of_a_ceremony_says_not_where_a_living_laureate_is() -> None:
    whole = graph(person(ANA), conferral(CLAIM, ANA), CEREMONY)
    assert publish_graph(whole).graph == whole


@pytest.mark.parametrize("hidden", [PRIZE, EVENT, PAGE])
def test_a_ceremony_goes_with_its_edition_its_page_or_by_itself(hidden: IRI) -> None:
    result = publish_graph(
        graph(person(ANA), conferral(CLAIM, ANA, page=DOC), CEREMONY, hide(hidden))
    )
    assert told(result, EVENT) == [False]
    assert not result.graph.terms.str.contains("a hall").any()


@pytest.mark.parametrize("hidden", [CLAIM, ANA, DOC])
@pytest.mark.parametrize("kind", [HRD.CeremonyEvent, HRD.Announcement])
def test_a_ceremony_goes_with_the_last_conferral(kind: IRI, hidden: IRI) -> None:
    ceremony = [(s, p, kind if p == RDF.type else o) for s, p, o in CEREMONY]
    whole = graph(person(ANA), conferral(CLAIM, ANA, page=DOC), ceremony, hide(hidden))
    assert told(publish_graph(whole), EVENT, PRIZE) == [False, False]
    result = publish_graph(ColumnGraph.union([whole, graph(person(BO), conferral(OTHER, BO))]))
    assert told(result, EVENT, PRIZE, CLAIM) == [True, True, False]
    assert told(publish_graph(whole, Policy(shown=Level.RESTRICTED)), EVENT, CLAIM) == [True, True]


def test_a_ceremony_goes_where_all_that_ties_conferrals_to_it_is_private() -> None:
    result = publish_graph(
        graph(person(ANA), conferral(CLAIM, ANA), CEREMONY), Policy({HRD.edition: WITHHELD})
    )
    assert told(result, EVENT) == [False]


def test_a_ceremony_of_several_editions_or_of_none_that_is_known_to_be_awarded_stays() -> None:
    awarded = graph(
        person(ANA),
        conferral(CLAIM, ANA, page=DOC),
        CEREMONY,
        [(EVENT, HRD.eventOf, node("next"))],
        hide(CLAIM),
    )
    assert told(publish_graph(awarded), EVENT) == [True]
    assert told(publish_graph(graph(CEREMONY, hide(ANA))), EVENT) == [True]


def test_what_only_a_withheld_document_says_goes() -> None:
    result = publish_graph(
        graph(
            person(ANA),
            conferral(CLAIM, ANA, page=DOC),
            hide(DOC),
            person(BO),
            conferral(OTHER, BO),
        )
    )
    assert told(result, DOC, CLAIM, ANA) == [False, False, False]


def test_a_person_known_from_a_withheld_document_only_goes() -> None:
    register: Statements = [
        *person(ANA),
        (ANA, HRD.evidence, node("e1")),
        (node("e1"), OA.hasSource, DOC),
    ]
    assert told(publish_graph(graph(register, hide(DOC), person(BO))), ANA, DOC, BO) == [
        False,
        False,
        True,
    ]
    public = conferral(CLAIM, ANA)
    assert told(publish_graph(graph(register, hide(DOC), public)), ANA, DOC, CLAIM) == [
        True,
        False,
        True,
    ]


def test_what_another_document_says_too_stays() -> None:
    more: Statements = [(CLAIM, HRD.evidence, node("e2")), (node("e2"), OA.hasSource, PAGE)]
    result = publish_graph(graph(person(ANA), conferral(CLAIM, ANA, page=DOC), more, hide(DOC)))
    assert told(result, DOC, CLAIM, ANA, PAGE) == [False, True, True, True]


def test_a_source_is_published_as_if_a_withheld_source_were_not_there() -> None:
    public = graph(person(ANA), conferral(CLAIM, ANA))
    secrets: Statements = [(ANA, HRD.note, Literal("secret")), (H, DCTERMS.title, Literal("files"))]
    private = graph(person(ANA), conferral(OTHER, ANA, page=DOC), secrets, at=H)
    result = publish_graph(ColumnGraph.union([public, private]), Policy({}, {H: "restricted"}))
    assert result.graph == public
    assert set(result.withheld) == {"source"}


def test_the_name_of_a_withheld_source_goes() -> None:
    catalogue = graph(
        [(node("catalogue"), PROV.hadMember, H), (H, DCTERMS.title, Literal("files"))]
    )
    whole = ColumnGraph.union([catalogue, graph(person(ANA), at=H), graph(person(BO))])
    assert publish_graph(whole, Policy({}, {H: WITHHELD})).graph == graph(person(BO))


def test_quads_in_a_withheld_graph_node_or_with_a_withheld_predicate_node_go() -> None:
    whole = ColumnGraph.union(
        [
            graph(person(ANA), at=OTHER),
            graph([(BO, CLAIM, ANA)]),
            graph(hide(OTHER), hide(CLAIM)),
            graph(person(BO)),
        ]
    )
    assert publish_graph(whole).graph == graph(person(BO))


def test_what_another_source_describes_in_full_stays() -> None:
    countries = graph([(BO, SKOS.prefLabel, Literal("Russia"))], at=ONTOLOGY)
    secret = [*person(ANA), *conferral(CLAIM, ANA), (CLAIM, HRD.recipientCountry, BO)]
    assert (
        publish_graph(ColumnGraph.union([countries, graph(secret, hide(CLAIM))])).graph == countries
    )


def test_the_vocabulary_stays_whoever_uses_it() -> None:
    terms: Statements = [
        (HRD.AwardConferral, RDF.type, OWL.Class),
        (HRDV["outcome/laureate"], SKOS.prefLabel, Literal("laureate")),
    ]
    result = publish_graph(
        graph(
            terms,
            conferral(CLAIM, ANA),
            [(CLAIM, HRD.outcome, HRDV["outcome/laureate"])],
            hide(CLAIM),
        )
    )
    assert result.graph == graph(terms)


def test_derived_statements_are_not_trusted_once_anything_is_withheld() -> None:
    shortcut = graph(
        [(BO, HRD.hasWon, PRIZE), (OTHER, HRD.independentPublishers, Literal("2"))], at=DERIVED
    )
    public = graph(person(BO), conferral(OTHER, BO))
    secret = graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM))
    result = publish_graph(ColumnGraph.union([public, secret, shortcut]))
    assert result.graph == public
    assert result.withheld["derived"] == 2


def test_a_derived_shortcut_does_not_keep_a_name_alive() -> None:
    whole = ColumnGraph.union(
        [
            graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM)),
            graph([(PRIZE, HRD.wonBy, ANA)], at=DERIVED),
        ]
    )
    assert told(publish_graph(whole), ANA) == [False]


def test_the_default_graph_is_no_hiding_place() -> None:
    result = publish_graph(
        graph(person(ANA), conferral(CLAIM, ANA), hide(CLAIM), person(BO), at=None)
    )
    assert result.graph == graph(person(BO), at=None)


def test_each_quad_is_counted_once() -> None:
    whole = graph(
        person(ANA),
        [(ANA, HRD.birthDate, Literal("1968"))],
        conferral(CLAIM, ANA),
        hide(CLAIM),
        hide(ANA),
    )
    result = publish_graph(whole, Policy(BIRTH))
    assert sum(result.withheld.values()) == len(whole) - len(result.graph)
