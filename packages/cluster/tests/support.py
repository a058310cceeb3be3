"""What the tests of the package share."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from hrdgraph_cluster.session import EngineLimits

LIMITS = EngineLimits(512 << 20, 2)


def lines_in(folder: Path) -> list[str]:
    """The lines of a bulk folder, as its manifest names the parts; sorted."""
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = [gzip.decompress((folder / part["name"]).read_bytes()) for part in manifest["parts"]]
    lines = [line for part in parts for line in part.decode().split("\n") if line]
    assert len(lines) == manifest["statements"]
    assert {part["name"] for part in manifest["parts"]} == {p.name for p in folder.glob("part-*")}
    return sorted(lines)
