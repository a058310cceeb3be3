"""What every query of the project keeps to, so that people, remote stores and later readers can rely on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hrdgraph.evidence.dates import FUNCTIONS
from hrdgraph.queries.catalogue import BECAUSE, CHECKS, DERIVE, find
from hrdgraph.queries.model import Query, Type
from hrdgraph.rdf import IRI
from hrdgraph.store.contract import GraphAnswer, Solutions
from hrdgraph.store.oxigraph import OxigraphStore
from hrdgraph.store.tokens import blank_opaque

ALL = tuple(find(Path(__file__).parents[2] / "queries"))
QUESTIONS = tuple(query for query in ALL if query.topic not in (CHECKS, DERIVE, BECAUSE))


def by_name(query: Query) -> str:
    return query.name


def body(query: Query) -> str:
    return blank_opaque(query.text)


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 24
    assert {query.topic for query in QUESTIONS} == {
        "awards",
        "people",
        "organisations",
        "events",
        "evidence",
        "labels",
    }


def test_titles_and_messages_are_in_three_languages() -> None:
    for query in ALL:
        assert [language for language, _ in query.titles] == ["en", "fr", "es"], query.name
        assert [language for language, _ in query.empties] in ([], ["en", "fr", "es"]), query.name
        if query.topic == CHECKS:
            assert [language for language, _ in query.messages] == ["en", "fr", "es"], query.name
            assert (
                len({frozenset(re.findall(r"\{\?\w+\}", text)) for _, text in query.messages}) == 1
            ), query.name


def test_prefixes_are_declared_and_used() -> None:
    for query in ALL:
        text = body(query)
        declared = re.findall(r"(?m)^PREFIX (\w+):", text)
        used = set(re.findall(r"(?<![\w:])(\w+):[\w-]", re.sub(r"(?m)^PREFIX.*$", "", text)))
        assert sorted(declared) == sorted(used), query.name


@pytest.mark.parametrize("query", ALL, ids=by_name)
def test_it_runs_on_an_empty_store_and_finds_nothing(query: Query) -> None:
    with OxigraphStore.create() as store:
        answer = store.query(query.text, functions=FUNCTIONS)
    assert isinstance(answer, GraphAnswer if query.topic in (DERIVE, BECAUSE) else Solutions)
    assert len(answer) == 0


@pytest.mark.parametrize("query", QUESTIONS, ids=by_name)
def test_parameters_and_columns_are_those_of_select(query: Query) -> None:
    with OxigraphStore.create() as store:
        answer = store.query(query.text)
    assert isinstance(answer, Solutions)
    columns, parameters = (
        [column.name for column in query.columns],
        [parameter.name for parameter in query.parameters],
    )
    assert [name for name in answer.variables if name not in parameters] == columns
    assert set(parameters) <= set(answer.variables)


def test_the_order_of_rows_is_said() -> None:
    rows = [query for query in ALL if query.topic not in (DERIVE, BECAUSE)]
    assert [query.name for query in rows if not re.search(r"(?m)^ORDER BY ", body(query))] == []


def test_nothing_depends_on_luck_or_on_the_clock() -> None:
    luck = re.compile(
        r"(?i)\b(SAMPLE|GROUP_CONCAT|RAND|NOW|UUID|STRUUID|BNODE|LIMIT|REDUCED|SERVICE)\b"
    )
    assert [query.name for query in ALL if luck.search(body(query))] == []


def test_exists_never_follows_a_path() -> None:
    """Oxigraph runs EXISTS once a row, and a sequence path in it over the whole graph: near-quadratic, which MINUS is not."""
    for query in ALL:
        insides = re.findall(r"(?i)\bEXISTS\s*\{([^{}]*)\}", query.text)
        assert not [
            inside
            for inside in insides
            if re.search(r"\w[/|^*+]\w", re.sub(r"<[^>]*>", "", inside))
        ], query.name


def test_names_are_shown_in_a_language_with_fallback() -> None:
    for query in QUESTIONS:
        if "prefLabel" in query.text and query.topic != "labels":
            lang = next(parameter for parameter in query.parameters if parameter.name == "lang")
            assert (lang.type, lang.default) == ("language", "en"), query.name
            falls_back = ("IF(LANG(", "COALESCE(?own, ?english, ?any)")
            assert any(way in query.text for way in falls_back), query.name


def test_functions_are_those_that_the_build_gives() -> None:
    called = {name for query in ALL for name in re.findall(r"hrdf:(\w+)\(", query.text)}
    assert {IRI(f"https://w3id.org/hrdgraph/function#{name}") for name in called} == set(FUNCTIONS)


def test_every_parameter_and_column_of_a_page_is_told_in_three_languages() -> None:
    asked = [
        (query.name, p)
        for query in QUESTIONS
        for p in query.parameters
        if p.type is not Type.LANGUAGE
    ]
    assert asked
    assert [
        (name, p.name) for name, p in asked if {tag for tag, _ in p.texts} != {"fr", "es"}
    ] == []
    assert all(p.describe("fr") != p.describe("en") == p.text for _, p in asked)
    columns = [(query.name, column) for query in QUESTIONS for column in query.columns]
    assert [
        (name, c.name) for name, c in columns if {tag for tag, _ in c.texts} != {"fr", "es"}
    ] == []


def test_every_derivation_says_what_it_follows_from() -> None:
    reasons = {query.name for query in ALL if query.topic == BECAUSE}
    assert reasons == {query.name.partition("-")[2] for query in ALL if query.topic == DERIVE} | {
        "conflict",
        "corroboration",
        "disputed",
        "labels",
        "preferred",
        "verified",
    }
