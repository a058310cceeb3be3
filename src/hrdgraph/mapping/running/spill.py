"""Lines that may repeat into the distinct ones, in bounded memory: what is too much waits on disk, parted by hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from hrdgraph.mapping.running.sizes import size_of
from hrdgraph.passing import TemporaryFolder
from hrdgraph.sources.temporary import writing_temporary

_PARTS: Final = 64  # equal lines come into the same part, so each part is sorted out by itself


class Distinct:
    """Takes lines and gives each once; in the order of their first coming as long as they fit into `memory` bytes."""

    def __init__(self, memory: int) -> None:
        self._memory, self._size = memory, 0
        self._held: list[pl.Series] = []
        self._folder: TemporaryFolder | None = None  # gone with this object at the latest
        self._spills = 0

    def add(self, lines: pl.Series) -> None:
        """Take lines, none of them null."""
        self._held.append(lines)
        self._size += size_of(lines)
        if self._size > self._memory:
            self._held = [self._distinct(self._held)]
            self._size = size_of(self._held[0])
            if self._size > self._memory // 2:
                self._spill(self._held[0])

    @property
    def is_empty(self) -> bool:
        """Whether it has taken nothing."""
        return not self._held and self._folder is None

    def batches(self) -> Iterator[pl.Series]:
        """The distinct lines; ends with nothing left on disk."""
        if self._folder is None:
            yield self._distinct(self._held)
            return
        self._spill(self._distinct(self._held))
        for part in range(_PARTS):
            files = sorted(Path(self._folder.name).glob(f"{part}-*"))
            yield self._distinct([pl.read_ipc(file)["line"] for file in files])
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._held, self._size, self._spills = [], 0, 0
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _distinct(self, lines: list[pl.Series]) -> pl.Series:
        return pl.concat(lines).unique(maintain_order=True) if lines else pl.Series("line", [], pl.String)

    def _spill(self, lines: pl.Series) -> None:
        parts = lines.to_frame("line").with_columns((pl.col("line").hash() % _PARTS).alias("part"))
        parted = parts.partition_by("part", as_dict=True, include_key=False)
        with writing_temporary("the lines that do not fit into memory"):
            if self._folder is None:
                self._folder = TemporaryFolder()
            for (part,), frame in parted.items():
                frame.write_ipc(Path(self._folder.name) / f"{part}-{self._spills}")
        self._held, self._size, self._spills = [], 0, self._spills + 1
