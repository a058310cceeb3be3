"""The name that was likely meant: the one most like another, and the hint that says it."""

from __future__ import annotations

from hrdgraph.nearest import hint_at, nearest, nearest_few

NAMES = ("person", "prize", "price")


def test_the_name_most_like_another_is_found() -> None:
    assert nearest("persn", NAMES) == "person"


def test_where_none_is_like_it_there_is_none() -> None:
    assert nearest("gala", NAMES) is None
    assert nearest("persn", ()) is None


def test_the_cutoff_says_how_like_it_must_be() -> None:
    assert nearest("pers", NAMES, 0.8) == "person"
    assert nearest("pers", NAMES, 0.9) is None


def test_of_several_the_most_like_is_first() -> None:
    assert nearest_few("prise", NAMES, 3) == ["prize", "price"]


def test_a_hint_names_what_was_meant() -> None:
    assert str(hint_at("persn", NAMES, "there are three")) == "did you mean 'person'?"
    assert str(hint_at("persn", NAMES, "", shown="rml:{}")) == "did you mean rml:person?"
    few = hint_at("prise", NAMES, "there are three", count=3, shown="{}")
    assert str(few) == "did you mean prize or price?"


def test_where_nothing_is_like_it_the_hint_says_something_else() -> None:
    assert str(hint_at("gala", NAMES, "there are three")) == "there are three"
    assert str(hint_at("pers", NAMES, "there are three", cutoff=0.9)) == "there are three"
