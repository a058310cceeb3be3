"""Read XML documents into rows: what each XPath selects from each item, as text. Entities and
anything external are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import IO, Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.sources.resources import import_extra
from hrdgraph.sources.values import TEXTS, canonical_decimal, list_column

Texts = list[list[str]]
LAYOUTS: Final = 32  # in a batch; elements of further ones are taken one by one
_FEW: Final = 5  # children that are looked for by name; of more, all are looked at


@dataclass(frozen=True)
class ElementReference:
    """What a reference selects from an element: the text of children (`tag`), an attribute, or the
    result of a function."""

    name: str
    tag: str = ""
    attribute: str = ""
    select: Callable[[Any], list[str]] | None = None


@dataclass(frozen=True)
class _Layout:
    """The elements with the same children: their numbers, the texts of all their children one
    after another, and the results of functions. Without `tags`: elements with any children,
    with tags in `names`, as many of each as in `widths`."""

    tags: tuple[Any, ...] | None
    numbers: list[int] = field(default_factory=list)
    texts: list[Any] = field(default_factory=list)
    # those that are wanted, one element after another
    attributes: list[str | None] = field(default_factory=list)
    others: list[Texts] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)

    def places(self, reference: ElementReference) -> list[int]:
        """Return the places of the children that a reference means."""
        return [place for place, tag in enumerate(self.tags or ()) if tag == reference.tag]

    @cached_property
    def spread(self) -> pl.DataFrame:
        """Return a row for each child of elements with any children."""
        widths = pl.DataFrame([pl.Series("width", self.widths, dtype=pl.UInt32)]).with_row_index(
            "row"
        )
        rows = widths.select(pl.col("row").repeat_by("width").explode()).drop_nulls()
        return rows.with_columns(
            pl.Series("tag", self.names, dtype=pl.String),
            pl.Series("text", self.texts, dtype=pl.String).fill_null(""),
        )

    def several(self, reference: ElementReference) -> bool:
        """Say whether some element has several children that a reference means."""
        if self.tags is not None:
            return len(self.places(reference)) > 1
        return bool(self.spread.filter(pl.col("tag") == reference.tag)["row"].is_duplicated().any())


def node_text(node: Any) -> str:
    """Return the string value of what an XPath selects (XPath 1.0 §5): of an element, all text
    below it."""
    if isinstance(node, str):
        return node
    return "".join(node.itertext()) if len(node) else node.text or ""


class ElementBatch:
    """Takes elements, numbered from `start`, and makes a frame of them; it keeps their texts,
    never the elements."""

    def __init__(self, references: Sequence[ElementReference], start: int) -> None:
        self._references, self._start, self.count, self.size = references, start, 0, 0
        self._children = [reference for reference in references if reference.tag]
        self._attributes = [reference.attribute for reference in references if reference.attribute]
        self._functions = [
            reference.select for reference in references if reference.select is not None
        ]
        tags = dict.fromkeys(reference.tag for reference in self._children)
        self._narrow = tuple(tags) if len(tags) <= _FEW else ()
        self._layouts: dict[tuple[Any, ...] | None, _Layout] = {}

    def take(self, items: Iterable[Any]) -> None:
        """Take the texts of elements; `size` is how many characters these have, those of
        attributes aside."""
        functions, narrow, blind, attributes = (
            self._functions, self._narrow, not self._children, self._attributes,
        )  # fmt: skip
        for number, item in enumerate(items, self._start + self.count):
            children = [] if blind else list(item.iterchildren(*narrow)) if narrow else list(item)
            tags = tuple([child.tag for child in children])
            texts = [child.text for child in children]
            if any(map(len, children)):
                texts = [node_text(child) for child in children]
            layout = self._layouts.get(tags) or self._layout(tags)
            layout.numbers.append(number)
            layout.texts.extend(texts)
            self.size += sum(map(len, filter(None, texts)))
            if layout.tags is None:
                # that of a comment is a function
                layout.names.extend([tag if isinstance(tag, str) else None for tag in tags])
                layout.widths.append(len(tags))
            layout.attributes.extend([item.get(name) for name in attributes])
            for values, select in zip(layout.others, functions, strict=True):
                values.append(select(item))
                self.size += sum(map(len, values[-1]))
            self.count += 1

    def _layout(self, tags: tuple[Any, ...]) -> _Layout:
        key = tags if len(self._layouts) < LAYOUTS else None
        return self._layouts.setdefault(key, _Layout(key, others=[[] for _ in self._functions]))

    def frame(self, row_column: str, *, large: bool) -> pl.DataFrame:
        """Return the numbers and texts; as lists if some element has several, and in every batch
        of a large document except for attributes."""
        layouts = list(self._layouts.values()) or [
            _Layout((), others=[[] for _ in self._functions])
        ]
        several = [
            (large and not reference.attribute) or self._several(reference, layouts)
            for reference in self._references
        ]
        frames = [self._of(layout, several, row_column) for layout in layouts]
        return frames[0] if len(frames) == 1 else pl.concat(frames, rechunk=True).sort(row_column)

    def _several(self, reference: ElementReference, layouts: list[_Layout]) -> bool:
        """Say whether a reference selects several texts of some element."""
        if reference.tag:
            return any(layout.several(reference) for layout in layouts)
        return any(len(row) > 1 for layout in layouts for row in self._rows_of(reference, layout))

    def _rows_of(self, reference: ElementReference, layout: _Layout) -> Texts:
        """Return what the function of a reference returned for each element."""
        return layout.others[self._functions.index(reference.select)] if reference.select else []

    def _of(self, layout: _Layout, several: list[bool], row_column: str) -> pl.DataFrame:
        series = [pl.Series(row_column, layout.numbers, dtype=pl.UInt32)]
        for reference, lists in zip(self._references, several, strict=True):
            if reference.attribute:
                cells = layout.attributes[
                    self._attributes.index(reference.attribute) :: len(self._attributes)
                ]
                series.append(pl.Series(reference.name, cells, dtype=pl.String))
            elif reference.tag:
                column = _texts_by_tag if layout.tags is None else _texts_at_places
                series.append(column(layout, reference, lists).alias(reference.name))
            else:
                series.append(_to_column(reference.name, self._rows_of(reference, layout), lists))
        return pl.DataFrame(series)


def _to_column(name: str, texts: Texts, lists: bool) -> pl.Series:
    if lists:
        return list_column(name, texts, pl.String)
    return pl.Series(name, [row[0] if row else None for row in texts], dtype=pl.String)


def _texts_at_places(layout: _Layout, reference: ElementReference, lists: bool) -> pl.Series:
    """Return the texts of the children that a reference means; an element without text has an
    empty one."""
    width, places = len(layout.tags or ()), layout.places(reference)
    columns = [
        pl.Series(str(place), layout.texts[place::width], dtype=pl.String).fill_null("")
        for place in places
    ]
    if not columns:
        return pl.Series([None] * len(layout.numbers), dtype=TEXTS if lists else pl.String)
    return (
        pl.DataFrame(columns).select(pl.concat_list(pl.all())).to_series() if lists else columns[0]
    )


def _texts_by_tag(layout: _Layout, reference: ElementReference, lists: bool) -> pl.Series:
    """Return the texts of the children that a reference means, for elements with any children."""
    texts = layout.spread.filter(pl.col("tag") == reference.tag).select("row", "text")
    texts = texts.group_by("row", maintain_order=True).agg("text") if lists else texts
    rows = pl.DataFrame([pl.Series("row", range(len(layout.numbers)), dtype=pl.get_index_type())])
    return rows.join(texts, on="row", how="left", maintain_order="left")["text"]


BATCH: Final = 20_000
CHARACTERS: Final = 16 << 20  # in a batch, or little more
_TAKEN: Final = 100  # elements, after which these are looked at
CHUNK: Final = 1 << 15  # bytes; so much is parsed before what is over is let go
# which the prefix xml means, declared or not (Namespaces in XML 1.0 §3)
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NAME = r"(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*"
_STEP: Final = re.compile(rf"(@?)({_NAME})")
_PLAIN_ITERATOR: Final = re.compile(rf"(?:/{_NAME})+")
_DOWNWARD: Final = re.compile(rf"(?:{_NAME}/)*(?:@?{_NAME}|text\(\)|\.)")

_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
}  # fmt: skip

_RECODE: Final = "not-in-encoding.hint"

Namespaces = tuple[tuple[str, str], ...]


def read_xml(
    path: Path, iterator: str, namespaces: Namespaces, names: Sequence[str], *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield frames: a row for each node that the iterator selects, a text for each reference (a
    list of texts where it may have several), the node's number from 1. A large document is read
    element by element where the paths only go down."""
    etree = _etree(path)
    references = [_reference(etree, name, namespaces) for name in dict.fromkeys(names)]
    streamed = _PLAIN_ITERATOR.fullmatch(iterator) and all(
        _DOWNWARD.fullmatch(name) for name in names
    )
    items = (
        _stream(etree, path, iterator, namespaces)
        if streamed
        else _select(etree, path, iterator, namespaces)
    )
    with _placing(etree, path):
        start, large, more = 1, False, True
        while more:
            batch = ElementBatch(references, start)
            more = _fill(batch, items)
            large = large or more
            if batch.count or start == 1:
                yield batch.frame(row_column, large=large)
            start += batch.count


