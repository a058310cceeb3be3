"""A file into its frozen text: which kind of document it is, and the normaliser for it."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.texts.docx import freeze_docx
from hrdgraph.evidence.texts.model import LARGEST, LONGEST, Frozen
from hrdgraph.evidence.texts.page import freeze_page
from hrdgraph.evidence.texts.pdf import freeze_pdf
from hrdgraph.evidence.texts.plain_text import freeze_plain

LARGEST_TEXT: Final = 16 << 20  # bytes of a page or text; the largest that people write have some
_SUFFIXES: Final = {
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "txt": "text",
    "text": "text",
    "md": "text",
    "pdf": "pdf",
    "docx": "docx",
}
_HTML: Final = re.compile(rb"<(?:!doctype html|html)\b", re.I)
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def freeze(data: bytes, name: str, *, encoding: str = "") -> Frozen:
    """The frozen text of a file. SourceError where it is of no known kind, is not what its name
    says, is too large, or has no text."""
    kind = _kind(data, name)
    largest = LARGEST if kind in ("pdf", "docx") else LARGEST_TEXT
    if len(data) > largest:
        raise SourceError(
            "page-too-large", limit=largest >> 20, origin=Origin(name), hint="cite-less"
        )
    frozen = _frozen(data, name, kind, encoding)
    if not frozen.text.strip():
        hint = "page-fill-itself-script-save"
        raise SourceError("page-without-text", origin=Origin(name), hint=hint)
    if len(frozen.text) > LONGEST:
        raise SourceError(
            "page-text-too-long", limit=LONGEST, origin=Origin(name), hint="cite-less"
        )
    return frozen


def _frozen(data: bytes, name: str, kind: str, encoding: str) -> Frozen:
    if kind == "pdf":
        return freeze_pdf(data, name)
    if kind == "docx":
        return freeze_docx(data, name)
    if kind == "html":
        return freeze_page(data, name, encoding=encoding)
    return freeze_plain(
        data, name, encoding=encoding, suffix="md" if name.lower().endswith(".md") else "txt"
    )


def _kind(data: bytes, name: str) -> str:
    """What a file is by its first bytes, held against its name."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    named, found = _SUFFIXES.get(suffix, ""), _looks(data)
    if not data.strip():
        raise SourceError("file-empty", origin=Origin(name), hint="save-page-anew")
    if found == "old":
        raise SourceError("word-file-old", origin=Origin(name), hint="save-as-docx")
    if named in ("pdf", "docx") and found != named:
        fact = Message(
            "file-of-other-kind",
            suffix=suffix,
            found="HTML" if found == "html" else Message("something-else"),
        )
        raise SourceError(fact, origin=Origin(name), hint="check-error-page")
    return found or named or "text"


def _looks(data: bytes) -> str:
    if data.startswith(_OLD_WORD):
        return "old"
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    return (
        "html"
        if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _HTML.search(data[:4096])
        else ""
    )
