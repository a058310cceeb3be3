"""A graph into records, and records into proposals that nobody has judged."""

from __future__ import annotations

from datetime import date

import pytest

from hrdgraph.identity.canonical import canonicalise, dangling, identity_quads
from hrdgraph.identity.ledger import Judgement, Ledger, Verdict
from hrdgraph.identity.matching import compare, explain
from hrdgraph.identity.matching.blocking import LARGEST_BLOCK, candidates
from hrdgraph.identity.matching.propose import proposals_table, propose, read_pairs
from hrdgraph.identity.persistent_iris import in_rdf, is_outside
from hrdgraph.identity.records import Record, SharedContext, records_of
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.vocab import EDTF, FOAF, HRD, ORG, RDF, SKOS

ONE, TWO, DERIVED = (IRI(f"http://g/{name}") for name in ("one", "two", "derived"))
WIKIDATA = IRI("http://www.wikidata.org/entity/Q42")


def x(name: str) -> IRI:
    return IRI(f"http://x/{name}")


def graph(*rows: tuple[IRI, IRI, Term, IRI]) -> ColumnGraph:
    return ColumnGraph.from_quads(Quad(*row) for row in rows)


GRAPH = graph(
    (x("igor"), RDF.type, FOAF.Person, ONE),
    (x("igor"), SKOS.prefLabel, Literal("Igor Kalyapin", "en"), ONE),
    (x("igor"), SKOS.altLabel, Literal("Игорь Каляпин", "ru"), TWO),
    (x("igor"), HRD.birthDate, Literal("1967-05", datatype=EDTF.value), ONE),
    (x("igor"), HRD.deathDate, Literal("1967~", datatype=EDTF.value), ONE),
    (x("igor"), FOAF.gender, Literal("male"), ONE),
    (x("igor"), SKOS.exactMatch, WIKIDATA, ONE),
    (x("igor"), SKOS.exactMatch, x("other"), ONE),
    (x("igor"), ORG.memberOf, x("committee"), DERIVED),
    (x("conferral"), HRD.recipient, x("igor"), TWO),
    (x("conferral"), HRD.edition, x("edition"), TWO),
    (x("conferral"), HRD.recipientCountry, x("RU"), TWO),
    (x("edition"), HRD.editionOf, x("prize"), TWO),
    (x("edition"), HRD.editionYear, Literal("2011"), TWO),
    (x("prize"), RDF.type, HRD.Award, TWO),
    (x("prize"), SKOS.prefLabel, Literal("The Prize", "en"), TWO),
    (x("committee"), RDF.type, ORG.FormalOrganization, ONE),
    (x("committee"), RDF.type, ORG.Organization, ONE),
    (x("committee"), SKOS.prefLabel, Literal("Committee"), ONE),
    (x("committee"), HRD.country, x("RU"), ONE),
    (x("both"), RDF.type, FOAF.Person, ONE),
    (x("both"), RDF.type, ORG.Organization, ONE),
    (x("both"), SKOS.prefLabel, Literal("Both"), ONE),
    (x("nameless"), RDF.type, FOAF.Person, ONE),
)


def test_what_is_known_of_things() -> None:
    found = {record.iri: record for record in records_of(GRAPH)}
    assert [(record.iri, record.kind) for record in found.values()] == [
        ("http://x/both", ""),
        ("http://x/committee", "organisation"),
        ("http://x/igor", "person"),
        ("http://x/prize", "award"),
    ]
    igor = found["http://x/igor"]
    assert igor.names == ("Igor Kalyapin", "Игорь Каляпин")
    assert (igor.birth, igor.death, igor.gender) == (1967, None, "male")
    assert igor.countries == {"http://x/RU"}
    assert igor.identifiers == {WIKIDATA.value}
    assert igor.sources == ("one", "two")
    assert {(context.kind, context.iri, context.label) for context in igor.contexts} == {
        ("award", "http://x/edition", "The Prize 2011"),
        ("organisation", "http://x/committee", "Committee"),
    }
    assert {(context.kind, context.label) for context in found["http://x/committee"].contexts} == {
        ("person", "Igor Kalyapin")
    }


def test_an_empty_graph() -> None:
    assert records_of(ColumnGraph.from_quads([])) == []
    assert propose([], Ledger(), at_least=0.5).best == ()


def person(name: str, iri: str = "", **known: object) -> Record:
    return Record(iri or f"http://x/{name.replace(' ', '_')}", "person", (name,), **known)  # type: ignore[arg-type]


