"""Counting by ranks is comparing pair by pair."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.rdf import Literal
from hrdgraph.rdf.terms import RDF_LANG_STRING
from hrdgraph.shacl.compare import Ranks, is_ordered, values_of
from hrdgraph.shacl.validator import ColumnSHACL
from hrdgraph.vocab import XSD

sys.path.insert(0, str(Path(__file__).parent))
from written import NODE, VALUES, graph_of, shapes_of

TEXTS = {
    "integer": [
        "1",
        "01",
        "-3",
        "9007199254740992",
        "9007199254740993",
        "10" * 20,
        "10" * 20 + "1",
        "x",
    ],
    "decimal": ["1.0", "2.5", "0.1", "0.10000000000000000001", "9007199254740992.5"],
    "double": ["1", "1e1", "0.1", "INF", "-INF", "NaN", "1e400", "0.1000000000000000055"],
    "date": [
        "2011-04-07",
        "2011-04-07Z",
        "2011-04-08",
        "2011-04-08+14:00",
        "2011-04-07-14:00",
        "2011-02-30",
    ],
    "dateTime": [
        "2011-04-07T00:00:00",
        "2011-04-07T14:00:00Z",
        "2011-04-07T14:00:01Z",
        "2011-04-06T10:00:00Z",
        "2011-04-06T09:59:59Z",
    ],
    "gYear": ["2011", "-0001", "2011Z", "12011"],
    "boolean": ["true", "0", "1"],
    "dayTimeDuration": ["P1D", "PT24H", "-PT1M"],
    "string": ["a", "b", "", "é", 'q"\\\n', "\U0001f600", "\uffee"],
    "hexBinary": ["00"],
}
TERMS = [Literal(text, XSD[name].value).n3() for name, texts in TEXTS.items() for text in texts]
TERMS += [Literal("a", RDF_LANG_STRING, "en").n3(), "<http://ex.example/a>", "_:b"]


@given(st.lists(st.sampled_from(TERMS), min_size=1, max_size=12, unique=True), st.booleans())
def test_runs_of_ranks_hold_what_is_greater(terms: list[str], strict: bool) -> None:
    values = values_of(pl.Series(terms))
    ranks = Ranks(values)
    runs = ranks.greater(strict=strict)
    for left in range(len(terms)):
        own = ranks.of[left]
        found = sum((start[own] <= ranks.of) & (ranks.of < end[own]) for start, end in runs)
        pairs = is_ordered(values.take(np.full(len(terms), left)), values, strict=strict)
        assert found.tolist() == pairs.astype(int).tolist()


def many(least: int, count: int) -> str:
    return " , ".join(str(least + n) for n in range(count))


@pytest.mark.heavy
def test_values_that_are_not_less_are_counted_not_paired() -> None:
    """A result for each pair (§4.5.3), and a row for each value."""
    graph = graph_of(f"ex:a ex:p {many(1000, 300)} ; ex:q {many(0, 200)} , 1150 .")
    outcome = ColumnSHACL().run(graph, shapes_of(VALUES + "sh:lessThan ex:q ."))
    assert len(outcome) == 300 * 200 + 150
    assert sum(map(len, outcome.batches)) == 300
    assert sum(quad.predicate.value.endswith("#result") for quad in outcome.report()) == len(
        outcome
    )


def test_pairs_below_a_property_count_for_each_way_to_them() -> None:
    graph = graph_of(
        "ex:a ex:r ex:b , ex:c . ex:b ex:r ex:d . ex:c ex:r ex:d . ex:d ex:p 5 , 7 ; ex:q 6 , 4 ."
    )
    shape = "sh:property [ sh:path ex:r ; sh:property [ sh:path ex:r ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ] ] ."
    outcome = ColumnSHACL().run(graph, shapes_of(NODE + shape))
    assert len(outcome) == 2 * 3
