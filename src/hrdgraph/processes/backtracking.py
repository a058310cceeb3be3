"""A pattern that only a backtracking engine can run, and texts → which of them match: run in a
process of its own, for it may take for ever."""

from __future__ import annotations

import json
import re
import sys


def main() -> None:
    """Answer the one job on standard input."""
    job = json.load(sys.stdin)
    pattern = re.compile(job["pattern"], job["flags"])
    json.dump([pattern.search(text) is not None for text in job["texts"]], sys.stdout)
