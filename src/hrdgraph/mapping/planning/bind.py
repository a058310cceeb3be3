"""Bind a plan to its sources before a row is read, checking terms, files, columns, fields and
functions. Every error names file and node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from hrdgraph.catalogue import Message, lacks, write_like
from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError, raise_all
from hrdgraph.mapping.expressions import (
    add_term_prefix,
    constant_text,
    expressions,
    references,
    term_references,
    walk_terms,
)
from hrdgraph.mapping.functions.calls import bind as bind_call
from hrdgraph.mapping.language.logical import check_nesting
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FinishedTerms,
    FreshBlankNode,
    FunctionExecution,
    GatherMap,
    JoinCondition,
    LogicalTarget,
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
    Below,
    Elements,
    Enumerate,
    Extend,
    Gather,
    Iterate,
    Join,
    Pick,
    Plan,
    QuadRule,
    Reify,
    Relation,
    Scan,
    index_columns,
    row_columns,
    scans,
)
from hrdgraph.mapping.planning.relations import BELOW, Relations, tag_over
from hrdgraph.mapping.planning.required_columns import all_maps, list_needed
from hrdgraph.mapping.terms.typed_literals import ill_typed, no_such, way_out
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.sources import Dialect
from hrdgraph.sources.json.stream import compile_path
from hrdgraph.sources.reference_columns import HIDDEN, column_hint
from hrdgraph.sources.registry import formulation
from hrdgraph.sources.text import check_regular
from hrdgraph.vocab import RDF, RML

# the columns of a joined triples map stand under this name beside the child's; of a second join,
# under it twice
PARENT: Final = "parent:"


class PlacedTerm(NamedTuple):
    """A term map, the rows that it reads, the graph map to use with it, and the rules for the
    structure of its terms."""

    rows: Relation
    term: TermMap
    graph: TermMap | None
    structure: tuple[QuadRule, ...] = ()


class Placement(NamedTuple):
    """The rows and the graph that a term map is placed over, and its subject, if any."""

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
        """Yield the subjects of a triples map over rows of its source. A blank node stands for a
        triple, which cannot be a subject in RDF 1.2."""
        for placed in self._place(item, Placement(rows, graph), item.subject):
            is_triple = placed.term.type is TermType.TRIPLE
            yield (
                placed._replace(term=replace(placed.term, type=TermType.BLANK_NODE))
                if is_triple
                else placed
            )

    def object(self, item: TriplesMap, at: PlacedTerm, value: ObjectMap) -> Iterator[PlacedTerm]:
        """Yield the objects of an object map, for a subject."""
        yield from self._place(item, Placement(at.rows, at.graph, at.term), value)

    def reify(
        self, rows: Relation, term: TermMap, graph: TermMap | None, origin: Origin
    ) -> Iterator[QuadRule]:
        """Yield a rule (rdf:reifies) for each blank node in a term that stands for a triple."""
        for part in walk_terms(term):
            if isinstance(part.expression, QuotedTriple) and part.type is TermType.BLANK_NODE:
                name = f"{HIDDEN}reified"
                own = self._relations.one(Reify(rows, name, replace(part, type=TermType.TRIPLE)))
                yield QuadRule(
                    own, _column(name), constant(RDF.reifies), _column(f"{name}.triple"), graph,
                    origin,
                )  # fmt: skip

    def _place(self, item: TriplesMap, at: Placement, value: ObjectMap) -> Iterator[PlacedTerm]:
        match value:
            case TermMap():
                yield PlacedTerm(at.rows, self._number_fresh(value, item), at.graph)
            case RefObjectMap(parent):
                yield from self._elsewhere(item, at, value, self._maps[parent])
            case QuotedMap(quoted):
                yield from self._elsewhere(item, at, value, self._maps[quoted])
            case GatherMap():
                key = (value, at.rows.number, at.graph, at.beside)
                if key not in self._collections:
                    self._collections[key] = self._gather(item, at, value)
                yield self._collections[key]

    def _elsewhere(
        self, item: TriplesMap, at: Placement, value: RefObjectMap | QuotedMap, other: TriplesMap
    ) -> Iterator[PlacedTerm]:
        """Yield the subjects or triples of another triples map: of the same row, or joined."""
        find = self.subject if isinstance(value, RefObjectMap) else self._triples
        if value.conditions:
            own = next(iter(other.graphs), None)
            for placed in find(other, self._relations.of(other.source), own):
                yield self._join(at.rows, at.graph, placed, value.conditions)
        elif other.source == item.source:
            yield from find(other, at.rows, at.graph)
        else:
            hint = "add-join-condition-yarrrml"
            parent = isinstance(value, RefObjectMap)
            what = "rml:parentTriplesMap" if parent else "rml:quotedTriplesMap"
            raise MappingError("join-without-condition", what=what, origin=value.origin, hint=hint)

    def _join(
        self, rows: Relation, graph: TermMap | None, placed: PlacedTerm,
        conditions: tuple[JoinCondition, ...],
    ) -> PlacedTerm:  # fmt: skip
        prefix = PARENT * (1 + _depth(rows))
        fields = tuple((prefix + name, Reference(name)) for name in term_references(placed.term))
        relation = self._relations.one(
            Join(rows, placed.rows, True, conditions, fields, tag_over(rows))
        )
        return PlacedTerm(relation, add_term_prefix(placed.term, prefix), graph, placed.structure)

    def _triples(
        self, item: TriplesMap, rows: Relation, graph: TermMap | None
    ) -> Iterator[PlacedTerm]:
        """Yield each triple that a triples map states of its rows, as a term."""
        for subject in self.subject(item, rows, graph):
            for name in item.classes:
                yield _triple(
                    item, subject, constant(RDF.type),
                    subject._replace(term=constant(name), structure=()),
                )  # fmt: skip
            for pair in item.predicate_objects:
                objects = [
                    placed for value in pair.objects for placed in self.object(item, subject, value)
                ]
                yield from (
                    _triple(item, subject, predicate, placed)
                    for predicate in pair.predicates
                    for placed in objects
                )

    def _gather(self, item: TriplesMap, at: Placement, value: GatherMap) -> PlacedTerm:
        if value.is_named and _is_multiplied(at.rows, self._relations.of(item.source)):
            hint = "keep-one"
            fact = Message("not-together", names="rml:gather, rml:joinCondition")
            raise MappingError(fact, origin=value.origin, hint=hint)
        name = f"{HIDDEN}gather:{next(self._numbers)}"
        lines = self._relations.one(Enumerate(at.rows, f"{name}.line"))
        members = [
            placed
            for member in value.members
            for placed in self._place(item, at._replace(rows=lines), member)
        ]
        inner = [
            rule
            for p in members
            for rule in (*p.structure, *self.reify(p.rows, p.term, p.graph, value.origin))
        ]
        head = self._head(value, item, f"{name}.{INDEX}")
        columns = (value.is_named, value.keeps_empty, value.is_product)
        gather = self._relations.one(
            Gather(
                lines,
                name,
                head,
                tuple((p.rows, p.term) for p in members),
                value.kind,
                at.graph,
                *columns,
                at.beside,
            )
        )
        own = (
            at.graph if at.graph is None or not value.is_named else _column(gather.column("graph"))
        )
        return PlacedTerm(
            gather, _column(name), own, (*inner, *self._structure(gather, own, value.origin))
        )

    def _structure(
        self, gather: Gather, graph: TermMap | None, origin: Origin
    ) -> Iterator[QuadRule]:
        """Yield the rules for the contents of a collection (RDF Schema §5)."""
        columns = term_references(graph) if graph is not None else ()
        rows, head = self._relations.one(Elements(gather, columns)), _column(gather.name)
        cell, value, after = (_column(gather.column(part)) for part in ("cell", "value", "next"))
        if gather.kind == RDF.List:
            yield QuadRule(rows, cell, constant(RDF.first), value, graph, origin)
            yield QuadRule(rows, cell, constant(RDF.rest), after, graph, origin)
        else:
            yield QuadRule(gather, head, constant(RDF.type), constant(gather.kind), graph, origin)
            member = Template((f"{RDF.prefix}_", Reference(gather.column("rank"))))
            yield QuadRule(rows, head, TermMap(member, TermType.IRI), value, graph, origin)

    def _head(self, value: GatherMap, item: TriplesMap, number: str) -> TermMap:
        """Return the term of a collection; without a name, a blank node for each iteration, and
        for each tuple of a product."""
        head = self._number_fresh(self._separate_owners(value.head, item), item)
        if value.is_named or not value.is_product:
            return head
        assert isinstance(head.expression, Template)
        return replace(head, expression=Template((*head.expression.parts, ".", Reference(number))))

    def _separate_owners(self, head: TermMap, item: TriplesMap) -> TermMap:
        """Return the head of a gather map, different for each triples map that uses it, because
        their rows have the same numbers."""
        scope = head.expression.scope if isinstance(head.expression, FreshBlankNode) else ""
        number = self._owners.get(scope, [item.node]).index(item.node)
        return replace(head, expression=FreshBlankNode(f"{scope}-{number}")) if number else head

    def _number_fresh(self, term: TermMap, item: TriplesMap) -> TermMap:
        """Return the term map; a fresh blank node becomes a template of the numbers of its rows."""
        if not isinstance(term.expression, FreshBlankNode):
            return term
        relation = self._relations.of(item.source)
        if isinstance(relation, Join):
            fact = lacks("rml:BlankNode", "rml:template")
            raise MappingError(fact, origin=term.origin, hint="give-blank-node-template-or")
        numbers = [*(name for name, _ in row_columns(relation)), *index_columns(relation)]
        parts = [part for name in numbers for part in (".", Reference(name))]
        return replace(term, expression=Template((term.expression.scope, *parts)))


def constant(term: IRI) -> TermMap:
    """Return the term map of an IRI that is not from the mapping."""
    return TermMap(Constant(term), TermType.IRI)


def _triple(
    item: TriplesMap, subject: PlacedTerm, predicate: TermMap, value: PlacedTerm
) -> PlacedTerm:
    triple = TermMap(
        QuotedTriple(subject.term, predicate, value.term), TermType.TRIPLE, origin=item.origin
    )
    return value._replace(term=triple, structure=(*subject.structure, *value.structure))


def _column(column: str) -> TermMap:
    return TermMap(FinishedTerms(column), TermType.ANY)


def _depth(rows: Relation) -> int:
    """Count the joins of rows with other triples maps."""
    if isinstance(rows, Scan):
        return 0
    levels = [_parent_levels(name) for name, _ in rows.fields] if isinstance(rows, Join) else []
    return max(*levels, 0, _depth(rows.child))


def _parent_levels(name: str) -> int:
    """Count the parent prefixes at the start of a column name."""
    return 1 + _parent_levels(name.removeprefix(PARENT)) if name.startswith(PARENT) else 0


def _is_multiplied(rows: Relation, base: Relation) -> bool:
    """Say whether there may be several rows for one of `base`."""
    if rows is base or isinstance(rows, Scan):
        return False
    return (
        isinstance(rows, Join)
        or (isinstance(rows, Gather) and rows.is_product)
        or _is_multiplied(rows.child, base)
    )


def _owners(mapping: Mapping) -> dict[str, list[Term]]:
    """Return the triples maps that use each collection without a name."""
    owners: dict[str, list[Term]] = {}
    for item in mapping.triples_maps:
        for value in all_maps(item):
            if isinstance(value, GatherMap) and isinstance(value.head.expression, FreshBlankNode):
                users = owners.setdefault(value.head.expression.scope, [])
                users += [] if item.node in users else [item.node]
    return owners


Targets = tuple[LogicalTarget, ...]


class _Planner:
    """Makes the rules of statements, then those of the collections and triples in them."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.relations = Relations(list_needed(mapping))
        self.terms = TermPlacer(mapping, self.relations)
        self.structure: dict[tuple[object, ...], QuadRule] = {}

    def rules(self) -> Iterator[QuadRule]:
        for item in self.mapping.triples_maps:
            if item.is_asserted:
                relation = self.relations.of(item.source)
                for name in item.classes:
                    yield from self._class_rules(item, relation, constant(name))
                for pair in item.predicate_objects:
                    for value in pair.objects:
                        placed: list[tuple[PlacedTerm, PlacedTerm, Targets]] = [
                            (subject, obj, targets)
                            for graph, targets in _graphs((*item.graphs, *pair.graphs))
                            for subject in self.terms.subject(item, relation, graph)
                            for obj in self.terms.object(item, subject, value)
                        ]
                        for predicate in pair.predicates:
                            for subject, obj, targets in placed:
                                rule = QuadRule(
                                    obj.rows,
                                    subject.term,
                                    predicate,
                                    obj.term,
                                    obj.graph,
                                    value.origin,
                                )
                                all_targets = _union(
                                    item.subject.targets, predicate.targets, value.targets, targets
                                )
                                yield self._with_structure(
                                    rule, (*subject.structure, *obj.structure), all_targets
                                )
                if isinstance(item.subject, GatherMap):  # it says something by itself
                    for graph, targets in _graphs(item.graphs):
                        for subject in self.terms.subject(item, relation, graph):
                            self._note(subject.structure, _union(item.subject.targets, targets))
        yield from self.structure.values()

    def _class_rules(
        self, item: TriplesMap, relation: Relation, name: TermMap
    ) -> Iterator[QuadRule]:
        for graph, targets in _graphs(item.graphs):
            for subject in self.terms.subject(item, relation, graph):
                rule = QuadRule(
                    subject.rows, subject.term, constant(RDF.type), name, subject.graph, item.origin
                )
                yield self._with_structure(
                    rule, subject.structure, _union(item.subject.targets, targets)
                )

    def _with_structure(
        self, rule: QuadRule, structure: Iterable[QuadRule], targets: Targets
    ) -> QuadRule:
        """Return a rule with its targets, which the structure of its terms goes to as well."""
        self._note(structure, targets)
        for term in (rule.subject, rule.object):
            self._note(self.terms.reify(rule.relation, term, rule.graph, rule.origin), targets)
        return replace(rule, targets=targets) if targets else rule

    def _note(self, structure: Iterable[QuadRule], targets: Targets) -> None:
        for rule in structure:
            key = (
                rule.relation.number, rule.subject, rule.predicate, rule.object, rule.graph,
                targets,
            )  # fmt: skip
            self.structure.setdefault(key, replace(rule, targets=targets))


