"""Parts of a YARRRML document as they are made: references, calls, and the texts of nodes with
their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from hrdgraph.errors import NOWHERE, Origin
from hrdgraph.mapping.language.yarrrml.nodes import Keys, Node, YamlList, YamlText

REFERENCE: Final = re.compile(r"\$\(((?:[^()\\]|\\.)*)\)")
_ESCAPED: Final = re.compile(r"\\([$()\\_])")


def text(value: str, origin: Origin = NOWHERE) -> YamlText:
    """A text at a place."""
    return YamlText(value, False, origin)


def keys(entries: dict[str, Node], origin: Origin = NOWHERE) -> Keys:
    """Keys with values at a place."""
    return Keys(tuple((text(key, origin), value) for key, value in entries.items()), origin)


def items(values: Sequence[Node], origin: Origin = NOWHERE) -> YamlList:
    """A list at a place."""
    return YamlList(tuple(values), origin)


def reference(name: str, origin: Origin = NOWHERE) -> YamlText:
    """A reference to a column or field."""
    escaped = re.sub(r"([\\$()])", r"\\\1", name)
    mark = "\\" if escaped.startswith("_") else ""
    return text(f"$({mark}{escaped})", origin)


def constant(value: str, origin: Origin = NOWHERE) -> YamlText:
    """A text that stands for itself."""
    return text(re.sub(r"([\\$()])", r"\\\1", value), origin)


def call(function: str, origin: Origin = NOWHERE, /, **parameters: Node) -> Keys:
    """A call of a function of ours."""
    given = [
        items([text(f"hrdf:{name}", origin), value], origin) for name, value in parameters.items()
    ]
    entries: dict[str, Node] = {"function": text(f"hrdf:{function}", origin)}
    if given:
        entries["parameters"] = items(given, origin)
    return keys(entries, origin)


def numbered(function: str, values: Sequence[Node], origin: Origin = NOWHERE) -> Keys:
    """A call of a function that takes any number of values in their order."""
    given = [
        items([text(f"rdf:_{number}", origin), value], origin)
        for number, value in enumerate(values, 1)
    ]
    return keys(
        {"function": text(f"hrdf:{function}", origin), "parameters": items(given, origin)}, origin
    )


def references(node: Node) -> Iterator[str]:
    """The fields that a node names."""
    if isinstance(node, YamlText):
        yield from (_ESCAPED.sub(r"\1", name) for name in REFERENCE.findall(node.value))
    elif isinstance(node, YamlList):
        for item in node.items:
            yield from references(item)
    else:
        for _, value in node.entries:
            yield from references(value)


def with_texts(node: Node, change: Callable[[str], str]) -> Node:
    """A node with its texts changed."""
    if isinstance(node, YamlText):
        return replace(node, value=change(node.value), plain=False) if not node.is_null else node
    if isinstance(node, YamlList):
        return replace(node, items=tuple(with_texts(item, change) for item in node.items))
    return replace(
        node, entries=tuple((key, with_texts(value, change)) for key, value in node.entries)
    )
