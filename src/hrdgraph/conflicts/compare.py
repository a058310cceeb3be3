"""Find claims that answer the same question and cannot both be true, without comparing each with
each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from hrdgraph.conflicts.rules import OVERLAP, ClaimColumns, ConflictRule, ConflictRules
from hrdgraph.evidence.dates import Bounds, bounds
from hrdgraph.rdf import Literal, parse_term
from hrdgraph.vocab import HRDV, SKOS

_FIRST: Final = date(1, 1, 1).toordinal()
_LAST: Final = date(9999, 12, 31).toordinal()
DAYS: Final = {"value": pl.UInt32, "first": pl.Int64, "last": pl.Int64}
_NO_DAYS: Final = [pl.lit(None, pl.Int64).alias(name) for name in ("first", "last")]


def answers(rule: ConflictRule, facts: ClaimColumns) -> pl.DataFrame:
    """Return columns `claim`, `q0`, `q1` … (the question), `value`; and for dates `first` and
    `last`, as numbers of days. Dates that are no EDTF, and claims without an answer, are left
    out."""
    needed = (
        rule.claims_of, rule.answer, *([rule.given_by] if rule.given_by else []), *rule.questions,
    )  # fmt: skip
    some = not rule.only_with or any(facts.position(value) is not None for value in rule.only_with)
    premise = rule.premise is None or all(facts.position(term) is not None for term in rule.premise)
    claims = (
        facts.instances(rule.claims_of).rename({"s": "claim"})
        if some and premise and all(facts.position(term) is not None for term in needed)
        else pl.DataFrame(schema={"claim": pl.UInt32})
    )
    if not claims.height:  # so it is of most rules, in most graphs
        columns = dict.fromkeys(("claim", *question_columns(rule), "value"), pl.UInt32)
        empty = pl.DataFrame(schema=columns)
        return empty.with_columns(_NO_DAYS) if rule.agreement == OVERLAP else empty
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
    rows = claims.join(_answers_of(rule, facts), on="claim")
    return rows.join(days(rows["value"], facts), on="value") if rule.agreement == OVERLAP else rows


def question_columns(rule: ConflictRule) -> list[str]:
    """Return the names of the columns that make up the question."""
    return [f"q{number}" for number in range(max(len(rule.questions), 1))]


def _answers_of(rule: ConflictRule, facts: ClaimColumns) -> pl.DataFrame:
    answers_by_claim = facts.pairs(rule.answer).rename({"s": "claim", "o": "value"})
    if rule.given_by is None:
        return answers_by_claim
    through = facts.pairs(rule.given_by).rename({"s": "node", "o": "claim"})
    return (
        through.join(answers_by_claim.rename({"claim": "node"}), on="node")
        .select("claim", "value")
        .unique(maintain_order=True)
    )


def days(values: pl.Series, facts: ClaimColumns) -> pl.DataFrame:
    """Return the first and last day of each distinct date; an open side reaches to the end of the
    calendar."""
    places = values.unique()
    rows = [
        (
            place,
            span.earliest.toordinal() if span.earliest else _FIRST,
            span.latest.toordinal() if span.latest else _LAST,
        )
        for place, text in zip(places, facts.text(places), strict=True)
        if (span := _bounds(text))
    ]
    return pl.DataFrame(rows, schema=DAYS, orient="row")


def in_calendar() -> pl.Expr:
    """Tell whether both ends of days are known."""
    return (pl.col("first") > _FIRST) & (pl.col("last") < _LAST)


def _bounds(text: str) -> Bounds | None:
    term = parse_term(text)
    return bounds(term.value) if isinstance(term, Literal) else None


# claims of one question that are joined one with another; more are told in one finding
MOST: Final = 100
PAIRS: Final = pl.Schema({
    "rule": pl.String(),
    "question": pl.UInt64(),
    "parts": pl.List(pl.UInt32()),
    "claim": pl.UInt32(),
    "other": pl.UInt32(),
    "value": pl.UInt32(),
    "other_value": pl.UInt32(),
    "days": pl.Int64(),
    "other_days": pl.Int64(),
})  # fmt: skip
CROWDS: Final = pl.Schema(
    {"rule": pl.String(), "parts": pl.List(pl.UInt32()), "claims": pl.UInt32()}
)


@dataclass(frozen=True)
class Disagreements:
    """The disagreements, in positions of the facts. `pairs` has columns `PAIRS`, `claim` before
    `other`; where a thing itself has two answers they are the same. `parts` are the values of
    the question, `question` a number that tells it from other questions of the rule. `crowds`
    are questions with more claims than are joined."""

    pairs: pl.DataFrame
    crowds: pl.DataFrame


def disagreements(rules: ConflictRules, facts: ClaimColumns) -> Disagreements:
    """Compare the claims of every rule."""
    each = (_of_rule(rule, rules, facts) for rule in rules.rules)
    parts = [part for part in each if part is not None]
    pairs = pl.concat([pl.DataFrame(schema=PAIRS), *(pairs for pairs, _ in parts)])
    crowds = pl.concat([pl.DataFrame(schema=CROWDS), *(crowds for _, crowds in parts)])
    return Disagreements(
        pairs.sort("rule", "claim", "other", "value", "other_value"), crowds.sort("rule", "parts")
    )


def _of_rule(
    rule: ConflictRule, rules: ConflictRules, facts: ClaimColumns
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Return the pairs and crowds of a rule; None where no question has two answers."""
    question = question_columns(rule)
    given = answers(rule, facts)
    given = _in_doubt(given, rule, question) if given.height else given
    if not given.height:
        return None
    if rule.links:
        pairs = _link_pairs(rule, given, question, facts)
        pairs = _apart(pairs, given, question, facts) if pairs.height else pairs
        return _format(rule, question, pairs), pl.DataFrame(schema=CROWDS)
    rows = _with_premise(rule, given, facts)
    sizes = given.group_by(question).agg(pl.col("claim").n_unique().alias("claims"))
    sizes = sizes.join(rows.select(question).unique(), on=question, how="semi", nulls_equal=False)
    crowded = sizes.filter(pl.col("claims") > MOST)
    pairs = rows.join(crowded, on=question, how="anti").join(given, on=question, suffix="_right")
    crowds = crowded.select(
        pl.lit(rule.iri.value).alias("rule"),
        pl.concat_list(question).alias("parts"),
        pl.col("claims").cast(pl.UInt32),
    )
    return _format(rule, question, _conflicting(rule, _once(pairs, rule), rules, facts)), crowds


