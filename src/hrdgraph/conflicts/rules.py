"""The conflict rules that the ontology declares (vocabularies/conflict-rule.ttl) into values:
which claims cannot both be true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.errors import OntologyError, Origin
from hrdgraph.ontology import Ontology
from hrdgraph.rdf import IRI, Literal, Term
from hrdgraph.vocab import HRD, HRDV, SKOS

SCHEME: Final = HRDV["conflict-rule"]
OVERLAP: Final = HRDV["agreement/overlap"]
SAME: Final = HRDV["agreement/same"]

_Said = Mapping[IRI, Mapping[IRI, tuple[Term, ...]]]


@dataclass(frozen=True)
class ConflictRule:
    """Claims of a class that answer the same question may not differ in their answer.

    `questions` are the properties whose values, together, are the question; without any it is
    the thing itself. `answer` is the property that may not differ; with `given_by` it is said on
    the node that points at the claim with that property. Only claims with one of `only_with`,
    with none of the properties `unless_given`, about a thing of the class `about`, are compared.
    Answers agree as `agreement` says: dates whose days can be the same, or the same thing. A
    rule with `links` compares only answers that one of these properties joins; one with a
    `premise` (property, value) only claims of which one has it.
    """

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


@dataclass(frozen=True)
class ConflictRules:
    """The rules of an ontology in the order of their IRIs, the concepts that agree though they
    differ, and ranks of reliability."""

    rules: tuple[ConflictRule, ...]
    agreeing: frozenset[tuple[str, str]]
    ranks: Mapping[str, int]


@lru_cache(maxsize=4)
def rules_of(ontology: Ontology) -> ConflictRules:
    """Read them. Raises OntologyError, with the file, for one that lacks its class or its
    answer, or agrees in an unknown way."""
    said = _said(ontology)
    rules = tuple(_rule(concept.iri, said, concept.file) for concept in ontology.members(SCHEME))
    pairs = {
        (subject, value)
        for subject, values in said.items()
        for value in (*values.get(HRD.agreesWith, ()), *values.get(SKOS.broader, ()))
    }
    agreeing = frozenset(
        pair for left, right in pairs for pair in ((left.n3(), right.n3()), (right.n3(), left.n3()))
    )
    ranks = {
        subject.n3(): int(value.value)
        for subject, values in said.items()
        for value in values.get(HRD.rank, ())
        if isinstance(value, Literal)
    }
    return ConflictRules(tuple(sorted(rules, key=lambda rule: rule.iri.value)), agreeing, ranks)


def _said(ontology: Ontology) -> _Said:
    """What the vocabularies say of rules, agreement and rank, by subject and predicate."""
    found: dict[IRI, dict[IRI, tuple[Term, ...]]] = defaultdict(dict)
    for quad in ontology.quads:
        if quad.predicate in _READ and isinstance(quad.subject, IRI):
            values = found[quad.subject]
            values[quad.predicate] = (*values.get(quad.predicate, ()), quad.object)
    return found


def _each(said: _Said, predicate: IRI) -> Iterator[tuple[IRI, Term]]:
    yield from (
        (subject, value) for subject, values in said.items() for value in values.get(predicate, ())
    )


def _rule(iri: IRI, said: _Said, file: str) -> ConflictRule:
    values = said.get(iri, {})
    claims_of, answer = (_one(values.get(name, ())) for name in (HRD.claimsOf, HRD.answerProperty))
    if claims_of is None or answer is None:
        hint = Message("complete-conflict-rule")
        raise OntologyError(
            "conflict-rule-incomplete", iri=iri.value, origin=Origin(file), hint=hint
        )
    agreement = _one(values.get(HRD.agreement, (SAME,)))
    if agreement not in (SAME, OVERLAP):
        hint = Message("agreement-is", known=SAME.value, known_2=OVERLAP.value)
        raise OntologyError(
            "conflict-rule-agreement-unknown", iri=iri.value, origin=Origin(file), hint=hint
        )
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
    )


def _iris(values: Iterable[Term]) -> tuple[IRI, ...]:
    return tuple(
        sorted((value for value in values if isinstance(value, IRI)), key=lambda iri: iri.value)
    )


def _one(values: Iterable[Term]) -> IRI | None:
    return next(iter(_iris(values)), None)


_READ: Final = frozenset(
    (
        HRD.claimsOf,
        HRD.questionProperty,
        HRD.answerProperty,
        HRD.answerGivenBy,
        HRD.onlyWith,
        HRD.unlessGiven,
        HRD.aboutOnly,
        HRD.agreement,
        HRD.linkedBy,
        HRD.premiseProperty,
        HRD.premiseValue,
        HRD.agreesWith,
        HRD.rank,
        SKOS.broader,
    )
)
