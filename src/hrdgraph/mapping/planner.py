"""The model of a mapping into its plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from hrdgraph.errors import MappingError
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    ExpressionField,
    Field,
    IterableField,
    LogicalSource,
    LogicalView,
    Mapping,
    Reference,
    RefObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
    Unique,
    ViewJoin,
    references,
    renamed,
    renamed_term,
    term_references,
)
from hrdgraph.mapping.plan import (
    INDEX,
    Below,
    Extend,
    Iterate,
    Join,
    Number,
    Pick,
    Plan,
    Relation,
    Rule,
    Scan,
    index_columns,
    row_columns,
)
from hrdgraph.rdf import Literal
from hrdgraph.sources.jsonpath import quoted_name
from hrdgraph.sources.kinds import HIDDEN
from hrdgraph.vocab import RDF, RML, XSD

PARENT = "parent:"  # the columns of a joined triples map stand under this name beside the child's
BELOW = "source:"  # the columns that a view stands on, while its fields are made
WHOLE = "$"  # the whole item of a JSON source


def plan_mapping(mapping: Mapping) -> Plan:
    """Plan a mapping. MappingError where a view or join refers to what is not there."""
    return Plan(tuple(_Planner(mapping).rules()))


class _Planner:
    """Holds what a plan is made from: the triples maps by name, and the columns that each file must give."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.maps = {item.node: item for item in mapping.triples_maps}
        self.columns = self._columns()
        self.relations: dict[int, Relation] = {}  # by the identity of the source: hashing a deep view again and again is dear
        self.equal: dict[Relation, Relation] = {}

    def rules(self) -> Iterator[Rule]:
        for triples_map in self.mapping.triples_maps:
            relation = self.relation(triples_map.source)
            yield from self._class_rules(triples_map, relation)
            yield from self._pair_rules(triples_map, relation)

    def _class_rules(self, item: TriplesMap, relation: Relation) -> Iterator[Rule]:
        for name in item.classes:
            for graph in _graphs(item.graphs):
                yield Rule(relation, _settled(item.subject, relation), _constant(RDF.type), _constant(name), graph, item.origin)

    def _pair_rules(self, item: TriplesMap, relation: Relation) -> Iterator[Rule]:
        subject = _settled(item.subject, relation)
        for pair in item.predicate_objects:
            graphs = _graphs((*item.graphs, *pair.graphs))
            for value in pair.objects:
                rows, term = self._object(item, relation, value)
                for predicate in pair.predicates:
                    yield from (Rule(rows, subject, predicate, term, graph, value.origin) for graph in graphs)

    def _object(self, item: TriplesMap, relation: Relation, value: TermMap | RefObjectMap) -> tuple[Relation, TermMap]:
        if isinstance(value, TermMap):
            return relation, _settled(value, relation)
        parent = self.maps[value.parent]
        if not value.conditions:
            if parent.source != item.source:
                hint = "add rml:joinCondition, or give both triples maps the same logical source"
                raise MappingError("a parent triples map on another source needs a join condition", origin=value.origin, hint=hint)
            return relation, _settled(parent.subject, relation)
        rows = self.relation(parent.source)
        subject = _settled(parent.subject, rows)
        fields = tuple((PARENT + name, Reference(name)) for name in term_references(subject))
        joined = Join(relation, rows, True, value.conditions, fields, _tag(relation))
        return self.equal.setdefault(joined, joined), renamed_term(subject, PARENT)

    def relation(self, source: LogicalSource | LogicalView) -> Relation:
        """The rows of a logical source or view; equal rows are the same object, so that they are run once."""
        if id(source) not in self.relations:
            made = self._scan(source) if isinstance(source, LogicalSource) else self._view(source)
            self.relations[id(source)] = self.equal.setdefault(made, made)
        return self.relations[id(source)]

    def _scan(self, source: LogicalSource) -> Scan:
        return Scan(source, tuple(sorted(self.columns[source])))

    def _view(self, source: LogicalView) -> Relation:
        rows: Relation = Number(Below(self.relation(source.on), BELOW))
        for item in source.fields:
            rows = _with_field(rows, item, source.on)
        for join in source.joins:
            rows = self._joined(rows, join)
        return rows

    def _joined(self, rows: Relation, join: ViewJoin) -> Relation:
        fields = tuple(made for item in join.fields for made in _brought(item))
        return Join(rows, self.relation(join.parent), join.inner, join.conditions, fields, _tag(rows))

    def _columns(self) -> dict[LogicalSource, set[str]]:
        """What each file must give: the references of every triples map, view and join on it."""
        found: dict[LogicalSource, set[str]] = defaultdict(set)
        for item in self.mapping.triples_maps:
            self._need(item.source, set(self._references(item)), found)
            for value in (o for pair in item.predicate_objects for o in pair.objects):
                if isinstance(value, RefObjectMap):
                    parents = {name for condition in value.conditions for name in references(condition.parent)}
                    self._need(self.maps[value.parent].source, parents, found)
        return found

    def _references(self, item: TriplesMap) -> Iterator[str]:
        terms = [item.subject, *item.graphs]
        for pair in item.predicate_objects:
            terms += [*pair.predicates, *pair.graphs, *(o for o in pair.objects if isinstance(o, TermMap))]
            yield from (n for o in pair.objects if isinstance(o, RefObjectMap) for c in o.conditions for n in references(c.child))
        yield from (name for term in terms for name in term_references(term))

    def _need(self, source: LogicalSource | LogicalView, names: set[str], found: dict[LogicalSource, set[str]]) -> None:
        if isinstance(source, LogicalSource):
            found[source] |= names
            return
        self._need(source.on, {name for item in source.fields for name in _field_references(item)}, found)
        for join in source.joins:
            wanted = {name for condition in join.conditions for name in references(condition.parent)}
            self._need(join.parent, wanted | {name for item in join.fields for name in references(item.expression)}, found)


