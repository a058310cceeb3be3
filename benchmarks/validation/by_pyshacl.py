"""data.nt and shapes → results, with pySHACL, its graph read before the clock starts and used as
it is.

Usage: python by_pyshacl.py FILE SHAPES
"""

from __future__ import annotations

import logging
import sys

import pyshacl
import rdflib
from measured import rows_of, spent, tell

logging.disable()  # a traceback for each ill-typed literal
data = rdflib.Graph().parse(sys.argv[1], format="nt")
shapes = rdflib.Graph().parse(sys.argv[2], format="turtle")
before, _ = spent()
report = pyshacl.validate(data, shacl_graph=shapes, inplace=True)[1]
after = spent()
tell(before, rows_of(report), after)
