"""Read one table of a workbook or a text file, wherever its headings are, into columns of texts as
a person sees them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from html import unescape
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import polars as pl

from hrdgraph.catalogue import too_many
from hrdgraph.errors import Origin, SourceError
from hrdgraph.sources.delimited.columns import column_number, letters_of
from hrdgraph.sources.dialect import Dialect
from hrdgraph.sources.reference_columns import missing_column
from hrdgraph.sources.table_cache import share
from hrdgraph.sources.text import read_bytes, read_text
from hrdgraph.sources.values import UnsupportedValue, canonical_decimal

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_TOTAL: Final = re.compile(
    r"((sub-?|sous-?|grand\s|जम्मा\s?/)?\s?(totals?|totaux|totales?|totaal|gesamt|insgesamt|summe|counts?|recuento|anzahl"
    r"|suma|razem|łącznie|toplam|celkem|ukupno|összesen|jumlah|итого|всего|разом|всього|σύνολο"
    r"|المجموع|الإجمالي|مجموع|جمع|जम्मा|कुल|合計|合计|总计|總計|합계))"
    r"(\s+g[eé]n[eé]ral|\s+geral|\s+parcial|\s+partiel)?"
    r"([\s:=–-]*[\d\s.,()]*|[\s:=–-]*\d[\d\s.,]*(\s[^\W\d_]+){1,2}|\s*:.*)",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"[\W\d_]*|\d[\d\s.,]*(\s[^\W\d_]+){1,2}")  # `45`, `45 personnes`
_TOTAL_OF: Final = re.compile(
    r"(?i:totals?|totaux|totales?|всего|итого)(\s[a-zа-яß-ÿ\d]+){1,3}\s?:?"
)
# what stands alone in a row, and names nobody
_REMARK: Final = re.compile(
    r".*[:=;].*|.{61,}|[^\w\s].*|\d.*|(\S+\s+){3,}\S+[.!?…]"
    r"|(fin|end|notes?|sources?|suite|continued|cont|fuentes?|notas?)\b.*"
    r"|.*(confid|diffus|restric|provis|draft|secret|конфиденц|سري).*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERED: Final = re.compile(r" \[")
_NUMBER: Final = re.compile(r"-1|[0-9]{1,7}")
_COLUMNS: Final = re.compile(r"([A-Za-z]{1,3}(:[A-Za-z]{1,3})?)?")
Rows = list[list[str]]


class Area(NamedTuple):
    """The part of a file that is a table: the sheet, the row of its headings (0: the first that is
    not blank, -1: it has none), the last row (0: to the end), and its columns as a spreadsheet
    names them, such as `B:F`."""

    sheet: str = ""
    header: int = 0
    last: int = 0
    columns: str = ""
    totals: int = 0  # 1: rows that sum up, or are a remark alone, are no rows
    use: str = ""  # what its rows are read for, where they are read more than once

    def text(self) -> str:
        """Return the area as the iterator of a logical source."""
        parts = {name: value for name, value in self._asdict().items() if value}
        # a sheet may have any name; what parts the area is escaped in it
        escaped = {name: re.sub("[%;]", _escape, str(value)) for name, value in parts.items()}
        return ";".join(f"{name}={value}" for name, value in escaped.items()) or "$"


def _escape(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


def area_of(text: str) -> Area:
    """Return the area of an iterator: none, `$`, or parts such as `sheet=Faits;header=3`.
    ValueError otherwise."""
    if text in ("", "$"):
        return Area()
    rest = dict(part.partition("=")[::2] for part in text.split(";"))
    numbers = {name: rest.pop(name, "0") for name in ("header", "last", "totals")}
    sheet, columns = unquote(rest.pop("sheet", "")), rest.pop("columns", "")
    use = rest.pop("use", "")
    if rest or not all(map(_NUMBER.fullmatch, numbers.values())) or not _COLUMNS.fullmatch(columns):
        raise ValueError(text)
    header, last, totals = map(int, numbers.values())
    if min(last, totals) < 0:  # a table without headings has header=-1
        raise ValueError(text)
    return Area(sheet, header, last, columns, totals, use)


def fact_table_header(path: Path, dialect: Dialect) -> list[str]:
    """Return the headings of a table, made unique."""
    return _table(path, dialect)[0]


def read_fact_table(
    path: Path, dialect: Dialect, names: Sequence[str] | None, *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield the rows that are not blank, numbered as the file numbers them, as texts; empty
    cells are null."""
    header, first, rows = _table(path, dialect)
    known = {name: place for place, name in enumerate(header)}
    wanted = header if names is None else names
    places = {name: _place(name, known, path, first) for name in wanted}
    filled = [(number, row) for number, row in enumerate(rows, first + 1) if any(row)]
    columns = {name: [row[place] or None for _, row in filled] for name, place in places.items()}
    numbers = pl.Series(row_column, [number for number, _ in filled], dtype=pl.UInt32)
    yield pl.DataFrame(
        [numbers, *(pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items())]
    )


