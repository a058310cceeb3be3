"""Each entry of the lists of what is withheld has a case, which is made of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from hrdgraph.mapping.facts.layout import claim_classes, part_properties
from hrdgraph.ontology import load
from hrdgraph.privacy import node_kinds, visibility
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.node_kinds import AllowList, Missing
from hrdgraph.privacy.publication import allow_list
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, RDF, RDFS, SCHEMA, SKOS

G, OTHERS, ONTOLOGY = (
    IRI(f"https://w3id.org/hrdgraph/graph/{name}") for name in ("registro", "premios", "ontology")
)
WITHHELD: Final = HRDV["visibility/withheld"]
CLAIMS: Final = (*claim_classes(), HRD.Testimony, RDF.Statement)
SECRET: Final = "Ñuñoa, casa de su tía, +56 9 6123 4567"
Statements = list[tuple[IRI, IRI, Term]]


def node(name: str) -> IRI:
    return IRI(f"https://defensores.example.org/{name}")


MARIA, AYSE = node("persona/María_José_Ñáñez"), node("persona/Ayşe_Gizli")
THING, CLAIM, PLACE = node("cosa"), node("acto/2019-03-04"), node("lugar")
NAMED: Final[Statements] = [
    (MARIA, RDF.type, FOAF.Person),
    (MARIA, SKOS.prefLabel, Literal("María José Ñáñez de la Peña")),
    (AYSE, RDF.type, FOAF.Person),
    (AYSE, SKOS.prefLabel, Literal("Ayşe Gizli Yıldırım")),
]
AYSE_IS_HIDDEN: Final[Statements] = [(AYSE, HRD.visibility, WITHHELD)]


def show(
    said: Statements, policy: Policy | None = None, ontology: Sequence[tuple[IRI, IRI, Term]] = ()
) -> set[tuple[IRI, IRI, Term]]:
    """The statements that are published of these."""
    quads = [*(Quad(*one, G) for one in said), *(Quad(*one, ONTOLOGY) for one in ontology)]
    result = publish_graph(ColumnGraph.from_quads(quads), policy or Policy()).graph
    return {(quad.subject, quad.predicate, quad.object) for quad in result}  # type: ignore[misc]


def names(iri: IRI) -> str:
    return iri.value.rpartition("/")[2].rpartition("#")[2]


@pytest.mark.parametrize("kind", CLAIMS, ids=names)
def test_a_claim_goes_with_somebody_whom_it_names(kind: IRI) -> None:
    claim: Statements = [
        (CLAIM, RDF.type, kind),
        (CLAIM, node("con"), AYSE),
        (CLAIM, HRD.note, Literal(SECRET)),
        (MARIA, node("en"), CLAIM),
    ]
    assert set(claim) <= show([*NAMED, *claim])
    assert show([*NAMED, *claim, *AYSE_IS_HIDDEN]) == set(NAMED[:2])


def test_each_claim_of_the_ontology_is_known_without_it() -> None:
    ontology = load(open_shipped_model())
    below = {iri for iri in ontology.classes if HRD.Claim in ontology.ancestors(iri)}
    assert len(below) > 12
    assert below <= set(CLAIMS)


def test_what_is_no_claim_stays_without_the_link() -> None:
    award: Statements = [(THING, RDF.type, HRD.Award), (THING, SKOS.prefLabel, Literal("Premio"))]
    linked: Statements = [*award, (THING, node("con"), AYSE)]
    assert show([*NAMED, *linked, *AYSE_IS_HIDDEN]) == {*NAMED[:2], *award}


@pytest.mark.parametrize("kind", CLAIMS, ids=names)
def test_a_claim_stands_on_its_own_and_a_part_goes_with_its_whole(kind: IRI) -> None:
    """What only a hidden thing leads to goes; not a claim, which has a visibility of its own."""
    whole: Statements = [
        (AYSE, node("véase"), CLAIM),
        (CLAIM, RDF.type, kind),
        (CLAIM, HRD.note, Literal(SECRET)),
    ]
    is_part = kind in (HRD.Act, HRD.CeremonyEvent, HRD.Announcement)
    left = show([*NAMED, *whole, *AYSE_IS_HIDDEN])
    assert left == ({*NAMED[:2]} if is_part else {*NAMED[:2], *whole[1:]})


@pytest.mark.parametrize("kind", node_kinds._VOCABULARY, ids=names)
def test_a_term_stays_whoever_uses_it(kind: IRI) -> None:
    term: Statements = [(THING, RDF.type, kind), (THING, RDFS.label, Literal("término"))]
    said: Statements = [*NAMED, *term, (AYSE, node("usa"), THING)]
    assert show([*said, *AYSE_IS_HIDDEN]) == {*NAMED[:2], *term}


@pytest.mark.parametrize("predicate", [*visibility._NEEDED, *part_properties()], ids=names)
def test_what_loses_all_that_it_needs_goes(predicate: IRI) -> None:
    """By a thing that is withheld, and by statements that are."""
    kind: Statements = [(CLAIM, RDF.type, HRD.Claim)]
    own: Statements = [*kind, (CLAIM, predicate, PLACE), (CLAIM, HRD.note, Literal(SECRET))]
    more: Statements = [(CLAIM, predicate, THING), (THING, RDFS.label, Literal("otra"))]
    # that a claim names a claim which is withheld is no reason to withhold it
    hidden: Statements = [(PLACE, HRD.visibility, WITHHELD), (PLACE, RDF.type, HRD.Claim)]
    assert show([*NAMED, *own, *hidden]) == set(NAMED)
    assert show([*NAMED, *own, *more, *hidden]) == {*NAMED, own[0], own[2], *more}
    policy = Policy(properties={predicate: "withheld"})
    assert CLAIM not in {subject for subject, _, _ in show([*NAMED, *own], policy)}


PARTIES: Final = (HRD.accused, HRD.accusedText, HRD.complainant, HRD.aboutAct)


@pytest.mark.parametrize("party", PARTIES, ids=names)
def test_a_case_before_a_court_goes_with_the_last_whom_it_is_about(party: IRI) -> None:
    case: Statements = [(CLAIM, RDF.type, HRD.Proceeding), (CLAIM, HRD.note, Literal(SECRET))]
    first, policy = (CLAIM, party, MARIA), Policy(properties={party: "withheld"})
    assert CLAIM not in {one for row in show([*NAMED, *case, first], policy) for one in row}
    for other in {*PARTIES} - {party}:  # whatever else a case is about, it goes with its act
        left = show([*NAMED, *case, first, (CLAIM, other, AYSE)], policy)
        assert ({*case} <= left) is (party != HRD.aboutAct)


def test_what_a_kind_of_the_project_says_of_an_act_goes_with_the_act() -> None:
    """The ontology says which properties lead to parts: nobody lists those of a project."""
    about = IRI("https://defensores.example.org/ontology#sobreElHecho")
    role: Statements = [(about, HRD.claimRole, HRDV["claim-role/part"])]
    own: Statements = [(CLAIM, RDF.type, HRD.Claim), (CLAIM, about, PLACE)]
    own += [(CLAIM, HRD.note, Literal(SECRET))]
    hidden: Statements = [(PLACE, HRD.visibility, WITHHELD), (PLACE, RDF.type, HRD.Claim)]
    assert CLAIM not in {one for row in show([*NAMED, *role, *own, *hidden]) for one in row}
    assert CLAIM in {one for row in show([*NAMED, *own, *hidden]) for one in row}


@pytest.mark.parametrize("part", [RDF.subject, RDF.predicate, RDF.object], ids=names)
def test_a_reified_statement_goes_with_any_of_its_parts(part: IRI) -> None:
    stated = {RDF.subject: MARIA, RDF.predicate: node("vive_en"), RDF.object: PLACE}
    own: Statements = [(CLAIM, term, value) for term, value in stated.items()]
    own += [(MARIA, node("vive_en"), PLACE), (CLAIM, HRD.note, Literal(SECRET))]
    hidden: Statements = [(stated[part], HRD.visibility, WITHHELD)]
    left = show([*NAMED[:2], *own, *hidden])
    assert not {CLAIM, PLACE} & {one for row in left for one in row}
    left = show([*NAMED[:2], *own], Policy(properties={part: "withheld"}))
    assert CLAIM not in {subject for subject, _, _ in left}


# ----- what may be said of persons -----

ALLOWED: Final = AllowList.of(
    (SKOS.prefLabel, node("oficio"), RDF.subject, RDF.predicate, RDF.object),
    {node("Pueblo"): (SCHEMA.Thing,)},
    (node("Barco"),),
    (),
)
LISTED: Final = Policy(allowed_of_persons=ALLOWED, trusted=frozenset((ONTOLOGY,)))


def about(kind: IRI) -> tuple[Statements, Statements]:
    """Something of a class, and what nobody has named as public of it."""
    known: Statements = [(THING, RDF.type, kind), (THING, SKOS.prefLabel, Literal("王小明"))]
    return known, [(THING, node("escondite"), Literal(SECRET))]


@pytest.mark.parametrize("kind", [*node_kinds.PERSONS, *node_kinds._MAYBE], ids=lambda i: i.value)
def test_of_whoever_may_be_a_person_only_what_is_listed_is_told(kind: IRI) -> None:
    known, unknown = about(kind)
    assert show([*known, *unknown], LISTED) == set(known)
    # and nobody who surely is one stands at the end of a property that is not listed
    led: Statements = [(PLACE, RDF.type, SCHEMA.Event), (PLACE, node("testigo"), THING)]
    assert led[1] not in show([*known, *led], LISTED)


@pytest.mark.parametrize("kind", [*node_kinds.GROUPS, *node_kinds._OTHERS], ids=lambda i: i.value)
def test_of_what_is_no_person_all_is_told(kind: IRI) -> None:
    known, unknown = about(kind)
    assert show([*known, *unknown], LISTED) == {*known, *unknown}
    both: Statements = [*known, *unknown, (THING, RDF.type, FOAF.Person)]
    assert show(both, LISTED) == {*known, both[-1]}


@pytest.mark.parametrize("kind", CLAIMS, ids=names)
def test_of_a_claim_only_what_is_listed_is_told_whatever_else_it_is(kind: IRI) -> None:
    """An act that is a public event as well, say."""
    known, unknown = about(SCHEMA.Event)
    assert show([*known, *unknown, (THING, RDF.type, kind)], LISTED) == {*known}


@pytest.mark.parametrize("kind", ["Barco", "Pueblo", "Desconocido"])
def test_a_class_that_is_not_known_is_not_told_of_a_person(kind: str) -> None:
    known, unknown = about(node(kind))
    shown = {"Barco": [*known, *unknown], "Pueblo": known, "Desconocido": known[1:]}[kind]
    assert show([*known, *unknown], LISTED) == set(shown)


def test_a_reified_statement_says_no_more_of_a_person_than_a_plain_one() -> None:
    for name, left in (("oficio", True), ("escondite", False)):
        stated: Statements = [(CLAIM, RDF.type, RDF.Statement), (CLAIM, RDF.subject, MARIA)]
        stated += [(CLAIM, RDF.predicate, node(name)), (CLAIM, RDF.object, Literal(SECRET))]
        assert (set(stated[1:]) <= show([*NAMED, *stated], LISTED)) is left
        assert (
            SECRET in {getattr(o, "value", "") for _, _, o in show([*NAMED, *stated], LISTED)}
        ) is left


@pytest.mark.parametrize("end", ["domain", "range"])
def test_whom_only_a_property_of_persons_tells_of_is_a_person(end: str) -> None:
    made = AllowList.of((node("de"), SKOS.prefLabel), {}, (), [(node("de"), end, FOAF.Person)])
    policy = Policy(allowed_of_persons=made)
    unknown: Statements = [(THING, RDF.type, SCHEMA.Event), (THING, node("escondite"), PLACE)]
    link = (THING, node("de"), PLACE) if end == "domain" else (PLACE, node("de"), THING)
    left = show([(PLACE, RDF.type, SCHEMA.Event), *unknown, link], policy)
    assert (unknown[1] in left) is (end == "range")  # an event is none, whatever leads to it
    alone = show([*unknown[1:], link], policy)
    assert unknown[1] not in alone


def test_the_ontology_says_which_properties_only_persons_have() -> None:
    project = open_shipped_model()
    allowed = allow_list(project, load(project), Level.PUBLIC)
    of_persons = node_kinds.keys_of((HRD.birthDate, HRD.statedGender, HRD.nationality))
    assert of_persons <= allowed.of_persons
    assert not node_kinds.keys_of((HRD.conflictAbout, HRD.date)) & allowed.of_persons


# ----- who is dead, and exact places -----

EXACT: Final[Statements] = [(SCHEMA.address, HRD.livingVisibility, WITHHELD)]
LIVES: Final[Statements] = [*NAMED[:2], (MARIA, SCHEMA.address, Literal(SECRET))]
DEATHS: Final[dict[str, Statements]] = {
    **{one.value: [(MARIA, one, Literal("2011"))] for one in node_kinds._DEATH_DATES},
    **{
        one.value: [
            (CLAIM, RDF.type, HRD.Act), (CLAIM, HRD.victim, MARIA), (CLAIM, HRD.actType, one)
        ]
        for one in node_kinds._DEATHS
    },
    **{
        one.value: [
            (CLAIM, RDF.type, HRD.FateStatement), (CLAIM, HRD.fateOf, MARIA), (CLAIM, HRD.fate, one)
        ]
        for one in node_kinds._DEAD
    },
}  # fmt: skip


@pytest.mark.parametrize("death", DEATHS)
def test_only_whoever_is_said_to_be_dead_is_not_living(death: str) -> None:
    assert show([*LIVES, *DEATHS[death]], ontology=EXACT) == {*EXACT, *LIVES, *DEATHS[death]}
    assert show(LIVES, ontology=EXACT) == {*EXACT, *LIVES[:2]}
    other = [(AYSE if s == MARIA else s, p, AYSE if o == MARIA else o) for s, p, o in DEATHS[death]]
    assert LIVES[2] not in show([*LIVES, *NAMED[2:], *other], ontology=EXACT)
    part = DEATHS[death][:-1]  # without the kind of act, or the fate
    assert LIVES[2] not in show([*LIVES, *part], ontology=EXACT)


@pytest.mark.parametrize("kind", node_kinds._DEAD_ENDS, ids=names)
def test_where_something_is_that_somebody_belongs_to_may_be_told(kind: IRI) -> None:
    there: Statements = [
        (THING, RDF.type, kind),
        (THING, SCHEMA.address, Literal("Rue de Kisangani 4")),
    ]
    linked: Statements = [*NAMED[:2], (MARIA, node("miembro_de"), THING)]
    is_person = kind == FOAF.Person
    left = show([*linked, *there], ontology=EXACT)
    assert left == {*EXACT, *linked, *(there[:1] if is_person else there)}


@pytest.mark.parametrize("label", node_kinds.NAMES, ids=names)
def test_a_name_is_a_name_by_any_property(label: IRI) -> None:
    hers: Statements = [
        (AYSE, RDF.type, FOAF.Person),
        (AYSE, label, Literal("Ayşe Gizli Yıldırım")),
    ]
    note: Statements = [(MARIA, HRD.note, Literal("con AYŞE GİZLİ YILDIRIM en la sierra"))]
    policy = Policy(withdrawn=frozenset((AYSE,)))
    assert show([*NAMED[:2], *hers, *note], policy) == set(NAMED[:2])
    flag: Statements = [(AYSE, HRD.atRisk, Literal("sí"))]
    won: Statements = [(CLAIM, RDF.type, HRD.AwardConferral), (CLAIM, HRD.recipient, AYSE)]
    listed = Policy(award_lists=frozenset((G,)))
    assert show([*hers, *flag, *won, (AYSE, HRD.note, Literal(SECRET))], listed) == {*hers, *won}


@pytest.mark.parametrize("words", visibility._WORDS, ids=names)
def test_the_words_of_evidence_go_with_what_is_private(words: IRI) -> None:
    proof, selector = node("prueba"), node("selector")
    cited: Statements = [(MARIA, HRD.evidence, proof), (proof, OA.hasSource, PLACE)]
    told: Statements = [(proof, words, selector), (selector, OA.start, Literal("7"))]
    birth: Statements = [(MARIA, HRD.birthDate, Literal("1971"))]
    policy = Policy(properties={HRD.birthDate: "withheld"})
    assert show([*NAMED[:2], *cited, *told], policy) == {*NAMED[:2], *cited, *told}
    left = show([*NAMED[:2], *cited, *told, *birth], policy)
    assert {*NAMED[:2], *cited} <= left
    assert told[0] not in left
    assert birth[0] not in left


def test_what_is_not_listed_is_counted_by_graph_where_nothing_else_hides_it() -> None:
    unknown, kind, birth = node("escondite"), node("Desconocido"), node("nacimiento")
    said: Statements = [*NAMED[:2], (MARIA, unknown, Literal(SECRET)), (MARIA, RDF.type, kind)]
    said += [(MARIA, birth, Literal("1971")), (MARIA, RDF.type, Literal("persona"))]
    quads = [*(Quad(*one, G) for one in said), Quad(MARIA, unknown, Literal("Wad Madani"), OTHERS)]
    policy = replace(LISTED, properties={birth: "withheld"})
    assert publish_graph(ColumnGraph.from_quads(quads), policy).missing == (
        Missing("class", kind, G.n3(), 1),
        Missing("property", unknown, OTHERS.n3(), 1),
        Missing("property", unknown, G.n3(), 1),
    )


def test_of_whom_nothing_is_said_but_by_claims_no_exact_place_is_told() -> None:
    """It may be a person; what another thing leads to, such as the place of an office, is none."""
    ends = [(node("víctima"), "range", FOAF.Person)]
    allowed = AllowList.of(
        (SKOS.prefLabel, SCHEMA.address, node("sede"), node("víctima")), {}, (), ends
    )
    policy = Policy(allowed_of_persons=allowed)
    own: Statements = [
        (THING, SKOS.prefLabel, Literal("Đặng Thị Huệ")),
        (THING, SCHEMA.address, Literal(SECRET)),
    ]
    claim: Statements = [(CLAIM, RDF.type, HRD.Claim), (CLAIM, node("víctima"), THING)]
    office: Statements = [(PLACE, RDF.type, SCHEMA.Event), (PLACE, node("sede"), THING)]
    assert own[1] not in show(own, policy, ontology=EXACT)
    assert own[1] not in show([*own, *claim], policy, ontology=EXACT)
    assert own[1] in show([*own, *office], policy, ontology=EXACT)
    named = [*own, (THING, RDF.type, FOAF.Person)]
    assert own[1] not in show([*named, *office], policy, ontology=EXACT)
    assert own[1] not in show([*named, *claim], policy, ontology=EXACT)


def test_a_killing_that_is_named_but_is_not_what_was_done_is_no_death() -> None:
    """A threat of a killing, say."""
    for kind in node_kinds._DEATHS:
        said: Statements = [(CLAIM, RDF.type, HRD.Act), (CLAIM, HRD.victim, MARIA), (CLAIM, node("amenaza_de"), kind)]  # fmt: skip
        assert LIVES[2] not in show([*LIVES, *said], ontology=EXACT)


def test_words_that_are_not_to_be_told_go_and_their_document_stays() -> None:
    """Of evidence that is named so, though nothing about its claim is private."""
    told: Statements = [
        (CLAIM, RDF.type, HRD.Claim),
        (CLAIM, HRD.evidence, PLACE),
        (PLACE, node("documento"), THING),
    ]
    words: Statements = [
        (PLACE, OA.hasSelector, node("cita")),
        (node("cita"), OA.exact, Literal(SECRET)),
    ]
    policy = Policy(wordless=frozenset({PLACE.n3()}))
    assert set(words) <= show([*NAMED, *told, *words])
    left = show([*NAMED, *told, *words], policy)
    assert set(told) <= left
    assert words[1] not in left
    other = Policy(wordless=frozenset({THING.n3()}))
    assert words[1] in show([*NAMED, *told, *words], other)
