"""What people hand to the library: names, keys and IRIs, Python's own values, graphs of rdflib; and
what is no choice is refused."""

from __future__ import annotations

import importlib
from datetime import date
from pathlib import Path

import pytest
import rdflib

import hrdgraph
from hrdgraph import Graph
from hrdgraph.cli.app import run
from hrdgraph.errors import HrdgraphError, ProjectError, QueryError
from hrdgraph.exports.formats import FORMATS
from hrdgraph.rdf import IRI

PRIZE = "http://example.org/prix/sakharov"
TURTLE = f'<{PRIZE}> <http://www.w3.org/2004/02/skos/core#prefLabel> "Prix Sakharov"@fr .'
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
[] a sh:NodeShape ; sh:targetSubjectsOf skos:prefLabel ; sh:property [ sh:path skos:notation ; sh:minCount 1 ] .
"""


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return hrdgraph.open(built)


@pytest.fixture
def theirs() -> rdflib.Graph:
    return rdflib.Graph().parse(data=TURTLE, format="turtle")


@pytest.mark.parametrize("year", [2013, "2013"])
@pytest.mark.parametrize(
    "award",
    [
        "martin-ennals-award",
        "award/martin-ennals-award",
        "https://w3id.org/hrdgraph/id/award/martin-ennals-award",
        IRI("https://w3id.org/hrdgraph/id/award/martin-ennals-award"),
        "Martin Ennals Award for Human Rights Defenders",
    ],
)
def test_a_question_takes_names_keys_iris_and_numbers(
    graph: Graph, award: object, year: object
) -> None:
    found = graph.query("laureates-in-year", award=award, year=year)
    assert found.column("name") == ["Joint Mobile Group"]


def test_a_name_of_one_word_will_do(graph: Graph) -> None:
    key = graph.thing("Memorial").value
    rows = graph.query("roles-in-organisation", organisation="Memorial")
    assert rows.column("person") == graph.query("roles-in-organisation", organisation=key).column("person")  # fmt: skip
    with pytest.raises(QueryError, match="the graph says nothing"):
        graph.query("roles-in-organisation", organisation="Memoriol")


def test_days_may_be_those_of_python(graph: Graph) -> None:
    first, last = date(2009, 1, 1), date(2009, 12, 31)
    found = graph.query("events-in-period", {"from": first, "to": last})
    assert len(found) > 0


@pytest.mark.parametrize("start", ["Igor Kalyapin", "person/Igor_Kalyapin"])
def test_a_way_begins_at_a_name_or_a_key(graph: Graph, start: str) -> None:
    name = "Martin Ennals Award for Human Rights Defenders"
    ways = [graph.path(start, end) for end in ("award/martin-ennals-award", name)]
    assert ways[0] == ways[1]


def test_what_validates_is_true_and_what_does_not_is_false(theirs: rdflib.Graph) -> None:
    assert not hrdgraph.validate(theirs, SHAPES)
    theirs.add((rdflib.URIRef(PRIZE), rdflib.SKOS.notation, rdflib.Literal("EP")))
    assert hrdgraph.validate(theirs, rdflib.Graph().parse(data=SHAPES, format="turtle"))


@pytest.mark.parametrize("function", [hrdgraph.build, hrdgraph.map, hrdgraph.trace])
def test_an_unknown_way_with_errors_is_refused(function: object, built: Path) -> None:
    with pytest.raises(HrdgraphError, match="'zip'"):
        function(built, on_error="zip")  # type: ignore[operator]


def test_graphs_of_rdflib_are_opened_and_compared(theirs: rdflib.Graph, built: Path) -> None:
    opened = hrdgraph.open(theirs, project=built)
    assert opened.query("SELECT ?name { ?s skos:prefLabel ?name }").column("name") == ["Prix Sakharov"]  # fmt: skip
    assert opened.thing("prix sakharov").value == PRIZE
    changed = rdflib.Graph() + theirs
    changed.add((rdflib.URIRef(PRIZE), rdflib.SKOS.altLabel, rdflib.Literal("جائزة ساخاروف", "ar")))
    change = hrdgraph.diff(theirs, changed)
    assert (len(change.added), len(change.removed)) == (1, 0)
    assert len(hrdgraph.diff(opened, changed).added.to_rdflib()) == 1
    with pytest.raises(ProjectError, match="where its statements come from"):
        opened.explain("prix sakharov")


def test_a_mapping_may_be_a_graph_of_rdflib() -> None:
    mapping = rdflib.Graph().parse(data=MAPPING, format="turtle")
    rows = [{"key": "rafto", "name": "Prix Rafto"}]
    made = hrdgraph.map(mapping, sources={"awards.csv": rows})
    assert next(iter(made)).object.value == "Prix Rafto"


@pytest.mark.parametrize("kind", ["list", "pandas", "polars"])
def test_a_missing_value_of_a_frame_says_nothing(kind: str) -> None:
    made_of = list if kind == "list" else importlib.import_module(kind).DataFrame
    rows = [{"key": "rafto", "name": "Prix Rafto"}, {"key": "olof-palme", "name": None}]
    made = hrdgraph.map(MAPPING, sources={"awards.csv": made_of(rows)})
    assert [quad.object.value for quad in made] == ["Prix Rafto"]


MAPPING = """
@prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
<http://e.org/map> rml:logicalSource [ rml:source "awards.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "http://example.org/{key}" ] ;
  rr:predicateObjectMap [ rr:predicate <http://example.org/name> ; rr:objectMap [ rml:reference "name" ] ] .
"""


def test_every_format_keeps_every_triple() -> None:
    assert "jsonld-framed" not in FORMATS  # it lost a seventh of them


@pytest.mark.heavy
def test_a_release_of_the_past_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = hrdgraph.init(tmp_path / "prix")
    hrdgraph.build(project)
    hrdgraph.release("1.0", project=project, date="2026-03-10")
    table = next(project.glob("data/sources/*/awards.csv"))
    table.write_text(table.read_text("utf-8").replace("\n", "\n", 1), "utf-8")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    then = hrdgraph.open(project, as_of="2026-03-31").query(count)[0]["n"]
    assert then == hrdgraph.open(project, as_of=date(2026, 3, 10)).query(count)[0]["n"] > 0
    question = project / "count.rq"
    question.write_text(count, "utf-8")
    asked = ["query", str(question), "--project", str(project), "--format", "csv"]
    assert run([*asked, "--as-of", "2026-03-31"]) == 0
    assert str(then) in capsys.readouterr().out
    assert run([*asked, "--as-of", "2026-03-09"]) == 1
    assert "nothing was released by 2026-03-09" in capsys.readouterr().err
    assert run([*asked, "--as-of", "March"]) == 2
