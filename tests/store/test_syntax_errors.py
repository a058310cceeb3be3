"""What is looked for in a query's text, and what is blanked out of it before."""

from __future__ import annotations

import time

import pytest

from hrdgraph.errors import QueryError
from hrdgraph.store.query_guards import refuse_lost
from hrdgraph.store.tokens import blank_opaque


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("SELECT 'a b' ?x", "SELECT       ?x"),
        ('"""a "b"\nc""" ?x', " " * 8 + "\n" + " " * 4 + " ?x"),
        ("?x # SERVICE", "?x          "),
        ("<http://e/#x> ?x", " " * 13 + " ?x"),
        ("?a < ?b", "?a < ?b"),
        (r"ex:a\#b SERVICE", "ex:a  b SERVICE"),
    ],
)
def test_strings_iris_and_comments_become_blanks(text: str, left: str) -> None:
    assert blank_opaque(text) == left


@pytest.mark.parametrize("use", ["BOUND(?p)", "coalesce \n ( ?p, ?x )", "IF(BOUND(?x), (?x), ?p)"])
def test_a_parameter_that_would_be_lost_is_refused(use: str) -> None:
    with pytest.raises(QueryError, match=r"the parameter \?p would be lost"):
        refuse_lost(f"SELECT ?x {{ ?x ?y ?z FILTER({use}) }}", ["p"])


def test_many_rows_in_a_line_are_looked_through_once() -> None:
    rows = " ".join(f"(<http://ex.example/a-node-with-a-long-name-{n}> {n})" for n in range(2_000))
    start = time.process_time()
    refuse_lost(f"SELECT ?x {{ VALUES (?x ?y) {{ {rows} }} FILTER(?y > 1) }}", ["y"])
    assert time.process_time() - start < 2
