"""A mapping, shapes → N-Quads, a store in a folder, and the results, with this checkout as a
library: the four steps that the usual tools do, and nothing else.

Usage: python by_steps.py MAPPING SHAPES OUTPUT STORE
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "validation"))
from measured import spent, tell

from hrdgraph.exports.formats import export
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind
from hrdgraph.shacl import outcome
from hrdgraph.shacl.shapes import read_shapes_at
from hrdgraph.store.oxigraph import OxigraphStore

mapping, shapes, output, store = map(Path, sys.argv[1:])
sink = GraphSink("<https://example.org/graph/dump>")
run(bind(read_mapping(mapping)), sink)
graph = sink.graph()
export(graph, "nq", output, context=None, base="")
with OxigraphStore.create(store) as made:
    made.add(graph)
found = outcome.outcome_of(graph, read_shapes_at(shapes)).findings()
tell(0.0, ((one.focus, one.path or "", one.value or "", one.component) for one in found), spent())