def _in_doubt(given: pl.DataFrame, rule: ConflictRule, question: list[str]) -> pl.DataFrame:
    """Return answers to questions that have two: of dates, one ends before another begins."""
    spread = (
        pl.col("first").max() > pl.col("last").min()
        if rule.agreement == OVERLAP
        else pl.col("value").n_unique() > 1
    )
    return given.join(
        given.group_by(question).agg(spread.alias("spread")).filter("spread").select(question),
        on=question,
        how="semi",
    )


def _with_premise(rule: ConflictRule, given: pl.DataFrame, facts: ClaimColumns) -> pl.DataFrame:
    """Return the answers of claims with the premise of the rule. Nothing follows from a refuted
    claim."""
    if rule.premise is None:
        return given
    name, value = rule.premise
    having = facts.pairs(name).filter(pl.col("o") == facts.position(value))["s"]
    refuted = facts.with_any([HRDV["claim-status/refuted"]])
    return given.filter(
        pl.col("claim").is_in(having.implode()) & ~pl.col("claim").is_in(refuted.implode())
    )


def _once(pairs: pl.DataFrame, rule: ConflictRule) -> pl.DataFrame:
    """Return each pair of claims (of a thing itself, of its answers) once, the smaller first."""
    if not rule.questions:
        return pairs.filter(pl.col("value") < pl.col("value_right"))
    if rule.premise is None:
        return pairs.filter(pl.col("claim") < pl.col("claim_right"))
    return _order_pairs(pairs.filter(pl.col("claim") != pl.col("claim_right")))


def _order_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    swap = pl.col("claim") > pl.col("claim_right")
    names = [name for name in ("claim", "value", "first", "last") if name in pairs.columns]
    lower = [pl.when(swap).then(f"{name}_right").otherwise(name).alias(name) for name in names]
    right = [
        pl.when(swap).then(name).otherwise(f"{name}_right").alias(f"{name}_right") for name in names
    ]
    return pairs.with_columns(*lower, *right).unique(maintain_order=True)


def _conflicting(
    rule: ConflictRule, pairs: pl.DataFrame, rules: ConflictRules, facts: ClaimColumns
) -> pl.DataFrame:
    """Return the pairs without agreeing answers, each with its smallest answers."""
    if rule.agreement == OVERLAP:
        agreed = (pl.col("first") <= pl.col("last_right")) & (
            pl.col("first_right") <= pl.col("last")
        )
        pairs = pairs.with_columns(agreed=agreed)
    else:
        pairs = _same(pairs, rules, facts)
    both = (
        ["claim", "claim_right"]
        if rule.questions
        else ["claim", "claim_right", "value", "value_right"]
    )
    return (
        pairs.join(pairs.filter("agreed").select(both).unique(), on=both, how="anti")
        .sort("value", "value_right")
        .unique(both, keep="first", maintain_order=True)
    )


