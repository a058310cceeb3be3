"""The views that stand for one table of facts, and what is put together in their fields."""

from __future__ import annotations

from dataclasses import dataclass, field

from hrdgraph.errors import Origin
from hrdgraph.mapping.facts.layout import Layout
from hrdgraph.mapping.facts.nodes import call, text
from hrdgraph.mapping.language.yarrrml.nodes import Node, YamlText


@dataclass
class Views:
    """The sources of a document that stand for one table. `rows` are its cells as they are,
    `looked` what is looked up by them, `facts` what the mapping of the kind names. A field that
    is a text without references is the same in each row."""

    name: str
    origin: Origin
    rows: dict[str, Node] = field(default_factory=dict)
    looked: dict[str, Node] = field(default_factory=dict)
    joins: list[Node] = field(default_factory=list)
    facts: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """Which things the tables of a source list: by their kind, the tables that do."""

    layouts: tuple[Layout, ...]

    def of(self, thing: str) -> tuple[Layout, ...]:
        """The tables whose rows are things of a kind."""
        return tuple(layout for layout in self.layouts if layout.kind.name == thing)


def is_constant(node: Node) -> bool:
    """Whether a node is the same in each row."""
    return isinstance(node, YamlText) and "$(" not in node.value


def first_of(ways: list[Node]) -> Node:
    """The first of several that is there."""
    found = ways[-1] if ways else call("nothing")
    for way in reversed(ways[:-1]):
        found = way if is_constant(way) else call("orElse", value=way, otherwise=found)
    return found


def if_there(test: Node, value: Node) -> Node:
    """A value where something is there."""
    return call("whenStartsWith", test=test, prefix=text(""), value=value)
