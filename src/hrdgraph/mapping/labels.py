"""Texts into short labels for blank nodes: equal texts have equal labels, in every run."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl

from hrdgraph.mapping.iris import for_distinct


def hashed(texts: pl.Series) -> pl.Series:
    """A digest of each text, as 32 hexadecimal digits. Null stays null."""
    return for_distinct(texts, lambda text: blake2b(text.encode(), digest_size=16).hexdigest())
