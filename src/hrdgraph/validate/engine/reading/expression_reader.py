"""A node expression as triples → its model, checked."""

from __future__ import annotations

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.validate.engine.model.expression import (
    NOTHING,
    Along,
    ConstantExpression,
    CountExpression,
    Exists,
    Expression,
    FilterShapeExpression,
    IfExpression,
    Intersection,
    Minus,
    This,
    Union,
    parts_of,
)
from hrdgraph.validate.engine.reading.shape_reader import DEEPEST, ShapeReader, short
from hrdgraph.validate.expression_support import MAIN, foreign_parts
from hrdgraph.vocab import SH

AF = "https://www.w3.org/TR/shacl-af/#"
_THIS = This()


class ExpressionReader:
    """Reads the node expressions that a shape has."""

    def __init__(self, said: ShapeReader, shape: Term) -> None:
        self.said, self.shape = said, shape

    def read(self, node: Term, depth: int = DEEPEST) -> Expression:
        """The expression of a node. OntologyError for what is not well-formed, or is not
        evaluated here."""
        if node == SH.this:
            return _THIS
        if not isinstance(node, BlankNode):
            return ConstantExpression(node)
        if depth == 0:
            raise self.wrong(Message("expression-too-deep"))
        if foreign_parts(self.said.shapes, node):
            names = sorted(short(iri) for iri in self.said.predicates(node))
            fact = Message("expression-not-evaluated", names=names or Message("node-empty"))
            raise self.wrong(fact, known=True)
        words = [word for word in MAIN if self.said.objects(node, word)]
        if len(words) != 1:
            raise self.wrong(Message("expression-ambiguous", names=[short(word) for word in words]))
        return self._one(node, words[0], depth - 1)

    def _one(self, node: Term, word: IRI, depth: int) -> Expression:
        value = self._value(node, word)
        if word == SH.path:
            nodes = _plain(self, self._optional(node, SH.nodes, _THIS, depth))
            return Along(self.said.path(self.shape, value), nodes)
        if word == SH.filterShape:
            if isinstance(value, Literal):
                raise self.wrong(
                    Message("property-value-is", property=short(word), value=value.n3()[:80])
                )
            return FilterShapeExpression(
                value, _plain(self, self._optional(node, SH.nodes, _THIS, depth))
            )
        if word in (SH.union, SH.intersection):
            parts = tuple(self.read(item, depth) for item in self.said.members(self.shape, value))
            return Union(parts) if word == SH.union else Intersection(parts)
        if word == SH["if"]:
            branches = (
                self._optional(node, name, NOTHING, depth) for name in (SH.then, SH["else"])
            )
            return IfExpression(self.read(value, depth), *branches)
        return self._around(node, word, self.read(value, depth), depth)

    def _around(self, node: Term, word: IRI, inner: Expression, depth: int) -> Expression:
        if word == SH.exists:
            return Exists(inner)
        if word == SH.minus:
            return Minus(self.read(self._value(node, SH.nodes), depth), inner)
        # sh:distinct: sets are distinct
        return CountExpression(inner) if word == SH.count else inner

    def _optional(self, node: Term, predicate: IRI, default: Expression, depth: int) -> Expression:
        return (
            self.read(self._value(node, predicate), depth)
            if self.said.objects(node, predicate)
            else default
        )

    def _value(self, node: Term, predicate: IRI) -> Term:
        values = list(dict.fromkeys(self.said.objects(node, predicate)))
        if len(values) != 1:
            code = "expression-property-count" if values else "expression-property-missing"
            raise self.wrong(Message(code, count=len(values), property=short(predicate)))
        return values[0]

    def wrong(self, fact: Message, *, known: bool = False) -> OntologyError:
        """The error for a part of an expression."""
        hint = Message("see-address", address=f"{AF}node-expressions")
        if known:
            hint = Message("known-expressions", known=[short(word) for word in MAIN])
        return self.said.wrong(self.shape, fact, hint)


def _plain(reader: ExpressionReader, nodes: Expression) -> Expression:
    """Nodes that a path or filter may start from: none of them is a number of sh:count."""
    waiting = [nodes]
    while waiting:
        part = waiting.pop()
        if isinstance(part, CountExpression):
            raise reader.wrong(Message("count-not-nodes"))
        waiting += parts_of(part)
    return nodes
