"""Conflict rules, and how a graph has changed → which of them see anything of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from hrdgraph.conflicts.rules import OVERLAP, ConflictRule, ConflictRules
from hrdgraph.rdf import ColumnGraph, Term
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.vocab import HRD, HRDV, OA, RDF, SKOS

_NAMES: Final = (SKOS.prefLabel, SKOS.altLabel)
_DOCUMENTS: Final = (HRD.evidence, OA.hasSource)
_DOUBTS: Final = (HRDV["claim-status/refuted"], HRDV["claim-status/contested"])
# what of two claims is weighed against each other, whatever the rule is
_WEIGHED: Final = (
    *(*_DOCUMENTS, HRD.sourceReliability, HRD.claimStatus, HRD.date, HRD.alternativeTo),
    HRD.independentPublishers,
)
_VERIFIED: Final = HRDV["evidence-status/verified"]


@dataclass(frozen=True)
class ChangedTerms:
    """Which properties, values and classes statements have that are in one of two graphs only."""

    properties: frozenset[str]
    values: frozenset[str]
    classes: frozenset[str]

    @classmethod
    def of(cls, changes: Iterable[QuadChange]) -> Self:
        """Those of some changes."""
        graphs = [graph for change in changes for graph in (change.gone, change.came)]
        type = RDF.type
        return cls(
            frozenset(text for one in graphs for text in _texts(one, "p")),
            frozenset(text for one in graphs for text in _texts(one, "o")),
            frozenset(text for one in graphs for text in _texts(one.where(p=type), "o")),
        )

    def seeing(self, rules: ConflictRules) -> tuple[ConflictRule, ...]:
        """The rules under which other claims may contradict each other."""
        return tuple(rule for rule in rules.rules if self._are_seen(rule))

    def are_weighed(self) -> bool:
        """Whether of two claims another may be preferred."""
        return self._any(self.properties, _WEIGHED) or self._any(self.values, (_VERIFIED,))

    def _are_seen(self, rule: ConflictRule) -> bool:
        properties: list[Term] = [rule.answer, *rule.questions, *rule.unless_given, *rule.links]
        properties += [rule.given_by] if rule.given_by else []
        properties += rule.premise[:1] if rule.premise else []
        properties += _DOCUMENTS if rule.links else () if rule.agreement == OVERLAP else _NAMES
        doubts = _DOUBTS if rule.links or rule.premise else ()
        classes = (rule.claims_of, rule.about) if rule.about else (rule.claims_of,)
        return (
            self._any(self.properties, properties)
            or self._any(self.values, (*rule.only_with, *doubts))
            or self._any(self.classes, classes)
        )

    @staticmethod
    def _any(changed: frozenset[str], terms: Iterable[Term]) -> bool:
        return any(term.n3() in changed for term in terms)


def _texts(graph: ColumnGraph, column: str) -> pl.Series:
    return graph.terms.gather(graph.quads[column].unique())
