"""Shapes as triples → single values, lists, numbers and paths, or an error that names the shape
and its place."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from hrdgraph.catalogue import Message, Value
from hrdgraph.errors import OntologyError
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.validate.engine.model.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    Sequence,
)
from hrdgraph.validate.shapes import Shapes
from hrdgraph.vocab import RDF, RDFS, SH, XSD, short_iri

DEEPEST = 100  # shapes within shapes, and steps within steps of a path
_MARKS = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_COUNT = re.compile(r"\+?[0-9]+|-0+")
_BOOLEANS = ("true", "false", "1", "0")
SPEC = "https://www.w3.org/TR/shacl/#"


class ShapeReader:
    """What the shapes say of a node. Whatever is not well-formed raises OntologyError at the
    place of the shape asked about."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.objects = shapes.objects

    @cached_property
    def _about(self) -> dict[Term, set[IRI]]:
        about: dict[Term, set[IRI]] = {}
        for quad in self.shapes.quads:
            about.setdefault(quad.subject, set()).add(quad.predicate)
        return about

    def predicates(self, node: Term) -> set[IRI]:
        """Every predicate that is said of a node."""
        return self._about.get(node, set())

    def wrong(
        self, shape: Term, fact: str | Message, hint: str | Message | None = "", **fields: Value
    ) -> OntologyError:
        """The error for a shape that cannot be used. Codes of fact and hint have the fields."""
        place = self.shapes.place_of(shape)
        node = f"<{shape.value}>" if isinstance(shape, IRI) else None
        fact = Message(fact, **fields) if isinstance(fact, str) else fact
        hint = Message(hint, **fields) if isinstance(hint, str) else hint
        return OntologyError(
            "shape-unusable", fact=fact, origin=replace(place, node=node), hint=hint
        )

    def one(self, shape: Term, predicate: IRI) -> Term | None:
        """The value that a shape may have at most once."""
        values = list(dict.fromkeys(self.objects(shape, predicate)))
        if len(values) > 1:
            raise self.wrong(
                shape,
                Message("property-more-than-once", property=short(predicate)),
                "keep-one-or-two-shapes",
            )
        return values[0] if values else None

    def number(self, shape: Term, predicate: IRI) -> int | None:
        """A whole number, at least 0; the specification names xsd:integer, and no type of its
        kind."""
        value = self.one(shape, predicate)
        if value is None:
            return None
        if (
            isinstance(value, Literal)
            and value.datatype == XSD.integer.value
            and _COUNT.fullmatch(value.value)
        ):
            return int(value.value)
        raise self.wrong(
            shape,
            Message("property-value-is", property=short(predicate), value=value.n3()[:80]),
            Message("whole-number-expected", property=short(predicate)),
        )

    def truth(self, shape: Term, predicate: IRI) -> bool:
        """Whether it is said to be `true`; `"1"^^xsd:boolean` is another term, which the
        specification does not name."""
        value = self.one(shape, predicate)
        if value is None:
            return False
        if (
            isinstance(value, Literal)
            and value.datatype == XSD.boolean.value
            and value.value in _BOOLEANS
        ):
            return value.value == "true"
        raise self.wrong(
            shape,
            Message("property-value-is", property=short(predicate), value=value.n3()[:80]),
            Message("truth-expected", property=short(predicate)),
        )

    def text(self, shape: Term, predicate: IRI, value: Term) -> str:
        """A value that must be a string."""
        if isinstance(value, Literal) and value.datatype == XSD.string.value:
            return value.value
        raise self.wrong(
            shape,
            Message("property-value-is", property=short(predicate), value=value.n3()[:80]),
            Message("plain-text-expected", property=short(predicate)),
        )

    def iri(self, shape: Term, predicate: IRI, value: Term) -> IRI:
        """A value that must be an IRI."""
        if not isinstance(value, IRI):
            raise self.wrong(
                shape,
                Message("property-value-is", property=short(predicate), value=value.n3()[:80]),
                Message("iri-expected", property=short(predicate)),
            )
        return value

    def members(self, shape: Term, head: Term) -> list[Term]:
        """The members of a SHACL list (§1.4)."""
        items: list[Term] = []
        seen: set[Term] = set()
        while head != RDF.nil:
            first, rest = self.objects(head, RDF.first), self.objects(head, RDF.rest)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise self.wrong(
                    shape,
                    Message("list-malformed", head=head.n3()[:80]),
                    "write-list",
                )
            seen.add(head)
            items.append(first[0])
            head = rest[0]
        return items

    def path(self, shape: Term, node: Term, depth: int = DEEPEST) -> Path:
        """A property path (§2.3.1)."""
        if isinstance(node, IRI) and node != RDF.nil:
            return node
        if not isinstance(node, BlankNode) or depth == 0:
            raise self._no_path(shape, node)
        if self.objects(node, RDF.first):
            return Sequence(self._steps(shape, node, depth, 2))
        if choices := self.one(node, SH.alternativePath):
            return AlternativePath(self._steps(shape, choices, depth, 1))
        if turned := self.one(node, SH.inversePath):
            return Inverse(self.path(shape, turned, depth - 1))
        for predicate, mark in _MARKS.items():
            if repeated := self.one(node, predicate):
                return RepeatedPath(self.path(shape, repeated, depth - 1), mark)
        raise self._no_path(shape, node)

    def _steps(self, shape: Term, head: Term, depth: int, least: int) -> tuple[Path, ...]:
        items = self.members(shape, head)
        if len(items) < least:
            raise self._no_path(shape, head)
        return tuple(self.path(shape, item, depth - 1) for item in items)

    def _no_path(self, shape: Term, node: Term) -> OntologyError:
        return self.wrong(
            shape,
            Message("path-not-property-path", node=node.n3()[:80]),
            Message("see-address", address=f"{SPEC}property-paths"),
        )

    def subclasses(self, top: IRI) -> set[Term]:
        """The class and what the shapes say is below it."""
        below: set[Term] = set()
        waiting: list[Term] = [top]
        while waiting:
            if (parent := waiting.pop()) not in below:
                below.add(parent)
                waiting += self._children.get(parent, ())
        return below

    @cached_property
    def _children(self) -> dict[Term, list[Term]]:
        children: dict[Term, list[Term]] = {}
        for quad in self.shapes.quads:
            if quad.predicate == RDFS.subClassOf:
                children.setdefault(quad.object, []).append(quad.subject)
        return children


def short(predicate: IRI) -> str:
    """`sh:name` for a name of SHACL."""
    return short_iri(predicate.value, {"sh": SH.prefix})
