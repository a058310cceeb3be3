"""Paths that repeat, plain and nested ones, lead where the specification says."""

from __future__ import annotations

import random
import time
import tracemalloc

import numpy as np
import pytest
from tests.shacl.written import EX, NOTHING, found, graph_of, pairs_graph, shapes_of

from hrdgraph.errors import OntologyError
from hrdgraph.rdf import IRI
from hrdgraph.shacl import evaluation
from hrdgraph.shacl import paths as path_walk
from hrdgraph.shacl.graph_data import pack
from hrdgraph.shacl.outcome import data_of
from hrdgraph.shacl.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    SequencePath,
)
from hrdgraph.shacl.shapes import Shapes
from hrdgraph.shacl.validator import ColumnSHACL

Found = set[tuple[int, int]]


def by_hand(path: Path, steps: dict[IRI, Found], nodes: range) -> Found:
    """What a path means (§2.3.1), pair by pair."""
    match path:
        case IRI():
            return steps[path]
        case Inverse(inner):
            return {(o, s) for s, o in by_hand(inner, steps, nodes)}
        case AlternativePath(choices):
            return set().union(*(by_hand(choice, steps, nodes) for choice in choices))
        case SequencePath((first, *rest)):
            found = by_hand(first, steps, nodes)
            for step in rest:
                found = {(s, o) for s, m in found for n, o in by_hand(step, steps, nodes) if m == n}
            return found
        case RepeatedPath(inner, mark):
            once = by_hand(inner, steps, nodes)
            found = once | ({(n, n) for n in nodes} if mark in "*?" else set())
            while mark in "*+" and (
                more := {(s, o) for s, m in found for n, o in once if m == n} - found
            ):
                found |= more
            return found
    raise AssertionError(path)


def made(chance: random.Random, depth: int) -> Path:
    kind = chance.choice("p" if depth == 0 else "psai***+++?")
    if kind == "p":
        return chance.choice([EX.p, EX.q])
    if kind in "sa":
        return (SequencePath if kind == "s" else AlternativePath)(
            (made(chance, depth - 1), made(chance, depth - 1))
        )
    return (
        Inverse(made(chance, depth - 1))
        if kind == "i"
        else RepeatedPath(made(chance, depth - 1), kind)
    )


@pytest.mark.parametrize("turned", [False, True])
def test_every_path_leads_where_the_specification_says(turned: bool) -> None:
    for seed in range(150):
        chance = random.Random(seed)
        triples = [
            f"ex:n{chance.randrange(9)} ex:{chance.choice('pq')} ex:n{chance.randrange(9)} ."
            for _ in range(chance.randrange(1, 16))
        ]
        data = data_of(graph_of(" ".join(triples)), Shapes((), NOTHING))
        steps = {
            name: {
                *zip(
                    *(
                        column.tolist()
                        for column in (data.pairs(name).left, data.pairs(name).right)
                    ),
                    strict=True,
                )
            }
            for name in (EX.p, EX.q)
        }
        path = made(chance, 3)
        nodes = np.array(
            sorted(chance.sample(range(data.size), chance.randrange(1, data.size))), np.uint32
        )
        pairs = path_walk.walk(data, path, nodes, turned=turned)
        wanted = by_hand(Inverse(path) if turned else path, steps, range(data.size))
        assert {*zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)} == {
            pair for pair in wanted if pair[0] in nodes
        }, path
        assert (np.diff(pack(pairs.left, pairs.right).astype(np.int64)) > 0).all()


CLOSURE = "ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:p ; sh:path {} ; "
PLAIN = "[ sh:oneOrMorePath ex:p ]"
NESTED = "[ sh:oneOrMorePath [ sh:zeroOrMorePath [ sh:oneOrMorePath ex:p ] ] ]"


def test_a_closure_over_a_dense_graph_is_walked_in_bounded_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(path_walk, "MOST_PAIRS", 10_000)
    left, right = np.divmod(np.arange(120 * 120), 120)
    graph = pairs_graph(left, right)
    tracemalloc.start()
    assert found(graph, CLOSURE.format(PLAIN) + "sh:minCount 120 .") == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000
    assert len(found(graph, CLOSURE.format(PLAIN) + "sh:minCount 121 .")) == 120


def test_a_closure_that_leads_everywhere_is_an_error_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, right = np.divmod(np.arange(100 * 100), 100)
    monkeypatch.setattr(evaluation, "MOST_WALKED", 5_000)
    with pytest.raises(OntologyError, match="the rule leads from") as caught:
        found(pairs_graph(left, right), CLOSURE.format(PLAIN) + "sh:minCount 1 .")
    assert "without '*' or '+'" in caught.value.hint
    monkeypatch.setattr(path_walk, "MOST_PAIRS", 50)
    with pytest.raises(OntologyError, match="from one thing to more things"):
        found(pairs_graph(left, right), CLOSURE.format(PLAIN) + "sh:minCount 1 .")


def test_a_long_chain_is_walked_to_its_end() -> None:
    steps = np.arange(5_000)
    one = "ex:S a sh:PropertyShape ; sh:targetNode ex:n0 ; sh:path [ sh:zeroOrMorePath ex:p ] ; sh:maxCount 5000 ."
    assert [item.component for item in found(pairs_graph(steps, steps + 1), one)] == ["MaxCount"]


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("end", "path", "count"), [(0, PLAIN, 1000), (1000, PLAIN, 995), (1000, NESTED, 996)]
)
def test_long_circles_and_chains_are_walked_from_every_node_in_seconds(
    end: int, path: str, count: int
) -> None:
    steps = np.arange(1_000)
    data = pairs_graph(steps, np.append(steps[1:], end))
    start = time.process_time()
    assert (
        len(ColumnSHACL().run(data, shapes_of(CLOSURE.format(path) + "sh:maxCount 5 ."))) == count
    )
    assert time.process_time() - start < 8


def nested(levels: int) -> str:
    """Two shapes at each level that both go on to both of the next."""
    both = "".join(
        f"ex:{name}{n} sh:path ex:p ; sh:property ex:A{n + 1} , ex:B{n + 1} . "
        for n in range(levels)
        for name in "AB"
    )
    last = "".join(f"ex:{name}{levels} sh:path ex:p ; sh:maxCount 0 . " for name in "AB")
    return f"ex:A0 a sh:PropertyShape ; sh:targetNode ex:n0 . {both} {last}"


def test_shapes_within_shapes_that_double_are_held_once() -> None:
    steps = np.arange(200)
    start = time.process_time()
    outcome = ColumnSHACL().run(pairs_graph(steps, steps + 1), shapes_of(nested(18)))
    assert time.process_time() - start < 5
    assert len(outcome) == 1 << 18
    assert [one.rule for one in outcome.findings()] == [
        "http://ex.example/A18",
        "http://ex.example/B18",
    ]


def test_shapes_within_shapes_that_double_for_ever_are_an_error() -> None:
    steps = np.arange(200)
    with pytest.raises(OntologyError, match="the rule leads from") as caught:
        ColumnSHACL().run(pairs_graph(steps, steps + 1), shapes_of(nested(60)))
    assert "name each shape once" in caught.value.hint
