"""A project as `hrdgraph init` made it on an older day, from the history of this repository: settings, example, countries, and
copies of the ontology and the questions.

    python tools/older_project.py 2026-11-27 DIR
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEMPLATE = "src/hrdgraph/project/template"
COPIED = ("ontology", "queries", "data/sources/countries")


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


day, folder = sys.argv[1], Path(sys.argv[2])
commit = git("log", f"--before={day}T00:00", "-1", "--format=%H").decode().strip()
if not commit:
    sys.exit(f"no commit before {day} is here")
with tarfile.open(fileobj=io.BytesIO(git("archive", commit, *COPIED, TEMPLATE))) as archive:
    for item in archive.getmembers():
        item.name = item.name.removeprefix(f"{TEMPLATE}/")
        if item.isfile() and not item.name.startswith("src/"):
            archive.extract(item, folder, filter="data")
(folder / "gitignore").rename(folder / ".gitignore")
for name, old, new in (("hrdgraph.toml", '"{title}"', '"Memoria"'), ("README.md", "{title}", "Memoria")):
    path = folder / name
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
