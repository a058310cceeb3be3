"""Find the claims that say the same, as the ontology declares what tells claims of a class apart,
and what follows: how many publishers say it, whether it is verified, whether it is disputed.

A claim is borne out by another of its class that shares a value of each property that tells it
apart (`hrd:identifiedBy`): all that the claim has, a date by days that both may mean. One that
lacks somebody who takes part, its kind or its date says too little for that; unless its class has
properties that tell apart what lacks others (`hrd:identifiedOtherwiseBy`), such as the date of a
founding without a founder. An act has the date of its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Final, NamedTuple

import polars as pl

from hrdgraph.conflicts.compare import days, in_calendar
from hrdgraph.conflicts.preference import make_statements
from hrdgraph.conflicts.rules import ClaimColumns
from hrdgraph.identity.names.words import fold_names
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term
from hrdgraph.vocab import DCTERMS, FOAF, HRD, HRDV, ORG, PROV, RDFS, SKOS, XSD

_NEEDED: Final = (
    "subject",
    "agent",
    "object",
    "kind",
    "time",
)  # roles without which little is said
_DOUBTED: Final = (HRDV["claim-status/contested"], HRDV["claim-status/refuted"])
_VERIFIED: Final = HRDV["claim-status/verified"]
_SIDES: Final = {"s": "claim", "o": "other"}
_MATCH: Final = {"claim": pl.UInt32, "other": pl.UInt32}
_TRUE: Final = tuple(Literal(text, XSD.boolean.value).n3() for text in ("true", "1"))


class _ClaimClass(NamedTuple):
    """What tells claims of a class apart, by property: its role, and whether it counts only where
    others are not said."""

    claims_of: IRI
    roles: Mapping[IRI, str]
    otherwise: frozenset[IRI]
    switches: frozenset[IRI]  # yes or no: what is not said is no


@lru_cache(maxsize=4)
def _classes(ontology: Ontology) -> tuple[_ClaimClass, ...]:
    stated: dict[IRI, dict[Term, list[Term]]] = {}
    for quad in ontology.quads:
        if quad.predicate in (
            HRD.identifiedBy,
            HRD.identifiedOtherwiseBy,
            HRD.claimRole,
            RDFS.range,
        ):
            stated.setdefault(quad.predicate, {}).setdefault(quad.subject, []).append(quad.object)
    roles = {
        name: str(getattr(values[0], "value", "")).rpartition("/")[2]
        for name, values in stated.get(HRD.claimRole, {}).items()
    }
    classes = []
    for name, values in stated.get(HRD.identifiedBy, {}).items():
        if not isinstance(name, IRI) or HRD.Claim not in ontology.classes[name].parents:
            continue
        less = stated.get(HRD.identifiedOtherwiseBy, {}).get(name, [])
        properties = [each for each in (*values, *less) if isinstance(each, IRI)]
        switches = {each for each in properties if XSD.boolean in stated[RDFS.range].get(each, ())}
        ways = {each: roles.get(each, "") for each in properties}
        otherwise = frozenset(properties[len(values) :])
        classes.append(_ClaimClass(name, ways, otherwise, frozenset(switches)))
    return tuple(classes)


@dataclass(frozen=True)
class _Values:
    """The values of some claims by property: `claim` with `value`, of dates `first` and `last`.
    `patterns` are the claims by the properties that they have."""

    of: _ClaimClass
    values: Mapping[IRI, pl.DataFrame]
    patterns: Mapping[frozenset[IRI], pl.Series]

    def matches(self, left: pl.Series, right: pl.Series, *, whole: bool) -> Iterator[pl.DataFrame]:
        """Yield pairs of claims: those of the left with each of the right that says as much; if
        not `whole`, with each that may mean the same."""
        for mine, claims in self.patterns.items():
            claims = claims.filter(claims.is_in(left.implode()))
            asked = mine - self.of.otherwise
            lacking = {*self._needed} - {self.of.roles[each] for each in asked}
            asked = mine if lacking else asked
            enough = not lacking or bool(asked & self.of.otherwise)
            for theirs, candidates in self.patterns.items():
                both = asked & theirs
                if whole and (not enough or both != asked):
                    continue
                told = {self.of.roles[each] for each in both} | {"time", *lacking}
                if not whole and not told.issuperset(self._needed):
                    continue
                candidates = candidates.filter(candidates.is_in(right.implode()))
                if len(claims) and len(candidates):
                    yield self._join(claims, candidates, both, closed=whole)

    @property
    def _needed(self) -> frozenset[str]:
        own = (role for each, role in self.of.roles.items() if each not in self.of.otherwise)
        return frozenset(own) & {*_NEEDED}

    def _join(
        self, claims: pl.Series, rivals: pl.Series, properties: frozenset[IRI], *, closed: bool
    ) -> pl.DataFrame:
        """Join the claims that share a value of each property; of a `closed` date both ends are
        known."""
        ordered = sorted(properties, key=lambda each: each.value)
        plain = [each for each in ordered if "value" in self.values[each].columns]
        if not plain:
            return pl.DataFrame(schema=_MATCH)
        sides = [
            reduce(
                lambda frame, each: frame.join(
                    self.values[each].rename({"claim": name, "value": each.value}), on=name
                ),
                plain,
                side.rename(name).to_frame(),
            )
            for name, side in (("claim", claims), ("other", rivals))
        ]
        pairs = sides[0].join(sides[1], on=[each.value for each in plain]).select("claim", "other")
        for each in (each for each in ordered if each not in plain):
            spans = self.values[each]
            spans = spans.filter(in_calendar()) if closed else spans
            pairs = pairs.unique().join(spans, on="claim")
            pairs = pairs.join(spans.rename({"claim": "other"}), on="other", suffix="_right")
            pairs = pairs.filter(
                (pl.col("first") <= pl.col("last_right"))
                & (pl.col("first_right") <= pl.col("last"))
            ).select("claim", "other")
        return pairs.filter(pl.col("claim") != pl.col("other")).unique()


def _read(of: _ClaimClass, claims: pl.Series, facts: ClaimColumns) -> _Values:
    values: dict[IRI, pl.DataFrame] = {}
    for each, role in of.roles.items():
        rows = facts.pairs(each).rename({"s": "claim", "o": "value"})
        if role == "time":
            whole = facts.pairs(HRD.act).rename({"s": "claim", "o": "act"}).join(rows, on="claim")
            rows = pl.concat([rows, whole.select(claim="act", value="value")])
        rows = rows.filter(pl.col("claim").is_in(claims.implode()))
        if role == "time":
            rows = rows.join(days(rows["value"], facts), on="value").drop("value").unique()
        elif each in of.switches:
            yes = rows["claim"].filter(facts.text(rows["value"]).is_in(_TRUE))
            rows = claims.to_frame().with_columns(value=claims.is_in(yes.implode()))
        elif each in of.otherwise:  # words, in whatever language they are said to be
            words = facts.text(rows["value"]).str.replace(r'"(@[^"]*)?$', "")
            rows = rows.with_columns(value=words)
        values[each] = rows
    has = [claims.is_in(rows["claim"].implode()).alias(each.value) for each, rows in values.items()]
    grouped = pl.DataFrame([claims, *has]).group_by([each.name for each in has])
    patterns = {
        frozenset(each for each, there in zip(values, key, strict=True) if there): group["claim"]
        for key, group in grouped
    }
    return _Values(of, values, patterns)


def state_agreement(
    ontology: Ontology, facts: ClaimColumns, disputed: ColumnGraph, graph: IRI
) -> ColumnGraph:
    """State of claims how many independent publishers say them (`hrd:independentPublishers`), that
    they are verified, and that they are contested: disputed as a whole, or the event of an act
    that is. Whoever says the same as one that is `disputed` as a whole is disputed too.

    What is contested or refuted, or says the same as what is, is not verified. Who says the same as
    a disputed claim and knows of no dispute says no more than that."""
    against = facts.pairs(HRD.alternativeTo).filter(pl.col("s") != pl.col("o"))
    against = pl.concat([against, against.select(s="o", o="s")]).rename(_SIDES)
    contested, refuted = (_with_status(facts, status) for status in _DOUBTED)
    whole = facts.positions(disputed.where(p=HRD.disputed, o=HRD.Claim).text()["s"]).drop_nulls()
    whole = whole.filter(
        (whole.is_in(against["claim"].implode()) | whole.is_in(contested.implode()))
        & ~whole.is_in(refuted.implode())
    )
    doubted = pl.concat([contested, refuted, whole])
    cited = _find_cited_texts(facts)
    counts, verified, alike = [], [], []
    for of in _classes(ontology):
        claims = facts.instances(of.claims_of)["s"].alias("claim")
        if not len(claims):
            continue
        values = _read(of, claims, facts)
        themselves = pl.DataFrame({"claim": claims, "other": claims})
        same = pl.concat([themselves, *values.matches(claims, claims, whole=True)])
        same = same.join(against, on=["claim", "other"], how="anti")
        counted = same.join(cited, left_on="other", right_on="s").group_by("claim").agg(
            pl.min_horizontal(pl.col("publisher").n_unique(), pl.col("text").n_unique()).alias("n")
        )  # fmt: skip
        counts.append(counted)
        several = counted["claim"].filter(
            (counted["n"] > 1) & ~counted["claim"].is_in(doubted.implode())
        )
        near = [pair["claim"] for pair in values.matches(several, doubted, whole=False)]
        verified.append(
            several.filter(~several.is_in(pl.concat([several.clear(), *near]).implode()))
        )
        alike += [same["other"].filter(same["claim"].is_in(whole.implode()))]
    if not counts:
        return ColumnGraph.union([])
    count = pl.concat(counts)
    numbers = '"' + count["n"].cast(pl.String) + f'"^^{XSD.integer.n3()}'
    true, spread = pl.concat(verified), pl.concat(alike)
    spread = spread.filter(~spread.is_in(pl.concat([against["claim"], contested]).implode()))
    whole = pl.concat([whole, spread])
    events = facts.pairs(HRD.act).filter(pl.col("o").is_in(whole.implode()))["s"]
    spread = pl.concat([spread, events])
    denied = pl.concat([whole, events])
    denied = denied.filter(~denied.is_in(contested.implode()))
    return make_statements(
        graph,
        (facts.text(count["claim"]), HRD.independentPublishers, numbers),
        (facts.text(true), HRD.claimStatus, _VERIFIED),
        (facts.text(denied), HRD.claimStatus, _DOUBTED[0]),
        (facts.text(spread), HRD.disputed, HRD.Claim),
    )


def _with_status(facts: ClaimColumns, status: IRI) -> pl.Series:
    place = facts.position(status)
    rows = facts.pairs(HRD.claimStatus)
    return rows["s"].clear() if place is None else rows["s"].filter(rows["o"] == place)


def _find_cited_texts(facts: ClaimColumns) -> pl.DataFrame:
    """Return of claims (`s`) the `publisher` and the `text` of each document behind them. The first
    of several copies stands for all."""
    evidence = facts.pairs(HRD.evidence)
    copies = facts.pairs(PROV.alternateOf)
    first = copies.select(document="s", own=facts.text(copies["s"]), text=facts.text(copies["o"]))
    first = first.with_columns(text=pl.min_horizontal("own", "text"))
    publishers = facts.pairs(DCTERMS.publisher)
    publishers = publishers.select(document="s", name=_plain_names(facts.text(publishers["o"])))
    bodies = facts.instances(ORG.Organization)["s"].implode()
    named = pl.concat(
        [facts.pairs(term) for term in (SKOS.prefLabel, SKOS.altLabel, FOAF.homepage)]
    )
    named = named.filter(pl.col("s").is_in(bodies))
    names = named.select(name=_plain_names(facts.text(named["o"])), body=facts.text(named["s"]))
    sole = (
        names.group_by("name").agg(pl.col("body").unique()).filter(pl.col("body").list.len() == 1)
    )
    cited = publishers.join(sole.explode("body"), on="name", how="left")
    cited = cited.with_columns(
        publisher=pl.coalesce("body", "name"), host=_plain_names(facts.text(cited["document"]))
    )
    documents = facts.documents(evidence["s"]).join(
        _replace_hosts(cited).select("document", "publisher"), on="document"
    )
    return documents.with_columns(pl.Series("own", facts.text(documents["document"]))).join(
        first.group_by("document").agg(pl.col("text").min()), on="document", how="left"
    ).select("s", "publisher", text=pl.coalesce("text", "own"))  # fmt: skip


def _replace_hosts(cited: pl.DataFrame) -> pl.DataFrame:
    """Take who published a page for its host: on this page, and where only one publisher has pages
    on this host, on all of them."""
    named = cited.filter(pl.col("name") != pl.col("host"))
    hosted = cited.join(named, on="document", how="anti")
    owners = named.group_by("host").agg(owner=pl.col("publisher").unique())
    owners = owners.filter(pl.col("owner").list.len() == 1).explode("owner")
    hosted = hosted.join(owners, on="host", how="left")
    return pl.concat(
        [named, hosted.with_columns(publisher=pl.coalesce("owner", "publisher"))], how="diagonal"
    )


def _plain_names(texts: pl.Series) -> pl.Series:
    """Return names without case and marks, and addresses as their host alone."""
    return fold_names(
        texts.str.replace(r"^[<\"](?:https?://)?(?:www\.)?([^/<>\"]+\.[a-z]{2,})\b.*$", "$1")
    )
