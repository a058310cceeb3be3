"""Write things as JSON documents that are good to read as plain JSON, with their claims, evidence
and labels; each key has one shape."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from hrdgraph.exports.jsonld import Definition, JsonLdContext
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.vocab import PREFIXES, XSD, short_iri

# what points at a node, under the node: the property, and the key
REVERSED: Final[Mapping[str, str]] = {
    "hrd:recipient": "awards", "hrd:acceptedBy": "acceptances", "hrd:presentedBy": "presentations",
    "hrd:edition": "conferrals", "hrd:editionOf": "editions", "hrd:eventOf": "awardEvents",
    "hrd:conferredBy": "confers", "hrd:recipientCountry": "awardsHere", "org:member": "roles",
    "org:organization": "members", "hrd:founder": "foundings",
    "org:resultingOrganization": "foundedIn", "hrd:after": "before", "hrd:victim": "actsAgainst",
    "hrd:act": "events", "hrd:country": "here", "hrd:nationality": "nationals",
    "hrd:countryOfWork": "workHere", "hrd:situationIn": "situations",
    "hrd:involvedIn": "involvements", "hrd:perpetrator": "involvedAs", "hrd:accused": "proceedings",
    "hrd:complainant": "complaints", "hrd:intervener": "interventions",
    "hrd:onBehalfOf": "interventionsFor", "hrd:fateOf": "fates", "hrd:depicts": "pictures",
    "hrd:evidence": "proves", "hrd:alternativeTo": "alternatives", "schema:creator": "quotations",
    "schema:about": "mentions", "rdf:subject": "attributeClaims", "oa:hasSource": "passages",
    "dcterms:isReplacedBy": "replaces",
}  # fmt: skip
# of these a node has one in each language
_ONE_A_LANGUAGE: Final = ("name", "title", "description", "definition")
# what the model has several of, beyond what the context says
_SEVERAL: Final = ("selector", "state")
LABEL: Final = "label"  # a plain text for people, which means no statement
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
KEYWORDS: Final = ("id", "type", "included")


class Slot(NamedTuple):
    """The place of a statement: its key, the language below it, and its form: `node`, `bare`,
    `full`. `many` says that the key has a list."""

    key: str
    form: str
    many: bool
    language: str = ""


@dataclass(frozen=True)
class DocumentKeys:
    """The keys for the properties of a context."""

    context: JsonLdContext

    @cached_property
    def _reversed(self) -> Mapping[str, str]:
        keys = {}
        for name, key in REVERSED.items():
            prefix, _, local = name.partition(":")
            keys[PREFIXES[prefix] + local] = key
        return keys

    def reverse(self, predicate: str) -> str:
        """Return the key for links to a node by a property, or ""."""
        return self._reversed.get(predicate, "")

    def node(self, predicate: str) -> Slot:
        """Return the place of a node that a property leads to."""
        for item in self._offers(predicate):
            if item.type == "@id":
                many = "@set" in item.container or item.name in _SEVERAL
                return Slot(item.name, "node", many)
        return Slot(self.other(predicate), "node", many=True)

    def literal(self, predicate: str, value: Literal) -> Slot:
        """Return the place of a literal."""
        for item in self._offers(predicate):
            if slot := self._fitting(item, value):
                return slot
        return Slot(self.other(predicate), "full", many=True)

    def _fitting(self, item: Definition, value: Literal) -> Slot | None:
        plain = value.datatype.endswith(("#string", "#langString"))
        if "@language" in item.container:
            # a tag that is spelled like a key would be taken for it
            if not plain or value.language in self._taken:
                return None
            many = item.name not in _ONE_A_LANGUAGE
            return Slot(item.name, "bare", many, value.language or "@none")
        if item.language is not None:
            fits = plain and value.language == item.language.lower() != ""
            return Slot(item.name, "bare", many=False) if fits else None
        if item.type:
            return Slot(item.name, "bare", many=False) if item.type == value.datatype else None
        return Slot(item.name, "bare", many=False) if plain and not value.language else None

    def _offers(self, predicate: str) -> tuple[Definition, ...]:
        return tuple(item for item in self.context.by_iri.get(predicate, ()) if item.name != LABEL)

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset({*self.context.names, *KEYWORDS, LABEL, *REVERSED.values()})

    def other(self, predicate: str) -> str:
        """Return the name of a property with its prefix, or in full."""
        return short_iri(predicate, self.context.prefixes)

    def type_name(self, iri: str) -> str:
        """Return the name of a class: a word of the context, with its prefix, or in full."""
        definitions = self.context.by_iri.get(iri)
        return definitions[0].name if definitions else self.other(iri)

    def used(self, keys: Iterable[str], types: Iterable[str]) -> dict[str, Any]:
        """Return the context for the keys and the names of classes of one document."""
        context: dict[str, Any] = {
            "@version": 1.1, "id": "@id", "type": {"@id": "@type", "@container": "@set"},
            "included": "@included", LABEL: None, **self.context.prefixes,
        }  # fmt: skip
        backward = {key: name for name, key in REVERSED.items()}
        for key in sorted({*keys} - {"id", "type", "included", LABEL}):
            if key in backward:
                context[key] = {"@reverse": backward[key], "@type": "@id", "@container": "@set"}
            elif definition := self._define(key):
                context[key] = definition
        return context | {name: self._class(name) for name in sorted({*types}) if self._class(name)}

    def _class(self, name: str) -> str:
        return str(self.context.document.get(name, ""))

    def _define(self, key: str) -> dict[str, Any]:
        """Return the definition of a key, with the containers that its shape has."""
        value = self.context.document.get(key)
        if value is None:
            return {}
        definition = {"@id": value} if isinstance(value, str) else dict(value)
        language = definition.get("@container") == "@language"
        if language and key not in _ONE_A_LANGUAGE:
            definition["@container"] = ["@language", "@set"]
        elif key in _SEVERAL:
            definition["@container"] = "@set"
        return definition


def full_value(value: Literal) -> dict[str, str]:
    """Return a literal as an object with its language or type."""
    result = {"@value": value.value}
    if value.language:
        return result | {"@language": value.language}
    return result if value.datatype.endswith("#string") else result | {"@type": value.datatype}


def bare_value(value: Literal) -> str | int | bool:
    """Return a literal as a JSON value: a number or a truth value if that gives the same text."""
    if value.datatype.endswith(("#integer", "#nonNegativeInteger")):
        return int(value.value) if _NUMBER.fullmatch(value.value) else value.value
    if value.datatype == XSD.boolean.value and value.value in ("true", "false"):
        return value.value == "true"
    return value.value


def text_of(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON, without indents, which would need the slow encoder."""
    return json.dumps(document, ensure_ascii=False).encode()


