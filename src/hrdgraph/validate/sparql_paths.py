"""A SHACL property path → the SPARQL text that means the same."""

from __future__ import annotations

from collections.abc import Callable

from hrdgraph.rdf import IRI, Term
from hrdgraph.validate.findings.model import short
from hrdgraph.vocab import RDF, SH

Objects = Callable[[Term, IRI], list[Term]]

_LONGEST = 100  # steps of one path: longer ones, and lists that bite their tail, are cut here
_POSTFIX = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def path_text(path: Term, objects: Objects) -> str:
    """Write a path: the bare IRI of a predicate, else SPARQL with shortened names, such as
    `^org:member/org:role`."""
    return path.value if isinstance(path, IRI) else _text(path, objects, _LONGEST)


def _text(path: Term, objects: Objects, depth: int) -> str:
    if isinstance(path, IRI):
        name = short(path.value)
        return f"<{name}>" if name == path.value else name
    if depth == 0:
        return "…"
    if steps := _items(path, objects):
        return "/".join(_text(step, objects, depth - 1) for step in steps)
    if choices := objects(path, SH.alternativePath):
        return (
            "("
            + "|".join(_text(choice, objects, depth - 1) for choice in _items(choices[0], objects))
            + ")"
        )
    if turned := objects(path, SH.inversePath):
        return "^" + _inner(turned[0], objects, depth)
    for predicate, mark in _POSTFIX.items():
        if repeated := objects(path, predicate):
            return _inner(repeated[0], objects, depth) + mark
    return path.n3()


def _inner(path: Term, objects: Objects, depth: int) -> str:
    text = _text(path, objects, depth - 1)
    return text if isinstance(path, IRI) or text.startswith("(") else f"({text})"


def _items(head: Term, objects: Objects) -> list[Term]:
    """The members of an RDF list, as far as it is one."""
    items: list[Term] = []
    while (first := objects(head, RDF.first)) and len(items) < _LONGEST:
        items.append(first[0])
        rest = objects(head, RDF.rest)
        if not rest:
            break
        head = rest[0]
    return items
