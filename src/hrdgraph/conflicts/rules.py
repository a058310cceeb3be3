"""Read the conflict rules of the ontology, and the claims that they compare, in columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import polars as pl

from hrdgraph.catalogue import Message, lacks
from hrdgraph.errors import OntologyError, Origin
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, ColumnGraph, Literal, Term
from hrdgraph.vocab import HRD, HRDV, OA, RDF, SKOS

SCHEME: Final = HRDV["conflict-rule"]
OVERLAP: Final = HRDV["agreement/overlap"]
SAME: Final = HRDV["agreement/same"]

_Said = Mapping[IRI, Mapping[IRI, tuple[Term, ...]]]


@dataclass(frozen=True)
class ConflictRule:
    """Claims of a class that answer the same question may not differ in their answer.

    `questions` are the properties whose values, together, are the question; without any it is the
    thing itself. `answer` is the property that may not differ; with `given_by` it belongs to the
    node that points at the claim with that property. Only claims with one of `only_with`, with none
    of the properties `unless_given`, about a thing of the class `about`, are compared. By
    `agreement`, answers agree if they are the same thing, or dates whose days can be the same. With
    `links`, only answers are compared that one of these properties joins; with a `premise`
    (property, value), only pairs in which one claim has it. Claims that differ in a detail
    (`is_detail`) agree in what they mainly say."""

    iri: IRI
    claims_of: IRI
    answer: IRI
    questions: tuple[IRI, ...] = ()
    given_by: IRI | None = None
    only_with: tuple[IRI, ...] = ()
    unless_given: tuple[IRI, ...] = ()
    about: IRI | None = None
    agreement: IRI = SAME
    links: tuple[IRI, ...] = ()
    premise: tuple[IRI, Term] | None = None
    is_detail: bool = False


@dataclass(frozen=True)
class ConflictRules:
    """The rules of an ontology in the order of their IRIs, concepts that agree though they differ,
    and ranks of reliability."""

    rules: tuple[ConflictRule, ...]
    agreeing: frozenset[tuple[str, str]]
    ranks: Mapping[str, int]


@lru_cache(maxsize=4)
def rules_of(ontology: Ontology) -> ConflictRules:
    """Read them. Raises OntologyError, with the file, for one that lacks its class or its
    answer, or agrees in an unknown way."""
    facts: dict[IRI, dict[IRI, tuple[Term, ...]]] = defaultdict(dict)
    for quad in ontology.quads:
        if quad.predicate in _READ and isinstance(quad.subject, IRI):
            values = facts[quad.subject]
            values[quad.predicate] = (*values.get(quad.predicate, ()), quad.object)
    rules = tuple(_rule(concept.iri, facts, concept.file) for concept in ontology.members(SCHEME))
    pairs = {
        (subject, value)
        for subject, values in facts.items()
        for value in (*values.get(HRD.agreesWith, ()), *values.get(SKOS.broader, ()))
    }
    agreeing = frozenset(
        pair for left, right in pairs for pair in ((left.n3(), right.n3()), (right.n3(), left.n3()))
    )
    ranks = {
        subject.n3(): int(value.value)
        for subject, values in facts.items()
        for value in values.get(HRD.rank, ())
        if isinstance(value, Literal)
    }
    return ConflictRules(tuple(sorted(rules, key=lambda rule: rule.iri.value)), agreeing, ranks)


def _rule(iri: IRI, facts: _Said, file: str) -> ConflictRule:
    values = facts.get(iri, {})
    claims_of, answer = (_one(values.get(name, ())) for name in (HRD.claimsOf, HRD.answerProperty))
    if claims_of is None or answer is None:
        fact = lacks(f"<{iri.value}>", "hrd:claimsOf, hrd:answerProperty")
        raise OntologyError(fact, origin=Origin(file))
    agreement = _one(values.get(HRD.agreement, (SAME,)))
    if agreement not in (SAME, OVERLAP):
        known = f"{SAME.value}, {OVERLAP.value}"
        fact = Message("must-be-one-of", term="hrd:agreement", known=known)
        raise OntologyError(fact, origin=Origin(file, node=iri.value))
    premise = _one(values.get(HRD.premiseProperty, ()))
    return ConflictRule(
        iri,
        claims_of,
        answer,
        questions=_iris(values.get(HRD.questionProperty, ())),
        given_by=_one(values.get(HRD.answerGivenBy, ())),
        only_with=_iris(values.get(HRD.onlyWith, ())),
        unless_given=_iris(values.get(HRD.unlessGiven, ())),
        about=_one(values.get(HRD.aboutOnly, ())),
        agreement=agreement,
        links=_iris(values.get(HRD.linkedBy, ())),
        premise=(premise, values[HRD.premiseValue][0])
        if premise and values.get(HRD.premiseValue)
        else None,
        is_detail=HRD.questionProperty not in values or bool(values.get(HRD.ofDetail)),
    )


def _iris(values: Iterable[Term]) -> tuple[IRI, ...]:
    return tuple(
        sorted((value for value in values if isinstance(value, IRI)), key=lambda iri: iri.value)
    )


def _one(values: Iterable[Term]) -> IRI | None:
    return next(iter(_iris(values)), None)


_READ: Final = frozenset((
    HRD.claimsOf, HRD.questionProperty, HRD.answerProperty, HRD.answerGivenBy, HRD.onlyWith,
    HRD.unlessGiven, HRD.aboutOnly, HRD.agreement, HRD.linkedBy, HRD.premiseProperty,
    HRD.premiseValue, HRD.ofDetail, HRD.agreesWith, HRD.rank, SKOS.broader,
))  # fmt: skip


PAIR = {"s": pl.UInt32, "o": pl.UInt32}


@dataclass(frozen=True)
class ClaimColumns:
    """Two graphs, in the positions of the first one's dictionary; terms that only the second has
    are left out."""

    graph: ColumnGraph
    derived: ColumnGraph

    def position(self, term: Term | str) -> int | None:
        """Return the position of a term in the dictionary."""
        return self.graph.position(term)

    def positions(self, texts: pl.Series) -> pl.Series:
        """Return the positions of N-Triples texts; null for missing ones."""
        return self.graph.positions(texts)

    def text(self, places: pl.Series) -> pl.Series:
        """Return the N-Triples texts of positions."""
        return self.graph.terms.gather(places)

    def pairs(self, predicate: IRI, *, derived: bool = True) -> pl.DataFrame:
        """Return subjects and objects of a property, each pair once; with `derived` false only
        from sources."""
        key = (predicate, derived)
        if key not in self._kept:
            here = self._own(predicate)
            there = self._pairs_derived(predicate) if derived and len(self.derived) else None
            self._kept[key] = (
                here
                if there is None or not there.height
                else pl.concat([here, there]).unique(maintain_order=True)
            )
        return self._kept[key]

    @cached_property
    def _kept(self) -> dict[tuple[IRI, bool], pl.DataFrame]:
        """Cache for pairs: several rules compare the same claims."""
        return {}

    def instances(self, kind: IRI) -> pl.DataFrame:
        """Return the things of a class, as a column `s`."""
        place = self.position(kind)
        types = self.pairs(RDF.type, derived=False)
        things = types["s"].clear() if place is None else types["s"].filter(types["o"] == place)
        return things.to_frame()

    def with_any(self, values: Iterable[IRI]) -> pl.Series:
        """Return the subjects that have one of the values, in any property."""
        places = [place for value in values if (place := self.position(value)) is not None]
        return self.graph.quads.filter(pl.col("o").is_in(places))["s"].unique()

    def documents(self, claims: pl.Series) -> pl.DataFrame:
        """Return claims (`s`) with the documents (`document`) behind them."""
        evidence = self.pairs(HRD.evidence).filter(pl.col("s").is_in(claims.implode()))
        sources = self.pairs(OA.hasSource).rename({"s": "o", "o": "document"})
        return evidence.join(sources, on="o").select("s", "document").unique(maintain_order=True)

    def _own(self, predicate: IRI) -> pl.DataFrame:
        place = self.position(predicate)
        if place is None:
            return pl.DataFrame(schema=PAIR)
        quads = self.graph.quads
        rows = quads["p"] == place
        return pl.DataFrame([quads[name].filter(rows) for name in PAIR]).unique(maintain_order=True)

    def _pairs_derived(self, predicate: IRI) -> pl.DataFrame:
        quads = self.derived.where(p=predicate)
        if not len(quads):
            return pl.DataFrame(schema=PAIR)
        columns = [self._places.gather(quads.quads[name]).alias(name) for name in PAIR]
        return pl.DataFrame(columns).drop_nulls().unique(maintain_order=True)

    @cached_property
    def _places(self) -> pl.Series:
        """Return the positions of the derived graph's terms in the dictionary."""
        return self.graph.positions(self.derived.terms)
