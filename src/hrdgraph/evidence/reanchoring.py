"""Move citations of one version of a page to another: find words again by themselves and by what
stood around them.

Nothing is moved on a guess. Words that stand in several places are moved where the old surroundings
tell which; short words with nothing of the old surroundings left, or none known, are listed for a
person to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from hrdgraph.catalogue import NO_MESSAGE, Message
from hrdgraph.errors import NOWHERE
from hrdgraph.evidence.anchors import PassageAnchor, find_anchor, is_surrounded_alike
from hrdgraph.evidence.citations import Citation
from hrdgraph.evidence.snapshots import digest_of
from hrdgraph.evidence.word_search import QuotedWords, SearchableText, Stretch, fold, nowhere

AROUND: Final = 60  # characters on either side that are compared
TELLS: Final = 8  # characters of them that must be the same to tell one place from another
SHORT: Final = 20  # words of fewer characters may well stand in a page by chance
SEARCHED: Final = 2_000_000  # characters in which words known by their digest alone are looked for


@dataclass(frozen=True, slots=True)
class Move:
    """Where the words of a citation stood, where they stand now, the sha256 of them now, and
    whether other words stand around them, as a denial may; or the reason why they have no place."""

    citation: Citation
    old: Stretch | None
    new: Stretch | None = None
    digest: str = ""
    reason: Message = NO_MESSAGE
    is_changed: bool = False

    @property
    def is_moved(self) -> bool:
        return self.new is not None and (
            self.new != self.old or self.citation.digest not in ("", self.digest)
        )


@dataclass(frozen=True, slots=True)
class _SearchTarget:
    words: QuotedWords
    place: Stretch | None = None  # in the old text
    before: str = ""
    after: str = ""


def reanchor(
    citations: Iterable[Citation], old: str | None, new: str, anchors: Iterable[PassageAnchor] = ()
) -> list[Move]:
    """Find each citation again. `old` is the text that they were made in, if it is at hand; else
    words are found by their anchors, else by their digest."""
    page = SearchableText(new)
    known = {(item.document, item.start, item.end): item for item in anchors}
    return [_move(citation, old, page, known) for citation in citations]


def _move(
    citation: Citation, old: str | None, page: SearchableText,
    known: Mapping[tuple[str, int, int], PassageAnchor],
) -> Move:  # fmt: skip
    place = _place(citation)
    anchor = known.get((citation.sha256, *place)) if place and old is None else None
    search = find_anchor(anchor, page.text) if anchor else None
    found: Stretch | Message | None = search.place if search else None
    if not found:
        wanted = _target(citation, place, old)
        place = place or (wanted.place if wanted else None)
        found = _find(citation, place, wanted, page)
    if isinstance(found, Message):
        return Move(citation, place, reason=found)
    is_changed = bool(search and search.is_changed)
    if old is not None and place is not None:
        is_changed = not is_surrounded_alike(old, place, page.text, found)
    return Move(citation, place, found, digest_of(page.text[slice(*found)]), is_changed=is_changed)


def _find(
    citation: Citation, place: Stretch | None, wanted: _SearchTarget | None, page: SearchableText
) -> Stretch | Message:
    """Find the words of a citation in a page, or say why they have no place there."""
    if wanted:
        places = page.places(wanted.words)
        if not places:
            return nowhere(wanted.words, page, NOWHERE).advice or Message("")
    elif place is None or not citation.digest:
        return Message("cited-words-unknown")
    else:
        places = _by_digest(page.text, place, citation.digest)
        if not places:
            return Message("no-words-of-digest")
    chosen = _choose(places, wanted or _SearchTarget(QuotedWords("")), page.text)
    listed = ", ".join(f"{start}–{end}" for start, end in places[:5])
    return chosen or Message("words-stand-often", count=len(places), places=listed)


def _place(citation: Citation) -> Stretch | None:
    is_there = (
        citation.start.isdecimal()
        and citation.end.isdecimal()
        and int(citation.start) < int(citation.end)
    )
    return (int(citation.start), int(citation.end)) if is_there else None


def _target(citation: Citation, place: Stretch | None, old: str | None) -> _SearchTarget | None:
    """Return the words of a citation: as they stood in the old text, else as they were typed."""
    if old is not None and place is not None and place[1] <= len(old):
        cited = old[slice(*place)]
        if citation.digest in ("", digest_of(cited)):
            return _with_context(QuotedWords(cited), place, old)
    if not citation.words:
        return None
    words = QuotedWords(citation.words, citation.before, citation.after)
    places = SearchableText(old).places(words) if old is not None else []
    if old is None or len(places) != 1:
        return _SearchTarget(words)
    return _with_context(words, places[0], old)


def _with_context(words: QuotedWords, place: Stretch, old: str) -> _SearchTarget:
    """Return words with what stood around them in the old text."""
    start, end = place
    before, after = old[max(start - AROUND, 0) : start], old[end : end + AROUND]
    return _SearchTarget(words, place, before, after)


def _choose(places: list[Stretch], wanted: _SearchTarget, text: str) -> Stretch | None:
    """Return the one place that the surroundings tell, if they do."""
    scores = sorted(
        ((_alike(place, wanted, text), place) for place in places),
        key=lambda item: (-item[0], item[1]),
    )
    best, place = scores[0]
    if len(places) == 1:
        typed_alone = bool(wanted.words.exact) and wanted.place is None
        return place if place[1] - place[0] >= SHORT or best >= TELLS or typed_alone else None
    return place if best >= TELLS and best > scores[1][0] else None


def _alike(place: Stretch, wanted: _SearchTarget, text: str) -> int:
    """Count the characters on both sides that are the same, folded."""
    start, end = place
    left = _count_common(text[max(start - AROUND, 0) : start][::-1], wanted.before[::-1])
    return left + _count_common(text[end : end + AROUND], wanted.after)


def _count_common(one: str, other: str) -> int:
    """Count the characters that two texts begin with together, folded."""
    pairs = zip(fold(one).text.strip(), fold(other).text.strip(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _by_digest(text: str, place: Stretch | None, digest: str) -> list[Stretch]:
    """List every stretch as long as the old one whose words have the digest."""
    if place is None or len(text) > SEARCHED:
        return []
    length = place[1] - place[0]
    return [
        (start, start + length)
        for start in range(len(text) - length + 1)
        if digest_of(text[start : start + length]) == digest
    ]
