"""Parse a YAML file into nodes, at a bounded cost: no tags, one document, aliases counted as often
as used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from hrdgraph.catalogue import Message, add_this, is_not, kind_word, write_like
from hrdgraph.errors import NOWHERE, MappingError, Origin
from hrdgraph.nearest import hint_at, nearest

if TYPE_CHECKING:
    from yaml.error import YAMLError


_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar, as written: `no`, `1.10` and `2020-01-01` are texts like any other. `plain` is
    without quotes."""

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
    """Keys with values, in written order; each key is unique."""

    entries: tuple[tuple[YamlText, Node], ...]
    origin: Origin = field(default=NOWHERE, compare=False)


Node = YamlText | YamlList | Keys


def wrong(node: Node, fact: str | Message, hint: str | Message | None = None) -> MappingError:
    """Return an error at a node."""
    return MappingError(fact, origin=node.origin, hint=hint)


def is_nothing(node: Node | None) -> bool:
    """Say whether a key is absent, or has no value."""
    return node is None or (isinstance(node, YamlText) and node.is_null)


def text_of(node: Node, what: str) -> YamlText:
    """Return the node as a scalar that is not empty."""
    if not isinstance(node, YamlText) or node.is_null:
        actual = {
            YamlList: Message("a-list"),
            Keys: Message("keys-with-values"),
            YamlText: Message("word-nothing"),
        }[type(node)]
        fact = Message("takes-not", option=what, kind=kind_word("text"), value=actual)
        raise wrong(node, fact, "look-at-yaml")
    return node


