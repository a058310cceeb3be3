"""Repair the XML of pyoxigraph (0.5.13) so that every reader understands it alike, or raise an
error where XML cannot say it. It writes raw carriage returns, which readers turn into line
feeds, raw control characters, which none accepts, and empty element names for predicates that
end in no XML name."""

from __future__ import annotations

import re
from io import BytesIO
from typing import IO, Final

from hrdgraph.errors import QueryError

FORMATS: Final = ("xml", "rdfxml")
_CANNOT: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|<oxprefix:[ >]")
_LONGEST: Final = 11  # bytes that a match has at the most


class XmlText:
    """Pass XML on to a file, repaired. QueryError on what XML cannot say, perhaps after a part was
    passed on."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._last = b""

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        seen = self._last + data
        if match := _CANNOT.search(seen):
            text = repr(match[0].decode())[1:-1]
            raise QueryError("format-cannot-hold", format="XML", text=text)
        self._last = seen[1 - _LONGEST :]
        self._out.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Flush the stream below."""
        self._out.flush()


def as_xml(data: bytes) -> bytes:
    """Repair a whole XML document. QueryError on what XML cannot say."""
    out = BytesIO()
    XmlText(out).write(data)
    return out.getvalue()
