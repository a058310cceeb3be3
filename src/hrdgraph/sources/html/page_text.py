"""What a page says as text: the characters that its bytes stand for, and the words of an
element."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.text import decode, read_bytes
from hrdgraph.sources.transcoding import is_encoding, is_utf8

_SILENT: Final = frozenset({"script", "style", "template", "noscript"})
_NAMES: Final = """
    address article aside blockquote br caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu
    nav ol optgroup option p plaintext pre search section summary table tbody td tfoot th thead
    tr ul xmp
"""
# browsers begin a line or a cell with them (HTML standard, Rendering), and after <br>
_BLOCKS: Final = frozenset(_NAMES.split())
# bytes in which a page says its encoding (HTML standard, Determining the character encoding)
_HEAD: Final = 1024
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_SAID: Final = re.compile(
    rb"""<(?:meta[\s/][^>]*?charset|\?xml\s[^>]*?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""",
    re.IGNORECASE,
)
# what a name means on the Web where Python takes it for something narrower (Encoding standard,
# Names and labels)
_MEANT: Final = {
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    # none who can read this reads UTF-16
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "utf-8"),
}
_WAY: Final = Message("say-page-encoding")


def page_text(path: Path, *, declares: bool) -> str:
    """The text of a page: in the encoding that its byte order mark or its head says, where it
    `declares` one, else in UTF-8."""
    data = read_bytes(path)
    name = _declared(data) if declares else "utf-8"
    if is_utf8(name):
        return decode(data, path, _WAY)
    try:
        text = data.decode(name)
    except UnicodeError as error:
        raise SourceError(
            "page-not-in-encoding", name=name, origin=Origin(str(path)), hint=_WAY
        ) from error
    _refuse_doubt(data, name, path)
    return text


def words(cell: Any) -> str:
    """The words of an element, spaces drawn together; those of blocks are words of their own,
    and what no browser shows is none."""
    return " ".join((("".join(_pieces(cell)) if len(cell) else cell.text) or "").split())


def _pieces(cell: Any) -> Iterator[str]:
    walk = import_module("lxml.etree").iterwalk(cell, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _SILENT:
                walk.skip_subtree()
            else:
                yield _around(node) + (node.text or "")
        elif node is not cell:
            yield _around(node) + (node.tail or "")


def _around(node: Any) -> str:
    return " " if node.tag in _BLOCKS else ""


def _declared(data: bytes) -> str:
    """The encoding that a page says it has; UTF-8 where it says none, or none that is known."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-8" if data.startswith(codecs.BOM_UTF8) else "utf-16"
    found = _SAID.search(_COMMENT.sub(b"", data[:_HEAD]))
    if found is None or not is_encoding(found[1].decode()):
        return "utf-8"
    known = codecs.lookup(found[1].decode()).name
    return _MEANT.get(known, known)


def _refuse_doubt(data: bytes, name: str, path: Path) -> None:
    """Letters that are UTF-8 too are hardly ever anything else: a page that says otherwise
    leaves it open which it is."""
    if data.isascii() or name == "utf-16":
        return
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    raise SourceError("page-really-utf8", name=name, origin=Origin(str(path)), hint=_WAY)
