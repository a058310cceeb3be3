"""The bytes of an answer, as they are written, into how many rows it has: an answer of too many
is an error, never a shorter one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

# what the bytes outside of quotes say of rows
_JSON: Final = "json"
_HEADS: Final = {"csv": 1, "tsv": 1, "json": 1, "xml": 0}  # what is no row


class TooManyRows(Exception):
    """An answer has more rows than one may have."""


class RowCounter:
    """Passes an answer on while it has no more than so many rows. TooManyRows ends it; 0 is no
    bound. It counts by what stands outside of quotes, whatever the pieces are."""

    def __init__(self, out: Any, format: str, most: int) -> None:
        self._out, self._format, self._most = out, format, most
        self._count = {"xml": self._of_xml, "json": self._of_json}.get(format, self._of_lines)
        self._is_quoted = False
        self._kept = b""
        self.found = -_HEADS[format]

    def write(self, data: bytes) -> int:
        """Count, and pass on."""
        if self._most:
            self.found += self._count(bytes(data))
            if self.found > self._most:
                raise TooManyRows
        self._out.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept of what is written."""
        self._out.flush()

    def _of_lines(self, data: bytes) -> int:
        if self._format == "tsv":
            return data.count(b"\n")  # those of cells are escaped
        return self._outside(data).count(b"\n")

    def _of_xml(self, data: bytes) -> int:
        text = self._kept + data
        self._kept = text[-7:]
        return text.count(b"<result>") - self._kept.count(b"<result>")

    def _of_json(self, data: bytes) -> int:
        data, self._kept = self._kept + data, b""
        if (len(data) - len(data.rstrip(b"\\"))) % 2:  # what it escapes comes with the next piece
            data, self._kept = data[:-1], b"\\"
        outside = self._outside(data.replace(b"\\\\", b"").replace(b'\\"', b""))
        if outside.endswith(b":"):
            self._kept = b":" + self._kept if not self._is_quoted else self._kept
            outside = outside[:-1] if not self._is_quoted else outside
        return outside.count(b"{") - outside.count(b":{")

    def _outside(self, data: bytes) -> bytes:
        parts = data.split(b'"')
        found = b"".join(parts[self._is_quoted :: 2])
        self._is_quoted ^= len(parts) % 2 == 0
        return found


def bounded(rows: Iterable[Any], most: int) -> Iterator[Any]:
    """The same rows. TooManyRows where there are more than so many; 0 is no bound."""
    for number, row in enumerate(rows, 1):
        if most and number > most:
            raise TooManyRows
        yield row
