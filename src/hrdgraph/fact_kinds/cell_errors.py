"""Why a cell is not read, with the way out: raised where cells are read, told where the place is
known."""

from __future__ import annotations

from hrdgraph.catalogue import Message


class CellError(ValueError):
    """A cell that says nothing of its type. `fact` says why, `hint` what to write instead."""

    def __init__(self, fact: Message, hint: Message) -> None:
        super().__init__(fact)
        self.fact, self.hint = fact, hint

    def __str__(self) -> str:
        return f"{self.fact}; {self.hint}" if self.hint else str(self.fact)
