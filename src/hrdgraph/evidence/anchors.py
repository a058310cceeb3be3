"""Find cited words that may not be kept again by their digests, in any text of the page: with
other line ends, as HTML, as PDF.

The words are compared folded and without white space and hyphens at line ends, so that where lines
break does not matter; every letter must be the same. What stands before and after them tells places
apart, else which of how many places it was; and other surroundings are said, since words may now
stand in a denial. An anchor holds digests and numbers only, no word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.word_search import FoldedText, SearchableText, Stretch
from hrdgraph.ledger_files import ledger_text, read_ledger_rows

AROUND: Final = 16  # characters on either side, without white space, that tell places apart
SEARCHED: Final = 2_000_000  # characters of the longest text that is searched
HOLDS: Final = "holds"
MOVED: Final = "moved"
AMBIGUOUS: Final = "ambiguous"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True, order=True)
class PassageAnchor:
    """The words from `start` to before `end` of the text `document` at `address`. `sha256` is the
    digest of the words as they are, `tight` that of their `length` characters without white space,
    `before` and `after` those of what surrounds them, `nth` which of `total` equal places it is."""

    address: str
    document: str
    start: int
    end: int
    sha256: str
    tight: str
    length: int
    before: str
    after: str
    nth: int
    total: int


@dataclass(frozen=True, slots=True)
class AnchorSearch:
    """What became of a passage in another text: its state, its place where there is one, and
    whether other words stand around it now."""

    state: str
    place: Stretch | None = None
    is_changed: bool = False


def anchors_of(
    text: str, document: str, address: str, places: Iterable[Stretch]
) -> list[PassageAnchor]:
    """Return the anchors of places of a text."""
    form = tight(text)
    return [
        anchor
        for place in dict.fromkeys(places)
        if (anchor := _anchor(text, form, document, address, place))
    ]


def _anchor(
    text: str, form: FoldedText, document: str, address: str, place: Stretch
) -> PassageAnchor | None:
    start, end = place
    inside = [at for at, origin in enumerate(form.origin) if start <= origin < end]
    if not inside:
        return None
    first, length = inside[0], inside[-1] - inside[0] + 1
    key = _digest(form.text[first : first + length])
    equal = _starts(form, key, length)
    before, after = _around(form, first, first + length)
    digest = _digest(text[start:end])
    nth = equal.index(first) if first in equal else 0
    return PassageAnchor(
        address, document, start, end, digest, key, length, before, after, nth, len(equal)
    )


def find_anchor(anchor: PassageAnchor, text: str) -> AnchorSearch:
    """Find the words of an anchor in a text. Words in several places are found where one of
    them has the old surroundings, or where there are as many places as there were."""
    if len(text) > SEARCHED:
        return AnchorSearch(GONE)
    forms = (tight(text), tight(text, hyphens=True))
    places = ((form, _starts(form, anchor.tight, anchor.length)) for form in forms)
    form, starts = next((pair for pair in places if pair[1]), (forms[0], []))
    if not starts:
        return AnchorSearch(GONE)
    first = _choose(anchor, form, starts)
    if first is None:
        return AnchorSearch(AMBIGUOUS)
    place = (
        min(form.origin[first : first + anchor.length]),
        (max(form.origin[first : first + anchor.length]) + 1),
    )
    is_changed = _around(form, first, first + anchor.length) != (anchor.before, anchor.after)
    return AnchorSearch(HOLDS if place == (anchor.start, anchor.end) else MOVED, place, is_changed)


def is_surrounded_alike(before: str, place: Stretch, other: str, moved: Stretch) -> bool:
    """Tell whether the same characters stand around two places of two texts."""
    sides = [
        (anchor.before, anchor.after)
        for text, at in ((before, place), (other, moved))
        for anchor in anchors_of(text, "", "", [at])
    ]
    return sides[:1] == sides[1:]


def find_digest(place: Stretch, digest: str, text: str) -> AnchorSearch:
    """Find words of which only the sha256 and the length are known, exactly as they were."""
    length = place[1] - place[0]
    if not digest or len(text) > SEARCHED:
        return AnchorSearch(GONE)
    wanted = bytes.fromhex(digest) if len(digest) == 64 else b""
    starts = [
        at
        for at in range(len(text) - length + 1)
        if sha256(text[at : at + length].encode()).digest() == wanted
    ]
    if len(starts) != 1:
        return AnchorSearch(AMBIGUOUS if starts else GONE)
    span = starts[0], starts[0] + length
    return AnchorSearch(HOLDS if span == place else MOVED, span)


def _choose(anchor: PassageAnchor, form: FoldedText, starts: Sequence[int]) -> int | None:
    if len(starts) == 1:
        return starts[0]
    wanted = (anchor.before, anchor.after)
    scores = [
        sum(
            one == other
            for one, other in zip(_around(form, at, at + anchor.length), wanted, strict=True)
        )
        for at in starts
    ]
    best = [at for at, score in zip(starts, scores, strict=True) if score == max(scores) > 0]
    if len(best) == 1:
        return best[0]
    return starts[anchor.nth] if len(starts) == anchor.total else None


def _around(form: FoldedText, first: int, last: int) -> tuple[str, str]:
    before, after = form.text[max(0, first - AROUND) : first], form.text[last : last + AROUND]
    return _digest(before), _digest(after)


@lru_cache(maxsize=8)
def tight(text: str, *, hyphens: bool = False) -> FoldedText:
    """Return a text folded, without white space and, unless they are wanted, hyphens at line ends,
    with the way back to its characters."""
    page = SearchableText(text)
    form = page.folded if hyphens else next(iter(page.joined), page.folded)
    kept = [(sign, at) for sign, at in zip(form.text, form.origin, strict=True) if sign != " "]
    return FoldedText("".join(sign for sign, _ in kept), [at for _, at in kept])


def _starts(form: FoldedText, key: str, length: int) -> list[int]:
    """List where in a tight text words of a length have a digest."""
    wanted, data = bytes.fromhex(key), form.text
    return [
        at
        for at in range(len(data) - length + 1)
        if sha256(data[at : at + length].encode()).digest() == wanted
    ]


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def read_anchors(path: Path) -> tuple[PassageAnchor, ...]:
    """Read the anchors of a project; none where there is no file. SourceError if damaged."""
    if not path.is_file():
        return ()
    names = [item.name for item in fields(PassageAnchor)]
    anchors = []
    for row, cells in read_ledger_rows(path, names):
        values: dict[str, Any] = dict(zip(names, cells, strict=True))
        try:
            anchors.append(PassageAnchor(**values | {name: int(values[name]) for name in _NUMBERS}))
        except ValueError:
            raise SourceError("anchors-damaged", origin=Origin(str(path), row)) from None
    return tuple(anchors)


_NUMBERS: Final = ("start", "end", "length", "nth", "total")


def anchors_text(anchors: Iterable[PassageAnchor]) -> str:
    """Write the file of anchors, in order, each once."""
    names = (item.name for item in fields(PassageAnchor))
    return ledger_text(names, map(astuple, sorted(set(anchors))))
