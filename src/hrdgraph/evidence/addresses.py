"""Tell whether texts are addresses of the Web."""

from __future__ import annotations

import re
from typing import Final

_NOT: Final = r"\s\x00-\x1f\x7f<>\"{}|\\^`"  # what no IRI holds (RFC 3987)
ADDRESS: Final = rf"https?://(?:[^{_NOT}/?#@]*@)?[^{_NOT}/?#@:][^{_NOT}/?#@]*(?:[/?#][^{_NOT}]*)?"


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address of http or https, with a host."""
    return bool(re.fullmatch(ADDRESS, text, re.I))
