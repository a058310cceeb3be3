"""Objects of a YARRRML document that are the subjects of another mapping into referencing object
maps of RML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hrdgraph.mapping.functions.idlab import IDLAB
from hrdgraph.mapping.language.yarrrml.calls import (
    FUNCTION_KEYS,
    Argument,
    FunctionCall,
    function_named,
    read_call,
)
from hrdgraph.mapping.language.yarrrml.nodes import Fields, Keys, Node, each, text_of, wrong
from hrdgraph.mapping.language.yarrrml.templates import Ref
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.nearest import meant
from hrdgraph.rdf import IRI, BlankNode
from hrdgraph.vocab import RML

_JOIN: Final[Mapping[str, Sequence[str]]] = {
    "mapping": ("mappings", "m"),
    "conditions": ("condition", "c"),
}


def is_join(node: Node) -> bool:
    """Whether an object refers to another mapping."""
    return isinstance(node, Keys) and any(
        key.value in ("mapping", "mappings", "m") for key, _ in node.entries
    )


def say_joins(
    triples: TripleCollector, node: Node, maps: Mapping[str, Sequence[IRI]]
) -> list[BlankNode]:
    """Say a referencing object map for each triples map that an object refers to; `maps` are
    those of each mapping."""
    fields = Fields(node, "an object with 'mapping'", _JOIN)
    calls = [
        read_call(Fields(item, "a condition", FUNCTION_KEYS), triples.names)
        for item in each(fields.get("conditions"))
    ]
    found: list[BlankNode] = []
    for item in each(fields.need("mapping")):
        name = text_of(item, "'mapping'")
        if name.value not in maps:
            raise wrong(
                name,
                f"no mapping '{name.value}'",
                meant(name.value, maps, f"there is: {', '.join(maps)}"),
            )
        found += [_say_join(triples, node, parent, calls) for parent in maps[name.value]]
    return found


def _say_join(
    triples: TripleCollector, node: Node, parent: IRI, calls: Sequence[FunctionCall]
) -> BlankNode:
    holder = triples.new(node)
    triples.add(holder, RML.parentTriplesMap, parent)
    for call in calls:
        child, other = _sides(triples, call)
        condition = triples.new(call.node)
        triples.add(holder, RML.joinCondition, condition)
        _say_side(triples, condition, child, RML.child, RML.childMap)
        _say_side(triples, condition, other, RML.parent, RML.parentMap)
    return holder


def _sides(triples: TripleCollector, call: FunctionCall) -> tuple[Argument, Argument]:
    """What must be equal: of this mapping's record, and of the other's."""
    if function_named(triples.names, call) != IDLAB.equal:
        raise wrong(
            call.node,
            f"a join by '{call.function}'",
            "records are joined by the function 'equal' only",
        )
    if len(call.arguments) != 2:
        raise wrong(
            call.node,
            f"a join with {len(call.arguments)} parameters",
            "write: [str1, $(column here), s] and [str2, $(column there), o]",
        )
    sides = [
        argument.side or usual for argument, usual in zip(call.arguments, _usual(call), strict=True)
    ]
    if sorted(sides) != ["o", "s"]:
        raise wrong(
            call.node,
            "both parameters of a join are of the same side",
            "one is of the subject's record, s, the other of the object's, o",
        )
    first, second = call.arguments
    return (first, second) if sides[0] == "s" else (second, first)


def _usual(call: FunctionCall) -> tuple[str, str]:
    """The sides where none is said: str1 is of this record, wherever it stands; a side that is
    said leaves the other one."""
    first, second = call.arguments
    other = {"s": "o", "o": "s"}
    if first.side or second.side:
        return other.get(second.side, ""), other.get(first.side, "")
    return ("o", "s") if (first.name, second.name) == ("str2", "str1") else ("s", "o")


def _say_side(
    triples: TripleCollector, condition: BlankNode, side: Argument, short: IRI, full: IRI
) -> None:
    value = side.value
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Ref):
        triples.add(condition, short, value[0].name)
        return
    if isinstance(value, FunctionCall):
        raise wrong(
            side.node,
            "a function in a join",
            "join on columns; a function can stand in the mapping that is joined",
        )
    holder = triples.new(side.node)
    triples.add(condition, full, holder)
    triples.valued(holder, value, side.node, iri=False)
