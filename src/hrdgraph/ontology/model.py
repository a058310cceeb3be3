"""The contents of an ontology, as frozen values by IRI."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hrdgraph.rdf import IRI, Quad

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_]+")


@dataclass(frozen=True)
class Entry:
    """The parts of every entry. `labels` and `definitions` go by language tag; `file` is the first
    that mentions it."""

    iri: IRI
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    file: str


@dataclass(frozen=True)
class OntologyClass(Entry):
    """A class; `parents` are the classes it is directly below."""

    parents: tuple[IRI, ...] = ()


@dataclass(frozen=True)
class Property(Entry):
    """A property. `domain` lists rdfs:domain and schema:domainIncludes alike;
    `default_visibility` is None for public."""

    parents: tuple[IRI, ...] = ()
    domain: tuple[IRI, ...] = ()
    range: tuple[IRI, ...] = ()
    default_visibility: IRI | None = None


@dataclass(frozen=True)
class Datatype(Entry):
    """A datatype of literals: a date form, or a system of codes."""


@dataclass(frozen=True)
class Concept(Entry):
    """A concept of a vocabulary; `alternatives` are its other names, by language tag."""

    schemes: tuple[IRI, ...] = ()
    broader: tuple[IRI, ...] = ()
    notations: tuple[str, ...] = ()
    alternatives: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Scheme(Entry):
    """A concept scheme."""


@dataclass(frozen=True, eq=False)
class Ontology:
    """The core and its vocabularies. `quads` are all that the files say, in the order of the
    files, without a graph name."""

    version: str
    classes: Mapping[IRI, OntologyClass]
    properties: Mapping[IRI, Property]
    datatypes: Mapping[IRI, Datatype]
    concepts: Mapping[IRI, Concept]
    schemes: Mapping[IRI, Scheme]
    quads: tuple[Quad, ...]

    def get(self, iri: IRI) -> Entry | None:
        """Return the class, property, datatype, concept or scheme called `iri`, or None."""
        return self._entries.get(iri)

    def __contains__(self, iri: object) -> bool:
        return iri in self._entries

    @cached_property
    def _entries(self) -> Mapping[IRI, Entry]:
        """Return all entries; of those of one name the first in this order."""
        return {
            **self.schemes, **self.concepts, **self.datatypes, **self.properties, **self.classes,
        }  # fmt: skip

    def names(self, prefix: str) -> list[str]:
        """List the IRIs below a namespace that have an entry, in order."""
        return sorted(iri.value for iri in self._entries if iri.value.startswith(prefix))

    def label(self, iri: IRI, languages: Sequence[str] = ("en",)) -> str:
        """Return the label in the first of `languages` that has one, else in English, else the
        words of the IRI's last part."""
        entry = self.get(iri)
        labels = entry.labels if entry else {}
        return next(
            (labels[tag] for tag in (*languages, "en", "") if tag in labels), None
        ) or local_name(iri)

    def members(self, scheme: IRI) -> tuple[Concept, ...]:
        """Return the concepts of a scheme, in the order of the files."""
        return tuple(concept for concept in self.concepts.values() if scheme in concept.schemes)

    def ancestors(self, iri: IRI) -> frozenset[IRI]:
        """Return every class or property above `iri`, at any distance, without `iri` itself."""
        return frozenset(self._above(iri, {iri}))

    def _above(self, iri: IRI, seen: set[IRI]) -> Iterator[IRI]:
        entry = self.classes.get(iri) or self.properties.get(iri)
        for parent in entry.parents if entry else ():
            if parent not in seen:
                seen.add(parent)
                yield parent
                yield from self._above(parent, seen)


def local_name(iri: IRI) -> str:
    """Return the last part of an IRI as words.

    >>> local_name(IRI("https://w3id.org/hrdgraph/ontology#editionYear"))
    'edition year'"""
    last = re.split(r"[#/]", iri.value.rstrip("#/"))[-1]
    return _WORDS.sub(" ", last).lower()
