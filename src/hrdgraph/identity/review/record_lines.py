"""A record into the lines that a reviewer sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hrdgraph.catalogue import Vocabulary
from hrdgraph.identity.records import PERSON, Record


@dataclass(frozen=True)
class RecordLine:
    """Something that a source says: in words, with the rows and pages that say it."""

    text: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """One of the two: its first name, its IRI, labelled values, and facts with their places."""

    name: str
    iri: str
    kind: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    facts: tuple[RecordLine, ...]


def side_of(record: Record, facts: Sequence[RecordLine], words: Vocabulary) -> Side:
    """What is shown of a record, in the words of a language."""
    begun = "born" if record.kind == PERSON else "founded"
    contexts = sorted({context.label or context.iri for context in record.contexts})
    values = {
        "names": record.names,
        begun: _year(record.birth),
        "died": _year(record.death),
        "gender": (record.gender,) if record.gender else (),
        "countries": tuple(sorted(country.rpartition("/")[2] for country in record.countries)),
        "contexts": tuple(contexts),
        "identifiers": tuple(sorted(record.identifiers)),
        "sources": record.sources,
    }
    labelled = tuple((words[code], tuple(found)) for code, found in values.items() if found)
    return Side(record.names[0], record.iri, words[record.kind], labelled, tuple(facts))


def _year(year: int | None) -> tuple[str, ...]:
    return () if year is None else (f"{year}",)