def _graphs(terms: tuple[TermMap, ...]) -> list[tuple[TermMap | None, Targets]]:
    """Return distinct graph maps with their targets; rml:defaultGraph and no graph map at all are
    None."""
    graphs: dict[TermMap | None, Targets] = {}
    for term in terms:
        name = None if term.expression == Constant(RML.defaultGraph) else term
        graphs[name] = _union(graphs.get(name, ()), term.targets)
    return list(graphs.items()) or [(None, ())]


def _union(*targets: Targets) -> Targets:
    return tuple(dict.fromkeys(target for some in targets for target in some))


Columns = list[str] | None


def bind(mapping: Mapping) -> Plan:
    """Plan a mapping and check it against its files. Raises everything that is wrong at once."""
    # Plan a mapping. MappingError where a view, a join or a quoted triple refers to what is not
    # there.
    plan = Plan.of(_Planner(mapping).rules())
    binder = _Binder()
    errors = [error for rule in plan.rules for error in binder.check(rule)]
    raise_all(list({str(error): error for error in (*binder.unread.values(), *errors)}.values()))
    return plan


class _Binder:
    """Checks rules one after another; each relation and each file once. Files in `unread`, with
    the reason, have no known columns; other errors are still reported."""

    def __init__(self) -> None:
        self.columns: dict[int, Columns] = {}
        self.headers: dict[tuple[Path, Dialect], Columns] = {}
        self.unread: dict[tuple[Path, Dialect], HrdgraphError] = {}

    def check(self, rule: QuadRule) -> Iterator[HrdgraphError]:
        """Yield what is wrong with a rule, its relation first."""
        if rule.relation.number not in self.columns:
            yield from self._check_relation(rule.relation, rule.origin)
        for term in (rule.subject, rule.predicate, rule.object, rule.graph):
            if term is not None:
                yield from self._check_term(term, rule.relation, rule.origin)

    def _check_term(
        self, term: TermMap, relation: Relation, origin: Origin
    ) -> Iterator[HrdgraphError]:
        yield from self._check_names(
            term_references(term), relation, term.origin if term.origin.file else origin
        )
        for expression in expressions(term):
            yield from _check_expression(expression)
        constant = term.expression.term if isinstance(term.expression, Constant) else None
        if isinstance(constant, Literal) and not (
            constant.language or term.language or term.ill_typed
        ):
            datatype = constant_text(term.datatype) if term.datatype else constant.datatype
            if datatype and ill_typed(constant.value, datatype):
                place = term.origin if term.origin.file else origin
                yield MappingError(
                    no_such(constant.value, datatype),
                    origin=place,
                    hint=way_out(constant.value, datatype),
                )

    def _check_relation(self, relation: Relation, origin: Origin) -> Iterator[HrdgraphError]:
        match relation:
            case Extend(child, _, expression, place):
                yield from self._check_relation(child, origin)
                yield from self._check_names(references(expression), child, place)
                yield from _check_expression(expression)
            case Join():
                yield from self._check_join(relation, origin)
            case Iterate(child, _, _, _, path, fields):
                yield from self._check_relation(child, origin)
                yield from _check_path(path, relation.origin)
                for item in fields:
                    yield from _check_path(item.path, item.origin)
            case Pick(child, _, _, path):
                yield from self._check_relation(child, origin)
                yield from _check_path(path, relation.origin)
            case Below(child) | Enumerate(child) | Elements(child) | Reify(child):
                yield from self._check_relation(child, origin)
            case Gather(child, _, head, members):
                yield from self._check_relation(child, origin)
                yield from self._check_term(head, relation, origin)
                for rows, term in members:
                    yield from self._check_relation(rows, origin)
                    yield from self._check_term(term, rows, origin)

    def _check_join(self, join: Join, origin: Origin) -> Iterator[HrdgraphError]:
        yield from self._check_relation(join.child, origin)
        yield from self._check_relation(join.parent, origin)
        for test in join.conditions:
            yield from self._check_names(references(test.child), join.child, test.origin)
            yield from self._check_names(references(test.parent), join.parent, test.origin)
        names = tuple(name for _, expression in join.fields for name in references(expression))
        bare = {name: name.removesuffix(f".{INDEX}") for name in names}
        own = tuple(name for name in names if bare[name] == name or bare[name] not in names)
        place = join.origin if join.origin.file else origin
        yield from self._check_names(own, join.parent, place)

    def _check_names(
        self, names: tuple[str, ...], relation: Relation, origin: Origin
    ) -> Iterator[HrdgraphError]:
        known = self._columns(relation)
        if known is not None:
            yield from (
                _no_column(name, known, relation, origin)
                for name in names
                if name not in known and HIDDEN not in name
            )

    def _columns(self, relation: Relation) -> Columns:
        """Return the columns of a relation that expressions may refer to."""
        if relation.number not in self.columns:
            self.columns[relation.number] = self._work_out(relation)
        return self.columns[relation.number]

    def _work_out(self, relation: Relation) -> Columns:
        if isinstance(relation, Scan):
            return self._header(relation)
        known = self._columns(relation.child)
        return known if known is None else _with_own(relation, known)

    def _header(self, scan: Scan) -> Columns:
        """Return the columns of a table; references into other formats are only checked as
        paths."""
        source = scan.source
        key = (source.path, source.dialect)
        reader = formulation(source.formulation, source.origin)
        try:
            check_regular(source.path)
            if reader.header is None:
                reader.check(*key, scan.columns, source.origin)
                return list(scan.columns)
            if key not in self.headers or (reader.meant and key not in self.unread):
                self.headers[key] = reader.columns(*key, scan.columns)
        except SourceError as error:
            self.headers[key] = None
            self.unread[key] = MappingError(
                "place-and-fact", file=error.origin, fact=error.message, origin=source.origin,
                hint=error.advice,
            )  # fmt: skip
        return self.headers[key]


