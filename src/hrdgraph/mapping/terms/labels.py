"""Texts into short labels for blank nodes: equal texts have equal labels, in every run."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl


def digest(text: str) -> str:
    """A digest of a text, as 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def hashed(texts: pl.Series) -> pl.Series:
    """A digest of each text. Null stays null."""
    return pl.Series(
        texts.name,
        [None if text is None else digest(text) for text in texts.to_list()],
        dtype=pl.String,
    )
