"""How long blocking and comparing take, and what is found: `python benchmarks/identity/scale.py
[--jobs N] 10000 100000`."""

from __future__ import annotations

import argparse
import hashlib
import resource
from time import perf_counter

from synthetic import records

from hrdgraph.identity.ledger import Ledger
from hrdgraph.identity.matching import THRESHOLD
from hrdgraph.identity.matching.propose import proposals_table, propose

USERS = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def processor() -> float:
    """Seconds of processor of this process and of those that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, USERS))


def measure(count: int, jobs: int) -> None:
    made, same = records(count)
    start, worked = perf_counter(), processor()
    found = propose(made, Ledger(), at_least=THRESHOLD, jobs=jobs)
    seconds, worked = perf_counter() - start, processor() - worked
    pairs = {(item.left.iri, item.right.iri) for item in found.best}
    right = len(pairs & same)
    own, children = (resource.getrusage(who).ru_maxrss / 1024 for who in USERS)
    memory = f"{own:.0f} MiB" + (
        f" and {children:.0f} MiB in the largest other" if jobs > 1 else ""
    )
    digest = hashlib.sha256(proposals_table(found.best).encode()).hexdigest()[:12]
    print(
        f"{count:>9,} records  {seconds:7.1f} s ({worked:.1f} s of processor)  {memory}  "
        f"{found.candidates}"
    )
    print(
        f"           recall {right / len(same):.3f}  precision {right / max(len(pairs), 1):.3f}  "
        f"table {digest}",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, default=[10_000])
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    for count in given.counts:
        measure(count, given.jobs)
