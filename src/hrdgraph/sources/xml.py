"""XML documents into rows: what each XPath selects from each item, as text. Entities and anything from outside are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import polars as pl

from hrdgraph.errors import MappingError, Origin, SourceError
from hrdgraph.sources.extras import needed
from hrdgraph.sources.values import list_column

BATCH: Final = 20_000
_NAME = r"(?:[^\W\d][\w.-]*:)?[^\W\d][\w.-]*"
_STEP: Final = re.compile(rf"(@?)({_NAME})")
_PLAIN_ITERATOR: Final = re.compile(rf"(?:/{_NAME})+")
_DOWNWARD: Final = re.compile(rf"(?:{_NAME}/)*(?:@?{_NAME}|text\(\)|\.)")

_SAFE: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}

Namespaces = tuple[tuple[str, str], ...]
Select = Callable[[Any, dict[Any, list[Any]]], list[str]]  # from an element and its children by name


def read_xml(path: Path, iterator: str, namespaces: Namespaces, names: Sequence[str], *, row_column: str) -> Iterator[pl.DataFrame]:
    """Yield frames: a row for each node that the iterator selects, a text for each reference (a list of texts where it may have
    several), the node's number from 1. A large document is read element by element where the paths only go down."""
    etree = _etree(path)
    selects = {name: _select(etree, name, namespaces) for name in names}
    streamed = _PLAIN_ITERATOR.fullmatch(iterator) and all(_DOWNWARD.fullmatch(name) for name in names)
    items = _streamed(etree, path, iterator, namespaces) if streamed else _selected(etree, path, iterator, namespaces)
    with _placing(etree, path):
        yield from _frames(items, selects, row_column)


def check_xpath(paths: Sequence[str], namespaces: Namespaces, origin: Origin) -> None:
    """MappingError for the first path that is no XPath 1.0, or uses a prefix that is not declared."""
    etree = _etree(None)
    for path in paths:
        try:
            etree.XPath(path, namespaces=dict(namespaces))(etree.Element("none"))
        except etree.XPathError as error:
            known = ", ".join(prefix for prefix, _ in namespaces) or "none"
            hint = f"prefixes are declared with rml:namespace on the reference formulation; here: {known}"
            raise MappingError(f"'{path}' is not an XPath that is understood: {error}", origin=origin, hint=hint) from error


def node_text(node: Any) -> str:
    """The string value of what an XPath selects (XPath 1.0 §5): of an element, all text below it."""
    if isinstance(node, str):
        return node
    return "".join(node.itertext()) if len(node) else node.text or ""


def _etree(path: Path | None) -> Any:
    return needed("lxml.etree", "xml", "reading XML", str(path or ""))


@contextmanager
def _placing(etree: Any, path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "is the path right, and may you read it?"
        raise SourceError(f"cannot be read: {error.strerror or error}", origin=Origin(str(path)), hint=hint) from error
    except etree.XMLSyntaxError as error:
        message = str(error.msg or error).split(", line")[0]
        cut = "end of" in message.lower() or "premature" in message.lower()
        hint = "the file seems to be cut off" if cut else "look just before that place"
        raise SourceError(f"not valid XML: {message}", origin=Origin(str(path), line=error.lineno or None), hint=hint) from error
    except etree.XPathError as error:
        raise SourceError(f"a path cannot be followed: {error}", origin=Origin(str(path))) from error


def _refuse_entities(tree: Any, path: Path) -> None:
    """A document that declares entities could hide text, read other files, or grow without bound."""
    dtd = tree.docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        hint = "write the characters themselves, and remove the <!ENTITY> lines"
        raise SourceError("declares entities, which are not read", origin=Origin(str(path)), hint=hint)


def _selected(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    with path.open("rb") as file:
        tree = etree.parse(file, etree.XMLParser(**_SAFE))
    _refuse_entities(tree, path)
    found = tree.xpath(iterator, namespaces=dict(namespaces))
    for item in found if isinstance(found, list) else [found]:
        if not etree.iselement(item):
            hint = "end rml:iterator with the name of an element; attributes and text are for references"
            raise SourceError(f"the iterator '{iterator}' selects what is no element", origin=Origin(str(path)), hint=hint)
        yield item


def _streamed(etree: Any, path: Path, iterator: str, namespaces: Namespaces) -> Iterator[Any]:
    """The elements at one plain path; each is emptied, and what stands before it let go, once it was used."""
    tags = [_clark(step, dict(namespaces)) for step in iterator.strip("/").split("/")]
    with path.open("rb") as file:
        events = etree.iterparse(file, events=("start", "end"), tag=[tags[0], tags[-1]], **_SAFE)
        checked = False
        for event, element in events:
            if not checked:
                _refuse_entities(element.getroottree(), path)
                checked = True
            if event == "end" and element.tag == tags[-1] and _way(element) == tags:
                yield element
                element.clear(keep_tail=True)
                while element.getprevious() is not None:
                    del element.getparent()[0]
        if not checked:
            _refuse_entities(events.root.getroottree(), path)


def _way(element: Any) -> list[str]:
    return [*(above.tag for above in reversed(list(element.iterancestors()))), element.tag]


def _clark(step: str, namespaces: dict[str, str]) -> str:
    prefix, colon, name = step.rpartition(":")
    return f"{{{namespaces[prefix]}}}{name}" if colon else step


def _frames(items: Iterator[Any], selects: dict[str, Select], row_column: str) -> Iterator[pl.DataFrame]:
    found: list[list[list[str]]] = [[] for _ in selects]
    start, count, many = 1, 0, False
    while True:
        count = 0
        for item in islice(items, BATCH):  # each is let go once its texts are taken
            children = _children(item)
            for texts, select in zip(found, selects.values(), strict=True):
                texts.append(select(item, children))
            count += 1
        many = many or count == BATCH
        if count or start == 1:
            columns = [_column(name, texts, many) for name, texts in zip(selects, found, strict=True)]
            yield pl.DataFrame([pl.Series(row_column, range(start, start + count), dtype=pl.UInt32), *columns])
        start += count
        for texts in found:
            texts.clear()
        if count < BATCH:
            return


def _children(item: Any) -> dict[Any, list[Any]]:
    """The children of an element by their names."""
    found: dict[Any, list[Any]] = {}
    for child in item:
        found.setdefault(child.tag, []).append(child)
    return found


def _select(etree: Any, name: str, namespaces: Namespaces) -> Select:
    """What gives the texts of a reference: names of children and attributes are looked up, anything else is an XPath."""
    path = etree.XPath(name, namespaces=dict(namespaces))
    plain = _STEP.fullmatch(name)
    if plain is None:
        return lambda item, _: _texts(path(item))
    tag = _clark(plain[2], dict(namespaces))
    if plain[1]:
        return lambda item, _: [] if (value := item.get(tag)) is None else [value]
    return lambda _, children: [node_text(child) for child in children.get(tag, ())]


def _texts(value: Any) -> list[str]:
    """What an XPath gives as texts; numbers and truth values as XPath writes them."""
    if isinstance(value, list):
        return [node_text(node) for node in value if not isinstance(node, tuple)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, float):
        return [str(int(value)) if value.is_integer() else str(value)]
    return [str(value)]


def _column(name: str, texts: list[list[str]], many: bool) -> pl.Series:
    if (many and not name.startswith("@")) or any(len(row) > 1 for row in texts):
        return list_column(name, texts, pl.String)
    return pl.Series(name, [row[0] if row else None for row in texts], dtype=pl.String)
