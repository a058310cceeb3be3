"""Read the tables of an HTML page into batches of text columns: one row of headings, then a row for
each <tr>."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.resources import needed
from hrdgraph.sources.text import decode, is_encoding, is_utf8, read_bytes
from hrdgraph.sources.values import Grid, Row, headed

if TYPE_CHECKING:
    from hrdgraph.sources.text import Reject


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


WIDEST: Final = 1000  # columns that a colspan may claim
_NUMBER_OR_ID: Final = "iterator-source-number-table-id"
_ROWS: Final = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_STRAY: Final = (
    ".//*[self::td or self::th][not(parent::tr[parent::table or parent::thead or "
    "parent::tbody or parent::tfoot])]"
)
_COUNT: Final = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")


def html_header(path: Path, iterator: str, encoding: str = "") -> list[str]:
    """The headings of a table."""
    return headed(_rows(path, iterator, encoding), path)[0]


def read_html(
    path: Path,
    iterator: str,
    names: Sequence[str] | None,
    reject: Reject | None = None,
    *,
    row_column: str,
    encoding: str = "",
) -> Iterator[pl.DataFrame]:
    """Yield the rows of one table: `iterator` is its number on the page (1 where it is left
    out), its id, or an XPath of it. The row number is that of the <tr> within the table. With
    `encoding`, the file is UTF-8, whatever the page says of itself."""
    yield _frame(_rows(path, iterator, encoding), names, Grid(path, row_column, reject=reject))


def _frame(rows: Iterator[Row], names: Sequence[str] | None, grid: Grid) -> pl.DataFrame:
    """A function of its own, so that the page is let go before its rows are handed on."""
    header, below = headed(rows, grid.path)
    return grid.frame(header, below, header if names is None else names)


def _rows(path: Path, iterator: str, encoding: str) -> Iterator[Row]:
    table = _table(path, iterator, encoding)
    _refuse_stray(table, path)
    for number, row in enumerate(table.xpath(_ROWS), 1):
        yield number, [text for cell in row.xpath("./td | ./th") for text in _texts(cell, path)]


def _refuse_stray(table: Any, path: Path) -> None:
    """Cells that no row of the table has, as where a form stands between; browsers put them into
    a row."""
    for cell in table.xpath(_STRAY):
        if next(cell.iterancestors("table")) is table:
            hint = "open-page-browser-save-puts"
            raise SourceError(
                "cell-outside-rows", origin=Origin(str(path), line=cell.sourceline), hint=hint
            )


def _texts(cell: Any, path: Path) -> list[str | None]:
    """The text of a cell, once for each column that it spans; rows that it spans are refused,
    since their meaning is not plain."""
    if _number(cell.get("rowspan")) != 1:
        raise SourceError("cell-spans-rows", origin=Origin(str(path), line=cell.sourceline))
    width = _number(cell.get("colspan")) or 1
    return [words(cell) or None] * min(width, WIDEST)


def _number(said: str | None) -> int:
    """How many rows or columns a cell says that it spans, as browsers read it: one, where that
    is no number (HTML standard, Forming a table; rules for parsing non-negative integers)."""
    found = _COUNT.match(said or "")
    return int(found[1][:9]) if found else 1


def _table(path: Path, iterator: str, encoding: str) -> Any:
    html = needed("lxml.html", "xml", Message("reading-html"), str(path))
    etree = needed("lxml.etree", "xml", Message("reading-html"), str(path))
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    text = page_text(path, declares=not encoding)
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
        _refuse_rest(parser.error_log, path)
        tables = _wanted(page, iterator)
    except (etree.LxmlError, ValueError) as error:
        raise SourceError(
            "html-table-unreadable", reason=error, origin=Origin(str(path)), hint=_NUMBER_OR_ID
        ) from error
    if len(tables) != 1 or not isinstance(getattr(tables[0], "tag", None), str):
        fact = Message("html-table-missing")
        if tables:
            fact = Message("html-tables-several", count=len(tables), iterator=iterator)
        elif iterator != "$":
            fact = Message("html-tables-missing", iterator=iterator)
        raise SourceError(fact, origin=Origin(str(path)), hint=_NUMBER_OR_ID)
    return tables[0]


def _refuse_rest(log: Any, path: Path) -> None:
    """Where a limit of the parser is passed, it leaves out the rest of the page, and makes no
    error of it."""
    for entry in log:
        if entry.level_name == "FATAL":
            hint = "take-out-huge-pictures-within"
            raise SourceError(
                "page-nested-too-deep", origin=Origin(str(path), line=entry.line), hint=hint
            )


def _wanted(page: Any, iterator: str) -> list[Any]:
    if iterator.startswith("/"):
        found = page.xpath(iterator)
        return found if isinstance(found, list) else []
    tables = page.xpath("//table")
    if iterator in ("$", ""):
        return list(tables[:1])
    if iterator.isascii() and iterator.isdigit():
        return list(tables[int(iterator) - 1 : int(iterator)]) if int(iterator) else []
    return [table for table in tables if table.get("id") == iterator]
