"""The headers that go with every answer: who may read it, what a browser must not do with it,
how long it is good for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

SAFETY: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# any page may read the data; none can send somebody's credentials along
ORIGINS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Link",
}
PREFLIGHT: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
READING: Final[Mapping[str, str]] = {  # what a script of another site may do with a page's data
    **ORIGINS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}
VARY: Final[Mapping[str, str]] = {"Vary": "Accept, Accept-Encoding"}
# may be kept, and must be asked about
FRESH: Final[Mapping[str, str]] = {"Cache-Control": "public, no-cache"}
NEVER: Final[Mapping[str, str]] = {"Cache-Control": "no-store"}
# no word need stand before it, a comment may stand between, and an escape may spell it: what is
# found too often costs a tag, no more
_CHANGING: Final = re.compile(r"(?:RAND|NOW|UUID|BNODE)\s*+[(#]|\\u", re.I)


def data_headers(*more: Mapping[str, str]) -> dict[str, str]:
    """The headers of data and of errors, with more."""
    made = {**SAFETY, **ORIGINS, **VARY}
    for item in more:
        made |= item
    return made


def etag(digest: str, *parts: Any) -> str:
    """A weak entity tag: the same build, asked the same in the same way, says the same."""
    text = json.dumps([digest, *parts], sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def is_changing(query: str) -> bool:
    """Whether a query may answer otherwise when it is asked again of the same build."""
    return bool(_CHANGING.search(query))


def matches(header: str, tag: str) -> bool:
    """Whether If-None-Match names the tag, compared weakly (RFC 9110 §13.1.2)."""
    known = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag.removeprefix("W/") in known or "*" in known
