"""What is known of a person, an organisation, an award or an event, as far as it helps to say
whether it is another one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
AWARD: Final = "award"
EVENT: Final = "event"
KINDS: Final = (PERSON, ORGANISATION, AWARD)  # those that are known by their names


@dataclass(frozen=True, slots=True)
class SharedContext:
    """Something that two records may share: a prize of one year, an organisation, or of two
    organisations a person; of events, a victim or a type of act. `kind` is award, organisation,
    person, victim or act."""

    kind: str
    iri: str
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One thing under one IRI. Years are whole numbers; countries are IRIs or codes, equal for
    equal countries; identifiers are IRIs of outside authorities, each the only one of that
    authority for this thing. `days` are the first and last day that the date of an event can
    mean, counted from the year 1. `withheld_birth` may only keep two apart: no output has it."""

    iri: str
    kind: str
    names: tuple[str, ...]
    birth: int | None = None
    death: int | None = None
    gender: str = ""
    countries: frozenset[str] = frozenset()
    contexts: frozenset[SharedContext] = frozenset()
    identifiers: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    days: tuple[int, int] | None = None
    withheld_birth: int | None = field(default=None, repr=False)

    @property
    def compared_birth(self) -> int | None:
        """The year to compare with: the public one, or the one that is never shown."""
        return self.withheld_birth if self.birth is None else self.birth
