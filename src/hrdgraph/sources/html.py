"""Tables of an HTML page into batches of text columns: one row of headings, then a row for each <tr>."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.extras import needed
from hrdgraph.sources.grid import Grid, headed
from hrdgraph.sources.pagetext import page_text, words

if TYPE_CHECKING:
    from hrdgraph.sources.csv import Reject

WIDEST: Final = 1000  # columns that a colspan may claim


def html_header(path: Path, iterator: str, encoding: str = "") -> list[str]:
    """The headings of a table."""
    return headed(_rows(path, iterator, encoding), path)[0]


def read_html(
    path: Path, iterator: str, names: Sequence[str] | None, reject: Reject | None = None, *, row_column: str, encoding: str = ""
) -> Iterator[pl.DataFrame]:
    """Yield the rows of one table: `iterator` is its number on the page (1 where it is left out), its id, or an XPath of it.
    The row number is that of the <tr> within the table. With `encoding`, the file is UTF-8, whatever the page says of itself."""
    header, rows = headed(_rows(path, iterator, encoding), path)
    yield Grid(path, row_column, reject=reject).frame(header, rows, header if names is None else names)


def _rows(path: Path, iterator: str, encoding: str) -> Iterator[tuple[int, list[Any]]]:
    table = _table(path, iterator, encoding)
    for number, row in enumerate(table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"), 1):
        cells = [text for cell in row.xpath("./td | ./th") for text in _texts(cell, path)]
        yield number, cells


def _texts(cell: Any, path: Path) -> list[str | None]:
    """The text of a cell, once for each column that it spans; rows that it spans are refused, since their meaning is not plain."""
    if cell.get("rowspan", "1") not in ("1", ""):
        raise SourceError("a cell spans several rows", origin=Origin(str(path), line=cell.sourceline), hint="repeat it in each row")
    width = cell.get("colspan", "1")
    text = words(cell)
    return [text or None] * (min(int(width), WIDEST) if width.isascii() and width.isdigit() else 1)


def _table(path: Path, iterator: str, encoding: str) -> Any:
    html = needed("lxml.html", "xml", "reading HTML", str(path))
    etree = needed("lxml.etree", "xml", "reading HTML", str(path))
    text = page_text(path, declares=not encoding)
    try:
        page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))
        tables = _wanted(page, iterator)
    except (etree.LxmlError, ValueError) as error:
        hint = "the iterator of the source is the number of the table, its id, or an XPath"
        raise SourceError(f"no table can be read: {error}", origin=Origin(str(path)), hint=hint) from error
    if len(tables) != 1 or not isinstance(getattr(tables[0], "tag", None), str):
        fact = f"{len(tables) or 'no'} tables for '{iterator}'" if tables or iterator != "$" else "there is no table in it"
        raise SourceError(fact, origin=Origin(str(path)), hint="the iterator of the source is the number of the table, its id, or an XPath")
    return tables[0]


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
