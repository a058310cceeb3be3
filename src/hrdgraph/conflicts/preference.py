"""Choose among claims that contradict one another, and state the choice and its criterion.

The criteria, in order: what the person who recorded a claim says of it (a contested claim gives
way, a refuted one more so); evidence whose words were verified; the reliability of the source; the
number of independent publishers; the precision of the date. The first that differs decides; where a
person calls both claims contested, none does. A claim is preferred if it wins against all that it
contradicts under a rule; of two equal ones, none is."""

from __future__ import annotations

from typing import Final

import polars as pl

from hrdgraph.conflicts.compare import PAIRS, Disagreements, days
from hrdgraph.conflicts.rules import ClaimColumns, ConflictRules
from hrdgraph.rdf import IRI, ColumnGraph, parse_term
from hrdgraph.rdf.graph import TEXT_SCHEMA
from hrdgraph.vocab import HRD, HRDV

STATED: Final = ""  # in place of a rule: the source itself says that the claims are alternatives
# names of concepts of hrdv:preference
CRITERIA: Final = ("curator", "evidence", "reliability", "publishers", "precision")
# last less first day: of a day, month, quarter, half, year, decade, century
_SPANS: Final = (0, 30, 91, 183, 365, 3652, 36524)
_STATUS: Final = {"refuted": -2, "contested": -1, "verified": 1}


def choose_claims(pairs: pl.DataFrame, rules: ConflictRules, facts: ClaimColumns) -> pl.DataFrame:
    """Choose the preferred claims of `pairs`: columns `rule`, `claim` (the preferred), `other`,
    `because` (the name of a criterion)."""
    both = pl.concat([pairs.select(list(PAIRS)), _swap_sides(pairs)]).filter(
        pl.col("claim") != pl.col("other")
    )
    if not both.height:
        return pl.DataFrame(
            schema={"rule": pl.String, "claim": pl.UInt32, "other": pl.UInt32, "because": pl.String}
        )
    claims = both["claim"].unique()
    frame = claims.to_frame("claim")
    nodes = facts.with_any([HRDV["evidence-status/verified"]])
    cited = facts.pairs(HRD.evidence).filter(
        pl.col("s").is_in(claims.implode()) & pl.col("o").is_in(nodes.implode())
    )
    for part in (
        _status(facts),
        cited.select(claim="s", evidence=pl.lit(1, pl.Int64)).unique(),
        _reliability(claims, rules, facts),
        _publishers(facts),
        _own_days(claims, facts),
    ):
        frame = frame.join(part, on="claim", how="left", maintain_order="left")
    marks = frame.with_columns(pl.col(name).fill_null(0) for name in CRITERIA[:4])
    judged = both.join(marks, on="claim").join(
        marks, left_on="other", right_on="claim", suffix="_other"
    )
    # where a person calls both contested, it is open, and nothing else decides
    judged = judged.with_columns(
        open=(pl.col("curator") == _STATUS["contested"])
        & (pl.col("curator_other") == _STATUS["contested"])
    )
    judged = judged.with_columns(
        precision=_precision(pl.coalesce("days", "own_days")),
        precision_other=_precision(pl.coalesce("other_days", "own_days_other")),
    ).with_columns(because=pl.when("open").then(pl.lit(None, pl.String)).otherwise(_because()))
    winners = (
        judged.group_by("rule", "claim")
        .agg(pl.col("because").is_not_null().all().alias("all"))
        .filter("all")
        .drop("all")
    )
    return (
        judged.join(winners, on=["rule", "claim"], how="semi")
        .select("rule", "claim", "other", "because")
        .unique()
        .sort(pl.all())
    )


