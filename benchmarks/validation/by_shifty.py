"""data.nt and shapes → results, with pyshifty's W3C report. It reads and validates in one call.

Usage: python by_shifty.py FILE SHAPES
"""

from __future__ import annotations

import sys

import rdflib
from measured import rows_of, spent, tell
from shifty._shifty import (
    PreparedValidator,  # `shifty.validate` would have rdflib parse the report within the time
)

prepared = PreparedValidator(shapes_path=sys.argv[2], shapes_format="turtle")
text = prepared.validate_w3c(
    data_path=sys.argv[1], data_format="ntriples", run_infer=False, sort_results=False
).report_turtle
after = spent()
tell(0, rows_of(rdflib.Graph().parse(data=text, format="turtle")), after)
