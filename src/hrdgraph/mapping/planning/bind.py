"""Binds a plan to its sources before a row is read: files, columns, fields, functions. Every
error names file and node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hrdgraph.catalogue import Message
from hrdgraph.errors import HrdgraphError, MappingError, Origin, SourceError, raise_all
from hrdgraph.mapping.expressions import constant_text, expressions, references, term_references
from hrdgraph.mapping.functions.calls import bind as bind_call
from hrdgraph.mapping.model import (
    Constant,
    Expression,
    FunctionExecution,
    GatherMap,
    LogicalTarget,
    Mapping,
    ObjectMap,
    PredicateObjectMap,
    TermMap,
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
    scans,
)
from hrdgraph.mapping.planning.relations import BELOW, Relations
from hrdgraph.mapping.planning.required_columns import needed_columns
from hrdgraph.mapping.planning.term_placement import PARENT, PlacedTerm, TermPlacer, constant
from hrdgraph.mapping.terms.typed_literals import ill_typed, no_such, way_out
from hrdgraph.rdf import Literal
from hrdgraph.sources import Dialect
from hrdgraph.sources.json.stream import compile_path
from hrdgraph.sources.reference_columns import HIDDEN, column_hint
from hrdgraph.sources.registry import formulation
from hrdgraph.sources.text import check_regular
from hrdgraph.vocab import RDF, RML

Targets = tuple[LogicalTarget, ...]


def plan_mapping(mapping: Mapping) -> Plan:
    """Plan a mapping. MappingError where a view, a join or a quoted triple refers to what is not
    there."""
    return Plan.of(_Planner(mapping).rules())


class _Planner:
    """Makes the rules of statements, and after them those of the collections and triples that
    the statements are about."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self.relations = Relations(needed_columns(mapping))
        self.terms = TermPlacer(mapping, self.relations)
        self.structure: dict[tuple[object, ...], QuadRule] = {}

    def rules(self) -> Iterator[QuadRule]:
        for item in self.mapping.triples_maps:
            if item.is_asserted:
                yield from self._rules_of(item, self.relations.of(item.source))
        yield from self.structure.values()

    def _rules_of(self, item: TriplesMap, relation: Relation) -> Iterator[QuadRule]:
        for name in item.classes:
            yield from self._class_rules(item, relation, constant(name))
        for pair in item.predicate_objects:
            for value in pair.objects:
                yield from self._pair_rules(item, relation, pair, value)
        if isinstance(item.subject, GatherMap):  # it says something by itself
            for graph, targets in _graphs(item.graphs):
                for subject in self.terms.subject(item, relation, graph):
                    self._note(subject.structure, _union(item.subject.targets, targets))

    def _class_rules(
        self, item: TriplesMap, relation: Relation, name: TermMap
    ) -> Iterator[QuadRule]:
        for graph, targets in _graphs(item.graphs):
            for subject in self.terms.subject(item, relation, graph):
                made = QuadRule(
                    subject.rows, subject.term, constant(RDF.type), name, subject.graph, item.origin
                )
                yield self._with_structure(
                    made, subject.structure, _union(item.subject.targets, targets)
                )

    def _pair_rules(
        self, item: TriplesMap, relation: Relation, pair: PredicateObjectMap, value: ObjectMap
    ) -> Iterator[QuadRule]:
        """The rules of one object map: for each predicate, in each graph."""
        found: list[tuple[PlacedTerm, PlacedTerm, Targets]] = [
            (subject, made, targets)
            for graph, targets in _graphs((*item.graphs, *pair.graphs))
            for subject in self.terms.subject(item, relation, graph)
            for made in self.terms.object(item, subject, value)
        ]
        for predicate in pair.predicates:
            for subject, made, targets in found:
                rule = QuadRule(
                    made.rows, subject.term, predicate, made.term, made.graph, value.origin
                )
                all_targets = _union(
                    item.subject.targets, predicate.targets, value.targets, targets
                )
                yield self._with_structure(rule, (*subject.structure, *made.structure), all_targets)

    def _with_structure(
        self, rule: QuadRule, structure: Iterable[QuadRule], targets: Targets
    ) -> QuadRule:
        """A rule with its targets, to which what its terms are made of goes too."""
        self._note(structure, targets)
        for term in (rule.subject, rule.object):
            self._note(self.terms.reified(rule.relation, term, rule.graph, rule.origin), targets)
        return replace(rule, targets=targets) if targets else rule

    def _note(self, structure: Iterable[QuadRule], targets: Targets) -> None:
        for rule in structure:
            key = (
                rule.relation.number,
                rule.subject,
                rule.predicate,
                rule.object,
                rule.graph,
                targets,
            )
            self.structure.setdefault(key, replace(rule, targets=targets))


