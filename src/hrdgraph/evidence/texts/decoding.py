"""Bytes into characters: the encoding that a mark at the start, the person, or the page itself
says; UTF-8 without any. Never guessed."""

from __future__ import annotations

import codecs
import re
from typing import Final

from hrdgraph.errors import Origin, SourceError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SCANNED: Final = 4096  # bytes in which a page says its encoding; browsers look at 1024
_META: Final = re.compile(
    rb"<meta\b[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{1,40})", re.I
)
_XML: Final = re.compile(
    rb"\A\s{0,99}<\?xml\b[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w:.-]{1,40})", re.I
)
# https://encoding.spec.whatwg.org/#names-and-labels: labels that mean, on the web, another encoding
# than their name says
_ON_THE_WEB: Final = {
    **dict.fromkeys(
        ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii"),
        "cp1252",
    ),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5", "l5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-8"),
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
}
# of texts; anything else that Python knows, such as rot13 or unicode_escape, is no encoding of a
# page
_ENCODINGS: Final = re.compile(
    r"utf[-_]?(8|16|32)([-_]?[lb]e)?|latin-?1|ascii|(windows-|cp|x-cp)125\d|iso-?8859-?\d{1,2}|koi8-[ru]|gb18030|big5(-hkscs)?|euc-jp|iso-2022-jp|(ibm|cp)?866|mac_\w+|cp\d+"
)


def decoded(data: bytes, place: str, *, given: str = "", is_page: bool = False) -> tuple[str, str]:
    """The characters without a byte order mark, and the name of the encoding. SourceError with
    the first byte that is wrong."""
    mark, name = next((found for found in _MARKS if data.startswith(found[0])), (b"", ""))
    name = name or _known(given, place) or (_stated(data, place) if is_page else "") or "utf-8"
    try:
        text = data[len(mark) :].decode(name)
    except UnicodeDecodeError as error:
        at = len(mark) + error.start
        line = data.count(b"\n", 0, at) + 1
        raise SourceError(
            "byte-not-in-encoding",
            position=at,
            byte=f"{data[at]:02X}",
            lineno=line,
            name=name,
            origin=Origin(place),
        ) from None
    if "\0" in text:
        raise SourceError("page-with-zero-bytes", origin=Origin(place))
    return text, name


def _known(name: str, place: str) -> str:
    """The encoding that the person named, as Python calls it."""
    if not name:
        return ""
    found = _codec(name.lower())
    if not found:
        raise SourceError("encoding-unknown", name=name, origin=Origin(place))
    return found


def _stated(data: bytes, place: str) -> str:
    """The encoding that the page says it has."""
    said = _XML.search(data[:_SCANNED]) or _META.search(data[:_SCANNED])
    if said is None:
        return ""
    label = said[1].decode("ascii", "replace").lower()
    found = _codec(_ON_THE_WEB.get(label, label))
    if not found:
        hint = "give-true-encoding"
        raise SourceError("page-encoding-unknown", label=label, origin=Origin(place), hint=hint)
    return found


def _codec(name: str) -> str:
    """What Python calls an encoding of texts; empty for all else."""
    try:
        return codecs.lookup(name.removeprefix("x-")).name if _ENCODINGS.fullmatch(name) else ""
    except LookupError:
        return ""
