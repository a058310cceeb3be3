"""The digests of every version of the ontology and the questions that was ever shipped, and the names of files that
are no longer, from the history of this repository, into src/hrdgraph/project/shipped.txt: by these `hrdgraph upgrade` knows a copy that nobody has changed.

    python tools/shipped_files.py
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "src" / "hrdgraph" / "project" / "shipped.txt"

said = subprocess.run(
    ["git", "log", "--full-history", "-m", "--raw", "--no-abbrev", "--format=", "--", "ontology", "queries"],
    cwd=ROOT, check=True, capture_output=True, text=True,
).stdout  # fmt: skip
names = {line.split("\t")[-1] for line in said.splitlines() if line}
blobs = {line.split()[3][:8] for line in said.splitlines()} - {"0" * 8}
blobs |= set(TARGET.read_text("utf-8").split()) if TARGET.is_file() else set()
words = sorted(blobs | {name for name in names if " " not in name and not (ROOT / name).is_file()})
lines = [" ".join(words[start : start + 15]) for start in range(0, len(words), 15)]
TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
print(f"{len(words)} versions in {TARGET.relative_to(ROOT)}")
