"""A project that is open in one workbench, so that no other changes its tables meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Self

from hrdgraph.errors import HrdgraphError, Origin

try:
    import fcntl
except ImportError:  # no POSIX system: two at a time cannot be told
    fcntl = None  # type: ignore[assignment]


class ProjectLock:
    """The lock, held until it is released or the process ends. HrdgraphError where another holds
    it."""

    def __init__(self, folder: Path) -> None:
        self._file: int | None = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            place = Origin(str(folder.parent))
            raise HrdgraphError("workbench-open-elsewhere", origin=place) from None
        except OSError:
            pass  # a disk without locks

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