def _field_references(item: Field) -> tuple[str, ...]:
    return references(item.expression) if isinstance(item, ExpressionField) else (WHOLE,)


def _with_field(rows: Relation, item: Field, on: LogicalSource | LogicalView) -> Relation:
    """Add a field of a view, and the fields below it."""
    if isinstance(item, IterableField):
        if not isinstance(on, LogicalSource) or on.formulation != "JSONPath":
            raise MappingError(
                "an iterable field directly on what is no JSON source", origin=item.origin, hint="put it under an expression field"
            )
        return _nested(Iterate(rows, BELOW + WHOLE, item.name, item.formulation, item.iterator, item.origin), item)
    return _nested(Extend(rows, item.name, renamed(item.expression, BELOW), item.origin), item)


def _brought(item: ExpressionField) -> Iterator[tuple[str, Expression]]:
    """What a join brings for one of its fields: the field, and its index where it is a field of the parent too."""
    yield item.name, item.expression
    if not isinstance(item.expression, Reference):
        yield f"{item.name}.{INDEX}", Constant(Literal("0", XSD.integer.value))
    elif not item.expression.name.endswith(INDEX):
        yield f"{item.name}.{INDEX}", Reference(f"{item.expression.name}.{INDEX}")


def _nested(rows: Relation, parent: Field) -> Relation:
    for item in parent.fields:
        if isinstance(item, IterableField):
            rows = _nested(Iterate(rows, parent.name, item.name, item.formulation, item.iterator, item.origin), item)
        elif isinstance(item.expression, Reference):
            rows = _nested(Pick(rows, parent.name, item.name, _path(parent, item.expression.name), item.origin), item)
        elif isinstance(item.expression, Constant):
            rows = _nested(Extend(rows, item.name, item.expression, item.origin), item)
        else:
            raise MappingError(
                "a nested field takes a reference", origin=item.origin, hint="use rml:reference with a path inside the parent field"
            )
    return rows


def _path(parent: Field, name: str) -> str:
    """The path of a nested field in its parent's items: records of a CSV table have plain names."""
    return quoted_name(name) if isinstance(parent, IterableField) and parent.formulation == "CSV" else name


def _tag(rows: Relation) -> str:
    return f"{HIDDEN}{len(row_columns(rows))}:"


def _settled(term: TermMap, relation: Relation) -> TermMap:
    """The same term map, with what is unique to each iteration told by the numbers of its rows."""
    if not isinstance(term.expression, Unique):
        return term
    if isinstance(relation, Join):
        hint = "give the blank node a template or reference that tells the rows apart"
        raise MappingError("a blank node without an expression over joined rows", origin=term.origin, hint=hint)
    numbers = [*(name for name, _ in row_columns(relation)), *index_columns(relation)]
    parts = [part for name in numbers for part in (".", Reference(name))]
    return replace(term, expression=Template((term.expression.scope, *parts)))


def _constant(term: object) -> TermMap:
    return TermMap(Constant(term), TermType.IRI)  # type: ignore[arg-type]


def _graphs(terms: tuple[TermMap, ...]) -> list[TermMap | None]:
    """Graph maps without repetition; rml:defaultGraph and no graph map at all are None."""
    named: list[TermMap | None] = [None if t.expression == Constant(RML.defaultGraph) else t for t in terms]
    return list(dict.fromkeys(named)) or [None]
