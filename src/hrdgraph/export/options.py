"""What a writer may be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ExportOptions:
    """`context` is the JSON-LD context file (none: IRIs are written out), `base` the IRI that
    short references are relative to, `root` the IRI of the one entity to frame (all entities
    without it), `rows_at_once` how many statements are put into words at once, whose texts the
    cache of a processor should hold.
    """

    context: Path | None
    base: str = ""
    root: str | None = None
    rows_at_once: int = 8_000
