"""The text of a page, and places in it, into pieces that are marked alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.review.decisions import ACCEPTED, MENDED

NOW, WORD, WAITING, DECIDED = "now", "word", "waiting", "decided"


class MarkedPlace(NamedTuple):
    """A place in a text that is marked; `key` is that of the candidate whose words stand there."""

    start: int
    end: int
    mark: str
    key: str


class MarkedPiece(NamedTuple):
    """A stretch of a line, with the marks that it bears, the candidate that waits there, and
    where in the text it begins."""

    text: str
    marks: frozenset[str]
    key: str
    start: int


def marked_places(
    now: Candidate | None, waiting: Iterable[Candidate], all_of: Iterable[Candidate],
    verdicts: dict[str, str],
) -> list[MarkedPlace]:  # fmt: skip
    """What is marked: the words now asked about, and in them the words of each cell; those that
    wait; those that were accepted."""
    places = [MarkedPlace(item.start, item.end, WAITING, item.key) for item in waiting]
    places += [
        MarkedPlace(item.start, item.end, DECIDED, "")
        for item in all_of
        if verdicts.get(item.key) in (ACCEPTED, MENDED)
    ]
    if now:
        arguments = [item for item in now.arguments.values() if item.end > item.start]
        places += [MarkedPlace(item.start, item.end, WORD, "") for item in arguments]
        places.append(MarkedPlace(now.start, now.end, NOW, ""))
    return places


def marked_lines(text: str, places: list[MarkedPlace]) -> Iterator[list[MarkedPiece]]:
    """The lines of a text, each in its pieces; empty lines are left out."""
    edges = sorted({edge for place in places for edge in (place.start, place.end)})
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            cuts = [start, *(edge for edge in edges if start < edge < end), end]
            yield [_piece(text, one, two, places) for one, two in pairwise(cuts)]
        start = end


def _piece(text: str, start: int, end: int, places: list[MarkedPlace]) -> MarkedPiece:
    here = [place for place in places if place.start <= start and end <= place.end]
    keys = [place.key for place in sorted(here, key=lambda item: item.end - item.start)]
    return MarkedPiece(
        text[start:end],
        frozenset(place.mark for place in here),
        next(filter(None, keys), ""),
        start,
    )
