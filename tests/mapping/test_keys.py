"""When values of a template stand apart: by what no value can hold, or by what none of these
holds."""

from __future__ import annotations

from itertools import product

import pytest

from hrdgraph.mapping.model import Reference, Template, TermMap, TermType
from hrdgraph.mapping.planning.keys import _key_of_term

A, B, C = Reference("a"), Reference("b"), Reference("c")
CELLS = ("", "1", "-", "1-", "-1", "1-1", "_", "1_")


def term(*parts: str | Reference) -> TermMap:
    return TermMap(Template(("http://e.org/", *parts)), type=TermType.IRI)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((A, "/", B), {"a", "b"}),
        ((A, "-", B), set()),
        ((A, B), set()),
        ((A,), {"a"}),
    ],
)
def test_what_the_template_alone_tells(parts: tuple[str | Reference, ...], told: set[str]) -> None:
    assert _key_of_term(term(*parts)).columns == told


@pytest.mark.parametrize(
    ("parts", "holding", "told"),
    [
        ((A, "-", B), {}, {"a", "b"}),
        ((A, "-", B), {"a": "-"}, {"a", "b"}),  # read from the right
        ((A, "-", B), {"b": "-"}, {"a", "b"}),  # read from the left
        ((A, "-", B), {"a": "-", "b": "-"}, set()),
        ((A, "-", B, "-", C), {"b": "-"}, {"a", "b", "c"}),
        ((A, "-", B, "-", C), {"a": "-", "c": "-"}, set()),
        ((A, "-", B, "/", C), {"a": "-", "c": "-"}, {"a", "b", "c"}),
        ((A, "-x_", B), {"a": "-", "b": "x"}, {"a", "b"}),
        ((A, "-x_", B), {"a": "_", "b": "-"}, {"a", "b"}),
        ((A, "x", B), {}, set()),  # the letters of what is percent-encoded
        ((A, B, "-", C), {}, set()),  # two touch
    ],
)
def test_what_the_values_add(
    parts: tuple[str | Reference, ...], holding: dict[str, str], told: set[str]
) -> None:
    key = _key_of_term(term(*parts)).over(lambda name, mark: not mark or holding.get(name) != mark)
    assert key.columns == told
    assert key.is_whole == bool(told)


@pytest.mark.parametrize("between", ["-", "_", "-_", "--", "/", "-/", "x", "-x-"])
@pytest.mark.parametrize("cells", [CELLS, ("", "1", "_"), ("", "1", "-"), ("", "x", "1")])
def test_what_is_parted_is_injective(between: str, cells: tuple[str, ...]) -> None:
    loose = _key_of_term(term(A, between, B))
    for some, others in product((cells, cells[:2]), repeat=2):
        values = {"a": some, "b": others}

        def lacks(name: str, mark: str, values: dict[str, tuple[str, ...]] = values) -> bool:
            return not mark or not any(mark in cell for cell in values[name])

        if {"a", "b"} <= loose.over(lacks).columns:
            texts = [f"{a}{between}{b}" for a, b in product(some, others)]
            assert len(set(texts)) == len(texts)
