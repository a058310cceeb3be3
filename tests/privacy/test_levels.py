"""Levels, shadows of graphs, and decisions: the strictest counts, and each decision tells its rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.parts import safety_examples

from hrdgraph.catalogue import LANGUAGES, render
from hrdgraph.privacy.levels import Level, Policy, level_of
from hrdgraph.privacy.shadow_graphs import (
    fold_shadows,
    home_of,
    list_cited_in_shadow,
    move_to_shadow,
    parse_shadow,
    shadow_of,
)
from hrdgraph.privacy.visibility import (
    REASONS,
    VisibilityDecision,
    VisibilityDecisions,
    publish_graph,
)
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Quad, Term
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, ORG, RDF, RDFS, SKOS

G, H = (IRI(f"https://w3id.org/hrdgraph/graph/{name}") for name in ("one", "two"))
ANA, BO, CLAIM = (IRI(f"http://x/{name}") for name in ("ana", "bo", "claim"))
PLACE = "data/sources/one/source.toml, people.csv, column 'téléphone: 1'"


def hidden(*quads: Quad, level: Level = Level.WITHHELD) -> ColumnGraph:
    return move_to_shadow(ColumnGraph.from_quads(quads), G.n3(), level, PLACE)


def whole(*graphs: ColumnGraph) -> ColumnGraph:
    return ColumnGraph.union(graphs)


@pytest.mark.parametrize(
    ("word", "level"),
    [("public", 0), ("restricted", 1), ("withheld", 2), ("Public", 2), ("", 2), ("publik", 2)],
)
def test_an_unknown_word_is_withheld(word: str, level: int) -> None:
    assert level_of(word) == level
    assert level_of(HRDV[f"visibility/{word}"]) == level


@pytest.mark.parametrize("rule", [*REASONS, "default", "said"])
def test_each_rule_has_a_sentence(rule: str) -> None:
    sentences = {render(VisibilityDecision(Level.WITHHELD, rule).why, one) for one in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)


def test_no_policy_shows_what_is_withheld() -> None:
    with pytest.raises(ValueError, match="withheld"):
        Policy(shown=Level.WITHHELD)


@settings(max_examples=safety_examples())
@given(
    st.text(max_size=8).filter(lambda text: "\n" not in text),
    st.sampled_from([Level.RESTRICTED, Level.WITHHELD]),
)
def test_a_shadow_tells_its_graph_level_and_place(place: str, level: Level) -> None:
    for name in (G.n3(), "_:g", ""):
        assert parse_shadow(shadow_of(name, level, place)) == (name, level, place)


def test_a_statement_of_a_hidden_column_goes_with_what_only_it_names() -> None:
    home = IRI("http://x/home")
    public = ColumnGraph.from_quads([Quad(ANA, RDFS.label, Literal("Ana"), G)])
    own = ColumnGraph.from_quads([Quad(home, HRD.note, Literal("Rose Street"), G)])
    secret = hidden(Quad(ANA, FOAF.based_near, home, G))
    assert publish_graph(whole(public, own, secret)).graph == public


def test_within_a_source_the_stricter_wins_and_another_source_is_another() -> None:
    said = Quad(ANA, HRD.note, Literal("words"), G)
    both = whole(ColumnGraph.from_quads([said, said._replace(graph=H)]), hidden(said))
    assert set(publish_graph(both).graph) == {said._replace(graph=H)}


def test_within_a_source_the_stricter_wins_under_any_name_of_a_thing() -> None:
    said, hers = Quad(ANA, HRD.note, Literal("words"), G), Quad(BO, HRD.note, Literal("words"), G)
    both = whole(ColumnGraph.from_quads([said]), hidden(hers))
    assert set(publish_graph(both, Policy(joined=((ANA.value, BO.value),))).graph) == set()
    assert set(publish_graph(both).graph) == {said}


@pytest.mark.parametrize(
    "statement", [(ANA, RDF.type, FOAF.Person), (ANA, SKOS.prefLabel, Literal("Ana"))]
)
def test_a_name_of_the_public_table_is_not_taken_out_by_a_hidden_one(
    statement: tuple[IRI, IRI, Term],
) -> None:
    said = Quad(*statement, G)
    assert set(publish_graph(whole(ColumnGraph.from_quads([said]), hidden(said))).graph) == {said}


def test_a_claim_that_loses_its_last_evidence_to_a_hidden_column_goes() -> None:
    claim = ColumnGraph.from_quads(
        [Quad(CLAIM, RDF.type, ORG.Membership, G), Quad(CLAIM, HRD.note, Literal("n"), G)]
    )
    assert len(publish_graph(whole(claim, hidden(Quad(CLAIM, HRD.evidence, BO, G)))).graph) == 0


def test_a_restricted_column_is_shown_to_those_who_may_see_it() -> None:
    said = Quad(ANA, HRD.note, Literal("words"), G)
    secret = hidden(said, level=Level.RESTRICTED)
    assert set(publish_graph(secret, Policy(shown=Level.RESTRICTED)).graph) == {said}
    assert len(publish_graph(secret).graph) == 0
    marked = ColumnGraph.from_quads(
        [said, Quad(ANA, HRD.visibility, HRDV["visibility/restricted"], G)]
    )
    assert len(publish_graph(marked).graph) == 0
    assert len(publish_graph(marked, Policy(shown=Level.RESTRICTED)).graph) == 2


def test_words_that_a_hidden_column_cites_are_remembered() -> None:
    proof, place = IRI("http://x/proof"), IRI("http://x/place")
    cited = ColumnGraph.from_quads(
        [Quad(proof, OA.hasSelector, place, G), Quad(proof, OA.hasSource, BO, G)]
    )
    graph = whole(cited, hidden(Quad(place, OA.exact, Literal("words"), G)))
    assert list_cited_in_shadow(graph) == {proof.n3(), place.n3()}
    anchored = whole(
        cited, ColumnGraph.from_quads([Quad(proof, HRD.quoteDigest, Literal("abc"), G)])
    )
    assert set(publish_graph(anchored, Policy(wordless=list_cited_in_shadow(graph))).graph) == {
        Quad(proof, OA.hasSource, BO, G)
    }


nodes = st.sampled_from([IRI(f"http://x/node-{number}-") for number in range(6)])
links = st.builds(
    Quad,
    nodes,
    st.sampled_from([HRD.recipient, HRD.evidence, RDF.subject, RDF.object, FOAF.knows]),
    nodes,
    st.just(G),
)
types = st.builds(
    Quad,
    nodes,
    st.just(RDF.type),
    st.sampled_from([HRD.AwardConferral, FOAF.Person, HRD.AttributeClaim]),
    st.just(G),
)
words = st.builds(lambda node: Quad(node, RDFS.label, Literal(f"words of {node.value}"), G), nodes)
secrets = st.lists(
    st.builds(
        lambda node, n: Quad(node, HRD.note, Literal(f"secret {n}"), G), nodes, st.integers(0, 5)
    ),
    max_size=5,
)
graphs = st.lists(st.one_of(links, types, words), max_size=25)


@settings(max_examples=safety_examples())
@given(graphs, st.lists(st.one_of(links, words), max_size=8), secrets)
def test_no_hidden_statement_and_no_word_of_one_is_published(
    public: list[Quad], linked: list[Quad], secret: list[Quad]
) -> None:
    graph = whole(ColumnGraph.from_quads(public), hidden(*linked, *secret))
    result = publish_graph(graph).graph
    shared = {quad for quad in linked if quad in public and quad.predicate == RDFS.label}
    assert not set(result) & (set(linked) - shared)
    assert set(result) <= set(public)
    assert not [term for term in result.terms if "secret" in term or "urn:hrdgraph" in term]
    used = {term for quad in result for term in quad if term is not None}
    assert {term.n3() for term in used} == set(result.terms)


@settings(max_examples=safety_examples())
@given(graphs, secrets, secrets)
def test_what_a_hidden_column_says_changes_nothing(
    public: list[Quad], one: list[Quad], other: list[Quad]
) -> None:
    """Two sets of values for the same things give one published graph."""
    things = [quad.subject for quad in one]
    same = [quad._replace(subject=thing) for quad, thing in zip(other * 5, things, strict=False)]
    if len(same) == len(one):
        assert (
            publish_graph(whole(ColumnGraph.from_quads(public), hidden(*one))).graph
            == publish_graph(whole(ColumnGraph.from_quads(public), hidden(*same))).graph
        )


def test_each_decision_tells_its_rule_and_its_place() -> None:
    private = IRI("https://w3id.org/hrdgraph/graph/private")
    quads = {
        "property": Quad(ANA, HRD.birthDate, Literal("1968"), G),
        "source": Quad(ANA, HRD.note, Literal("n"), private),
        "column": Quad(ANA, FOAF.phone, Literal("1"), G),
        "claim": Quad(CLAIM, RDF.type, ORG.Membership, G),
        "default": Quad(ANA, RDFS.label, Literal("Ana"), G),
        "said": Quad(BO, RDFS.label, Literal("Bo"), G),
    }
    marks = [
        Quad(CLAIM, HRD.visibility, HRDV["visibility/restricted"], G),
        Quad(BO, HRD.visibility, HRDV["visibility/public"], G),
    ]
    open_quads = [quad for rule, quad in quads.items() if rule != "column"]
    graph = whole(ColumnGraph.from_quads([*open_quads, *marks]), hidden(quads["column"]))
    places = {private: "private/source.toml", G: "one/source.toml"}
    decisions = VisibilityDecisions(
        graph, Policy({HRD.birthDate: "withheld"}, {private: "restricted"}, places=places)
    )
    found = {rule: decisions.of(quad) for rule, quad in quads.items()}
    assert {rule: decision.rule for rule, decision in found.items() if decision} == {
        rule: rule for rule in quads
    }
    assert found["property"] == VisibilityDecision(Level.WITHHELD, "property", HRD.birthDate.n3())
    assert found["source"] == VisibilityDecision(Level.RESTRICTED, "source", "private/source.toml")
    assert found["column"] == VisibilityDecision(Level.WITHHELD, "column", PLACE)
    assert found["claim"] == VisibilityDecision(Level.RESTRICTED, "claim", CLAIM.n3())
    assert found["default"] == VisibilityDecision(Level.PUBLIC, "default", "one/source.toml")
    assert all(decision.why for decision in found.values() if decision)
    assert decisions.of(Quad(ANA, RDFS.label, Literal("nobody says it"), G)) is None
    worst = decisions.of_thing(ANA)
    assert worst is not None
    assert worst.level is Level.WITHHELD


@settings(max_examples=safety_examples())
@given(
    graphs,
    st.lists(st.one_of(links, words), max_size=4),
    secrets,
    st.sampled_from([Level.RESTRICTED, Level.WITHHELD]),
)
def test_the_decision_on_a_thing_is_the_strictest_on_what_is_said_of_it(
    public: list[Quad], linked: list[Quad], secret: list[Quad], level: Level
) -> None:
    graph = whole(ColumnGraph.from_quads(public), hidden(*linked, *secret, level=level))
    decisions = VisibilityDecisions(graph, Policy(places={G: "one/source.toml"}))
    for thing in {quad.subject for quad in graph}:
        assert isinstance(thing, IRI)
        said = [
            quad._replace(graph=home_of(quad.graph))
            for quad in graph.where(s=thing)
            if isinstance(quad.graph, IRI)
        ]
        each = [decision for quad in said if (decision := decisions.of(quad))]
        assert decisions.of_thing(thing) == max(each, key=lambda decision: decision.level)
    assert decisions.of_thing(IRI("http://x/nobody")) is None


def test_folding_without_shadows_changes_nothing() -> None:
    graph = ColumnGraph.from_quads([Quad(ANA, RDFS.label, Literal("Ana"), G)])
    assert fold_shadows(graph, Level.PUBLIC)[0] is graph
