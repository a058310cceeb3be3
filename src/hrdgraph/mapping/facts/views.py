"""The views that stand for one table of facts, and functions to build their fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hrdgraph.errors import NOWHERE, Origin
from hrdgraph.mapping.facts.layout import Layout
from hrdgraph.mapping.language.yarrrml.yaml import Keys, Node, YamlList, YamlText

ROW_NUMBER: Final = "row number"  # the place of a row among those of its table
REFERENCE: Final = re.compile(r"\$\(((?:[^()\\]|\\.)*)\)")
_ESCAPED: Final = re.compile(r"\\([$()\\_])")


def text(value: str, origin: Origin = NOWHERE) -> YamlText:
    """Make a text at a place."""
    return YamlText(value, False, origin)


def keys(entries: dict[str, Node], origin: Origin = NOWHERE) -> Keys:
    """Make keys with values at a place."""
    return Keys(tuple((text(key, origin), value) for key, value in entries.items()), origin)


def items(values: Sequence[Node], origin: Origin = NOWHERE) -> YamlList:
    """Make a list at a place."""
    return YamlList(tuple(values), origin)


def reference(name: str) -> YamlText:
    """Make a reference to a column or field."""
    escaped = re.sub(r"([\\$()])", r"\\\1", name)
    mark = "\\" if escaped.startswith("_") else ""
    return text(f"$({mark}{escaped})")


def constant(value: str) -> YamlText:
    """Make a constant text."""
    return text(re.sub(r"([\\$()])", r"\\\1", value))


def call(function: str, /, **parameters: Node) -> Keys:
    """Make a call of one of our functions."""
    arguments = [items([text(f"hrdf:{name}"), value]) for name, value in parameters.items()]
    entries: dict[str, Node] = {"function": text(f"hrdf:{function}")}
    return keys(entries | ({"parameters": items(arguments)} if arguments else {}))


def call_in_order(function: str, values: Sequence[Node]) -> Keys:
    """Make a call of a function that takes any number of values in order."""
    arguments = [items([text(f"rdf:_{number}"), value]) for number, value in enumerate(values, 1)]
    return keys({"function": text(f"hrdf:{function}"), "parameters": items(arguments)})


def references(node: Node) -> Iterator[str]:
    """Yield the fields that a node names."""
    if isinstance(node, YamlText):
        yield from (_ESCAPED.sub(r"\1", name) for name in REFERENCE.findall(node.value))
    elif isinstance(node, YamlList):
        for item in node.items:
            yield from references(item)
    else:
        for _, value in node.entries:
            yield from references(value)


def change_texts(node: Node, change: Callable[[YamlText], Node]) -> Node:
    """Return a node with others in the place of its texts."""
    if isinstance(node, YamlText):
        return change(node)
    if isinstance(node, YamlList):
        return replace(node, items=tuple(change_texts(item, change) for item in node.items))
    return replace(
        node, entries=tuple((key, change_texts(value, change)) for key, value in node.entries)
    )


@dataclass
class Views:
    """The sources of a document that stand for one table. `rows` are its cells as they are,
    `looked` what is looked up by them, `facts` what the mapping of the kind names. A field
    without references is the same in each row."""

    name: str
    origin: Origin
    rows: dict[str, Node] = field(default_factory=dict)
    looked: dict[str, Node] = field(default_factory=dict)
    joins: list[Node] = field(default_factory=list)
    facts: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """The tables of a source that list things, by kind of thing."""

    layouts: tuple[Layout, ...]

    def of(self, thing: str) -> tuple[Layout, ...]:
        """Return the tables whose rows are things of a kind."""
        return tuple(layout for layout in self.layouts if layout.kind.name == thing)


def is_constant(node: Node) -> bool:
    """Say whether a node is the same in each row."""
    return isinstance(node, YamlText) and "$(" not in node.value


def first_of(ways: list[Node]) -> Node:
    """Return the first of several nodes that has a value."""
    chain = ways[-1] if ways else call("nothing")
    for way in reversed(ways[:-1]):
        chain = way if is_constant(way) else call("orElse", value=way, otherwise=chain)
    return chain


def if_there(test: Node, value: Node) -> Node:
    """Return a value if something is there."""
    return call("whenStartsWith", test=test, prefix=text(""), value=value)