def _place(name: str, known: Mapping[str, int], path: Path, row: int) -> int:
    if name not in known:
        raise missing_column(name, [*known], Origin(str(path), row))
    return known[name]


def _area(path: Path, dialect: Dialect) -> Area:
    try:
        return area_of(dialect.iterator)
    except ValueError:
        fact = dialect.iterator
        raise SourceError(
            "value-not-as-expected", value=fact, origin=Origin(str(path)), hint="give-area"
        ) from None


def _table(path: Path, dialect: Dialect) -> tuple[list[str], int, Rows]:
    """Return the headings, the number of their row, and the rows below, as wide as the headings."""
    area = _area(path, dialect)
    text = (dialect.encoding, dialect.delimiter)
    cells = share(("cells", path, area.sheet, *text), lambda: cells_of(path, area.sheet, dialect))
    start, end = column_span(area.columns)
    cells = [row[start:end] for row in cells]
    first = find_header(cells, area.header)
    if first is None:
        raise SourceError("table-empty", origin=Origin(str(path)))
    top = cells[first - 1] if first else []
    below = cells[first : area.last or None]
    width = max(
        (place for row in [top, *below] for place, cell in enumerate(row, 1) if cell), default=0
    )
    names = unique_names(_fit_width(top, width), start)
    rows = [_fit_width(row, width) for row in below]
    if area.totals:
        marks = mark_facts(rows, _fit_width(top, width))
        rows = [row if is_fact else [""] * width for row, is_fact in zip(rows, marks, strict=True)]
    return names, first, rows


def find_header(cells: Sequence[Sequence[str]], header: int) -> int | None:
    """Return the number of the row of headings that `header` says (0: the first that is not blank);
    0 where it says that there is none (-1), None where no row is there."""
    if header < 0:
        return 0
    first = header or next((number for number, row in enumerate(cells, 1) if any(row)), 0)
    return first if 0 < first <= len(cells) else None


def mark_facts(rows: Sequence[Sequence[str]], top: Sequence[str]) -> list[bool]:
    """Mark the rows of facts: not the headings `top` once more, nor a total, a remark that stands
    alone, or, below all rows, how many these are."""
    marks = [row != top and _is_fact(row) for row in rows]
    for at in range(len(rows) - 1, -1, -1):
        if marks[at] and not (_counts(rows[at], sum(marks[:at])) and _is_shorter(rows[at], rows)):
            break
        marks[at] = False
    return marks


