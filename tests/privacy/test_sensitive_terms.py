"""What the ontology hides by default of who did what to whom: held against the ontology itself, not a copy of its annotations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from hrdgraph.ontology import load
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.visibility import publish_graph
from hrdgraph.project import open_shipped_model
from hrdgraph.rdf import ColumnGraph, Quad
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse

ROOT = Path(__file__).parents[2]
HEAD = """
@prefix : <http://x/> .
@prefix hrd: <https://w3id.org/hrdgraph/ontology#> .
@prefix v: <https://w3id.org/hrdgraph/vocabulary/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix visibility: <https://w3id.org/hrdgraph/vocabulary/visibility/> .
:page a hrd:SourceDocument . :cited a oa:SpecificResource ; oa:hasSource :page .
:ana a foaf:Person ; skos:prefLabel "Ana" ; hrd:evidence :cited .
:bo a foaf:Person ; skos:prefLabel "Bo" ; hrd:evidence :cited .
:force a org:Organization ; skos:prefLabel "Force" ; hrd:evidence :cited .
:event a hrd:HumanRightsEvent ; hrd:act :act ; hrd:visibility visibility:public ; hrd:evidence :cited .
:act a hrd:Act ; hrd:victim :ana ; hrd:visibility visibility:public ; hrd:evidence :cited .
"""
DEAD = ':bo hrd:deathDate "2009" .'


@cache
def ontology() -> tuple[Quad, ...]:
    return load(open_shipped_model()).quads


def shown(turtle: str, level: Level = Level.PUBLIC) -> str:
    quads = [*ontology(), *parse(HEAD + turtle, format_named("ttl"))]
    graph = publish_graph(ColumnGraph.from_quads(quads), Policy(shown=level)).graph
    rows = (
        graph.text()
        .filter(~graph.text()["s"].str.contains("hrdgraph"))
        .select("s", "p", "o")
        .rows()
    )
    return "\n".join(" ".join(row) for row in rows)


CLAIM = "hrd:visibility visibility:public ; hrd:evidence :cited"
CASES = {
    "perpetrator": f":claim a hrd:Involvement ; hrd:involvedIn :act ; hrd:perpetrator :bo ; {CLAIM} .",
    "perpetratorText": f':claim a hrd:Involvement ; hrd:involvedIn :act ; hrd:perpetratorText "B." ; hrd:allegedBy :bo ; {CLAIM} .',
    "allegedBy": f":claim a hrd:Involvement ; hrd:involvedIn :act ; hrd:perpetrator :force ; hrd:allegedBy :bo ; {CLAIM} .",
    "complainant": f":claim a hrd:Proceeding ; hrd:aboutAct :act ; hrd:complainant :bo ; {CLAIM} .",
    "detentionPlace": f':claim a hrd:Proceeding ; hrd:accused :bo ; hrd:detentionPlace "cell 4" ; {CLAIM} .',
    "depicts": f":claim a hrd:MediaObject ; hrd:depicts :bo ; {CLAIM} .",
    "caption": f':claim a hrd:MediaObject ; hrd:depicts :bo ; hrd:caption "Bo at home" ; {CLAIM} .',
    "contentAddress": f':claim a hrd:MediaObject ; hrd:depicts :bo ; hrd:contentAddress "box 3" ; {CLAIM} .',
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", CASES)
def test_of_the_living_it_is_hidden_and_of_the_dead_told(name: str) -> None:
    assert f"#{name}>" not in shown(CASES[name])
    assert f"#{name}>" in shown(CASES[name] + DEAD)


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"detentionPlace"}))
def test_a_restricted_export_has_it(name: str) -> None:
    assert f"#{name}>" in shown(CASES[name], Level.RESTRICTED)


def test_a_place_of_detention_is_in_no_export() -> None:
    assert "cell 4" not in shown(CASES["detentionPlace"], Level.RESTRICTED)


def test_an_organisation_that_is_said_to_have_done_it_is_told() -> None:
    assert "#perpetrator>" in shown(
        f":claim a hrd:Involvement ; hrd:involvedIn :act ; hrd:perpetrator :force ; {CLAIM} ."
    )


@pytest.mark.parametrize("fate", ["dead", "remains-identified"])
def test_whoever_is_said_to_be_dead_is_not_living(fate: str) -> None:
    said = f" :fate a hrd:FateStatement ; hrd:fateOf :bo ; hrd:fate <https://w3id.org/hrdgraph/vocabulary/fate/{fate}> ; {CLAIM} ."
    assert "#depicts>" in shown(CASES["depicts"] + said)


def test_gender_is_restricted_and_the_level_of_risk_withheld() -> None:
    said = "<http://x/bo> hrd:statedGender <https://w3id.org/hrdgraph/vocabulary/gender/woman> ; hrd:riskLevel <https://w3id.org/hrdgraph/vocabulary/risk-level/high> ."
    assert "#statedGender>" not in shown(said)
    assert "#statedGender>" in shown(said, Level.RESTRICTED)
    assert "#riskLevel>" not in shown(said, Level.RESTRICTED)


def test_what_an_interview_alone_says_goes_with_it() -> None:
    interview = ':talk a hrd:SourceDocument ; hrd:visibility visibility:restricted ; hrd:archiveReference "A 12" . :told a oa:SpecificResource ; oa:hasSource :talk .'
    said = (
        interview
        + " :claim a hrd:FateStatement ; hrd:fateOf :bo ; hrd:visibility visibility:public ; hrd:evidence :told ."
    )
    assert "<http://x/claim>" not in shown(said)
    assert "<http://x/claim>" in shown(said, Level.RESTRICTED)
    assert "A 12" not in shown(said, Level.RESTRICTED)


def test_an_allegation_goes_with_its_act() -> None:
    said = f":claim a hrd:Involvement ; hrd:involvedIn :act ; hrd:perpetrator :force ; {CLAIM} . :act hrd:visibility visibility:withheld ."
    assert "<http://x/claim>" not in shown(said)
