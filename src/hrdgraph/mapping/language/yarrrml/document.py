"""Translate a YARRRML document into the triples of an RML mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hrdgraph.catalogue import Message, add_this, lacks, write_like
from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.functions.grel import IDLAB
from hrdgraph.mapping.language.yarrrml.names import PrefixMap, Ref, parse, read_names
from hrdgraph.mapping.language.yarrrml.terms import (
    CONDITIONS,
    FUNCTION_KEYS,
    CallArgument,
    FunctionCall,
    TermDescription,
    check_object,
    function_iri,
    is_type,
    object_fields,
    qualify,
    read_call,
    read_object,
    read_term,
    say_call,
    say_condition,
    say_term,
    term_type,
)
from hrdgraph.mapping.language.yarrrml.triples import TripleCollector, is_short, say_source
from hrdgraph.mapping.language.yarrrml.yaml import (
    Keys,
    Node,
    YamlFields,
    YamlList,
    YamlText,
    each,
    entries_of,
    read_yaml,
    text_of,
    wrong,
)
from hrdgraph.nearest import hint_at
from hrdgraph.rdf import IRI, BlankNode, Quad
from hrdgraph.rdf import Term as RdfTerm
from hrdgraph.vocab import RDF, RML, Namespace

FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_TARGET: Final[Mapping[str, Sequence[str]]] = {
    "access": (), "type": (), "serialization": (), "compression": (),
}  # fmt: skip
_TYPES: Final = ("localfile", "void", "dcat")
_SERIALIZATIONS: Final = {
    "jsonld": "JSON-LD", "n3": "N3", "ntriples": "N-Triples", "nquads": "N-Quads",
    "rdfxml": "RDF_XML", "turtle": "Turtle", "trig": "TriG",
}  # fmt: skip
_COMPRESSIONS: Final = {
    "gzip": "gzip", "zip": "zip", "targzip": "targz", "targz": "targz", "tarxz": "tarxz",
}  # fmt: skip


def is_short_target(node: Node) -> bool:
    """Say whether a text is the short form of a target, `file~type`, and not its name."""
    return isinstance(node, YamlText) and "~" in node.value


def say_target(triples: TripleCollector, node: Node) -> BlankNode:
    """Say a logical target, written as keys with values or as `[file~type, serialization,
    compression]`; the node that it is."""
    short = _read_short_target(node) if isinstance(node, YamlList | YamlText) else None
    access, kind, serialization, compression = short or _read_long_target(node)
    if kind is not None and kind not in _TYPES:
        hint = Message("there-is", known=", ".join(_TYPES))
        raise wrong(node, Message("not-known-here", name=kind), hint)
    holder, file = triples.new(node), triples.new(access)
    triples.add(holder, RDF.type, RML.LogicalTarget)
    triples.add(holder, RML.target, file)
    triples.add(file, RDF.type, RML.FilePath)
    triples.add(file, RML.root, RML.CurrentWorkingDirectory)
    triples.add(file, RML.path, access.value)
    name = _one_of(serialization, _SERIALIZATIONS) if serialization else "N-Quads"
    triples.add(holder, RML.serialization, FORMATS[name])
    if compression is not None:
        triples.add(holder, RML.compression, RML[_one_of(compression, _COMPRESSIONS)])
    return holder


_Said = tuple[YamlText, str | None, YamlText | None, YamlText | None]


def _read_short_target(node: YamlList | YamlText) -> _Said:
    parts = [text_of(item, "target") for item in each(node)]
    if len(parts) not in (1, 2, 3):
        raise wrong(node, "not-as-expected", write_like("[people.nq~void, nquads]"))
    access, mark, kind = parts[0].value.rpartition("~")
    first = YamlText(access if mark else kind, origin=parts[0].origin)
    return (
        first, kind if mark else None, parts[1] if len(parts) > 1 else None,
        parts[2] if len(parts) > 2 else None,
    )  # fmt: skip


def _read_long_target(node: Node) -> _Said:
    """Read a target that is written with keys."""
    fields = YamlFields(node, "target", _TARGET)
    kind = fields.text("type")
    access = text_of(fields.need("access"), "'access'")
    return (
        access, kind.value if kind else None, fields.text("serialization"),
        fields.text("compression"),
    )  # fmt: skip


def _one_of(node: YamlText, known: Mapping[str, str]) -> str:
    if node.value not in known:
        raise wrong(
            node,
            Message("not-known-here", name=node.value),
            hint_at(node.value, known),
        )
    return known[node.value]


_JOIN: Final[Mapping[str, Sequence[str]]] = {
    "mapping": ("mappings", "m"),
    "conditions": ("condition", "c"),
}


def is_join(node: Node) -> bool:
    """Say whether an object refers to another mapping."""
    return isinstance(node, Keys) and any(
        key.value in ("mapping", "mappings", "m") for key, _ in node.entries
    )


def say_joins(
    triples: TripleCollector, node: Node, maps: Mapping[str, Sequence[IRI]]
) -> list[BlankNode]:
    """Say a referencing object map for each triples map that an object refers to; `maps` are
    those of each mapping."""
    fields = YamlFields(node, "object with mapping", _JOIN)
    calls = [
        read_call(YamlFields(item, "condition", FUNCTION_KEYS), triples.names)
        for item in each(fields.get("conditions"))
    ]
    nodes: list[BlankNode] = []
    for item in each(fields.need("mapping")):
        name = text_of(item, "'mapping'")
        if name.value not in maps:
            raise wrong(
                name,
                Message("not-known-here", name=name.value),
                hint_at(name.value, maps),
            )
        nodes += [_say_join(triples, node, parent, calls) for parent in maps[name.value]]
    return nodes


def _say_join(
    triples: TripleCollector, node: Node, parent: IRI, calls: Sequence[FunctionCall]
) -> BlankNode:
    holder = triples.new(node)
    triples.add(holder, RML.parentTriplesMap, parent)
    for call in calls:
        if function_iri(triples.names, call) != IDLAB.equal:
            raise wrong(
                call.node,
                Message("not-known-here", name=call.function),
                Message("there-is", known="equal"),
            )
        if len(call.arguments) != 2:
            raise wrong(
                call.node,
                Message("not-as-expected"),
                write_like("[str1, $(column here), s], [str2, $(column there), o]"),
            )
        sides = [
            argument.side or usual
            for argument, usual in zip(call.arguments, _usual(call), strict=True)
        ]
        if sorted(sides) != ["o", "s"]:
            raise wrong(call.node, "not-as-expected", "subjects-record-s-other-objects")
        first, second = call.arguments
        child, other = (first, second) if sides[0] == "s" else (second, first)
        condition = triples.new(call.node)
        triples.add(holder, RML.joinCondition, condition)
        _say_side(triples, condition, child, RML.child, RML.childMap)
        _say_side(triples, condition, other, RML.parent, RML.parentMap)
    return holder


def _usual(call: FunctionCall) -> tuple[str, str]:
    """Return the default sides: str1 is of this record, in either place; a stated side leaves the
    other one."""
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
        raise wrong(
            side.node,
            Message("not-allowed-here", term="function"),
            "join-columns-function-can-stand",
        )
    holder = triples.new(side.node)
    triples.add(condition, full, holder)
    triples.add_value(holder, value, side.node, iri=False)


_PAIR: Final[Mapping[str, Sequence[str]]] = {
    "predicates": ("predicate", "p"), "objects": ("object", "o"),
    "inversepredicates": ("inversepredicate", "i", "iv"), "graphs": ("graph", "g"), "datatype": (),
    "language": (), "type": (), **CONDITIONS,
}  # fmt: skip


@dataclass(frozen=True)
class PredicateObjects:
    """Predicates, and the objects of each. `joins` are objects that are subjects of another
    mapping."""

    node: Node
    predicates: tuple[TermDescription, ...]
    inverse: tuple[TermDescription, ...]
    objects: tuple[TermDescription, ...]
    joins: tuple[Node, ...]
    graphs: tuple[TermDescription, ...]
    conditions: tuple[Node, ...]


class RuleWriter:
    """Writes the rules of a mapping. `maps` are the triples maps of every mapping of the document,
    `targets` the named targets."""

    def __init__(
        self, triples: TripleCollector, fields: YamlFields, targets: Mapping[str, BlankNode],
        maps: Mapping[str, Sequence[IRI]],
    ) -> None:  # fmt: skip
        self._triples = triples
        self._targets = targets
        self._maps = maps
        self._graphs = tuple(
            read_term(item, triples.names, "graph") for item in each(fields.get("graphs"))
        )
        self._conditions = each(fields.get("conditions"))
        self._pairs = tuple(
            self._read_pair(item) for item in _pairs(fields.get("predicateobjects"))
        )
        if fields.has("predicateobjects") and not self._pairs:
            raise wrong(fields.node, lacks("mapping", "po"), write_like("- [foaf:name, $(name)]"))

    def say(self, iri: IRI, source: BlankNode, subject: TermDescription) -> None:
        """Say the triples map `iri` over a source, with a subject."""
        self._triples.add(iri, RML.logicalSource, source)
        self._triples.add(iri, RML.subjectMap, self._say_subject(subject))
        for pair in self._pairs:
            holder = self._triples.new(pair.node)
            self._say_predicates(holder, pair.predicates, pair.conditions)
            for term in pair.objects:
                self._triples.add(holder, RML.objectMap, self._say_term(term, literal=True))
            for join in pair.joins:
                for node in say_joins(self._triples, join, self._maps):
                    self._triples.add(holder, RML.objectMap, node)
            self._say_graphs(holder, pair.graphs)
            self._triples.add(iri, RML.predicateObjectMap, holder)
        inverse = ((pair, value) for pair in self._pairs if pair.inverse for value in pair.objects)
        for number, (pair, value) in enumerate(inverse, 1):
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
        name = text_of(node, "target").value
        if name not in self._targets:
            hint = hint_at(name, self._targets, "name-below-targets-or-write")
            raise wrong(node, Message("not-known-here", name=name), hint)
        return self._targets[name]

    def _read_pair(self, node: Node) -> PredicateObjects:
        if isinstance(node, YamlList):
            if len(node.items) not in (2, 3):
                raise wrong(node, Message("not-as-expected"), write_like("- [foaf:name, $(name)]"))
            predicates = tuple(
                read_term(item, self._triples.names, "predicate") for item in each(node.items[0])
            )
            third = [text_of(item, "datatype") for item in node.items[2:]]
            joins, objects = self._read_objects(node.items[1], predicates, third)
            return self._check_pair(PredicateObjects(node, predicates, (), objects, joins, (), ()))
        fields = YamlFields(node, "po", _PAIR)
        names = self._triples.names
        predicates = tuple(
            read_term(item, names, "predicate") for item in each(fields.need("predicates"))
        )
        inverse = tuple(
            read_term(item, names, "predicate") for item in each(fields.get("inversepredicates"))
        )
        graphs = tuple(read_term(item, names, "graph") for item in each(fields.get("graphs")))
        datatype, language = fields.text("datatype"), fields.text("language")
        qualifiers = [datatype] if datatype is not None else []
        if language is not None:
            tag = language.value.removesuffix("~lang") + "~lang"
            qualifiers.append(replace(language, value=tag))
        joins, objects = self._read_objects(
            fields.need("objects"), predicates, qualifiers, fields.text("type")
        )
        return self._check_pair(
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

    def _check_pair(self, pair: PredicateObjects) -> PredicateObjects:
        if not pair.predicates or not (pair.objects or pair.joins):
            missing = "object" if pair.predicates else "predicate"
            raise wrong(
                pair.node,
                Message("lacks", term="po", missing=missing),
                write_like("- [foaf:name, $(name)]"),
            )
        if pair.inverse and pair.joins:
            raise wrong(
                pair.node,
                Message("not-together", names="inversepredicates, mapping"),
                "write-other-mapping-join-reversed",
            )
        return pair

    def _read_objects(
        self, node: Node, predicates: Sequence[TermDescription], qualifiers: Sequence[YamlText],
        kind: YamlText | None = None,
    ) -> tuple[tuple[Node, ...], tuple[TermDescription, ...]]:  # fmt: skip
        items = each(node)
        joins = tuple(item for item in items if is_join(item))
        stated = [*qualifiers, *([kind] if kind else [])]
        if joins and stated:
            raise wrong(
                stated[0],
                Message("not-together", names="mapping, datatype, language, type"),
                "leave-out",
            )
        return joins, tuple(
            self._read_object(item, predicates, qualifiers, kind)
            for item in items
            if not is_join(item)
        )

    def _read_object(
        self, node: Node, predicates: Sequence[TermDescription], qualifiers: Sequence[YamlText],
        kind: YamlText | None,
    ) -> TermDescription:  # fmt: skip
        term = read_object(node, self._triples.names)
        if kind is not None and term.kind is None:
            term = replace(term, kind=term_type(kind))
        for qualifier in qualifiers:
            term = qualify(term, qualifier)
        if term.kind is None and any(
            is_type(predicate, self._triples.names) for predicate in predicates
        ):
            return replace(term, kind=RML.IRI)
        check_object(term, self._triples.names)
        return term

    def _say_predicates(
        self, holder: BlankNode, predicates: Sequence[TermDescription], conditions: tuple[Node, ...]
    ) -> None:
        """State predicates, with the conditions of the pair, which then hold for any object."""
        for term in predicates:
            predicate = self._say_term(_expand_a(term, self._triples))
            self._triples.add(holder, RML.predicateMap, predicate)
            if conditions:
                self._triples.add(
                    predicate, RML.condition, say_condition(self._triples, conditions)
                )

    def _say_inverse(
        self, iri: IRI, source: BlankNode, subject: TermDescription, pair: PredicateObjects,
        value: TermDescription,
    ) -> None:  # fmt: skip
        """Write the triples map for the inverse predicates of one object: it makes the object
        the subject."""
        if (
            value.kind not in (RML.IRI, RML.BlankNode)
            or value.value is None
            or subject.value is None
        ):
            hint = "both-ends-must-iris"
            raise wrong(pair.node, Message("not-allowed-here", term="inversepredicates"), hint)
        if value.conditions and self._conditions:
            hint = "keep-one"
            raise wrong(
                value.conditions[0],
                Message("not-together", names="condition, inversepredicates"),
                hint,
            )
        self._triples.places[iri] = pair.node.origin
        self._triples.add(iri, RML.logicalSource, source)
        self._triples.add(iri, RML.subjectMap, self._say_subject(value))
        holder = self._triples.new(pair.node)
        self._triples.add(iri, RML.predicateObjectMap, holder)
        self._say_predicates(holder, pair.inverse, pair.conditions)
        self._triples.add(
            holder,
            RML.objectMap,
            self._say_term(replace(subject, kind=subject.kind or RML.IRI), literal=True),
        )
        self._say_graphs(holder, pair.graphs)


def _expand_a(term: TermDescription, triples: TripleCollector) -> TermDescription:
    """Return a predicate, with `a` replaced by its IRI."""
    return (
        replace(term, value=("http://www.w3.org/1999/02/22-rdf-syntax-ns#type",))
        if is_type(term, triples.names)
        else term
    )


def _pairs(node: Node | None) -> tuple[Node, ...]:
    """Return the items below predicateobjects; keys with values alone are one item."""
    items = each(node)
    for item in items:
        if not isinstance(item, YamlList | Keys):
            raise wrong(
                item,
                Message("value-not-as-expected", value=item.value),
                write_like("- [foaf:name, $(name)]"),
            )
    return items


def _targets(node: Node | None) -> tuple[Node, ...]:
    """Return the targets of a term; a list of `file~type` and a format is one."""
    if (
        isinstance(node, YamlList)
        and node.items
        and is_short_target(node.items[0])
        and not any(is_short_target(i) for i in node.items[1:])
    ):
        return (node,)
    return each(node)


_AUTHOR: Final = {"name": (), "email": (), "website": ()}


def check_authors(node: Node | None) -> None:
    """Refuse what is no author: a text, or keys with a name, an email and a website."""
    for item in each(node):
        if not isinstance(item, Keys):
            text_of(item, "author")
            continue
        fields = YamlFields(item, "author", _AUTHOR)
        for key in _AUTHOR:
            fields.text(key)


Find = Callable[[Node], BlankNode]  # the source that a node names
_VIEW: Final = ("on", "fields", "joins")
_VIEW_JOIN: Final = {"to": (), "on": (), "fields": (), "type": ()}
_JOIN_KINDS: Final = {"left": RML.leftJoin, "inner": RML.innerJoin}


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
            Message("not-allowed-here", term=f"'{rest.entries[0][0].value}'"),
            "leave-out",
        )
    holder = triples.new(node)
    triples.add(holder, RDF.type, RML.LogicalView)
    triples.add(holder, RML.viewOn, find(own["on"]) if "on" in own else say_source(triples, rest))
    for key, value in entries_of(own.get("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))
    for item in each(own.get("joins")):
        _say_view_join(triples, holder, item, find)
    return holder


def _say_field(triples: TripleCollector, name: YamlText, value: Node) -> BlankNode:
    holder = triples.new(name)
    triples.add(holder, RDF.type, RML.ExpressionField)
    triples.add(holder, RML.fieldName, name.value)
    _say_value(triples, holder, value)
    return holder


def _say_value(triples: TripleCollector, holder: BlankNode, node: Node) -> None:
    if isinstance(node, YamlText):
        triples.add_value(holder, parse(node.value, node, triples.names.external), node, iri=False)
        return
    if isinstance(node, YamlList):
        raise wrong(node, "not-as-expected", "write-text-or-function")
    object_fields(node)
    term = read_object(node, triples.names)
    if isinstance(term.value, FunctionCall):
        triples.add(holder, RML.functionExecution, say_call(triples, term.value))
    else:
        triples.add_value(holder, term.value or (), node, iri=False)


def _say_view_join(triples: TripleCollector, view: BlankNode, node: Node, find: Find) -> None:
    fields = YamlFields(node, "a join", _VIEW_JOIN)
    kind = fields.text("type")
    name = kind.value if kind is not None else "left"
    if name not in _JOIN_KINDS:
        raise wrong(
            node, Message("not-known-here", name=name), Message("there-is", known="left, inner")
        )
    holder = triples.new(node)
    triples.add(view, _JOIN_KINDS[name], holder)
    triples.add(holder, RML.parentLogicalView, find(fields.need("to")))
    for pair in each(fields.need("on")):
        if not isinstance(pair, YamlList) or len(pair.items) != 2:
            raise wrong(pair, "not-as-expected", write_like("- [$(key), $(name)]"))
        condition = triples.new(pair)
        triples.add(holder, RML.joinCondition, condition)
        for item, short, full in zip(
            pair.items, (RML.child, RML.parent), (RML.childMap, RML.parentMap), strict=True
        ):
            _say_view_side(triples, condition, item, short, full)
    for key, value in entries_of(fields.need("fields"), "'fields'"):
        triples.add(holder, RML.field, _say_field(triples, key, value))


def _say_view_side(
    triples: TripleCollector, condition: BlankNode, node: Node, short: IRI, full: IRI
) -> None:
    parts = parse(text_of(node, "what is joined by").value, node, triples.names.external)
    if len(parts) == 1 and isinstance(parts[0], Ref):
        triples.add(condition, short, parts[0].name)
        return
    holder = triples.new(node)
    triples.add(condition, full, holder)
    triples.add_value(holder, parts, node, iri=False)


BASE: Final = "http://mapping.example.com/"
_MAX_MAPS: Final = 1000
_DOCUMENT: Final[Mapping[str, Sequence[str]]] = {
    "base": (), "prefixes": ("prefix",), "authors": ("author", "a"), "external": (),
    "sources": ("source",), "targets": ("target",), "mappings": ("mapping", "m"),
}  # fmt: skip
_MAPPING: Final[Mapping[str, Sequence[str]]] = {
    "sources": ("source",), "subjects": ("subject", "s"),
    "predicateobjects": ("predicateobject", "po"), "graphs": ("graph", "g"), **CONDITIONS,
}  # fmt: skip


def read_yarrrml(
    path: Path, prefixes: Mapping[str, str] | None = None
) -> tuple[list[Quad], dict[RdfTerm, Origin]]:
    """Read the triples of a YARRRML file's RML mapping, and where each node is written. `prefixes`
    are known besides its own. MappingError with file, line and hint on all that is not YARRRML."""
    return say_yarrrml(read_yaml(_text(path), str(path)), prefixes)


def say_yarrrml(
    node: Node, prefixes: Mapping[str, str] | None = None
) -> tuple[list[Quad], dict[RdfTerm, Origin]]:
    """Do the same for a parsed document."""
    fields = YamlFields(node, "YARRRML", _DOCUMENT)
    check_authors(fields.get("authors"))
    triples = TripleCollector(read_names(fields.get("prefixes"), fields.get("external"), prefixes))
    _Document(triples, _base(fields, triples.names)).say(fields)
    return triples.quads, triples.places


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MappingError.unreadable(path, error) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise MappingError(
            "not-in-encoding", encoding="UTF-8", origin=Origin(str(path), line=line)
        ) from error


def _base(fields: YamlFields, names: PrefixMap) -> str:
    base = fields.text("base")
    return names.iri(base.value, base).value if base is not None else BASE


class _Document:
    """Writes the sources, targets and mappings of a document."""

    def __init__(self, triples: TripleCollector, base: str) -> None:
        self._triples = triples
        self._base = base
        self._sources: dict[str, BlankNode] = {}
        self._targets: dict[str, BlankNode] = {}

    def say(self, fields: YamlFields) -> None:
        """Say everything that is written."""
        for key, value in entries_of(fields.get("sources"), "'sources'"):
            self._sources[key.value] = (
                say_view(self._triples, value, self._source)
                if (isinstance(value, Keys) and any(key.value in _VIEW for key, _ in value.entries))
                else say_source(self._triples, value)
            )
        for key, value in entries_of(fields.get("targets"), "'targets'"):
            self._targets[key.value] = say_target(self._triples, value)
        written = [
            (key, YamlFields(value, "mapping", _MAPPING))
            for key, value in entries_of(fields.need("mappings"), "'mappings'")
        ]
        if not written:
            raise wrong(
                fields.node,
                lacks("YARRRML", "mappings"),
                add_this("mappings: {person: {sources: …, s: …, po: …}}"),
            )
        read = [
            (key, item, self._read_sources(item), self._read_subjects(item))
            for key, item in written
        ]
        maps = {
            key.value: self._iris(key, len(sources) * len(subjects))
            for key, _, sources, subjects in read
        }
        for key, item, sources, subjects in read:
            iris = maps[key.value]
            rules = RuleWriter(self._triples, item, self._targets, maps)
            pairs = ((source, subject) for source in sources for subject in subjects)
            for iri, (source, subject) in zip(iris, pairs, strict=True):
                rules.say(iri, source, subject)

    def _iris(self, key: YamlText, number: int) -> list[IRI]:
        """Return the names of the triples maps for a mapping: one for each source and subject."""
        if number > _MAX_MAPS:
            raise wrong(
                key,
                Message("mapping-too-large"),
                Message("at-most", limit=_MAX_MAPS),
            )
        first = self._base + quote(key.value, safe="")
        names = [IRI(first), *(IRI(f"{first}/{count}") for count in range(2, number + 1))]
        self._triples.places.update(dict.fromkeys(names, key.origin))
        return names

    def _read_sources(self, fields: YamlFields) -> list[BlankNode]:
        node = fields.need("sources")
        if isinstance(node, YamlList) and self._is_one(node):
            return [say_source(self._triples, node)]
        sources = [source for item in each(node) for source in self._some(item)]
        if not sources:
            raise wrong(
                fields.node, lacks("mapping", "sources"), add_this("sources: people.csv~csv")
            )
        return sources

    def _some(self, node: Node) -> list[BlankNode]:
        """Return the sources for an item of a list: several if it is a list of names."""
        if isinstance(node, YamlList) and not any(is_short(item) for item in node.items):
            return [self._source(item) for item in node.items]
        return [self._source(node)]

    def _is_one(self, node: YamlList) -> bool:
        """Say whether a list is one source, a file and its iterator, and not several sources."""
        if len(node.items) != 2 or not is_short(node.items[0]):
            return False
        second = node.items[1]
        return (
            isinstance(second, YamlText)
            and not is_short(second)
            and second.value not in self._sources
        )

    def _source(self, node: Node) -> BlankNode:
        if not isinstance(node, YamlText) or is_short(node):
            return say_source(self._triples, node)
        name = text_of(node, "source").value
        if name not in self._sources:
            known = (
                Message("there-is", known=", ".join(self._sources))
                if self._sources
                else write_like(f"{name}~csv")
            )
            raise wrong(
                node,
                Message("not-known-here", name=name),
                hint_at(name, self._sources, known),
            )
        return self._sources[name]

    def _read_subjects(self, fields: YamlFields) -> list[TermDescription]:
        nodes = each(fields.get("subjects"))
        if not nodes:
            return [TermDescription(fields.node, None, RML.BlankNode)]
        return [read_term(item, self._triples.names, "s") for item in nodes]
