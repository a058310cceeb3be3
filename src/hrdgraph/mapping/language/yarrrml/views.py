"""Views of a YARRRML document into logical views of RML: a source with fields that are computed,
and joins.

YARRRML has no words for them; here a source with `fields` is one: `on` names the source that it
stands on (where it says no file itself), `fields` gives each field a value or a function, and
`joins` fields of other sources, each `{to, on: [[here, there]], fields, type}`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.language.yarrrml.calls import FunctionCall, say_call
from hrdgraph.mapping.language.yarrrml.nodes import (
    Keys,
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    named,
    text_of,
    wrong,
)
from hrdgraph.mapping.language.yarrrml.sources import say_source
from hrdgraph.mapping.language.yarrrml.templates import Ref, parse
from hrdgraph.mapping.language.yarrrml.terms import object_fields, read_object
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.rdf import IRI, BlankNode
from hrdgraph.vocab import RDF, RML

Find = Callable[[Node], BlankNode]  # the source that a node names
_VIEW: Final = ("on", "fields", "joins")
_JOIN: Final = {"to": (), "on": (), "fields": (), "type": ()}
_TYPES: Final = {"left": RML.leftJoin, "inner": RML.innerJoin}


def is_view(node: Node) -> bool:
    """Whether a source has computed fields, or joins."""
    return isinstance(node, Keys) and any(key.value in _VIEW for key, _ in node.entries)


def say_view(triples: TripleCollector, node: Node, find: Find) -> BlankNode:
    """Say a logical view; the node that it is."""
    assert isinstance(node, Keys)
    own = {key.value: value for key, value in node.entries if key.value in _VIEW}
    rest = Keys(
        tuple((key, value) for key, value in node.entries if key.value not in _VIEW), node.origin
    )
    if "on" in own and rest.entries:
        raise wrong(
            rest.entries[0][0],
            Message("view-key-misplaced", key=rest.entries[0][0].value),
            "say-source",
        )
    holder = triples.new(node)
    triples.add(holder, RDF.type, RML.LogicalView)
    triples.add(holder, RML.viewOn, find(own["on"]) if "on" in own else say_source(triples, rest))
    for key, value in named(own.get("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))
    for item in each(own.get("joins")):
        _say_join(triples, holder, item, find)
    return holder


def _say_field(triples: TripleCollector, name: YamlText, value: Node) -> BlankNode:
    holder = triples.new(name)
    triples.add(holder, RDF.type, RML.ExpressionField)
    triples.add(holder, RML.fieldName, name.value)
    _say_value(triples, holder, value)
    return holder


def _say_value(triples: TripleCollector, holder: BlankNode, node: Node) -> None:
    if isinstance(node, YamlText):
        triples.valued(holder, parse(node.value, node, triples.names.external), node, iri=False)
        return
    if isinstance(node, YamlList):
        raise wrong(node, "list-value-field", "write-text-or-function")
    object_fields(node)
    term = read_object(node, triples.names)
    if isinstance(term.value, FunctionCall):
        triples.add(holder, RML.functionExecution, say_call(triples, term.value))
    else:
        triples.valued(holder, term.value or (), node, iri=False)


def _say_join(triples: TripleCollector, view: BlankNode, node: Node, find: Find) -> None:
    fields = YamlFields(node, "a join", _JOIN)
    kind = fields.text("type")
    name = kind.value if kind is not None else "left"
    if name not in _TYPES:
        raise wrong(node, Message("join-type-unknown", name=name), "write-left-or-inner")
    holder = triples.new(node)
    triples.add(view, _TYPES[name], holder)
    triples.add(holder, RML.parentLogicalView, find(fields.need("to")))
    for pair in each(fields.need("on")):
        if not isinstance(pair, YamlList) or len(pair.items) != 2:
            raise wrong(pair, "records-joined-value", "write-like-key-name")
        condition = triples.new(pair)
        triples.add(holder, RML.joinCondition, condition)
        for item, short, full in zip(
            pair.items, (RML.child, RML.parent), (RML.childMap, RML.parentMap), strict=True
        ):
            _say_side(triples, condition, item, short, full)
    for key, value in named(fields.need("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))


def _say_side(
    triples: TripleCollector, condition: BlankNode, node: Node, short: IRI, full: IRI
) -> None:
    parts = parse(text_of(node, "what is joined by").value, node, triples.names.external)
    if len(parts) == 1 and isinstance(parts[0], Ref):
        triples.add(condition, short, parts[0].name)
        return
    holder = triples.new(node)
    triples.add(condition, full, holder)
    triples.valued(holder, parts, node, iri=False)
