"""Words of a language into one pattern that finds any of them in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from hrdgraph.evidence.dating.normalization import folded

_JOINED: Final = frozenset("و")  # words that are written with the next as one


def any_of(words: Iterable[str]) -> str:
    """An alternation, the longest word first; a word of letters ends where its letters end."""
    parts = sorted({folded(word) for word in words}, key=lambda word: (-len(word), word))
    return (
        "|".join(
            re.escape(part).replace(r"\ ", r"\s+")
            + (r"(?![^\W\d_])" if part[-1].isalpha() and part not in _JOINED else "")
            for part in parts
        )
        or r"(?!)"
    )
