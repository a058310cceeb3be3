"""What a mapping says of a file that quads are exported to, as a frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hrdgraph.errors import NOWHERE, Origin


@dataclass(frozen=True)
class LogicalTarget:
    """A file that quads are written to (RML-IO §5). `serialization` is the local name of a format of the W3C's list."""

    path: Path
    serialization: str = "N-Quads"
    compression: str = "none"
    encoding: str = "UTF-8"
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
