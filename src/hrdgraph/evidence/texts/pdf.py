"""A PDF into a text (pdf/1): its pages one after another, each but the last with a form feed
after it."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.texts.model import Frozen, Places
from hrdgraph.evidence.texts.pdf_worker import PAGES
from hrdgraph.processes.child_process import output_of

_WORKER: Final = "hrdgraph.evidence.texts.pdf_worker"
NORMALISER: Final = "pdf/1"
SECONDS: Final = 120
# half of a character, which a PDF may hold, and no file
_NO_TEXT: Final = re.compile("[\ud800-\udfff\0]")


def freeze_pdf(data: bytes, place: str, *, seconds: float = SECONDS) -> Frozen:
    """Take the text of a PDF. SourceError where it cannot be read, or holds pictures of pages
    only."""
    if find_spec("pypdf") is None:
        fact, hint = (
            "pdf-needs-library",
            "install-snapshots",
        )
        raise SourceError(fact, origin=Origin(place), hint=hint)
    answer = _asked(data, place, seconds)
    if "error" in answer:
        raise SourceError(
            answer["error"],
            reason=answer.get("reason", ""),
            limit=PAGES,
            origin=Origin(place),
            hint=answer["hint"],
        )
    pages = [_NO_TEXT.sub("\ufffd", page) for page in answer["pages"]]
    if not "".join(pages).strip():
        hint = "recognise-text"
        raise SourceError(
            Message("pdf-without-text", count=len(pages)),
            origin=Origin(place),
            hint=hint,
        )
    blank = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    listed = ", ".join(blank[:9]) + " …" * (len(blank) > 9)
    notes = (Message("pages-without-text", pages=listed),) if blank else ()
    return Frozen(
        "\f".join(pages),
        "application/pdf",
        "pdf",
        NORMALISER,
        _places(pages),
        library=answer["library"],
        title=_NO_TEXT.sub("", answer["title"]).strip(),
        notes=notes,
    )


def _places(pages: list[str]) -> Places:
    starts = [0]
    for page in pages[:-1]:
        starts.append(starts[-1] + len(page) + 1)
    return Places("page", tuple((start, number, 0) for number, start in enumerate(starts, 1)))


def _asked(data: bytes, place: str, seconds: float) -> dict[str, Any]:
    """What the process says that reads it."""
    hint = "print-new-pdf-take"
    try:
        answer: dict[str, Any] = json.loads(output_of(_WORKER, data, seconds))
    except TimeoutError:
        raise SourceError(
            "reading-too-slow", seconds=f"{seconds:g}", origin=Origin(place), hint=hint
        ) from None
    except ValueError:
        raise SourceError("reading-ended", origin=Origin(place), hint=hint) from None
    return answer
