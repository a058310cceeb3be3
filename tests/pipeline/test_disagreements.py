"""Two sources that disagree, as a person meets them: a finding with rows of both, a preference, an explanation; and nothing of what is withheld."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import hrdgraph
from hrdgraph.cli.app import run
from hrdgraph.conflicts.compare import disagreements as disagreements_of
from hrdgraph.conflicts.rules import ClaimColumns, rules_of
from hrdgraph.explain.lineage import Lineage, plan_sources
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.mapping.tracing import Tracer
from hrdgraph.ontology import load
from hrdgraph.pipeline import BuildOptions, Result, build
from hrdgraph.pipeline.stages.disagreements import with_both_sides
from hrdgraph.project import find_folder, open_project
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import HRD, HRDV, RDF

QUICK = BuildOptions(validate=False)
CLAIM, OTHER = (
    f"conferral/{source}/example-award/2023/Ada_Example" for source in ("example", "press")
)


@pytest.fixture
def two(small: Path) -> Path:
    """The new project with a second source that gives another day for one conferral and a less precise one for the other."""
    sources = small / "data" / "sources"
    shutil.copytree(sources / "example", sources / "press")
    for path in (sources / "press").iterdir():
        text = (
            path.read_text("utf-8")
            .replace("/conferral/example/", "/conferral/press/")
            .replace("/evidence/example/", "/evidence/press/")
        )
        text = (
            text.replace("2023-12-10", "2023-12-12")
            .replace("2024-12,", "2024,")
            .replace("https://example.org/award/", "https://press.example/")
        )
        path.write_text(
            text.replace('publisher = "Example Foundation"', 'publisher = "The Press"'), "utf-8"
        )
    return small


def disagreements(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.rule.startswith("conflicts/")]


def test_two_sources_that_disagree_are_told_with_rows_of_both(two: Path) -> None:
    result = build(open_project(two), QUICK)
    (finding,) = disagreements(result)
    assert (finding.severity, finding.rule) == (Severity.WARNING, "conflicts/conferral-date")
    assert [(origin.file, origin.row) for origin in finding.origins] == [
        ("data/sources/example/conferrals.csv", 2), ("data/sources/press/conferrals.csv", 2),
    ]  # fmt: skip
    for language, words in (
        ("en", "sources disagree: when the award was conferred"),
        ("fr", "les sources ne s’accordent pas"),
        ("es", "no concuerdan"),
    ):
        assert words in finding.message(language)
        assert "2023-12-10" in finding.message(language)
        assert "2023-12-12" in finding.message(language)
    assert not result.failed  # a disagreement keeps nothing from being published


@pytest.mark.heavy
def test_many_disagreements_are_traced_at_once(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = open_project(two)
    (finding,) = (replace(finding, origins=()) for finding in disagreements(build(project, QUICK)))
    lineage, asked = (
        Lineage(
            plan_sources(project, project.sources), lambda text: frozenset((text,)), project.root
        ),
        list[int](),
    )
    trace = Tracer.trace_each
    monkeypatch.setattr(
        Tracer,
        "trace_each",
        lambda self, triples, most=None: asked.append(len(triples)) or trace(self, triples, most),
    )
    found = with_both_sides([finding] * 50, lineage, 3)
    assert len(asked) <= len(project.sources)
    assert {one.origins for one in found} == {with_both_sides([finding], lineage, 3)[0].origins}
    assert [origin.row for origin in found[0].origins] == [2, 2]


@pytest.mark.heavy
def test_it_is_known_once_somebody_has_explained_it(two: Path) -> None:
    row = f"conflicts/conferral-date,https://example.org/id/{CLAIM},both days are printed"
    (two / "data" / "known_findings.csv").write_text(f"rule,focus,why\n{row}\n", "utf-8")
    (known,) = disagreements(build(open_project(two), QUICK))
    assert known.known == "both days are printed"


YEAR = """
:year a rml:TriplesMap ;
    rml:logicalSource :awards ;
    rml:subjectMap [ rml:template "https://example.org/id/attribute/SOURCE/{key}" ; rml:class hrd:AttributeClaim , hrd:Claim ] ;
    rml:predicateObjectMap [ rml:predicate rdf:subject ; rml:objectMap [ rml:template "https://example.org/id/award/{key}" ] ] ;
    rml:predicateObjectMap [ rml:predicate rdf:predicate ; rml:object hrd:foundedYear ] ;
    rml:predicateObjectMap [ rml:predicate rdf:object ; rml:objectMap [ rml:reference "founded_year" ; rml:datatype xsd:gYear ] ] ;
    rml:predicateObjectMap [ rml:predicate hrd:visibility ; rml:object <https://w3id.org/hrdgraph/vocabulary/visibility/public> ] ;
    rml:predicateObjectMap [ rml:predicate hrd:evidence ; rml:objectMap [ rml:template "https://example.org/id/evidence/SOURCE/award/{key}" ] ] .
"""


@pytest.mark.heavy
@pytest.mark.parametrize("rule", ["award-year", "award-year-claim", "said-year"])
def test_the_years_of_an_award_are_told_once_with_their_rows(rule: str, two: Path) -> None:
    """What is said of the award itself is not told again where claims say the same, whatever the rule for these is called."""
    change(two / "data/sources/press/awards.csv", ",2020,", ",2019,")
    if rule == "said-year":
        shutil.copytree(find_folder("ontology"), two / "ontology")
        change(
            two / "ontology/vocabularies/conflict-rule.ttl",
            "rule:award-year-claim",
            "rule:said-year",
        )
    for name in ("example", "press") if rule != "award-year" else ():
        mapping = two / "data" / "sources" / name / "mapping.ttl"
        prefix = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        mapping.write_text(
            prefix + mapping.read_text("utf-8") + YEAR.replace("SOURCE", name), "utf-8"
        )
    found = [
        finding
        for finding in disagreements(build(open_project(two), QUICK))
        if "date" not in finding.rule
    ]
    assert [finding.rule for finding in found] == [f"conflicts/{rule}"]
    assert {origin.file for origin in found[0].origins} == {
        f"data/sources/{name}/awards.csv" for name in ("example", "press")
    }
    rows = hrdgraph.open(two).query("claims-that-disagree")
    pairs = [(str(row["value"]), str(row["other_value"])) for row in rows]
    years = [pair for pair in pairs if len(pair[0]) == 4]
    assert [set(pair) for pair in years] == [{"2019", "2020"}]


@pytest.mark.heavy
def test_one_side_alone_disagrees_with_nobody(two: Path) -> None:
    assert (
        disagreements(build(open_project(two), BuildOptions(only=("press",), validate=False))) == []
    )


@pytest.mark.heavy
def test_nothing_is_said_of_what_a_withheld_source_says(two: Path) -> None:
    """Neither a finding nor a statement tells that a source which is not public says otherwise."""
    settings = two / "data" / "sources" / "press" / "source.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('visibility = "public"', 'visibility = "withheld"'),
        "utf-8",
    )
    assert disagreements(build(open_project(two), QUICK)) == []
    text = (two / "build" / "graph.nq").read_text("utf-8")
    assert "2023-12-12" not in text
    assert "#conflictAbout> <https://w3id.org/hrdgraph/vocabulary/conflict-rule/" not in text
    assert "#preferredBecause> <https://w3id.org/hrdgraph/vocabulary/preference/" not in text


@pytest.mark.heavy
def test_the_disagreement_can_be_asked_and_explained(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(open_project(two), QUICK)
    graph = hrdgraph.open(two)
    (row,) = graph.query("claims-that-disagree")
    assert {str(row[name]) for name in ("value", "other_value")} == {
        "2023-12-10",
        "2023-12-12",
    }
    assert row["preferred"] is None
    fact = graph.explain(CLAIM).facts[0]
    assert fact.standing
    assert [
        (item.node.value.endswith(OTHER), item.about, item.preferred)
        for item in fact.standing.alternatives
    ] == [(True, ("when the award was conferred",), None)]
    derived = [item for item in fact.statements if item.source == "derived"]
    assert [item for item in derived if not item.derived_by] == []
    assert run(["explain", CLAIM, "--project", str(two), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "sources disagree about: when the award was conferred" in said
    assert f"contradicted by {OTHER}" in said.replace("https://example.org/id/", "")


@pytest.mark.heavy
def test_a_person_who_marks_a_claim_as_contested_decides(two: Path) -> None:
    mapping = two / "data" / "sources" / "press" / "mapping.ttl"
    mapping.write_text(
        mapping.read_text("utf-8").replace("claim-status/asserted", "claim-status/contested"),
        "utf-8",
    )
    assert (
        disagreements(build(open_project(two), QUICK)) == []
    )  # it is judged, so nobody need be told
    standing = hrdgraph.open(two, languages=["en"]).explain(CLAIM).facts[0].standing
    assert standing
    assert standing.because == ("judged by a person",)
    assert [item.preferred for item in standing.alternatives] == [False]


def test_the_shipped_lists_repeat_public_awards_and_agree_about_undivided_prizes(
    built: Path,
) -> None:
    project = open_project(built)
    assert {source.name for source in project.sources if source.is_award_list} == {
        "award-lists",
        "award-lists-2",
        "nobel-peace",
    }
    rules = rules_of(load(project))
    found = disagreements_of(
        rules, ClaimColumns(hrdgraph.open(built).columns, ColumnGraph.union([]))
    )
    assert "undivided-edition" not in {rule.rpartition("/")[2] for rule in found.pairs["rule"]}


def test_a_second_winner_of_an_undivided_shipped_prize_is_a_conflict(built: Path) -> None:
    """King had the whole prize of 1964: a source that names somebody else contradicts that, a finalist would not."""
    base = "https://w3id.org/hrdgraph/"
    claim, graph = IRI(f"{base}id/conferral/other/1964"), IRI(f"{base}graph/other")
    said = {
        RDF.type: HRD.AwardConferral, HRD.edition: IRI(f"{base}id/edition/nobel-peace-prize/1964"),
        HRD.recipient: IRI(f"{base}id/person/Mary_Robinson"),
    }  # fmt: skip
    rules = rules_of(load(open_project(built)))
    for outcome, expected in (
        ("laureate", [f"<{base}id/conferral/nobel-peace/524-1964>"]),
        ("finalist", []),
    ):
        more = [
            Quad(claim, predicate, value, graph)
            for predicate, value in {**said, HRD.outcome: HRDV[f"outcome/{outcome}"]}.items()
        ]
        facts = ClaimColumns(
            ColumnGraph.union([hrdgraph.open(built).columns, ColumnGraph.from_quads(more)]),
            ColumnGraph.union([]),
        )
        pairs = disagreements_of(rules, facts).pairs.filter(
            pl.col("rule").str.ends_with("/undivided-edition")
        )
        ends = {*facts.text(pairs["claim"]), *facts.text(pairs["other"])} - {claim.n3()}
        assert sorted(ends) == expected


@pytest.mark.heavy
@pytest.mark.parametrize("contested", [False, True])
def test_nobody_has_won_what_two_sources_give_to_two_people(contested: bool, two: Path) -> None:
    """The build finds the conflict. If one claim is marked as contested, the other has won; else neither has."""
    sources = two / "data" / "sources"
    change(sources / "press" / "conferrals.csv", "2023,Ada_Example", "2023,Berta_Example")
    for name in ("example", "press"):
        change(
            sources / name / "conferrals.csv",
            "Berta_Example,laureate,2024",
            "Berta_Example,finalist,2024",
        )
        share = 'rml:predicateObjectMap [ rml:predicate hrd:share ; rml:object "1/1" ] ;\n    rml:predicateObjectMap [ rml:predicate hrd:outcome'
        change(
            sources / name / "mapping.ttl",
            "rml:predicateObjectMap [ rml:predicate hrd:outcome",
            share,
        )
    if contested:
        change(sources / "press" / "mapping.ttl", "claim-status/asserted", "claim-status/contested")
    change(sources / "press" / "mapping.ttl", "reliability/awarding-body", "reliability/press")
    build(open_project(two), QUICK)
    base = "https://example.org/id/"
    graph = hrdgraph.open(two)
    preferred = graph.columns.where(p=HRD.preferredTo).text()["s"].to_list()
    assert f"<{base}{CLAIM}>" in preferred
    won = {
        quad.subject.value.removeprefix(base)
        for quad in graph.columns.where(p=HRD.hasWon)
        if isinstance(quad.subject, IRI)
    }
    ada = "person/Ada_Example"
    won.discard("person/Irma_Example")  # of another award
    assert won == ({ada} if contested else set())


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
