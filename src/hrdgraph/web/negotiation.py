"""What a client accepts into what it gets: RFC 9110 §12.5, with no guessing where nothing fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

# The offers for a thing, the preferred first: media type and what it leads to.
THING: Final = (
    ("text/html", "page"),
    ("application/xhtml+xml", "page"),
    ("text/turtle", "ttl"),
    ("application/ld+json", "jsonld"),
    ("application/json", "jsonld"),
    ("application/n-triples", "nt"),
    ("text/plain", "nt"),
)


def chosen(accept: str, offers: Sequence[tuple[str, str]]) -> str | None:
    """What the offer leads to that fits an Accept header best; None where none is acceptable.
    Without a header, the first."""
    ranges = _ranges(accept)
    if not ranges:
        return offers[0][1]
    scored = [
        (_quality(media_type, ranges), -place) for place, (media_type, _) in enumerate(offers)
    ]
    quality, place = max(scored)
    return offers[-place][1] if quality > 0 else None


def preferred_language(accept: str, offered: Sequence[str]) -> str:
    """The language that fits an Accept-Language header best, the first of the offered ones where
    none does."""
    ranges = [(tag.partition("-")[0].lower(), quality) for tag, quality in _ranges(accept)]
    best = max(
        (
            (quality, -offered.index(tag))
            for tag, quality in ranges
            if tag in offered and quality > 0
        ),
        default=None,
    )
    return offered[0] if best is None else offered[-best[1]]


def _ranges(header: str) -> list[tuple[str, float]]:
    """The ranges of a header with their qualities. A malformed quality counts as 0: it is no
    wish that can be met."""
    found = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            found.append((name.lower(), _weight(parameters)))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return min(1.0, max(0.0, float(value.strip())))  # in this order, nan is 0
            except ValueError:
                return 0.0
    return 1.0


def _quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The quality of the most specific range that holds a media type."""
    main = media_type.partition("/")[0]
    for wanted in (media_type, f"{main}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