def _same(pairs: pl.DataFrame, rules: ConflictRules, facts: ClaimColumns) -> pl.DataFrame:
    """Mark the pairs whose answers are the same thing, are declared to agree, or bear one name:
    then perhaps nobody has yet said that they are the same, which is a question of identity and
    no contradiction."""
    different = (
        pairs.select("value", "value_right")
        .filter(pl.col("value") != pl.col("value_right"))
        .unique()
    )
    names = _names(
        pl.concat([different["value"], different["value_right"].rename("value")]).unique(), facts
    )
    rows = []
    for left, right in different.iter_rows():
        texts = (facts.graph.terms[left], facts.graph.terms[right])
        if texts in rules.agreeing or names.get(left, frozenset()) & names.get(right, frozenset()):
            rows.append((left, right))
    alike = pl.DataFrame(
        rows, schema={"value": pl.UInt32, "value_right": pl.UInt32}, orient="row"
    ).with_columns(alike=True)
    joined = pairs.join(alike, on=["value", "value_right"], how="left", maintain_order="left")
    return joined.with_columns(
        agreed=(pl.col("value") == pl.col("value_right")) | pl.col("alike").fill_null(value=False)
    )


def _names(values: pl.Series, facts: ClaimColumns) -> dict[int, frozenset[str]]:
    names_of: dict[int, set[str]] = {}
    for predicate in (SKOS.prefLabel, SKOS.altLabel):
        rows = facts.pairs(predicate).filter(pl.col("s").is_in(values.implode()))
        for thing, text in zip(rows["s"], facts.text(rows["o"]), strict=True):
            names_of.setdefault(thing, set()).add(
                " ".join(str(getattr(parse_term(text), "value", "")).casefold().split())
            )
    return {thing: frozenset(names) for thing, names in names_of.items()}


def _link_pairs(
    rule: ConflictRule, given: pl.DataFrame, question: list[str], facts: ClaimColumns
) -> pl.DataFrame:
    """Return pairs of claims in which a link joins the answer of one to the other or its answer."""
    right = given.rename({"claim": "claim_right", "value": "value_right"}).select(
        *question, "claim_right", "value_right"
    )
    parts = []
    for link in rule.links:
        pairs = facts.pairs(link).rename({"o": "value_right"})
        for start in ("claim", "value"):
            linked = given.join(pairs.rename({"s": start}), on=start).join(
                right, on=[*question, "value_right"]
            )
            parts.append(linked.select(*question, "claim", "claim_right", "value", "value_right"))
    return _order_pairs(
        pl.concat(parts).filter(
            (pl.col("claim") != pl.col("claim_right")) & (pl.col("value") != pl.col("value_right"))
        )
    )


def _apart(
    pairs: pl.DataFrame, given: pl.DataFrame, question: list[str], facts: ClaimColumns
) -> pl.DataFrame:
    """Return the pairs whose two answers no document gives together: one that names a group and
    its member as laureates means both. Claims that a person contested or refuted do not count:
    there the document contradicts itself."""
    doubted = facts.with_any(HRDV[f"claim-status/{name}"] for name in ("contested", "refuted"))
    sure = given.filter(~pl.col("claim").is_in(doubted.implode()))
    documents = facts.documents(sure["claim"]).rename({"s": "claim"})
    by_document = sure.join(documents, on="claim").select(*question, "value", "document").unique()
    together = pairs.join(by_document, on=[*question, "value"]).join(
        by_document.rename({"value": "value_right"}), on=[*question, "value_right", "document"]
    )
    return pairs.join(
        together.select(*question, "value", "value_right").unique(),
        on=[*question, "value", "value_right"],
        how="anti",
    )


def _format(rule: ConflictRule, question: list[str], pairs: pl.DataFrame) -> pl.DataFrame:
    dated = "first" in pairs.columns
    spans = [
        (pl.col(f"last{side}") - pl.col(f"first{side}")) if dated else pl.lit(None, pl.Int64)
        for side in ("", "_right")
    ]
    return pairs.select(
        pl.lit(rule.iri.value).alias("rule"), pl.struct(question).hash().alias("question"),
        pl.concat_list(question).alias("parts"), pl.col("claim"),
        pl.col("claim_right").alias("other"), pl.col("value"),
        pl.col("value_right").alias("other_value"), spans[0].alias("days"),
        spans[1].alias("other_days"),
    )  # fmt: skip
