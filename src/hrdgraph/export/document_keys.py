"""Properties into the keys of a JSON document, each of one shape: a value or a list, a text or an
object, never now this and now that; and the context that says what the keys used mean.

What does not fit the shape of a key is written under the prefixed name of its property, as a list
of objects, so nothing is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from hrdgraph.export.context import Definition, JsonLdContext
from hrdgraph.rdf import IRI, Literal
from hrdgraph.vocab import PREFIXES, XSD, short_iri

# what points at a node, under the node: the property, and the key
REVERSED: Final[Mapping[str, str]] = {
    "hrd:recipient": "awards",
    "hrd:acceptedBy": "acceptances",
    "hrd:presentedBy": "presentations",
    "hrd:edition": "conferrals",
    "hrd:editionOf": "editions",
    "hrd:eventOf": "awardEvents",
    "hrd:conferredBy": "confers",
    "hrd:recipientCountry": "awardsHere",
    "org:member": "roles",
    "org:organization": "members",
    "hrd:founder": "foundings",
    "org:resultingOrganization": "foundedIn",
    "hrd:after": "before",
    "hrd:victim": "actsAgainst",
    "hrd:act": "events",
    "hrd:country": "here",
    "hrd:nationality": "nationals",
    "hrd:countryOfWork": "workHere",
    "hrd:situationIn": "situations",
    "hrd:involvedIn": "involvements",
    "hrd:perpetrator": "involvedAs",
    "hrd:accused": "proceedings",
    "hrd:complainant": "complaints",
    "hrd:intervener": "interventions",
    "hrd:onBehalfOf": "interventionsFor",
    "hrd:fateOf": "fates",
    "hrd:depicts": "pictures",
    "hrd:evidence": "proves",
    "hrd:alternativeTo": "alternatives",
    "schema:creator": "quotations",
    "schema:about": "mentions",
    "rdf:subject": "attributeClaims",
    "oa:hasSource": "passages",
    "dcterms:isReplacedBy": "replaces",
}
# of these a node has one in each language
_ONE_A_LANGUAGE: Final = ("name", "title", "description", "definition")
# what the model has several of, beyond what the context says
_SEVERAL: Final = ("selector", "state")
LABEL: Final = "label"  # a plain text for people, which means no statement
_NUMBER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
KEYWORDS: Final = ("id", "type", "included")


class Slot(NamedTuple):
    """Where a statement is written: its key, the language below it, and its form: `node`,
    `bare`, `full`. `many` says that the key has a list."""

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
        found = {}
        for name, key in REVERSED.items():
            prefix, _, local = name.partition(":")
            found[PREFIXES[prefix] + local] = key
        return found

    def reverse(self, predicate: str) -> str:
        """The key for what points at a node with a property, or nothing."""
        return self._reversed.get(predicate, "")

    def node(self, predicate: str) -> Slot:
        """Where a node is written that a property leads to."""
        for item in self._offers(predicate):
            if item.type == "@id":
                many = "@set" in item.container or item.name in _SEVERAL
                return Slot(item.name, "node", many)
        return Slot(self.other(predicate), "node", many=True)

    def literal(self, predicate: str, value: Literal) -> Slot:
        """Where a literal is written."""
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
        """The name of a property with its prefix, or in full."""
        return short_iri(predicate, self.context.prefixes)

    def type_name(self, iri: str) -> str:
        """The name of a class: a word of the context, with its prefix, or in full."""
        found = self.context.by_iri.get(iri)
        return found[0].name if found else self.other(iri)

    def used(self, keys: Iterable[str], types: Iterable[str]) -> dict[str, Any]:
        """The context for the keys and the names of classes of one document."""
        made: dict[str, Any] = {
            "@version": 1.1,
            "id": "@id",
            "type": {"@id": "@type", "@container": "@set"},
            "included": "@included",
            LABEL: None,
            **self.context.prefixes,
        }
        backward = {key: name for name, key in REVERSED.items()}
        for key in sorted({*keys} - {"id", "type", "included", LABEL}):
            if key in backward:
                made[key] = {"@reverse": backward[key], "@type": "@id", "@container": "@set"}
            elif definition := self._defined(key):
                made[key] = definition
        return made | {name: self._class(name) for name in sorted({*types}) if self._class(name)}

    def _class(self, name: str) -> str:
        return str(self.context.document.get(name, ""))

    def _defined(self, key: str) -> dict[str, Any]:
        """The definition of a key, with the containers that its shape has."""
        known = self.context.document.get(key)
        if known is None:
            return {}
        made = {"@id": known} if isinstance(known, str) else dict(known)
        language = made.get("@container") == "@language"
        if language and key not in _ONE_A_LANGUAGE:
            made["@container"] = ["@language", "@set"]
        elif key in _SEVERAL:
            made["@container"] = "@set"
        return made


def full_value(value: Literal) -> dict[str, str]:
    """A literal as an object that says its language or its type."""
    made = {"@value": value.value}
    if value.language:
        return made | {"@language": value.language}
    return made if value.datatype.endswith("#string") else made | {"@type": value.datatype}


def bare_value(value: Literal) -> str | int | bool:
    """A literal as JSON has it: a number or a truth value where the same text comes of it."""
    if value.datatype.endswith(("#integer", "#nonNegativeInteger")):
        return int(value.value) if _NUMBER.fullmatch(value.value) else value.value
    if value.datatype == XSD.boolean.value and value.value in ("true", "false"):
        return value.value == "true"
    return value.value


def text_of(document: Mapping[str, Any]) -> bytes:
    """A document as JSON. With indents, the encoder in C would not be used."""
    return json.dumps(document, ensure_ascii=False).encode()


def is_class_statement(predicate: str, value: object) -> bool:
    """Whether a statement says of what class a node is."""
    return predicate.endswith("22-rdf-syntax-ns#type") and isinstance(value, IRI)
