"""Read the texts of the pages of a PDF on standard input, write them as JSON: run in a process of
its own, with limits.

A PDF can be made to keep any reader busy or to fill the memory. Whatever it does, it does it here,
and ends with this process."""

from __future__ import annotations

import json
import sys
import warnings
from io import BytesIO
from typing import Any, Final

from hrdgraph.processes.bounds import block_network_and_programs, limit_memory

MEMORY: Final = 2 << 30  # bytes
PAGES: Final = 5000
_PRINT: Final = "print-new-pdf-take"


def read(data: bytes) -> dict[str, Any]:
    """Return the pages, or what is wrong."""
    import pypdf

    reader = pypdf.PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return {"error": "pdf-protected", "hint": "print-new-pdf-take"}
    if len(reader.pages) > PAGES:
        return {"error": "too-many", "hint": "take-cited-pages"}
    title = reader.metadata.title if reader.metadata else None
    return {
        "pages": [page.extract_text() for page in reader.pages],
        "title": title if isinstance(title, str) else "",
        "library": f"pypdf {pypdf.__version__}",
    }


def main() -> None:
    """Answer on standard output; whatever goes wrong is an answer too."""
    block_network_and_programs()
    limit_memory(MEMORY)
    warnings.simplefilter("ignore")
    try:
        answer = read(sys.stdin.buffer.read())
    except MemoryError:
        answer = {"error": "pdf-takes-memory", "hint": _PRINT}
    except Exception as error:  # a broken PDF makes the library fail in every way there is
        answer = {"error": "unreadable", "reason": type(error).__name__, "hint": _PRINT}
    sys.stdout.write(json.dumps(answer))  # lone surrogates, which such texts may have, are escaped
