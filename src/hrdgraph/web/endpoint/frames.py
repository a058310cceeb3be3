"""What server and worker say to one another: frames of a kind, a length and a payload. An answer
ends with an END frame, or it is none."""

from __future__ import annotations

import json
import struct
from typing import Any, Final, NamedTuple

READY: Final = 1  # the worker has opened the store
HEAD: Final = 2  # the form and the format of the answer
DATA: Final = 3  # some bytes of it
END: Final = 4  # it is whole
ERROR: Final = 5  # there is none, or no more of it
JOB: Final = 6  # from the server

PREFIX: Final = struct.Struct("!BI")


class Frame(NamedTuple):
    """One message."""

    kind: int
    payload: bytes

    def said(self) -> dict[str, Any]:
        """The payload of a frame that is no DATA."""
        value: dict[str, Any] = json.loads(self.payload)
        return value


def pack(kind: int, payload: bytes | dict[str, Any]) -> bytes:
    """A frame as bytes."""
    data = payload if isinstance(payload, bytes | bytearray) else json.dumps(payload).encode()
    return PREFIX.pack(kind, len(data)) + data
