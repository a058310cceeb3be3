"""Plain text and Markdown into a text: the characters as they are, without a byte order mark
(text/1)."""

from __future__ import annotations

from typing import Final

from hrdgraph.evidence.texts.decoding import decoded
from hrdgraph.evidence.texts.model import Frozen, Places

NORMALISER: Final = "text/1"


def freeze_plain(data: bytes, place: str, *, encoding: str = "", suffix: str = "txt") -> Frozen:
    """Decode a text. Line ends stay as they are."""
    text, name = decoded(data, place, given=encoding)
    media_type = "text/markdown" if suffix == "md" else "text/plain"
    return Frozen(text, media_type, suffix, NORMALISER, Places("character"), encoding=name)
