"""A Word document (DOCX) into a text (docx/1): a line for each paragraph, then footnotes and
endnotes; what was deleted is left out."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.texts.model import LARGEST, Frozen, Places

NORMALISER: Final = "docx/1"
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
    "tab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "\u2011",
    "softHyphen": "\u00ad",
}
_GONE: Final = ("del", "moveFrom")
_CHUNK: Final = 1 << 16


def freeze_docx(data: bytes, place: str, *, largest: int = LARGEST) -> Frozen:
    """Take the text of a document. SourceError where it is none, is packed to burst, or holds a
    document type definition."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            if _MAIN not in packed.namelist():
                raise SourceError("packed-without-document", part=_MAIN, origin=Origin(place))
            parts = [part for part in _PARTS if part in packed.namelist()]
            paragraphs = [
                text for part in parts for text in _paragraphs(packed, part, place, largest)
            ]
    except (BadZipFile, ZlibError, EOFError, NotImplementedError, RuntimeError) as error:
        at, hint = Origin(place), "whole-without-password-open-save"
        raise SourceError("page-not-unpacked", reason=error, origin=at, hint=hint) from None
    if not "".join(paragraphs).strip():
        raise SourceError("page-without-text", origin=Origin(place))
    return Frozen("\n".join(paragraphs), _MEDIA, "docx", NORMALISER, _places(paragraphs))


def _places(paragraphs: list[str]) -> Places:
    starts = [0]
    for text in paragraphs[:-1]:
        starts.append(starts[-1] + len(text) + 1)
    return Places("paragraph", tuple((start, number, 0) for number, start in enumerate(starts, 1)))


def _paragraphs(packed: ZipFile, part: str, place: str, largest: int) -> list[str]:
    made = _Paragraphs(f"{place}, {part}")
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = made.start
    parser.EndElementHandler = made.end
    parser.CharacterDataHandler = made.characters
    parser.StartDoctypeDeclHandler = made.doctype
    try:
        for chunk in _chunks(packed, part, place, largest):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise SourceError(
            "part-not-well-formed",
            part=part,
            reason=error,
            origin=Origin(place),
            hint="save-as-docx",
        ) from None
    return made.done


def _chunks(packed: ZipFile, part: str, place: str, largest: int) -> Iterator[bytes]:
    """The content as it really unpacks: what the archive says of sizes is not believed."""
    size = 0
    with packed.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > largest:
                fact = (
                    Message("part-unpacks-too-large", part=part, limit=largest >> 20)
                    if largest >> 20
                    else Message("part-unpacks-too-much", part=part)
                )
                raise SourceError(fact, origin=Origin(place), hint="no-document-words-large")
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
        hint = "word-writes-none"
        raise SourceError("page-with-document-type", origin=Origin(self._place), hint=hint)