def is_class_statement(predicate: str, value: object) -> bool:
    """Say whether a statement gives the class of a node."""
    return predicate.endswith("22-rdf-syntax-ns#type") and isinstance(value, IRI)


# a triple of positions
Statement = tuple[int, int, int]
_FIRST: Final = ("id", "type", LABEL, "name", "title", "otherName")
_LAST: Final = ("evidence",)


@dataclass(frozen=True)
class DocumentFacts:
    """The contents of a document: the statements of its nodes, the term at each position, and the
    label of a node."""

    root: int
    outgoing: Mapping[int, Sequence[tuple[int, int]]]
    term: Callable[[int], Term]
    label: Callable[[int], str]


def thing_document(facts: DocumentFacts, keys: DocumentKeys) -> dict[str, Any]:
    """Return the document of a thing. Equal facts give equal documents."""
    return _DocumentWriter(facts, keys).document()


class _DocumentWriter:
    """Writes one document. A node stands below the node and by the statement, `forward` or
    `backward`, that reach it first."""

    def __init__(self, facts: DocumentFacts, keys: DocumentKeys) -> None:
        self._facts = facts
        self._keys = keys
        self._forward: set[Statement] = set()
        self._backward: dict[int, list[tuple[int, int]]] = {}
        self._placed = {facts.root}
        self._place_nodes()
        self._used: set[str] = set()
        self._types: set[str] = set()

    def document(self) -> dict[str, Any]:
        entity = self._node(self._facts.root, None)
        rest = [node for node in sorted(self._facts.outgoing) if node not in self._placed]
        included = [self._node(node, None) for node in rest]
        context = self._keys.used(self._used, self._types)
        whole = {"@context": context, **entity}
        return whole | {"included": included} if included else whole

    def _place_nodes(self) -> None:
        """Place each node where it is nearest: breadth first, forward before backward."""
        outgoing, back = self._facts.outgoing, dict[int, list[tuple[int, int]]]()
        for subject, facts in outgoing.items():
            for predicate, value in facts:
                if not isinstance(self._facts.term(value), Literal):
                    back.setdefault(value, []).append((predicate, subject))
        queue = deque([self._facts.root])
        while queue:
            node = queue.popleft()
            for predicate, value in outgoing.get(node, ()):
                iri = self._iri(predicate)
                is_new = value in outgoing and value not in self._placed
                is_class = is_class_statement(iri, self._facts.term(value))
                if is_new and not is_class and self._keys.node(iri).form == "node":
                    self._forward.add((node, predicate, value))
                    self._placed.add(value)
                    queue.append(value)
            for predicate, subject in back.get(node, ()):
                if subject not in self._placed and self._keys.reverse(self._iri(predicate)):
                    self._backward.setdefault(node, []).append((predicate, subject))
                    self._placed.add(subject)
                    queue.append(subject)

    def _iri(self, node: int) -> str:
        term = self._facts.term(node)
        return term.value if isinstance(term, IRI) else f"_:{getattr(term, 'label', '')}"

    def _brief(self, node: int) -> dict[str, Any]:
        """Return a node in short: its address, its classes, its label."""
        statements = self._facts.outgoing.get(node, ())
        classes = [
            value
            for p, value in statements
            if is_class_statement(self._iri(p), self._facts.term(value))
        ]
        names = [self._keys.type_name(self._iri(value)) for value in classes]
        self._types.update(names)
        return {"id": self._iri(node), "type": names, LABEL: self._facts.label(node)}

    def _node(self, node: int, without: tuple[int, int] | None) -> dict[str, Any]:
        """Return a node with all statements and the nodes below it. `without` is the statement
        that its place expresses already."""
        result = self._brief(node)
        for predicate, value in self._facts.outgoing.get(node, ()):
            if (predicate, value) != without:
                self._add(result, node, predicate, value)
        for predicate, subject in self._backward.get(node, ()):
            key = self._keys.reverse(self._iri(predicate))
            result.setdefault(key, []).append(self._node(subject, (predicate, node)))
        self._used.update(result)
        first = [key for key in _FIRST if key in result]
        last = [key for key in _LAST if key in result]
        between = sorted(result.keys() - {*first, *last})
        return {key: result[key] for key in (*first, *between, *last)}

    def _add(self, entity: dict[str, Any], node: int, predicate: int, value: int) -> None:
        iri, term = self._iri(predicate), self._facts.term(value)
        if is_class_statement(iri, term):
            return
        if isinstance(term, (IRI, BlankNode)):
            inside = (node, predicate, value) in self._forward
            whole = self._node(value, None) if inside else self._brief(value)
            self._store(entity, iri, self._keys.node(iri), whole)
            return
        slot = self._keys.literal(iri, term)
        self._store(
            entity, iri, slot, bare_value(term) if slot.form == "bare" else full_value(term), term
        )

    def _store(
        self, body: dict[str, Any], iri: str, slot: Slot, value: Any, term: Literal | None = None
    ) -> None:
        """Store a value under its key; a second one for a single-valued key, under the name of the
        property."""
        at, key = (
            (body.setdefault(slot.key, {}), slot.language) if slot.language else (body, slot.key)
        )
        if slot.many:
            at.setdefault(key, []).append(value)
        elif key not in at:
            at[key] = value
        else:
            other = value if term is None else full_value(term)
            body.setdefault(self._keys.other(iri), []).append(other)
