"""Freeze the text of a file: find which kind of document it is, and the normaliser for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from hrdgraph.catalogue import Message, too_many
from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.texts.model import LARGEST, LONGEST, Frozen, Places
from hrdgraph.evidence.texts.page import freeze_page, freeze_plain
from hrdgraph.evidence.texts.pdf_worker import PAGES
from hrdgraph.processes.child_process import output_of

_DOCX: Final = "docx/1"
_MEDIA: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN: Final = "word/document.xml"
_PARTS: Final = (_MAIN, "word/footnotes.xml", "word/endnotes.xml")
_SPACES: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
# says once more what stands beside it
_FALLBACK: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_BREAKS: Final = {
    "tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad",
}  # fmt: skip
_GONE: Final = ("del", "moveFrom")
_CHUNK: Final = 1 << 16


def freeze_docx(data: bytes, place: str, *, largest: int = LARGEST) -> Frozen:
    """Take the text of a document. SourceError where it is none, is packed to burst, or holds a
    document type definition."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            if _MAIN not in packed.namelist():
                raise SourceError("word-file-old", origin=Origin(place), hint="save-as-docx")
            parts = [part for part in _PARTS if part in packed.namelist()]
            paragraphs = [
                text for part in parts for text in _paragraphs(packed, part, place, largest)
            ]
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as error:
        at, hint = Origin(place), "save-as-docx"
        raise SourceError("unreadable", reason=error, origin=at, hint=hint) from None
    if not "".join(paragraphs).strip():
        raise SourceError("page-without-text", origin=Origin(place))
    return Frozen("\n".join(paragraphs), _MEDIA, "docx", _DOCX, _places(paragraphs))


