"""A thing and what belongs to it into one JSON-LD document that reads well as plain JSON: what
points at the thing stands under it, every node is an object with `id`, `type` and `label`, each
key has one shape, evidence comes last.

It says the same triples as the Turtle of the thing, and has its context inside: a saved file can
be read without any server.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hrdgraph.export.document_keys import (
    LABEL,
    DocumentKeys,
    Slot,
    bare_value,
    full_value,
    is_class_statement,
)
from hrdgraph.rdf import IRI, BlankNode, Literal, Term

# a triple of positions
Statement = tuple[int, int, int]
_FIRST: Final = ("id", "type", LABEL, "name", "title", "otherName")
_LAST: Final = ("evidence",)


@dataclass(frozen=True)
class DocumentFacts:
    """What a document is made of: the statements of its nodes, what each position stands for,
    and what a node is called."""

    root: int
    outgoing: Mapping[int, Sequence[tuple[int, int]]]
    term: Callable[[int], Term]
    label: Callable[[int], str]

    def incoming(self) -> dict[int, list[tuple[int, int]]]:
        """The links back: predicate and subject by object."""
        found: dict[int, list[tuple[int, int]]] = {}
        for subject, facts in self.outgoing.items():
            for predicate, value in facts:
                if not isinstance(self.term(value), Literal):
                    found.setdefault(value, []).append((predicate, subject))
        return found


@dataclass
class Placing:
    """Where nodes stand: below the node and by the statement that they are reached by first."""

    forward: set[Statement] = field(default_factory=set)
    backward: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    placed: set[int] = field(default_factory=set)


def thing_document(facts: DocumentFacts, keys: DocumentKeys) -> dict[str, Any]:
    """The document of a thing. Equal facts give equal documents."""
    return _DocumentWriter(facts, keys).document()


class _DocumentWriter:
    """Writes one document."""

    def __init__(self, facts: DocumentFacts, keys: DocumentKeys) -> None:
        self._facts = facts
        self._keys = keys
        self._placing = self._placed()
        self._used: set[str] = set()
        self._types: set[str] = set()

    def document(self) -> dict[str, Any]:
        entity = self._node(self._facts.root, None)
        rest = [node for node in sorted(self._facts.outgoing) if node not in self._placing.placed]
        included = [self._node(node, None) for node in rest]
        context = self._keys.used(self._used, self._types)
        made = {"@context": context, **entity}
        return made | {"included": included} if included else made

    def _placed(self) -> Placing:
        """Breadth first, forward before backward: each node stands where it is nearest."""
        facts, placing, back = self._facts, Placing(), self._facts.incoming()
        placing.placed.add(facts.root)
        queue = deque([facts.root])
        while queue:
            node = queue.popleft()
            for predicate, value in facts.outgoing.get(node, ()):
                if self._is_to_place(placing, predicate, value):
                    placing.forward.add((node, predicate, value))
                    placing.placed.add(value)
                    queue.append(value)
            for predicate, subject in back.get(node, ()):
                if subject not in placing.placed and self._keys.reverse(self._iri(predicate)):
                    placing.backward.setdefault(node, []).append((predicate, subject))
                    placing.placed.add(subject)
                    queue.append(subject)
        return placing

    def _is_to_place(self, placing: Placing, predicate: int, value: int) -> bool:
        term = self._facts.term(value)
        return (
            value in self._facts.outgoing
            and value not in placing.placed
            and not is_class_statement(self._iri(predicate), term)
            and self._keys.node(self._iri(predicate)).form == "node"
        )

    def _iri(self, node: int) -> str:
        term = self._facts.term(node)
        return term.value if isinstance(term, IRI) else f"_:{getattr(term, 'label', '')}"

    def _brief(self, node: int) -> dict[str, Any]:
        """A node as it is named: its address, its classes, what it is called."""
        said = self._facts.outgoing.get(node, ())
        classes = [
            value for p, value in said if is_class_statement(self._iri(p), self._facts.term(value))
        ]
        names = [self._keys.type_name(self._iri(value)) for value in classes]
        self._types.update(names)
        return {"id": self._iri(node), "type": names, LABEL: self._facts.label(node)}

    def _node(self, node: int, without: tuple[int, int] | None) -> dict[str, Any]:
        """A node with all that is said of it and stands below it. `without` is the statement
        that its place says already."""
        made = self._brief(node)
        for predicate, value in self._facts.outgoing.get(node, ()):
            if (predicate, value) != without:
                self._add(made, node, predicate, value)
        for predicate, subject in self._placing.backward.get(node, ()):
            key = self._keys.reverse(self._iri(predicate))
            made.setdefault(key, []).append(self._node(subject, (predicate, node)))
        self._used.update(made)
        return _in_order(made)

    def _add(self, made: dict[str, Any], node: int, predicate: int, value: int) -> None:
        iri, term = self._iri(predicate), self._facts.term(value)
        if is_class_statement(iri, term):
            return
        if isinstance(term, (IRI, BlankNode)):
            inside = (node, predicate, value) in self._placing.forward
            whole = self._node(value, None) if inside else self._brief(value)
            self._put(made, iri, self._keys.node(iri), whole)
            return
        slot = self._keys.literal(iri, term)
        self._put(
            made, iri, slot, bare_value(term) if slot.form == "bare" else full_value(term), term
        )

    def _put(
        self, made: dict[str, Any], iri: str, slot: Slot, value: Any, term: Literal | None = None
    ) -> None:
        """A value under its key; a second one of what there is one of, under the name of the
        property."""
        at, key = (
            (made.setdefault(slot.key, {}), slot.language) if slot.language else (made, slot.key)
        )
        if slot.many:
            at.setdefault(key, []).append(value)
        elif key not in at:
            at[key] = value
        else:
            other = value if term is None else full_value(term)
            made.setdefault(self._keys.other(iri), []).append(other)


def _in_order(made: dict[str, Any]) -> dict[str, Any]:
    """The keys in the order in which one reads them."""
    first = [key for key in _FIRST if key in made]
    last = [key for key in _LAST if key in made]
    between = sorted(made.keys() - {*first, *last})
    return {key: made[key] for key in (*first, *between, *last)}