def find_stated(facts: ClaimColumns) -> pl.DataFrame:
    """Return the pairs that sources themselves call alternatives, as `PAIRS`, without answers."""
    alternatives = facts.pairs(HRD.alternativeTo, derived=False).filter(pl.col("s") != pl.col("o"))
    first = pl.min_horizontal("s", "o").alias("claim")
    last = pl.max_horizontal("s", "o").alias("other")
    once = alternatives.select(first, last).unique().sort("claim", "other")
    empty = [
        pl.lit(None).cast(kind).alias(name)
        for name, kind in PAIRS.items()
        if name not in ("rule", "claim", "other")
    ]
    return once.with_columns(pl.lit(STATED).alias("rule"), *empty).select(list(PAIRS))


def mark_disputed(
    result: Disagreements, rules: ConflictRules, facts: ClaimColumns, graph: IRI
) -> ColumnGraph:
    """State `hrd:disputed` of each disputed claim: with the detail in which it differs from
    another claim, else with hrd:Claim, where all of it is in doubt. A contested or refuted
    claim only disputes claims that are in doubt themselves."""
    doubted = {
        name: facts.pairs(HRD.claimStatus, derived=False).filter(
            pl.col("o").eq_missing(pl.lit(facts.position(HRDV[f"claim-status/{name}"]), pl.UInt32))
        )["s"]
        for name in ("contested", "refuted")
    }
    in_doubt = pl.concat([*doubted.values()]).unique()
    details = {rule.iri.value: rule.answer.n3() for rule in rules.rules if rule.is_detail}
    own = result.pairs.select("claim", "other", "rule")
    alternatives = (
        find_stated(facts)
        .select("claim", "other", "rule")
        .join(own, on=["claim", "other"], how="anti")
    )
    both = pl.concat([own, alternatives])
    pairs = pl.concat([both, both.select(claim="other", other="claim", rule="rule")]).filter(
        pl.col("claim").is_in(in_doubt.implode()) | ~pl.col("other").is_in(in_doubt.implode())
    )
    alone = pl.concat(
        [in_doubt.filter(~in_doubt.is_in(pairs["claim"].implode())), doubted["refuted"]]
    )
    claims = pl.concat([pairs["claim"], alone])
    whole = HRD.Claim.n3()
    rule = pl.concat([pairs["rule"], pl.Series([STATED] * len(alone), dtype=pl.String)])
    objects = rule.replace_strict(details, default=whole, return_dtype=pl.String)
    return make_statements(graph, (facts.text(claims), HRD.disputed, objects))


def _swap_sides(pairs: pl.DataFrame) -> pl.DataFrame:
    names = {
        "claim": "other", "other": "claim", "value": "other_value", "other_value": "value",
        "days": "other_days", "other_days": "days",
    }  # fmt: skip
    return pairs.rename(names).select(list(PAIRS))


def _precision(days: pl.Expr) -> pl.Expr:
    """Rank the precision of dates by days; all years are equally precise, and all months."""
    return -pl.sum_horizontal((days > most).cast(pl.Int64) for most in _SPANS) + 0 * days


def _because() -> pl.Expr:
    """Return the first criterion that differs, if it decides for `claim`; null if for the other,
    or if there is none."""
    decided: pl.Expr = pl.lit(None, pl.String)
    for name in reversed(CRITERIA):
        mine, theirs = pl.col(name), pl.col(f"{name}_other")
        decided = (
            pl.when(mine > theirs)
            .then(pl.lit(name))
            .when(mine < theirs)
            .then(pl.lit(None, pl.String))
            .otherwise(decided)
        )
    return decided


def _status(facts: ClaimColumns) -> pl.DataFrame:
    status = facts.pairs(HRD.claimStatus, derived=False).rename({"s": "claim"})
    places = {
        facts.position(HRDV[f"claim-status/{name}"]): number for name, number in _STATUS.items()
    }
    known = {place: number for place, number in places.items() if place is not None}
    number = pl.col("o").replace_strict(known, default=0, return_dtype=pl.Int64)
    return status.with_columns(curator=number).group_by("claim").agg(pl.col("curator").min())


