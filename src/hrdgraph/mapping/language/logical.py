"""Read logical sources and logical views of a mapping's graph into the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from math import prod
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message, is_not, lacks, write_like
from hrdgraph.errors import MappingError
from hrdgraph.mapping.language.access import inner_ending, read_dialect, read_location
from hrdgraph.mapping.language.expressions import (
    VALUED,
    read_expression,
    read_targets,
    read_term,
    reference,
)
from hrdgraph.mapping.language.graph import MappingGraph
from hrdgraph.mapping.model import (
    Expression,
    ExpressionField,
    Field,
    FreshBlankNode,
    GatherMap,
    IterableField,
    JoinCondition,
    LogicalSource,
    LogicalView,
    ObjectMap,
    QuotedMap,
    RefObjectMap,
    SubjectMap,
    TermMap,
    TermType,
    TriplesMap,
    ViewJoin,
)
from hrdgraph.rdf import IRI, BlankNode, Literal, Term
from hrdgraph.sources.registry import ENDINGS
from hrdgraph.vocab import RDF, RML

SQL2008_QUERY = "SQL2008Query"


def read_logical(graph: MappingGraph, node: Term) -> LogicalSource | LogicalView:
    """Read the logical source or view at a node."""
    return (
        graph.once(node, read_view)
        if graph.all(node, RML.viewOn)
        else graph.once(node, read_source)
    )


def read_source(graph: MappingGraph, node: Term) -> LogicalSource:
    """Read a logical source (RML-IO): a file within reach of the mapping, or a database, and how
    to iterate over it."""
    source = graph.one(node, RML.source, required=True)
    assert source is not None
    path, database = read_location(graph, source)
    iterator, query = graph.text(node, RML.iterator), graph.text(node, RML.query)
    dialect = read_dialect(graph, source, path, query or iterator or "$")
    name = _formulation(
        graph, node, path, is_query=query is not None, is_database=database is not None
    )
    namespaces = _namespaces(graph, graph.one(node, RML.referenceFormulation))
    return LogicalSource(
        path, name, replace(dialect, namespaces=namespaces, database=database), graph.origin(node)
    )


def _formulation(
    graph: MappingGraph, node: Term, path: Path, *, is_query: bool, is_database: bool
) -> str:
    """Return the reference formulation, by its IRI or its class; by default from the kind of
    source or its ending."""
    value = graph.one(node, RML.referenceFormulation)
    ending = inner_ending(path)
    if value is None:
        return SQL2008_QUERY if is_query or is_database else ENDINGS.get(ending) or "CSV"
    if RML.XPathReferenceFormulation in graph.all(value, RDF.type):
        return "XPath"
    if not isinstance(value, IRI):
        fact = Message("value-not-as-expected", value="rml:referenceFormulation")
        raise MappingError(fact, origin=graph.origin(value), hint=write_like("rml:JSONPath"))
    name = value.value.removeprefix(RML.prefix)
    likely = ENDINGS.get(ending)
    # text would be made of what is no text
    if name == "CSV" and likely is not None and ":" in likely:
        hint = write_like(f"rml:referenceFormulation <{likely}>")
        fact = Message("is-not", value=path.name, kind="CSV")
        raise MappingError(fact, origin=graph.origin(node), hint=hint)
    return name


def _namespaces(graph: MappingGraph, formulation: Term | None) -> tuple[tuple[str, str], ...]:
    """Return the prefixes of an XPath reference formulation with their namespaces, in order of
    prefixes."""
    namespaces: dict[str, str] = {}
    for node in graph.all(formulation, RML.namespace) if formulation is not None else ():
        prefix, url = graph.text(node, RML.namespacePrefix), graph.text(node, RML.namespaceURL)
        if not prefix or not url or namespaces.get(prefix, url) != url:
            fact = lacks("rml:namespace", "rml:namespacePrefix, rml:namespaceURL")
            raise MappingError(fact, origin=graph.origin(node))
        namespaces[prefix] = url
    return tuple(sorted(namespaces.items()))


def read_view(graph: MappingGraph, node: Term) -> LogicalView:
    """Read a logical view (RML-LV): its source, its fields, its joins."""
    on = graph.one(node, RML.viewOn, required=True)
    assert on is not None
    fields = tuple(_read_field(graph, item, "") for item in graph.all(node, RML.field))
    joins = [_read_join(graph, item, inner=False) for item in graph.all(node, RML.leftJoin)]
    joins += [_read_join(graph, item, inner=True) for item in graph.all(node, RML.innerJoin)]
    view = LogicalView(read_logical(graph, on), fields, tuple(joins), graph.origin(node))
    names: set[str] = set()
    for item in (*_flat(view.fields), *(field for join in view.joins for field in join.fields)):
        if item.name in names:
            fact = Message("there-twice", name=item.name)
            raise MappingError(fact, origin=item.origin, hint="give-each-column-name")
        names.add(item.name)
    return view


def _flat(fields: Iterable[Field]) -> Iterator[Field]:
    for item in fields:
        yield item
        yield from _flat(item.fields)


def _read_field(graph: MappingGraph, node: Term, prefix: str) -> Field:
    name = graph.text(node, RML.fieldName)
    if not name:
        raise MappingError(lacks("rml:field", "rml:fieldName"), origin=graph.origin(node))
    full = prefix + name
    nested = tuple(_read_field(graph, item, f"{full}.") for item in graph.all(node, RML.field))
    if graph.all(node, RML.iterator) or RML.IterableField in graph.all(node, RDF.type):
        formulation = graph.text(node, RML.referenceFormulation) or RML.JSONPath.value
        return IterableField(
            full, formulation.removeprefix(RML.prefix), graph.text(node, RML.iterator) or "$",
            nested, graph.origin(node),
        )  # fmt: skip
    return ExpressionField(full, read_expression(graph, node), nested, graph.origin(node))


def _read_join(graph: MappingGraph, node: Term, *, inner: bool) -> ViewJoin:
    parent = graph.one(node, RML.parentLogicalView, required=True)
    assert parent is not None
    fields = tuple(
        f
        for item in graph.all(node, RML.field)
        if isinstance(f := _read_field(graph, item, ""), ExpressionField)
    )
    return ViewJoin(
        inner, graph.once(parent, read_view), read_conditions(graph, node), fields,
        graph.origin(node),
    )  # fmt: skip


def read_conditions(graph: MappingGraph, node: Term) -> tuple[JoinCondition, ...]:
    """Read the join conditions of a referencing object map or of a join of views."""
    return tuple(_read_condition(graph, item) for item in graph.all(node, RML.joinCondition))


def _read_condition(graph: MappingGraph, node: Term) -> JoinCondition:
    child, parent = (
        _side(graph, node, short, full)
        for short, full in ((RML.child, RML.childMap), (RML.parent, RML.parentMap))
    )
    return JoinCondition(child, parent, graph.origin(node))


def _side(graph: MappingGraph, node: Term, shortcut: IRI, full: IRI) -> Expression:
    text = graph.text(node, shortcut)
    if text is not None:
        return reference(graph, node, text)
    holder = graph.one(node, full, required=True)
    assert holder is not None
    return read_expression(graph, holder)


DEPTH: Final = 50  # of collections, and of triples within triples: more is a mistake, and dear
_KINDS: Final = (RDF.List, RDF.Bag, RDF.Seq, RDF.Alt)
_STRATEGIES: Final = {None: False, RML.append: False, RML.cartesianProduct: True}
_OF_GATHERING: Final = (RML.gather, RML.gatherAs)
_OTHERS: Final = (RML.parentTriplesMap, RML.quotedTriplesMap, *_OF_GATHERING)


def read_subject(graph: MappingGraph, node: Term, base: str) -> SubjectMap:
    """Read the subject map at a node."""
    if graph.all(node, RML.parentTriplesMap):
        hint = Message("there-is", known="rml:template, rml:reference, rml:constant")
        fact = Message("not-allowed-here", term="rml:parentTriplesMap")
        raise MappingError(fact, origin=graph.origin(node), hint=hint)
    value = _read(graph, node, "subject", base, ())
    assert not isinstance(value, RefObjectMap)
    return value


def read_object(graph: MappingGraph, node: Term, base: str) -> ObjectMap:
    """Read the object map at a node."""
    return _read(graph, node, "object", base, ())


def _read(
    graph: MappingGraph, node: Term, position: str, base: str, within: tuple[Term, ...]
) -> ObjectMap:
    # Check that a map is one of: term map, reference, quoted triple, or collection, which alone
    # may have an expression too.
    kinds = {
        "rml:gather" if p in _OF_GATHERING else f"rml:{p.value.removeprefix(RML.prefix)}"
        for p in _OTHERS
        if graph.all(node, p)
    }
    exclusive = kinds - {"rml:gather"}
    valued = [p for p in VALUED if graph.all(node, p)] if exclusive else []
    if len(kinds) > 1 or valued:
        names = [*sorted(kinds), *(f"rml:{p.value.removeprefix(RML.prefix)}" for p in valued)]
        raise MappingError("several-of", hint="keep-one", names=names, origin=graph.origin(node))
    if node in within:
        raise MappingError("contains-itself", origin=graph.origin(node))
    if len(within) > DEPTH:
        raise MappingError("nested-too-deep", origin=graph.origin(node), hint="nest-less")
    if graph.all(node, *_OF_GATHERING):
        return _read_gather(graph, node, base, (*within, node))
    targets, origin = read_targets(graph, node), graph.origin(node)
    parent, quoted = graph.one(node, RML.parentTriplesMap), graph.one(node, RML.quotedTriplesMap)
    if parent is not None:
        return RefObjectMap(parent, read_conditions(graph, node), origin, targets)
    if quoted is not None:
        return QuotedMap(quoted, read_conditions(graph, node), origin, targets)
    return read_term(graph, node, position, base)


def _read_gather(graph: MappingGraph, node: Term, base: str, within: tuple[Term, ...]) -> GatherMap:
    """Read a gather map (RML-CC §3): its members in order, its strategy, and its head."""
    strategy = graph.one(node, RML.strategy)
    kind = graph.one(node, RML.gatherAs, required=True)
    origin = graph.origin(node)
    if not isinstance(kind, IRI) or kind not in _KINDS:
        kinds = "rdf:List, rdf:Bag, rdf:Seq, rdf:Alt"
        raise MappingError("must-be-one-of", term="rml:gatherAs", known=kinds, origin=origin)
    if strategy not in _STRATEGIES:
        ways = "rml:append, rml:cartesianProduct"
        raise MappingError("must-be-one-of", term="rml:strategy", known=ways, origin=origin)
    items = graph.one(node, RML.gather, required=True)
    assert items is not None
    members = tuple(_read(graph, item, "object", base, within) for item in _items(graph, items))
    if not members:
        raise MappingError(is_not("()", "texts"), origin=origin)
    is_named = any(graph.all(node, p) for p in VALUED)
    head = read_term(graph, node, "subject", base) if is_named else _own_head(graph, node)
    flags = (is_named, _is_true(graph, node), _STRATEGIES[strategy])
    return GatherMap(head, members, kind, *flags, origin, read_targets(graph, node))


def _own_head(graph: MappingGraph, node: Term) -> TermMap:
    """Return the head of a collection without a name: a blank node of its own."""
    if graph.one(node, RML.termType) not in (None, RML.BlankNode):
        raise MappingError(lacks("rml:gather", "rml:template"), origin=graph.origin(node))
    return TermMap(
        FreshBlankNode(node.label if isinstance(node, BlankNode) else node.value),
        TermType.BLANK_NODE,
        origin=graph.origin(node),
    )


def _is_true(graph: MappingGraph, node: Term) -> bool:
    value = graph.one(node, RML.allowEmptyListAndContainer)
    if value is None or (isinstance(value, Literal) and value.value in ("true", "false", "1", "0")):
        return value is not None and value.value in ("true", "1")
    fact = Message("must-be-one-of", term="rml:allowEmptyListAndContainer", known="true, false")
    raise MappingError(fact, origin=graph.origin(node))


def _items(graph: MappingGraph, node: Term) -> Iterator[Term]:
    """Yield the items of an RDF list; MappingError for other nodes."""
    visited: set[Term] = set()
    while node != RDF.nil:
        first, rest = graph.one(node, RDF.first), graph.one(node, RDF.rest)
        if first is None or rest is None or node in visited:
            hint = write_like("rml:gather ( [ rml:reference … ] [ … ] )")
            fact = Message("must-be", term="rml:gather", kind=Message("a-list"))
            raise MappingError(fact, origin=graph.origin(node), hint=hint)
        visited.add(node)
        yield first
        node = rest


_TRIPLES: Final = 1000  # within one
# of triples that one triples map may say, since each way to quote others is one
_MOST_KINDS: Final = 100_000

Need = tuple[Term, bool]  # the subjects of a triples map, or its triples


class _Size(NamedTuple):
    """How deeply triples are nested, how many there are in one, and how many kinds of them."""

    depth: int
    triples: int
    kinds: int


def check_nesting(maps: Mapping[Term, TriplesMap]) -> None:
    """Raise MappingError if a triples map needs an unbounded number of terms for its triples."""
    needs = {
        need: _alternatives(item, need)
        for node, item in maps.items()
        for need in ((node, False), (node, True))
    }
    graph = {need: {inner for some in choices for inner in some} for need, choices in needs.items()}
    sizes: dict[Need, _Size] = {}
    try:
        for need in TopologicalSorter(graph).static_order():
            size = sizes[need] = _size(need, needs[need], sizes)
            if size.depth > DEPTH or size.triples > _TRIPLES or size.kinds > _MOST_KINDS:
                place = maps[need[0]].origin
                raise MappingError("nested-too-deep", origin=place, hint="nest-less")
    except CycleError as error:
        place = maps[error.args[1][0][0]].origin
        hint = Message("break-circle", syntax="rml:quotedTriplesMap")
        raise MappingError("contains-itself", origin=place, hint=hint) from None


def _size(need: Need, alternatives: list[list[Need]], sizes: Mapping[Need, _Size]) -> _Size:
    depths = [sizes[inner].depth for some in alternatives for inner in some]
    counts = [sum(sizes[inner].triples for inner in some) for some in alternatives]
    kinds = sum(prod(sizes[inner].kinds for inner in some) for some in alternatives)
    return _Size(need[1] + max(depths, default=0), need[1] + max(counts, default=0), kinds)


def _alternatives(item: TriplesMap, need: Need) -> list[list[Need]]:
    """Return the parts of a triples map's subject, or of each of its triples."""
    if not need[1]:
        return [list(_within(item.subject))]
    values = [
        value for pair in item.predicate_objects for value in pair.objects for _ in pair.predicates
    ]
    subject = (need[0], False)
    return [*([subject, *_within(value)] for value in values), *([subject] for _ in item.classes)]


def _within(value: ObjectMap) -> Iterator[Need]:
    match value:
        case RefObjectMap(parent):
            yield parent, False
        case QuotedMap(quoted):
            yield quoted, True
        case GatherMap(_, members):
            yield from (need for member in members for need in _within(member))
