"""Turn an HTML page into the text that a reader sees (html/1): a line for each block, white space
as one space, references resolved."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

from hrdgraph.errors import Origin, SourceError
from hrdgraph.evidence.texts.model import Frozen, Places, Run

# elements whose content is no text of the page
# (https://html.spec.whatwg.org/#parsing-html-fragments), up to their end tag
_RAW: Final = frozenset(("script", "style", "iframe", "noembed", "noframes", "noscript"))
_APART: Final = frozenset(("template", "svg", "math", "object", "select", "datalist"))
_TOKEN: Final = re.compile(
    r"""
    <!--(?:-?>|(?s:.*?)(?:--!?>|\Z))                                        # a comment; an unfinished one takes the rest
  | <(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*+)
      (?P<attributes>(?:[^>"'=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+|["'])*+)(?:>|\Z)
  | <[!?/][^>]*+(?:>|\Z)                                                    # a doctype, an instruction, a bogus comment
  | (?P<reference>&(?:\#[0-9]{1,8}+;?|\#[xX][0-9a-fA-F]{1,8}+;?|[A-Za-z][A-Za-z0-9]{1,40}+;?))
  | (?P<text>[^<&]++|[<&])
    """,
    re.X,
)
_ATTRIBUTE: Final = re.compile(r"""([^\s"'>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag; `name` in lower case."""

    name: str
    is_end: bool
    attributes: str


@dataclass(frozen=True, slots=True)
class TextToken:
    """Characters of the page: those at `start` as they are, or what a character reference there
    stands for."""

    value: str
    start: int
    is_reference: bool = False


def tokens(page: str) -> Iterator[Tag | TextToken]:
    """Tags and texts in the order of the page, without comments and without the content of
    scripts and the like."""
    position, endless = 0, set[str]()
    while position < len(page):
        token = _TOKEN.match(page, position)
        assert token is not None, "every character begins a token"
        position = token.end()
        if token["name"]:
            tag = Tag(token["name"].lower(), bool(token["end"]), token["attributes"])
            yield tag
            position = position if tag.is_end else _after(page, position, tag.name, endless)
        elif token["reference"]:
            value = unescape(token["reference"])
            yield TextToken(value, token.start(), value != token["reference"])
        elif token["text"]:
            yield TextToken(token["text"], token.start())


def _after(page: str, position: int, name: str, endless: set[str]) -> int:
    """Return where reading goes on after a start tag. `endless` are elements known to have no end
    tag any more: they are looked for once."""
    if name not in _RAW | _APART or (name in endless and name in _APART):
        return position
    end = re.compile(rf"</{name}(?=[\s/>])", re.I | re.A).search(page, position)
    if end is None:
        endless.add(name)
        return len(page) if name in _RAW else position
    return end.start()


def attributes(tag: Tag) -> dict[str, str]:
    """Return the attributes of a tag, names in lower case; of two with one name the first."""
    pairs = [
        (name.lower(), unescape(double_quoted or two or three))
        for name, double_quoted, two, three in _ATTRIBUTE.findall(tag.attributes[:8192])
    ]
    return dict(reversed(pairs))


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


def decode(data: bytes, place: str, *, given: str = "", is_page: bool = False) -> tuple[str, str]:
    """Return the characters without a byte order mark, and the name of the encoding. SourceError
    with the first byte that is wrong."""
    mark, name = next((mark for mark in _MARKS if data.startswith(mark[0])), (b"", ""))
    name = (
        name
        or _codec_named(given, place)
        or (_codec_said(data, place) if is_page else "")
        or "utf-8"
    )
    try:
        text = data[len(mark) :].decode(name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, len(mark) + error.start) + 1
        raise SourceError(
            "not-in-encoding", encoding=name, origin=Origin(place, line=line), hint="give-encoding",
        ) from None  # fmt: skip
    if "\0" in text:
        raise SourceError("file-not-text", origin=Origin(place), hint="name-page")
    return text, name


def _codec_named(name: str, place: str) -> str:
    """Return the encoding that the person named, as Python calls it."""
    if not name:
        return ""
    codec = _codec(name.lower())
    if not codec:
        raise SourceError("not-known-here", name=name, origin=Origin(place), hint="give-encoding")
    return codec


def _codec_said(data: bytes, place: str) -> str:
    """Return the encoding that the page says it has."""
    declared = _XML.search(data[:_SCANNED]) or _META.search(data[:_SCANNED])
    if declared is None:
        return ""
    label = declared[1].decode("ascii", "replace").lower()
    codec = _codec(_ON_THE_WEB.get(label, label))
    if not codec:
        hint = "give-encoding"
        raise SourceError("not-known-here", name=label, origin=Origin(place), hint=hint)
    return codec


def _codec(name: str) -> str:
    """Return what Python calls an encoding of texts; "" for all else."""
    try:
        return codecs.lookup(name.removeprefix("x-")).name if _ENCODINGS.fullmatch(name) else ""
    except LookupError:
        return ""


_PLAIN_TEXT: Final = "text/1"


def freeze_plain(data: bytes, place: str, *, encoding: str = "", suffix: str = "txt") -> Frozen:
    """Decode a text. Line ends stay as they are."""
    text, name = decode(data, place, given=encoding)
    media_type = "text/markdown" if suffix == "md" else "text/plain"
    return Frozen(text, media_type, suffix, _PLAIN_TEXT, Places("character"), encoding=name)


_HTML_PAGE: Final = "html/1"
# elements that begin and end a line
_BLOCK_NAMES: Final = """
    address article aside blockquote body br caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend
    li listing main menu nav ol optgroup option p pre search section summary table tbody
    textarea tfoot thead tr ul video audio
"""
_BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_CELLS: Final = frozenset(("td", "th"))
_KEPT: Final = frozenset(("pre", "textarea", "listing"))  # white space in them is text
_WORD: Final = re.compile(r"[^ \t\n\r\f]+")
_SAVED: Final = re.compile(r"<!-- saved from url=\(\d{1,9}\)(https?://[^\s<>]{1,2000}) -->")
_WEB: Final = re.compile(r"https?://[^\s<>\"]{1,2000}")


def freeze_page(data: bytes, place: str, *, encoding: str = "") -> Frozen:
    """Decode a page and take its text; the title is kept apart, and so is the address that it
    gives as its own."""
    page, name = decode(data, place, given=encoding, is_page=True)
    text = _TextBuilder()
    for token in tokens(page):
        text.take(token)
    saved = _SAVED.search(page[:4096])
    address = saved[1] if saved else text.address
    return Frozen(
        "".join(text.parts), "text/html", "html", _HTML_PAGE, Places("character", tuple(text.runs)),
        name, title=" ".join("".join(text.title).split()), address=address,
    )  # fmt: skip


class _TextBuilder:
    """The text as it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.runs: list[Run] = []
        self.title: list[str] = []
        self.address = ""
        self._length = 0
        self._gap = ""
        self._kept = 0
        self._in_title = False

    def take(self, token: Tag | TextToken) -> None:
        if isinstance(token, Tag):
            self._tag(token)
        elif self._in_title:
            self.title.append(token.value)
        elif token.is_reference and not token.value.isspace():
            self._append(token.value, token.start)
        elif token.is_reference and token.value not in " \t\n\r\f":
            self._append(token.value, token.start)  # a no-break space is a character of the text
        elif self._kept:
            self._append(token.value, token.start)
        else:
            self._words(token)

    def _tag(self, tag: Tag) -> None:
        if tag.name == "title":
            self._in_title = not tag.is_end and not self.title
        elif tag.name == "body":
            self._in_title = False
        elif tag.name == "link" and not self.address:
            self.address = _canonical(tag)
        if tag.name in _KEPT:
            self._kept = max(self._kept + (-1 if tag.is_end else 1), 0)
        if tag.name in _BLOCKS:
            self._gap = "\n"
        elif tag.name in _CELLS:
            self._gap = self._gap or " "

    def _words(self, token: TextToken) -> None:
        end = 0
        for word in _WORD.finditer(token.value):
            self._gap = self._gap or (" " if word.start() > end else "")
            self._append(word[0], token.start + word.start())
            end = word.end()
        if end < len(token.value):
            self._gap = self._gap or " "

    def _append(self, text: str, place: int) -> None:
        if self._gap and self._length:
            self.parts.append(self._gap)
            self._length += 1
        self._gap = ""
        self.parts.append(text)
        self._run(place, len(text))
        self._length += len(text)

    def _run(self, place: int, length: int) -> None:
        """Words of one text with one space between them are one run."""
        if self.runs:
            start, before, _ = self.runs[-1]
            if place - before == self._length - start:
                self.runs[-1] = (start, before, self._length - start + length)
                return
        self.runs.append((self._length, place, length))


def _canonical(tag: Tag) -> str:
    names = attributes(tag)
    is_own = "canonical" in names.get("rel", "").lower().split()
    return names.get("href", "") if is_own and _WEB.fullmatch(names.get("href", "")) else ""