def judged(*rows: tuple[str, str, Verdict]) -> Ledger:
    return Ledger(
        tuple(
            Judgement(a, b, verdict, "I", date(2024, 1, 1), "x", number)
            for number, (a, b, verdict) in enumerate(rows, 2)
        )
    )


A, B, C, D = (person("Igor Kalyapin", f"http://x/{letter}") for letter in "abcd")


def pairs(ledger: Ledger) -> list[str]:
    return [
        f"{item.left.iri[-1]}{item.right.iri[-1]}"
        for item in propose([A, B, C, D], ledger, at_least=0.5).best
    ]


def test_only_what_nobody_decided_is_proposed() -> None:
    assert pairs(Ledger()) == ["ab", "ac", "ad", "bc", "bd", "cd"]
    same, other, unsure = Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE
    assert pairs(judged((A.iri, B.iri, same), (B.iri, C.iri, same))) == ["ad", "bd", "cd"]
    assert pairs(judged((A.iri, B.iri, same), (B.iri, C.iri, other))) == ["ad", "bd", "cd"]
    assert pairs(judged((A.iri, B.iri, unsure))) == ["ac", "ad", "bc", "bd", "cd"]
    assert propose([A, B], judged((A.iri, B.iri, other)), at_least=0.5).judged == 1


def test_a_chain_over_wikidata_is_an_answer() -> None:
    ledger = judged((A.iri, WIKIDATA.value, Verdict.SAME), (WIKIDATA.value, B.iri, Verdict.SAME))
    assert "ab" not in pairs(ledger)
    assert ledger.canonical == {B.iri: A.iri}


def test_limits_keep_the_best_and_say_how_many_there_were() -> None:
    records = [A, B, person("Igor Kaliapine", "http://x/e")]
    found = propose(records, Ledger(), at_least=0.5, limit=1)
    assert [(item.left.iri, item.right.iri) for item in found.best] == [(A.iri, B.iri)]
    assert found.found == 3


def test_the_order_of_records_means_nothing() -> None:
    records = [A, C, B, D, person("Игорь Каляпин"), person("Oleg Khabibrakhmanov")]
    forth, back = (propose(some, Ledger(), at_least=0.1) for some in (records, records[::-1]))
    assert {frozenset((i.left.iri, i.right.iri)) for i in forth.best} == {
        frozenset((i.left.iri, i.right.iri)) for i in back.best
    }
    assert [item.comparison.score for item in forth.best] == [
        item.comparison.score for item in back.best
    ]


def test_blocks_that_are_too_large_are_narrowed_and_said() -> None:
    many = [
        person(f"Ivan Petrov{'' if number else 'f'}", f"http://x/{number}")
        for number in range(LARGEST_BLOCK + 2)
    ]
    found = candidates(many)
    assert (found.pairs.height, found.narrowed, found.left_out, found.left_out_records) == (
        0,
        1,
        1,
        LARGEST_BLOCK + 1,
    )
    assert (
        str(found)
        == "0 pairs with 1 name part or identifier in common; 1 group of similar names had more than 60 records: only equal names were compared in it; 1 of these groups, with 61 records, was not compared at all"
    )
    other = [
        person(f"Ivan{'aeiou'[number % 5] * (number // 5)} Petrov", f"http://x/{number}")
        for number in range(LARGEST_BLOCK)
    ]
    assert candidates([*other, A, B]).pairs.height >= LARGEST_BLOCK * (LARGEST_BLOCK - 1) / 2


def test_years_and_genders_rule_pairs_out_before_they_are_compared() -> None:
    records = [
        person("Igor Kalyapin", "http://x/a", birth=1950),
        person("Igor Kalyapin", "http://x/b", birth=1970),
    ]
    assert candidates(records).pairs.is_empty()


@pytest.mark.parametrize(
    ("left", "right", "code", "is_proposed"),
    [
        (
            {"identifiers": frozenset([WIKIDATA.value])},
            {"identifiers": frozenset([WIKIDATA.value])},
            "same-identifier",
            True,
        ),
        (
            {"identifiers": frozenset([WIKIDATA.value])},
            {"identifiers": frozenset([f"{WIKIDATA.value}3"])},
            "other-identifier",
            False,
        ),
        ({"birth": 1960}, {"birth": 1961}, "near-birth", True),
        ({"birth": 1960}, {"birth": 1962}, "other-birth", False),
        ({"death": 2001}, {"death": 2004}, "other-death", False),
        ({"gender": "male"}, {"gender": "female"}, "other-gender", False),
        ({"sources": ("one",)}, {"sources": ("one", "two")}, "one-source", True),
        (
            {"countries": frozenset(["http://c/RU"])},
            {"countries": frozenset(["http://c/FR"])},
            "other-country",
            True,
        ),
    ],
)
def test_what_else_is_known(
    left: dict[str, object], right: dict[str, object], code: str, is_proposed: bool
) -> None:
    comparison = compare(person("Igor Kalyapin", **left), person("Игорь Каляпин", **right))
    assert code in [reason.code for reason in comparison.reasons]
    assert (comparison.score >= 0.7) is is_proposed


