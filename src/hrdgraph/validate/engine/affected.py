"""Changed triples → the focus nodes of a shape whose results they can change, by walking paths
backwards."""

from __future__ import annotations

import numpy as np

from hrdgraph.rdf import IRI, ColumnGraph, Term
from hrdgraph.validate.engine.columns.data import TripleArrays
from hrdgraph.validate.engine.columns.path_walk import walk
from hrdgraph.validate.engine.columns.relation import NONE, Ids, distinct
from hrdgraph.validate.engine.dependence import meets, properties_of
from hrdgraph.validate.engine.model.paths import (
    AlternativePath,
    Inverse,
    Path,
    RepeatedPath,
    Sequence,
)
from hrdgraph.validate.engine.model.shapes import (
    ClassOf,
    ClosedConstraint,
    Constraint,
    Custom,
    ExpressionConstraint,
    LogicalConstraint,
    Model,
    PairConstraint,
    PropertyConstraint,
    QualifiedCount,
    Shape,
    SparqlConstraint,
    Target,
    TargetKind,
)
from hrdgraph.validate.engine.queries.scanner import scan
from hrdgraph.validate.engine.reading.model_reader import shapes_of
from hrdgraph.validate.engine.sparql.semijoin import TripleColumns, reached_by
from hrdgraph.vocab import RDF, RDFS


class UnboundedChange(Exception):
    """No node can be left out: a class hierarchy has changed, or a query may see any of the
    changes."""


class ChangeReach:
    """What changed triples can reach in one graph. Asked in the graph before and in the graph
    after them, it misses nothing: what leads to the first changed triple on a way is in both.
    """

    def __init__(self, model: Model, data: TripleArrays, changed: ColumnGraph) -> None:
        self.model, self.data = model, data
        text = changed.text()
        self.predicates = frozenset(text["p"].to_list())
        self._changed = {name: data.find(text[name]) for name in ("s", "o")}
        s, p, o = (data.find(text[name]) for name in "spo")
        there = (s >= 0) & (p >= 0) & (o >= 0)
        self._triples = TripleColumns(*(column[there].astype(np.uint32) for column in (s, p, o)))
        self._by = np.array(text["p"].to_list(), dtype=object)
        self._memo: dict[Term, Ids] = {}
        self._seen = properties_of(model)

    def focus_of(self, shape: Shape) -> Ids:
        """Nodes that may enter or leave the targets of a shape, or whose results may change.
        Raises UnboundedChange."""
        if RDFS.subClassOf.n3() in self.predicates:
            raise UnboundedChange
        return self._union(
            [self.nodes_of(shape.node), *(self._target(target) for target in shape.targets)]
        )

    def nodes_of(self, node: Term) -> Ids:
        """Nodes for which a shape may look at a changed triple."""
        if not meets(self._seen[node], self.predicates):
            return NONE
        if node not in self._memo:
            shape = self.model.shapes[node]
            direct = [self._of_focus(constraint) for constraint in shape.constraints]
            values = self._union([self._of_values(constraint) for constraint in shape.constraints])
            if shape.path is not None:
                direct.append(self.on_path(shape.path))
                values = walk(self.data, shape.path, values, turned=True).right
            self._memo[node] = self._union([*direct, values])
        return self._memo[node]

    def _of_focus(self, constraint: Constraint) -> Ids:
        if isinstance(constraint, PairConstraint):
            return self._ends("s", constraint.predicate)
        if isinstance(constraint, SparqlConstraint | Custom):
            return self._of_query(constraint)
        if isinstance(constraint, ExpressionConstraint):
            raise UnboundedChange
        return NONE

    def _of_query(self, constraint: SparqlConstraint | Custom) -> Ids:
        scanned = scan(constraint.query.text)
        if any(scanned.is_free(item) for item in scanned.patterns):
            raise UnboundedChange
        reached = reached_by(self.data, scanned, self._triples)
        if reached is None or (len(reached) and isinstance(constraint, Custom)):
            raise UnboundedChange
        return reached

    def _of_values(self, constraint: Constraint) -> Ids:
        """Value nodes for which the answer of a constraint may change."""
        match constraint:
            case ClassOf():
                return self._ends("s", RDF.type)
            case ClosedConstraint():
                return self._ends("s", None)
            case PropertyConstraint() | LogicalConstraint() | QualifiedCount():
                return self._union([self.nodes_of(inner) for inner in shapes_of(constraint)])
        return NONE

    def on_path(self, path: Path, *, turned: bool = False) -> Ids:
        """Nodes from which a path may lead over a changed triple."""
        match path:
            case IRI():
                return self._ends("o" if turned else "s", path)
            case Inverse(inner):
                return self.on_path(inner, turned=not turned)
            case AlternativePath(choices):
                return self._union([self.on_path(choice, turned=turned) for choice in choices])
            case Sequence(steps):
                return self._on_steps(tuple(reversed(steps)) if turned else steps, turned)
            case RepeatedPath(inner):
                back = RepeatedPath(inner, "*")
                return distinct(
                    walk(
                        self.data, back, self.on_path(inner, turned=turned), turned=not turned
                    ).right
                )

    def _on_steps(self, steps: tuple[Path, ...], turned: bool) -> Ids:
        found = NONE
        for step in reversed(steps):
            before = distinct(walk(self.data, step, found, turned=not turned).right)
            found = np.union1d(before, self.on_path(step, turned=turned))
        return found

    def _target(self, target: Target) -> Ids:
        match target.kind:
            case TargetKind.CLASS:
                return self._ends("s", RDF.type)
            case TargetKind.SUBJECTS:
                return self._ends("s", target.term)
            case TargetKind.OBJECTS:
                return self._ends("o", target.term)
            case TargetKind.SPARQL:
                raise UnboundedChange
        return NONE

    def _ends(self, column: str, predicate: Term | None) -> Ids:
        """Subjects or objects of the changed triples of a predicate, or of all."""
        places = self._changed[column]
        chosen = places >= 0 if predicate is None else (places >= 0) & (self._by == predicate.n3())
        return distinct(places[chosen].astype(np.uint32))

    def _union(self, parts: list[Ids]) -> Ids:
        return distinct(np.concatenate([NONE, *(part for part in parts if len(part))]))
