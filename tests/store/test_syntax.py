"""What is blanked out of a query's text before it is searched for words."""

from __future__ import annotations

import pytest

from hrdgraph.store.syntax import bare


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
    assert bare(text) == left
