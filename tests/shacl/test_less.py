"""A value that is not less than others counts for each of them."""

from __future__ import annotations

import sys
from pathlib import Path

from hrdgraph.shacl.validator import ColumnSHACL

sys.path.insert(0, str(Path(__file__).parent))
from written import NODE, VALUES, graph_of, shapes_of


def many(least: int, count: int) -> str:
    return " , ".join(str(least + n) for n in range(count))


def test_values_that_are_not_less_are_counted() -> None:
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
