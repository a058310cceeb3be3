"""A project that is open in one workbench, so that no other changes its tables meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from hrdgraph.errors import HrdgraphError, Origin
from hrdgraph.file_locks import LockState, lock


class ProjectLock:
    """The lock, held until it is released or the process ends. HrdgraphError where another holds
    it."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        if lock(self._file) is LockState.TAKEN:
            self.release()
            raise HrdgraphError("workbench-open-elsewhere", origin=Origin(str(folder.parent)))

    def again(self) -> Self:
        """The same lock, for the same project opened anew."""
        assert self._file is not None
        made = type(self).__new__(type(self))
        made._file, self._file = self._file, None
        return made

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            with suppress(OSError):
                os.close(self._file)
        self._file = None
