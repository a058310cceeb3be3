"""N-Triples, shapes → the graph in rdflib, which stands for the store, N-Quads, and the results
of pySHACL.

Usage: python by_peers.py FILE SHAPES OUTPUT
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pyshacl
import rdflib

sys.path.append(str(Path(__file__).parents[1] / "validation"))
from measured import rows_of, spent, tell

logging.disable()
data, shapes, output = sys.argv[1:]
graph = rdflib.Dataset()
graph.default_graph.parse(data, format="nt")
report = pyshacl.validate(
    graph.default_graph, shacl_graph=rdflib.Graph().parse(shapes, format="turtle"), inplace=True
)[1]
graph.serialize(output, format="nquads", encoding="utf-8")
tell(0.0, rows_of(report), spent())
