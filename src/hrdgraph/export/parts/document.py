"""Chunks of a document, and what stands around them → its bytes, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Chunk(NamedTuple):
    """The text of some whole subjects, one behind the other, of one graph. `first` is the
    N-Triples text of the first subject."""

    first: str
    text: bytes


class KnownChunk(NamedTuple):
    """A chunk that stands in a file, and where it begins and ends there."""

    first: str
    begin: int
    end: int


class Section(NamedTuple):
    """What is said in one graph, whose name is an N-Triples text (empty: the default graph, or
    that of a format without names of graphs)."""

    graph: str
    opening: bytes
    closing: bytes
    chunks: Iterable[Chunk | KnownChunk]


class Document(NamedTuple):
    """A document in parts. No text of a chunk depends on another chunk, so that a document with
    other subjects has the same text of those that it shares."""

    head: bytes
    sections: Iterable[Section]
    lead: bytes = b""  # before the first section
    between: bytes = b""  # two chunks
    apart: bytes = b""  # two sections
    tail: bytes = b""

    def parts(self) -> Iterator[tuple[Section | None, Chunk | KnownChunk | bytes]]:
        """What stands in the document, in order: chunks, with their sections, and what stands
        around them."""
        yield None, self.head
        for number, section in enumerate(self.sections):
            yield section, (self.apart if number else self.lead) + section.opening
            for place, chunk in enumerate(section.chunks):
                if place:
                    yield section, self.between
                yield section, chunk
            yield section, section.closing
        yield None, self.tail

    def stream(self) -> Iterator[bytes]:
        """The bytes of the document, in pieces, where no chunk of it stands in a file."""
        for _, part in self.parts():
            if isinstance(part, Chunk):
                yield part.text
            elif isinstance(part, bytes):
                yield part
