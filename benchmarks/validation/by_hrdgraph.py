"""data.nt, or the columns of a build, and shapes → results, with this checkout.

Usage: python by_hrdgraph.py FILE-OR-FOLDER SHAPES
"""

from __future__ import annotations

import sys
from pathlib import Path

from measured import spent, tell

from hrdgraph.rdfio.columns import load_columns
from hrdgraph.rdfio.ntriples import read_columns
from hrdgraph.shacl import outcome
from hrdgraph.shacl.shapes import read_shapes_at

data, shapes = Path(sys.argv[1]), Path(sys.argv[2])
graph = load_columns(data) if data.is_dir() else read_columns(data)
read = read_shapes_at(shapes)
before, _ = spent()
found = list(outcome.outcome_of(graph, read).findings())
after = spent()
tell(before, ((one.focus, one.path or "", one.value or "", one.component) for one in found), after)
