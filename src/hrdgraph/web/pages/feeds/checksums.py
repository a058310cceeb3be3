"""The manifest of a build into a file of checksums that `sha256sum --check` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hrdgraph.web.pages.views.about import FILES


def checksums(manifest: Mapping[str, Any]) -> bytes:
    """A line a file that is offered, by name."""
    digests = manifest.get("outputs", {})
    offered = sorted(name for name, _, _ in FILES if name in digests)
    return "".join(f"{digests[name]}  {name}\n" for name in offered).encode()
