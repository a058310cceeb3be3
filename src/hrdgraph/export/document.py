"""Chunks of a document, and what stands around them → its bytes, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Chunk(NamedTuple):
    """The text of some whole subjects, one behind the other, of one graph. `first` is the
    N-Triples text of the first subject."""

    first: str
    text: bytes


class Section(NamedTuple):
    """What is said in one graph, whose name is an N-Triples text (empty: the default graph, or
    that of a format without names of graphs)."""

    graph: str
    opening: bytes
    closing: bytes
    chunks: Iterable[Chunk]


class Document(NamedTuple):
    """A document in parts. No text of a chunk depends on another chunk, so that a document with
    other subjects has the same text of those that it shares."""

    head: bytes
    sections: Iterable[Section]
    between: bytes = b""  # two chunks
    apart: bytes = b""  # two sections
    tail: bytes = b""

    def stream(self) -> Iterator[bytes]:
        """The bytes of the document, in pieces."""
        yield self.head
        for number, section in enumerate(self.sections):
            yield self.apart * bool(number) + section.opening
            for place, chunk in enumerate(section.chunks):
                if place:
                    yield self.between
                yield chunk.text
            yield section.closing
        yield self.tail
