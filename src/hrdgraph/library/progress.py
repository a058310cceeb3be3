"""Progress: whoever wants to know is called with a stage, how much of it is done, and of how
much. The name of a stage that is under way is a `StagePart`: it says how far the stage is."""

from __future__ import annotations

from collections.abc import Callable

from hrdgraph.stage_progress import StagePart

__all__ = ["Progress", "StagePart", "Stages", "no_progress"]

Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


class Stages:
    """Counts stages that are told by their names, one after the other, of so many."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress or no_progress, total, 0

    def __call__(self, stage: str) -> None:
        if isinstance(stage, StagePart):  # that is under way
            self._progress(stage, self._done - 1, max(self._total, self._done - 1))
        else:
            self._progress(stage, self._done, max(self._total, self._done))
            self._done += 1
