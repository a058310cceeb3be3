"""The mappings say everything that the tables say, and publish nothing that overrides.csv hides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.facts.document import read_source
from hrdgraph.mapping.facts.layout import with_kinds
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI, Literal, Quad
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, ORG, RDF, SCHEMA, SKOS

Mapped = Callable[[str], list[Quad]]
ID = "https://w3id.org/hrdgraph/id/"
COUNTS = {
    "award-lists": {
        HRD.Award: 26, HRD.AwardConferral: 679, FOAF.Person: 529, ORG.Organization: 200, FOAF.Agent: 9, ORG.Membership: 124,
        HRD.HumanRightsEvent: 60, HRD.Act: 60, HRD.AwardEdition: 311, HRD.Founding: 48, HRD.SourceDocument: 248, OA.SpecificResource: 248,
        HRD.HumanRightsDefender: 5, HRD.Announcement: 4, HRD.CeremonyEvent: 7,
    },
    "kalyapin-page": {
        HRD.AwardConferral: 4, ORG.Membership: 6, HRD.Founding: 2, HRD.HumanRightsEvent: 1, HRD.Act: 2, SCHEMA.Quotation: 3,
        HRD.Testimony: 2, HRD.SituationStatement: 11, HRD.AttributeClaim: 11,
        FOAF.Person: 3, ORG.Organization: 5, HRD.Award: 2, HRD.AwardEdition: 2,
        HRD.HumanRightsDefender: 2, HRD.SourceDocument: 1,
    },
    "defender-pages": {
        HRD.Award: 12, HRD.AwardConferral: 33, HRD.AwardEdition: 20, FOAF.Person: 40, ORG.Membership: 35, HRD.Founding: 8,
        HRD.HumanRightsEvent: 24, HRD.Act: 30, SCHEMA.Quotation: 18, HRD.Testimony: 2, HRD.SituationStatement: 1, HRD.AttributeClaim: 46,
        HRD.HumanRightsDefender: 7, HRD.Announcement: 3, HRD.CeremonyEvent: 7, HRD.SourceDocument: 14, OA.SpecificResource: 14,
    },
    "nobel-peace": {
        HRD.Award: 1, HRD.AwardConferral: 135, HRD.AwardEdition: 101, FOAF.Person: 107, ORG.Organization: 26, HRD.Founding: 24,
    },
    "countries": {SKOS.Concept: 279},
}  # fmt: skip


@pytest.fixture(scope="module")
def mapped(sources: Path) -> Mapped:
    made: dict[str, list[Quad]] = {}

    def of(source: str) -> list[Quad]:
        if source not in made:
            sink = GraphSink()
            project = with_kinds(open_project(sources.parents[1]))
            run(bind(read_source(project, project.source(source))), sink)
            made[source] = list(sink.graph())
        return made[source]

    return of


def objects(quads: list[Quad], predicate: IRI) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for quad in quads:
        if (
            quad.predicate == predicate
            and isinstance(quad.subject, IRI)
            and isinstance(quad.object, IRI | Literal)
        ):
            found.setdefault(quad.subject.value, []).append(quad.object.value)
    return found


@pytest.mark.sampled(2)
@pytest.mark.parametrize("source", sorted(COUNTS))
def test_nothing_is_lost(source: str, mapped: Mapped) -> None:
    found = Counter(quad.object for quad in mapped(source) if quad.predicate == RDF.type)
    assert {name: found[name] for name in COUNTS[source]} == COUNTS[source]


@pytest.mark.parametrize("source", sorted(COUNTS))
def test_every_iri_is_one_and_no_key_is_empty(source: str, mapped: Mapped) -> None:
    iris = {
        t.value
        for quad in mapped(source)
        for t in (quad.subject, quad.predicate, quad.object)
        if isinstance(t, IRI)
    }
    assert [iri for iri in iris if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", iri)] == []
    assert [
        iri
        for iri in iris
        if iri.startswith(ID) and re.search(r"//|/$|None|null", iri.removeprefix("https://"))
    ] == []


@pytest.mark.parametrize(
    "source", ["award-lists", "defender-pages", "kalyapin-page", "nobel-peace"]
)
def test_every_claim_cites_and_has_status_and_visibility(source: str, mapped: Mapped) -> None:
    quads = mapped(source)
    claims = {quad.subject for quad in quads if quad.object == HRD.Claim}
    assert len(claims) > 30
    for predicate in (HRD.evidence, HRD.claimStatus, HRD.visibility):
        assert claims - {quad.subject for quad in quads if quad.predicate == predicate} == set(), (
            predicate
        )


def test_what_is_overridden_is_only_in_claims_that_are_not_public(
    mapped: Mapped, sources: Path, rows: Callable[[Path], list[dict[str, str]]]
) -> None:
    quads = mapped("award-lists")
    restricted = {
        quad.subject
        for quad in quads
        if quad.predicate == HRD.visibility and quad.object == HRDV["visibility/restricted"]
    }
    items = {row["item"] for row in rows(sources / "award-lists" / "overrides.csv")}
    shown = {
        quad.object.value
        for quad in quads
        if isinstance(quad.object, Literal) and quad.object.value in items
    }
    public = [
        q
        for q in quads
        if isinstance(q.object, Literal) and q.object.value in items and q.subject not in restricted
    ]
    assert shown == items
    assert public == []
    hidden_names = {str(subject.value) for subject in restricted if isinstance(subject, IRI)}
    assert len(hidden_names) == 16
    words = {word for item in items for word in re.findall(r"[A-Z]\w{3,}", item)} - {
        "Wang",
        "Qiaoling",
    }
    assert [name for name in hidden_names if any(word in name for word in words)] == []


def test_only_a_hidden_victim_is_described_in_other_words(mapped: Mapped) -> None:
    texts = {
        text
        for values in objects(mapped("award-lists"), HRD.victimText).values()
        for text in values
    }
    assert {"a private person", "139 girls"} <= texts
    assert not any("daughter" in text or "son of" in text for text in texts)


def test_contested_rows_and_their_alternatives(mapped: Mapped) -> None:
    quads = mapped("award-lists")
    contested = {
        name
        for name, values in objects(quads, HRD.claimStatus).items()
        if values[0].endswith("/contested")
    }
    alternatives = objects(quads, HRD.alternativeTo)
    assert len(contested) == 4
    assert contested < alternatives.keys()
    assert all(alternatives[alternatives[name][0]] == [name] for name in alternatives)


def test_names_keep_their_language(mapped: Mapped) -> None:
    names = {q.object.n3() for q in mapped("award-lists") if q.predicate == SKOS.altLabel}
    assert '"Igor Kaliapine"@fr' in names
    assert '"إيجور كاليابين"@ar' in names
    assert '"Yang Maodong"' in names
    assert not any("@" in name.split('"')[1] for name in names)


def test_a_year_only_date_of_the_nobel_file_is_a_year(mapped: Mapped) -> None:
    dates = objects(mapped("nobel-peace"), HRD.date)
    assert dates[f"{ID}founding/nobel-peace/467"] == ["1873"]
    assert not any(value.endswith("-00") for values in dates.values() for value in values)


def test_only_peace_prizes_come_out_of_the_nobel_file(mapped: Mapped) -> None:
    quads = mapped("nobel-peace")
    editions = objects(quads, HRD.edition)
    assert editions[f"{ID}conferral/nobel-peace/217-1962"] == [
        f"{ID}edition/nobel-peace-prize/1962"
    ]
    assert f"{ID}conferral/nobel-peace/217-1954" not in editions
    assert objects(quads, HRD.share)[f"{ID}conferral/nobel-peace/967-2018"] == ["1/2"]
    outcomes = objects(quads, HRD.outcome)
    assert outcomes[f"{ID}conferral/nobel-peace/530-1973"] == [HRDV["outcome/joint-laureate"].value]
    assert [
        iri for iri, found in outcomes.items() if found == [HRDV["outcome/declined"].value]
    ] == [f"{ID}conferral/nobel-peace/531-1973"]


def test_an_undivided_prize_says_so_and_nobody_else_has_won_it(mapped: Mapped) -> None:
    quads = mapped("nobel-peace")
    shares = objects(quads, HRD.share)
    assert shares[f"{ID}conferral/nobel-peace/524-1964"] == ["1/1"]
    assert Counter(value for values in shares.values() for value in values) == {
        "1/1": 69,
        "1/2": 60,
        "1/3": 6,
    }
    editions = objects(quads, HRD.edition)
    winners = Counter(editions[name][0] for name in editions)
    assert {winners[editions[name][0]] for name, values in shares.items() if values == ["1/1"]} == {
        1
    }


def test_countries_have_a_name_in_each_language_of_the_united_nations(mapped: Mapped) -> None:
    names = [
        q
        for q in mapped("countries")
        if q.predicate == SKOS.prefLabel and isinstance(q.object, Literal)
    ]
    languages = Counter(
        (q.subject, q.object.language) for q in names if isinstance(q.object, Literal)
    )
    assert set(languages.values()) == {1}
    assert Counter(language for _, language in languages) == dict.fromkeys(
        ("en", "fr", "es", "ru", "ar", "zh"), 279
    )


def test_every_country_and_region_that_the_data_name_is_described(mapped: Mapped) -> None:
    known = {quad.subject for quad in mapped("countries")}
    named = {
        q.object
        for source in COUNTS
        for q in mapped(source)
        if isinstance(q.object, IRI) and re.match(f"{ID}(country|region)/", q.object.value)
    }
    assert len(named) > 130
    assert named - known == set()