def _places(paragraphs: list[str]) -> Places:
    starts = [0]
    for text in paragraphs[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    return Places("paragraph", tuple((start, number, 0) for number, start in enumerate(starts, 1)))


def _paragraphs(packed: ZipFile, part: str, place: str, largest: int) -> list[str]:
    text = _Paragraphs(f"{place}, {part}")
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = text.start
    parser.EndElementHandler = text.end
    parser.CharacterDataHandler = text.characters
    parser.StartDoctypeDeclHandler = text.doctype
    try:
        for chunk in _chunks(packed, part, place, largest):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise SourceError(
            "not-valid", format=part, reason=error, origin=Origin(place),
            hint="save-as-docx",
        ) from None  # fmt: skip
    return text.done


def _chunks(packed: ZipFile, part: str, place: str, largest: int) -> Iterator[bytes]:
    """Yield the content as it really unpacks: what the archive says of sizes is not believed."""
    size = 0
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > largest:
                fact = Message("unpacks-too-large", limit=largest >> 20)
                raise SourceError(fact, origin=Origin(place), hint="print-new-pdf-take")
            yield chunk


class _Paragraphs:
    """The paragraphs as they close; one within another (a text box) comes before the rest of the
    outer one."""

    def __init__(self, place: str) -> None:
        self.done: list[str] = []
        self._place = place
        self._open: list[list[str]] = []
        self._texts = 0
        self._hidden = 0

    def start(self, name: str, _: Any) -> None:
        space, _, local = name.rpartition(" ")
        if name == _FALLBACK or (space in _SPACES and local in _GONE):
            self._hidden += 1
        if self._hidden or space not in _SPACES:
            return
        if local == "p":
            self._open.append([])
        elif local == "t":
            self._texts += 1
        elif local in _BREAKS and self._open:
            self._open[-1].append(_BREAKS[local])

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if name == _FALLBACK or (space in _SPACES and local in _GONE):
            self._hidden -= 1
        elif self._hidden or space not in _SPACES:
            return
        elif local == "p":
            self.done.append("".join(self._open.pop()))
        elif local == "t":
            self._texts -= 1

    def characters(self, text: str) -> None:
        if self._texts and self._open and not self._hidden:
            self._open[-1].append(text)

    def doctype(self, *_: Any) -> None:
        hint = "save-as-docx"
        raise SourceError(
            "not-allowed-here", term="<!DOCTYPE>", origin=Origin(self._place), hint=hint
        )


_WORKER: Final = "hrdgraph.evidence.texts.pdf_worker"
_PDF: Final = "pdf/1"
SECONDS: Final = 120
# half of a character, which a PDF may hold, and no file
_NO_TEXT: Final = re.compile("[\ud800-\udfff\0]")


def freeze_pdf(data: bytes, place: str, *, seconds: float = SECONDS) -> Frozen:
    """Take the text of a PDF. SourceError where it cannot be read, or holds pictures of pages
    only."""
    answer = _ask_worker(data, place, seconds)
    if "error" in answer:
        raise SourceError(
            answer["error"], reason=answer.get("reason", ""), limit=PAGES,
            what=Message("word-page", count=PAGES), origin=Origin(place), hint=answer["hint"],
        )  # fmt: skip
    pages = [_NO_TEXT.sub("\ufffd", page) for page in answer["pages"]]
    if not "".join(pages).strip():
        raise SourceError("page-without-text", origin=Origin(place))
    blank = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    listed = ", ".join(blank[:9]) + " …" * (len(blank) > 9)
    notes = (Message("pages-without-text", pages=listed),) if blank else ()
    return Frozen(
        "\f".join(pages), "application/pdf", "pdf", _PDF, _place_pages(pages),
        library=answer["library"], title=_NO_TEXT.sub("", answer["title"]).strip(), notes=notes,
    )  # fmt: skip


def _place_pages(pages: list[str]) -> Places:
    starts = [0]
    for page in pages[:-1]:
        starts.append(starts[-1] + len(page) + 1)
    return Places("page", tuple((start, number, 0) for number, start in enumerate(starts, 1)))


def _ask_worker(data: bytes, place: str, seconds: float) -> dict[str, Any]:
    """Return the answer of the process that reads the file."""
    hint = "print-new-pdf-take"
    try:
        answer: dict[str, Any] = json.loads(output_of(_WORKER, data, seconds))
    except TimeoutError:
        raise SourceError(
            "too-slow", seconds=f"{seconds:g}", origin=Origin(place), hint=hint
        ) from None
    except ValueError:
        raise SourceError("process-ended", origin=Origin(place), hint=hint) from None
    return answer


LARGEST_TEXT: Final = 16 << 20  # bytes of a page or text; the largest that people write have some
_SUFFIXES: Final = {
    "html": "html", "htm": "html", "xhtml": "html", "txt": "text", "text": "text", "md": "text",
    "pdf": "pdf", "docx": "docx",
}  # fmt: skip
_HTML: Final = re.compile(rb"<(?:!doctype html|html)\b", re.I)
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def freeze(data: bytes, name: str, *, encoding: str = "") -> Frozen:
    """Return the frozen text of a file. SourceError where it is of no known kind, is not what its
    name says, is too large, or has no text."""
    kind = _kind(data, name)
    largest = LARGEST if kind in ("pdf", "docx") else LARGEST_TEXT
    if len(data) > largest:
        raise SourceError(
            "too-many", limit=largest >> 20, what="MB", origin=Origin(name), hint="take-cited-pages"
        )
    frozen = _frozen(data, name, kind, encoding)
    if not frozen.text.strip():
        hint = "page-fill-itself-script-save"
        raise SourceError("page-without-text", origin=Origin(name), hint=hint)
    if len(frozen.text) > LONGEST:
        raise SourceError(
            too_many(LONGEST, "character"), origin=Origin(name), hint="take-cited-pages"
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
    """Tell what a file is by its first bytes, held against its name."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    named, kind = _SUFFIXES.get(suffix, ""), _looks(data)
    if not data.strip():
        raise SourceError("file-empty", origin=Origin(name), hint="save-page-anew")
    if kind == "old":
        raise SourceError("word-file-old", origin=Origin(name), hint="save-as-docx")
    if named in ("pdf", "docx") and kind != named:
        fact = Message(
            "file-of-other-kind",
            suffix=suffix,
            found="HTML" if kind == "html" else Message("something-else"),
        )
        raise SourceError(fact, origin=Origin(name), hint="save-page-anew")
    return kind or named or "text"


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
