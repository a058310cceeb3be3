"""XML documents into rows: what each XPath selects from each item, as text. Entities and
anything from outside are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import IO, Any, Final

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.sources.optional_libraries import needed
from hrdgraph.sources.values import canonical_decimal
from hrdgraph.sources.xml.plain import plain_frames
from hrdgraph.sources.xml.rows import ElementBatch, ElementReference, node_text

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
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
}

_RECODE: Final = "save-encoding-first-line-says"

Namespaces = tuple[tuple[str, str], ...]


def read_xml(
    path: Path, iterator: str, namespaces: Namespaces, names: Sequence[str], *, row_column: str
) -> Iterator[pl.DataFrame]:
    """Yield frames: a row for each node that the iterator selects, a text for each reference (a
    list of texts where it may have several), the node's number from 1. A large document is read
    element by element where the paths only go down."""
    etree = _etree(path)
    with _placing(etree, path):
        plain = plain_frames(path, iterator, list(dict.fromkeys(names)), row_column)
    if plain is not None:
        yield from plain
        return
    references = [_reference(etree, name, namespaces) for name in dict.fromkeys(names)]
    streamed = _PLAIN_ITERATOR.fullmatch(iterator) and all(
        _DOWNWARD.fullmatch(name) for name in names
    )
    items = (
        _streamed(etree, path, iterator, namespaces)
        if streamed
        else _selected(etree, path, iterator, namespaces)
    )
    with _placing(etree, path):
        yield from _frames(items, references, row_column)


def check_xpath(paths: Sequence[str], namespaces: Namespaces, origin: Origin) -> None:
    """MappingError for the first path that is no XPath 1.0, or uses a prefix that is not
    declared."""
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
                "xpath-malformed", path=path, reason=error, origin=origin, hint=hint
            ) from error


def _etree(path: Path | None) -> Any:
    return needed("lxml.etree", "xml", Message("reading-xml"), str(path or ""))


@contextmanager
def _placing(etree: Any, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:  # what the library says of bytes that are no text
            raise SourceError(
                "xml-malformed",
                reason=str(error).rpartition(": ")[2],
                origin=Origin(str(path)),
                hint=_RECODE,
            ) from error
        hint = "check-path-and-rights"
        raise SourceError(
            "unreadable", reason=error.strerror, origin=Origin(str(path)), hint=hint
        ) from error
    except etree.XMLSyntaxError as error:
        raise _invalid(error, path) from error
    except etree.XPathError as error:
        raise SourceError(
            "xml-path-not-followed", reason=error, origin=Origin(str(path))
        ) from error


def _invalid(error: Any, path: Path) -> SourceError:
    if not path.stat().st_size:
        return SourceError("file-empty", origin=Origin(str(path)), hint="document-needs-root")
    # which alone knows of an entity that stopped the reading
    last = None if error.lineno else error.error_log.last_error
    message = str(last.message if last else error.msg or error).split(", line")[0].strip()
    cut = "premature" in message.lower() or "find end of" in message.lower()
    hint = "file-cut-off" if cut else _RECODE if "encoding" in message else "look-just-before-place"
    return SourceError(
        "xml-malformed",
        reason=message,
        origin=Origin(str(path), line=last.line if last else error.lineno),
        hint=hint,
    )


def _refuse_entities(tree: Any, path: Path) -> None:
    """A document that declares entities could hide text, read other files, or grow without
    bound."""
    dtd = tree.docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        hint = "write-characters-themselves-remove-entity"
        raise SourceError("xml-declares-entities", origin=Origin(str(path)), hint=hint)


def _refuse_unknown(etree: Any, log: Any, path: Path) -> None:
    """Where a DTD elsewhere may declare an entity, the library leaves it out of attributes, and
    its name in texts."""
    for entry in log.filter_types(etree.ErrorTypes.WAR_UNDECLARED_ENTITY):
        hint = "write-characters-themselves"
        raise SourceError(
            "xml-unreadable",
            reason=entry.message,
            origin=Origin(str(path), line=entry.line),
            hint=hint,
        )


def _selected(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    parser = etree.XMLParser(**_SAFE)
    with path.open("rb") as file:
        tree = etree.parse(file, parser)
    _refuse_entities(tree, path)
    _refuse_unknown(etree, parser.error_log, path)
    found = tree.xpath(iterator, namespaces=dict(namespaces))
    for item in found if isinstance(found, list) else [found]:
        if not etree.iselement(item):
            hint = "end-iterator-name-element-attributes"
            raise SourceError(
                "iterator-selects-no-element",
                iterator=iterator,
                origin=Origin(str(path)),
                hint=hint,
            )
        yield item


def _streamed(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    """The elements at one plain path; of all that stands before the place of reading, only what
    is open there is kept."""
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
    """A file that, whenever more of it is asked for, lets go of the elements below `root` that
    are over: whatever was wanted of them has been taken then. The last item stays whole, since
    it may not be over."""

    def __init__(self, file: IO[bytes], tags: list[str]) -> None:
        self._file, self._tags, self.root = file, tags, None

    def read(self, _: int) -> bytes:
        """The next bytes."""
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


def _frames(
    items: Iterator[Any], references: Sequence[ElementReference], row_column: str
) -> Iterator[pl.DataFrame]:
    start, large, more = 1, False, True
    while more:
        batch = ElementBatch(references, start)
        more = _fill(batch, items)
        large = large or more
        if batch.count or start == 1:
            yield batch.frame(row_column, large=large)
        start += batch.count


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
    """What a reference means: names of children and attributes are looked up, anything else is
    an XPath."""
    path = etree.XPath(name, namespaces=dict(namespaces))
    plain = _STEP.fullmatch(name)
    if plain is None:
        return ElementReference(name, select=lambda item: _texts(path(item)))
    tag = _clark(plain[2], dict(namespaces))
    if plain[1]:
        return ElementReference(name, attribute=tag)
    return ElementReference(name, tag)


def _texts(value: Any) -> list[str]:
    """What an XPath gives as texts; numbers and truth values as XPath writes them."""
    if isinstance(value, list):
        return [node_text(node) for node in value if not isinstance(node, tuple)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, float):
        return [_number(value)]
    return [str(value)]


def _number(value: float) -> str:
    """A number as XPath writes it (XPath 1.0 §4.2)."""
    if not isfinite(value):
        return str(value).replace("nan", "NaN").replace("inf", "Infinity")
    return str(int(value)) if value.is_integer() else canonical_decimal(Decimal(repr(value)))