def _is_shorter(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row has fewer cells than others: one of the facts may end in its number."""
    return sum(map(bool, cells)) < max(sum(map(bool, row)) for row in rows)


def _counts(cells: Sequence[str], number: int) -> bool:
    """Tell whether a row says how many stand above it, in any column, and nothing more: `223 rues`,
    or a word in small letters beside the number."""
    texts = sorted({*filter(None, cells)})
    words = [word for text in texts for word in text.split()]
    is_short = (len(texts) == 1 and len(words) <= 3) or len(texts) == len(words) == 2
    rest = [word for word in words if word != str(number)]
    return is_short and len(rest) < len(words) and all(map(str.islower, rest)) and number > 1


def _is_fact(cells: Sequence[str]) -> bool:
    """Say whether cells are a row of facts. It may have just the name of somebody; where there are
    words beside that of a total, the row is about something that is called so."""
    filled = [cell.strip() for cell in cells if cell]
    if not filled:
        return False
    if _TOTAL.fullmatch(filled[0]) and all(map(_NUMBERS.fullmatch, filled[1:])):
        return False
    if _TOTAL_OF.fullmatch(filled[0]) and len(filled) == 2 and filled[1].isdigit():
        return False
    return len(set(filled)) > 1 or len(cells) < 3 or (len(filled) == 1 and _is_name(filled[0]))


def _is_name(text: str) -> bool:
    """Say whether a text that stands alone may be a name: most of its words have capitals, if its
    script has them."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    capitals = sum(not word[0].islower() for word in words)
    return not _REMARK.fullmatch(text) and 2 * capitals > len(words)


def _fit_width(row: list[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def column_span(columns: str) -> tuple[int, int | None]:
    """Return the places of the first column and after the last; None if no columns are named."""
    if not columns:
        return 0, None
    first, _, last = columns.partition(":")
    return column_number(first) - 1, column_number(last or first)


def unique_names(cells: Sequence[str], start: int = 0) -> list[str]:
    """Return headings on one line each; an empty one becomes the letters of its column, a repeated
    one gets a number."""
    plain = [
        " ".join(cell.split()) or f"[{letters_of(place)}]"
        for place, cell in enumerate(cells, start + 1)
    ]
    lengths = set(map(len, plain))
    there: Counter[str] = Counter()
    names: list[str] = []
    for name in plain:
        names.append(f"{name} [{there[name] + 1}]" if name in there else name)
        there.update(_stems(names[-1], lengths))
    return names


def _stems(name: str, lengths: Set[int]) -> set[str]:
    """Return a heading, and its beginnings before a number, if another heading may have that
    name."""
    ends = (match.start() for match in _NUMBERED.finditer(name))
    return {name, *(name[:end] for end in ends if end in lengths)}


def cells_of(
    path: Path, sheet: str, dialect: Dialect | None = None, repaired: dict[str, str] | None = None
) -> Rows:
    """Return all cells of a sheet, or of a text file, as texts; each merged cell has the text of
    the first. What was spoilt on the way (`Gen&egrave;ve`, `VÃ\xadctima`) is read as it was meant,
    what repeats its heading without it, and noted in `repaired`. SourceError for other files."""
    if path.suffix.lower() in WORKBOOKS:
        from hrdgraph.sources.spreadsheet.workbook import sheet_cells

        cells, merged = sheet_cells(read_bytes(path), sheet or "$", path)
        rows = [[_text(cell) for cell in row] for row in cells]
        for (top, left), (bottom, right) in merged:
            value = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [value] * (min(right + 1, len(row)) - left)
        return _repair_cells(rows, repaired)
    dialect = dialect or Dialect(delimiter="")
    from hrdgraph.sources.delimited.csv import LONGEST

    csv.field_size_limit(LONGEST)
    text, delimiter = read_text(path, dialect.encoding, dialect.delimiter)
    escape = "\\" if escapes_quotes(text, delimiter) else None
    try:
        lines = csv.reader(io.StringIO(text), delimiter=delimiter, escapechar=escape)
        return _repair_cells([[*map(str.strip, row)] for row in lines], repaired)
    except csv.Error as error:
        if "field limit" in str(error):
            fact = too_many(csv.field_size_limit(), "character")
            raise SourceError(fact, origin=Origin(str(path)), hint="close-every-quote") from error
        raise SourceError.unreadable(path, error, "save-csv-utf8") from error


_ENTITY: Final = re.compile(r"&(?:[a-zA-Z]{2,8}\d?|#\d{2,6}|#x[\da-fA-F]{2,5});")
# two to four signs that are the bytes of one in UTF-8, read as Windows does
_BROKEN: Final = re.compile("[Â-ô][\x80-¿ŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")


def repair_text(text: str) -> str:
    """Return a text with the signs that stand in it as HTML, or as broken UTF-8."""
    if text.isascii() and "&" not in text:
        return text
    if _ENTITY.search(text):
        text = unescape(text)
    if not _BROKEN.search(text):
        return text
    try:
        return b"".join(
            sign.encode("cp1252" if ord(sign) > 0xFF else "latin-1") for sign in text
        ).decode("utf-8")
    except UnicodeError:
        return text


def _repair_cells(rows: Rows, repaired: dict[str, str] | None) -> Rows:
    labels = _find_labels(rows)
    for row in rows:
        for place, text in enumerate(row):
            read = repair_text(text)
            if place in labels:
                read = read.removeprefix(labels[place]).lstrip()
            if read != text:
                row[place] = read
                if repaired is not None:
                    repaired[text] = read
    return rows


def _find_labels(rows: Rows) -> dict[int, str]:
    """Find the columns whose cells repeat the heading, or what it is short for: `EOW: 3 January`
    below `eow`."""
    labels: dict[int, str] = {}
    last = rows[-_ENOUGH:]
    for place in range(max(map(len, last), default=0)):
        ends = [row[place] for row in last if row[place:] and row[place]]
        begins = Counter(cell.partition(":")[0] + ":" for cell in ends if ":" in cell)
        label, count = max(begins.items(), key=itemgetter(1), default=("", 0))
        if count < 3 or 4 * count < 3 * len(ends) or not label[0].isalpha():
            continue
        cells = [row[place] for row in rows if row[place:] and row[place]]
        marks = [cell.startswith(label) for cell in cells]
        first = marks.index(True)
        is_everywhere = 20 * sum(marks) >= 19 * (len(cells) - first)
        if first and is_everywhere and _repeats(label, cells[first - 1]):
            labels[place] = label
    return labels


_ENOUGH: Final = 20  # rows that show how cells begin


def _repeats(label: str, heading: str) -> bool:
    """Tell whether one of two texts begins with the words of the other, or is their initials."""
    texts = (" ".join(re.findall(r"\w+", text.casefold())) for text in (label, heading))
    short, long = sorted(texts, key=len)
    initials = "".join(word[0] for word in long.split())
    return bool(short) and (f"{long} ".startswith(f"{short} ") or short == initials)


def sheets_of(path: Path) -> list[str]:
    """Return the visible sheets of a workbook; one without a name for a text file."""
    if path.suffix.lower() not in WORKBOOKS:
        return [""]
    book = _book(path, read_bytes(path))
    return [
        item.name
        for item in book.sheets_metadata
        if str(item.visible).endswith("Visible") and item.name in book.sheet_names
    ]


def _book(path: Path, data: bytes) -> Any:
    from hrdgraph.sources.spreadsheet.workbook import refuse_no_workbook

    refuse_no_workbook(data, path)
    import python_calamine as calamine

    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (calamine.CalamineError, OSError, ValueError) as error:
        hint = "save-as-table"
        raise SourceError("spreadsheet-broken", origin=Origin(str(path)), hint=hint) from error


def _text(cell: Any) -> str:
    """Return a cell as a person sees it: whole numbers without a point, days without a time."""
    if cell is None or isinstance(cell, UnsupportedValue):
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < 1e15
            else canonical_decimal(Decimal(repr(cell)))
        )
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    return str(cell).strip()


def escapes_quotes(text: str, delimiter: str) -> bool:
    """Say whether quotes in cells are escaped with a backslash, and not doubled."""
    if '\\"' not in text:
        return False
    try:
        for _ in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False
