"""A plan into quads: relations run batch by batch, and a sink takes the terms that the rules of each make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from hrdgraph.errors import MappingError
from hrdgraph.mapping.kernel import Prepared, prepare
from hrdgraph.mapping.model import TermMap
from hrdgraph.mapping.places import placed
from hrdgraph.mapping.plan import Plan, Relation, Rule, base_scan
from hrdgraph.mapping.rows import Rows


class Sink(Protocol):
    """Takes batches of rows, ready to make the terms of the rules that are to be applied to each."""

    def add(self, batch: Prepared, rules: Sequence[Rule]) -> None: ...


def run(plan: Plan, sink: Sink) -> None:
    """Run a plan. Errors of sources and values carry file, row and column; nothing is dropped silently but rows that make no term."""
    rows = Rows()
    groups: dict[int, list[tuple[Relation, list[Rule]]]] = {}
    for relation, rules in plan.by_relation():
        groups.setdefault(id(base_scan(relation)), []).append((relation, rules))
    for group in groups.values():
        for batch in rows.stream(base_scan(group[0][0])):
            for relation, rules in group:
                frame = rows.of(relation, batch)
                if frame.height:
                    _apply(rules, relation, frame, sink)


def _apply(rules: Sequence[Rule], relation: Relation, frame: pl.DataFrame, sink: Sink) -> None:
    """Hand over a batch; an error in a value names the cell that it comes from, and the rule after it."""
    try:
        sink.add(prepare(frame, terms_of(rules)), rules)
    except MappingError as error:
        raise placed(error, relation) from error


def terms_of(rules: Sequence[Rule]) -> list[TermMap]:
    """The distinct term maps of rules."""
    terms = (term for rule in rules for term in (rule.subject, rule.predicate, rule.object, rule.graph) if term is not None)
    return list(dict.fromkeys(terms))
