"""Look-ups go to the store, scans to the columns, whatever way they are written."""

from __future__ import annotations

import pytest
from tests.sparql.generated import people

from hrdgraph.rdf import IRI
from hrdgraph.sparql import ColumnAnswers
from hrdgraph.sparql.planner import COLUMNS, STORE

HEAD = "PREFIX : <http://x/> "
PLANS = {
    "all": ("SELECT ?s ?o { ?s ?p ?o }", COLUMNS),
    "a few of all": ("SELECT ?s ?o { ?s ?p ?o } LIMIT 10", STORE),
    "the first few of all, in order": ("SELECT ?s { ?s :name ?o } ORDER BY ?o LIMIT 10", COLUMNS),
    "an aggregate": ("SELECT ?c (COUNT(*) AS ?n) { ?s :country ?c } GROUP BY ?c", COLUMNS),
    "one thing": ("SELECT ?n { <http://x/person/7> :name ?n }", STORE),
    "one thing, in VALUES": ("SELECT ?n { VALUES ?s { <http://x/person/7> } ?s :name ?n }", STORE),
    "what is seldom, and its name": ("SELECT ?n { ?s :prize ?p ; :name ?n }", STORE),
    # the store takes equals as they are written
    "names, and then what is seldom": ("SELECT ?n { ?s :name ?n ; :prize ?p }", COLUMNS),
    "what is seldom, and all of its country": (
        "SELECT ?other { ?s :prize ?p ; :country ?c . ?other :country ?c }",
        COLUMNS,
    ),
    "one thing, perhaps with more": (
        "SELECT ?n { <http://x/person/7> :country ?c OPTIONAL { <http://x/person/7> :name ?n } }",
        STORE,
    ),
    "one thing without what all have": (
        "SELECT ?c { <http://x/person/7> :country ?c MINUS { ?s :name ?n ; :country ?c } }",
        COLUMNS,
    ),
    "one thing beside a sub-query over all": (
        "SELECT ?c { <http://x/person/7> :country ?c { SELECT DISTINCT ?c { ?s :country ?c } } }",
        COLUMNS,
    ),
    "one thing or all": (
        "SELECT ?n { { <http://x/person/7> :name ?n } UNION { ?s :name ?n } }",
        COLUMNS,
    ),
    "what nothing has": ("SELECT ?s { ?s :none ?o . ?s :name ?n }", STORE),
    "parts that share nothing": ("SELECT ?a { ?a :prize ?p . ?b :prize ?q . ?c :prize ?r }", COLUMNS),
    "few for which something is looked for": (
        "SELECT ?s { ?s :prize ?p FILTER EXISTS { ?s :country ?c } }",
        STORE,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers() -> ColumnAnswers:
    return ColumnAnswers.of(people(2_000))


@pytest.mark.parametrize("name", PLANS)
def test_chooses(name: str, answers: ColumnAnswers) -> None:
    text, engine = PLANS[name]
    choice = answers.choice(HEAD + text)
    assert choice.engine == engine, choice


def test_a_parameter_is_one_thing(answers: ColumnAnswers) -> None:
    text = f"{HEAD}SELECT ?s ?n {{ ?s :name ?n }}"
    assert answers.choice(text).engine == COLUMNS
    assert answers.choice(text, {"s": IRI("http://x/person/7")}).engine == STORE


def test_says_what_columns_do_not_answer(answers: ColumnAnswers) -> None:
    choice = answers.choice(f"{HEAD}ASK {{ ?s :name* ?o }}")
    assert (choice.engine, choice.detail) == (STORE, "*, +, ?")


def test_a_choice_of_many_is_no_more_than_there_is(answers: ColumnAnswers) -> None:
    choice = answers.choice("SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert choice.solutions == len(people(2_000))
