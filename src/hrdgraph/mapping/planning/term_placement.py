"""Subject and object maps into term maps over the rows that they read: joins, collections
(RML-CC) and quoted triples (RML-star)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Final, NamedTuple

from hrdgraph.errors import MappingError, Origin
from hrdgraph.mapping.expressions import nested_terms, renamed_term, term_references
from hrdgraph.mapping.language.logical import check_nesting
from hrdgraph.mapping.model import (
    Constant,
    FinishedTerms,
    FreshBlankNode,
    GatherMap,
    JoinCondition,
    Mapping,
    ObjectMap,
    QuotedMap,
    QuotedTriple,
    Reference,
    RefObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from hrdgraph.mapping.plan import (
    INDEX,
    Elements,
    Enumerate,
    Gather,
    Join,
    QuadRule,
    Reify,
    Relation,
    Scan,
    index_columns,
    row_columns,
)
from hrdgraph.mapping.planning.relations import Relations, tag_over
from hrdgraph.mapping.planning.required_columns import all_maps
from hrdgraph.rdf import IRI, Term
from hrdgraph.sources.reference_columns import HIDDEN
from hrdgraph.vocab import RDF

# the columns of a joined triples map stand under this name beside the child's; of a second join,
# under it twice
PARENT: Final = "parent:"


class PlacedTerm(NamedTuple):
    """A term map, the rows that it reads, the graph map to be used with it, and the rules that
    say what its terms are made of."""

    rows: Relation
    term: TermMap
    graph: TermMap | None
    structure: tuple[QuadRule, ...] = ()


class Placement(NamedTuple):
    """The rows and the graph that a term map is placed over, and the subject that it is beside,
    if any."""

    rows: Relation
    graph: TermMap | None
    beside: TermMap | None = None


class TermPlacer:
    """Places term maps. Collections over the same rows, in the same graph, are one relation."""

    def __init__(self, mapping: Mapping, relations: Relations) -> None:
        self._maps = {item.node: item for item in mapping.triples_maps}
        self._relations = relations
        self._collections: dict[tuple[object, ...], PlacedTerm] = {}
        self._numbers = count()
        self._owners = _owners(mapping)
        check_nesting(self._maps)

    def subject(
        self, item: TriplesMap, rows: Relation, graph: TermMap | None
    ) -> Iterator[PlacedTerm]:
        """The subjects of a triples map over rows of its source. A blank node stands for a
        triple, which is no subject in RDF 1.2."""
        for placed in self._placed(item, Placement(rows, graph), item.subject):
            is_triple = placed.term.type is TermType.TRIPLE
            yield (
                placed._replace(term=replace(placed.term, type=TermType.BLANK_NODE))
                if is_triple
                else placed
            )

    def object(self, item: TriplesMap, at: PlacedTerm, value: ObjectMap) -> Iterator[PlacedTerm]:
        """The objects of an object map, beside a subject."""
        yield from self._placed(item, Placement(at.rows, at.graph, at.term), value)

    def reified(
        self, rows: Relation, term: TermMap, graph: TermMap | None, origin: Origin
    ) -> Iterator[QuadRule]:
        """For each blank node in a term that stands for a triple, the rule that says so
        (rdf:reifies)."""
        for part in nested_terms(term):
            if isinstance(part.expression, QuotedTriple) and part.type is TermType.BLANK_NODE:
                name = f"{HIDDEN}reified"
                named = self._relations.one(Reify(rows, name, replace(part, type=TermType.TRIPLE)))
                yield QuadRule(
                    named,
                    _made(name),
                    constant(RDF.reifies),
                    _made(f"{name}.triple"),
                    graph,
                    origin,
                )

    def _placed(self, item: TriplesMap, at: Placement, value: ObjectMap) -> Iterator[PlacedTerm]:
        match value:
            case TermMap():
                yield PlacedTerm(at.rows, self._settled(value, item), at.graph)
            case RefObjectMap(parent):
                yield from self._elsewhere(item, at, value, self._maps[parent])
            case QuotedMap(quoted):
                yield from self._elsewhere(item, at, value, self._maps[quoted])
            case GatherMap():
                key = (value, at.rows.number, at.graph, at.beside)
                if key not in self._collections:
                    self._collections[key] = self._gathered(item, at, value)
                yield self._collections[key]

    def _elsewhere(
        self, item: TriplesMap, at: Placement, value: RefObjectMap | QuotedMap, other: TriplesMap
    ) -> Iterator[PlacedTerm]:
        """The subjects or triples of another triples map: of the same row, or joined."""
        find = self.subject if isinstance(value, RefObjectMap) else self._triples
        if value.conditions:
            own = next(iter(other.graphs), None)
            for placed in find(other, self._relations.of(other.source), own):
                yield self._joined(at.rows, at.graph, placed, value.conditions)
        elif other.source == item.source:
            yield from find(other, at.rows, at.graph)
        else:
            hint = "add-join-condition-yarrrml"
            what = "a parent" if isinstance(value, RefObjectMap) else "a quoted"
            raise MappingError("join-without-condition", what=what, origin=value.origin, hint=hint)

    def _joined(
        self,
        rows: Relation,
        graph: TermMap | None,
        placed: PlacedTerm,
        conditions: tuple[JoinCondition, ...],
    ) -> PlacedTerm:
        prefix = PARENT * (1 + _depth(rows))
        fields = tuple((prefix + name, Reference(name)) for name in term_references(placed.term))
        joined = self._relations.one(
            Join(rows, placed.rows, True, conditions, fields, tag_over(rows))
        )
        return PlacedTerm(joined, renamed_term(placed.term, prefix), graph, placed.structure)

    def _triples(
        self, item: TriplesMap, rows: Relation, graph: TermMap | None
    ) -> Iterator[PlacedTerm]:
        """Each triple that a triples map says of its rows, as a term."""
        for subject in self.subject(item, rows, graph):
            for name in item.classes:
                yield _triple(
                    item,
                    subject,
                    constant(RDF.type),
                    subject._replace(term=constant(name), structure=()),
                )
            for pair in item.predicate_objects:
                made = [
                    placed for value in pair.objects for placed in self.object(item, subject, value)
                ]
                yield from (
                    _triple(item, subject, predicate, placed)
                    for predicate in pair.predicates
                    for placed in made
                )

    def _gathered(self, item: TriplesMap, at: Placement, value: GatherMap) -> PlacedTerm:
        if value.is_named and _is_multiplied(at.rows, self._relations.of(item.source)):
            hint = "keep-gather-alone"
            raise MappingError("collection-beside-joins", origin=value.origin, hint=hint)
        name = f"{HIDDEN}gather:{next(self._numbers)}"
        lines = self._relations.one(Enumerate(at.rows, f"{name}.line"))
        members = [
            placed
            for member in value.members
            for placed in self._placed(item, at._replace(rows=lines), member)
        ]
        inner = [
            rule
            for p in members
            for rule in (*p.structure, *self.reified(p.rows, p.term, p.graph, value.origin))
        ]
        head = self._head(value, item, f"{name}.{INDEX}")
        kept = (value.is_named, value.keeps_empty, value.is_product)
        gather = self._relations.one(
            Gather(
                lines,
                name,
                head,
                tuple((p.rows, p.term) for p in members),
                value.kind,
                at.graph,
                *kept,
                at.beside,
            )
        )
        own = at.graph if at.graph is None or not value.is_named else _made(gather.column("graph"))
        return PlacedTerm(
            gather, _made(name), own, (*inner, *self._structure(gather, own, value.origin))
        )

    def _structure(
        self, gather: Gather, graph: TermMap | None, origin: Origin
    ) -> Iterator[QuadRule]:
        """The rules that say what is in a collection (RDF Schema §5)."""
        kept = term_references(graph) if graph is not None else ()
        rows, head = self._relations.one(Elements(gather, kept)), _made(gather.name)
        cell, value, after = (_made(gather.column(part)) for part in ("cell", "value", "next"))
        if gather.kind == RDF.List:
            yield QuadRule(rows, cell, constant(RDF.first), value, graph, origin)
            yield QuadRule(rows, cell, constant(RDF.rest), after, graph, origin)
        else:
            yield QuadRule(gather, head, constant(RDF.type), constant(gather.kind), graph, origin)
            member = Template((f"{RDF.prefix}_", Reference(gather.column("rank"))))
            yield QuadRule(rows, head, TermMap(member, TermType.IRI), value, graph, origin)

    def _head(self, value: GatherMap, item: TriplesMap, number: str) -> TermMap:
        """The term of a collection; without a name, a blank node for each iteration, and for
        each tuple of a product."""
        head = self._settled(self._owned(value.head, item), item)
        if value.is_named or not value.is_product:
            return head
        assert isinstance(head.expression, Template)
        return replace(head, expression=Template((*head.expression.parts, ".", Reference(number))))

    def _owned(self, head: TermMap, item: TriplesMap) -> TermMap:
        """The head of a gather map that several triples maps use, told apart for each: their
        rows have the same numbers."""
        scope = head.expression.scope if isinstance(head.expression, FreshBlankNode) else ""
        number = self._owners.get(scope, [item.node]).index(item.node)
        return replace(head, expression=FreshBlankNode(f"{scope}-{number}")) if number else head

    def _settled(self, term: TermMap, item: TriplesMap) -> TermMap:
        """The same term map, with what is unique to each iteration told by the numbers of its
        rows."""
        if not isinstance(term.expression, FreshBlankNode):
            return term
        relation = self._relations.of(item.source)
        if isinstance(relation, Join):
            hint = "give-blank-node-template-or"
            raise MappingError("blank-node-over-join", origin=term.origin, hint=hint)
        numbers = [*(name for name, _ in row_columns(relation)), *index_columns(relation)]
        parts = [part for name in numbers for part in (".", Reference(name))]
        return replace(term, expression=Template((term.expression.scope, *parts)))


def constant(term: IRI) -> TermMap:
    """The term map of an IRI that stands in no mapping."""
    return TermMap(Constant(term), TermType.IRI)


def _triple(
    item: TriplesMap, subject: PlacedTerm, predicate: TermMap, value: PlacedTerm
) -> PlacedTerm:
    triple = TermMap(
        QuotedTriple(subject.term, predicate, value.term), TermType.TRIPLE, origin=item.origin
    )
    return value._replace(term=triple, structure=(*subject.structure, *value.structure))


def _made(column: str) -> TermMap:
    return TermMap(FinishedTerms(column), TermType.ANY)


def _depth(rows: Relation) -> int:
    """How often rows are joined with another triples map."""
    if isinstance(rows, Scan):
        return 0
    own = max((_times(name) for name, _ in rows.fields), default=0) if isinstance(rows, Join) else 0
    return max(own, _depth(rows.child))


def _times(name: str) -> int:
    return 1 + _times(name.removeprefix(PARENT)) if name.startswith(PARENT) else 0


def _is_multiplied(rows: Relation, base: Relation) -> bool:
    """Whether there may be several rows for one of `base`."""
    if rows is base or isinstance(rows, Scan):
        return False
    return (
        isinstance(rows, Join)
        or (isinstance(rows, Gather) and rows.is_product)
        or _is_multiplied(rows.child, base)
    )


def _owners(mapping: Mapping) -> dict[str, list[Term]]:
    """The triples maps that use each collection without a name."""
    found: dict[str, list[Term]] = {}
    for item in mapping.triples_maps:
        for value in all_maps(item):
            if isinstance(value, GatherMap) and isinstance(value.head.expression, FreshBlankNode):
                users = found.setdefault(value.head.expression.scope, [])
                users += [] if item.node in users else [item.node]
    return found
