"""Running questions: parameters that are attacks, strangers or old names; columns; derivations that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.queries.model import AnswerColumn, Parameter, Query, Type
from hrdgraph.queries.run import derive, run
from hrdgraph.rdf import IRI, Literal
from hrdgraph.store.contract import Boolean, Solutions
from hrdgraph.store.oxigraph import OxigraphStore

BASE = "https://w3id.org/hrdgraph/id/"
HOSTILE = [
    '"',
    "'",
    "\\",
    '") || true || ("',
    "} } DROP ALL #",
    "Torch> } DELETE WHERE { ?s ?p ?o } #",
    "\u202e",
    "陳",
    "?s",
    "\x00",
    "a\nb",
    "*",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_finds_nothing_and_changes_nothing(
    value: str, catalogue: Catalogue, sample: OxigraphStore
) -> None:
    before = sample.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    answer = run(sample, catalogue["things-named"], {"text": value}, BASE)
    assert isinstance(answer, Solutions)
    assert answer == Solutions(("thing", "name", "class"), ())
    assert sample.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


@pytest.mark.parametrize(
    "value", ["torch> <http://e/p> ?o . ?s ?q <http://e/x", "torch } #", 'torch"']
)
def test_a_hostile_key_is_refused(value: str, catalogue: Catalogue, sample: OxigraphStore) -> None:
    with pytest.raises(QueryError, match="'award' takes a key such as"):
        run(sample, catalogue["laureates-in-year"], {"award": value, "year": "2011"}, BASE)


def test_a_misspelt_key_is_no_empty_answer(catalogue: Catalogue, sample: OxigraphStore) -> None:
    with pytest.raises(QueryError, match=r"the graph says nothing about <.*award/trch>") as caught:
        run(sample, catalogue["laureates-in-year"], {"award": "trch", "year": "2011"}, BASE)
    assert caught.value.hint == "did you mean torch?"


def test_a_key_like_no_other_says_where_to_look(
    catalogue: Catalogue, sample: OxigraphStore
) -> None:
    with pytest.raises(QueryError) as caught:
        run(sample, catalogue["laureates-in-year"], {"award": "zzzzzz", "year": "2011"}, BASE)
    assert "things-named" in caught.value.hint


def test_an_old_name_stands_for_the_new_one(catalogue: Catalogue, sample: OxigraphStore) -> None:
    old, new = (
        run(sample, catalogue["timeline-of-person"], {"person": key}, BASE)
        for key in ("beta/ana-lima", "alpha/ana")
    )
    assert isinstance(new, Solutions)
    assert old == new
    assert len(new) > 3


def test_undeclared_columns_are_left_out(sample: OxigraphStore) -> None:
    parameter = Parameter("year", Type.YEAR, "")
    query = Query(
        "x",
        "",
        "SELECT ?year ?e WHERE { ?e hrd:editionYear ?year }",
        parameters=(parameter,),
        columns=(AnswerColumn("e", ""),),
    )
    assert run(sample, query, {"year": "2010"}, BASE) == Solutions(
        ("e",), ((IRI(BASE + "edition/torch/2010"),),)
    )


def test_a_declared_column_must_be_selected(sample: OxigraphStore) -> None:
    query = Query(
        "x",
        "",
        "SELECT ?s WHERE { ?s a hrd:Award }",
        Path("q/x.rq"),
        columns=(AnswerColumn("t", ""),),
    )
    with pytest.raises(QueryError, match="SELECT lacks") as caught:
        run(sample, query, {}, BASE)
    assert caught.value.origin.file == str(Path("q/x.rq"))


def test_errors_name_the_file_and_the_line(sample: OxigraphStore) -> None:
    with pytest.raises(QueryError) as caught:
        run(sample, Query("x", "", "# title@en: T\nSELECT ?s {\n ?s", Path("q/x.rq")), {}, BASE)
    assert (caught.value.origin.file, caught.value.origin.line) == (str(Path("q/x.rq")), 3)


def test_ad_hoc_text_takes_parameters(sample: OxigraphStore) -> None:
    query = Query(
        "-",
        "",
        "SELECT ?thing ?name { ?thing skos:prefLabel ?name } ORDER BY STR(?name)",
        ad_hoc=True,
    )
    answer = run(sample, query, {"thing": BASE + "award/torch"}, BASE)
    assert isinstance(answer, Solutions)
    assert [term.value for term in answer.column("name") if isinstance(term, Literal)] == [
        "Prix de la Torche",
        "Torch Award",
    ]
    assert run(
        sample,
        Query("-", "", "ASK { ?thing a hrd:Act }", ad_hoc=True),
        {"thing": BASE + "a1"},
        BASE,
    ) == Boolean(True)


def test_a_derivation_must_construct() -> None:
    with (
        OxigraphStore.create() as store,
        pytest.raises(QueryError, match="must be a CONSTRUCT"),
    ):
        derive(store, [Query("x", "derive", "SELECT * {}")], graph=IRI("http://e/g"))


def test_a_derivation_sees_what_the_ones_before_it_made() -> None:
    first = Query("a", "derive", "CONSTRUCT { <http://e/a> a <http://e/A> } {}")
    second = Query("b", "derive", "CONSTRUCT { ?s a <http://e/B> } { ?s a <http://e/A> }")
    with OxigraphStore.create() as store:
        made = derive(store, [first, second], graph=IRI("http://e/g"))
        assert store.query("ASK { GRAPH <http://e/g> { <http://e/a> a <http://e/B> } }")
    assert {name: [line.split()[2] for line in part.lines()] for name, part in made.items()} == {
        "a": ["<http://e/A>"],
        "b": ["<http://e/B>"],
    }


def test_a_call_of_no_derivation_makes_nothing() -> None:
    with OxigraphStore.create() as store:
        assert len(derive(store, [], graph=IRI("http://e/g"))) == 0
