"""Conflict rules → which quads the search for disagreements and preferences looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from hrdgraph.conflicts.rules import ConflictRule, ConflictRules
from hrdgraph.rdf import ColumnGraph, Term
from hrdgraph.rdf.graph import QuadChange
from hrdgraph.vocab import HRD, HRDV, OA, RDF, SKOS

# what is looked at of every claim, whatever the rules are
_PROPERTIES: Final = (
    *(SKOS.prefLabel, SKOS.altLabel, OA.hasSource, HRD.evidence, HRD.sourceReliability),
    *(HRD.claimStatus, HRD.date, HRD.alternativeTo, HRD.independentPublishers),
)
_VALUES: Final = tuple(
    HRDV[name]
    for name in ("claim-status/refuted", "claim-status/contested", "evidence-status/verified")
)


def is_seen(change: QuadChange, rules: ConflictRules) -> bool:
    """Whether a disagreement or a preference may be another after a change."""
    return any(_has_any(graph, rules) for graph in (change.gone, change.came))


def _has_any(graph: ColumnGraph, rules: ConflictRules) -> bool:
    own = [term for rule in rules.rules for term in _properties_of(rule)]
    properties = _places(graph, (*_PROPERTIES, *own))
    values = _places(graph, (*_VALUES, *(one for rule in rules.rules for one in rule.only_with)))
    classes = _places(graph, (one for rule in rules.rules for one in _classes_of(rule)))
    types = _places(graph, (RDF.type,))
    seen = (
        pl.col("p").is_in(properties)
        | pl.col("o").is_in(values)
        | (pl.col("p").is_in(types) & pl.col("o").is_in(classes))
    )
    return bool(graph.quads.select(seen.any()).item())


def _places(graph: ColumnGraph, terms: Iterator[Term] | tuple[Term, ...]) -> list[int]:
    return [place for term in terms if (place := graph.position(term)) is not None]


def _properties_of(rule: ConflictRule) -> Iterator[Term]:
    yield from (rule.answer, *rule.questions, *rule.unless_given, *rule.links)
    yield from (rule.given_by,) if rule.given_by else ()
    yield from rule.premise[:1] if rule.premise else ()


def _classes_of(rule: ConflictRule) -> Iterator[Term]:
    yield rule.claims_of
    if rule.about is not None:
        yield rule.about
