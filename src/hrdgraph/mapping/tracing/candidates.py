"""What is asked for, rules and rows → which of these can have made it, and which of what they make
it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from hrdgraph.mapping.execution.sinks import quads_of
from hrdgraph.mapping.expressions import term_references
from hrdgraph.mapping.model import Constant, Template, TermMap
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.mapping.terms.terms import constant_term
from hrdgraph.mapping.tracing.invert import rows_that_can
from hrdgraph.sources.value_kinds import HIDDEN

# subjects, predicates and objects as N-Triples texts; None for any
Wanted = tuple[frozenset[str], frozenset[str] | None, frozenset[str] | None]
ASKED: Final = f"{HIDDEN}asked"  # the position of a triple among those that are asked for
_FEW: Final = 10_000  # pairs of a quad and a triple that are met sooner than Polars joins them
_PLACE: Final = f"{HIDDEN}place"  # of a row


def that_can(rows: pl.DataFrame, rules: Sequence[QuadRule], wanted: Wanted) -> pl.DataFrame:
    """Those of some rows of which rules about one subject can have made what is wanted, as far as
    their columns tell."""
    subjects, _, objects = wanted
    rows = rows_that_can(rows, rules[0].subject, subjects)
    if objects is None or not rows.height:
        return rows
    rows = rows.with_row_index(_PLACE)
    able = [rows_that_can(rows, rule.object, objects) for rule in rules]
    if not any(some.height == rows.height for some in able):
        rows = rows[pl.concat([some[_PLACE] for some in able]).unique().sort()]
    return rows.drop(_PLACE)


def can_make(rule: QuadRule, wanted: Wanted) -> bool:
    """Whether constants and template beginnings leave it possible that a rule made a quad."""
    return all(
        terms is None or _could_be(term, terms)
        for term, terms in zip((rule.subject, rule.predicate, rule.object), wanted, strict=True)
    )


def _could_be(term: TermMap, terms: frozenset[str]) -> bool:
    match term.expression:
        case Constant() if not term_references(term):
            return constant_term(term) in terms
        case Template((str() as start, *_)) if term.type.value in ("IRI", "URI") and ":" in start:
            return any(text.startswith("<" + start) for text in terms)
        case _:
            return True


def quads_by(rule: QuadRule, terms: Mapping[TermMap, pl.Series], height: int) -> pl.DataFrame:
    """The quads that a rule makes of the terms of so many rows; in place of the graph, the place
    of the row. What has a null is none."""
    places = pl.int_range(height, dtype=pl.UInt32, eager=True)
    if rule.graph is not None and (unnamed := terms[rule.graph].is_null().arg_true()).len():
        places = places.scatter(unnamed, None)
    return quads_of([terms[rule.subject], terms[rule.predicate], terms[rule.object], places])


def pairs_of(
    quads: pl.DataFrame, asked: pl.DataFrame, known: list[str]
) -> Iterable[tuple[int, int]]:
    """Which of the triples that are asked for each line makes."""
    if quads.height * asked.height > _FEW:
        made = quads.lazy().drop_nulls().join(asked.lazy(), on=known, maintain_order="left_right")
        return made.select(ASKED, "g").unique(maintain_order=True).collect().iter_rows()
    wanted: dict[tuple[str, ...], list[int]] = {}
    for place, *terms in asked.select(ASKED, *known).iter_rows():
        wanted.setdefault(tuple(terms), []).append(place)
    at = ["spo".index(name) for name in known]
    return dict.fromkeys(
        (place, row[3])
        for row in quads.iter_rows()
        if None not in row
        for place in wanted.get(tuple(row[n] for n in at), ())
    )
