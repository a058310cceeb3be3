"""Look-ups go to the store, scans to the columns, whatever way they are written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.sparql.generated import people

from hrdgraph.rdf import IRI
from hrdgraph.sparql import ColumnAnswers
from hrdgraph.sparql.planner import COLUMNS, STORE

HEAD = "PREFIX : <http://x/> "
GOLDEN = Path(__file__).parent / "golden" / "plans.txt"


@pytest.fixture(scope="module")
def answers() -> ColumnAnswers:
    return ColumnAnswers.of(people(2_000))


def test_each_query_is_planned_as_is_kept(answers: ColumnAnswers) -> None:
    """golden/plans.txt has queries, and below each who answers it, why, and how many solutions the store would go through.
    HRDGRAPH_REWRITE=1 writes it anew, to be read before it is kept."""
    lines = []
    for text in GOLDEN.read_text("utf-8").splitlines():
        if not text.startswith("  "):
            choice = answers.choice(HEAD + text)
            plan = [choice.engine, choice.reason, choice.detail, str(choice.solutions)]
            lines += [text, "  " + " ".join(filter(None, plan))]
    if os.environ.get("HRDGRAPH_REWRITE"):
        GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
    assert lines == GOLDEN.read_text("utf-8").splitlines()


def test_a_parameter_is_one_thing(answers: ColumnAnswers) -> None:
    text = f"{HEAD}SELECT ?s ?n {{ ?s :name ?n }}"
    assert answers.choice(text).engine == COLUMNS
    assert answers.choice(text, {"s": IRI("http://x/person/7")}).engine == STORE


def test_a_choice_of_many_is_no_more_than_there_is(answers: ColumnAnswers) -> None:
    choice = answers.choice("SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert choice.solutions == len(people(2_000))
