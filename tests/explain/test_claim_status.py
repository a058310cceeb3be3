"""Where each claim of the shipped project stands, and the short form of a long explanation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hrdgraph
from hrdgraph import Graph
from hrdgraph.catalogue import Message, phrase
from hrdgraph.cli.app import run
from hrdgraph.evidence.snapshots import Snapshots
from hrdgraph.explain.explainer import Explainer, Reasons
from hrdgraph.explain.explanation import ClaimStatus, ClaimVisibility
from hrdgraph.explain.lineage import Lineage
from hrdgraph.library.explained import FIRST, WHOLE, visibility_line
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.levels import Level
from hrdgraph.project import open_project
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.vocab import SKOS

GROUP = "conferral/kalyapin-page/06-front-line-2011-group"
HEADER = "conferral/kalyapin-page/07-front-line-2011-header"


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built, languages=["en"])


def test_a_claim_says_where_it_stands(graph: Graph) -> None:
    standing = graph.explain(GROUP).facts[0].standing
    assert standing
    assert standing.status == ("asserted", "verified")
    assert standing.publishers == 2
    assert standing.because == ("judged by a person",)
    assert sum(standing.evidence.values()) == 2
    assert standing.visibility.level == "public"
    assert "is marked as public" in str(standing.visibility.rule)
    (other,) = standing.alternatives
    assert other.node.value.endswith(HEADER)
    assert other.preferred is False


def test_the_other_side_says_the_contrary(graph: Graph) -> None:
    standing = graph.explain(HEADER).facts[0].standing
    assert standing
    assert standing.status == ("contested",)
    assert standing.because == ()
    found = {other.node.value.rpartition("/")[2]: other for other in standing.alternatives}
    assert found["06-front-line-2011-group"].preferred is True
    assert len(found) == 2  # another page names the group as well
    assert {about for other in found.values() for about in other.about} == {
        "whether the person or the group won"
    }


def test_claims_that_a_person_calls_contested_on_both_sides_stay_open(graph: Graph) -> None:
    for name in ("03-joint-mobile-group", "04-joint-mobile-group"):
        standing = graph.explain(f"founding/kalyapin-page/{name}").facts[0].standing
        assert standing
        assert [other.preferred for other in standing.alternatives] == [None]


def test_judgements_about_a_thing_are_shown_by_any_of_its_names(graph: Graph) -> None:
    for name in ("person/Igor_Kalyapin", "person/kalyapin-page/Igor_Kalyapin"):
        standing = graph.explain(name).facts[0].standing
        assert standing
        assert [row.row for row in standing.judgements][:1] == [2]
        assert all("Igor_Kalyapin" in row.left for row in standing.judgements)
        assert standing.judgements[0].why.startswith("same name")


def test_a_thing_that_is_no_claim_and_that_nobody_judged_has_no_standing(graph: Graph) -> None:
    assert graph.explain("award/rafto-prize").facts[0].standing is None


def test_every_derived_statement_about_conflicts_names_its_rule(graph: Graph) -> None:
    wanted = {"alternative to", "in conflict about", "preferred to", "preferred because"}
    said = {
        item.predicate_label: item.derived_by
        for item in graph.explain(GROUP).facts[0].statements
        if item.source == "derived"
    }
    assert wanted <= said.keys()
    assert all(said.values())
    assert said["in conflict about"] == (
        "whether the person or the group won (ontology/vocabularies/conflict-rule.ttl)",
    )


def test_whoever_computes_visibility_can_say_which_rule_set_it() -> None:
    """The place for it: a function from a claim to its level and rule."""
    from hrdgraph.ontology import Ontology
    from hrdgraph.rdfio.formats import format_named
    from hrdgraph.rdfio.read import parse

    claim = IRI("http://e.example/c")
    text = f"<{claim.value}> a <https://w3id.org/hrdgraph/ontology#Claim> ."
    none = Ontology("", {}, {}, {}, {}, {}, ())
    graph = ColumnGraph.from_quads(parse(text, format_named("ttl")))
    lineage = Lineage((), lambda name: frozenset((name,)), Path())
    explainer = Explainer(
        graph,
        none,
        lineage,
        Snapshots([]),
        {},
        Reasons(visibility=lambda _: ClaimVisibility("public", Message("reason-source"))),
    )
    standing = explainer.explain(claim).facts[0].standing
    assert standing
    assert standing.visibility == ClaimVisibility("public", Message("reason-source"))


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["explain", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.heavy
def test_what_is_long_is_summed_up_first(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = said(capsys, "Igor Kalyapin", "--project", str(built), "--lang", "en")
    full = said(capsys, "Igor Kalyapin", "--project", str(built), "--lang", "en", "--full")
    lines, whole = short.splitlines(), full.splitlines()
    assert len(lines) <= WHOLE + 10 < len(whole)
    assert "for all details of" in lines[-1]
    assert "role: 8" in short
    assert f"… and {8 - FIRST} more" in short
    assert "contested; contradicted" in short
    assert ".yml line" not in short
    assert ".yml line" in full


def test_what_fits_a_screen_is_shown_whole(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    triple = (HEADER, kind, "hrd:AwardConferral")
    whole = said(capsys, *triple, "--project", str(built), "--lang", "en")
    assert whole == said(capsys, *triple, "--project", str(built), "--lang", "en", "--full")
    assert "conferrals.csv row 3" in whole


@pytest.mark.heavy
def test_json_is_complete_whether_full_or_not(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(said(capsys, "Igor Kalyapin", "--project", str(built), "--json"))
    assert found == json.loads(
        said(capsys, "Igor Kalyapin", "--project", str(built), "--json", "--full")
    )
    claims = {fact["node"].rpartition("/")[2]: fact for fact in found["facts"]}
    standing = claims["06-front-line-2011-group"]["standing"]
    assert standing["publishers"] == 2
    assert standing["preferred_because"]
    assert found["facts"][0]["standing"]["judgements"][0]["row"] == 2


@pytest.mark.heavy
def test_each_claim_says_who_may_see_it_and_by_which_rule(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = "visibility: public – the thing that it is about is marked as public"
    assert own in said(capsys, GROUP, "--project", str(built)).replace("  ", " ")
    full = said(capsys, "Igor Kalyapin", "--project", str(built), "--full")
    assert full.count(f"  {own}\n") == full.count("  status: ") == 21
    short = said(capsys, "Igor Kalyapin", "--project", str(built))
    assert (
        "who may see these\n  public – the thing that it is about is marked as public   (21)\n"
        in short
    )


@pytest.mark.usefixtures("page_at_hand")
@pytest.mark.parametrize(
    ("language", "shown", "counted", "derived"),
    [
        (
            "fr",
            "publique – la chose concernée est déclarée publique",
            "mots vérifiés (2)",
            "[déduit]",
        ),
        (
            "es",
            "pública – aquello de lo que trata está declarado público",
            "palabras verificadas (2)",
            "[deducido]",
        ),
    ],
)
def test_where_a_claim_stands_is_told_in_one_language(
    language: str,
    shown: str,
    counted: str,
    derived: str,
    built: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = said(capsys, GROUP, "--project", str(built), "--full", "--lang", language)
    assert all(text in printed for text in (shown, counted, derived))
    assert not any(text in printed for text in ("hrd:visibility of", "[derived]", "its subject"))


def test_every_rule_of_visibility_has_its_words() -> None:
    codes = {*(f"word-{level.code}" for level in Level), "not-held-against-snapshot"}
    told = {code: {phrase(code, language) for language in ("en", "fr", "es")} for code in codes}
    assert [code for code, texts in told.items() if len(texts) < 3 or code in texts] == []


def test_the_place_of_a_rule_is_told_with_it() -> None:
    shown = ClaimVisibility(
        "withheld",
        Message("reason-column"),
        "data/sources/x/source.toml, people.csv, column 'name'",
    )
    assert visibility_line(shown, "fr").endswith(
        "; data/sources/x/source.toml, people.csv, colonne « name »"
    )
    assert ClaimStatus(visibility=shown).as_dict()["visibility"] == {
        "level": "withheld",
        "rule": f"{shown.rule}; {shown.place}",
    }


@pytest.mark.sampled(1)
@pytest.mark.parametrize("joined", [False, True])
def test_a_link_to_an_authority_names_the_rows_of_the_ledger(
    joined: bool, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the thing that was judged has another name now, both the row that links it and the one that joins the two."""
    ada, other = (
        "https://example.org/id/person/example/Ada_Example",
        "https://example.org/id/person/example/Berta_Example",
    )
    rows = [
        f"{other},{ada},unsure",
        f"{ada},http://www.wikidata.org/entity/Q42,same",
        *([f"{ada},{other},same"] if joined else []),
    ]
    text = "left,right,judgement,who,when,why\n" + "".join(
        f"{row},t,2026-11-2{day},t\n" for day, row in enumerate(rows)
    )
    (small / "data" / "judgements.csv").write_text(text, "utf-8")
    build(open_project(small), BuildOptions(validate=False))
    (linked,) = [
        item
        for item in hrdgraph.open(small).explain(ada).facts[0].statements
        if item.quad.predicate == SKOS.exactMatch
    ]
    wanted = "data/judgements.csv rows 3, 4" if joined else "data/judgements.csv row 3"
    assert (linked.quad.object, linked.derived_by) == (
        IRI("http://www.wikidata.org/entity/Q42"),
        (wanted,),
    )
    capsys.readouterr()
    assert f"derived by {wanted}\n" in said(capsys, ada, "--project", str(small), "--full")
    french = wanted.replace(" row", " ligne")
    assert f"déduit par {french}\n" in said(
        capsys, ada, "--project", str(small), "--full", "--lang", "fr"
    )


@pytest.mark.heavy
def test_what_was_only_planned_says_so_among_the_facts_of_an_edition(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(
            ["explain", "edition/martin-ennals-award/2022", "--project", str(built), "--lang", "fr"]
        )
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert "  Genève, 2022-06-02   (affirmée ; prévu)" in lines
    assert lines.count("  prix remporté, 2022-01-19   (affirmée ; vérifiée ; 2 éditeurs)") == 2
