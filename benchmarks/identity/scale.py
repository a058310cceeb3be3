"""How long blocking and comparing take, and what is found: `python benchmarks/identity/scale.py 10000 100000`."""

from __future__ import annotations

import resource
import sys
from time import perf_counter, process_time

from synthetic import records

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching import THRESHOLD
from hrdgraph.identity.matching.propose import propose

for count in map(int, sys.argv[1:] or ["10000"]):
    made, same = records(count)
    start, worked = perf_counter(), process_time()
    found = propose(made, Ledger(), at_least=THRESHOLD)
    seconds, worked = perf_counter() - start, process_time() - worked
    pairs = {(item.left.iri, item.right.iri) for item in found.best}
    right = len(pairs & same)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:>9,} records  {seconds:7.1f} s ({worked:.1f} s of processor)  {peak:7.0f} MiB  {found.candidates}")
    print(f"           recall {right / len(same):.3f}  precision {right / max(len(pairs), 1):.3f}")