def _graphs(terms: tuple[TermMap, ...]) -> list[tuple[TermMap | None, Targets]]:
    """Graph maps without repetition, with their targets; rml:defaultGraph and no graph map at
    all are None."""
    found: dict[TermMap | None, Targets] = {}
    for term in terms:
        name = None if term.expression == Constant(RML.defaultGraph) else term
        found[name] = _union(found.get(name, ()), term.targets)
    return list(found.items()) or [(None, ())]


def _union(*targets: Targets) -> Targets:
    return tuple(dict.fromkeys(target for some in targets for target in some))


Columns = list[str] | None


def bind(mapping: Mapping) -> Plan:
    """Plan a mapping and check it against its files. Raises everything that is wrong at once."""
    plan = plan_mapping(mapping)
    binder = _Binder()
    errors = [error for rule in plan.rules for error in binder.check(rule)]
    raise_all(list({str(error): error for error in (*binder.unread.values(), *errors)}.values()))
    return plan


class _Binder:
    """Checks rules one after another; each relation and each file once. Of a file that cannot be
    read no column is known; why not is in `unread`, and what else is wrong is told all the same."""

    def __init__(self) -> None:
        self.columns: dict[int, Columns] = {}
        self.headers: dict[tuple[Path, Dialect], Columns] = {}
        self.unread: dict[tuple[Path, Dialect], HrdgraphError] = {}

    def check(self, rule: QuadRule) -> Iterator[HrdgraphError]:
        """What is wrong with a rule, its relation first."""
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
        yield from _check_calls(term)
        yield from _check_constant(term, origin)

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
        """The columns of a relation that expressions may refer to."""
        if relation.number not in self.columns:
            self.columns[relation.number] = self._work_out(relation)
        return self.columns[relation.number]

    def _work_out(self, relation: Relation) -> Columns:
        if isinstance(relation, Scan):
            return self._header(relation)
        known = self._columns(relation.child)
        return known if known is None else _with_own(relation, known)

    def _header(self, scan: Scan) -> Columns:
        """The columns of a table; references into other formats are checked as paths and taken
        as they are."""
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
                "source-unread",
                place=error.origin,
                fact=error.message,
                origin=source.origin,
                hint=error.advice,
            )
        return self.headers[key]


def _with_own(relation: Relation, known: list[str]) -> list[str]:
    """The columns of what a relation stands on, with those that it adds."""
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
    shown = [_shown(column) for column in known if _space(column) == _space(name)]
    hint = column_hint(
        _shown(name),
        shown,
        Message("there-is-these", known=", ".join(c for c in shown if not c.endswith(INDEX))),
    )
    files = ", ".join(dict.fromkeys(scan.source.path.name for scan in scans(relation)))
    fact = (
        Message("view-field-unknown", name=_shown(name), files=files)
        if _is_field(name, relation)
        else Message("column-missing-in", name=_shown(name), files=files)
    )
    return MappingError(fact, origin=origin, hint=hint)


def _is_field(name: str, relation: Relation) -> bool:
    """Whether a reference is to a view's own fields, and not to the columns of what the last of
    the views stands on."""
    depth = 0
    while not isinstance(relation, Scan):
        depth += isinstance(relation, Below)
        relation = relation.child
    return depth > _space(name).count(BELOW)


def _space(name: str) -> str:
    """Where a column belongs: to what a view stands on, to a joined parent, or to the relation
    itself (the empty text)."""
    space = next((space for space in (BELOW, PARENT) if name.startswith(space)), "")
    return space + _space(name.removeprefix(space)) if space else ""


def _shown(name: str) -> str:
    return name.removeprefix(_space(name))


def _check_path(path: str, origin: Origin) -> Iterator[HrdgraphError]:
    try:
        compile_path(path)
    except ValueError as error:
        yield MappingError(
            Message("library-says", reason=error),
            origin=origin,
            hint="write-jsonpath-items-name-rfc",
        )


def _check_calls(term: TermMap) -> Iterator[HrdgraphError]:
    for expression in expressions(term):
        yield from _check_expression(expression)


def _check_constant(term: TermMap, origin: Origin) -> Iterator[HrdgraphError]:
    """A constant whose text its datatype does not allow."""
    constant = term.expression.term if isinstance(term.expression, Constant) else None
    if isinstance(constant, Literal) and not (constant.language or term.language or term.ill_typed):
        datatype = constant_text(term.datatype) if term.datatype else constant.datatype
        if datatype and ill_typed(constant.value, datatype):
            place = term.origin if term.origin.file else origin
            yield MappingError(
                no_such(constant.value, datatype),
                origin=place,
                hint=way_out(constant.value, datatype),
            )


def _check_expression(expression: Expression) -> Iterator[HrdgraphError]:
    if isinstance(expression, FunctionExecution):
        try:
            bind_call(expression)
        except MappingError as error:
            yield error
        for _, value in expression.inputs:
            yield from _check_expression(value)
