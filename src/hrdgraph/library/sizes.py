"""Sizes as people write them, such as 512M or 2G, in bytes."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message

_UNITS: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def bytes_of(size: str | int, plain: str = "") -> int:
    """A size in bytes; one without a letter counts in the unit `plain`, else in bytes.
    ValueError on what is no size.

    >>> bytes_of("512M"), bytes_of(100)
    (536870912, 100)
    """
    if isinstance(size, int):
        return size
    found = re.fullmatch(r"(\d+)\s*([KMG]?)(?:i?B)?", size.strip(), re.I)
    if not found:
        raise ValueError(Message("size-unread", value=size))
    return int(found[1]) * _UNITS[found[2].upper() or plain]
