"""data.nt and shapes → results, with pyshacl-turbo over an Oxigraph store, the quickest of the
inputs that it takes.

Usage: python by_turbo.py FILE SHAPES
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pyoxigraph
import pyshacl_turbo
from measured import rows_of, spent, tell

logging.disable()
shapes = pyshacl_turbo.compile_shapes(
    Path(sys.argv[2]).read_text(encoding="utf-8"), shacl_graph_format="turtle"
)
store = pyoxigraph.Store()
store.bulk_load(path=sys.argv[1], format=pyoxigraph.RdfFormat.N_TRIPLES)
before, _ = spent()
report = shapes.validate(store)[1]
after = spent()
tell(before, rows_of(report), after)
