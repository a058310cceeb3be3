"""The error tree: every failure a person can meet, with its place, the fact and the way out.

HrdgraphError
 ├─ ProjectError      the project folder: a missing or malformed file, a newer version, no build
 ├─ SourceError       the words and tables that came in: encoding, columns, cells, keys, evidence
 ├─ MappingError      a mapping that does not parse, bind or run
 ├─ OntologyError     the ontology, its vocabularies or its shapes
 ├─ IdentityError     judgements that contradict one another
 ├─ QueryError        a query that does not parse, or parameters that do not fit
 ├─ EvidenceError     cited words that are not where the row says
 ├─ OutputError       what could not be written
 └─ Problems          several of the above, found in one pass
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was written. Row numbers are those a spreadsheet shows: the header is row
    1. Of a file that may hold several tables, `part` says which: its sheet, its table, or what a
    path selects."""

    file: str = ""
    row: int | None = None
    column: str | None = None
    node: str | None = None
    line: int | None = None
    part: str | None = None

    def __str__(self) -> str:
        return self.told("line", "row", "column")

    def told(self, line: str, row: str, column: str) -> str:
        """The place in words, of which three are those of some language."""
        parts = [
            self.file,
            self.part or "",
            f"{line} {self.line}" if self.line else "",
            f"{row} {self.row}" if self.row else "",
            f"{column} '{self.column}'" if self.column else "",
            self.node or "",
        ]
        return ", ".join(part for part in parts if part)


NOWHERE = Origin()


class HrdgraphError(Exception):
    """A failure with its place (`origin`), the fact (`fact`) and the way out (`hint`); `str()`
    prints all three."""

    def __init__(self, fact: str, *, origin: Origin | None = None, hint: str = "") -> None:
        super().__init__(fact)
        self.fact = fact
        self.origin = origin or NOWHERE
        self.hint = hint

    def __str__(self) -> str:
        place = str(self.origin)
        head = f"{place}: {self.fact}" if place else self.fact
        return f"{head}\n  hint: {self.hint}" if self.hint else head

    def as_dict(self) -> dict[str, object]:
        """The same for machines: kind, fact, hint and the parts of the origin that are known."""
        place = {name: value for name in Origin.__slots__ if (value := getattr(self.origin, name))}
        return {"kind": type(self).__name__, "fact": self.fact, "hint": self.hint, **place}


class ProjectError(HrdgraphError):
    """The project folder cannot be opened or used as it is."""


class SourceError(HrdgraphError):
    """A table or document of a source is not what it should be."""


class MappingError(HrdgraphError):
    """A mapping does not parse, does not bind to its sources, or fails on a row."""


class OntologyError(HrdgraphError):
    """The ontology, a vocabulary or a shapes file is broken."""


class IdentityError(HrdgraphError):
    """The ledger of judgements contradicts itself."""


class QueryError(HrdgraphError):
    """A query does not parse, is unknown, or its parameters do not fit."""


class EvidenceError(HrdgraphError):
    """Cited words are not where a row says they are."""


class OutputError(HrdgraphError):
    """A result could not be written whole; nothing half-written is left."""


class Problems(HrdgraphError):
    """Several errors found in one pass, in the order of their places. Never empty."""

    def __init__(self, errors: Sequence[HrdgraphError]) -> None:
        super().__init__(f"{len(errors)} problems" if len(errors) > 1 else errors[0].fact)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    def as_dict(self) -> dict[str, object]:
        return {
            "kind": "Problems",
            "fact": self.fact,
            "errors": [error.as_dict() for error in self.errors],
        }


def reason_of(error: OSError) -> str:
    """Why the system refused something, in its words. Errors of the column library hold them in
    another place."""
    return error.strerror or str(error).partition(" (os error")[0] or type(error).__name__


def raise_all(errors: Sequence[HrdgraphError]) -> None:
    """Raise what was found: nothing for none, the error itself for one, `Problems` for several."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Problems(errors)
