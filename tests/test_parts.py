"""Which cases of a test run by default, where it has many."""

from __future__ import annotations

from itertools import product

from tests.parts import each_value_once, spread


def test_a_sample_is_spread_over_all() -> None:
    assert spread(10, 5) == {0, 2, 4, 6, 8}
    assert spread(10, 1) == {0}
    assert spread(3, 9) == {0, 1, 2}


def test_each_value_is_there_once_and_the_product_is_not() -> None:
    cases = [set(zip("abc", values, strict=True)) for values in product("xyz", "mn", range(4))]
    places = each_value_once(cases)
    assert set().union(*(cases[place] for place in places)) == set().union(*cases)
    assert len(places) == 4


def test_values_that_many_share_take_turns() -> None:
    cases = [{engine, number} for engine in ("store", "columns") for number in range(40)]
    chosen = [cases[place] for place in each_value_once(cases)]
    assert len(chosen) == 40
    assert sum("store" in case for case in chosen) == 20
