"""The frozen text that a normaliser makes of a document, and the way from each character back to
the original."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from hrdgraph.catalogue import Message

# position in the text, place in the original, length: 0 where the place is that of a page or a
# paragraph
Run = tuple[int, int, int]

LARGEST: Final = 64 << 20  # bytes of an original, or of what is packed in it
LONGEST: Final = 20_000_000  # characters of a text


@dataclass(frozen=True, slots=True)
class Places:
    """Where characters of a text stand in the original. `unit` is character, page or paragraph;
    characters are counted from 0 in the decoded original, pages and paragraphs from 1. Without a
    run the text is the original."""

    unit: str
    runs: tuple[Run, ...] = ()

    def at(self, position: int) -> int:
        """Return the place, in the original, of the character at a position of the text."""
        if not self.runs:
            return position
        start, place, length = self.runs[
            max(bisect_right(self.runs, (position, 1 << 62, 0)) - 1, 0)
        ]
        return place + min(position - start, max(length - 1, 0))


@dataclass(frozen=True, slots=True)
class Frozen:
    """The text of a document. `normaliser` names the rules that made it, with their version:
    equal originals give equal texts as long as it is the same. `address` is what the document
    itself says of where it is from."""

    text: str
    media_type: str
    suffix: str
    normaliser: str
    places: Places
    encoding: str = ""
    library: str = ""
    title: str = ""
    address: str = ""
    notes: tuple[Message, ...] = ()
