"""The model of a mapping into its plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hrdgraph.mapping.model import (
    Constant,
    GatherMap,
    LogicalTarget,
    Mapping,
    ObjectMap,
    PredicateObjectMap,
    TermMap,
    TriplesMap,
)
from hrdgraph.mapping.plan import Plan, QuadRule, Relation
from hrdgraph.mapping.planning.relations import Relations
from hrdgraph.mapping.planning.required_columns import needed_columns
from hrdgraph.mapping.planning.term_placement import PlacedTerm, TermPlacer, constant
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
