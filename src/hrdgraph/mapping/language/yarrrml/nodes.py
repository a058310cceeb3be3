"""A YAML document as frozen nodes that know their lines, and its keys asked for by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hrdgraph.catalogue import Message
from hrdgraph.errors import NOWHERE, MappingError, Origin
from hrdgraph.nearest import meant, nearest

_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar, as it is written: `no`, `1.10` and `2020-01-01` are texts like any other.
    `plain` is without quotes."""

    value: str
    plain: bool = False
    origin: Origin = field(default=NOWHERE, compare=False)

    @property
    def is_null(self) -> bool:
        return self.plain and self.value in _NULLS


@dataclass(frozen=True, slots=True)
class YamlList:
    """A list."""

    items: tuple[Node, ...]
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys with values, in the order in which they are written; no key is there twice."""

    entries: tuple[tuple[YamlText, Node], ...]
    origin: Origin = field(default=NOWHERE, compare=False)


Node = YamlText | YamlList | Keys


def wrong(node: Node, fact: str | Message, hint: str | Message) -> MappingError:
    """An error at a node."""
    return MappingError(fact, origin=node.origin, hint=hint)


def is_nothing(node: Node | None) -> bool:
    """Whether a key is absent, or there without a value."""
    return node is None or (isinstance(node, YamlText) and node.is_null)


def text_of(node: Node, what: str | Message) -> YamlText:
    """The node as a scalar that is not empty."""
    if not isinstance(node, YamlText) or node.is_null:
        found = {
            YamlList: Message("a-list"),
            Keys: Message("keys-with-values"),
            YamlText: Message("yarrrml-nothing"),
        }[type(node)]
        raise wrong(node, Message("text-expected-not", what=what, found=found), "text-or")
    return node


def each(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; one item alone stands for a list of one, and an absent one for none."""
    if node is None or is_nothing(node):
        return ()
    return node.items if isinstance(node, YamlList) else (node,)


def named(
    node: Node | None, what: str | Message, *, empty: bool = False
) -> Iterator[tuple[YamlText, Node]]:
    """The entries of keys with values whose names the author chooses; `empty` says that a name
    may be the empty text."""
    if node is None or is_nothing(node):
        return
    if not isinstance(node, Keys):
        raise wrong(node, Message("names-with-values-expected", what=what), "write-each-line")
    for key, value in node.entries:
        if not key.value and not empty:
            raise wrong(key, "name-empty", "write-name-before-colon")
        yield key, value


class YamlFields:
    """Keys with values whose names YARRRML gives: each known name and its short forms,
    everything else an error."""

    def __init__(self, node: Node, what: str | Message, known: Mapping[str, Sequence[str]]) -> None:
        if not isinstance(node, Keys):
            raise wrong(
                node,
                Message("keys-with-values-expected", what=what),
                Message("see-keys", known=", ".join(known)),
            )
        self.node = node
        self.what = what
        self._values: dict[str, tuple[YamlText, Node]] = {}
        names = {short: name for name, shorts in known.items() for short in (name, *shorts)}
        for key, value in node.entries:
            if key.value not in names:
                raise _unknown(key, value, what, names)
            self._put(names[key.value], key, value)

    def _put(self, name: str, key: YamlText, value: Node) -> None:
        if name in self._values:
            other = self._values[name][0].value
            raise wrong(key, Message("keys-say-the-same", key=key.value, other=other), "keep-one")
        self._values[name] = (key, value)

    def get(self, name: str) -> Node | None:
        """The value of a key; None where the key is absent or has no value."""
        value = self._values.get(name, (None, None))[1]
        return None if is_nothing(value) else value

    def has(self, name: str) -> bool:
        """Whether a key is there, with a value or without."""
        return name in self._values

    def text(self, name: str) -> YamlText | None:
        """The value of a key as a text."""
        value = self.get(name)
        return None if value is None else text_of(value, f"'{name}'")

    def need(self, name: str) -> Node:
        """The value of a key that must be there."""
        value = self.get(name)
        if value is None:
            raise wrong(
                self.node,
                Message("part-without-key", what=self.what, name=name),
                Message("add-key", name=name),
            )
        return value


def _unknown(
    key: YamlText, value: Node, what: str | Message, names: Mapping[str, str]
) -> MappingError:
    if is_nothing(value) and nearest(key.value, names) is None:
        return wrong(
            key,
            Message("braces-instead-of-text", key=key.value, what=what),
            Message("write-column", key=key.value),
        )
    hint = meant(
        key.value, names, Message("see-keys", known=", ".join(dict.fromkeys(names.values())))
    )
    return wrong(key, Message("key-of-unknown", what=what, key=key.value), hint)
