"""The mapping of a kind into rules for one table: what names no column of it is left out, texts
get their languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hrdgraph.mapping.facts.layout import Layout
from hrdgraph.mapping.facts.nodes import (
    REFERENCE,
    call,
    items,
    keys,
    reference,
    references,
    text,
    with_texts,
)
from hrdgraph.mapping.facts.views import Views, first_of, is_constant
from hrdgraph.mapping.language.yarrrml.nodes import Keys, Node, YamlList, YamlText, each

_SAFE: Final = re.compile(r"[A-Za-z0-9_.-]+")
_LANGUAGE: Final = re.compile(r"\$\(([^()]*)\)~lang")
# what a claim says of itself where a plain statement beside it says no more than it
_PLAIN: Final = {"visibility": ("public",), "status": ("asserted", "verified")}


class Rules:
    """Says the mappings of a kind over the fields of one table."""

    def __init__(self, layout: Layout, views: Views, fragments: Keys) -> None:
        self._layout, self._views = layout, views
        self._fragments = {key.value: value for key, value in fragments.entries}

    def said(self, key: YamlText, node: Node, column: str = "") -> Iterator[tuple[str, Node]]:
        """A mapping, where the table has what it needs: none or one. `column` is that of a name
        which makes a thing."""
        assert isinstance(node, Keys)
        parts = {entry.value: value for entry, value in node.entries}
        subject = self._text(parts["s"], column)
        pairs = [pair for item in each(parts.get("po")) for pair in self._pairs(item, column)]
        condition = self._condition(parts.get("needs"))
        if condition is False or not self._is_there(subject) or not pairs:
            return
        name = " ".join(filter(None, (self._layout.name, column, key.value)))
        entries: dict[str, Node] = {
            "sources": text(self._views.name, key.origin),
            "s": subject,
            "po": items(pairs, node.origin),
        }
        if isinstance(condition, Keys):
            entries["conditions"] = condition
        yield name, keys(entries, key.origin)

    def _condition(self, needs: Node | None) -> Node | bool:
        """Whether a mapping is wanted: what it needs is a column, one of several, or a state of
        affairs."""
        said = needs.value if isinstance(needs, YamlText) else ""
        if said == "open":
            return self._openness()
        facts = self._views.facts
        if said == "cites":
            return (
                "evidence" in facts
                and "evidence_start" not in facts
                and ("paper" in facts or self._is_address())
            )
        if said == "describes":
            return (
                "evidence" in facts
                and "evidence_start" not in facts
                and ("paper" in facts or self._is_address())
            )
        return not said or said == "named" or any(name in facts for name in said.split(" or "))

    def _is_address(self) -> bool:
        return "address" in self._views.facts

    def _openness(self) -> Node | bool:
        """A plain statement tells what its claim hides, and leaves out its doubts: only where the
        claim is public, and asserted or verified."""
        found: dict[str, Node] = {}
        for column, words in _PLAIN.items():
            said = self._views.facts.get(column)
            if said is not None and not is_constant(said):
                found[column] = said
            elif isinstance(said, YamlText) and said.value not in words:
                return False
        if not found:
            return True
        whole: Node = text("yes")
        for column, said in found.items():
            whole = first_of(
                [call("when", test=said, equals=text(word), value=whole) for word in _PLAIN[column]]
            )
        self._views.facts["is plain"] = whole
        pair = [
            items([text("grel:valueParam"), reference("is plain")]),
            items([text("grel:valueParam2"), text("yes")]),
        ]
        return keys({"function": text("idlab-fn:equal"), "parameters": items(pair)})

    def _text(self, node: Node, column: str) -> Node:
        """A node with the names of source, thing and column, and what is the same in each row,
        put in."""
        layout = self._layout

        def change(value: str) -> str:
            value = value.replace("@source", layout.source.name).replace(
                "@thing", layout.kind.thing
            )
            value = value.replace("@class", layout.facts.unlisted_class).replace("@column", column)
            return REFERENCE.sub(lambda match: self._fixed(match[1]) or match[0], value)

        return with_texts(node, change)

    def _fixed(self, name: str) -> str:
        """The one value of a field, where it can stand in an IRI as in a text."""
        value = self._views.facts.get(name)
        return value.value if isinstance(value, YamlText) and _SAFE.fullmatch(value.value) else ""

    def _is_there(self, node: Node) -> bool:
        return all(name in self._views.facts for name in references(node))

    def _pairs(self, node: Node, column: str) -> Iterator[Node]:
        """The rules of a predicate and object: none where a column is not there, two where some
        texts have a language."""
        if isinstance(node, YamlText):
            for item in each(self._fragments[node.value]):
                yield from self._pairs(item, column)
            return
        node = self._text(node, column)
        if isinstance(node, Keys):
            yield from self._long(node)
        elif isinstance(node, YamlList):
            yield from self._short(node)

    def _short(self, node: YamlList) -> Iterator[Node]:
        predicate, value, *rest = node.items
        values = [item for item in each(value) if self._is_there(item)]
        if not values or not self._is_there(predicate):
            return
        kept = values[0]
        if isinstance(value, YamlList):
            kept = replace(value, items=tuple(values))
        first = rest[0] if rest else None
        tag = _LANGUAGE.fullmatch(first.value) if isinstance(first, YamlText) else None
        spoken = self._views.facts.get(tag[1]) if tag else None
        is_untold = spoken is None or (isinstance(spoken, YamlText) and not spoken.value)
        if tag and is_untold:
            yield replace(node, items=(predicate, kept))
            return
        yield replace(node, items=(predicate, kept, *rest))
        if tag:
            yield self._untagged(node, predicate, values[0], tag[1])

    def _untagged(self, node: YamlList, predicate: Node, value: Node, language: str) -> Node:
        """The same rule without a language, for rows that name none."""
        test = items([text("hrdf:test"), reference(language)])
        given = items([test, items([text("hrdf:value"), value])])
        bare: dict[str, Node] = {
            "function": text("hrdf:whenNull", node.origin),
            "parameters": given,
        }
        return keys({"p": predicate, "o": keys(bare, node.origin)}, node.origin)

    def _long(self, node: Keys) -> Iterator[Node]:
        """A rule with a function: parameters that are not there are nothing, and so is the rule
        where none is."""
        entries = {key.value: value for key, value in node.entries}
        names = list(references(entries["o"]))
        if names and not any(name in self._views.facts for name in names):
            return
        for name in names:
            if name not in self._views.facts:
                self._views.facts[name] = call("nothing")
        yield node