def _reliability(claims: pl.Series, rules: ConflictRules, facts: ClaimColumns) -> pl.DataFrame:
    """Rank the reliability of each claim's best document."""
    documents = facts.documents(claims).rename({"s": "claim", "document": "s"})
    rated = documents.join(facts.pairs(HRD.sourceReliability), on="s")
    ranks = {
        place: rank
        for text, rank in rules.ranks.items()
        if (place := facts.position(text)) is not None
    }
    ranked = rated.with_columns(
        reliability=pl.col("o").replace_strict(ranks, default=0, return_dtype=pl.Int64)
    )
    return ranked.group_by("claim").agg(pl.col("reliability").max())


def _publishers(facts: ClaimColumns) -> pl.DataFrame:
    """Return each claim's number of publishers, which only the derived graph has."""
    rows = facts.derived.where(p=HRD.independentPublishers).text()
    counts = {text: int(getattr(parse_term(text), "value", "0")) for text in rows["o"].unique()}
    publishers = rows["o"].replace_strict(counts, return_dtype=pl.Int64)
    frame = pl.DataFrame(
        {"claim": facts.positions(rows["s"]), "publishers": publishers}
    ).drop_nulls("claim")
    return frame.group_by("claim").agg(pl.col("publishers").max())


def _own_days(claims: pl.Series, facts: ClaimColumns) -> pl.DataFrame:
    """Return how many days the date of a claim may mean."""
    dated = (facts.pairs(HRD.date) .filter(pl.col("s").is_in(claims.implode())) .rename({
        "s": "claim", "o": "value",
    }))  # fmt: skip
    spans = dated.join(days(dated["value"], facts), on="value")
    return spans.group_by("claim").agg((pl.col("last") - pl.col("first")).max().alias("own_days"))


def because_iri(name: str) -> IRI:
    """Return the concept of a criterion."""
    return HRDV[f"preference/{name}"]


def link_alternatives(result: Disagreements, facts: ClaimColumns, graph: IRI) -> ColumnGraph:
    """State `hrd:alternativeTo` in both directions, and `hrd:conflictAbout` from each side to the
    rule."""
    claims = result.pairs.filter(pl.col("claim") != pl.col("other"))
    claim_texts, right = facts.text(claims["claim"]), facts.text(claims["other"])
    rules = "<" + result.pairs["rule"] + ">"
    return make_statements(
        graph, (claim_texts, HRD.alternativeTo, right), (right, HRD.alternativeTo, claim_texts),
        (facts.text(result.pairs["claim"]), HRD.conflictAbout, rules),
        (facts.text(result.pairs["other"]), HRD.conflictAbout, rules),
    )  # fmt: skip


def state_choice(choice: pl.DataFrame, facts: ClaimColumns, graph: IRI) -> ColumnGraph:
    """State `hrd:preferredTo` from the preferred claim to each other one, and
    `hrd:preferredBecause`."""
    claim = facts.text(choice["claim"])
    reasons = choice["because"].map_elements(
        lambda name: because_iri(name).n3(), return_dtype=pl.String
    )
    return make_statements(
        graph,
        (claim, HRD.preferredTo, facts.text(choice["other"])),
        (claim, HRD.preferredBecause, reasons),
    )


def make_statements(graph: IRI, *parts: tuple[pl.Series, IRI, pl.Series | IRI]) -> ColumnGraph:
    """Return statements in a graph, each part with one predicate, from texts of terms; or with one
    object."""
    frames = [
        pl.DataFrame({"s": subjects})
        .with_columns(p=pl.lit(predicate.n3()), g=pl.lit(graph.n3()))
        .with_columns(o=pl.lit(objects.n3()) if isinstance(objects, IRI) else objects)
        .select(list(TEXT_SCHEMA))
        for subjects, predicate, objects in parts
    ]
    return ColumnGraph.from_text(pl.concat(frames).unique(maintain_order=True))
