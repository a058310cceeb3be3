"""The rules of one YARRRML mapping into a triples map for each of its sources and subjects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from hrdgraph.mapping.language.yarrrml.targets import is_short_target, say_target
from hrdgraph.mapping.language.yarrrml.templates import Ref
from hrdgraph.mapping.language.yarrrml.terms import (
    CONDITIONS,
    TermDescription,
    check_object,
    is_type,
    qualified,
    read_object,
    read_term,
    say_condition,
    say_term,
    type_named,
)
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector
from hrdgraph.mapping.language.yarrrml.yaml import (
    Keys,
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    text_of,
    wrong,
)
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


_PAIR: Final[Mapping[str, Sequence[str]]] = {
    "predicates": ("predicate", "p"),
    "objects": ("object", "o"),
    "inversepredicates": ("inversepredicate", "i", "iv"),
    "graphs": ("graph", "g"),
    "datatype": (),
    "language": (),
    "type": (),
    **CONDITIONS,
}


@dataclass(frozen=True)
class PredicateObjects:
    """Predicates, and the objects that each of them has. `joins` are objects that are subjects
    of another mapping."""

    node: Node
    predicates: tuple[TermDescription, ...]
    inverse: tuple[TermDescription, ...]
    objects: tuple[TermDescription, ...]
    joins: tuple[Node, ...]
    graphs: tuple[TermDescription, ...]
    conditions: tuple[Node, ...]


class RuleWriter:
    """Says the rules of a mapping. `maps` are the triples maps of every mapping of the document,
    `targets` the named targets."""

    def __init__(
        self,
        triples: TripleCollector,
        fields: YamlFields,
        targets: Mapping[str, BlankNode],
        maps: Mapping[str, Sequence[IRI]],
    ) -> None:
        self._triples = triples
        self._targets = targets
        self._maps = maps
        self._graphs = tuple(
            read_term(item, triples.names, Message("a-graph"))
            for item in each(fields.get("graphs"))
        )
        self._conditions = each(fields.get("conditions"))
        self._pairs = tuple(
            self._read_pair(item) for item in _pairs(fields.get("predicateobjects"))
        )
        self._check_used(fields)

    def _check_used(self, fields: YamlFields) -> None:
        if fields.has("predicateobjects") and not self._pairs:
            raise wrong(fields.node, "po-empty", "add-line")

    def say(self, iri: IRI, source: BlankNode, subject: TermDescription) -> None:
        """Say the triples map `iri` over a source, with a subject."""
        self._triples.add(iri, RML.logicalSource, source)
        self._triples.add(iri, RML.subjectMap, self._say_subject(subject))
        for pair in self._pairs:
            self._triples.add(iri, RML.predicateObjectMap, self._say_pair(pair))
        for number, (pair, value) in enumerate(_inverted(self._pairs), 1):
            self._say_inverse(IRI(f"{iri.value}/inverse/{number}"), source, subject, pair, value)

    def _say_subject(self, subject: TermDescription) -> BlankNode:
        holder = self._say_term(subject)
        if self._conditions:
            self._triples.add(holder, RML.condition, say_condition(self._triples, self._conditions))
        self._say_graphs(holder, self._graphs)
        return holder

    def _say_graphs(self, holder: BlankNode, graphs: Sequence[TermDescription]) -> None:
        for graph in graphs:
            self._triples.add(holder, RML.graphMap, self._say_term(graph))

    def _say_term(self, term: TermDescription, *, literal: bool = False) -> BlankNode:
        holder = say_term(self._triples, term, literal=literal)
        for target in _targets(term.targets):
            self._triples.add(holder, RML.logicalTarget, self._target(target))
        return holder

    def _target(self, node: Node) -> BlankNode:
        if not isinstance(node, YamlText) or is_short_target(node):
            return say_target(self._triples, node)
        name = text_of(node, Message("a-target")).value
        if name not in self._targets:
            hint = meant(name, self._targets, "name-below-targets-or-write")
            raise wrong(node, Message("target-unknown", name=name), hint)
        return self._targets[name]

    def _read_pair(self, node: Node) -> PredicateObjects:
        if isinstance(node, YamlList):
            return self._read_short(node)
        fields = YamlFields(node, Message("a-predicate-and-object"), _PAIR)
        names = self._triples.names
        predicates = tuple(
            read_term(item, names, Message("a-predicate"))
            for item in each(fields.need("predicates"))
        )
        inverse = tuple(
            read_term(item, names, Message("a-predicate"))
            for item in each(fields.get("inversepredicates"))
        )
        graphs = tuple(
            read_term(item, names, Message("a-graph")) for item in each(fields.get("graphs"))
        )
        joins, objects = self._read_objects(
            fields.need("objects"), predicates, _qualifiers(fields), fields.text("type")
        )
        return self._checked(
            PredicateObjects(
                fields.node,
                predicates,
                inverse,
                objects,
                joins,
                graphs,
                each(fields.get("conditions")),
            )
        )

    def _read_short(self, node: YamlList) -> PredicateObjects:
        if len(node.items) not in (2, 3):
            hint = "write-foaf-name-name-text"
            raise wrong(node, Message("predicate-object-of-parts", count=len(node.items)), hint)
        predicates = tuple(
            read_term(item, self._triples.names, Message("a-predicate"))
            for item in each(node.items[0])
        )
        third = [text_of(item, Message("a-datatype-or-language")) for item in node.items[2:]]
        joins, objects = self._read_objects(node.items[1], predicates, third)
        return self._checked(PredicateObjects(node, predicates, (), objects, joins, (), ()))

    def _checked(self, pair: PredicateObjects) -> PredicateObjects:
        if not pair.predicates or not (pair.objects or pair.joins):
            missing = "object" if pair.predicates else "predicate"
            raise wrong(
                pair.node, Message("pair-incomplete", missing=missing), "write-like-foaf-name-name"
            )
        if pair.inverse and pair.joins:
            raise wrong(
                pair.node,
                "inverse-predicate-object-another-mapping",
                "write-other-mapping-join-reversed",
            )
        return pair

    def _read_objects(
        self,
        node: Node,
        predicates: Sequence[TermDescription],
        qualifiers: Sequence[YamlText],
        kind: YamlText | None = None,
    ) -> tuple[tuple[Node, ...], tuple[TermDescription, ...]]:
        items = each(node)
        joins = tuple(item for item in items if is_join(item))
        said = [*qualifiers, *([kind] if kind else [])]
        if joins and said:
            raise wrong(said[0], "datatype-language-or-type-object", "drop-it")
        return joins, tuple(
            self._read_object(item, predicates, qualifiers, kind)
            for item in items
            if not is_join(item)
        )

    def _read_object(
        self,
        node: Node,
        predicates: Sequence[TermDescription],
        qualifiers: Sequence[YamlText],
        kind: YamlText | None,
    ) -> TermDescription:
        term = read_object(node, self._triples.names)
        if kind is not None and term.kind is None:
            term = replace(term, kind=type_named(kind))
        for qualifier in qualifiers:
            term = qualified(term, qualifier)
        if term.kind is None and any(
            is_type(predicate, self._triples.names) for predicate in predicates
        ):
            return replace(term, kind=RML.IRI)
        check_object(term, self._triples.names)
        return term

    def _say_pair(self, pair: PredicateObjects) -> BlankNode:
        holder = self._triples.new(pair.node)
        self._say_predicates(holder, pair.predicates, pair.conditions)
        for term in pair.objects:
            self._triples.add(holder, RML.objectMap, self._say_term(term, literal=True))
        for join in pair.joins:
            for made in say_joins(self._triples, join, self._maps):
                self._triples.add(holder, RML.objectMap, made)
        self._say_graphs(holder, pair.graphs)
        return holder

    def _say_predicates(
        self, holder: BlankNode, predicates: Sequence[TermDescription], conditions: tuple[Node, ...]
    ) -> None:
        """A condition of a predicate and object is said of the predicate: it then holds for
        whatever the object is."""
        for term in predicates:
            made = self._say_term(_spelt_out(term, self._triples))
            self._triples.add(holder, RML.predicateMap, made)
            if conditions:
                self._triples.add(made, RML.condition, say_condition(self._triples, conditions))

    def _say_inverse(
        self,
        iri: IRI,
        source: BlankNode,
        subject: TermDescription,
        pair: PredicateObjects,
        value: TermDescription,
    ) -> None:
        """Say the triples map that makes the subject the object: of one object, by the inverse
        predicates of its pair."""
        if (
            value.kind not in (RML.IRI, RML.BlankNode)
            or value.value is None
            or subject.value is None
        ):
            hint = "both-ends-must-iris"
            raise wrong(pair.node, "inverse-predicate-object-can-no", hint)
        if value.conditions and self._conditions:
            hint = "keep-function-can-take-result"
            raise wrong(value.conditions[0], "conditions-mapping-object-inverse-predicate", hint)
        self._triples.places[iri] = pair.node.origin
        self._triples.add(iri, RML.logicalSource, source)
        start = self._say_subject(value)
        self._triples.add(iri, RML.subjectMap, start)
        holder = self._triples.new(pair.node)
        self._triples.add(iri, RML.predicateObjectMap, holder)
        self._say_predicates(holder, pair.inverse, pair.conditions)
        self._triples.add(
            holder,
            RML.objectMap,
            self._say_term(replace(subject, kind=subject.kind or RML.IRI), literal=True),
        )
        self._say_graphs(holder, pair.graphs)


def _spelt_out(term: TermDescription, triples: TripleCollector) -> TermDescription:
    """A predicate with `a` as the IRI that it stands for."""
    return (
        replace(term, value=("http://www.w3.org/1999/02/22-rdf-syntax-ns#type",))
        if is_type(term, triples.names)
        else term
    )


def _inverted(
    pairs: Sequence[PredicateObjects],
) -> Iterator[tuple[PredicateObjects, TermDescription]]:
    return ((pair, value) for pair in pairs if pair.inverse for value in pair.objects)


def _pairs(node: Node | None) -> tuple[Node, ...]:
    """The items below predicateobjects; keys with values alone are one item."""
    items = each(node)
    for item in items:
        if not isinstance(item, YamlList | Keys):
            hint = "each-item-list"
            raise wrong(item, Message("pair-expected", text=item.value), hint)
    return items


def _qualifiers(fields: YamlFields) -> list[YamlText]:
    """What keys beside `predicates` and `objects` say of each object, as the texts that stand
    behind it in brackets."""
    datatype, language = fields.text("datatype"), fields.text("language")
    found = [datatype] if datatype is not None else []
    return (
        found
        if language is None
        else [*found, replace(language, value=language.value.removesuffix("~lang") + "~lang")]
    )


def _targets(node: Node | None) -> tuple[Node, ...]:
    """The targets of a term; a list that begins with `file~type` and goes on with a format is
    one."""
    if (
        isinstance(node, YamlList)
        and node.items
        and is_short_target(node.items[0])
        and not any(is_short_target(i) for i in node.items[1:])
    ):
        return (node,)
    return each(node)
