"""A process that builds again and again holds what the last build made, and nothing of those
before."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import NamedTuple

import polars as pl
from tests.small_projects import create_example_project

from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.memory import BuildMemory
from hrdgraph.project import open_project
from hrdgraph.rdf import ColumnGraph


class Held(NamedTuple):
    """What columns are alive in this process, and how large they are, in bytes."""

    graphs: int
    frames: int
    size: int


def held() -> Held:
    gc.collect()
    graphs = [one for one in gc.get_objects() if isinstance(one, ColumnGraph)]
    frames = [one for one in gc.get_objects() if isinstance(one, pl.DataFrame)]
    texts = {id(graph.terms): graph.terms for graph in graphs}
    size = sum(frame.estimated_size() for frame in frames)
    return Held(
        len(graphs), len(frames), int(size + sum(one.estimated_size() for one in texts.values()))
    )


def edit(root: Path, number: int) -> None:
    (path, *_) = sorted((root / "data" / "sources").glob("*/people.csv"))
    lines = path.read_text("utf-8").splitlines()
    lines[1:] = [line for line in lines[1:] if not line.startswith("one_more_")]
    row = ",".join([f"one_more_{number}", *lines[1].split(",")[1:]])
    path.write_text("\n".join([*lines, row]) + "\n", "utf-8")


def test_the_fifth_warm_build_holds_no_more_than_the_second(tmp_path: Path) -> None:
    root, memory = tmp_path / "small", BuildMemory()
    create_example_project(root, "Small")
    made: list[weakref.ref[ColumnGraph]] = []
    found: list[Held] = []
    for number in range(6):
        edit(root, number)
        result = build(open_project(root), BuildOptions(), memory=memory)
        made.append(weakref.ref(result.graph))
        del result
        found.append(held())
    assert [graph() for graph in made[:-1]] == [None] * 5
    second, fifth = found[2], found[5]
    assert fifth.graphs <= second.graphs
    # one or two more are those of parts that happen to be made late; a generation has dozens
    assert fifth.frames <= second.frames + 2
    assert fifth.size <= second.size * 1.02  # who was there once keeps an IRI


def test_what_a_build_does_not_ask_for_is_let_go() -> None:
    memory, graph = BuildMemory(), ColumnGraph.union([])
    graph = ColumnGraph(graph.terms, graph.quads)
    known = weakref.ref(graph)
    memory.begin()
    memory.keep("graph", graph)
    memory.end()
    del graph
    assert known() is not None
    memory.begin()
    memory.end()
    gc.collect()
    assert known() is None