def test_laureates_of_one_list_are_not_one_because_they_share_the_prize() -> None:
    prize = frozenset([SharedContext("award", "http://x/edition", "Prize 2011")])
    listed = [
        Record(
            f"http://x/{n}",
            "person",
            ("I. Kalyapin",) if n else ("Igor Kalyapin",),
            contexts=prize,
            sources=("one",),
        )
        for n in (0, 1)
    ]
    apart = compare(listed[0], listed[1])
    assert "same-award" not in [reason.code for reason in apart.reasons]
    assert apart.score < 0.7


def test_withheld_values_are_in_no_reason() -> None:
    reasons = compare(
        person("A B", birth=1931, gender="male"),
        person("A B", "http://x/2", birth=1977, gender="female"),
    ).reasons
    assert not any(
        word in explain(reasons, language)
        for word in ("1931", "1977", "female")
        for language in ("en", "fr", "es")
    )


def test_a_table_of_proposals_comes_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    found = propose([A, B], Ledger(), at_least=0.5)
    path = tmp_path / "proposals.csv"
    path.write_text(proposals_table(found.best), "utf-8")
    assert read_pairs(path) == [(A.iri, B.iri, 2)]


def test_names_of_authorities() -> None:
    assert in_rdf("https://www.wikidata.org/wiki/Q42") == in_rdf("wd:Q42") == WIKIDATA.value
    assert in_rdf("https://viaf.org/viaf/12/") == "http://viaf.org/viaf/12"
    assert in_rdf("http://x/a") == "http://x/a"
    assert is_outside(WIKIDATA.value)
    assert not is_outside("http://x/a")


def test_links_are_published_and_never_the_name_of_a_thing() -> None:
    ledger = judged(
        (WIKIDATA.value, x("igor").value, Verdict.SAME),
        (x("igor").value, x("double").value, Verdict.SAME),
    )
    before = graph(
        (x("double"), SKOS.prefLabel, Literal("I"), ONE),
        (x("igor"), SKOS.exactMatch, WIKIDATA, ONE),
    )
    after = canonicalise(before, ledger)
    assert (
        ColumnGraph.from_quads(
            [
                Quad(x("igor"), SKOS.prefLabel, Literal("I"), ONE),
                Quad(x("igor"), SKOS.exactMatch, WIKIDATA, ONE),
            ]
        )
        == after
    )
    made = identity_quads(ledger, before, before, DERIVED)
    assert Quad(x("igor"), SKOS.exactMatch, WIKIDATA, DERIVED) in made
    assert not [
        quad
        for quad in identity_quads(ledger, before, before, DERIVED, unlinked={x("double")})
        if quad.object == WIKIDATA
    ]
    assert not len(identity_quads(ledger, before, ColumnGraph.from_quads([]), DERIVED))
    assert [item.iri for item in dangling(ledger, after)] == [x("double").value]


def test_the_year_of_a_killing_is_the_year_of_death() -> None:
    text = """
PREFIX : <http://x/> PREFIX hrd: <https://w3id.org/hrdgraph/ontology#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX act: <https://w3id.org/hrdgraph/vocabulary/act-type/>
GRAPH :one { :n a foaf:Person ; skos:prefLabel "Natalya Estemirova" . :z a foaf:Person ; skos:prefLabel "Zoé Ndala" .
  :k a hrd:HumanRightsEvent ; hrd:act :a ; hrd:earliest "2009-07-15"^^xsd:date ; hrd:latest "2009-07-15"^^xsd:date .
  :a hrd:actType act:killing ; hrd:victim :n .
  :t a hrd:HumanRightsEvent ; hrd:act :b ; hrd:earliest "2011-01-01"^^xsd:date ; hrd:latest "2011-12-31"^^xsd:date .
  :b hrd:actType act:threat ; hrd:victim :z }
"""
    quads = parse(text, format_named("trig"))
    found = {one.iri: one.death for one in records_of(ColumnGraph.from_quads(list(quads)))}
    assert (found["http://x/n"], found["http://x/z"]) == (2009, None)
