"""A statement into who may see it, by which rule, and what set the rule: for those who must
answer for what is published, or is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import or_

import polars as pl

from hrdgraph.catalogue import Message
from hrdgraph.privacy.levels import Level, Policy
from hrdgraph.privacy.reasons import REASONS, reasons_of
from hrdgraph.privacy.shadow_graphs import folded, home_of, set_by
from hrdgraph.rdf import IRI, ColumnGraph, Quad
from hrdgraph.vocab import HRD

# for each reason, the quads of the graph that it hides
Marks = tuple[ColumnGraph, Mapping[str, pl.Series]]
# the sentence of each in the catalogue
RULES: Mapping[str, str] = {
    "default": "why-public",
    "said": "why-said-public",
    "withdrawn": "why-withdrawn",
    "property": "why-property",
    "source": "why-source",
    "column": "why-table",
    "kept": "why-kept-back",
    "risk": "why-at-risk",
    "unlisted": "why-unlisted",
    "place": "why-living-place",
    "claim": "why-about-hidden",
    "mention": "why-points-at-hidden",
    "orphan": "why-only-hidden",
    "words": "why-words-of-hidden",
    "name": "why-names-withdrawn",
    "derived": "why-derived-hidden",
}


@dataclass(frozen=True)
class VisibilityDecision:
    """Who may see a statement, the rule that says so (a key of RULES), and the place that set
    it: a file with its table and column, or the term (N-Triples text) that the rule looked at;
    "" for the default."""

    level: Level
    rule: str
    place: str = ""

    @property
    def why(self) -> Message:
        """The rule in words."""
        return Message(RULES[self.rule])


@dataclass(frozen=True, eq=False)
class VisibilityDecisions:
    """Decisions on every statement of a graph that nothing was taken out of."""

    graph: ColumnGraph
    policy: Policy

    def of(self, quad: Quad) -> VisibilityDecision | None:
        """The decision on one statement, None where the graph does not hold it."""
        whole, marks = self._public_marks
        place = whole.row_of(quad)
        if place is None:
            return None
        rule = next((name for name in REASONS if marks[name][place]), "")
        if not rule:
            return self._public(quad)
        level = Level.WITHHELD if self._is_hidden(quad) else Level.RESTRICTED
        return VisibilityDecision(level, rule, self._place(rule, quad))

    def of_thing(self, thing: IRI) -> VisibilityDecision | None:
        """The strictest decision on what is said of a thing, the first of several, None where
        nothing is."""
        said = self.graph.about(thing)
        if said and self._is_public(thing):  # so is each statement: of thousands of claims most are
            return self._public(_at_home(said[0]))
        return max(
            filter(None, (self.of(_at_home(quad)) for quad in said)),
            key=lambda decision: decision.level,
            default=None,
        )

    @cached_property
    def _public_marks(self) -> Marks:
        return self._marks(Level.PUBLIC)

    @cached_property
    def _restricted_marks(self) -> Marks:
        return self._marks(Level.RESTRICTED)

    def _marks(self, level: Level) -> Marks:
        whole, hidden = folded(self.graph, level)
        return whole, reasons_of(whole, hidden, replace(self.policy, shown=level))[0]

    def _is_public(self, thing: IRI) -> bool:
        whole, _ = self._public_marks
        place = whole.position(thing)
        return place is not None and not self._hidden[whole.rows_of(place)].any()

    @cached_property
    def _hidden(self) -> pl.Series:
        """A mark on what is not public, whatever the reason."""
        return reduce(or_, self._public_marks[1].values())

    def _is_hidden(self, quad: Quad) -> bool:
        """Whether it is hidden from those who see what is restricted."""
        whole, marks = self._restricted_marks
        place = whole.row_of(quad)
        return place is None or any(bool(mark[place]) for mark in marks.values())

    def _public(self, quad: Quad) -> VisibilityDecision:
        said = self.graph.objects(quad.subject, HRD.visibility)
        graph = quad.graph
        place = next((where for name, where in self.policy.places.items() if name == graph), "")
        return (
            VisibilityDecision(Level.PUBLIC, "said", quad.subject.n3())
            if said
            else VisibilityDecision(Level.PUBLIC, "default", place)
        )

    def _place(self, rule: str, quad: Quad) -> str:
        """What the rule looked at."""
        if rule == "column":
            return set_by(self.graph, quad)
        if rule in ("source", "derived"):
            return next(
                (where for name, where in self.policy.places.items() if name == quad.graph),
                quad.graph.n3() if quad.graph else "",
            )
        if rule in ("property", "place"):
            return quad.predicate.n3()
        if rule in ("mention", "name"):
            return quad.object.n3()
        return quad.subject.n3()


def visibility_of(quad: Quad, decisions: VisibilityDecisions) -> VisibilityDecision | None:
    """Who may see a statement, by which rule, set where; None for a statement that no source
    makes."""
    return decisions.of(quad)


def _at_home(quad: Quad) -> Quad:
    """The statement in the graph that it belongs to, if it is in a shadow."""
    return quad._replace(graph=home_of(quad.graph)) if isinstance(quad.graph, IRI) else quad
