"""A derived statement names the queries that made it, as the build has recorded them: no query has to be run again to say so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import hrdgraph
from hrdgraph import Graph
from hrdgraph.cli.app import run
from hrdgraph.evidence.dates import FUNCTIONS
from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.privacy.readable_build import ReadableBuild
from hrdgraph.project import open_project
from hrdgraph.queries.catalogue import DERIVE
from hrdgraph.rdf import IRI, Quad
from hrdgraph.store.contract import GraphAnswer
from hrdgraph.store.oxigraph import OxigraphStore

WON = ("organisation/Joint_Mobile_Group", "hrd:hasWon", "award/martin-ennals-award")
EX = "https://example.org/own#"
OWN = {  # by file: a query whose answer cannot, or can hardly, be asked for one statement alone
    "81-blank": 'CONSTRUCT { ?thing ex:seen [ ex:blank ?name ] } { ?thing a foaf:Person ; skos:prefLabel ?name FILTER(STR(?name) != "}") }',
    "82-count": "CONSTRUCT { ?award ex:count ?n } { SELECT ?award (COUNT(*) AS ?n) { ?edition hrd:editionOf ?award } GROUP BY ?award }",
    "83-made": 'CONSTRUCT { ?s ?made ?o } { ?s a foaf:Person ; skos:prefLabel ?l BIND(IRI(CONCAT(STR(ex:), "made")) AS ?made) BIND(UCASE(?l) AS ?o) }',
    "84-first": "CONSTRUCT { ?s ex:first ?name } { SELECT ?s ?name { ?s a foaf:Person ; skos:prefLabel ?name } ORDER BY ?name LIMIT 1 }",
    "85-once": "CONSTRUCT { ?s ex:once true } { ?s a foaf:Person FILTER NOT EXISTS { ?s ex:once ?any } } # } ex:made {",
    "86-either": "CONSTRUCT { ?s ex:made ?l . ?g ex:graph ?s } { { ?s ex:made ?l } UNION { GRAPH ?g { ?s a hrd:Award } } }",
    "88-match": 'CONSTRUCT { ?s skos:exactMatch ex:Ada } { ?s skos:prefLabel "Ada Example" }',
    "87-day": "CONSTRUCT { ?s ex:day ?day } { ?s hrd:date ?date BIND(hrdf:latest(?date) AS ?day) }",
}


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built, languages=["en"])


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A built project with queries of its own."""
    root = tmp_path_factory.mktemp("own") / "p"
    assert run(["init", str(root)]) == 0
    for name, text in OWN.items():
        head = "# title@en: one of our own\nPREFIX ex: <https://example.org/own#>\nPREFIX hrdf: <https://w3id.org/hrdgraph/function#>\n"
        folder = root / "local" / "queries" / DERIVE
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.rq").write_text(f"{head}{text}\n", "utf-8")
    build(open_project(root), BuildOptions(validate=False))
    return hrdgraph.open(root)


def derived(graph: Graph) -> list[Quad]:
    return list(graph.columns.where(g=IRI(graph.project.graph_name("derived"))))


def recorded(graph: Graph) -> dict[tuple[Any, ...], set[str]]:
    found: dict[tuple[Any, ...], set[str]] = {}
    for quad in ReadableBuild(graph.project).rules():
        assert isinstance(quad.graph, IRI)
        found.setdefault(quad[:3], set()).add(quad.graph.value.rpartition("/")[2])
    return found


def test_what_is_recorded_is_what_each_query_answers(graph: Graph) -> None:
    """All that is derived of the shipped data: of none of its queries does the answer change with what they derive."""
    found: dict[tuple[Any, ...], set[str]] = {}
    for rule in graph.queries.topic(DERIVE):
        answer = graph.store.query(rule.text, functions=FUNCTIONS)
        assert isinstance(answer, GraphAnswer)
        for quad in answer:
            found.setdefault(quad[:3], set()).add(rule.name)
    assert len(found) > 3000
    assert recorded(graph) == found


def test_nothing_is_recorded_that_is_not_published(graph: Graph, own: Graph) -> None:
    for each in (graph, own):
        assert recorded(each).keys() <= {quad[:3] for quad in derived(each)}


def test_every_statement_that_own_queries_derive_names_them(own: Graph) -> None:
    found: dict[str, set[tuple[str, ...]]] = {}
    for quad in derived(own):
        if (
            quad.predicate.value.startswith(EX)
            and isinstance(quad.subject, IRI)
            and not quad.object.n3().startswith("_:")
        ):
            explanation = own.explain(*(term.n3() for term in quad[:3]))
            found.setdefault(quad.predicate.value.removeprefix(EX), set()).update(
                one.derived_by for one in explanation.facts[0].statements
            )
    files = {name.partition("-")[2]: f"local/queries/derive/{name}.rq" for name in OWN}
    assert found == {
        "made": {(files["made"], files["either"])},
        "graph": {(files["either"],)},
        **{name: {(files[name],)} for name in ("count", "first", "once", "day")},
    }


def test_a_link_that_a_query_derives_is_not_put_down_to_the_ledger(own: Graph) -> None:
    (linked,) = own.explain("person/Ada_Example", "skos:exactMatch", EX + "Ada").facts[0].statements
    assert linked.derived_by == ("local/queries/derive/88-match.rq",)


def test_a_blank_node_of_a_head_is_explained_where_it_stands(own: Graph) -> None:
    facts = own.explain("person/Ada_Example").facts
    (seen,) = [one for one in facts[0].statements if one.quad.predicate == IRI(EX + "seen")]
    assert seen.derived_by == ("local/queries/derive/81-blank.rq",)


@pytest.mark.heavy
def test_no_query_is_run_again(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, query = list[str](), OxigraphStore.query

    def told(store: OxigraphStore, text: str, **more: Any) -> Any:
        asked.append(text)
        return query(store, text, **more)

    monkeypatch.setattr(OxigraphStore, "query", told)
    facts = hrdgraph.open(graph.project.root).explain(*WON).facts
    assert facts[0].statements[0].derived_by == ("queries/derive/45-has-won.rq",)
    assert asked
    assert not {rule.text for rule in graph.queries.topic(DERIVE)} & set(asked)


@pytest.mark.heavy
def test_a_build_without_the_record_says_what_to_do(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(open_project(small), BuildOptions(validate=False))
    shutil.rmtree(small / "build" / "columns" / "rules")
    assert (
        run(["explain", "award/example-award", "--project", str(small), "--lang", "en"]) == 0
    )  # nothing that is derived is said of it
    assert run(["explain", "person/Ada_Example", "--project", str(small), "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert "rules" in said
    assert "hrdgraph build" in said
