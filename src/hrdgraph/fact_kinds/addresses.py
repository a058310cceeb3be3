"""Addresses of the Web as people write them, such as `www.example.org/page`, into whole ones; and
texts that look like one and are none."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.fact_kinds.cell_errors import CellError

_WHOLE: Final = ("http://", "https://")
_NOT: Final = r"\s<>\"{}|\\^`"  # what no address holds
_SCHEME: Final = re.compile(rf"(https?://)([^{_NOT}]+)", re.IGNORECASE)
_LABEL: Final = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_BARE: Final = re.compile(
    rf"((?:{_LABEL}\.)+([^\W\d_]{{2,24}}))(?::\d{{2,5}})?(?:[/?#][^{_NOT}@]*)?", re.IGNORECASE
)
# the ends of names of hosts that are no country's
_GENERIC: Final = frozenset(
    (
        "com", "org", "net", "edu", "gov", "int", "info", "ngo", "ong", "news", "media", "press",
        "foundation", "international", "blog", "site", "online", "africa", "cat", "lat", "eus",
        "museum", "coop", "рф", "дети", "укр",
    )
)  # fmt: skip
# ends of names of files that are those of countries too
_FILES: Final = frozenset(("md", "py", "sh", "pl", "rs", "ps", "ai", "so", "cc", "ml"))
_LIKE: Final = re.compile(
    r"(?:(?:h?t?tps?|ftp|htt)\s*[:;]?\s*/{1,3}|https?\s*[:;]|www\s*[.,;])\s*\S", re.IGNORECASE
)


def whole_address(text: str) -> str:
    """The address that a text is, with its scheme; "" where it is none."""
    if text.startswith(_WHOLE):
        return text
    if found := _SCHEME.fullmatch(text):
        return found[1].lower() + found[2]
    return f"https://{text}" if _is_bare(text) else ""


def is_completed(text: str) -> bool:
    """Whether a text is an address that lacks what begins one."""
    return not text.startswith(_WHOLE) and bool(whole_address(text))


def looks_like_address(text: str) -> bool:
    """Whether somebody meant an address by a text that is none."""
    return bool(_LIKE.match(text)) and not whole_address(text)


def web_address(text: str) -> str:
    """The address that a text is. ValueError where it is none."""
    found = whole_address(text)
    if not found:
        raise CellError(Message("no-web-address", value=text), Message("copy-address"))
    return found


def _is_bare(text: str) -> bool:
    """Whether a text is an address without its scheme: a host that ends as hosts do."""
    found = _BARE.fullmatch(text)
    if found is None:
        return False
    host, end = found[1].casefold(), found[2].casefold()
    is_host = end in _GENERIC or (len(end) == 2 and end.isascii())
    if host.startswith("www."):
        return is_host and host.count(".") > 1
    is_file = host == text.casefold() and end in _FILES
    return is_host and not is_file and len(host.rpartition(".")[0]) > 2
