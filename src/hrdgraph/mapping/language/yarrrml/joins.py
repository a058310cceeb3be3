"""Objects of a YARRRML document that are the subjects of another mapping into referencing object
maps of RML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.functions.idlab import IDLAB
from hrdgraph.mapping.language.yarrrml.calls import (
    FUNCTION_KEYS,
    CallArgument,
    FunctionCall,
    function_named,
    read_call,
)
from hrdgraph.mapping.language.yarrrml.nodes import Keys, Node, YamlFields, each, text_of, wrong
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
    fields = YamlFields(node, Message("an-object-with-mapping"), _JOIN)
    calls = [
        read_call(YamlFields(item, Message("a-condition"), FUNCTION_KEYS), triples.names)
        for item in each(fields.get("conditions"))
    ]
    found: list[BlankNode] = []
    for item in each(fields.need("mapping")):
        name = text_of(item, "'mapping'")
        if name.value not in maps:
            raise wrong(
                name,
                Message("mapping-unknown", name=name.value),
                meant(name.value, maps, Message("there-is", known=", ".join(maps))),
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


def _sides(triples: TripleCollector, call: FunctionCall) -> tuple[CallArgument, CallArgument]:
    """What must be equal: of this mapping's record, and of the other's."""
    if function_named(triples.names, call) != IDLAB.equal:
        raise wrong(
            call.node,
            Message("join-function-unknown", function=call.function),
            "records-joined-function-equal-only",
        )
    if len(call.arguments) != 2:
        raise wrong(
            call.node,
            Message("join-parameters-wrong", count=len(call.arguments)),
            "write-str1-column-s-str2",
        )
    sides = [
        argument.side or usual for argument, usual in zip(call.arguments, _usual(call), strict=True)
    ]
    if sorted(sides) != ["o", "s"]:
        raise wrong(call.node, "join-sides-equal", "subjects-record-s-other-objects")
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
    triples: TripleCollector, condition: BlankNode, side: CallArgument, short: IRI, full: IRI
) -> None:
    value = side.value
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Ref):
        triples.add(condition, short, value[0].name)
        return
    if isinstance(value, FunctionCall):
        raise wrong(side.node, "join-by-function", "join-columns-function-can-stand")
    holder = triples.new(side.node)
    triples.add(condition, full, holder)
    triples.valued(holder, value, side.node, iri=False)