def check_xpath(paths: Sequence[str], namespaces: Namespaces, origin: Origin) -> None:
    """Raise MappingError for the first path that is no XPath 1.0, or uses an undeclared prefix."""
    etree = _etree(None)
    for path in paths:
        try:
            etree.XPath(path, namespaces=dict(namespaces))(etree.Element("none"))
        except (
            etree.XPathError,
            TypeError,
            ValueError,
        ) as error:  # the last two of a prefix, an address or a path that is none
            known = ", ".join(prefix for prefix, _ in namespaces) or "none"
            hint = Message("declare-prefixes-rml", known=known)
            raise MappingError(
                "path-not-understood", path=path, reason=error, origin=origin, hint=hint
            ) from error


def _etree(path: Path | None) -> Any:
    return import_extra("lxml.etree", "xml", str(path or ""))


@contextmanager
def _placing(etree: Any, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:  # what the library says of bytes that are no text
            raise SourceError(
                "not-valid", format="XML", reason=str(error).rpartition(": ")[2],
                origin=Origin(str(path)), hint=_RECODE,
            ) from error  # fmt: skip
        raise SourceError.unreadable(path, error) from error
    except etree.XMLSyntaxError as error:
        raise _invalid(error, path) from error
    except etree.XPathError as error:
        raise SourceError.unreadable(path, error) from error


def _invalid(error: Any, path: Path) -> SourceError:
    if not path.stat().st_size:
        return SourceError("file-empty", origin=Origin(str(path)), hint="check-whole")
    # which alone knows of an entity that stopped the reading
    last = None if error.lineno else error.error_log.last_error
    message = str(last.message if last else error.msg or error).split(", line")[0].strip()
    cut = "premature" in message.lower() or "find end of" in message.lower()
    hint = "check-whole" if cut else _RECODE if "encoding" in message else "look-just-before-place"
    return SourceError(
        "not-valid", format="XML", reason=message,
        origin=Origin(str(path), line=last.line if last else error.lineno), hint=hint,
    )  # fmt: skip


def _refuse_entities(tree: Any, path: Path) -> None:
    """Refuse a document that declares entities: they could hide text, read other files, or grow
    without bound."""
    dtd = tree.docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        hint = "write-characters-themselves"
        raise SourceError("not-allowed-here", term="<!ENTITY>", origin=Origin(str(path)), hint=hint)


def _refuse_unknown(etree: Any, log: Any, path: Path) -> None:
    """Refuse undeclared entities: the library drops them from attributes, and keeps their names in
    texts."""
    for entry in log.filter_types(etree.ErrorTypes.WAR_UNDECLARED_ENTITY):
        raise SourceError(
            "unreadable", reason=entry.message, origin=Origin(str(path), line=entry.line),
            hint="write-characters-themselves",
        )  # fmt: skip


def _select(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    parser = etree.XMLParser(**_SAFE)
    with path.open("rb") as file:
        tree = etree.parse(file, parser)
    _refuse_entities(tree, path)
    _refuse_unknown(etree, parser.error_log, path)
    items = tree.xpath(iterator, namespaces=dict(namespaces))
    for item in items if isinstance(items, list) else [items]:
        if not etree.iselement(item):
            raise SourceError(
                "iterator-selects-no-element", iterator=iterator, origin=Origin(str(path)),
                hint="end-iterator-name-element-attributes",
            )  # fmt: skip
        yield item


def _stream(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    """Yield the elements at one plain path; before the reading position, only open elements are
    kept."""
    tags = [_clark(step, dict(namespaces)) for step in iterator.strip("/").split("/")]
    with path.open("rb") as file:
        reading = _PruningReader(file, tags)
        events = etree.iterparse(reading, events=("start", "end"), tag={tags[0], tags[-1]}, **_SAFE)
        parent = None
        for event, element in events:
            if reading.root is None:
                reading.root = element.getroottree().getroot()
                _refuse_entities(element.getroottree(), path)
            if event == "end" and element.tag == tags[-1]:
                above = element.getparent()
                if (above is not None and above is parent) or _way(element) == tags:
                    parent = above
                    yield element
        if reading.root is None:
            _refuse_entities(events.root.getroottree(), path)
        _refuse_unknown(etree, events.error_log, path)


class _PruningReader:
    """A file that drops the finished elements below `root` whenever more of it is read: whatever
    was needed of them has been taken. The last item stays whole, since it may be unfinished."""

    def __init__(self, file: IO[bytes], tags: list[str]) -> None:
        self._file, self._tags, self.root = file, tags, None

    def read(self, _: int) -> bytes:
        """Read the next bytes."""
        element: Any = self.root
        while element is not None and len(element) and _way(element) != self._tags:
            del element[:-1]
            element = element[-1]
        return self._file.read(CHUNK)


def _way(element: Any) -> list[str]:
    return [*(above.tag for above in reversed(list(element.iterancestors()))), element.tag]


def _clark(step: str, namespaces: dict[str, str]) -> str:
    prefix, colon, name = step.rpartition(":")
    return f"{{{_XML if prefix == 'xml' else namespaces[prefix]}}}{name}" if colon else step


def _fill(batch: ElementBatch, items: Iterator[Any]) -> bool:
    """Take as many elements as a batch may hold; False where there are no more."""
    while batch.count < BATCH and batch.size < CHARACTERS:
        taken = batch.count
        # each is let go once its texts are taken
        batch.take(islice(items, min(_TAKEN, BATCH - taken)))
        if batch.count == taken:
            return False
    return True


def _reference(etree: Any, name: str, namespaces: Namespaces) -> ElementReference:
    """Return what a reference means: names of children and attributes are looked up, anything else
    is an XPath."""
    path = etree.XPath(name, namespaces=dict(namespaces))
    plain = _STEP.fullmatch(name)
    if plain is None:
        return ElementReference(name, select=lambda item: _texts(path(item)))
    tag = _clark(plain[2], dict(namespaces))
    if plain[1]:
        return ElementReference(name, attribute=tag)
    return ElementReference(name, tag)


def _texts(value: Any) -> list[str]:
    """Return the result of an XPath as texts; numbers and truth values as XPath writes them."""
    if isinstance(value, list):
        return [node_text(node) for node in value if not isinstance(node, tuple)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, float):
        return [_number(value)]
    return [str(value)]


def _number(value: float) -> str:
    """Return a number as XPath writes it (XPath 1.0 §4.2)."""
    if not isfinite(value):
        return str(value).replace("nan", "NaN").replace("inf", "Infinity")
    return str(int(value)) if value.is_integer() else canonical_decimal(Decimal(repr(value)))