def _with_own(relation: Relation, known: list[str]) -> list[str]:
    """Return the columns of a relation from those of the one below."""
    match relation:
        case Below(_, prefix):
            return [prefix + name for name in known]
        case Enumerate(_, name):
            return [*known, name]
        case Extend(_, name) | Pick(_, _, name):
            return [*known, name, f"{name}.{INDEX}"]
        case Iterate(_, _, name, fields=fields):
            return [
                *known,
                f"{name}.{INDEX}",
                *(column for item in fields for column in (item.name, f"{item.name}.{INDEX}")),
            ]
        case Join(_, _, _, _, fields):
            return [*known, *(name for name, _ in fields)]
        case _:
            return known


def _no_column(name: str, known: list[str], relation: Relation, origin: Origin) -> MappingError:
    shown = [_without_space(column) for column in known if _space(column) == _space(name)]
    hint = column_hint(
        _without_space(name),
        shown,
        Message("there-is", known=", ".join(c for c in shown if not c.endswith(INDEX))),
    )
    files = ", ".join(dict.fromkeys(scan.source.path.name for scan in scans(relation)))
    fact = Message("column-missing-in", name=_without_space(name), files=files)
    return MappingError(fact, origin=origin, hint=hint)


def _space(name: str) -> str:
    """Return where a column belongs: below a view, to a joined parent, or ("") to the relation
    itself."""
    space = next((space for space in (BELOW, PARENT) if name.startswith(space)), "")
    return space + _space(name.removeprefix(space)) if space else ""


def _without_space(name: str) -> str:
    return name.removeprefix(_space(name))


def _check_path(path: str, origin: Origin) -> Iterator[HrdgraphError]:
    try:
        compile_path(path)
    except ValueError as error:
        yield MappingError(
            Message("library-says", reason=error),
            origin=origin,
            hint=write_like("$.items[*].name (RFC 9535)"),
        )


def _check_expression(expression: Expression) -> Iterator[HrdgraphError]:
    if isinstance(expression, FunctionExecution):
        try:
            bind_call(expression)
        except MappingError as error:
            yield error
        for _, value in expression.inputs:
            yield from _check_expression(value)
