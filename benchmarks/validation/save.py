"""data.nt → the columns that a build keeps.

Usage: python save.py FILE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from hrdgraph.rdfio.columns import save_columns
from hrdgraph.rdfio.ntriples import read_columns

save_columns(read_columns(Path(sys.argv[1])), Path(sys.argv[2]))
