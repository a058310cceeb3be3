"""A graph that has changed a little is published as it would be without the publication before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from tests.small_projects import create_small_project

from hrdgraph.identity import Judgement, Ledger, Verdict
from hrdgraph.identity.persistent_iris import PersistentIRI
from hrdgraph.ontology import load
from hrdgraph.privacy import Policy
from hrdgraph.privacy.allow_list import AllowList
from hrdgraph.privacy.levels import Level
from hrdgraph.privacy.publication import Publication, allow_list, show
from hrdgraph.privacy.republication import show_again
from hrdgraph.privacy.shadow_graphs import ROWS, shadow_of
from hrdgraph.project import Project, open_project
from hrdgraph.rdf import IRI, BlankNode, ColumnGraph, Literal, Quad, Term
from hrdgraph.rdf.change import difference, minus
from hrdgraph.vocab import FOAF, HRD, HRDV, OA, RDF, SKOS

WITHHELD, WIKIDATA = HRDV["visibility/withheld"], IRI("http://www.wikidata.org/entity/Q1")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("small") / "project"
    create_small_project(folder, "Small")
    return open_project(folder)


@pytest.fixture(scope="module")
def allowed(project: Project) -> AllowList:
    return allow_list(project, load(project.ontology_dir))


def names_of(project: Project) -> list[IRI]:
    """Names of people from two sources, one without a source, and one from elsewhere."""
    sources = [source.name for source in project.sources]
    told = [(sources[0], "Ana"), (sources[0], "Bo"), (sources[-1], "Ana"), (sources[-1], "Cy")]
    names = [IRI(f"{project.base}person/{source}/{key}") for source, key in told]
    return [*names, IRI(f"{project.base}person/Ana"), IRI("http://x/eve")]


def pool_of(project: Project) -> list[Quad]:
    """All that may be said, what makes other statements go last."""
    people, graphs = names_of(project), [IRI(project.graph_name(name)) for name in ("a", "b")]
    said: list[tuple[IRI | BlankNode, IRI, Term]] = []
    for person in people:
        said += [(person, RDF.type, FOAF.Person), (person, HRD.birthDate, Literal("1968"))]
        said += [(person, SKOS.prefLabel, Literal(text)) for text in ("Ana", "Anna", "Bo")]
        said += [(person, SKOS.altLabel, Literal("Ana")), (person, FOAF.knows, people[0])]
        said += [(person, SKOS.note, Literal("seen with Anna in May"))]
    for number, person in enumerate(people):
        claim, evidence = IRI(f"http://x/claim/{number}"), IRI(f"http://x/evidence/{number}")
        said += [(claim, RDF.type, HRD.AwardConferral), (claim, HRD.recipient, person)]
        said += [(claim, HRD.evidence, evidence), (evidence, OA.hasSource, IRI("http://x/page"))]
        said += [(claim, HRD.edition, IRI("http://x/edition"))]
        said += [(BlankNode(f"b{number}"), HRD.recipient, person)]
    quads = [Quad(*statement, graph) for statement in said for graph in graphs]
    linked = Quad(people[1], SKOS.exactMatch, WIKIDATA, IRI(project.graph_name("derived")))
    return [*quads, linked, *hiding(project)]


def given_to(project: Project, number: int) -> IRI:
    return IRI(f"{project.base}person/{number}")


def hiding(project: Project) -> list[Quad]:
    """What makes other statements go."""
    people, graph = names_of(project), IRI(project.graph_name("a"))
    places = ("a column", f"{ROWS}a table")
    shadows = [IRI(shadow_of(graph.n3(), Level.WITHHELD, place)[1:-1]) for place in places]
    secret = [(SKOS.note, Literal("secret")), (SKOS.note, Literal("seen with Anna in May"))]
    secret += [(SKOS.prefLabel, Literal("Anna")), (SKOS.prefLabel, Literal("Zoe"))]
    marks = [Quad(IRI("http://x/claim/1"), HRD.visibility, WITHHELD, graph)]
    marks += [Quad(person, HRD.visibility, WITHHELD, graph) for person in people[2:4]]
    marks += [Quad(people[1], HRD.atRisk, Literal("yes"), graph)]
    return marks + [Quad(people[1], *said, shadow) for said in secret for shadow in shadows]


def ledger_of(project: Project, draw: Random) -> Ledger:
    people = [name.value for name in names_of(project)]
    pairs = [draw.sample(people[:4], 2) for _ in range(draw.randrange(2))]
    pairs += [[people[1], WIKIDATA.value]] if draw.random() < 0.5 else []
    rows = [
        Judgement(left, right, Verdict.SAME, "who", date(2026, 1, 1), "why", row)
        for row, (left, right) in enumerate(pairs, 2)
    ]
    given = [
        PersistentIRI(given_to(project, number).value, name, "2026-01-01")
        for number, name in enumerate(people[:4])
    ]
    return Ledger(tuple(rows), persistent=tuple(given))


def policy_of(project: Project, ledger: Ledger, allowed: AllowList, draw: Random) -> Policy:
    people, graph = names_of(project), IRI(project.graph_name("b"))
    return Policy(
        {HRD.birthDate: WITHHELD},
        {graph: draw.choice(["public", "public", "withheld"])},
        withdrawn=frozenset(draw.sample(people, draw.choice([0, 0, 1]))),
        joined=ledger.clusters,
        allowed_of_persons=draw.choice([None, allowed]),
    )


def assert_same(made: Publication, wanted: Publication) -> None:
    assert made.graph.terms.to_list() == wanted.graph.terms.to_list()
    assert made.graph.quads.equals(wanted.graph.quads)
    for name in ("withheld", "touched", "missing", "withdrawn", "ledger"):
        assert getattr(made, name) == getattr(wanted, name), name
    assert made.parts is not None
    assert wanted.parts is not None
    for name in ("whole", "shown", "taken", "said", "unlinked", "policy"):
        assert getattr(made.parts, name) == getattr(wanted.parts, name), name


def walk(project: Project, allowed: AllowList, seed: int, counts: Counter[str]) -> None:
    draw, pool = Random(seed), pool_of(project)
    hidden, few = draw.choice([0, 0, 0.3]), hiding(project)
    open_pool = pool[: -len(few)]
    there = {quad for quad in open_pool if draw.random() < 0.6}
    there |= {quad for quad in few if draw.random() < hidden}
    ledger = ledger_of(project, draw)
    policy, graph = policy_of(project, ledger, allowed, draw), ColumnGraph.from_quads(there)
    last = show(project, graph, policy, ledger)
    for _ in range(4):
        toggled = draw.choice([open_pool, open_pool, few, pool[-len(few) - 1 :]])
        there ^= set(draw.sample(toggled, draw.choice([1, 2])))
        now = ColumnGraph.from_quads(there)
        wanted = show(project, now, policy, ledger)
        made = show_again(project, last, now, difference(graph, now), policy, ledger)
        counts["whole" if made is None else "again"] += 1
        if made is not None:
            assert_same(made, wanted)
            change = difference(last.graph, made.graph)
            assert change.came == minus(wanted.graph, last.graph)
            assert change.gone == minus(last.graph, wanted.graph)
            counts["taken"] += wanted.withheld != last.withheld
        last, graph = made or wanted, now


@pytest.mark.parametrize("walks", [12, pytest.param(100, marks=pytest.mark.heavy)])
def test_what_is_published_again_is_what_is_published_anew(
    project: Project, allowed: AllowList, walks: int
) -> None:
    counts: Counter[str] = Counter()
    for seed in range(walks):
        walk(project, allowed, seed, counts)
    assert min(counts["again"], counts["taken"]) > walks
    assert counts["whole"] > walks / 4


def test_another_policy_or_ledger_publishes_all_anew(project: Project, allowed: AllowList) -> None:
    draw = Random(1)
    graph, ledger = ColumnGraph.from_quads(pool_of(project)[:60]), ledger_of(project, draw)
    policy = Policy(joined=ledger.clusters, allowed_of_persons=allowed)
    last, change = show(project, graph, policy, ledger), difference(graph, graph)
    assert show_again(project, last, graph, change, policy, ledger)
    down = replace(policy, withdrawn=frozenset(names_of(project)[:1]))
    assert show_again(project, last, graph, change, down, ledger) is None
    shorter = replace(ledger, persistent=ledger.persistent[1:])
    assert show_again(project, last, graph, change, policy, shorter) is None