def each(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; a single item is a list of one, an absent one an empty list."""
    if node is None or is_nothing(node):
        return ()
    return node.items if isinstance(node, YamlList) else (node,)


def entries_of(
    node: Node | None, what: str, *, empty: bool = False
) -> Iterator[tuple[YamlText, Node]]:
    """Yield the entries of keys with values whose names the author chooses; with `empty`, a name
    may be ""."""
    if node is None or is_nothing(node):
        return
    if not isinstance(node, Keys):
        raise wrong(
            node, Message("must-be", term=what, kind=Message("keys-with-values")), "look-at-yaml"
        )
    for key, value in node.entries:
        if not key.value and not empty:
            raise wrong(key, is_not("", "name"), "look-at-yaml")
        yield key, value


class YamlFields:
    """Keys with values whose names YARRRML defines: each known name and its short forms,
    everything else an error."""

    def __init__(self, node: Node, what: str, known: Mapping[str, Sequence[str]]) -> None:
        if not isinstance(node, Keys):
            raise wrong(
                node,
                Message("must-be", term=what, kind=Message("keys-with-values")),
                Message("there-is", known=", ".join(known)),
            )
        self.node = node
        self.what = what
        self._values: dict[str, tuple[YamlText, Node]] = {}
        names = {short: name for name, shorts in known.items() for short in (name, *shorts)}
        for key, value in node.entries:
            if key.value not in names:
                raise _unknown(key, value, names)
            self._set(names[key.value], key, value)

    def _set(self, name: str, key: YamlText, value: Node) -> None:
        if name in self._values:
            other = self._values[name][0].value
            raise wrong(key, Message("not-together", names=f"{other}, {key.value}"), "keep-one")
        self._values[name] = (key, value)

    def get(self, name: str) -> Node | None:
        """Return the value of a key; None if the key is absent or has no value."""
        value = self._values.get(name, (None, None))[1]
        return None if is_nothing(value) else value

    def has(self, name: str) -> bool:
        """Say whether a key is there, with a value or without."""
        return name in self._values

    def text(self, name: str) -> YamlText | None:
        """Return the value of a key as a text."""
        value = self.get(name)
        return None if value is None else text_of(value, f"'{name}'")

    def need(self, name: str) -> Node:
        """Return the value of a required key."""
        value = self.get(name)
        if value is None:
            raise wrong(
                self.node,
                Message("lacks", term=self.what, missing=name),
                add_this(f"{name}: …"),
            )
        return value


def _unknown(key: YamlText, value: Node, names: Mapping[str, str]) -> MappingError:
    if is_nothing(value) and nearest(key.value, names) is None:
        return wrong(
            key,
            Message("value-not-as-expected", value=f"{{{key.value}}}"),
            write_like(f"$({key.value})"),
        )
    hint = hint_at(
        key.value, names, Message("there-is", known=", ".join(dict.fromkeys(names.values())))
    )
    return wrong(key, Message("not-allowed-here", term=f"'{key.value}'"), hint)


_MAX_TEXT: Final = 4_000_000  # characters
_MAX_NODES: Final = 100_000
_MAX_DEPTH: Final = 40
# what goes wrong where it is left open, and is noticed only later
_FROM_ITS_START: Final = ("simple key", "quoted scalar", "flow")


def read_yaml(text: str, file: str) -> Node:
    """Parse the one document in a YAML text. MappingError with file, line and hint on everything
    that is none, or too much."""
    import yaml

    if len(text) > _MAX_TEXT:
        raise MappingError(
            "mapping-too-large", hint=Message("at-most", limit=_MAX_TEXT), origin=Origin(file)
        )
    builder = _Builder(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), file)
    try:
        return builder.document()
    except yaml.YAMLError as error:
        raise _translate_error(error, text, file, builder.quoted) from error


class _Builder:
    """Builds nodes from the events of a parser, and counts them."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._events = events
        self._file = file
        self._count = 0
        self._anchors: dict[str, tuple[Node | None, int]] = {}
        self.quoted: Any = None  # the last text in quotes that goes over several lines

    def document(self) -> Node:
        """Return the only document of the stream."""
        root: Node | None = None
        for event in self._events:
            if type(event).__name__ in (
                "StreamStartEvent",
                "StreamEndEvent",
                "DocumentStartEvent",
                "DocumentEndEvent",
            ):
                continue
            if root is not None:
                raise self._error(event, Message("not-allowed-here", term="---"), "leave-out")
            root = self._node(event, "", 0)
        if root is None:
            raise MappingError(
                "file-empty", origin=Origin(self._file), hint=add_this("mappings: …")
            )
        return root

    def _error(self, event: Any, fact: str | Message, hint: str | Message) -> MappingError:
        return MappingError(
            fact, origin=Origin(self._file, line=event.start_mark.line + 1), hint=hint
        )

    def _count_nodes(self, event: Any, number: int) -> None:
        self._count += number
        if self._count > _MAX_NODES:
            raise self._error(
                event,
                "mapping-too-large",
                Message("at-most", limit=_MAX_NODES),
            )

    def _node(self, event: Any, path: str, depth: int) -> Node:
        kind = type(event).__name__
        if kind == "AliasEvent":
            node, size = self._anchors.get(event.anchor, (None, 0))
            if node is None:
                raise self._error(
                    event,
                    Message("not-known-here", name=f"*{event.anchor}"),
                    "look-at-yaml",
                )
            self._count_nodes(event, size)
            return node
        if depth > _MAX_DEPTH:
            raise self._error(event, "nested-too-deep", "nest-less")
        if event.tag is not None:
            raise self._error(event, Message("not-allowed-here", term=event.tag), "look-at-yaml")
        before = self._count
        self._count_nodes(event, 1)
        if event.anchor:
            self._anchors[event.anchor] = (None, 0)
        origin = Origin(self._file, node=path or None, line=event.start_mark.line + 1)
        node = self._build(event, kind, origin, path, depth)
        if event.anchor:
            self._anchors[event.anchor] = (node, self._count - before)
        return node

    def _build(self, event: Any, kind: str, origin: Origin, path: str, depth: int) -> Node:
        if kind == "ScalarEvent":
            if event.style in ("'", '"') and event.end_mark.line > event.start_mark.line:
                self.quoted = event
            return YamlText(event.value, event.style in (None, ""), origin)
        if kind == "SequenceStartEvent":
            return YamlList(tuple(self._items(path, depth + 1)), origin)
        return Keys(tuple(self._entries(path, depth + 1)), origin)

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        for number, event in enumerate(self._events, 1):
            if type(event).__name__ == "SequenceEndEvent":
                return
            yield self._node(event, f"{path}/{number}".lstrip("/"), depth)

    def _entries(self, path: str, depth: int) -> Iterator[tuple[YamlText, Node]]:
        seen: dict[str, int] = {}
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                return
            key = self._node(event, path, depth)
            if not isinstance(key, YamlText):
                raise self._error(event, "not-as-expected", "look-at-yaml")
            if key.value in seen:
                raise self._error(
                    event,
                    Message("there-twice", name=key.value),
                    "keep-one",
                )
            seen[key.value] = event.start_mark.line + 1
            inner = f"{path}/{key.value}".lstrip("/")
            yield (
                replace(key, origin=replace(key.origin, node=inner)),
                self._node(next(self._events), inner, depth),
            )


def _translate_error(error: YAMLError, text: str, file: str, quoted: Any) -> MappingError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(
        getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    )
    problem = re.sub(r"character '.+?' that", "character that", problem)  # as libyaml says it
    context = getattr(error, "context", None) or ""
    start = mark
    if mark is not None and quoted is not None and quoted.end_mark.line == mark.line:
        start = quoted.start_mark
    elif mark is not None and any(words in context for words in _FROM_ITS_START):
        start = getattr(error, "context_mark", None) or mark
    return MappingError(
        "not-valid", format="YAML", reason=problem, hint="look-at-yaml",
        origin=Origin(file, line=_line(error, start, text)),
    )  # fmt: skip


def _line(error: YAMLError, mark: Any, text: str) -> int | None:
    """Return the line of a mark, or of a character that is forbidden in YAML."""
    position = getattr(error, "position", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else None
