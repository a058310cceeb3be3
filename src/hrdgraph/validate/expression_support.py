"""Shapes and a node expression (SHACL Advanced Features §6) → which of its parts are not
evaluated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from hrdgraph.rdf import BlankNode, Term
from hrdgraph.validate.shapes import Shapes
from hrdgraph.vocab import RDF, SH

MAIN: Final = tuple(
    SH[word]
    for word in [
        "filterShape",
        "path",
        "union",
        "intersection",
        "minus",
        "exists",
        "if",
        "count",
        "distinct",
    ]
)
_INNER: Final = tuple(
    SH[word] for word in ["nodes", "exists", "minus", "if", "then", "else", "count", "distinct"]
)
_LISTS: Final = (SH.union, SH.intersection)


def foreign_parts(shapes: Shapes, expression: Term) -> list[Term]:
    """The nodes of an expression that are of a kind that is not evaluated here: functions above
    all."""
    return [
        node
        for node in _nodes(shapes, expression)
        if not any(shapes.objects(node, word) for word in MAIN)
    ]


def _nodes(shapes: Shapes, expression: Term) -> Iterator[BlankNode]:
    """The expression and those within it that are no constants, each once."""
    waiting, seen = [expression], set[Term]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            yield node
            waiting += [inner for word in _INNER for inner in shapes.objects(node, word)]
            waiting += members_of(
                shapes, (head for word in _LISTS for head in shapes.objects(node, word))
            )


def members_of(shapes: Shapes, heads: Iterable[Term]) -> Iterator[Term]:
    """The members of lists, as far as they are well-formed."""
    waiting, seen = [*heads], set[Term]()
    while waiting:
        head = waiting.pop()
        if head not in seen:
            seen.add(head)
            yield from shapes.objects(head, RDF.first)
            waiting += shapes.objects(head, RDF.rest)
