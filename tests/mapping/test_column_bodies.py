"""What functions make of whole columns, held against what their bodies make of each row."""

from __future__ import annotations

import json
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from tests.parts import examples

from hrdgraph.mapping.functions import calls
from hrdgraph.mapping.functions.signature import SPACES, Function
from hrdgraph.mapping.model import FunctionExecution, Reference
from hrdgraph.vocab import HRDF

BY_COLUMNS = [entry for entry in calls.functions().values() if entry.columns is not None]
SPACING = ["", " ", "\t", "\x1c", "\x1f", "\x85", "\xa0", "\u2003", "_", "\n", "\0"]
LETTERS = ["a", "É", "e\u0301", "\u0301", "\u212b", "한", "\u1112\u1161"]
PIECES = st.sampled_from(
    [*SPACING, *LETTERS, "http://", "https://", "HTTP://", "www.", "x.org/a", "x.org/a b"]
)
TEXTS = st.none() | st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=6)


def test_white_space_is_that_of_python() -> None:
    assert "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1)))) == SPACES


@pytest.mark.parametrize("entry", BY_COLUMNS, ids=lambda entry: entry.iri.value.split("#")[-1])
@settings(max_examples=examples(200))
@given(data=st.data())
def test_a_column_is_made_as_each_row(entry: Function, data: DataObject) -> None:
    width = data.draw(st.integers(1, 3)) if entry.variadic else len(entry.parameters)
    lists = st.lists(st.text(max_size=5), max_size=3).map(json.dumps)
    cells = [TEXTS] * width
    if HRDF.names in entry.parameters:  # a list in JSON
        cells[entry.parameters.index(HRDF.names)] = lists
    rows = data.draw(st.lists(st.tuples(*cells), min_size=1, max_size=8))
    assert entry.columns is not None
    made = entry.columns(*columns(rows))
    assert made.dtype == pl.String
    assert made.to_list() == [entry.body(*row) for row in rows]


def columns(rows: list[tuple[str | None, ...]]) -> list[pl.Series]:
    return [pl.Series(column, dtype=pl.String) for column in zip(*rows, strict=True)]


CALLS = [HRDF.slug, HRDF.host, HRDF.splitList, HRDF.when, HRDF.contentHash, HRDF.truncateDate]


@pytest.mark.parametrize("name", CALLS, ids=lambda name: name.value.split("#")[-1])
@settings(max_examples=examples(100))
@given(data=st.data())
def test_many_rows_give_what_few_give(name: object, data: DataObject) -> None:
    entry = next(entry for entry in calls.functions().values() if entry.iri == name)
    some = data.draw(st.lists(st.tuples(*[TEXTS] * len(entry.parameters)), min_size=1, max_size=5))
    rows = (some * calls._MANY)[: calls._MANY + 7]
    inputs = tuple((one, Reference("x")) for one in entry.parameters)
    made = calls.call(FunctionExecution(entry.iri, inputs), columns(rows), len(rows))
    few = calls.call(FunctionExecution(entry.iri, inputs), columns(some), len(some))
    assert made.to_list() == (few.to_list() * calls._MANY)[: len(rows)]


def test_of_many_rows_each_that_is_refused_is_named() -> None:
    texts = [f"[{n}]" for n in range(calls._MANY)] + ["no literal", "[1]", "nor this"]
    call = FunctionExecution(HRDF.pythonLiteralToJson, ((HRDF.value, Reference("x")),))
    with pytest.raises(calls.BadValue) as refused:
        calls.call(call, [pl.Series(texts)], len(texts))
    assert refused.value.places.to_list() == [calls._MANY, calls._MANY + 2]
