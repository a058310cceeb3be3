"""Plain XML, as tables are written in it, into frames without an object for each element: a parser
proves that it is well-formed, and its text is cut at the brackets.

Plain is a document of elements and text: UTF-8, without declarations, comments, sections, names
with prefixes or namespaces of their own, in which each item has at most one child of a name, and
no child has children. Anything else is left to the reader of all XML, errors too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

import polars as pl

_CHUNK: Final = 8 << 20  # bytes that are looked at together
_HELD: Final = 64 << 20  # bytes of a document whose frames are held; a larger one is read twice
_DECLARATION: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s+version=[\"']1\.0[\"']"
    rb"(?:\s+encoding=[\"'](?i:utf-8)[\"'])?(?:\s+standalone=[\"'](?:yes|no)[\"'])?\s*\?>)?"
)
_WORD: Final = r"[A-Za-z_][A-Za-z0-9_.-]*"
_SPACE: Final = r"[ \t\n]"
_ATTRIBUTE: Final = rf"{_SPACE}+{_WORD}{_SPACE}*={_SPACE}*(?:\"[^\"&>]*\"|'[^'&>]*')"
_TAG: Final = rf"^(?:{_WORD}(?:{_ATTRIBUTE})*{_SPACE}*/?|/{_WORD}{_SPACE}*)$"
_NAME: Final = re.compile(_WORD)
_REFERENCE: Final = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));")
_WIDEST: Final = 2_000  # pieces of an item that are compared with those of others
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NONCHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # which one parser takes, another not


class NotPlainError(Exception):
    """The document is not plain."""


def plain_frames(
    path: Path, iterator: str, names: Sequence[str], row_column: str
) -> Iterator[pl.DataFrame] | None:
    """The frames of a document, a text for each name of a child; None where the document is not
    plain. OSError where it cannot be read."""
    steps = iterator.strip("/").split("/")
    if not all(_NAME.fullmatch(name) for name in (*steps, *names)):
        return None
    try:
        if path.stat().st_size <= _HELD:
            return iter([*_read(path, steps, names, row_column)])
        for _ in _read(path, steps, names, row_column):
            pass
    except (NotPlainError, UnicodeDecodeError, expat.ExpatError):
        return None
    return _read(path, steps, names, row_column)


def _read(
    path: Path, steps: Sequence[str], names: Sequence[str], row_column: str
) -> Iterator[pl.DataFrame]:
    place = _Place(0, 1)
    for text in _pieces(path, steps[-1]):
        place, frame = _cut(text, steps, names, row_column, place)
        if frame.height:
            yield frame
    if place.row == 1 or place.depth:
        raise NotPlainError


class _Place(NamedTuple):
    """How many elements are open, and the number of the next item."""

    depth: int
    row: int


def _pieces(path: Path, item: str) -> Iterator[str]:
    """The text in pieces that end with an item, proven to be well-formed."""
    parser, end, rest, is_first = expat.ParserCreate(), f"</{item}>".encode(), b"", True
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            parser.Parse(_without_specials(data, rest, is_first=is_first), False)
            rest += data
            if is_first:
                found = _DECLARATION.match(rest)
                rest, is_first = rest[found.end() :] if found else rest, False
            place = rest.rfind(end) + len(end)
            if place >= len(end):
                yield _text(rest[:place])
                rest = rest[place:]
            elif len(rest) > 2 * _CHUNK:
                raise NotPlainError
    parser.Parse(b"", True)
    yield _text(rest)


def _without_specials(data: bytes, before: bytes, *, is_first: bool) -> bytes:
    """The same bytes. NotPlainError where they hold what only the other reader knows: nothing of
    that comes to a parser."""
    seen = before[-2:] + data
    if is_first and (found := _DECLARATION.match(seen)):
        seen = seen[found.end() :]
    if b"<!" in seen or b"<?" in seen or any(one in seen for one in _NONCHARACTERS):
        raise NotPlainError
    return data


def _text(data: bytes) -> str:
    text = data.decode()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _cut(
    text: str, steps: Sequence[str], names: Sequence[str], row_column: str, place: _Place
) -> tuple[_Place, pl.DataFrame]:
    """The items of a piece of text."""
    pieces = pl.Series([text]).str.split("<").explode()[1:]
    if names and (columns := _alike(pieces, steps, names, place)):
        rows = pl.int_range(place.row, place.row + len(columns[0]), dtype=pl.UInt32, eager=True)
        return (
            _Place(len(steps) - 1, place.row + len(rows)),
            pl.DataFrame([rows.alias(row_column), *columns]),
        )
    tags = _tags(pieces)
    opens = ~tags["tag"].str.starts_with("/")
    closed = tags["tag"].str.ends_with("/") & opens
    change = opens.cast(pl.Int32) - (~opens | closed).cast(pl.Int32)
    after = change.cum_sum() + place.depth
    depth = after + closed.cast(pl.Int32)  # of an element that opens here
    if closed.any() or tags["tag"].str.contains(r"[\s/]$|\s").any():
        tags = tags.with_columns(pl.col("tag").str.extract(r"^(/?[^\s/]+)"))
    _check_ways(tags["tag"], depth, opens, steps)
    deep = len(steps)
    row = (opens & (depth == deep)).cum_sum() + (place.row - 1)
    children = pl.DataFrame([tags["tag"], tags["text"], row.alias("row"), depth.alias("depth")])
    children = children.filter(opens & (depth == deep + 1))
    last = int(row[-1]) + 1 if len(row) else place.row
    rows = pl.int_range(place.row, last, dtype=pl.UInt32, eager=True).alias(row_column)
    columns = [_texts(children, name, place.row, len(rows)) for name in names]
    end = int(after[-1]) if len(after) else place.depth
    return _Place(end, last), pl.DataFrame([rows, *columns])


def _alike(
    pieces: pl.Series, steps: Sequence[str], names: Sequence[str], place: _Place
) -> list[pl.Series] | None:
    """The texts of the children of these names, where all items have the same children in the same
    order, and no attributes: then each is so many pieces behind the one before. None where they
    differ in anything."""
    above = steps[place.depth : -1]
    lead = len(above)
    if place.depth + lead != len(steps) - 1:
        return None
    if pieces[:lead].str.split(">").list.first().to_list() != above:
        return None
    layout = _layout(pieces[lead : lead + _WIDEST].to_list(), steps[-1])
    if layout is None or (len(pieces) - lead) % len(layout):
        return None
    found = dict[str, pl.Series]()
    for number, tag in enumerate(layout):
        column = pieces.gather_every(len(layout), lead + number)
        if not column.str.starts_with(tag).all():
            return None
        if tag[:-1] in names:
            found[tag[:-1]] = _decoded(column.str.strip_prefix(tag))
    count = (len(pieces) - lead) // len(layout)
    empty = pl.Series([None], dtype=pl.String).new_from_index(0, count)
    return [found.get(name, empty).alias(name) for name in names]


def _layout(pieces: Sequence[str], item: str) -> list[str] | None:
    """How the pieces of the first item begin, each up to its bracket; None where it has more than
    plain children of different names."""
    tags = [piece.partition(">")[0] + ">" for piece in pieces]
    end = f"/{item}>"
    if end not in tags or tags[0] != f"{item}>":
        return None
    tags = tags[: tags.index(end) + 1]
    children = tags[1:-1:2]
    is_plain = all(_NAME.fullmatch(tag[:-1]) for tag in children)
    is_closed = tags[2:-1:2] == [f"/{tag}" for tag in children] and len(tags) % 2 == 0
    return tags if is_plain and is_closed and len({*children}) == len(children) else None


def _tags(pieces: pl.Series) -> pl.DataFrame:
    """What stands between brackets, and the text behind it. NotPlainError for what is no plain
    tag."""
    cut = pieces.str.splitn(">", 2)
    tags = cut.struct.rename_fields(["tag", "text"]).struct.unnest()
    distinct = tags["tag"].unique()
    if not distinct.str.contains(_TAG).all() or distinct.str.contains("xmlns").any():
        raise NotPlainError
    return tags


def _check_ways(tags: pl.Series, depth: pl.Series, opens: pl.Series, steps: Sequence[str]) -> None:
    """NotPlainError where an element stands beside the way to the items, or below their
    children."""
    if bool((opens & (depth > len(steps) + 1)).any()):
        raise NotPlainError
    for number, name in enumerate(steps, 1):
        if bool((opens & (depth == number) & (tags != name)).any()):
            raise NotPlainError


def _texts(children: pl.DataFrame, name: str, first: int, count: int) -> pl.Series:
    """The texts of the children of a name, one for each of `count` rows from `first` on, null
    where a row has none. NotPlainError where a row has several."""
    found = children.filter(pl.col("tag") == name)
    rows = found["row"]
    if len(rows) > 1 and (rows[1:] == rows[:-1]).any():
        raise NotPlainError
    texts = _decoded(found["text"])
    if len(rows) != count:
        empty = pl.Series(name, [None], dtype=pl.String).new_from_index(0, count)
        return empty.scatter((rows - first).cast(pl.UInt32), texts) if len(rows) else empty
    return texts.alias(name)


def _decoded(texts: pl.Series) -> pl.Series:
    """Texts with the characters that references stand for."""
    texts = texts.fill_null("")
    marked = texts.str.contains("&", literal=True)
    if not marked.any():
        return texts
    changed = texts.filter(marked).unique()
    return texts.replace(changed, [_REFERENCE.sub(_character, one) for one in changed])


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    return chr(int(found[1], 16) if found[1] else int(found[2]))
