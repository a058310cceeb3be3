"""A rule and the facts into answers: claim by claim, the question that it answers and what it
says."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from hrdgraph.conflicts.facts import ClaimColumns
from hrdgraph.conflicts.rules import OVERLAP, ConflictRule
from hrdgraph.evidence import Bounds, bounds
from hrdgraph.rdf import Literal, parse_term

_FIRST: Final = date(1, 1, 1).toordinal()
_LAST: Final = date(9999, 12, 31).toordinal()
DAYS: Final = {"value": pl.UInt32, "first": pl.Int64, "last": pl.Int64}
_NO_DAYS: Final = [pl.lit(None, pl.Int64).alias(name) for name in ("first", "last")]


def answers(rule: ConflictRule, facts: ClaimColumns) -> pl.DataFrame:
    """Columns `claim`, `q0`, `q1` … (the question), `value`; and for dates `first` and `last`,
    as numbers of days. Dates that are no EDTF, and claims without an answer, are left out."""
    claims = (
        facts.instances(rule.claims_of).rename({"s": "claim"})
        if _is_said(rule, facts)
        else pl.DataFrame(schema={"claim": pl.UInt32})
    )
    if not claims.height:  # so it is of most rules, in most graphs
        return _none(rule)
    if rule.only_with:
        claims = claims.filter(pl.col("claim").is_in(facts.with_any(rule.only_with).implode()))
    for given in rule.unless_given:
        claims = claims.filter(~pl.col("claim").is_in(facts.pairs(given)["s"].implode()))
    for number, question in enumerate(rule.questions):
        claims = claims.join(
            facts.pairs(question).rename({"s": "claim", "o": f"q{number}"}), on="claim"
        )
    claims = claims if rule.questions else claims.with_columns(q0="claim")
    if rule.about is not None:
        claims = claims.filter(pl.col("q0").is_in(facts.instances(rule.about)["s"].implode()))
    found = claims.join(_said(rule, facts), on="claim")
    return (
        found.join(days(found["value"], facts), on="value") if rule.agreement == OVERLAP else found
    )


def _none(rule: ConflictRule) -> pl.DataFrame:
    """No answers, in the columns of those that there might be."""
    columns = dict.fromkeys(("claim", *question_columns(rule), "value"), pl.UInt32)
    found = pl.DataFrame(schema=columns)
    return found.with_columns(_NO_DAYS) if rule.agreement == OVERLAP else found


def question_columns(rule: ConflictRule) -> list[str]:
    """The names of the columns that are the question."""
    return [f"q{number}" for number in range(max(len(rule.questions), 1))]


def _is_said(rule: ConflictRule, facts: ClaimColumns) -> bool:
    """Whether the graph has the class, the answer and one of the values at all: most graphs have
    no use for most rules."""
    needed = (
        rule.claims_of,
        rule.answer,
        *([rule.given_by] if rule.given_by else []),
        *rule.questions,
    )
    some = not rule.only_with or any(facts.position(value) is not None for value in rule.only_with)
    premise = rule.premise is None or all(facts.position(term) is not None for term in rule.premise)
    return some and premise and all(facts.position(term) is not None for term in needed)


def _said(rule: ConflictRule, facts: ClaimColumns) -> pl.DataFrame:
    said = facts.pairs(rule.answer).rename({"s": "claim", "o": "value"})
    if rule.given_by is None:
        return said
    through = facts.pairs(rule.given_by).rename({"s": "node", "o": "claim"})
    return (
        through.join(said.rename({"claim": "node"}), on="node")
        .select("claim", "value")
        .unique(maintain_order=True)
    )


def days(values: pl.Series, facts: ClaimColumns) -> pl.DataFrame:
    """The first and last day of each distinct date; an open side reaches to the end of the
    calendar."""
    places = values.unique()
    rows = [
        (
            place,
            found.earliest.toordinal() if found.earliest else _FIRST,
            found.latest.toordinal() if found.latest else _LAST,
        )
        for place, text in zip(places, facts.text(places), strict=True)
        if (found := _bounds(text))
    ]
    return pl.DataFrame(rows, schema=DAYS, orient="row")


def _bounds(text: str) -> Bounds | None:
    term = parse_term(text)
    return bounds(term.value) if isinstance(term, Literal) else None
